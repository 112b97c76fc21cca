// Calls: which function, macro or table a name means, and those that need more than one node.
#include "cauce/conditions/names.hpp"
#include "cauce/conditions/resolver.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace cauce::conditions::detail {

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
    if (extreme)
      return folded(fold, reduction->second, e);
    std::uint32_t value = type(*e.args[0]);
    for (std::size_t i = 1; i < e.args.size(); ++i)
      value = add(fold, {value, type(*e.args[i])});
    if (name == "mean")
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
    if (const auto of = container(Op::load, e))
      return *of;
    const std::size_t before = part.nodes.size();
    const std::uint32_t node = type_reduction(Op::sum, e);
    double size = 1;
    for (const std::uint32_t axis : part.nodes[node].bound)
      size *= static_cast<double>(part.axes[axis].size());
    part.nodes.resize(before); // nothing of the array is read
    return constant(size);
  }
  if (name == "rank") { // RANK(array, n): position of the n-th smallest element
    arguments(e, 2, 3);
    Frame frame;
    std::uint32_t values = 0, second = none; // a second array decides between equals
    in_frame(frame, [&] {
      values = type(*e.args[0]);
      const std::size_t bound = frame.order.size();
      if (e.args.size() > 2)
        second = type(*e.args[2]);
      if (frame.order.size() != bound)
        fail("X205", "the second array of RANK must have the dimensions of the first", e.offset);
      return 0u;
    });
    std::vector<std::uint32_t> args{values, type(*e.args[1])};
    if (second != none)
      args.push_back(second);
    const std::uint32_t node = add(Op::rank_element, std::move(args));
    part.nodes[node].bound = frame.order;
    for (const std::uint32_t axis : frame.order)
      part.nodes[node].varies &= ~(std::uint64_t{1} << axis);
    return node;
  }
  if (const auto node = table_call(name, e))
    return node;
  if (const auto node = small_call(name, e))
    return node;
  if (name == "allocate_available") {
    arguments(e, 3, 3);
    return type_allocation(e);
  }
  if (name == "find_market_price" || name == "demand_at_price" || name == "supply_at_price")
    return type_market(name, e);
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
      name == "inverse" || name == "allocate_by_priority" || name == "vector_select" ||
      name == "vector_reorder") {
    const std::size_t low =
        name == "vector_sort_order" || name == "vector_rank" || name == "vector_reorder" ? 2
        : name == "allocate_by_priority"                                                 ? 5
        : name == "vector_select"                                                        ? 5
                                                                                         : 1;
    arguments(e, low, name == "invert_matrix" ? 2 : low);
    return type_array_function(name, e);
  }
  return std::nullopt;
}

// Calls of tables by name: LOOKUP and its kin.
std::optional<std::uint32_t> Typer::table_call(const std::string& name, const Expression& e) {
  static const std::unordered_map<std::string, Op> two = {
      {"lookup", Op::lookup},
      {"lookup_extrapolate", Op::lookup_extrapolate},
      {"lookup_forward", Op::lookup_forward},
      {"lookup_backward", Op::lookup_backward},
      {"lookupinv", Op::lookup_inverse},
      {"lookup_invert", Op::lookup_inverse},
      {"lookup_inverse", Op::lookup_inverse}};
  if (const auto found = two.find(name); found != two.end()) {
    arguments(e, 2, 2);
    return type_lookup(e, found->second, *e.args[0], *e.args[1]);
  }
  if (name == "lookup_slope") { // LOOKUP SLOPE(table, x, mode)
    arguments(e, 2, 3);
    const std::uint32_t mode = e.args.size() > 2 ? type(*e.args[2]) : constant(0);
    const std::uint32_t node = type_lookup(e, Op::lookup_slope, *e.args[0], *e.args[1]);
    part.nodes[node].args.push_back(mode);
    part.nodes[node].varies |= part.nodes[mode].varies;
    return node;
  }
  if (name == "lookup_area" || name == "lookup_mean") { // (table, from, to)
    arguments(e, 3, 3);
    const std::uint32_t to = type(*e.args[2]);
    const std::uint32_t node = type_lookup(e, Op::lookup_area, *e.args[0], *e.args[1]);
    part.nodes[node].args.push_back(to);
    part.nodes[node].varies |= part.nodes[to].varies;
    if (name == "lookup_area")
      return node;
    const std::uint32_t from = part.nodes[node].args[0];
    return add(Op::divide, {node, add(Op::subtract, {to, from})});
  }
  if (name == "get_data_between_times") { // (data, time, -1 the value before, 0 between, 1 after)
    arguments(e, 3, 3);
    const std::optional<double> mode = known_number(*e.args[2]);
    if (!mode)
      fail("X210", "the third argument of GET DATA BETWEEN TIMES must be -1, 0 or 1", e.offset);
    const Op op = *mode < 0 ? Op::lookup_backward : *mode > 0 ? Op::lookup_forward : Op::lookup;
    return type_lookup(e, op, *e.args[0], *e.args[1]);
  }
  return std::nullopt;
}

// Functions that are a few operations.
std::optional<std::uint32_t> Typer::small_call(const std::string& name, const Expression& e) {
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
  if (name == "invnorm") { // INVNORM(probability[, mean, deviation])
    arguments(e, 1, 3);
    const std::uint32_t z = add(Op::normal_quantile, {type(*e.args[0])});
    const std::uint32_t scaled = e.args.size() > 2 ? add(Op::multiply, {z, type(*e.args[2])}) : z;
    return e.args.size() > 1 ? add(Op::add, {scaled, type(*e.args[1])}) : scaled;
  }
  if (name == "get_time_value") { // GET TIME VALUE(0 start or 1 now, offset, 0 in units of time)
    arguments(e, 3, 3);
    const std::optional<double> from = known_number(*e.args[0]), measure = known_number(*e.args[2]);
    if (!from || (*from != 0 && *from != 1) || !measure || *measure != 0) {
      fail("X211",
           "GET TIME VALUE gives the model's own time only: GET TIME VALUE(0 or 1, offset, 0)",
           e.offset, "write calendar dates as functions of Time");
    }
    return add(Op::add, {add(*from == 0 ? Op::start : Op::time), type(*e.args[1])});
  }
  return std::nullopt;
}

std::uint32_t Typer::type_call(const Expression& e) {
  const std::string raw = canonical_name(e.text);
  if (e.subscripted)
    return type_lookup(e, Op::lookup, *e.args[0], *e.args.back());
  const std::size_t dot = raw.rfind('.'); // user.macro
  for (const std::string& key : {raw, raw.substr(dot == std::string::npos ? 0 : dot + 1)}) {
    if (const MacroDefinition* macro = resolver.find_macro(key, e.args.size());
        macro && !find_variable(raw))
      return load_hidden(resolver.expand(*macro, e, *this));
  }
  const std::string name = function_key(e.text);
  // A variable called like a function is its lookup table, or an array with a flat index; the
  // model's names come first.
  if (const auto variable = find_variable(raw); variable && e.args.size() == 1) {
    const VariableDefinition* of = resolver.definition_of(*variable);
    const bool called = !of || of->graphical ||
                        std::any_of(of->elements.begin(), of->elements.end(),
                                    [](const auto& element) { return element.graphical; });
    if (!called && !of->dimensions.empty())
      return flat_element(e, *variable);
    if (called) {
      Expression table{Syntax::name, 0, e.text, false, {}, e.offset};
      return type_lookup(e, Op::lookup, table, *e.args[0]);
    }
    // A variable called "sum" does not take the function away.
  }
  if (const PlainFunction* plain = plain_function(name)) {
    arguments(e, plain->low, plain->high);
    std::vector<std::uint32_t> args;
    for (const ExpressionPtr& arg : e.args)
      args.push_back(type(*arg));
    const bool exact = !resolver.document.vensim; // INT and MOD by the standard, not as in Vensim
    if (name == "int" && exact)
      return add(Op::floor, std::move(args));
    if (name == "mod" && exact)
      return add(Op::modulo_floored, std::move(args));
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
    const MacroDefinition* macro = resolver.find_macro(key, call.args.size());
    if (!macro) {
      resolver.library.push_back(*library_macro(name, order));
      macro = &resolver.library.back();
      resolver.macros[key].push_back(macro);
    }
    return load_hidden(resolver.expand(*macro, call, *this));
  }
  if (const MacroDefinition* model = resolver.model_as_macro(raw))
    return load_hidden(resolver.expand(*model, e, *this));
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
