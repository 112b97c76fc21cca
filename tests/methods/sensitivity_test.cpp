// Sobol's indices and Morris's effects on functions whose indices are known in closed form.
#include "cauce/base/diagnostics.hpp"
#include "cauce/methods/low_discrepancy.hpp"
#include "cauce/methods/morris.hpp"
#include "cauce/methods/sobol.hpp"

#include <cmath>
#include <functional>
#include <gtest/gtest.h>
#include <numbers>

namespace cauce::methods {
namespace {

using Function = std::function<double(const std::vector<double>&)>;

std::vector<std::vector<std::size_t>> singles(std::size_t inputs) {
  std::vector<std::vector<std::size_t>> groups;
  for (std::size_t i = 0; i < inputs; ++i)
    groups.push_back({i});
  return groups;
}

std::vector<double> evaluate(const std::vector<std::vector<double>>& points, const Function& f) {
  std::vector<double> outputs;
  for (const auto& point : points)
    outputs.push_back(f(point));
  return outputs;
}

// Ishigami and Homma (1990) with a = 7, b = 0.1.
double ishigami(const std::vector<double>& u) {
  const auto x = [&](std::size_t i) { return std::numbers::pi * (2.0 * u[i] - 1.0); };
  return std::sin(x(0)) + 7.0 * std::pow(std::sin(x(1)), 2) +
         0.1 * std::pow(x(2), 4) * std::sin(x(0));
}

// Sobol's g with the coefficients of Saltelli et al. (2008, section 4.7).
const std::vector<double> g_coefficients = {0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0};
double sobol_g(const std::vector<double>& u) {
  double product = 1.0;
  for (std::size_t i = 0; i < u.size(); ++i)
    product *= (std::abs(4.0 * u[i] - 2.0) + g_coefficients[i]) / (1.0 + g_coefficients[i]);
  return product;
}

void expect_inside(const Interval& found, double known, const std::string& what) {
  // A 90 percent interval misses one time in ten: half of its width more leaves one in a thousand.
  const double slack = 0.5 * (found.high - found.low) + 1e-9;
  EXPECT_GE(known, found.low - slack) << what;
  EXPECT_LE(known, found.high + slack) << what;
  EXPECT_NEAR(found.value, known, 0.03) << what;
}

TEST(Sobol, IndicesOfTheIshigamiFunction) {
  const double pi4 = std::pow(std::numbers::pi, 4), b = 0.1;
  const double v1 = 0.5 * std::pow(1.0 + b * pi4 / 5.0, 2), v2 = 49.0 / 8.0;
  const double v13 = b * b * pi4 * pi4 * (1.0 / 18.0 - 1.0 / 50.0);
  const double v = v1 + v2 + v13;
  const auto design = sobol_design(2048, singles(3), 7);
  ASSERT_EQ(design.points.size(), 5U * 2048U);
  const auto result = sobol_indices(design, evaluate(design.points, ishigami), 7);
  EXPECT_NEAR(result.variance, v, 0.02 * v);
  expect_inside(result.inputs[0].first, v1 / v, "S1");
  expect_inside(result.inputs[1].first, v2 / v, "S2");
  expect_inside(result.inputs[2].first, 0.0, "S3");
  expect_inside(result.inputs[0].total, (v1 + v13) / v, "T1");
  expect_inside(result.inputs[1].total, v2 / v, "T2");
  expect_inside(result.inputs[2].total, v13 / v, "T3");
}

TEST(Sobol, IndicesOfTheGFunction) {
  std::vector<double> part;
  double product = 1.0;
  for (const double a : g_coefficients) {
    part.push_back(1.0 / (3.0 * (1.0 + a) * (1.0 + a)));
    product *= 1.0 + part.back();
  }
  const double v = product - 1.0;
  const auto design = sobol_design(2048, singles(8), 3);
  const auto result = sobol_indices(design, evaluate(design.points, sobol_g), 3);
  for (std::size_t i = 0; i < 8; ++i) {
    expect_inside(result.inputs[i].first, part[i] / v, "first of " + std::to_string(i));
    expect_inside(result.inputs[i].total, part[i] * product / (1.0 + part[i]) / v,
                  "total of " + std::to_string(i));
  }
}

TEST(Sobol, AGroupIsWorthWhatItsInputsAreWorthTogether) {
  // x0 + x1 and x2 do not interact: first order = total = their shares of the variance.
  const auto design = sobol_design(1024, {{0, 1}, {2}}, 5);
  const auto outputs = evaluate(
      design.points, [](const std::vector<double>& u) { return 2.0 * u[0] * u[1] + u[2]; });
  const auto result = sobol_indices(design, outputs, 5);
  const double pair = 4.0 * (1.0 / 9.0 - 1.0 / 16.0), single = 1.0 / 12.0;
  expect_inside(result.inputs[0].first, pair / (pair + single), "group, first");
  expect_inside(result.inputs[0].total, pair / (pair + single), "group, total");
  expect_inside(result.inputs[1].total, single / (pair + single), "single, total");
}

TEST(Sobol, PointsFillTheCubeMoreEvenlyThanChance) {
  // The error of a mean over 1024 points of a smooth function of 20 inputs.
  const auto points = sobol_points(1024, 20, 11);
  double mean = 0.0;
  for (const auto& point : points) {
    double product = 1.0;
    for (std::size_t d = 0; d < point.size(); ++d) {
      ASSERT_GT(point[d], 0.0);
      ASSERT_LT(point[d], 1.0);
      product *= 1.0 + (point[d] - 0.5) / static_cast<double>(d + 1);
    }
    mean += product / 1024.0;
  }
  const double by_chance = std::sqrt(0.13 / 1024.0); // the variance of the product is about 0.13
  EXPECT_LT(std::abs(mean - 1.0), 0.3 * by_chance);
  EXPECT_NE(points, sobol_points(1024, 20, 12));
  EXPECT_EQ(points, sobol_points(1024, 20, 11));
  EXPECT_THROW(sobol_points(2, 4000, 1), Error);
}

TEST(Morris, EffectsOfALinearFunctionAreItsSlopes) {
  const std::vector<double> slopes = {3.0, -2.0, 0.0, 0.5};
  const auto design = morris_design(6, singles(4), 9);
  const auto effects = morris_effects(design,
                                      evaluate(design.points,
                                               [&](const std::vector<double>& u) {
                                                 double sum = 1.0;
                                                 for (std::size_t i = 0; i < 4; ++i)
                                                   sum += slopes[i] * u[i];
                                                 return sum;
                                               }),
                                      9);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_NEAR(effects[i].mean, slopes[i], 1e-12);
    EXPECT_NEAR(effects[i].mean_abs.value, std::abs(slopes[i]), 1e-12);
    EXPECT_NEAR(effects[i].spread, 0.0, 1e-12);
  }
}

TEST(Morris, ScreensAsTheGFunctionIsBuilt) {
  const auto design = morris_design(20, singles(8), 2);
  const auto effects = morris_effects(design, evaluate(design.points, sobol_g), 2);
  for (std::size_t i = 1; i < 5; ++i)
    EXPECT_GT(effects[i - 1].mean_abs.value, effects[i].mean_abs.value) << i;
  EXPECT_GT(effects[0].spread, 0.0); // interaction and a kink
}

} // namespace
} // namespace cauce::methods
