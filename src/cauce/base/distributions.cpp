// Quantile functions. The binomial and Poisson walk up their cumulative distribution by the ratio
// of neighbouring terms ("chop-down"): from zero where the mean is small, else from ten standard
// deviations below the mean, where the first term comes from Loader's saddle-point form (Loader
// 2000, "Fast and accurate computation of binomial probabilities").
#include "cauce/base/distributions.hpp"

#include "cauce/base/math.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>

namespace cauce::random {

namespace {

// ln(1 + x) by the logarithm alone: the error of w = 1 + x cancels in the quotient (Goldberg 1991,
// theorem 4).
double log1p(double x) {
  const double w = 1.0 + x;
  return w == 1.0 ? x : math::log(w) * (x / (w - 1.0));
}

// Below this mean, walking from zero takes fewer steps (mean) than from ten deviations below
// (10 sqrt(mean) on average, plus two Loader terms worth some 20 steps): they meet near 120.
constexpr double walk_from_zero = 120.0;

// What lies below mean - 10 deviations: 7.6e-24 of a normal; of the binomials and Poissons here,
// whose left tail is thinner than the normal's when p <= 1/2, less. The uniforms' grid is 2^-53
// = 1.1e-16.
constexpr double deviations_below = 10.0;

// Beyond the mode, terms fall at least geometrically; once one is below this, what remains is
// some 2^-64 deviations, which a uniform on a 2^-53 grid does not see. Ends the walk when rounding
// keeps u above the sum of all terms.
constexpr double negligible_term = 0x1p-64;

// ln(n!) - ln(sqrt(2 pi n) (n/e)^n). The table up to 15 is ln n! computed to 40 digits and
// rounded; the series beyond has an error below 1/(1188 n^9) < 2.2e-14 relative to pmf at n = 16.
double stirling_error(double n) {
  constexpr std::array<double, 16> table{0.0,
                                         0.08106146679532726,
                                         0.0413406959554093,
                                         0.02767792568499834,
                                         0.02079067210376509,
                                         0.01664469118982119,
                                         0.01387612882307075,
                                         0.01189670994589177,
                                         0.01041126526197209,
                                         0.009255462182712733,
                                         0.00833056343336287,
                                         0.007573675487951841,
                                         0.00694284010720953,
                                         0.006408994188004207,
                                         0.005951370112758848,
                                         0.005554733551962801};
  if (n < 16.0)
    return table[static_cast<std::size_t>(n)];
  const double square = n * n;
  return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680) / square) / square) / square) / n;
}

// x ln(x / mean) + mean - x without cancellation where x is near the mean.
double deviance(double x, double mean) {
  if (std::abs(x - mean) < 0.1 * (x + mean)) {
    const double v = (x - mean) / (x + mean);
    double sum = (x - mean) * v;
    double term = 2.0 * x * v;
    for (int j = 1; j < 1000; ++j) {
      term *= v * v;
      const double next = sum + term / (2 * j + 1);
      if (next == sum)
        return next;
      sum = next;
    }
  }
  return x * math::log(x / mean) + mean - x;
}

constexpr double two_pi = 6.283185307179586;

double poisson_term(double x, double mean) {
  if (x == 0.0)
    return math::exp(-mean);
  return math::exp(-stirling_error(x) - deviance(x, mean)) / std::sqrt(two_pi * x);
}

double binomial_term(double x, double n, double p, double q) {
  if (x == 0.0)
    return math::exp(n * log1p(-p));
  const double log_term = stirling_error(n) - stirling_error(x) - stirling_error(n - x) -
                          deviance(x, n * p) - deviance(n - x, n * q);
  return math::exp(log_term) * std::sqrt(n / (two_pi * x * (n - x)));
}

// The walk: `term` is the probability of `k`; the ratio of the term after k to that of k is
// gain / (k + 1) - loss. No term exists beyond `last`.
std::uint64_t chop_down(std::uint64_t k, std::uint64_t last, double term, double gain, double loss,
                        double mode, double u) {
  while (u >= term && k < last) {
    u -= term;
    const double next = static_cast<double>(k + 1);
    if (term < negligible_term && next > mode)
      break;
    term *= gain / next - loss;
    ++k;
  }
  return k;
}

// The binomial quantile for p <= 1/2.
std::uint64_t lower_binomial(std::uint64_t n, double p, double u) {
  const double trials = static_cast<double>(n);
  const double q = 1.0 - p;
  const double mean = trials * p;
  const double odds = p / q;
  std::uint64_t start = 0;
  if (mean > walk_from_zero) {
    const double from = mean - deviations_below * std::sqrt(mean * q);
    if (from > 0.0)
      start = static_cast<std::uint64_t>(from);
  }
  const double term = binomial_term(static_cast<double>(start), trials, p, q);
  return chop_down(start, n, term, (trials + 1.0) * odds, odds, mean, u);
}

// Distance of the 95th percentile of a standard normal from its median.
constexpr double z95 = 1.6448536269514722;

// A normal of median 0 with one deviation below the median and another above it.
double two_piece(double below, double above, double u) {
  const double z = normal_quantile(u);
  return z * (z < 0.0 ? below : above) / z95;
}

double logit(double p) { return math::log(p / (1.0 - p)); }

} // namespace

std::uint64_t binomial(std::uint64_t n, double p, double u) {
  if (n == 0 || !(p > 0.0))
    return 0;
  if (p >= 1.0)
    return n;
  if (p <= 0.5)
    return lower_binomial(n, p, u);
  return n - lower_binomial(n, 1.0 - p, 1.0 - u);
}

std::uint64_t multinomial(std::uint64_t n, std::span<const double> probabilities,
                          std::span<const double> uniforms, std::span<std::uint64_t> counts) {
  double rest = 1.0;
  for (std::size_t i = 0; i < probabilities.size(); ++i) {
    // Rounding may leave `rest` a little below the last probability: then all that remain take it.
    const double conditional = rest > probabilities[i] ? probabilities[i] / rest : 1.0;
    counts[i] = probabilities[i] > 0.0 ? binomial(n, conditional, uniforms[i]) : 0;
    n -= counts[i];
    rest -= probabilities[i];
  }
  return n;
}

std::uint64_t poisson(double mean, double u) {
  if (!(mean > 0.0))
    return 0;
  std::uint64_t start = 0;
  if (mean > walk_from_zero) {
    const double from = mean - deviations_below * std::sqrt(mean);
    if (from > 0.0)
      start = static_cast<std::uint64_t>(from);
  }
  return chop_down(start, std::numeric_limits<std::uint64_t>::max(),
                   poisson_term(static_cast<double>(start), mean), mean, 0.0, mean, u);
}

double exponential(double rate, double u) {
  if (!(rate > 0.0))
    return std::numeric_limits<double>::infinity();
  return -log1p(-u) / rate;
}

std::uint64_t geometric(double p, double u, std::uint64_t most) {
  if (!(p > 0.0))
    return most;
  if (p >= 1.0)
    return 0;
  const double waits = log1p(-u) / log1p(-p);
  return waits < static_cast<double>(most) ? static_cast<std::uint64_t>(waits) : most;
}

double normal_quantile(double p) {
  constexpr double edge = 0x1p-54;
  const double q = p - 0.5;
  if (std::abs(q) <= 0.425) {
    const double r = 0.180625 - q * q;
    return q *
           (((((((r * 2509.0809287301226727 + 33430.575583588128105) * r + 67265.770927008700853) *
                    r +
                45921.953931549871457) *
                   r +
               13731.693765509461125) *
                  r +
              1971.5909503065514427) *
                 r +
             133.14166789178437745) *
                r +
            3.387132872796366608) /
           (((((((r * 5226.495278852545925 + 28729.085735721942674) * r + 39307.89580009271061) *
                    r +
                21213.794301586595867) *
                   r +
               5394.1960214247511077) *
                  r +
              687.1870074920579083) *
                 r +
             42.313330701600911252) *
                r +
            1.0);
  }
  const double tail = std::max(q < 0.0 ? p : 1.0 - p, edge);
  double r = std::sqrt(-math::log(tail));
  double value = 0.0;
  if (r <= 5.0) {
    r -= 1.6;
    value = (((((((r * 7.7454501427834140764e-4 + 0.0227238449892691845833) * r +
                  0.24178072517745061177) *
                     r +
                 1.27045825245236838258) *
                    r +
                3.64784832476320460504) *
                   r +
               5.7694972214606914055) *
                  r +
              4.6303378461565452959) *
                 r +
             1.42343711074968357734) /
            (((((((r * 1.05075007164441684324e-9 + 5.475938084995344946e-4) * r +
                  0.0151986665636164571966) *
                     r +
                 0.14810397642748007459) *
                    r +
                0.68976733498510000455) *
                   r +
               1.6763848301838038494) *
                  r +
              2.05319162663775882187) *
                 r +
             1.0);
  } else {
    r -= 5.0;
    value = (((((((r * 2.01033439929228813265e-7 + 2.71155556874348757815e-5) * r +
                  0.0012426609473880784386) *
                     r +
                 0.026532189526576123093) *
                    r +
                0.29656057182850489123) *
                   r +
               1.7848265399172913358) *
                  r +
              5.4637849111641143699) *
                 r +
             6.6579046435011037772) /
            (((((((r * 2.04426310338993978564e-15 + 1.4215117583164458887e-7) * r +
                  1.8463183175100546818e-5) *
                     r +
                 7.868691311456132591e-4) *
                    r +
                0.0148753612908506148525) *
                   r +
               0.13692988092273580531) *
                  r +
              0.59983220655588793769) *
                 r +
             1.0);
  }
  return q < 0.0 ? -value : value;
}

double normal_between(double median, double low, double high, double u) {
  return median + two_piece(median - low, high - median, u);
}

double lognormal_between(double median, double low, double high, double u) {
  return median * math::exp(two_piece(math::log(median / low), math::log(high / median), u));
}

double logitnormal_between(double median, double low, double high, double u) {
  const double centre = logit(median);
  const double x = centre + two_piece(centre - logit(low), logit(high) - centre, u);
  return 1.0 / (1.0 + math::exp(-x));
}

double uniform_between(double low, double high, double u) { return low + (high - low) * u; }

double triangular(double mode, double low, double high, double u) {
  const double width = high - low;
  if (!(width > 0.0))
    return low;
  const double split = (mode - low) / width;
  if (u < split)
    return low + std::sqrt(u * width * (mode - low));
  return high - std::sqrt((1.0 - u) * width * (high - mode));
}

void cumulative_thresholds(std::span<const double> probabilities, std::span<Threshold> thresholds) {
  double total = 0.0;
  std::size_t last = 0;
  for (std::size_t i = 0; i < probabilities.size(); ++i) {
    total += probabilities[i];
    if (probabilities[i] > 0.0)
      last = i;
  }
  double sum = 0.0;
  for (std::size_t i = 0; i < thresholds.size(); ++i) {
    sum += probabilities[i];
    // From the last positive probability on, the threshold is 1: rounding must not leave a sliver
    // for alternatives that have none.
    const double share = total <= 0.0 ? 0.0 : i >= last ? 1.0 : std::min(sum / total, 1.0);
    thresholds[i] = static_cast<Threshold>(share * threshold_scale + 0.5);
  }
}

} // namespace cauce::random
