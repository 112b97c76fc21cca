// The scalar evaluator's walk over the tree of an equation (scalar.hpp).
#include "cauce/conditions/scalar.hpp"

#include "cauce/base/distributions.hpp"
#include "cauce/conditions/operations.hpp"

#include <cmath>

namespace cauce::conditions::detail {

double Evaluator::value(std::uint32_t n) {
  const Node& node = part_.nodes[n];
  switch (node.op) {
  case Op::constant:
    return node.value;
  case Op::time:
    return state_.time;
  case Op::dt:
    return state_.dt;
  case Op::start:
    return state_.start;
  case Op::stop:
    return state_.stop;
  case Op::load:
    return load(node);
  case Op::axis_position: {
    const auto axis = static_cast<std::size_t>(node.value);
    return part_.axes[axis].elements[positions_[axis]] + 1.0;
  }
  case Op::negate:
    return -arg(node, 0);
  case Op::logical_not:
    return operations::truth(arg(node, 0) == 0.0);
  case Op::abs:
    return std::fabs(arg(node, 0));
  case Op::sqrt:
    return std::sqrt(arg(node, 0));
  case Op::exp:
    return math::exp(arg(node, 0));
  case Op::ln:
    return math::log(arg(node, 0));
  case Op::log10:
    return math::log(arg(node, 0)) * 0.43429448190325182765;
  case Op::sin:
    return std::sin(arg(node, 0));
  case Op::cos:
    return std::cos(arg(node, 0));
  case Op::tan:
    return std::tan(arg(node, 0));
  case Op::arcsin:
    return std::asin(arg(node, 0));
  case Op::arccos:
    return std::acos(arg(node, 0));
  case Op::arctan:
    return std::atan(arg(node, 0));
  case Op::sinh:
    return std::sinh(arg(node, 0));
  case Op::cosh:
    return std::cosh(arg(node, 0));
  case Op::tanh:
    return std::tanh(arg(node, 0));
  case Op::truncate:
    return std::trunc(arg(node, 0));
  case Op::floor:
    return std::floor(arg(node, 0));
  case Op::ceiling:
    return std::ceil(arg(node, 0));
  case Op::round:
    return std::round(arg(node, 0));
  case Op::sign:
    return operations::sign(arg(node, 0));
  case Op::gamma_ln:
    return std::lgamma(arg(node, 0));
  case Op::normal_cdf:
    return operations::normal_cdf(arg(node, 0));
  case Op::normal_quantile:
    return random::normal_quantile(arg(node, 0));
  case Op::add: {
    const double a = arg(node, 0);
    return a + arg(node, 1);
  }
  case Op::subtract: {
    const double a = arg(node, 0);
    return a - arg(node, 1);
  }
  case Op::multiply: {
    const double a = arg(node, 0);
    return a * arg(node, 1);
  }
  case Op::divide: {
    const double a = arg(node, 0);
    return a / arg(node, 1);
  }
  case Op::power: {
    const double a = arg(node, 0);
    return math::pow(a, arg(node, 1));
  }
  case Op::modulo: {
    const double a = arg(node, 0);
    return operations::modulo(a, arg(node, 1));
  }
  case Op::modulo_floored: {
    const double a = arg(node, 0);
    return operations::modulo_floored(a, arg(node, 1));
  }
  case Op::less: {
    const double a = arg(node, 0);
    return operations::truth(a < arg(node, 1));
  }
  case Op::less_equal: {
    const double a = arg(node, 0);
    return operations::truth(a <= arg(node, 1));
  }
  case Op::greater: {
    const double a = arg(node, 0);
    return operations::truth(a > arg(node, 1));
  }
  case Op::greater_equal: {
    const double a = arg(node, 0);
    return operations::truth(a >= arg(node, 1));
  }
  case Op::equal: {
    const double a = arg(node, 0);
    return operations::truth(a == arg(node, 1));
  }
  case Op::not_equal: {
    const double a = arg(node, 0);
    return operations::truth(a != arg(node, 1));
  }
  case Op::logical_and: {
    const double a = arg(node, 0);
    const double b = arg(node, 1);
    return operations::truth(a != 0.0 && b != 0.0);
  }
  case Op::logical_or: {
    const double a = arg(node, 0);
    const double b = arg(node, 1);
    return operations::truth(a != 0.0 || b != 0.0);
  }
  case Op::minimum: {
    const double a = arg(node, 0);
    return operations::minimum(a, arg(node, 1));
  }
  case Op::maximum: {
    const double a = arg(node, 0);
    return operations::maximum(a, arg(node, 1));
  }
  case Op::choose:
    return arg(node, 0) != 0.0 ? arg(node, 1) : arg(node, 2);
  case Op::safe_divide: {
    const double a = arg(node, 0);
    const double b = arg(node, 1);
    return operations::safe_divide(a, b, node.args.size() > 2 ? arg(node, 2) : 0.0);
  }
  case Op::quantum: {
    const double a = arg(node, 0);
    return operations::quantum(a, arg(node, 1));
  }
  case Op::arctan2: {
    const double a = arg(node, 0);
    return std::atan2(a, arg(node, 1));
  }
  case Op::step: {
    const double a = arg(node, 0);
    return operations::step(a, node.args.size() > 1 ? arg(node, 1) : state_.start, state_.time,
                            state_.dt);
  }
  case Op::ramp: {
    const double a = arg(node, 0);
    const double from = node.args.size() > 1 ? arg(node, 1) : state_.start;
    return operations::ramp(
        a, from, node.args.size() > 2 ? arg(node, 2) : std::numeric_limits<double>::infinity(),
        state_.time);
  }
  case Op::pulse: {
    const double a = arg(node, 0);
    const double first = node.args.size() > 1 ? arg(node, 1) : state_.start;
    return operations::pulse(a, first,
                             node.args.size() > 2   ? arg(node, 2)
                             : node.args.size() > 1 ? 0.0
                                                    : state_.dt,
                             state_.time, state_.dt);
  }
  case Op::pulse_train: {
    const double a = arg(node, 0), b = arg(node, 1), c = arg(node, 2);
    return operations::pulse_train(a, b, c, arg(node, 3), state_.time, state_.dt);
  }
  case Op::lookup:
  case Op::lookup_inverse:
  case Op::lookup_forward:
  case Op::lookup_backward:
  case Op::lookup_extrapolate:
  case Op::lookup_area:
  case Op::lookup_slope:
    return tables(node);
  case Op::uniform:
  case Op::normal:
  case Op::lognormal:
  case Op::exponential:
  case Op::poisson:
  case Op::binomial:
  case Op::gamma:
  case Op::beta:
  case Op::triangular:
  case Op::weibull:
    return draw(node);
  case Op::history:
  case Op::machine_length:
  case Op::machine_piece:
  case Op::machine_transit:
  case Op::machine_statistic:
    return remembered(node);
  case Op::demand_at_price:
  case Op::supply_at_price:
  case Op::market_price:
  case Op::allocate:
  case Op::allocate_available:
    return of_market(node);
  case Op::sum:
  case Op::product:
  case Op::least:
  case Op::greatest:
  case Op::mean:
  case Op::deviation:
  case Op::rank_element:
  case Op::rank_position:
    return reduce(node);
  case Op::sort_order:
  case Op::vector_rank:
  case Op::invert:
  case Op::vector_reorder:
  case Op::vector_select:
    return of_array(node);
  }
  return missing;
}

std::uint32_t element_of(const RunState& state, const Part& part, const Variable& variable,
                         const std::vector<Index>& indices, std::vector<std::uint32_t>& positions,
                         std::size_t member) {
  std::size_t element = 0;
  for (std::size_t k = 0; k < indices.size(); ++k) {
    const Index& index = indices[k];
    std::uint32_t at = index.at;
    if (index.kind == Index::Kind::axis)
      at = index.map[positions[index.at]];
    if (index.kind == Index::Kind::computed) {
      const double number =
          std::floor(evaluate_node(state, part, index.at, positions, member) + 1e-9);
      if (!(number >= 1.0) || number > static_cast<double>(variable.axes[k].size()))
        return none;
      at = static_cast<std::uint32_t>(number) - 1;
    }
    element = element * variable.axes[k].size() + at;
  }
  return static_cast<std::uint32_t>(element);
}

double evaluate_node(const RunState& state, const Part& part, std::uint32_t node,
                     std::vector<std::uint32_t>& positions, std::size_t member) {
  return Evaluator(state, part, positions, member).value(node);
}

void evaluate_part(RunState& state, const Part& part) {
  const Variable& variable = state.program->variables[part.target];
  double* out = state.at(part.target);
  std::vector<std::uint32_t> positions(part.axes.size(), 0);
  const std::size_t points = part.points();
  for (std::size_t point = 0; point < points; ++point) {
    std::size_t rest = point;
    for (std::size_t i = part.rank; i-- > 0;) {
      positions[i] = static_cast<std::uint32_t>(rest % part.axes[i].size());
      rest /= part.axes[i].size();
    }
    for (std::size_t member = 0; member < state.members; ++member) {
      const double value = Evaluator(state, part, positions, member).value(part.root);
      const std::uint32_t element =
          element_of(state, part, variable, part.indices, positions, member);
      out[element * state.members + member] = value;
    }
  }
}

} // namespace cauce::conditions::detail
