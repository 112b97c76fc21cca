// Many binomial draws side by side, by inversion: one cell a lane.
//
// The law of random::binomial (the same inversion from zero with the ratio of neighbouring terms),
// with all lanes in lockstep, so that the first terms are one vector exponential and each step of
// the walk shares its 1 / k. Lanes whose mean is beyond the walk go to random::binomial.
#pragma once

#include <array>
#include <cstddef>

namespace cauce::people {

/// Lanes of one call: twelve strata, padded to whole vectors.
inline constexpr std::size_t lane_count = 16;
using Lanes = std::array<double, lane_count>;

/// Successes of `trials` (whole numbers below 2^53) at `probability`, by the uniform `u` in [0, 1).
/// Probabilities are cut to [0, 1]. Differs from random::binomial by rounding only.
void binomials(const Lanes& trials, const Lanes& probability, const Lanes& u, Lanes& successes);

} // namespace cauce::people
