// Functions of XMILE 1.0 section 3.5, of isee and of Vensim, as nodes and hidden variables.
#include "cauce/conditions/names.hpp"
#include "cauce/conditions/resolver.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace cauce::conditions::detail {

namespace {

const std::unordered_map<std::string, PlainFunction>& plain_functions() {
  static const std::unordered_map<std::string, PlainFunction> table = {
      {"abs", {Op::abs, 1, 1}},
      {"sqrt", {Op::sqrt, 1, 1}},
      {"exp", {Op::exp, 1, 1}},
      {"ln", {Op::ln, 1, 1}},
      {"log10", {Op::log10, 1, 1}},
      {"sin", {Op::sin, 1, 1}},
      {"cos", {Op::cos, 1, 1}},
      {"tan", {Op::tan, 1, 1}},
      {"arcsin", {Op::arcsin, 1, 1}},
      {"arccos", {Op::arccos, 1, 1}},
      {"arctan", {Op::arctan, 1, 1}},
      {"sinh", {Op::sinh, 1, 1}},
      {"cosh", {Op::cosh, 1, 1}},
      {"tanh", {Op::tanh, 1, 1}},
      {"int", {Op::truncate, 1, 1}},
      {"integer", {Op::truncate, 1, 1}},
      {"trunc", {Op::truncate, 1, 1}},
      {"floor", {Op::floor, 1, 1}},
      {"ceiling", {Op::ceiling, 1, 1}},
      {"ceil", {Op::ceiling, 1, 1}},
      {"round", {Op::round, 1, 1}},
      {"sign", {Op::sign, 1, 1}},
      {"gammaln", {Op::gamma_ln, 1, 1}},
      {"gamma_ln", {Op::gamma_ln, 1, 1}},
      {"asin", {Op::arcsin, 1, 1}},
      {"acos", {Op::arccos, 1, 1}},
      {"atan", {Op::arctan, 1, 1}},
      {"arctan2", {Op::arctan2, 2, 2}},
      {"atan2", {Op::arctan2, 2, 2}},
      {"modulo", {Op::modulo, 2, 2}},
      {"mod", {Op::modulo, 2, 2}},
      {"power", {Op::power, 2, 2}},
      {"pow", {Op::power, 2, 2}},
      {"quantum", {Op::quantum, 2, 2}},
      {"zidz", {Op::safe_divide, 2, 2}},
      {"xidz", {Op::safe_divide, 3, 3}},
      {"safediv", {Op::safe_divide, 2, 3}},
      {"if_then_else", {Op::choose, 3, 3}},
      {"step", {Op::step, 1, 2}},
      {"ramp", {Op::ramp, 1, 3}},
      {"pulse", {Op::pulse, 1, 3}},
      {"pulse_train", {Op::pulse_train, 4, 4}},
      {"and", {Op::logical_and, 2, 2}},
      {"or", {Op::logical_or, 2, 2}},
      {"not", {Op::logical_not, 1, 1}},
  };
  return table;
}

// Names that mean the same; those on the right are handled below or in the library.
const std::unordered_map<std::string, std::string>& aliases() {
  static const std::unordered_map<std::string, std::string> table = {
      {"smooth", "smth1"},      {"smoothi", "smth1"},   {"smooth_i", "smth1"},
      {"smooth3", "smth3"},     {"smooth3i", "smth3"},  {"smooth_3", "smth3"},
      {"smooth_3i", "smth3"},   {"smthn", "smthn"},     {"delay1i", "delay1"},
      {"delay_1", "delay1"},    {"delay_1i", "delay1"}, {"delay3i", "delay3"},
      {"delay_3", "delay3"},    {"delay_3i", "delay3"}, {"delay_information", "delay_fixed"},
      {"delayinf", "smth1"},    {"forecast", "forcst"}, {"delaymtr", "delay_fixed"},
      {"delay", "delay_fixed"}, {"initial", "init"},    {"initial_value", "init"},
      {"vmin", "min"},          {"vmax", "max"},        {"prod", "product"},
      {"stdev", "stddev"},      {"uniform", "random"},  {"random_uniform", "random_uniform"},
      {"log", "log"},           {"elmcount", "size"},   {"game", "game"},
      {"random_0_1", "random"}};
  return table;
}

std::string function_key(const std::string& name) {
  std::string key = canonical_name(name);
  for (const std::string_view vendor : {"isee.", "std.", "vensim.", "simlin."}) {
    if (key.starts_with(vendor))
      key.erase(0, vendor.size());
  }
  const auto alias = aliases().find(key);
  return alias == aliases().end() ? key : alias->second;
}

} // namespace

const PlainFunction* plain_function(const std::string& name) {
  const auto found = plain_functions().find(function_key(name));
  return found == plain_functions().end() ? nullptr : &found->second;
}

std::vector<std::string> function_names() {
  std::vector<std::string> names = {"min",
                                    "max",
                                    "sum",
                                    "prod",
                                    "mean",
                                    "stddev",
                                    "size",
                                    "rank",
                                    "init",
                                    "previous",
                                    "lookup",
                                    "lookupinv",
                                    "delay",
                                    "delay_fixed",
                                    "smth1",
                                    "smth3",
                                    "smthn",
                                    "delay1",
                                    "delay3",
                                    "delayn",
                                    "trend",
                                    "forcst",
                                    "npv",
                                    "random",
                                    "normal",
                                    "lognormal",
                                    "exprnd",
                                    "poisson",
                                    "binomial",
                                    "gamma",
                                    "beta",
                                    "triangular",
                                    "weibull",
                                    "montecarlo",
                                    "random_normal",
                                    "random_uniform",
                                    "log",
                                    "pi",
                                    "time",
                                    "sample_if_true",
                                    "vector_select",
                                    "vector_sort_order",
                                    "vector_elm_map",
                                    "allocate_by_priority",
                                    "invert_matrix",
                                    "active_initial",
                                    "counter",
                                    "game"};
  for (const auto& [name, function] : plain_functions())
    names.push_back(name);
  for (const auto& [name, meaning] : aliases())
    names.push_back(name);
  std::sort(names.begin(), names.end());
  return names;
}

void Typer::arguments(const Expression& e, std::size_t low, std::size_t high) const {
  const std::size_t n = e.args.size() - (e.subscripted ? 1 : 0);
  if (n >= low && n <= high)
    return;
  fail("X203",
       fmt::format("{} takes {} argument{}, found {}", e.text,
                   low == high ? std::to_string(low)
                   : high > 90 ? fmt::format("at least {}", low)
                               : fmt::format("{} to {}", low, high),
                   high == 1 ? "" : "s", n),
       e.offset);
}

std::uint32_t Typer::type_lookup(const Expression& e, Op op, const Expression& table,
                                 const Expression& x) {
  if (table.syntax != Syntax::name)
    fail("X211", fmt::format("{} needs the name of a lookup table first", e.text), e.offset);
  const std::optional<std::uint32_t> variable = find_variable(canonical_name(table.text));
  if (!variable)
    fail("X201", fmt::format("unknown lookup table '{}'", table.text), table.offset,
         did_you_mean(canonical_name(table.text), resolver.names_in(scope)));
  // Tables are read before all variables are defined: what the file says decides.
  const std::uint32_t input = type(x);
  std::vector<Index> indices;
  const std::vector<Axis> axes = resolver.program.variables[*variable].axes;
  if (table.subscripted) {
    if (table.args.size() != axes.size())
      fail("X205",
           fmt::format("'{}' has {} dimensions and {} subscripts here", table.text, axes.size(),
                       table.args.size()),
           table.offset);
    std::vector<std::uint32_t> used;
    std::unordered_map<std::string, int> occurrences;
    for (std::size_t k = 0; k < axes.size(); ++k)
      indices.push_back(subscript(*table.args[k], axes[k], used, occurrences));
  } else {
    indices = implicit(table, *variable);
  }
  const std::uint32_t node = add(op, {input});
  Node& lookup = part.nodes[node];
  lookup.variable = *variable;
  for (const Index& index : indices) {
    if (index.kind == Index::Kind::axis)
      lookup.varies |= std::uint64_t{1} << index.at;
    if (index.kind == Index::Kind::computed)
      lookup.varies |= part.nodes[index.at].varies;
  }
  lookup.indices = std::move(indices);
  return node;
}

std::uint32_t Typer::type_random(const std::string& name, const Expression& e) {
  struct Law {
    Op op;
    std::size_t low,
        parameters; // arguments at least, and how many are parameters (a seed may follow)
  };
  static const std::unordered_map<std::string, Law> laws = {{"random", {Op::uniform, 0, 2}},
                                                            {"normal", {Op::normal, 2, 2}},
                                                            {"lognormal", {Op::lognormal, 2, 2}},
                                                            {"exprnd", {Op::exponential, 1, 1}},
                                                            {"poisson", {Op::poisson, 1, 1}},
                                                            {"binomial", {Op::binomial, 2, 2}},
                                                            {"gamma", {Op::gamma, 1, 2}},
                                                            {"beta", {Op::beta, 2, 2}},
                                                            {"triangular", {Op::triangular, 3, 3}},
                                                            {"weibull", {Op::weibull, 2, 2}},
                                                            {"random_uniform", {Op::uniform, 2, 2}},
                                                            {"random_normal", {Op::normal, 5, 5}}};
  const auto found = laws.find(name);
  if (found == laws.end()) {
    if (name != "montecarlo")
      return none;
    // Probability in percent per unit of time that the value is 1 in a step (XMILE MONTECARLO).
    arguments(e, 1, 2);
    const std::uint32_t chance = type(*e.args[0]);
    const std::uint32_t draw = add(Op::uniform);
    part.nodes[draw].stream = ++resolver.program.streams;
    for (const std::uint32_t a : active)
      part.nodes[draw].varies |= std::uint64_t{1} << a;
    const std::uint32_t per_step = add(Op::multiply, {chance, add(Op::dt)});
    return add(Op::less, {draw, add(Op::multiply, {per_step, constant(0.01)})});
  }
  const Law& law = found->second;
  arguments(e, law.low,
            name == "normal" || name == "random" || name == "gamma" ? 5 : law.parameters + 3);
  std::vector<std::uint32_t> args;
  if (name == "random_normal") { // min, max, mean, standard deviation, seed
    args = {type(*e.args[2]), type(*e.args[3])};
  } else {
    for (std::size_t i = 0; i < std::min(e.args.size(), law.parameters); ++i)
      args.push_back(type(*e.args[i]));
  }
  std::uint32_t node = add(law.op, args);
  part.nodes[node].stream = ++resolver.program.streams;
  for (const std::uint32_t a : active)
    part.nodes[node].varies |= std::uint64_t{1} << a;
  if (name == "random_normal") {
    const std::uint32_t low = type(*e.args[0]);
    node = add(Op::minimum, {add(Op::maximum, {node, low}), type(*e.args[1])});
  }
  return node;
}

std::uint32_t Typer::type_memory(const std::string& name, const Expression& e) {
  Program& program = resolver.program;
  if (name == "init") {
    arguments(e, 1, 1);
    const std::uint32_t id = hidden("init", Memory::frozen);
    const std::uint32_t made = hidden_part(id, *e.args[0]);
    program.variables[id].initial = {made};
    return load_hidden(id);
  }
  if (name == "previous") {
    arguments(e, 1, 2);
    const std::uint32_t id = hidden("previous", Memory::reg);
    const std::uint32_t source = hidden_value("now", *e.args[0]);
    const std::uint32_t made = hidden_part(id, *e.args[e.args.size() - 1]);
    program.variables[id].initial = {made};
    program.variables[id].source = source;
    return load_hidden(id);
  }
  if (name == "delay_fixed") {
    arguments(e, 2, 3);
    const std::uint32_t id = hidden("delay", Memory::fixed_delay);
    const std::uint32_t source = hidden_value("now", *e.args[0]);
    const std::uint32_t delay = hidden_value("time", *e.args[1]);
    const std::uint32_t made = hidden_part(id, e.args.size() > 2 ? *e.args[2] : *e.args[0]);
    program.variables[id].initial = {made};
    program.variables[id].source = source;
    program.variables[id].delay = delay;
    return load_hidden(id);
  }
  if (name == "sample_if_true") { // the input while the condition holds, then what it was last
    arguments(e, 3, 3);
    const std::uint32_t id = hidden("held", Memory::reg);
    const std::uint32_t now = hidden("sampled", Memory::none);
    const std::uint32_t value = hidden_part(now, [&](Typer& inner) {
      const std::uint32_t condition = inner.type(*e.args[0]);
      const std::uint32_t input = inner.type(*e.args[1]);
      return inner.add(Op::choose, {condition, input, inner.load_hidden(id)});
    });
    program.variables[now].parts = {value};
    const std::uint32_t made = hidden_part(id, *e.args[2]);
    program.variables[id].initial = {made};
    program.variables[id].source = now;
    return load_hidden(now);
  }
  if (name == "active_initial") {
    arguments(e, 2, 2);
    const std::uint32_t id = hidden_value("active", *e.args[0]);
    const std::uint32_t made = hidden_part(id, *e.args[1]);
    program.variables[id].initial = {made};
    return load_hidden(id);
  }
  return none;
}

std::optional<std::uint32_t> Typer::special_call(const std::string& name, const Expression& e) {
  static const std::unordered_map<std::string, Op> reductions = {
      {"sum", Op::sum},          {"product", Op::product}, {"mean", Op::mean},
      {"stddev", Op::deviation}, {"min", Op::least},       {"max", Op::greatest}};
  if (const auto reduction = reductions.find(name); reduction != reductions.end()) {
    arguments(e, 1, 99);
    if (e.args.size() == 1)
      return type_reduction(reduction->second, e);
    const bool extreme = name == "min" || name == "max";
    const Op fold = name == "min"       ? Op::minimum
                    : name == "max"     ? Op::maximum
                    : name == "product" ? Op::multiply
                                        : Op::add;
    if (name == "stddev")
      fail("X203", "STDDEV takes one array", e.offset);
    std::uint32_t value = type(*e.args[0]);
    for (std::size_t i = 1; i < e.args.size(); ++i)
      value = add(fold, {value, type(*e.args[i])});
    if (name == "mean" && !extreme)
      value = add(Op::divide, {value, constant(static_cast<double>(e.args.size()))});
    return value;
  }
  if (name == "size") {
    arguments(e, 1, 1);
    const Expression& what = *e.args[0];
    if (what.syntax == Syntax::name && !what.subscripted &&
        !find_variable(canonical_name(what.text))) {
      const std::uint32_t dimension = resolver.find_dimension(canonical_name(what.text));
      if (dimension != none)
        return constant(
            static_cast<double>(resolver.program.dimensions[dimension].elements.size()));
    }
    const std::uint32_t node = type_reduction(Op::sum, e);
    double size = 1;
    for (const std::uint32_t axis : part.nodes[node].bound)
      size *= static_cast<double>(part.axes[axis].size());
    return constant(size);
  }
  if (name == "rank") { // RANK(array, n): position of the n-th smallest element
    arguments(e, 2, 3);
    Frame frame;
    const std::uint32_t values = in_frame(frame, [&] { return type(*e.args[0]); });
    const std::uint32_t node = add(Op::rank_element, {values, type(*e.args[1])});
    part.nodes[node].bound = frame.order;
    for (const std::uint32_t axis : frame.order)
      part.nodes[node].varies &= ~(std::uint64_t{1} << axis);
    return node;
  }
  if (name == "lookup" || name == "lookup_extrapolate" || name == "lookup_forward" ||
      name == "lookup_backward" || name == "lookupinv" || name == "lookup_invert" ||
      name == "lookup_inverse") {
    arguments(e, 2, 2);
    const Op op = name == "lookup_extrapolate" ? Op::lookup_extrapolate
                  : name == "lookup_forward"   ? Op::lookup_forward
                  : name == "lookup_backward"  ? Op::lookup_backward
                  : name == "lookup"           ? Op::lookup
                                               : Op::lookup_inverse;
    return type_lookup(e, op, *e.args[0], *e.args[1]);
  }
  if (name == "log") {
    arguments(e, 1, 2);
    const std::uint32_t x = add(Op::ln, {type(*e.args[0])});
    if (e.args.size() == 1) {
      part.nodes[x].op = Op::log10;
      return x;
    }
    return add(Op::divide, {x, add(Op::ln, {type(*e.args[1])})});
  }
  if (name == "pi" || name == "time" || name == "dt" || name == "starttime" || name == "stoptime" ||
      name == "inf") {
    arguments(e, 0, 0);
    return builtin_name(name);
  }
  if (name == "game") {
    arguments(e, 1, 1);
    return type(*e.args[0]);
  }
  if (name == "percent") {
    arguments(e, 1, 1);
    return add(Op::multiply, {type(*e.args[0]), constant(100)});
  }
  if (name == "factorial") {
    arguments(e, 1, 1);
    return add(
        Op::round,
        {add(Op::exp, {add(Op::gamma_ln, {add(Op::add, {type(*e.args[0]), constant(1)})})})});
  }
  if (name == "combinations" || name == "permutations") {
    arguments(e, 2, 2);
    const std::uint32_t n = type(*e.args[0]), r = type(*e.args[1]), one = constant(1);
    const auto ln_factorial = [&](std::uint32_t x) {
      return add(Op::gamma_ln, {add(Op::add, {x, one})});
    };
    std::uint32_t ln =
        add(Op::subtract, {ln_factorial(n), ln_factorial(add(Op::subtract, {n, r}))});
    if (name == "combinations")
      ln = add(Op::subtract, {ln, ln_factorial(r)});
    return add(Op::round, {add(Op::exp, {ln})});
  }
  if (name == "normalcdf") { // NORMALCDF(left, right[, mean, sd])
    arguments(e, 2, 4);
    const std::uint32_t mean = e.args.size() > 2 ? type(*e.args[2]) : constant(0),
                        sd = e.args.size() > 3 ? type(*e.args[3]) : constant(1);
    const auto below = [&](const Expression& x) {
      return add(Op::normal_cdf, {add(Op::divide, {add(Op::subtract, {type(x), mean}), sd})});
    };
    const std::uint32_t right = below(*e.args[1]);
    return add(Op::subtract, {right, below(*e.args[0])});
  }
  if (name == "counter") { // counts from a to b by dt, again and again
    arguments(e, 2, 2);
    const std::uint32_t from = type(*e.args[0]), to = type(*e.args[1]);
    const std::uint32_t since = add(Op::subtract, {add(Op::time), add(Op::start)});
    return add(Op::add, {from, add(Op::modulo, {since, add(Op::subtract, {to, from})})});
  }
  if (name == "vector_elm_map") { // VECTOR ELM MAP(array[first], offset)
    arguments(e, 2, 2);
    const Expression& array = *e.args[0];
    const auto variable =
        array.syntax == Syntax::name ? find_variable(canonical_name(array.text)) : std::nullopt;
    if (!variable || !array.subscripted)
      fail("X205", "VECTOR ELM MAP needs an array with subscripts", e.offset);
    const std::uint32_t base = load_name(array, *variable);
    std::vector<Index> indices = part.nodes[base].indices;
    const std::uint32_t offset = type(*e.args[1]);
    Index& last = indices.back();
    std::uint32_t first = 0;
    if (last.kind == Index::Kind::fixed)
      first = constant(last.at + 1.0);
    else if (last.kind == Index::Kind::axis) {
      first = add(Op::axis_position);
      part.nodes[first].value = last.at;
      part.nodes[first].varies = std::uint64_t{1} << last.at;
    } else
      first = last.at;
    last = {Index::Kind::computed, add(Op::add, {first, offset}), {}};
    return load(*variable, std::move(indices));
  }
  if (name == "vector_sort_order" || name == "vector_rank" || name == "invert_matrix" ||
      name == "inverse" || name == "allocate_by_priority" || name == "vector_select") {
    const std::size_t low = name == "vector_sort_order" || name == "vector_rank" ? 2
                            : name == "allocate_by_priority"                     ? 5
                            : name == "vector_select"                            ? 5
                                                                                 : 1;
    arguments(e, low, name == "invert_matrix" ? 2 : low);
    return type_array_function(name, e);
  }
  return std::nullopt;
}

std::uint32_t Typer::type_call(const Expression& e) {
  const std::string raw = canonical_name(e.text);
  if (e.subscripted)
    return type_lookup(e, Op::lookup, *e.args[0], *e.args.back());
  if (const MacroDefinition* macro = resolver.find_macro(raw))
    return load_hidden(resolver.expand(*macro, e, *this));
  const std::string name = function_key(e.text);
  // A variable called like a function is its lookup table; the model's names come first.
  if (const auto variable = find_variable(raw); variable && e.args.size() == 1) {
    Expression table{Syntax::name, 0, e.text, false, {}, e.offset};
    return type_lookup(e, Op::lookup, table, *e.args[0]);
  }
  if (const PlainFunction* plain = plain_function(name)) {
    arguments(e, plain->low, plain->high);
    std::vector<std::uint32_t> args;
    for (const ExpressionPtr& arg : e.args)
      args.push_back(type(*arg));
    return add(plain->op, std::move(args));
  }
  if (const auto node = special_call(name, e))
    return *node;
  if (const std::uint32_t node = type_memory(name, e); node != none)
    return node;
  if (const std::uint32_t node = type_random(name, e); node != none)
    return node;
  if (is_library_function(name)) {
    int order = 1;
    Expression call{Syntax::call, 0, e.text, false, {}, e.offset};
    const int at = order_argument(name);
    for (std::size_t i = 0; i < e.args.size(); ++i) {
      if (static_cast<int>(i) != at) {
        call.args.push_back(copy(*e.args[i]));
        continue;
      }
      const std::optional<double> n = known_number(*e.args[i]);
      if (!n || *n < 1 || *n > 1000 || *n != std::floor(*n)) {
        fail("X210",
             fmt::format("the order of {} must be a whole number from 1 to 1000 that is known "
                         "before the run",
                         e.text),
             e.offset, "write the number itself");
      }
      order = static_cast<int>(*n);
    }
    if (at >= 0 && static_cast<int>(e.args.size()) <= at)
      arguments(e, static_cast<std::size_t>(at) + 1, 4);
    const std::string key = fmt::format("{}#{}", name, order);
    const MacroDefinition* macro = resolver.find_macro(key);
    if (!macro) {
      resolver.library.push_back(*library_macro(name, order));
      macro = &resolver.library.back();
      resolver.macros.emplace(key, macro);
    }
    return load_hidden(resolver.expand(*macro, call, *this));
  }
  std::vector<std::string> known = function_names();
  for (const auto& [key, macro] : resolver.macros) {
    if (key.find('#') == std::string::npos)
      known.push_back(key);
  }
  std::sort(known.begin(), known.end());
  std::string hint = did_you_mean(raw, known);
  if (hint.empty() && raw.find("macro") != std::string::npos)
    hint = "the file has no <macro> of this name: export it with its macros";
  fail("X202", fmt::format("unknown function or macro '{}'", e.text), e.offset, hint);
}

} // namespace cauce::conditions::detail
