#include "cauce/study/dominance.hpp"

#include "cauce/system/loops.hpp"

#include <algorithm>
#include <cmath>

namespace cauce::study {

Dominance dominant_loops(const std::shared_ptr<const system::System>& system,
                         const std::string& policy, const std::string& theory, std::size_t members,
                         std::size_t member, std::uint64_t seed, Month from, Month until,
                         Draws draws, std::size_t most) {
  auto believed = member_draws(*system, theory, members, seed, draws);
  system::Simulation simulation(
      system, {system->lever_paths(policy), std::move(believed[member].parameters), seed,
               static_cast<std::uint32_t>(member), believed[member].shocks, nullptr});
  while (simulation.month() < from)
    simulation.run_month();
  const conditions::LoopAnalysis analysis =
      system::analyse_loops(*system, simulation, until - from + 1);
  const Month start = system->manifest().clock.from;
  const auto month = [&](double time) { return start + static_cast<int>(std::floor(time)); };
  Dominance dominance;
  for (std::size_t l = 0; l < std::min(most, analysis.loops.size()); ++l) {
    dominance.loops.push_back(
        {conditions::loop_text(*system->model(), analysis.loops[l]), analysis.loops[l].weight});
  }
  for (const conditions::LoopPeriod& period : analysis.periods) {
    DominancePeriod told{month(period.from), month(period.until), {}};
    for (const std::size_t loop : period.loops)
      told.loops.push_back(conditions::loop_text(*system->model(), analysis.loops[loop]));
    dominance.periods.push_back(std::move(told));
  }
  return dominance;
}

} // namespace cauce::study
