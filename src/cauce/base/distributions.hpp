// Distributions drawn by inversion: each takes one uniform and returns the quantile there.
//
// Inversion costs a little more than rejection where means are large, and buys two things. A draw
// uses exactly one uniform, so nobody's luck moves when a rate changes. And the same uniform with a
// larger rate never gives a smaller draw, so that the difference between two policies is what the
// policies do and not noise (variances of differences fall 100- to 700-fold).
//
// Uniforms are on [0, 1), from random.hpp; 53 bits where probabilities below 1e-6 matter.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

namespace cauce::random {

/// The number of successes among `n` trials of probability `p` each: the smallest k whose
/// cumulative probability exceeds `u`. Never decreases in n, p or u. p is clamped to [0, 1]; NaN
/// counts as 0. Exact to about 1e-13 in probability. Takes time proportional to n min(p, 1 - p)
/// when that is below 120, to its square root above.
std::uint64_t binomial(std::uint64_t n, double p, double u);

/// Divides `n` among the alternatives: counts[i] is distributed as multinomial with
/// `probabilities[i]` >= 0 (their sum, at most 1; what is missing stays undecided), by sequential
/// conditional binomials, the i-th by uniforms[i]. All spans have one length. Returns how many are
/// left undecided; the counts and it add up to n exactly.
std::uint64_t multinomial(std::uint64_t n, std::span<const double> probabilities,
                          std::span<const double> uniforms, std::span<std::uint64_t> counts);

/// A Poisson count of mean `mean` >= 0 by the uniform `u`; never decreases in mean or u.
std::uint64_t poisson(double mean, double u);

/// The waiting time until an event of hazard `rate` (infinite for a rate of 0).
double exponential(double rate, double u);

/// How many periods pass before the first in which an event of probability `p` a period happens
/// (0: it happens in the first), capped at `most`.
std::uint64_t geometric(double p, double u, std::uint64_t most);

/// The standard normal quantile of p in (0, 1) to 1e-15 (Wichura 1988, AS 241, PPND16). p of 0 or
/// 1 gives the quantile of 2^-54 or its mirror (about -8.2 and 8.2), so that draws stay finite.
double normal_quantile(double p);
/// A normal draw of this mean and standard deviation.
inline double normal(double mean, double deviation, double u) {
  return mean + deviation * normal_quantile(u);
}

/// Quantiles of the priors of parameters. `low` and `high` are the 5th and 95th percentile of the
/// first three, the bounds of the last two.
double normal_between(double median, double low, double high, double u);
/// All three are above 0; the scales above and below the median may differ (a two-piece lognormal),
/// so that median, low and high are all met.
double lognormal_between(double median, double low, double high, double u);
/// All three are in (0, 1); two-piece on the logit scale.
double logitnormal_between(double median, double low, double high, double u);
double uniform_between(double low, double high, double u);
/// Triangular with the mode in [low, high].
double triangular(double mode, double low, double high, double u);

/// Thresholds for picking one of several alternatives by a single word: alternative i is picked
/// when i of the thresholds are at or below `word >> 1`. 31 bits, so that probabilities of exactly
/// 0 and 1 both have a threshold (0 and 2^31 are never off by one) and signed vector comparisons
/// serve.
using Threshold = std::uint32_t;
inline constexpr double threshold_scale = 0x1p31;

/// Writes the cumulative thresholds of `probabilities` (>= 0; any positive sum, they are
/// normalised), one fewer than there are alternatives needed: the last is implied. An alternative
/// of probability 0 is never picked. Throws nothing: if all are 0, the last one is always picked.
void cumulative_thresholds(std::span<const double> probabilities, std::span<Threshold> thresholds);

/// The alternative that `word` picks, from 0 to thresholds.size().
inline std::size_t pick(std::span<const Threshold> thresholds, std::uint32_t word) {
  const std::uint32_t draw = word >> 1;
  std::size_t passed = 0;
  for (const Threshold threshold : thresholds)
    passed += draw >= threshold ? 1U : 0U;
  return passed;
}

/// The same by bisection: faster where there are more than some twenty alternatives.
inline std::size_t pick_sorted(std::span<const Threshold> thresholds, std::uint32_t word) {
  if (thresholds.size() <= 24)
    return pick(thresholds, word);
  const auto found = std::upper_bound(thresholds.begin(), thresholds.end(), word >> 1);
  return static_cast<std::size_t>(found - thresholds.begin());
}

/// The first i with x below cumulative[i], or the last: picks by cumulative shares, which do not
/// fall; x is a uniform times their sum. As a count, since a branch that chance decides is guessed
/// wrong: for a few alternatives (one at least).
inline std::size_t pick(std::span<const double> cumulative, double x) {
  std::size_t index = 0;
  for (const double share : cumulative.first(cumulative.size() - 1))
    index += x >= share ? 1U : 0U;
  return index;
}

} // namespace cauce::random
