// The people at full scale: 34 million for 12 years in steps of a quarter month; what they cost
// beside the random numbers they use and beside one draw for each person and step.
#include "../../tests/people/synthetic.hpp"

#include "cauce/base/helpers.hpp"
#include "cauce/people/home/oracle.hpp"
#include "cauce/people/luck.hpp"

#include <benchmark/benchmark.h>

#include <ctime>

namespace {
using namespace cauce;
using namespace cauce::people;

constexpr std::uint32_t steps_of_12_years = 576;

// Processor time of this process, which other programs on the machine disturb less than the clock
// on the wall does.
double processor_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

// What happened, in counts that the cost goes by.
struct Work {
  double journeys = 0.0, moves = 0.0, home_events = 0.0, party_steps = 0.0;

  void add(const World& world) {
    const auto sum = [&](Count count) {
      double total = 0.0;
      for (const std::int64_t n : world.counts()[count])
        total += static_cast<double>(n);
      return total;
    };
    journeys += sum(Count::parties);
    moves += sum(Count::status_moves) + sum(Count::retries);
    home_events += sum(Count::births) + sum(Count::deaths) + sum(Count::victimised);
    party_steps += sum(Count::on_road);
  }
  double events() const { return journeys + moves + home_events + party_steps; }
};

// Seconds that one fortune (a seed and an exponential draw) costs, and one block of two uniforms.
struct Floor {
  double fortune_s = 0.0, block_s = 0.0;

  Floor() {
    constexpr int repeats = 4000;
    std::vector<std::uint64_t> entities(fortune_batch);
    std::vector<Fortune> fortunes(fortune_batch);
    for (std::size_t i = 0; i < entities.size(); ++i)
      entities[i] = random::mix(i);
    const double start = processor_seconds();
    for (std::uint32_t i = 0; i < repeats; ++i) {
      draw_fortunes(random::Key::of(7), i, Purpose::road, entities, fortunes);
      benchmark::DoNotOptimize(fortunes.data());
    }
    const double middle = processor_seconds();
    std::array<std::vector<std::uint32_t>, 4> words;
    for (auto& word : words)
      word.resize(fortune_batch);
    for (std::uint32_t i = 0; i < repeats; ++i) {
      random::philox_batch(random::Key::of(7), 0, i, 1, {words[0], words[1], words[2], words[3]});
      benchmark::DoNotOptimize(words[0].data());
    }
    const double end = processor_seconds();
    fortune_s = (middle - start) / repeats / static_cast<double>(fortune_batch);
    block_s = (end - middle) / repeats / static_cast<double>(fortune_batch);
  }
  // A fortune for each departure, change of standing and party and step on the road; at home a
  // block for each cell (those of outcomes in doubt come on top and are not counted).
  double seconds(const Work& work, double departments, double steps) const {
    const double blocks = departments * steps * 36;
    return fortune_s * (work.journeys + work.moves + work.party_steps) + block_s * blocks;
  }
};

void history(benchmark::State& state, std::shared_ptr<const people::Setup> setup,
             const Rates& rates, std::uint32_t steps, std::size_t threads) {
  Work work;
  std::size_t memory = 0;
  double seconds = 0.0;
  for (auto _ : state) {
    Helpers helpers;
    const LentThreads lent(helpers, threads - 1);
    World world(setup, random::Key::of(7));
    work = {};
    seconds = 0.0;
    for (std::uint32_t step = 0; step < steps; ++step) {
      const auto start = processor_seconds();
      world.step(rates, 0.25, step, {nullptr, &helpers});
      seconds += processor_seconds() - start;
      work.add(world);
    }
    memory = world.memory();
  }
  state.counters["processor_s"] = seconds;
  state.counters["journeys_M"] = work.journeys / 1e6;
  state.counters["moves_M"] = work.moves / 1e6;
  state.counters["ns_an_event"] = seconds / work.events() * 1e9;
  const double floor = Floor().seconds(work, 54.0, steps);
  state.counters["ns_an_event_random_numbers_alone"] = floor / work.events() * 1e9;
  state.counters["times_the_floor"] = seconds / floor;
  state.counters["memory_MB"] = static_cast<double>(memory) / 1e6;
}

void full_scale(benchmark::State& state) {
  const auto setup = synthetic::setup();
  history(state, setup, synthetic::rates(*setup), steps_of_12_years,
          static_cast<std::size_t>(state.range(0)));
}
BENCHMARK(full_scale)->Arg(1)->Arg(2)->Iterations(1)->Unit(benchmark::kMillisecond)->UseRealTime();

// Twice the residents, of whom as many leave: what a larger population itself costs.
void twice_the_residents(benchmark::State& state) {
  const auto setup = synthetic::setup({68e6, 2.2e6, 54, 1.0});
  Rates rates = synthetic::rates(*setup);
  for (double& hazard : rates[Rate::departure])
    hazard *= 0.5;
  history(state, setup, rates, steps_of_12_years, 1);
}
BENCHMARK(twice_the_residents)->Iterations(1)->Unit(benchmark::kMillisecond)->UseRealTime();

// A policy question of five years at one in fifty.
void preview(benchmark::State& state) {
  const auto setup = synthetic::setup({34e6, 2.2e6, 54, 50.0});
  history(state, setup, synthetic::rates(*setup), 240, 1);
}
BENCHMARK(preview)->Iterations(5)->Unit(benchmark::kMillisecond)->UseRealTime();

// A snapshot as a copy, after two years.
void snapshot(benchmark::State& state) {
  const auto setup = synthetic::setup();
  const Rates rates = synthetic::rates(*setup);
  World world(setup, random::Key::of(7));
  for (std::uint32_t step = 0; step < 96; ++step)
    world.step(rates, 0.25, step);
  for (auto _ : state) {
    World copy = world;
    benchmark::DoNotOptimize(copy.total());
  }
  state.counters["memory_MB"] = static_cast<double>(world.memory()) / 1e6;
}
BENCHMARK(snapshot)->Unit(benchmark::kMillisecond);

// Two years of the counts against one scalar draw for each person and step, in the same run: the
// oracle draws for a department of 1 in 100 of the people and is scaled up.
void against_one_draw_each(benchmark::State& state) {
  const auto setup = synthetic::setup();
  const Rates rates = synthetic::rates(*setup);
  const auto sample = synthetic::setup({340'000, 0, 1, 1.0});
  const Rates sample_rates = synthetic::rates(*sample);
  double counts_s = 0.0, oracle_s = 0.0;
  constexpr std::uint32_t steps = 96, oracle_steps = 24;
  for (auto _ : state) {
    World world(setup, random::Key::of(7));
    auto start = processor_seconds();
    for (std::uint32_t step = 0; step < steps; ++step)
      world.step(rates, 0.25, step);
    counts_s = (processor_seconds() - start) / steps;
    HomeOracle oracle(*sample, 0, random::Key::of(7));
    const double share = static_cast<double>(oracle.size()) / 34e6;
    start = processor_seconds();
    for (std::uint32_t step = 0; step < oracle_steps; ++step) {
      benchmark::DoNotOptimize(oracle.step(sample_rates, 0.25, step));
    }
    oracle_s = (processor_seconds() - start) / oracle_steps / share;
  }
  state.counters["counts_ms_a_step"] = counts_s * 1e3;
  state.counters["oracle_ms_a_step"] = oracle_s * 1e3;
  state.counters["times_faster"] = oracle_s / counts_s;
  state.counters["oracle_M_person_steps_a_s"] = 34e6 / oracle_s / 1e6;
}
BENCHMARK(against_one_draw_each)->Iterations(1)->Unit(benchmark::kMillisecond);

// The floor: the random numbers alone. One fortune a party and step on the road, a departure, a
// move; one block for two binomials at home.
void random_numbers_alone(benchmark::State& state) {
  std::vector<std::uint64_t> entities(fortune_batch);
  std::vector<Fortune> fortunes(fortune_batch);
  for (std::size_t i = 0; i < entities.size(); ++i)
    entities[i] = random::mix(i);
  std::uint32_t step = 0;
  for (auto _ : state) {
    draw_fortunes(random::Key::of(7), step++, Purpose::road, entities, fortunes);
    benchmark::DoNotOptimize(fortunes.data());
    benchmark::ClobberMemory();
  }
  state.counters["ns_each"] = benchmark::Counter(static_cast<double>(fortune_batch) * 1e-9,
                                                 benchmark::Counter::kIsIterationInvariantRate |
                                                     benchmark::Counter::kInvert);
}
BENCHMARK(random_numbers_alone);

} // namespace
