// Random numbers and the draws made of them: nanoseconds each.
#include "cauce/base/distributions.hpp"
#include "cauce/base/random.hpp"

#include <benchmark/benchmark.h>
#include <vector>

namespace {
using namespace cauce::random;

void philox_single(benchmark::State& state) {
  const Key key = Key::of(1);
  std::uint64_t entity = 0;
  for (auto _ : state)
    benchmark::DoNotOptimize(philox(key, Counter::of(++entity, 3, 4)));
}
BENCHMARK(philox_single);

void philox_in_batches(benchmark::State& state) {
  const Key key = Key::of(1);
  std::array<std::vector<std::uint32_t>, 4> words;
  for (auto& column : words)
    column.resize(4096);
  std::uint64_t first = 0;
  for (auto _ : state) {
    philox_batch(key, first += 4096, 3, 4, {words[0], words[1], words[2], words[3]});
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * 4096);
}
BENCHMARK(philox_in_batches);

// Means of the binomial: 0.1, 1, 10, 100, 500, 10,000.
void binomial_of_mean(benchmark::State& state) {
  const double mean = static_cast<double>(state.range(0)) / 10.0;
  const Key key = Key::of(1);
  std::uint64_t entity = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(binomial(1'000'000, mean / 1e6, uniform(key, ++entity, 0, 0)));
  }
}
BENCHMARK(binomial_of_mean)->Arg(1)->Arg(10)->Arg(100)->Arg(1000)->Arg(5000)->Arg(100'000);

void normal_by_quantile(benchmark::State& state) {
  const Key key = Key::of(1);
  std::uint64_t entity = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(normal_quantile(uniform(key, ++entity, 0, 0)));
  }
}
BENCHMARK(normal_by_quantile);

} // namespace
