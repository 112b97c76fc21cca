// Allocation among those who ask, and markets: a price is found by bisection at which what is given
// is what there is.
#include "cauce/conditions/machines.hpp"
#include "cauce/conditions/operations.hpp"
#include "cauce/conditions/scalar.hpp"

#include <algorithm>
#include <cmath>

namespace cauce::conditions::detail {

namespace {

// The part of a request of 1 that is met at a price, for a priority profile of Vensim's
// ALLOCATE AVAILABLE: type 0 fixed, 1 rectangular, 2 triangular, 3 normal, 4 exponential (the
// price at which half is met is `priority`), 5 constant elasticity `extra`. Falls with the price.
double share_at(double price, double type, double priority, double width, double extra) {
  const double z = width > 0 ? (price - priority) / width : price < priority ? -1e9 : 1e9;
  switch (static_cast<int>(type)) {
  case 0:
    return 1.0;
  case 1:
    return std::clamp(0.5 - z, 0.0, 1.0);
  case 2: {
    const double u = std::clamp(z, -0.5, 0.5);
    return u < 0 ? 1 - 2 * (u + 0.5) * (u + 0.5) : 2 * (0.5 - u) * (0.5 - u);
  }
  case 3:
    return operations::normal_cdf(-z);
  case 4:
    return z < 0 ? 1 - 0.5 * math::exp(z) : 0.5 * math::exp(-z);
  case 5: // 1 at priority - width, falling as a power of the price
    return price <= 0 ? 1.0
                      : std::min(1.0, math::pow_positive(std::max(priority - width, 0.0) / price,
                                                         std::abs(extra)));
  default:
    return missing;
  }
}

// Curves of one side of a market, as args[at] to args[at + 4] give them.
struct Curves {
  std::vector<double> quantity, type, middle, width, extra;
  std::size_t size() const { return quantity.size(); }
  double share(std::size_t i, double price) const {
    return share_at(price, type[i] >= 10 ? type[i] - 10 : type[i], middle[i], width[i], extra[i]);
  }
  double demanded(std::size_t i, double price) const {
    return std::max(quantity[i], 0.0) * share(i, price);
  }
  // Supply rises as demand falls: the shapes are symmetric about their middles.
  double supplied(std::size_t i, double price) const {
    const double t = type[i] >= 10 ? type[i] - 10 : type[i];
    const double met = t == 0 ? 1.0 : t == 5 ? missing : 1.0 - share(i, price);
    return std::max(quantity[i], 0.0) * met;
  }
  double all_demanded(double price) const {
    double sum = 0;
    for (std::size_t i = 0; i < size(); ++i)
      sum += demanded(i, price);
    return sum;
  }
  double all_supplied(double price) const {
    double sum = 0;
    for (std::size_t i = 0; i < size(); ++i)
      sum += supplied(i, price);
    return sum;
  }
  void widen(double& low, double& high) const {
    for (std::size_t i = 0; i < size(); ++i) {
      const double reach = 50 * std::max(width[i], 1e-9);
      low = std::min(low, middle[i] - reach);
      high = std::max(high, type[i] == 5 ? 1e6 * (1 + std::abs(middle[i])) : middle[i] + reach);
    }
  }
};

// The price at which `excess`, which falls with it, passes zero.
template <typename Excess> double clearing(double low, double high, Excess&& excess) {
  for (int i = 0; i < 200; ++i) {
    const double price = 0.5 * (low + high);
    (excess(price) > 0 ? low : high) = price;
  }
  return 0.5 * (low + high);
}

constexpr double infinite = std::numeric_limits<double>::infinity();

} // namespace

double Evaluator::of_market(const Node& node) {
  const auto curves = [&](std::size_t at) {
    return Curves{array(node, node.args[at]), array(node, node.args[at + 1]),
                  array(node, node.args[at + 2]), array(node, node.args[at + 3]),
                  array(node, node.args[at + 4])};
  };
  switch (node.op) {
  case Op::demand_at_price:
  case Op::supply_at_price: {
    const Curves one{
        {arg(node, 0)}, {arg(node, 1)}, {arg(node, 2)}, {arg(node, 3)}, {arg(node, 4)}};
    const double price = arg(node, 5);
    return node.op == Op::demand_at_price ? one.demanded(0, price) : one.supplied(0, price);
  }
  case Op::market_price: {
    // Each side stands on its own axes.
    Node side = node;
    const auto own = static_cast<std::ptrdiff_t>(node.value);
    side.bound.assign(node.bound.begin(), node.bound.begin() + own);
    const auto on = [&](std::size_t at) {
      return Curves{array(side, node.args[at]), array(side, node.args[at + 1]),
                    array(side, node.args[at + 2]), array(side, node.args[at + 3]),
                    array(side, node.args[at + 4])};
    };
    const Curves demand = on(0);
    side.bound.assign(node.bound.begin() + own, node.bound.end());
    const Curves supply = on(5);
    double low = infinite, high = -infinite;
    demand.widen(low, high);
    supply.widen(low, high);
    return clearing(low, high, [&](double price) {
      return demand.all_demanded(price) - supply.all_supplied(price);
    });
  }
  case Op::allocate_available: { // (request, profile, available)
    const Curves requests = curves(0);
    const double available = arg(node, 5);
    const auto at = static_cast<std::size_t>(arg(node, 6)) - 1;
    if (at >= requests.size())
      return missing;
    double total = 0, low = infinite, high = -infinite;
    for (const double r : requests.quantity)
      total += std::max(r, 0.0);
    requests.widen(low, high);
    if (available >= total)
      return std::max(requests.quantity[at], 0.0);
    if (!(available > 0))
      return 0.0;
    return requests.demanded(at, clearing(low, high, [&](double price) {
                               return requests.all_demanded(price) - available;
                             }));
  }
  default: {
    // ALLOCATE BY PRIORITY(request, priority, size, width, supply), the linear market clearing of
    // Vensim: a request of priority p is met in full below p - width/2 and not at all above
    // p + width/2.
    const std::vector<double> request = array(node, node.args[0]),
                              priority = array(node, node.args[1]);
    const double width = arg(node, 3), supply = arg(node, 4);
    const auto at = static_cast<std::size_t>(arg(node, 5)) - 1;
    if (at >= request.size())
      return missing;
    double total = 0;
    for (const double r : request)
      total += std::max(r, 0.0);
    if (supply >= total)
      return std::max(request[at], 0.0);
    if (!(supply > 0))
      return 0.0;
    const double w = width > 0 ? width : 1e-9;
    const auto share = [&](std::size_t i, double price) {
      return std::max(request[i], 0.0) * std::clamp((priority[i] + w / 2 - price) / w, 0.0, 1.0);
    };
    const double low = *std::min_element(priority.begin(), priority.end()) - w,
                 high = *std::max_element(priority.begin(), priority.end()) + w;
    return share(at, clearing(low, high, [&](double price) {
                   double given = 0;
                   for (std::size_t j = 0; j < request.size(); ++j)
                     given += share(j, price);
                   return given - supply;
                 }));
  }
  }
}

namespace {

double statistic(Statistic what, const std::vector<double>& content) {
  const auto n = static_cast<double>(content.size());
  if (what == Statistic::size || content.empty())
    return what == Statistic::size ? n : 0.0;
  if (what == Statistic::least)
    return *std::min_element(content.begin(), content.end());
  if (what == Statistic::greatest)
    return *std::max_element(content.begin(), content.end());
  double sum = 0, squares = 0;
  for (const double x : content)
    sum += x;
  const double mean = sum / n;
  if (what == Statistic::mean)
    return mean;
  for (const double x : content)
    squares += (x - mean) * (x - mean);
  return n > 1 ? std::sqrt(squares / (n - 1)) : 0.0;
}

} // namespace

// HISTORY and what conveyors and queues hold. Before the start it is the value at the start, after
// the present time the present value.
double Evaluator::remembered(const Node& node) {
  const Variable& variable = state_.program->variables[node.variable];
  const std::uint32_t element =
      element_of(state_, part_, variable, node.indices, positions_, member_);
  if (element == none)
    return 0.0;
  const std::size_t lane = element * state_.members + member_;
  if (node.op == Op::history) {
    const double steps = std::round((arg(node, 0) - state_.start) / state_.dt);
    const auto found = state_.histories.find(node.variable);
    if (found == state_.histories.end() || found->second.count == 0 || !(steps >= 0))
      return found == state_.histories.end() || found->second.count == 0 ? arg(node, 1)
                                                                         : found->second.rows[lane];
    const History& h = found->second;
    if (steps >= static_cast<double>(h.count))
      return arg(node, 1);
    return h.rows[static_cast<std::size_t>(steps) * variable.size * state_.members + lane];
  }
  if (node.op == Op::machine_transit)
    return state_.belts[variable.machine].transit[lane];
  if (node.op == Op::machine_statistic && static_cast<Statistic>(node.value) == Statistic::entered)
    return entered_this_unit(state_, variable.machine, lane);
  const std::vector<double> content = pieces(variable, lane);
  if (node.op == Op::machine_length)
    return static_cast<double>(content.size());
  if (node.op == Op::machine_statistic)
    return statistic(static_cast<Statistic>(node.value), content);
  const double which = std::floor(arg(node, 0) + 1e-9);
  return which >= 1 && which <= static_cast<double>(content.size())
             ? content[static_cast<std::size_t>(which) - 1]
             : 0.0;
}

// What a queue holds from the front, or a conveyor from its exit: one number for each step of the
// way.
std::vector<double> Evaluator::pieces(const Variable& variable, std::size_t lane) const {
  if (variable.memory == Memory::queue)
    return state_.batches[variable.machine].lanes[lane];
  const Belt& belt = state_.belts[variable.machine];
  std::vector<double> places(
      static_cast<std::size_t>(std::clamp(std::round(belt.transit[lane] / state_.dt), 1.0, 1e6)));
  for (const Belt::Slug& slug : belt.lanes[lane]) {
    const double steps = std::clamp(std::round(slug.remaining / state_.dt), 0.0, 1e6);
    const auto at = static_cast<std::size_t>(steps);
    if (at >= places.size())
      places.resize(at + 1);
    places[at] += slug.amount;
  }
  return places;
}

} // namespace cauce::conditions::detail
