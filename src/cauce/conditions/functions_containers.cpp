// Everything that is a list of numbers can be asked like an array (XMILE 1.0 sections 3.2.4 and
// 3.7.1): the points of a graphical function, what waits in a queue, the places of a conveyor. And
// arrays by one flat index, or mixed with single numbers in MAX and MIN.
#include "cauce/conditions/names.hpp"
#include "cauce/conditions/resolver.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace cauce::conditions::detail {

namespace {

double of_points(Op op, const std::vector<double>& y) {
  const auto n = static_cast<double>(y.size());
  const double sum = std::accumulate(y.begin(), y.end(), 0.0);
  switch (op) {
  case Op::least:
    return *std::min_element(y.begin(), y.end());
  case Op::greatest:
    return *std::max_element(y.begin(), y.end());
  case Op::mean:
    return sum / n;
  case Op::product:
    return std::accumulate(y.begin(), y.end(), 1.0, std::multiplies<>());
  case Op::deviation: {
    double squares = 0;
    for (const double x : y)
      squares += (x - sum / n) * (x - sum / n);
    return n > 1 ? std::sqrt(squares / (n - 1)) : 0.0;
  }
  default:
    return sum;
  }
}

Statistic statistic_of(Op op) {
  return op == Op::least       ? Statistic::least
         : op == Op::greatest  ? Statistic::greatest
         : op == Op::mean      ? Statistic::mean
         : op == Op::deviation ? Statistic::deviation
                               : Statistic::size;
}

} // namespace

std::uint32_t Typer::of_machine(Op op, double which, const Expression& name, std::uint32_t variable,
                                std::vector<std::uint32_t> args) {
  const std::uint32_t load = load_name(name, variable);
  const std::uint32_t node = add(op, std::move(args));
  part.nodes[node].value = which;
  remembered(node, load);
  return node;
}

// MIN, MAX, MEAN, STDDEV, SUM and PROD of a whole container; SIZE asks with Op::load.
std::optional<std::uint32_t> Typer::container(Op op, const Expression& e) {
  const Expression& what = *e.args[0];
  if (what.syntax != Syntax::name)
    return std::nullopt;
  const auto variable = find_variable(canonical_name(what.text));
  const VariableDefinition* of = variable ? resolver.definition_of(*variable) : nullptr;
  if (!of)
    return std::nullopt;
  if (of->kind == Kind::graphical && of->graphical && !what.subscripted && of->dimensions.empty()) {
    const std::vector<double>& y = of->graphical->y;
    return constant(op == Op::load ? static_cast<double>(y.size()) : of_points(op, y));
  }
  // Of an arrayed one, an element with all its subscripts is a container.
  const bool whole = what.subscripted ? what.args.size() == of->dimensions.size() &&
                                            std::none_of(what.args.begin(), what.args.end(),
                                                         [](const auto& s) {
                                                           return s->syntax == Syntax::wildcard ||
                                                                  s->syntax == Syntax::range;
                                                         })
                                      : of->dimensions.empty();
  if ((!of->queue && !of->conveyor) || !whole || op == Op::sum)
    return std::nullopt;
  if (op == Op::product)
    return std::nullopt;
  return of_machine(Op::machine_statistic, static_cast<double>(statistic_of(op)), what, *variable,
                    {});
}

// table[3], queue[1], conveyor[2], and A[element][1] where the element is one of these.
std::optional<std::uint32_t> Typer::container_element(const Expression& e, std::uint32_t variable) {
  const VariableDefinition* of = resolver.definition_of(variable);
  if (!of || e.args.size() != of->dimensions.size() + 1)
    return std::nullopt;
  if (of->kind == Kind::graphical && of->graphical && of->dimensions.empty()) {
    const std::optional<double> at = static_value(*e.args[0]);
    const std::vector<double>& y = of->graphical->y;
    if (!at)
      fail("X211", fmt::format("the points of '{}' are asked for by a number", e.text), e.offset,
           "write the number itself");
    return constant(*at >= 1 && *at <= static_cast<double>(y.size())
                        ? y[static_cast<std::size_t>(*at) - 1]
                        : resolver.program.outside);
  }
  if (!of->queue && !of->conveyor)
    return std::nullopt;
  Expression own{Syntax::name, 0, e.text, false, {}, e.offset};
  for (std::size_t k = 0; k + 1 < e.args.size(); ++k)
    own.args.push_back(copy(*e.args[k]));
  own.subscripted = !own.args.empty();
  return of_machine(Op::machine_piece, 0, own, variable, {type(*e.args.back())});
}

// A(n): the n-th element in row-major order.
std::uint32_t Typer::flat_element(const Expression& e, std::uint32_t variable) {
  const std::vector<Axis> axes = resolver.program.variables[variable].axes;
  const std::uint32_t one = constant(1);
  std::uint32_t rest = add(Op::subtract, {add(Op::floor, {type(*e.args[0])}), one});
  std::vector<Index> indices(axes.size());
  for (std::size_t k = axes.size(); k-- > 0;) {
    const std::uint32_t size = constant(static_cast<double>(axes[k].size()));
    // The first index is not cut off: beyond the array is outside of it.
    const std::uint32_t at = k == 0 ? rest : add(Op::modulo_floored, {rest, size});
    indices[k] = {Index::Kind::computed, add(Op::add, {at, one}), {}};
    if (k > 0)
      rest = add(Op::floor, {add(Op::divide, {rest, size})});
  }
  return load(variable, std::move(indices));
}

// MAX(A, 0, B[*]): of all numbers together. An array with the dimensions of the variable that is
// defined is taken element by element.
std::uint32_t Typer::folded(Op fold, Op reduction, const Expression& e) {
  const auto number = [&](const Expression& arg) {
    const std::size_t before = part.nodes.size();
    try {
      return type(arg);
    } catch (const TypeError& problem) {
      if (problem.code != "X205" || !frames_.empty())
        throw;
      part.nodes.resize(before);
    }
    Expression all{Syntax::call, 0, e.text, false, {}, arg.offset};
    all.args.push_back(copy(arg));
    return type_reduction(reduction, all);
  };
  std::uint32_t value = number(*e.args[0]);
  for (std::size_t i = 1; i < e.args.size(); ++i)
    value = add(fold, {value, number(*e.args[i])});
  return value;
}

} // namespace cauce::conditions::detail
