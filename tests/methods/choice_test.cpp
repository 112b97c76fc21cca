// Shapley values, Pareto sets, regret, PRIM, the value of information, the optimiser: each on a
// case whose answer is known.
#include "cauce/base/diagnostics.hpp"
#include "cauce/base/distributions.hpp"
#include "cauce/base/random.hpp"
#include "cauce/methods/evppi.hpp"
#include "cauce/methods/low_discrepancy.hpp"
#include "cauce/methods/optimiser.hpp"
#include "cauce/methods/pareto.hpp"
#include "cauce/methods/prim.hpp"
#include "cauce/methods/shapley.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <gtest/gtest.h>
#include <numbers>
#include <numeric>
#include <rapidcheck.h>

namespace cauce::methods {
namespace {

TEST(Shapley, TheGlovesGame) {
  // Two own a left glove each, one a right glove; a pair is worth 1. Known values: 1/6, 1/6, 2/3.
  std::vector<double> worth(8, 0.0);
  for (std::size_t s = 0; s < 8; ++s)
    worth[s] = (s & 4U) != 0 && (s & 3U) != 0 ? 1.0 : 0.0;
  const auto value = shapley(3, worth);
  EXPECT_DOUBLE_EQ(value[0], 1.0 / 6.0);
  EXPECT_DOUBLE_EQ(value[1], 1.0 / 6.0);
  EXPECT_DOUBLE_EQ(value[2], 2.0 / 3.0);
}

TEST(Shapley, TheAirportGame) {
  // Littlechild and Owen (1973): runway costs 1, 2, ..., 8; player i pays the sum over k <= i of
  // 1 / (number who need the k-th stretch).
  std::vector<double> worth(256, 0.0);
  for (std::size_t s = 1; s < 256; ++s) {
    for (std::size_t p = 0; p < 8; ++p) {
      if ((s >> p & 1U) != 0)
        worth[s] = static_cast<double>(p + 1);
    }
  }
  const auto value = shapley(8, worth);
  double due = 0.0;
  for (std::size_t p = 0; p < 8; ++p) {
    due += 1.0 / static_cast<double>(8 - p);
    EXPECT_NEAR(value[p], due, 1e-12) << p;
  }
  EXPECT_NEAR(std::accumulate(value.begin(), value.end(), 0.0), 8.0, 1e-12);
}

TEST(Shapley, SampledOrdersAgreeWithTheExactValuesAndAddUp) {
  const std::size_t players = 6;
  const auto worth = [](std::size_t s) { // any function of coalitions will do
    return std::sin(static_cast<double>(s) * 1.7) * 3.0 + static_cast<double>(s);
  };
  std::vector<double> all;
  for (std::size_t s = 0; s < 64; ++s)
    all.push_back(worth(s) - worth(0));
  const auto exact = shapley(players, all);
  const auto orders = shapley_orders(players, 400, 4);
  std::vector<std::vector<double>> gains;
  for (const auto& order : orders) {
    std::size_t s = 0;
    auto& row = gains.emplace_back();
    for (const std::size_t p : order) {
      row.push_back(worth(s | std::size_t{1} << p) - worth(s));
      s |= std::size_t{1} << p;
    }
  }
  const auto sampled = shapley_from_orders(orders, gains);
  for (std::size_t p = 0; p < players; ++p)
    EXPECT_NEAR(sampled.value[p], exact[p], 4.0 * sampled.error[p]) << p;
  EXPECT_NEAR(std::accumulate(sampled.value.begin(), sampled.value.end(), 0.0),
              worth(63) - worth(0), 1e-9);
}

TEST(Pareto, KeepsWhatNothingDominates) {
  const auto kept = not_dominated({{1, 5}, {2, 2}, {5, 1}, {3, 3}, {2, 2}, {1, 6}});
  EXPECT_EQ(kept, (std::vector<bool>{true, true, true, false, true, false}));
}

TEST(Pareto, RegretIsZeroForTheBestOfEachFuture) {
  const auto r = regret({{1, 4, 2}, {3, 1, 2}});
  EXPECT_EQ(r, (std::vector<std::vector<double>>{{0, 3, 0}, {2, 0, 0}}));
  EXPECT_DOUBLE_EQ(satisficing(std::vector<double>{1, 2, 3, 4}, 2.0), 0.5);
}

std::vector<PrimInput> columns(const std::vector<std::vector<double>>& points) {
  std::vector<PrimInput> inputs(points[0].size());
  for (const auto& point : points) {
    for (std::size_t i = 0; i < point.size(); ++i)
      inputs[i].values.push_back(point[i]);
  }
  return inputs;
}

TEST(Prim, FindsAPlantedBoxAmongInputsThatDoNotMatter) {
  // A planted two-dimensional box among six inputs, with noise: a run
  // inside is a case with probability 0.9, outside with 0.05.
  const auto points = sobol_points(2000, 6, 1);
  std::vector<std::uint8_t> cases;
  for (std::size_t r = 0; r < points.size(); ++r) {
    const bool inside = points[r][1] >= 0.3 && points[r][1] <= 0.7 && points[r][4] >= 0.55;
    const double u = random::uniform(random::Key::of(3), r, 0, 1);
    cases.push_back(u < (inside ? 0.9 : 0.05) ? 1 : 0);
  }
  const auto boxes = prim(columns(points), cases);
  ASSERT_FALSE(boxes.empty());
  const PrimBox& box = boxes[0];
  ASSERT_EQ(box.bounds.size(), 2U);
  EXPECT_EQ(box.bounds[0].input, 1U);
  EXPECT_NEAR(box.bounds[0].low, 0.3, 0.03);
  EXPECT_NEAR(box.bounds[0].high, 0.7, 0.03);
  EXPECT_EQ(box.bounds[1].input, 4U);
  EXPECT_NEAR(box.bounds[1].low, 0.55, 0.03);
  EXPECT_FALSE(box.bounds[1].high_set);
  EXPECT_GT(box.density, 0.85);
  EXPECT_GT(box.coverage, 0.75);
  EXPECT_LT(box.bounds[0].quasi_p, 1e-6);
}

TEST(Prim, FindsTheBoxOfTheTextbook) {
  // Hastie, Tibshirani and Friedman (2009), section 9.3, figure 9.7: 200 points spread evenly over
  // the unit square, the response 1 where 0.5 < x1 < 0.8 and 0.4 < x2 < 0.6, peeling a tenth.
  // Their picture is one sample; here are fifty. Twelve points lie inside on average, so that
  // single edges vary: most samples must show the box, and their median must be the box.
  const std::array planted{0.5, 0.8, 0.4, 0.6};
  std::array<std::vector<double>, 4> edges;
  int found = 0;
  for (std::uint64_t sample = 0; sample < 50; ++sample) {
    std::vector<std::vector<double>> points;
    std::vector<std::uint8_t> cases;
    for (std::size_t r = 0; r < 200; ++r) {
      const auto u = [&](std::uint32_t axis) {
        return random::uniform(random::Key::of(sample), r, axis, 0);
      };
      points.push_back({u(1), u(2)});
      const bool inside = points[r][0] > planted[0] && points[r][0] < planted[1] &&
                          points[r][1] > planted[2] && points[r][1] < planted[3];
      cases.push_back(inside ? 1 : 0);
    }
    const auto boxes =
        prim(columns(points), cases, {.peel = 0.1, .least_mass = 0.03, .chance = 0.05, .boxes = 1});
    ASSERT_FALSE(boxes.empty()) << sample;
    if (boxes[0].bounds.size() != 2)
      continue;
    const PrimBound& first = boxes[0].bounds[0];
    const PrimBound& second = boxes[0].bounds[1];
    const std::array seen{first.low, first.high, second.low, second.high};
    bool near = first.low_set && first.high_set && second.low_set && second.high_set;
    for (std::size_t e = 0; e < 4; ++e) {
      near = near && std::abs(seen[e] - planted[e]) < 0.1;
      edges[e].push_back(seen[e]);
    }
    found += near ? 1 : 0;
  }
  EXPECT_GE(found, 45);
  for (std::size_t e = 0; e < 4; ++e) {
    std::sort(edges[e].begin(), edges[e].end());
    EXPECT_NEAR(edges[e][edges[e].size() / 2], planted[e], 0.03) << e;
  }
}

TEST(Prim, CutsCategoriesByName) {
  auto inputs = columns(sobol_points(600, 3, 2));
  inputs[2].categories = true;
  std::vector<std::uint8_t> cases;
  for (std::size_t r = 0; r < 600; ++r) {
    double& category = inputs[2].values[r];
    category = std::floor(category * 5.0);
    cases.push_back((category == 1.0 || category == 3.0) && inputs[0].values[r] < 0.5 ? 1 : 0);
  }
  const auto boxes = prim(inputs, cases);
  ASSERT_EQ(boxes.size(), 1U);
  ASSERT_EQ(boxes[0].bounds.size(), 2U);
  EXPECT_EQ(boxes[0].bounds[1].categories, (std::vector<double>{1.0, 3.0}));
  EXPECT_NEAR(boxes[0].bounds[0].high, 0.5, 0.03);
  EXPECT_GT(boxes[0].density, 0.95);
}

TEST(Prim, SaysNothingWhereThereIsNothingToSay) {
  const auto inputs = columns(sobol_points(500, 4, 3));
  EXPECT_TRUE(prim(inputs, std::vector<std::uint8_t>(500, 0)).empty());
  EXPECT_TRUE(prim(inputs, std::vector<std::uint8_t>(500, 1)).empty());
}

TEST(Information, IsWorthWhatTheClosedFormSays) {
  // Choices: nothing (payoff 0), or m + s z + noise, z normal. Knowing z is worth
  // s phi(m/s) + m Phi(m/s) - max(0, m).
  const double m = 0.4, s = 1.5;
  const auto points = sobol_points(4096, 3, 6);
  std::vector<std::vector<double>> payoffs(2), inputs(2);
  for (const auto& point : points) {
    const double z = random::normal_quantile(point[0]);
    payoffs[0].push_back(0.0);
    payoffs[1].push_back(m + s * z + 2.0 * random::normal_quantile(point[1]));
    inputs[0].push_back(z);
    inputs[1].push_back(point[2]);
  }
  const double phi = std::exp(-0.5 * m * m / s / s) / std::sqrt(2.0 * std::numbers::pi);
  const double Phi = 0.5 * std::erfc(-m / s / std::numbers::sqrt2);
  const auto values = information_values(payoffs, inputs, 1);
  EXPECT_NEAR(values[0].value, s * phi + m * Phi - m, 0.03);
  EXPECT_GT(values[0].value, 5.0 * values[0].noise);
  EXPECT_LT(values[1].value, 2.0 * values[1].noise + 0.01); // does not matter
  EXPECT_GT(perfect_information(payoffs), values[0].value);
}

TEST(Optimiser, FindsTheFrontOfAConvexProblem) {
  // Losses |x|^2 and |x - 1|^2 (Schaffer 1985): the front is x0 = x1 in [0, 1].
  std::size_t batches = 0;
  const auto set = optimise({{-2, -2}, {2, 2}, 2, 40, 40, 3}, [&](const auto& choices) {
    ++batches;
    std::vector<std::vector<double>> losses;
    for (const auto& x : choices) {
      losses.push_back(
          {x[0] * x[0] + x[1] * x[1], (x[0] - 1) * (x[0] - 1) + (x[1] - 1) * (x[1] - 1)});
    }
    return losses;
  });
  EXPECT_EQ(set.evaluations, 41U * 40U);
  EXPECT_EQ(batches, 41U); // a generation at a time
  ASSERT_GT(set.choices.size(), 20U);
  for (const auto& loss : set.losses) // on the front, sqrt(f1) + sqrt(f2) = sqrt(2)
    EXPECT_NEAR(std::sqrt(loss[0]) + std::sqrt(loss[1]), std::numbers::sqrt2, 0.05);
  EXPECT_THROW(optimise({{0}, {0}, 2, 8, 1, 1}, {}), Error);
}

} // namespace
} // namespace cauce::methods
