// Scores, baselines and weights against closed forms.
#include "cauce/methods/baselines.hpp"
#include "cauce/methods/scores.hpp"
#include "cauce/methods/stacking.hpp"

#include "cauce/base/distributions.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <numbers>

namespace cauce::methods {
namespace {

TEST(Scores, CrpsOfASampleIsItsDefinition) {
  const std::vector<double> x = {3.0, 1.0, 4.0, 1.5, 9.0};
  for (const double y : {-2.0, 1.2, 4.0, 20.0}) {
    double first = 0.0, second = 0.0;
    for (const double a : x) {
      first += std::abs(a - y) / 5.0;
      for (const double b : x)
        second += std::abs(a - b) / 25.0;
    }
    EXPECT_NEAR(crps({x}, y), first - 0.5 * second, 1e-12);
  }
  const std::vector<double> w = {0.0, 2.0, 0.0, 0.0, 2.0};
  const std::vector<double> two = {1.0, 9.0};
  EXPECT_NEAR(crps({x, w}, 3.0), crps({two}, 3.0), 1e-12);
}

TEST(Scores, CrpsOfANormal) {
  // Gneiting and Raftery 2007, eq. 21, at y = 0.5 for N(0, 1).
  const double y = 0.5;
  const double density = std::exp(-0.5 * y * y) / std::sqrt(2.0 * std::numbers::pi);
  const double below = 0.5 * std::erfc(-y / std::numbers::sqrt2);
  const double exact = y * (2.0 * below - 1.0) + 2.0 * density - 1.0 / std::sqrt(std::numbers::pi);
  EXPECT_NEAR(crps({normal_sample(0.0, 1.0, false, 2000)}, y), exact, 1e-3);
  EXPECT_NEAR(log_density({normal_sample(0.0, 1.0, false, 5000)}, y, 0.01), std::log(density),
              0.03);
  EXPECT_LT(log_density({normal_sample(0.0, 1.0, false, 100)}, 60.0, 0.01), -1000.0);
}

TEST(Stacking, FindsTheMixtureAndTheOnlyGoodModel) {
  // Points drawn from .7 N(-2, 1) + .3 N(2, 1); the models are the two parts and a useless one.
  const int points = 3000;
  Densities densities{Eigen::MatrixXd(points, 3), {}};
  random::Stream stream(random::Key::of(4), 0, 1);
  for (int i = 0; i < points; ++i) {
    const double centre = stream.uniform() < 0.7 ? -2.0 : 2.0;
    const double x = centre + random::normal_quantile(stream.uniform());
    densities.log_density.row(i) << -0.5 * (x + 2) * (x + 2), -0.5 * (x - 2) * (x - 2),
        -0.5 * (x - 20) * (x - 20);
  }
  const Eigen::VectorXd weights = stacking_weights(densities);
  EXPECT_NEAR(weights(0), 0.7, 0.03);
  EXPECT_NEAR(weights(1), 0.3, 0.03);
  EXPECT_LT(weights(2), 1e-3);
  EXPECT_NEAR(weights.sum(), 1.0, 1e-9);
  const Eigen::VectorXd bma = pseudo_bma_weights(densities, 6, 200, random::Key::of(1));
  EXPECT_GT(bma(0), 0.99); // the best single model takes all
  const Eigen::MatrixXd again = bootstrap_stacking(densities, 6, 20, random::Key::of(2));
  EXPECT_NEAR(again.col(0).mean(), 0.7, 0.04);
  EXPECT_GT((again.col(0).array() - again.col(0).mean()).abs().maxCoeff(), 0.0);
}

TEST(Baselines, GoWhereTheyShould) {
  std::vector<double> history;
  for (int i = 0; i < 48; ++i)
    history.push_back(std::exp(5.0 + 0.5 * std::sin(i * 0.5236) + (i == 47 ? -1.0 : 0.0)));
  const auto all = naive_forecasts(history, 30);
  ASSERT_EQ(all.size(), 6U);
  for (const Baseline& baseline : all) {
    ASSERT_EQ(baseline.months.size(), 30U);
    for (std::size_t h = 1; h < 30; ++h)
      EXPECT_GE(baseline.months[h].deviation, baseline.months[h - 1].deviation) << baseline.name;
  }
  const auto named = [&](std::string_view name) {
    return *std::find_if(all.begin(), all.end(), [&](const Baseline& b) { return b.name == name; });
  };
  EXPECT_EQ(named("last value").months[20].mean, history.back());
  EXPECT_EQ(named("seasonal naive").months[13].mean, history[48 - 12 + 1]);
  double mean = 0.0;
  for (const double value : history)
    mean += std::log(value) / 48.0;
  const Baseline reverting = named("AR(1) to the mean, log");
  const double first = reverting.months[0].mean - mean, second = reverting.months[1].mean - mean;
  EXPECT_LT(first, 0.0);
  EXPECT_NEAR(reverting.months[29].mean - mean, first * std::pow(second / first, 29.0), 1e-9);
  EXPECT_EQ(naive_forecasts(std::span(history).first(8), 5).size(), 4U);
  EXPECT_TRUE(naive_forecasts(std::span(history).first(2), 5).empty());
}

} // namespace
} // namespace cauce::methods
