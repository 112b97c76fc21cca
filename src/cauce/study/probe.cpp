#include "cauce/study/probe.hpp"

#include "cauce/base/files.hpp"
#include "cauce/system/simulation.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace cauce::study {

std::string people_probe(const system::System& system, Month until) {
  constexpr double scale = 1000.0;
  constexpr int most_months = 36;
  Diagnostics findings;
  const auto coarse = system::System::load(system.folder(), scale, findings);
  system::Scenario scenario;
  scenario.levers = coarse->lever_paths("as-enacted");
  scenario.drivers = coarse->drivers_known(until);
  for (const evidence::Parameter& parameter : coarse->parameters())
    scenario.parameters.push_back(evidence::quantile(parameter.prior, 0.5));
  system::Simulation simulation(coarse, std::move(scenario));
  std::string counted;
  for (const Month end = std::min(until + 1, simulation.month() + most_months);
       simulation.month() < end;) {
    const auto record = simulation.run_month();
    for (const system::Outcome& outcome : coarse->outcomes()) {
      if (!outcome.count)
        continue;
      for (std::size_t cell = 0; cell < outcome.size; ++cell)
        counted += fmt::format("{} ", std::lround(record[outcome.offset + cell] / scale));
    }
  }
  return hash_text(counted);
}

} // namespace cauce::study
