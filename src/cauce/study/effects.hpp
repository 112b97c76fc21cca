// The effect of a policy over time: month by month, and the months in which its sign turns (a lull
// that a wave follows is a fall that becomes a rise).
#pragma once

#include "cauce/results/cube.hpp"
#include "cauce/study/measure.hpp"

#include <string>
#include <vector>

namespace cauce::study {

struct SignChange {
  Month month;          ///< the first month of the new sign
  bool higher = false;  ///< the new sign: the policy's value is higher than the first policy's
  double members = 0.0; ///< share of members that have the new sign in the year that begins here
};

struct EffectPath {
  std::string policy, theory;
  std::vector<results::Spread> months; ///< paired differences from the first policy
  std::vector<SignChange> changes;
};

/// Differences of a measure's monthly values from the cube's first policy. The sign is that of the
/// median over members of the mean over three months; a change counts when the new sign holds for
/// six months at least (or to the end), so that noise does not turn it to and fro.
std::vector<EffectPath> effect_paths(const results::Cube& cube, const Measure& measure);

} // namespace cauce::study
