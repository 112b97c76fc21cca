#include "cauce/study/costs.hpp"

#include <optional>

namespace cauce::study {

PolicyCost policy_cost(const system::System& system, const system::LeverPaths& levers,
                       const system::LeverPaths& reference, Month from, Month until,
                       const std::map<std::string, double>& stated) {
  const Month start = system.manifest().clock.from;
  // Nothing where the equations or a series hold the variable.
  const auto mean = [&](const system::LeverPaths& all, conditions::VariableId id,
                        int month) -> std::optional<double> {
    for (const system::LeverPaths::Path& path : all.paths) {
      if (path.variable != id || path.at(month).empty())
        continue;
      double sum = 0.0;
      for (const double value : path.at(month))
        sum += value / static_cast<double>(path.size);
      return sum;
    }
    return std::nullopt;
  };
  PolicyCost cost;
  for (const policy::Lever& lever : system.levers()) {
    const conditions::VariableId id = *system.model()->find(lever.variable);
    double units = 0.0; // unit-months beyond the reference
    bool differs = false, known = true;
    for (int month = from - start; month <= until - start; ++month) {
      const auto here = mean(levers, id, month), there = mean(reference, id, month);
      if (here == there)
        continue;
      differs = true;
      known = known && here && there;
      units += here.value_or(0.0) - there.value_or(0.0);
    }
    if (!differs)
      continue;
    const auto said = stated.find(lever.name);
    if (!known || (said == stated.end() && !lever.cost_usd_per_unit_month)) {
      cost.unknown.push_back(lever.name);
      continue;
    }
    const double usd =
        units * (said != stated.end() ? said->second : *lever.cost_usd_per_unit_month);
    cost.usd += usd;
    cost.by_group[lever.group] += usd;
  }
  return cost;
}

} // namespace cauce::study
