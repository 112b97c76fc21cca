// Scores of probabilistic forecasts given as samples. Lower is better for all.
//
// CRPS: Gneiting and Raftery (2007, J. Amer. Stat. Assoc. 102). The log score of a sample is that
// of its Gaussian kernel density.
#pragma once

#include <span>
#include <vector>

namespace cauce::methods {

/// A sample with weights: equal ones when `weights` is empty.
struct Sample {
  std::span<const double> values;
  std::span<const double> weights = {};
};

/// Continuous ranked probability score, E|X - y| - E|X - X'| / 2, in the units of y.
double crps(const Sample& forecast, double observed);

/// Log of the Gaussian kernel density of the sample at `observed`. The bandwidth is Silverman's
/// (1986, eq. 3.31), at least `least`.
double log_density(const Sample& forecast, double observed, double least);

/// The quantile at p: the least value whose cumulative weight reaches p.
double weighted_quantile(const Sample& forecast, double p);

/// Values at the probabilities (i + 1/2) / count of a normal with this mean and deviation, or of
/// its exponential: a forecast known in closed form as a sample.
std::vector<double> normal_sample(double mean, double deviation, bool exponential,
                                  std::size_t count = 199);

} // namespace cauce::methods
