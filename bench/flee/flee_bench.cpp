// Flee's own cases: seconds a run, and how many times faster than Flee on the machine and
// interpreter of the reference (one run on one quiet core, CPython 3.11: conformance/README.md).
#include "cauce/flee/run.hpp"

#include <benchmark/benchmark.h>
#include <filesystem>

namespace {

void flee_case(benchmark::State& state, const char* name, double flee_seconds) {
  const std::filesystem::path material =
      std::filesystem::path(CAUCE_SOURCE_DIR) / ".." / "shared" / "conformance" / "flee";
  if (!std::filesystem::exists(material / name)) {
    state.SkipWithError("no conformance material");
    return;
  }
  // As Flee's time, this one holds reading the files, the run and writing the table.
  std::uint64_t seed = 0;
  double moves = 0.0, agent_days = 0.0;
  for (auto _ : state) {
    cauce::Diagnostics findings;
    const auto c = cauce::flee::read_case(material / name / "input", material / name / "validation",
                                          material / "simsetting.yml", 0, findings);
    const auto result = cauce::flee::run_case(c, ++seed);
    benchmark::DoNotOptimize(cauce::flee::to_csv(c, result));
    moves += static_cast<double>(result.moves);
    for (const auto& day : result.days)
      agent_days += static_cast<double>(day.total);
  }
  const auto runs = static_cast<double>(state.iterations());
  state.counters["times_flee"] =
      benchmark::Counter(flee_seconds * runs, benchmark::Counter::kIsRate);
  state.counters["moves"] = moves / runs;
  state.counters["agent_days"] = agent_days / runs;
  state.counters["ns_per_move"] =
      benchmark::Counter(moves * 1e-9, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

BENCHMARK_CAPTURE(flee_case, mali, "mali", 84.0)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(flee_case, burundi, "burundi", 321.0)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(flee_case, car, "car", 962.0)->Unit(benchmark::kMillisecond);

} // namespace
