// Outcomes by policy, and paired differences between policies: member by member, since a member's
// draw, luck and noise are the same under each policy.
#pragma once

#include "cauce/results/cube.hpp"

#include <string>
#include <vector>

namespace cauce::study {

/// One line of a table: an outcome over a span of months, summed over its cells that match.
struct Comparison {
  std::string policy, theory, outcome, place, group; ///< "" stands for all
  results::Spread level;      ///< flows: sum over the months; others: mean over the months
  results::Spread difference; ///< from the first policy, member by member; all zero for itself
  double share_lower = 0.0;   ///< share of members in which the policy's value is lower
  double share_higher = 0.0;
};

struct ComparisonRequest {
  Month from, until;                 ///< within the cube
  std::vector<std::string> outcomes; ///< names; empty: all
  bool by_place = false, by_group = false;
};

/// Throws Error S103 for an unknown outcome or months outside the cube.
std::vector<Comparison> compare(const results::Cube& cube, const ComparisonRequest& request);

} // namespace cauce::study
