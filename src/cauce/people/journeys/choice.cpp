#include "cauce/people/journeys/choice.hpp"

#include "cauce/base/diagnostics.hpp"
#include "cauce/base/math.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace cauce::people::journeys {

namespace {
constexpr double minus_infinity = -std::numeric_limits<double>::infinity();

// Values move by less than this (relative to their size) in the last sweep.
constexpr double value_tolerance = 1e-12;
// A round trip of utility -0.01 loses 1 percent a sweep, and is within 1e-12 after 2800 sweeps.
constexpr int most_sweeps = 10'000;

// Nodes from which a destination can be reached, nearest (in links) first; destinations left out.
std::vector<NodeId> backward_order(const Network& network, std::span<const double> end_utility,
                                   std::span<const std::uint8_t> open,
                                   std::span<const double> link_utility) {
  std::vector<NodeId> queue;
  std::vector<std::uint8_t> seen(network.node_count(), 0);
  for (NodeId node = 0; node < network.node_count(); ++node) {
    if (end_utility[node] > minus_infinity) {
      queue.push_back(node);
      seen[node] = 1;
    }
  }
  const std::size_t destinations = queue.size();
  for (std::size_t i = 0; i < queue.size(); ++i) {
    for (const LinkId link : network.in_links(queue[i])) {
      const NodeId from = network.link(link).from;
      if (open[link] == 0 || seen[from] != 0 || link_utility[link] == minus_infinity)
        continue;
      seen[from] = 1;
      queue.push_back(from);
    }
  }
  queue.erase(queue.begin(), queue.begin() + static_cast<std::ptrdiff_t>(destinations));
  return queue;
}

// ln sum exp over the open links out of a node.
double value_of(const Network& network, NodeId node, std::span<const double> link_utility,
                std::span<const std::uint8_t> open, std::span<const double> value) {
  double best = minus_infinity;
  for (const LinkId link : network.out_links(node)) {
    if (open[link] != 0)
      best = std::max(best, link_utility[link] + value[network.link(link).to]);
  }
  if (best == minus_infinity)
    return best;
  double sum = 0.0;
  for (const LinkId link : network.out_links(node)) {
    if (open[link] == 0)
      continue;
    sum += math::exp(link_utility[link] + value[network.link(link).to] - best);
  }
  return best + math::log(sum);
}
} // namespace

LinkId NextLink::pick(const Network& network, NodeId node, std::uint32_t word) const {
  const auto links = network.out_links(node);
  if (links.empty())
    return none;
  const auto own = std::span(thresholds).subspan(network.out_begin(node), links.size());
  const std::size_t index = random::pick(own, word);
  return index < links.size() ? links[index] : none;
}

NextLink recursive_logit(const Network& network, std::span<const double> link_utility,
                         std::span<const double> end_utility, std::span<const std::uint8_t> open) {
  NextLink next;
  next.value.assign(end_utility.begin(), end_utility.end());
  const std::vector<NodeId> order = backward_order(network, end_utility, open, link_utility);
  double change = 1.0;
  for (int sweep = 0; change > 0.0; ++sweep) {
    change = 0.0;
    for (const NodeId node : order) {
      const double value = value_of(network, node, link_utility, open, next.value);
      const double moved = std::abs(value - next.value[node]);
      if (!(moved <= value_tolerance * (1.0 + std::abs(value))))
        change = 1.0;
      next.value[node] = value;
      if (sweep >= most_sweeps && change > 0.0) {
        throw Error("J204", {},
                    fmt::format("route choice does not settle: a round trip through '{}' gains as "
                                "much as it costs",
                                network.node(node).name),
                    "make the utilities of the links lower");
      }
    }
  }
  next.probability.assign(network.link_count(), 0.0);
  next.thresholds.assign(network.link_count(), 0);
  for (const NodeId node : order) {
    const auto links = network.out_links(node);
    const std::size_t begin = network.out_begin(node);
    for (std::size_t i = 0; i < links.size(); ++i) {
      if (open[links[i]] == 0)
        continue;
      next.probability[begin + i] = math::exp(
          link_utility[links[i]] + next.value[network.link(links[i]).to] - next.value[node]);
    }
    random::cumulative_thresholds(std::span(next.probability).subspan(begin, links.size()),
                                  std::span(next.thresholds).subspan(begin, links.size()));
  }
  return next;
}

RouteSolver::RouteSolver(const Network& network) {
  std::vector<std::uint32_t> undone(network.node_count());
  for (NodeId node = 0; node < network.node_count(); ++node) {
    first_out_.push_back(static_cast<std::uint32_t>(out_.size()));
    for (const LinkId link : network.out_links(node)) {
      out_.push_back(link);
      end_.push_back(network.link(link).to);
    }
    undone[node] = static_cast<std::uint32_t>(network.out_links(node).size());
    if (undone[node] == 0)
      order_.push_back(node);
  }
  first_out_.push_back(static_cast<std::uint32_t>(out_.size()));
  for (std::size_t i = 0; i < order_.size(); ++i) {
    for (const LinkId link : network.in_links(order_[i])) {
      const NodeId from = network.link(link).from;
      if (--undone[from] == 0)
        order_.push_back(from);
    }
  }
}

bool RouteSolver::solve(std::span<const double> link_weight, std::span<const double> end_weight,
                        std::span<const std::uint8_t> open, std::span<double> weight,
                        std::span<double> probability) const {
  // A link's weight of at least 1e-20 keeps sums above 1e-280 from vanishing at the next node.
  constexpr double least_link = 1e-20, least = 1e-280, most = 1e280;
  if (!acyclic())
    return false;
  bool fits = true;
  for (const NodeId node : order_) {
    const std::uint32_t begin = first_out_[node], end = first_out_[node + 1];
    if (end_weight[node] > 0.0) {
      weight[node] = end_weight[node];
      std::fill(probability.begin() + begin, probability.begin() + end, 0.0);
    } else {
      double sum = 0.0;
      for (std::uint32_t i = begin; i < end; ++i) {
        const double of_link = link_weight[out_[i]];
        fits = fits && of_link >= least_link;
        sum += probability[i] = open[out_[i]] != 0 ? of_link * weight[end_[i]] : 0.0;
      }
      weight[node] = sum;
      const double share = sum > 0.0 ? 1.0 / sum : 0.0;
      for (std::uint32_t i = begin; i < end; ++i)
        probability[i] *= share;
    }
    fits = fits && (weight[node] == 0.0 || (weight[node] >= least && weight[node] <= most));
  }
  return fits;
}

PathId PathTable::join(NodeId head, PathId tail) {
  const std::uint64_t key = std::uint64_t{tail} << 32 | head;
  const auto [found, is_new] = known_.try_emplace(key, static_cast<PathId>(paths_.size()));
  if (is_new)
    paths_.push_back({head, tail, tail == none ? head : paths_[tail].end});
  return found->second;
}

namespace {
// Depth-first through the open links; `visited` holds the nodes from the start to the one before
// `link`. Paths are made from their ends, so that equal rests are one.
struct RouteSearch {
  const Network& network;
  std::span<const std::uint8_t> open;
  std::span<const std::uint8_t> markers;
  int awareness;
  PathTable& paths;
  RouteSet& routes;
  std::vector<NodeId> visited;

  void follow(LinkId link, double distance_before, int step) {
    const Link& taken = network.link(link);
    const double distance = distance_before + taken.length_km;
    if (markers[taken.to] == 0) {
      PathId path = paths.join(taken.to, none);
      for (std::size_t i = visited.size() - 1; i > 0; --i)
        path = paths.join(visited[i], path);
      routes.path.push_back(path);
      routes.end.push_back(taken.to);
      routes.distance_km.push_back(distance);
    } else {
      --step;
    }
    if (awareness <= step)
      return;
    const std::size_t before = visited.size();
    for (const LinkId onward : network.out_links(taken.to)) {
      if (open[onward] == 0)
        continue;
      const auto end = visited.begin() + static_cast<std::ptrdiff_t>(before);
      if (std::find(visited.begin(), end, network.link(onward).to) != end)
        continue;
      visited.push_back(taken.to);
      follow(onward, distance, step + 1);
      visited.pop_back();
    }
  }
};
} // namespace

RouteSet routes_from(const Network& network, std::span<const std::uint8_t> open,
                     std::span<const std::uint8_t> markers, NodeId from, int awareness,
                     PathTable& paths) {
  RouteSet routes;
  RouteSearch search{network, open, markers, awareness, paths, routes, {from}};
  for (const LinkId link : network.out_links(from)) {
    if (open[link] != 0)
      search.follow(link, 0.0, 1);
  }
  return routes;
}

double free_capacity(double persons, double capacity, double buffer) {
  if (capacity < 1.0 || persons <= buffer * capacity)
    return 1.0;
  if (persons >= capacity)
    return 0.0;
  return 1.0 - (persons - buffer * capacity) / (capacity * (1.0 - buffer));
}

namespace {
// Powers of 1 are the rule and cost nothing.
double power(double base, double exponent) {
  return exponent == 1.0 ? base : math::pow(base, exponent);
}
} // namespace

void base_weights(const RouteSet& routes, const RouteWeights& rules, std::span<const double> score,
                  std::vector<double>& base) {
  base.resize(routes.size());
  for (std::size_t i = 0; i < base.size(); ++i) {
    const double far = rules.distance_softening_km + routes.distance_km[i];
    base[i] = (rules.weight_softening + score[i]) / power(far, rules.distance_power);
  }
}

void route_probabilities(const RouteSet& routes, const RouteWeights& rules,
                         std::span<const double> base, std::span<const double> free,
                         std::vector<double>& probability) {
  probability.resize(routes.size());
  double most = 0.0, sum = 0.0;
  for (std::size_t i = 0; i < probability.size(); ++i) {
    probability[i] = power(base[i] * free[routes.end[i]], rules.weight_power);
    most = std::max(most, probability[i]);
  }
  for (double& weight : probability) {
    if (rules.pruning_threshold > 1.0 && weight < most / rules.pruning_threshold)
      weight = 0.0;
    sum += weight;
  }
  for (double& weight : probability) {
    weight = sum > 0.0 ? weight / sum : 1.0 / static_cast<double>(probability.size());
  }
}

} // namespace cauce::people::journeys
