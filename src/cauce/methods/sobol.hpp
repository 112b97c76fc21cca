// Sobol's indices: how much of an outcome's variance each input explains alone (first order) and
// together with others (total).
//
// Sampling after Saltelli (2002): two sets of points A and B, and for each input A with that
// input's coordinates taken from B. Estimators: first order as in Saltelli et al. (2010, table 2,
// b), total after Jansen (1999). Intervals: bootstrap over the points. An input may be a group of
// coordinates that are moved together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace cauce::methods {

struct SobolDesign {
  std::size_t base = 0;   ///< points of A and of B
  std::size_t inputs = 0; ///< groups of coordinates
  /// A, B, then A with each input from B: (inputs + 2) * base points in the unit cube.
  std::vector<std::vector<double>> points;
};

/// `groups[i]` holds the coordinates of input i; together they are 0 to dimensions - 1. Throws
/// Error M101 (too many dimensions).
SobolDesign sobol_design(std::size_t base, const std::vector<std::vector<std::size_t>>& groups,
                         std::uint64_t seed);

struct Interval {
  double value = 0.0, low = 0.0, high = 0.0; ///< 90 percent
};
struct SobolIndex {
  Interval first, total;
};
struct SobolResult {
  double mean = 0.0, variance = 0.0;
  std::vector<SobolIndex> inputs;
};

/// `outputs` belong to `design.points`. A constant output has indices 0.
SobolResult sobol_indices(const SobolDesign& design, std::span<const double> outputs,
                          std::uint64_t seed, std::size_t resamples = 500);

} // namespace cauce::methods
