// Many-objective optimisation by NSGA-II (Deb, Pratap, Agarwal and Meyarivan 2002) of the library
// pagmo: a whole generation is evaluated at once, so that the farm can share it out.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

namespace cauce::methods {

struct OptimiserRequest {
  std::vector<double> low, high; ///< the box of choices
  std::size_t objectives = 2;    ///< all to be small
  std::size_t population = 24;   ///< a multiple of 4, at least 8
  std::size_t generations = 10;
  std::uint64_t seed = 1;
};

/// The losses [choice][objective] of choices [choice][dimension].
using BatchLosses =
    std::function<std::vector<std::vector<double>>(const std::vector<std::vector<double>>&)>;

struct ParetoSet {
  std::vector<std::vector<double>> choices, losses; ///< of the last generation, not dominated
  std::size_t evaluations = 0;
};

/// Throws Error M102 (population or bounds that do not fit) and what `losses` throws. The result
/// depends on the request and on `losses` alone.
ParetoSet optimise(const OptimiserRequest& request, const BatchLosses& losses);

} // namespace cauce::methods
