// Distributions against exact probabilities, and the coupling that policies rely on.
#include "cauce/base/distributions.hpp"
#include "cauce/base/random.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <numeric>
#include <rapidcheck.h>
#include <vector>

namespace cauce::random {
namespace {

double binomial_log_pmf(double n, double p, double k) {
  return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1) + k * std::log(p) +
         (n - k) * std::log1p(-p);
}

// Chi-square of draws by 200,000 independent uniforms against exact probabilities, in cells of at
// least 50 expected. Returned as its standard score (chi2 - df) / sqrt(2 df): a shift of the mean
// by 2 percent of a deviation adds some 80 / sqrt(2 df) to it and is found nearly always.
template <typename Draw, typename Pmf>
double chi_square_score(Draw draw, Pmf pmf, std::uint64_t most, std::uint64_t seed) {
  const int draws = 200'000;
  std::vector<double> seen(most + 2, 0.0);
  for (std::uint64_t i = 0; i < draws; ++i) {
    seen[std::min(draw(uniform(Key::of(seed), i, 0, 0)), most + 1)] += 1.0;
  }
  double score = 0.0, cell_seen = 0.0, cell_expected = 0.0, total_expected = 0.0;
  int cells = 0;
  for (std::uint64_t k = 0; k <= most; ++k) {
    const double expected = draws * pmf(k);
    cell_seen += seen[k];
    cell_expected += expected;
    total_expected += expected;
    if (cell_expected >= 50.0 && draws - total_expected >= 50.0) {
      score += (cell_seen - cell_expected) * (cell_seen - cell_expected) / cell_expected;
      cell_seen = cell_expected = 0.0;
      ++cells;
    }
  }
  cell_seen += seen[most + 1];
  cell_expected += std::max(0.0, draws - total_expected);
  score += (cell_seen - cell_expected) * (cell_seen - cell_expected) / cell_expected;
  return (score - cells) / std::sqrt(2.0 * cells);
}

struct BinomialCase {
  std::uint64_t n;
  double p;
};

class BinomialLaw : public testing::TestWithParam<BinomialCase> {};

TEST_P(BinomialLaw, IsTheExactOne) {
  const auto [n, p] = GetParam();
  const double mean = static_cast<double>(n) * p;
  const auto most = static_cast<std::uint64_t>(
      std::min(static_cast<double>(n), mean + 12.0 * std::sqrt(mean) + 10.0));
  const double score = chi_square_score(
      [n = n, p = p](double u) { return binomial(n, p, u); },
      [n = n, p = p](std::uint64_t k) {
        return std::exp(binomial_log_pmf(static_cast<double>(n), p, static_cast<double>(k)));
      },
      most, n + 17);
  EXPECT_LT(std::abs(score), 5.0);
}

INSTANTIATE_TEST_SUITE_P(AllBranches, BinomialLaw,
                         testing::Values(BinomialCase{1, 0.3}, BinomialCase{10, 0.5},
                                         BinomialCase{10, 0.97}, BinomialCase{1000, 0.002},
                                         BinomialCase{100'000, 0.001}, BinomialCase{300, 0.399},
                                         BinomialCase{300, 0.41}, BinomialCase{2000, 0.7},
                                         BinomialCase{1'000'000, 0.0005},
                                         BinomialCase{30'000'000, 0.0001}));

// The returned quantile is the exact one: the cumulative sum of the pmf brackets u.
TEST(Binomial, ReturnsTheSmallestCountWhoseCumulativeExceedsTheUniform) {
  EXPECT_TRUE(rc::check([](double raw) {
    const auto n = *rc::gen::inRange<std::uint64_t>(1, 3000);
    const double p = *rc::gen::inRange(1, 1000) / 1000.0;
    const double u = std::abs(raw) - std::floor(std::abs(raw));
    const std::uint64_t k = binomial(n, p, u);
    double below = 0.0;
    for (std::uint64_t i = 0; i < k; ++i) {
      below += std::exp(binomial_log_pmf(static_cast<double>(n), p, static_cast<double>(i)));
    }
    const double with =
        below + std::exp(binomial_log_pmf(static_cast<double>(n), p, static_cast<double>(k)));
    RC_ASSERT(below <= u + 1e-10);
    RC_ASSERT(with >= u - 1e-10);
  }));
}

// The median of a large binomial is within one of its mean (Kaas and Buhrman 1980), and mirrored
// uniforms give quantiles whose distance from the mean follows the normal.
TEST(Binomial, LargeMeansAreCentredAndSpreadAsTheNormal) {
  for (const double p : {1e-6, 0.01, 0.3, 0.5, 0.8}) {
    const std::uint64_t n = 1'000'000'000;
    const double mean = 1e9 * p, deviation = std::sqrt(mean * (1.0 - p));
    EXPECT_NEAR(static_cast<double>(binomial(n, p, 0.5)), mean, 1.0);
    const double high = static_cast<double>(binomial(n, p, 0.9986501019683699)); // 3 deviations
    // Cornish-Fisher to second order: skewness moves the quantile by (z^2 - 1) (1 - 2p) / 6.
    EXPECT_NEAR(high, mean + 3.0 * deviation + 8.0 * (1.0 - 2.0 * p) / 6.0,
                1.0 + 0.05 * std::sqrt(deviation) / deviation);
  }
}

TEST(Binomial, TheSameUniformNeverGivesLessForALargerProbabilityOrMoreTrials) {
  EXPECT_TRUE(rc::check([](std::uint32_t high, std::uint32_t low) {
    const double u = uniform53(high, low);
    const auto n = *rc::gen::inRange<std::uint64_t>(0, 100'000);
    const auto more = *rc::gen::inRange<std::uint64_t>(0, 50);
    const double p = *rc::gen::inRange(0, 1'000'000) / 1e6;
    const double q = std::min(1.0, p + *rc::gen::inRange(0, 1000) / 1e5);
    RC_ASSERT(binomial(n, p, u) <= binomial(n, q, u));
    RC_ASSERT(binomial(n, p, u) <= binomial(n + more, p, u));
    RC_ASSERT(poisson(p * 1000, u) <= poisson(q * 1000, u));
    RC_ASSERT(binomial(n, p, u) <= n);
  }));
}

TEST(Binomial, EdgesAreExact) {
  EXPECT_EQ(binomial(0, 0.5, 0.9), 0U);
  EXPECT_EQ(binomial(10, 0.0, 0.999999), 0U);
  EXPECT_EQ(binomial(10, 1.0, 0.0), 10U);
  EXPECT_EQ(binomial(10, std::nan(""), 0.5), 0U);
  EXPECT_EQ(binomial(10, -1.0, 0.5), 0U);
  EXPECT_EQ(binomial(5, 0.5, 0.0), 0U);
  EXPECT_EQ(binomial(5, 0.5, 1.0 - 0x1p-53), 5U);
  EXPECT_LE(binomial(40'000'000, 0.9, 1.0 - 0x1p-53), 40'000'000U);
}

TEST(Poisson, IsTheExactOneOnBothSidesOfTheWalksStart) {
  for (const double mean : {0.01, 3.0, 119.0, 121.0, 5000.0}) {
    const double score =
        chi_square_score([mean](double u) { return poisson(mean, u); },
                         [mean](std::uint64_t k) {
                           const auto x = static_cast<double>(k);
                           return std::exp(x * std::log(mean) - mean - std::lgamma(x + 1));
                         },
                         static_cast<std::uint64_t>(mean + 12.0 * std::sqrt(mean) + 10.0), 5);
    EXPECT_LT(std::abs(score), 5.0) << mean;
  }
}

TEST(Multinomial, ConservesAndHasTheRightMargins) {
  const std::vector<double> p{0.1, 0.0, 0.35, 0.25}; // 0.3 left undecided
  std::vector<double> sums(4, 0.0);
  double covariance = 0.0;
  const int draws = 50'000;
  for (std::uint64_t i = 0; i < draws; ++i) {
    std::vector<double> u(4);
    std::vector<std::uint64_t> counts(4);
    for (std::uint32_t j = 0; j < 4; ++j)
      u[j] = uniform(Key::of(3), i, j, 1);
    const std::uint64_t left = multinomial(40, p, u, counts);
    ASSERT_EQ(std::accumulate(counts.begin(), counts.end(), left), 40U);
    for (std::size_t j = 0; j < 4; ++j)
      sums[j] += static_cast<double>(counts[j]);
    covariance += (static_cast<double>(counts[0]) - 4.0) * (static_cast<double>(counts[2]) - 14.0);
  }
  for (std::size_t j = 0; j < 4; ++j) {
    // Five standard errors of the mean of 50,000 draws.
    EXPECT_NEAR(sums[j] / draws, 40 * p[j],
                5.0 * std::sqrt(40 * p[j] * (1 - p[j]) / draws) + 1e-12);
  }
  EXPECT_NEAR(covariance / draws, -40 * 0.1 * 0.35, 5.0 * std::sqrt(3.6 * 9.1 * 2 / draws));
}

TEST(Multinomial, ProbabilitiesThatAddUpToOneLeaveNobody) {
  const std::vector<double> p{1.0 / 3, 1.0 / 3, 1.0 / 3};
  const std::vector<double> u{0.2, 0.9, 1.0 - 0x1p-53};
  std::vector<std::uint64_t> counts(3);
  EXPECT_EQ(multinomial(1'000'003, p, u, counts), 0U);
}

TEST(Waiting, ExponentialAndGeometricHaveTheirMedians) {
  EXPECT_NEAR(exponential(2.0, 0.5), std::log(2.0) / 2.0, 1e-15);
  EXPECT_TRUE(std::isinf(exponential(0.0, 0.3)));
  EXPECT_EQ(geometric(0.3, 0.29, 100), 0U);
  EXPECT_EQ(geometric(0.3, 0.31, 100), 1U);
  EXPECT_EQ(geometric(0.3, 0.999999999, 10), 10U);
  EXPECT_EQ(geometric(0.0, 0.5, 10), 10U);
  EXPECT_EQ(geometric(1.0, 0.99, 10), 0U);
}

TEST(Normal, QuantilesMeetThePublishedFigures) {
  // Wichura 1988, table of check values for PPND16.
  EXPECT_NEAR(normal_quantile(0.25), -0.6744897501960817, 1e-15);
  EXPECT_NEAR(normal_quantile(0.001), -3.090232306167814, 1e-14);
  EXPECT_NEAR(normal_quantile(1e-15), -7.941345326170997, 1e-13);
  EXPECT_TRUE(std::isfinite(normal_quantile(0.0)));
  EXPECT_TRUE(std::isfinite(normal_quantile(1.0)));
}

TEST(Normal, QuantileInvertsTheErrorFunction) {
  EXPECT_TRUE(rc::check([](std::uint32_t high, std::uint32_t low) {
    const double p = uniform53(high | 1, low);
    const double back = 0.5 * std::erfc(-normal_quantile(p) / std::sqrt(2.0));
    RC_ASSERT(std::abs(back - p) < 1e-14);
  }));
}

TEST(Priors, MeetTheirMedianAndPercentiles) {
  EXPECT_DOUBLE_EQ(normal_between(2, 1, 5, 0.5), 2);
  EXPECT_NEAR(normal_between(2, 1, 5, 0.05), 1, 1e-13);
  EXPECT_NEAR(normal_between(2, 1, 5, 0.95), 5, 1e-13);
  EXPECT_NEAR(lognormal_between(2, 0.5, 3, 0.05), 0.5, 1e-13);
  EXPECT_NEAR(lognormal_between(2, 0.5, 3, 0.95), 3, 1e-13);
  EXPECT_NEAR(logitnormal_between(0.2, 0.1, 0.6, 0.05), 0.1, 1e-13);
  EXPECT_NEAR(logitnormal_between(0.2, 0.1, 0.6, 0.95), 0.6, 1e-13);
  EXPECT_NEAR(logitnormal_between(0.2, 0.1, 0.6, 0.5), 0.2, 1e-13);
  EXPECT_DOUBLE_EQ(uniform_between(-1, 3, 0.25), 0);
  EXPECT_DOUBLE_EQ(triangular(1, 0, 4, 0.25), 1); // the mode's share of the area is 1/4
  EXPECT_DOUBLE_EQ(triangular(0, 0, 4, 0.75), 2);
  EXPECT_DOUBLE_EQ(triangular(2, 2, 2, 0.5), 2);
}

TEST(Thresholds, PickAsTheProbabilitiesSay) {
  const std::vector<double> p{0.0, 0.2, 0.0, 0.5, 0.3, 0.0};
  std::vector<Threshold> thresholds(5);
  cumulative_thresholds(p, thresholds);
  std::vector<double> seen(6, 0.0);
  const int draws = 400'000;
  for (std::uint64_t i = 0; i < draws; ++i) {
    seen[pick(thresholds, philox(Key::of(1), Counter::of(i, 0, 0))[0])] += 1.0;
  }
  for (std::size_t i = 0; i < p.size(); ++i) {
    EXPECT_NEAR(seen[i] / draws, p[i], 5.0 * std::sqrt(p[i] * (1 - p[i]) / draws));
  }
  EXPECT_EQ(pick(thresholds, 0), 1U);
  EXPECT_EQ(pick(thresholds, 0xffffffff), 4U);
}

TEST(Thresholds, NeverPickTheImpossible) {
  EXPECT_TRUE(rc::check([](std::vector<std::uint8_t> weights, std::uint32_t word) {
    weights.push_back(1); // at least one positive, then possibly zeros
    const auto zeros = *rc::gen::inRange(0, 4);
    for (int i = 0; i < zeros; ++i)
      weights.push_back(0);
    const std::vector<double> p(weights.begin(), weights.end());
    std::vector<Threshold> thresholds(p.size() - 1);
    cumulative_thresholds(p, thresholds);
    for (const std::uint32_t w : {word, 0U, 0xffffffffU})
      RC_ASSERT(p[pick(thresholds, w)] > 0.0);
  }));
}

TEST(Thresholds, CumulativeProbabilitiesPickToo) {
  const std::vector<double> cumulative{0.25, 0.25, 1.0};
  EXPECT_EQ(pick(cumulative, 0.0), 0U);
  EXPECT_EQ(pick(cumulative, 0.25), 2U);
  EXPECT_EQ(pick(cumulative, 0.2499), 0U);
}

} // namespace
} // namespace cauce::random
