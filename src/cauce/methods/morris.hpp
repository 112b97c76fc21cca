// Morris's screening (1991): the change of an outcome when one input moves by a fixed step, from
// many starting points. The mean of the absolute changes (mu*, Campolongo, Cariboni and Saltelli
// 2007) ranks the inputs; their spread (sigma) tells of curvature and interaction.
#pragma once

#include "cauce/methods/sobol.hpp"

namespace cauce::methods {

struct MorrisDesign {
  std::size_t trajectories = 0, inputs = 0;
  /// trajectories * (inputs + 1) points in the unit cube, four levels (1/8, 3/8, 5/8, 7/8).
  std::vector<std::vector<double>> points;
  std::vector<std::size_t> order; ///< [trajectory][step]: the input that moves
  std::vector<double> sign;       ///< [trajectory][step]: +1 up, -1 down
};

/// `groups` as for sobol_design: the coordinates of a group move together, each up or down by
/// itself from where it stands.
MorrisDesign morris_design(std::size_t trajectories,
                           const std::vector<std::vector<std::size_t>>& groups, std::uint64_t seed);

struct MorrisEffect {
  double mean = 0.0;   ///< of the changes, for a move over the whole range; without sign in groups
  Interval mean_abs;   ///< mu*, with a bootstrap interval of 90 percent
  double spread = 0.0; ///< sigma: the standard deviation of the changes
};

std::vector<MorrisEffect> morris_effects(const MorrisDesign& design,
                                         std::span<const double> outputs, std::uint64_t seed);

} // namespace cauce::methods
