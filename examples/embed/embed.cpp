// Runs a system from a program of one's own: `embed FOLDER OUTCOME` prints one line a month.
#include "cauce/system/simulation.hpp"

#include <cstdio>
#include <numeric>

int main(int argc, char** argv) {
  using namespace cauce;
  if (argc != 3) {
    std::fprintf(stderr, "usage: embed FOLDER OUTCOME\n");
    return 2;
  }
  try {
    Diagnostics findings;
    const auto system = system::System::load(argv[1], 1.0, findings);
    const auto believed = policy::under_theory(system->parameters(), system->theory("open"));
    system::Simulation simulation(system, {system->lever_paths("as-enacted"),
                                           evidence::draw_parameters(believed, 1, 7)[0], 7, 0});
    for (const system::Outcome& outcome : system->outcomes()) {
      if (outcome.spec->name != argv[2])
        continue;
      while (simulation.month() <= system->manifest().clock.data_until) {
        const Month month = simulation.month();
        const auto cells = simulation.run_month().subspan(outcome.offset, outcome.size);
        std::printf("%s %.0f\n", month.text().c_str(),
                    std::accumulate(cells.begin(), cells.end(), 0.0));
      }
      return 0;
    }
    std::fprintf(stderr, "no outcome is named '%s'\n", argv[2]);
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "%s\n", problem.what());
  }
  return 2;
}
