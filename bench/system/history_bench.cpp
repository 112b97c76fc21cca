// The history of the northern-triangle pack, one member on one core: equations, people, recording.
//
// Counters: persons at the start, months a second, and the share of the time that each phase took.
// Run: build/bench/bin/bench_system
#include "cauce/system/simulation.hpp"

#include <benchmark/benchmark.h>
#include <filesystem>
#include <numeric>

namespace {

using namespace cauce;

void history(benchmark::State& state) {
  const auto scale = static_cast<double>(state.range(0));
  Diagnostics findings;
  const auto system = system::System::load(
      std::filesystem::path(CAUCE_SOURCE_DIR) / "systems" / "northern-triangle", scale, findings);
  const auto believed = policy::under_theory(system->parameters(), system->theory("open"));
  const auto draws = evidence::draw_parameters(believed, 8, 2017);
  const auto levers = system->lever_paths("as-enacted");
  const int months = system->manifest().clock.data_until - system->manifest().clock.from + 1;
  system::PhaseTimes seconds{};
  std::int64_t persons = 0;
  std::size_t memory = 0;
  for (auto _ : state) {
    system::Simulation simulation(system, {levers, draws[0], 2017, 0});
    persons = simulation.world().total();
    for (int month = 0; month < months; ++month) {
      benchmark::DoNotOptimize(simulation.run_month(&seconds).data());
    }
    memory = simulation.world().memory();
  }
  const double total = std::accumulate(seconds.begin(), seconds.end(), 0.0);
  state.counters["persons"] = static_cast<double>(persons);
  state.counters["MB_of_people"] = static_cast<double>(memory) / 1e6;
  state.counters["people_share"] = seconds[static_cast<std::size_t>(system::Phase::people)] / total;
  state.counters["equations_share"] =
      seconds[static_cast<std::size_t>(system::Phase::equations)] / total;
  state.counters["months_per_s"] =
      benchmark::Counter(static_cast<double>(months) * static_cast<double>(state.iterations()),
                         benchmark::Counter::kIsRate);
}
BENCHMARK(history)->Arg(1)->Arg(50)->Unit(benchmark::kMillisecond)->Iterations(2);

} // namespace
