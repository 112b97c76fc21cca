#include "cauce/system/loops.hpp"

namespace cauce::system {

conditions::LoopAnalysis analyse_loops(const System& system, Simulation simulation, int months,
                                       conditions::LoopOptions options,
                                       const std::function<void()>& each_month) {
  options.drawn.clear();
  for (const CountFeed& feed : system.count_feeds())
    options.drawn.push_back(feed.variable);
  conditions::LoopRecorder recorder(system.model(), std::move(options));
  for (int month = 0; month < months; ++month) {
    simulation.run_month();
    conditions::Run now = simulation.equations();
    now.evaluate(); // auxiliaries at the end of the month, with the last counts
    recorder.observe(now);
    if (each_month)
      each_month();
  }
  return recorder.analysis();
}

} // namespace cauce::system
