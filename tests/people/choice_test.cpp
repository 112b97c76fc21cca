// Route choice against closed forms: recursive logit equals a logit over whole routes, and Flee's
// weights equal their published formula.
#include "cauce/people/journeys/choice.hpp"

#include "cauce/base/diagnostics.hpp"
#include "cauce/base/random.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <rapidcheck.h>

namespace cauce::people::journeys {
namespace {

constexpr double never = -std::numeric_limits<double>::infinity();

Network network_of(std::size_t count, const std::vector<std::tuple<NodeId, NodeId, double>>& links,
                   bool two_way) {
  std::vector<Node> nodes(count);
  for (std::size_t i = 0; i < count; ++i)
    nodes[i].name = "n" + std::to_string(i);
  std::vector<Link> all;
  for (const auto& [from, to, km] : links) {
    Link link;
    link.from = from;
    link.to = to;
    link.length_km = km;
    all.push_back(link);
    if (two_way)
      all.push_back(reversed(link));
  }
  return Network(std::move(nodes), std::move(all));
}

std::vector<double> costs(const Network& network, double per_km) {
  std::vector<double> utility;
  for (const Link& link : network.links())
    utility.push_back(-per_km * link.length_km);
  return utility;
}

const std::vector<std::uint8_t> all_open(32, 1);

std::vector<double> probabilities(const RouteSet& routes, const RouteWeights& rules,
                                  const std::vector<double>& score,
                                  const std::vector<double>& free) {
  std::vector<double> base, probability;
  base_weights(routes, rules, score, base);
  route_probabilities(routes, rules, base, free, probability);
  return probability;
}

// 0 to 3 over 1, over 2, or 1 then 2: three routes of lengths 30, 40 and 35.
TEST(RecursiveLogit, EqualsALogitOverWholeRoutes) {
  const Network network =
      network_of(4, {{0, 1, 10}, {1, 3, 20}, {0, 2, 15}, {2, 3, 25}, {1, 2, 0}}, false);
  const std::vector<double> end{never, never, never, 0.0};
  const auto utility = costs(network, 0.1);
  const NextLink next =
      recursive_logit(network, utility, end, std::span(all_open).first(network.link_count()));
  const double over_1 = std::exp(-3.0), over_2 = std::exp(-4.0), over_both = std::exp(-3.5);
  const double sum = over_1 + over_2 + over_both;
  EXPECT_NEAR(next.value[0], std::log(sum), 1e-12);
  // Links out of 0: to 1 (routes one and three), to 2.
  EXPECT_NEAR(next.probability[network.out_begin(0)], (over_1 + over_both) / sum, 1e-12);
  EXPECT_NEAR(next.probability[network.out_begin(0) + 1], over_2 / sum, 1e-12);
  EXPECT_NEAR(next.probability[network.out_begin(1)], over_1 / (over_1 + over_both), 1e-12);
}

// With a cycle the sum over routes is a geometric series: 0 <-> 1 -> 2.
TEST(RecursiveLogit, SumsOverRoundTrips) {
  const Network network = network_of(3, {{0, 1, 10}, {1, 0, 10}, {1, 2, 10}}, false);
  const std::vector<double> end{never, never, 1.5};
  const NextLink next = recursive_logit(network, costs(network, 0.05), end,
                                        std::span(all_open).first(network.link_count()));
  const double step = std::exp(-0.5);
  const double from_1 = step * std::exp(1.5) / (1.0 - step * step);
  EXPECT_NEAR(next.value[1], std::log(from_1), 1e-9);
  EXPECT_NEAR(next.value[0], std::log(step * from_1), 1e-9);
  EXPECT_NEAR(next.probability[network.out_begin(1)], step * step, 1e-9);
}

TEST(RecursiveLogit, EndsCompeteByTheirUtility) {
  const Network network = network_of(3, {{0, 1, 10}, {0, 2, 10}}, false);
  const std::vector<double> end{never, 0.0, std::log(3.0)};
  const NextLink next = recursive_logit(network, costs(network, 0.1), end,
                                        std::span(all_open).first(network.link_count()));
  EXPECT_NEAR(next.probability[1], 0.75, 1e-12);
}

TEST(RecursiveLogit, NobodyTakesWhatIsClosedOrLeadsNowhere) {
  EXPECT_TRUE(rc::check([](std::uint32_t word) {
    // 0 -> 1 -> 3, 0 -> 2 -> 3, and 0 -> 4 which is a dead end.
    const Network network =
        network_of(5, {{0, 1, 10}, {1, 3, 10}, {0, 2, 10}, {2, 3, 10}, {0, 4, 1}}, false);
    const std::vector<double> end{never, never, never, 0.0, never};
    std::vector<std::uint8_t> open(network.link_count(), 1);
    open[1] = 0; // from 1 onward
    const NextLink next = recursive_logit(network, costs(network, 0.1), end, open);
    RC_ASSERT(next.pick(network, 0, word) == 2U);
    RC_ASSERT(next.pick(network, 1, word) == none);
    RC_ASSERT(next.pick(network, 4, word) == none);
    RC_ASSERT(next.value[4] == never);
  }));
}

TEST(RecursiveLogit, PicksInTheSharesOfTheModel) {
  const Network network = network_of(3, {{0, 1, 10}, {0, 2, 20}}, false);
  const std::vector<double> end{never, 0.0, 0.0};
  const NextLink next = recursive_logit(network, costs(network, 0.1), end,
                                        std::span(all_open).first(network.link_count()));
  const double share = 1.0 / (1.0 + std::exp(-1.0));
  int first = 0;
  const int draws = 200'000;
  for (std::uint64_t i = 0; i < draws; ++i) {
    const auto word = random::philox(random::Key::of(4), random::Counter::of(i, 0, 0))[0];
    first += next.pick(network, 0, word) == 0 ? 1 : 0;
  }
  // Five standard errors.
  EXPECT_NEAR(static_cast<double>(first) / draws, share,
              5 * std::sqrt(share * (1 - share) / draws));
}

TEST(RecursiveLogit, SaysWhenARoundTripPays) {
  const Network network = network_of(3, {{0, 1, 1}, {1, 0, 1}, {1, 2, 1}}, false);
  const std::vector<double> end{never, never, 0.0};
  const std::vector<double> utility{0.5, 0.5, 0.0};
  try {
    recursive_logit(network, utility, end, std::span(all_open).first(network.link_count()));
    FAIL() << "accepted a cycle that gains";
  } catch (const Error& problem) {
    EXPECT_EQ(problem.diagnostic().code, "J204");
  }
}

// On random two-way networks, probabilities sum to 1 wherever a destination can be reached, and the
// value of a node is the logsum of its links.
TEST(RecursiveLogit, IsConsistentOnRandomNetworks) {
  EXPECT_TRUE(rc::check([] {
    const auto count = *rc::gen::inRange<std::size_t>(2, 12);
    std::vector<std::tuple<NodeId, NodeId, double>> links;
    const auto many = *rc::gen::inRange(1, 30);
    for (int i = 0; i < many; ++i) {
      const auto from = *rc::gen::inRange<NodeId>(0, static_cast<NodeId>(count));
      const auto to = *rc::gen::inRange<NodeId>(0, static_cast<NodeId>(count));
      if (from != to)
        links.emplace_back(from, to, 50.0 + *rc::gen::inRange(0, 500));
    }
    const Network network = network_of(count, links, true);
    std::vector<double> end(count, never);
    end[count - 1] = 0.0;
    const auto utility = costs(network, 0.08);
    const std::vector<std::uint8_t> open(network.link_count(), 1);
    const NextLink next = recursive_logit(network, utility, end, open);
    for (NodeId node = 0; node + 1 < count; ++node) {
      double sum = 0.0;
      for (std::size_t i = 0; i < network.out_links(node).size(); ++i) {
        sum += next.probability[network.out_begin(node) + i];
      }
      RC_ASSERT(std::abs(sum - (next.value[node] > never ? 1.0 : 0.0)) < 1e-9);
    }
  }));
}

// Where there are no cycles, sums of weights give the same shares; with a cycle it declines.
TEST(RouteSolver, EqualsTheRecursiveLogit) {
  EXPECT_TRUE(rc::check([] {
    const auto count = *rc::gen::inRange<std::size_t>(3, 12);
    std::vector<std::tuple<NodeId, NodeId, double>> links;
    const auto many = *rc::gen::inRange(1, 30);
    for (int i = 0; i < many; ++i) {
      const auto from = *rc::gen::inRange<NodeId>(0, static_cast<NodeId>(count - 1));
      const auto to = *rc::gen::inRange<NodeId>(from + 1, static_cast<NodeId>(count));
      links.emplace_back(from, to, 50.0 + *rc::gen::inRange(0, 500));
    }
    const Network network = network_of(count, links, false);
    std::vector<double> end(count, never), end_weight(count, 0.0);
    end[count - 1] = 0.3;
    end[count - 2] = -0.5;
    for (std::size_t i = count - 2; i < count; ++i)
      end_weight[i] = std::exp(end[i]);
    const auto utility = costs(network, 0.004);
    std::vector<double> weight, node_weight(count), probability(network.link_count());
    std::vector<std::uint8_t> open;
    for (const double u : utility) {
      weight.push_back(std::exp(u));
      open.push_back(*rc::gen::element<std::uint8_t>(0, 1, 1, 1));
    }
    const RouteSolver solver(network);
    RC_ASSERT(solver.solve(weight, end_weight, open, node_weight, probability));
    const NextLink next = recursive_logit(network, utility, end, open);
    for (std::size_t i = 0; i < probability.size(); ++i)
      RC_ASSERT(std::abs(probability[i] - next.probability[i]) < 1e-9);
  }));
  const Network cycle = network_of(3, {{0, 1, 1}, {1, 0, 1}, {1, 2, 1}}, false);
  const std::vector<double> weight(3, 0.5), end{0.0, 0.0, 1.0};
  std::vector<double> node_weight(3), probability(3);
  EXPECT_FALSE(RouteSolver(cycle).solve(weight, end, std::span(all_open).first(3), node_weight,
                                        probability));
  // A journey too dear for a double's range is left to the logarithms.
  const Network road = network_of(2, {{0, 1, 1}}, false);
  const std::vector<double> dear{1e-60}, arrive{0.0, 1.0};
  EXPECT_FALSE(RouteSolver(road).solve(dear, arrive, std::span(all_open).first(1),
                                       std::span(node_weight).first(2),
                                       std::span(probability).first(1)));
}

// Flee's formula by hand: A - B (50 km, score 1), A - C (90 km, score 4), softening 10.
TEST(WeightedRoutes, FollowThePublishedFormula) {
  const Network network = network_of(3, {{0, 1, 50}, {0, 2, 90}}, true);
  const std::vector<std::uint8_t> open(network.link_count(), 1), markers(3, 0);
  PathTable paths;
  const RouteSet routes = routes_from(network, open, markers, 0, 1, paths);
  ASSERT_EQ(routes.size(), 2U);
  const std::vector<double> score{1.0, 4.0}, capacity{1.0, 1.0, 1.0};
  RouteWeights rules;
  // 1/60 against 4/100.
  EXPECT_NEAR(probabilities(routes, rules, score, capacity)[0], (1.0 / 60) / (1.0 / 60 + 0.04),
              1e-12);
  rules.weight_power = 2.0;
  EXPECT_NEAR(probabilities(routes, rules, score, capacity)[0],
              (1.0 / 3600) / (1.0 / 3600 + 0.0016), 1e-12);
  rules.weight_power = 1.0;
  rules.distance_power = 0.5;
  EXPECT_NEAR(probabilities(routes, rules, score, capacity)[0],
              (1 / std::sqrt(60.0)) / (1 / std::sqrt(60.0) + 0.4), 1e-12);
  rules.distance_power = 1.0;
  rules.weight_softening = 1.0;
  EXPECT_NEAR(probabilities(routes, rules, score, capacity)[0], (2.0 / 60) / (2.0 / 60 + 0.05),
              1e-12);
  rules.weight_softening = 0.0;
  rules.pruning_threshold = 2.0; // 0.0167 is below 0.04 / 2
  EXPECT_EQ(probabilities(routes, rules, score, capacity)[0], 0.0);
}

TEST(WeightedRoutes, FullPlacesDropOutAndWhenAllAreFullAllAreAlike) {
  const Network network = network_of(3, {{0, 1, 50}, {0, 2, 90}}, true);
  const std::vector<std::uint8_t> open(network.link_count(), 1), markers(3, 0);
  PathTable paths;
  const RouteSet routes = routes_from(network, open, markers, 0, 1, paths);
  const std::vector<double> score{1.0, 1.0};
  EXPECT_EQ(probabilities(routes, {}, score, std::vector{1.0, 0.0, 1.0})[0], 0.0);
  EXPECT_NEAR(probabilities(routes, {}, score, std::vector{1.0, 0.5, 1.0})[0],
              (0.5 / 60) / (0.5 / 60 + 0.01), 1e-12);
  EXPECT_EQ(probabilities(routes, {}, score, std::vector{1.0, 0.0, 0.0})[0], 0.5);
}

TEST(WeightedRoutes, AwarenessSeesSoManyLinksAheadAndNoNodeTwice) {
  // Line 0 - 1 - 2 - 3 and a shortcut 0 - 2.
  const Network network = network_of(4, {{0, 1, 10}, {1, 2, 20}, {2, 3, 40}, {0, 2, 80}}, true);
  std::vector<std::uint8_t> open(network.link_count(), 1);
  const std::vector<std::uint8_t> markers(4, 0);
  PathTable paths;
  EXPECT_EQ(routes_from(network, open, markers, 0, 1, paths).size(), 2U);
  // 1; 1-2; 2; 2-1; 2-3.
  const RouteSet two = routes_from(network, open, markers, 0, 2, paths);
  EXPECT_EQ(two.size(), 5U);
  // Also 1-2-3.
  const RouteSet three = routes_from(network, open, markers, 0, 3, paths);
  ASSERT_EQ(three.size(), 6U);
  bool found = false;
  for (std::size_t i = 0; i < three.size(); ++i) {
    if (three.end[i] == 3 && three.distance_km[i] == 70.0) {
      found = true;
      EXPECT_EQ(paths.head(three.path[i]), 1U);
      EXPECT_EQ(paths.head(paths.tail(three.path[i])), 2U);
      EXPECT_EQ(paths.end(three.path[i]), 3U);
    }
  }
  EXPECT_TRUE(found);
  open[4] = 0; // 2 -> 3 closed
  EXPECT_EQ(routes_from(network, open, markers, 0, 3, paths).size(), 4U);
}

TEST(WeightedRoutes, MarkersAreWaypointsNotPlaces) {
  // 0 - marker 1 - 2: with awareness 1 the place behind the marker is seen, the marker is no end.
  const Network network = network_of(3, {{0, 1, 10}, {1, 2, 20}}, true);
  const std::vector<std::uint8_t> open(network.link_count(), 1);
  const std::vector<std::uint8_t> markers{0, 1, 0};
  PathTable paths;
  const RouteSet routes = routes_from(network, open, markers, 0, 1, paths);
  ASSERT_EQ(routes.size(), 1U);
  EXPECT_EQ(routes.end[0], 2U);
  EXPECT_EQ(routes.distance_km[0], 30.0);
  EXPECT_EQ(paths.head(routes.path[0]), 1U);
}

TEST(FreeCapacity, FallsLinearlyFromTheBufferToFull) {
  EXPECT_EQ(free_capacity(1e9, 0.0, 0.9), 1.0);
  EXPECT_EQ(free_capacity(90, 100, 0.9), 1.0);
  EXPECT_NEAR(free_capacity(95, 100, 0.9), 0.5, 1e-12);
  EXPECT_EQ(free_capacity(100, 100, 0.9), 0.0);
  EXPECT_EQ(free_capacity(100, 100, 1.0), 1.0);
  EXPECT_EQ(free_capacity(101, 100, 1.0), 0.0);
}

} // namespace
} // namespace cauce::people::journeys
