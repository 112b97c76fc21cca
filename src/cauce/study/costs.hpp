// What a policy costs: its levers' distance from those of another policy, month by month, times
// their unit costs. A lever whose cost nobody has stated is named, never taken to be free.
#pragma once

#include "cauce/study/runs.hpp"

#include <map>
#include <string>
#include <vector>

namespace cauce::study {

struct PolicyCost {
  double usd = 0.0;                       ///< of the levers whose cost is known
  std::map<std::string, double> by_group; ///< "aid", "border", ...: the lever's group
  std::vector<std::string> unknown;       ///< levers that differ and have no cost
};

/// The cost of `levers` beyond `reference` in months `from` to `until`. `stated` adds to or
/// replaces the costs of levers.csv (USD a unit and month). A lever with several elements costs the
/// mean over them.
PolicyCost policy_cost(const system::System& system, const system::LeverPaths& levers,
                       const system::LeverPaths& reference, Month from, Month until,
                       const std::map<std::string, double>& stated = {});

} // namespace cauce::study
