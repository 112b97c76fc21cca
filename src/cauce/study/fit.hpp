// How the runs agree with what was observed: each target of the pack, hit or missed, with its
// value.
//
// Nothing is asserted: an observation counts as hit when it lies within the runs' 90 percent band
// widened by the target's stated error of observation.
#pragma once

#include "cauce/results/cube.hpp"
#include "cauce/system/system.hpp"

#include <string>
#include <vector>

namespace cauce::study {

/// One observation beside the runs of one policy and theory over the same months.
struct FitPoint {
  Month from;
  int months = 1;
  double observed = 0.0;
  results::Spread model;
  bool inside = false; ///< within the widened 90 percent band
};

/// One target at one place.
struct FitSeries {
  std::string target, outcome, series, place, group, unit;
  std::string title_en, title_es;
  std::vector<FitPoint> points;
  double share_inside = 0.0;
  double log_error = 0.0; ///< root mean square of ln(model median / observed), positive points
  double mean_observed = 0.0, mean_model = 0.0; ///< of the medians
};

/// All targets against policy `policy` and theory `theory` of the cube. Observations that the
/// cube's months do not cover are left out.
std::vector<FitSeries> fit(const results::Cube& cube, const system::System& system,
                           std::size_t policy, std::size_t theory);

} // namespace cauce::study
