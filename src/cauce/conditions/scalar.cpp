// The scalar evaluator: an equation's tree, one element and one member at a time. Slow and plain;
// it is the oracle of the vector programs, and runs what they do not cover.
#include "cauce/base/distributions.hpp"
#include "cauce/base/random.hpp"
#include "cauce/conditions/operations.hpp"
#include "cauce/conditions/state.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace cauce::conditions::detail {

namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

class Evaluator {
 public:
  Evaluator(const RunState& state, const Part& part, std::vector<std::uint32_t>& positions,
            std::size_t member)
      : state_(state), part_(part), positions_(positions), member_(member) {}

  double value(std::uint32_t n);

 private:
  const RunState& state_;
  const Part& part_;
  std::vector<std::uint32_t>& positions_;
  std::size_t member_;

  double arg(const Node& node, std::size_t i) { return value(node.args[i]); }

  // Calls `visit` at each point of the axes that `node` binds.
  template <typename Visit> void over_bound(const Node& node, Visit&& visit) {
    for (const std::uint32_t axis : node.bound)
      positions_[axis] = 0;
    while (true) {
      visit();
      std::size_t k = node.bound.size();
      while (k > 0 && ++positions_[node.bound[k - 1]] == part_.axes[node.bound[k - 1]].size())
        positions_[node.bound[--k]] = 0;
      if (k == 0)
        return;
    }
  }
  std::vector<double> array(const Node& node, std::uint32_t argument) {
    std::vector<double> all;
    over_bound(node, [&] { all.push_back(value(argument)); });
    return all;
  }
  double load(const Node& node) {
    const Variable& variable = state_.program->variables[node.variable];
    const std::uint32_t element =
        element_of(state_, part_, variable, node.indices, positions_, member_);
    if (element == none)
      return 0.0; // an index outside its dimension gives 0 (XMILE 3.7.1)
    return state_.at(node.variable)[element * state_.members + member_];
  }
  const GraphicalFunction* table(const Node& node) {
    const Variable& variable = state_.program->variables[node.variable];
    const std::uint32_t element =
        element_of(state_, part_, variable, node.indices, positions_, member_);
    if (element == none || variable.tables.empty() || variable.tables[element] < 0)
      return nullptr;
    return &state_.program->tables[static_cast<std::size_t>(variable.tables[element])];
  }
  double tables(const Node& node);
  double reduce(const Node& node);
  double draw(const Node& node);
  double of_array(const Node& node);
};

double Evaluator::tables(const Node& node) {
  const GraphicalFunction* gf = table(node);
  const double x = arg(node, 0);
  if (!gf)
    return missing;
  using Type = GraphicalFunction::Type;
  switch (node.op) {
  case Op::lookup:
    return operations::lookup(gf->x, gf->y, gf->type, x);
  case Op::lookup_extrapolate:
    return operations::lookup(gf->x, gf->y, Type::extrapolate, x);
  case Op::lookup_backward:
    return operations::lookup(gf->x, gf->y, Type::discrete, x);
  case Op::lookup_forward: {
    const auto at = std::lower_bound(gf->x.begin(), gf->x.end(), x);
    return gf
        ->y[at == gf->x.end() ? gf->y.size() - 1 : static_cast<std::size_t>(at - gf->x.begin())];
  }
  case Op::lookup_inverse: // the first x at which y is reached
    for (std::size_t i = 1; i < gf->y.size(); ++i) {
      const double a = gf->y[i - 1], b = gf->y[i];
      if ((x - a) * (x - b) <= 0.0 && a != b)
        return gf->x[i - 1] + (x - a) * (gf->x[i] - gf->x[i - 1]) / (b - a);
    }
    return std::abs(x - gf->y.front()) <= std::abs(x - gf->y.back()) ? gf->x.front() : gf->x.back();
  default:
    return missing;
  }
}

double Evaluator::reduce(const Node& node) {
  double result = 0;
  std::size_t n = 0;
  switch (node.op) {
  case Op::sum:
  case Op::mean: { // eight interleaved chains: the order in which the vector kernels add
    double chain[8] = {};
    over_bound(node, [&] { chain[n++ % 8] += arg(node, 0); });
    result = ((chain[0] + chain[4]) + (chain[2] + chain[6])) +
             ((chain[1] + chain[5]) + (chain[3] + chain[7]));
    return node.op == Op::sum ? result : result / static_cast<double>(n);
  }
  case Op::product:
    result = 1;
    over_bound(node, [&] { result *= arg(node, 0); });
    return result;
  case Op::least:
    result = std::numeric_limits<double>::infinity();
    over_bound(node, [&] { result = operations::minimum(result, arg(node, 0)); });
    return result;
  case Op::greatest:
    result = -std::numeric_limits<double>::infinity();
    over_bound(node, [&] { result = operations::maximum(result, arg(node, 0)); });
    return result;
  case Op::deviation: {
    const std::vector<double> all = array(node, node.args[0]);
    const double mean =
        std::accumulate(all.begin(), all.end(), 0.0) / static_cast<double>(all.size());
    for (const double x : all)
      result += (x - mean) * (x - mean);
    return all.size() < 2 ? 0.0 : std::sqrt(result / static_cast<double>(all.size() - 1));
  }
  case Op::rank_element: {
    const std::vector<double> all = array(node, node.args[0]);
    const double wanted = arg(node, 1);
    std::vector<std::size_t> order(all.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return all[a] < all[b]; });
    if (!(wanted >= 1) || wanted > static_cast<double>(all.size()))
      return 0.0;
    return static_cast<double>(order[static_cast<std::size_t>(wanted) - 1]) + 1.0;
  }
  default:
    return missing;
  }
}

double Evaluator::draw(const Node& node) {
  std::uint64_t element = 0;
  for (std::size_t i = 0; i < part_.axes.size(); ++i) {
    if (node.varies >> i & 1u)
      element = element * part_.axes[i].size() + positions_[i];
  }
  const auto key =
      random::Key::of(state_.seed, static_cast<std::uint32_t>(state_.first_member + member_));
  const auto counter =
      random::Counter::of(element, static_cast<std::uint32_t>(state_.steps), node.stream);
  const random::Block block = random::philox(key, counter);
  const double u = random::first_uniform(block), v = random::second_uniform(block);
  const double open = u + 0x1p-54; // in (0, 1)
  const auto a = [&](std::size_t i, double otherwise) {
    return i < node.args.size() ? arg(node, i) : otherwise;
  };
  switch (node.op) {
  case Op::uniform: {
    const double low = node.args.size() > 1 ? a(0, 0) : 0.0,
                 high = node.args.size() > 1 ? a(1, 1) : 1.0;
    return low + (high - low) * u;
  }
  case Op::normal:
    return a(0, 0) + a(1, 1) * random::normal_quantile(open);
  case Op::lognormal: { // by the mean and standard deviation of the result
    const double mean = a(0, 1), deviation = a(1, 1);
    const double variance = math::log(1.0 + deviation * deviation / (mean * mean));
    return math::exp(math::log(mean) - variance / 2 +
                     std::sqrt(variance) * random::normal_quantile(open));
  }
  case Op::exponential:
    return -a(0, 1) * math::log(1.0 - u);
  case Op::poisson: {
    const double mean = a(0, 0);
    return mean > 0 && mean < 1e15 ? static_cast<double>(random::poisson(mean, u)) : 0.0;
  }
  case Op::binomial: {
    const double n = a(0, 0), p = a(1, 0);
    return n >= 1 && n < 1e15 && p >= 0 && p <= 1
               ? static_cast<double>(random::binomial(static_cast<std::uint64_t>(n), p, u))
               : 0.0;
  }
  case Op::triangular:
    return random::triangular(a(1, 0), a(0, 0), a(2, 1), u);
  case Op::weibull:
    return a(1, 1) * math::pow_positive(-math::log(1.0 - u), 1.0 / a(0, 1));
  case Op::gamma:
  case Op::beta: {
    // Marsaglia and Tsang (2000) with a stream of blocks of this use's own.
    std::uint32_t round = 0;
    const auto gamma = [&](double shape) {
      const double boost = shape < 1 ? shape + 1 : shape;
      const double d = boost - 1.0 / 3.0, c = 1.0 / std::sqrt(9 * d);
      while (true) {
        const random::Block more = random::philox(
            key, random::Counter::of(element + (std::uint64_t{++round} << 40),
                                     static_cast<std::uint32_t>(state_.steps), node.stream));
        const double x = random::normal_quantile(random::first_uniform(more) + 0x1p-54);
        const double w = 1 + c * x;
        const double cube = w * w * w;
        const double test = random::second_uniform(more) + 0x1p-54;
        if (w > 0 && math::log(test) < 0.5 * x * x + d - d * cube + d * math::log(cube)) {
          return shape < 1 ? d * cube * math::pow_positive(v + 0x1p-54, 1.0 / shape) : d * cube;
        }
        if (round > 1000)
          return missing;
      }
    };
    const double shape = a(0, 1);
    if (!(shape > 0))
      return missing;
    if (node.op == Op::gamma)
      return gamma(shape) * a(1, 1);
    const double other = a(1, 1);
    if (!(other > 0))
      return missing;
    const double x = gamma(shape);
    return x / (x + gamma(other));
  }
  default:
    return missing;
  }
}

double Evaluator::of_array(const Node& node) {
  const std::vector<double> first = array(node, node.args[0]);
  const std::size_t n = first.size();
  switch (node.op) {
  case Op::sort_order:
  case Op::vector_rank: {
    const bool up = arg(node, 1) > 0;
    const auto at = static_cast<std::size_t>(arg(node, 2)) - 1;
    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return up ? first[a] < first[b] : first[a] > first[b];
    });
    if (at >= n)
      return 0.0;
    if (node.op == Op::sort_order)
      return static_cast<double>(order[at]); // offsets count from 0
    return static_cast<double>(std::find(order.begin(), order.end(), at) - order.begin()) + 1.0;
  }
  case Op::vector_select: {
    // VECTOR SELECT(selection, expression, missing value, numerical action, error action)
    const std::vector<double> values = array(node, node.args[1]);
    const double otherwise = arg(node, 2), action = arg(node, 3);
    double result = action == 2   ? std::numeric_limits<double>::infinity()
                    : action == 3 ? -std::numeric_limits<double>::infinity()
                    : action == 1 ? 1.0
                                  : 0.0;
    std::size_t chosen = 0;
    for (std::size_t i = 0; i < n; ++i) {
      if (first[i] == 0.0)
        continue;
      ++chosen;
      result = action == 1   ? result * values[i]
               : action == 2 ? operations::minimum(result, values[i])
               : action == 3 ? operations::maximum(result, values[i])
                             : result + values[i];
    }
    if (chosen == 0)
      return otherwise;
    return action == 4 ? result / static_cast<double>(chosen) : result;
  }
  case Op::invert: {
    const std::size_t size = part_.axes[node.bound.back()].size();
    if (n != size * size)
      return missing;
    std::vector<double> a = first, b(n, 0.0);
    for (std::size_t i = 0; i < size; ++i)
      b[i * size + i] = 1;
    for (std::size_t c = 0; c < size; ++c) {
      std::size_t pivot = c;
      for (std::size_t r = c + 1; r < size; ++r) {
        if (std::abs(a[r * size + c]) > std::abs(a[pivot * size + c]))
          pivot = r;
      }
      if (a[pivot * size + c] == 0.0)
        return missing;
      for (std::size_t k = 0; k < size; ++k) {
        std::swap(a[c * size + k], a[pivot * size + k]);
        std::swap(b[c * size + k], b[pivot * size + k]);
      }
      const double d = a[c * size + c];
      for (std::size_t k = 0; k < size; ++k) {
        a[c * size + k] /= d;
        b[c * size + k] /= d;
      }
      for (std::size_t r = 0; r < size; ++r) {
        const double f = a[r * size + c];
        if (r == c || f == 0.0)
          continue;
        for (std::size_t k = 0; k < size; ++k) {
          a[r * size + k] -= f * a[c * size + k];
          b[r * size + k] -= f * b[c * size + k];
        }
      }
    }
    const auto row = static_cast<std::size_t>(arg(node, node.args.size() - 2)) - 1,
               column = static_cast<std::size_t>(arg(node, node.args.size() - 1)) - 1;
    return row < size && column < size ? b[row * size + column] : missing;
  }
  case Op::allocate: {
    // ALLOCATE BY PRIORITY(request, priority, size, width, supply), the linear market clearing of
    // Vensim: a request of priority p is met in full below p - width/2 and not at all above
    // p + width/2; the price that exhausts the supply is found by bisection.
    const std::vector<double> priority = array(node, node.args[1]);
    const double width = arg(node, 3), supply = arg(node, 4);
    const auto at = static_cast<std::size_t>(arg(node, 5)) - 1;
    if (at >= n)
      return missing;
    double total = 0;
    for (const double r : first)
      total += std::max(r, 0.0);
    if (supply >= total)
      return std::max(first[at], 0.0);
    if (!(supply > 0))
      return 0.0;
    const double w = width > 0 ? width : 1e-9;
    const auto share = [&](std::size_t i, double price) {
      return std::max(first[i], 0.0) * std::clamp((priority[i] + w / 2 - price) / w, 0.0, 1.0);
    };
    double low = *std::min_element(priority.begin(), priority.end()) - w,
           high = *std::max_element(priority.begin(), priority.end()) + w;
    for (int i = 0; i < 200; ++i) {
      const double price = 0.5 * (low + high);
      double given = 0;
      for (std::size_t j = 0; j < n; ++j)
        given += share(j, price);
      (given > supply ? low : high) = price;
    }
    return share(at, 0.5 * (low + high));
  }
  default:
    return missing;
  }
}

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
  case Op::allocate:
  case Op::allocate_available:
  case Op::vector_select:
    return of_array(node);
  }
  return missing;
}

} // namespace

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
