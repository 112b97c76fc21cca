// Typing: an expression as written becomes nodes over the axes of a part, every name found and
// every subscript an index. Functions with memory and array functions are in functions.cpp.
#include "cauce/conditions/names.hpp"
#include "cauce/conditions/resolver.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>
#include <utility>

namespace cauce::conditions::detail {

void Typer::fail(std::string code, std::string message, int offset, std::string hint) const {
  throw TypeError{std::move(code), std::move(message), std::move(hint), offset};
}

std::uint32_t Typer::add(Op op, std::vector<std::uint32_t> args) {
  Node node{.op = op, .args = std::move(args)};
  for (const std::uint32_t arg : node.args)
    node.varies |= part.nodes[arg].varies;
  if (part.nodes.size() >= 200'000)
    fail("X105", "the equation is too long once its macros are expanded", 0);
  part.nodes.push_back(std::move(node));
  return static_cast<std::uint32_t>(part.nodes.size() - 1);
}

std::uint32_t Typer::constant(double value) {
  const std::uint32_t node = add(Op::constant);
  part.nodes[node].value = value;
  return node;
}

std::uint32_t Typer::load(std::uint32_t variable, std::vector<Index> indices) {
  const std::uint32_t node = add(Op::load);
  Node& loaded = part.nodes[node];
  loaded.variable = variable;
  for (const Index& index : indices) {
    if (index.kind == Index::Kind::axis)
      loaded.varies |= std::uint64_t{1} << index.at;
    if (index.kind == Index::Kind::computed)
      loaded.varies |= part.nodes[index.at].varies;
  }
  loaded.indices = std::move(indices);
  return node;
}

std::vector<Axis> Typer::active_axes() const {
  std::vector<Axis> axes;
  for (const std::uint32_t a : active)
    axes.push_back(part.axes[a]);
  return axes;
}

std::uint32_t Typer::load_hidden(std::uint32_t variable) {
  const std::vector<Axis>& axes = resolver.program.variables[variable].axes;
  std::vector<Index> indices;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    Index index{Index::Kind::axis, active.at(i), {}};
    index.map.resize(axes[i].size());
    std::iota(index.map.begin(), index.map.end(), 0u);
    indices.push_back(std::move(index));
  }
  return load(variable, std::move(indices));
}

std::uint32_t Typer::hidden(const std::string& label, Memory memory) {
  VariableInfo info;
  info.name = fmt::format("{}#{}{}", resolver.program.infos[part.target].name, display_name(label),
                          ++resolver.hidden_count);
  info.hidden = true;
  info.where = part.where;
  info.kind = memory == Memory::none ? Kind::auxiliary : Kind::stock;
  const std::uint32_t id = resolver.add_variable(std::move(info), active_axes(), {});
  resolver.program.variables[id].memory = memory;
  if (part.target != none)
    resolver.program.variables[id].pace = resolver.program.variables[part.target].pace;
  return id;
}

std::uint32_t Typer::hidden_part(std::uint32_t variable,
                                 const std::function<std::uint32_t(Typer&)>& build) {
  Part fresh{.target = variable, .axes = active_axes(), .where = part.where};
  fresh.rank = fresh.axes.size();
  std::vector<std::uint32_t> all(fresh.rank);
  std::iota(all.begin(), all.end(), 0u);
  for (std::size_t i = 0; i < fresh.rank; ++i) {
    Index index{Index::Kind::axis, static_cast<std::uint32_t>(i), {}};
    index.map.resize(fresh.axes[i].size());
    std::iota(index.map.begin(), index.map.end(), 0u);
    fresh.indices.push_back(std::move(index));
  }
  Typer inner(resolver, scope, fresh, all);
  inner.self = self == none ? part.target : self;
  inner.self_indices = self == none ? part.indices : self_indices;
  for (Index& index : inner.self_indices) { // the active axes, numbered anew
    if (index.kind == Index::Kind::axis)
      index.at = static_cast<std::uint32_t>(std::find(active.begin(), active.end(), index.at) -
                                            active.begin());
  }
  fresh.root = build(inner);
  resolver.program.parts.push_back(std::move(fresh));
  return static_cast<std::uint32_t>(resolver.program.parts.size() - 1);
}

std::uint32_t Typer::hidden_part(std::uint32_t variable, const Expression& e) {
  return hidden_part(variable, [&](Typer& inner) { return inner.type(e); });
}

std::uint32_t Typer::hidden_value(const std::string& label, const Expression& e) {
  const std::uint32_t id = hidden(label, Memory::none);
  const std::uint32_t made = hidden_part(id, e);
  resolver.program.variables[id].parts = {made};
  resolver.program.infos[id].equation = to_text(e);
  return id;
}

std::optional<double> Typer::known_number(const Expression& e, int depth) const {
  if (depth > 20)
    return std::nullopt;
  if (e.syntax == Syntax::number)
    return e.number;
  if (e.syntax == Syntax::operation && e.text == "neg") {
    const std::optional<double> n = known_number(*e.args[0], depth + 1);
    return n ? std::optional<double>(-*n) : std::nullopt;
  }
  if (e.syntax != Syntax::name || e.subscripted)
    return std::nullopt;
  const std::optional<std::uint32_t> variable = find_variable(canonical_name(e.text));
  if (!variable)
    return std::nullopt;
  try {
    const std::vector<ExpressionPtr> equation =
        parse_equation(resolver.program.infos[*variable].equation);
    if (equation.size() == 1 && equation.front()->syntax == Syntax::number)
      return equation.front()->number;
    // A parameter of a macro that stands for a number of the caller.
    if (equation.size() == 1 && equation.front()->syntax == Syntax::name &&
        canonical_name(equation.front()->text) != canonical_name(e.text))
      return known_number(*equation.front(), depth + 1);
  } catch (const SyntaxError&) {
  }
  return std::nullopt;
}

std::optional<std::uint32_t> Typer::find_variable(const std::string& key) const {
  for (const Scope* s = &scope; s; s = s->outer) {
    const auto found = s->names.find(key);
    if (found != s->names.end())
      return found->second;
  }
  if (key.starts_with('.')) { // of the root model
    const auto found = resolver.scopes.front().names.find(key.substr(1));
    if (found != resolver.scopes.front().names.end())
      return found->second;
  }
  return std::nullopt;
}

std::uint32_t Typer::type(const Expression& e) {
  // Equations within macros within equations: the stack of the thread is the limit.
  constexpr std::size_t deepest = 1500;
  struct Deeper {
    std::size_t& depth;
    explicit Deeper(std::size_t& of) : depth(++of) {}
    ~Deeper() { --depth; }
    Deeper(const Deeper&) = delete;
    Deeper& operator=(const Deeper&) = delete;
  };
  const Deeper deeper(resolver.depth);
  if (resolver.depth > deepest)
    fail("X105", "equations and the macros that they call are nested too deep", e.offset,
         "split them with auxiliaries");
  switch (e.syntax) {
  case Syntax::number:
    return constant(e.number);
  case Syntax::name:
    return type_name(e);
  case Syntax::call:
    return type_call(e);
  case Syntax::operation:
    return type_operation(e);
  case Syntax::choice: {
    if (scope.macro && resolver.calls_itself()) { // the recursion ends where a condition says so
      if (const std::optional<double> known = static_value(*e.args[0]))
        return type(*e.args[*known != 0 ? 1 : 2]);
    }
    const std::uint32_t condition = type(*e.args[0]);
    const std::uint32_t yes = type(*e.args[1]);
    return add(Op::choose, {condition, yes, type(*e.args[2])});
  }
  case Syntax::wildcard:
  case Syntax::range:
  case Syntax::position:
    fail("X104", "'*', ':' and '@' have a meaning inside subscripts only", e.offset);
  }
  return 0;
}

std::uint32_t Typer::type_operation(const Expression& e) {
  static const std::unordered_map<std::string, Op> operators = {
      {"+", Op::add},           {"-", Op::subtract},
      {"*", Op::multiply},      {"/", Op::divide},
      {"^", Op::power},         {"mod", Op::modulo},
      {"<", Op::less},          {"<=", Op::less_equal},
      {">", Op::greater},       {">=", Op::greater_equal},
      {"=", Op::equal},         {"<>", Op::not_equal},
      {"and", Op::logical_and}, {"or", Op::logical_or},
      {"neg", Op::negate},      {"not", Op::logical_not}};
  if (e.text == "transpose") {
    const Expression& inner = *e.args[0];
    if (inner.syntax != Syntax::name || inner.subscripted)
      fail("X205", "only a whole array can be transposed with '", e.offset);
    const std::optional<std::uint32_t> variable = find_variable(canonical_name(inner.text));
    if (!variable)
      return type_name(inner);
    std::vector<Axis> axes = resolver.program.variables[*variable].axes;
    std::reverse(axes.begin(), axes.end());
    if (axes.size() > active.size())
      fail("X205",
           fmt::format("'{}' has more dimensions than the variable that is defined", inner.text),
           e.offset);
    std::vector<Index> indices;
    for (std::size_t i = 0; i < axes.size(); ++i)
      indices.push_back(along(active[i], axes[i], e.offset));
    std::reverse(indices.begin(), indices.end());
    return load(*variable, std::move(indices));
  }
  std::vector<std::uint32_t> args;
  const bool outside =
      std::exchange(compared, e.text == "=" || e.text == "<>" || e.text == "<" || e.text == "<=" ||
                                  e.text == ">" || e.text == ">=");
  for (const ExpressionPtr& arg : e.args)
    args.push_back(type(*arg));
  compared = outside;
  if (e.text == "neg" && part.nodes[args[0]].op == Op::constant)
    return constant(-part.nodes[args[0]].value);
  if (e.text == "mod" && !resolver.document.vensim)
    return add(Op::modulo_floored, std::move(args));
  return add(operators.at(e.text), std::move(args));
}

std::uint32_t Typer::load_name(const Expression& e, std::uint32_t variable) {
  const VariableInfo& info = resolver.program.infos[variable];
  const std::vector<Axis> axes = resolver.program.variables[variable].axes;
  const bool local = info.hidden; // of the macro that is being expanded
  if (local && !e.subscripted) {
    if (axes.size() > active.size())
      fail("X205", fmt::format("'{}' cannot be used here", e.text), e.offset);
    return load_hidden(variable);
  }
  if (info.kind == Kind::graphical && !(e.subscripted && axes.empty())) {
    fail("X211", fmt::format("'{}' is a lookup table: it has no value of its own", e.text),
         e.offset, fmt::format("give it an input: {}(x)", e.text));
  }
  if (!e.subscripted)
    return load(variable, implicit(e, variable));
  if (const auto piece = container_element(e, variable))
    return *piece;
  if (e.args.size() != axes.size()) {
    fail("X205",
         fmt::format("'{}' has {} dimensions and {} subscripts here", e.text, axes.size(),
                     e.args.size()),
         e.offset);
  }
  std::vector<Index> indices;
  std::vector<std::uint32_t> used;
  std::unordered_map<std::string, int> occurrences;
  for (std::size_t k = 0; k < axes.size(); ++k)
    indices.push_back(subscript(*e.args[k], axes[k], used, occurrences));
  return load(variable, std::move(indices));
}

std::uint32_t Typer::type_name(const Expression& e) {
  const std::string key = canonical_name(e.text);
  if (const std::optional<std::uint32_t> variable = find_variable(key)) {
    // A model may repeat a built-in's name with itself as equation ("Time" as a variable).
    if (*variable != part.target || !builtin_name(key))
      return load_name(e, *variable);
  }
  if (key == "self" && (e.subscripted || !frames_.empty())) // SIZE(SELF), SIZE(SELF[1, *])
    return load_name(e, self == none ? part.target : self);
  if (!e.subscripted) {
    if (const auto builtin = builtin_name(key))
      return *builtin;
    if (key == "self") // the variable's own value, inside PREVIOUS and the like
      return load(self == none ? part.target : self, self == none ? part.indices : self_indices);
    // The name of a dimension is the position along it, that of an element its position.
    const std::uint32_t dimension = resolver.find_dimension(key);
    if (dimension != none) {
      for (const std::uint32_t a : active) {
        if (canonical_name(part.axes[a].name) != key)
          continue;
        const std::uint32_t node = add(Op::axis_position);
        part.nodes[node].value = a;
        part.nodes[node].varies = std::uint64_t{1} << a;
        return node;
      }
      fail("X205", fmt::format("dimension '{}' is not one of the variable that is defined", e.text),
           e.offset);
    }
    const std::size_t dot = key.find('.');
    for (const Resolver::Dim& dim : resolver.dims) {
      const bool qualified = dot != std::string::npos && key.substr(0, dot) == dim.key;
      const auto found = dim.elements.find(qualified ? key.substr(dot + 1) : key);
      if (found == dim.elements.end())
        continue;
      // Prefer a dimension that the variable has.
      bool in_use = qualified;
      for (const std::uint32_t a : active)
        in_use = in_use || &resolver.dims[part.axes[a].dimension] == &dim;
      if (qualified) // Dimension.element says what it is
        return constant(found->second + 1.0);
      if (in_use || resolver.dims.size() == 1)
        return element_number(e, found->second + 1.0);
    }
    for (const Resolver::Dim& dim : resolver.dims) {
      const auto found = dim.elements.find(key);
      if (found != dim.elements.end())
        return element_number(e, found->second + 1.0);
    }
  }
  std::vector<std::string> known = resolver.names_in(scope);
  const std::string near = did_you_mean(key, known);
  fail("X201", fmt::format("unknown variable '{}'", e.text), e.offset,
       !near.empty()                           ? near
       : plain_function(key)                   ? "it is a function: give it arguments in "
                                                 "parentheses"
       : e.text.find(' ') != std::string::npos ? "if these are several names, an operator is "
                                                 "missing between them"
                                               : "");
}

// Outside of comparisons the number of an element is rarely what is meant: more often a variable
// is missing.
std::uint32_t Typer::element_number(const Expression& e, double number) {
  if (!compared) {
    resolver.findings.warning(
        "X213", part.where,
        fmt::format("in '{}': there is no variable '{}', so the name stands for the number {} of "
                    "the element",
                    part.target == none ? std::string() : resolver.program.infos[part.target].name,
                    e.text, number),
        "declare the variable, or write the number");
  }
  return constant(number);
}

std::optional<std::uint32_t> Typer::builtin_name(const std::string& key) {
  for (const Scope* s = &scope; s; s = s->outer) {
    if (!s->clock)
      continue;
    if (key == "time")
      return constant(s->clock->time);
    if (key == "dt")
      return constant(s->clock->dt);
    if (key == "starttime")
      return constant(s->clock->start);
    if (key == "stoptime")
      return constant(s->clock->stop);
  }
  if (key == "time" || key == "time_value")
    return add(Op::time);
  if (key == "dt" || key == "time_step")
    return add(Op::dt);
  if (key == "starttime" || key == "initial_time")
    return add(Op::start);
  if (key == "stoptime" || key == "final_time")
    return add(Op::stop);
  if (key == "saveper" || key == "savestep")
    return constant(resolver.program.specs.save_step);
  if (key == "pi")
    return constant(3.14159265358979323846);
  if (key == "inf" || key == "infinity")
    return constant(std::numeric_limits<double>::infinity());
  if (key == "nan")
    return constant(std::numeric_limits<double>::quiet_NaN());
  if (key == "true")
    return constant(1);
  if (key == "false")
    return constant(0);
  return std::nullopt;
}

std::uint32_t Typer::type_reduction(Op op, const Expression& e) {
  if (const auto whole = container(op, e))
    return *whole;
  Frame frame;
  std::uint32_t value = 0;
  if (e.args.size() == 1 && e.args[0]->syntax == Syntax::name && !e.args[0]->subscripted &&
      resolver.find_dimension(canonical_name(e.args[0]->text)) != none &&
      !find_variable(canonical_name(e.args[0]->text))) {
    fail("X205", "a dimension is not an array", e.offset);
  }
  value = in_frame(frame, [&] { return type(*e.args[0]); });
  if (frame.order.empty() && op != Op::deviation)
    return value; // of one element
  double points = 1;
  for (const std::uint32_t axis : active)
    points *= static_cast<double>(part.axes[axis].size());
  for (const std::uint32_t axis : frame.order)
    points *= static_cast<double>(part.axes[axis].size());
  if (points > 4.0 * static_cast<double>(resolver.options.max_elements))
    fail("X109", fmt::format("{} runs over {:.3g} combinations of elements", e.text, points),
         e.offset, "sum in steps, with auxiliaries between");
  const std::uint32_t node = add(op, {value});
  Node& reduction = part.nodes[node];
  reduction.bound = frame.order;
  for (const std::uint32_t axis : frame.order)
    reduction.varies &= ~(std::uint64_t{1} << axis);
  return node;
}

} // namespace cauce::conditions::detail
