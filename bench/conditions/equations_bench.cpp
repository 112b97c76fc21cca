// Equations a second, on a model of the size of the Northern Triangle's conditions: about 250
// variables and 27,000 elements, 5 operations and 0.14 exp, log or pow an element.
//
// Counters: `equations` is element-equations a second (elements of all auxiliaries and flows times
// members times steps); `of_bandwidth` is how near the state's own traffic comes to what memory
// streams, measured in the same run; `per_member_us` over the arguments is the curve against K.
#include "cauce/conditions/saved_steps.hpp"

#include <benchmark/benchmark.h>

#include <chrono>
#include <fmt/format.h>
#include <random>

namespace cauce::conditions {
namespace {

std::string dimension(const std::string& name, int size) {
  return fmt::format("<dim name=\"{}\" size=\"{}\"/>", name, size);
}

struct Shape {
  std::string dims, subscripts;
};

std::string variable(const std::string& tag, const std::string& name, const Shape& shape,
                     const std::string& equation, const std::string& more = "") {
  return fmt::format("<{} name=\"{}\">{}<eqn>{}</eqn>{}</{}>", tag, name, shape.dims, equation,
                     more, tag);
}

// Chains of rates, logs of odds, sums over strata and stocks that integrate them.
std::string conditions_like() {
  const auto dims = [](std::initializer_list<const char*> names) {
    std::string d = "<dimensions>", s;
    for (const char* n : names) {
      d += fmt::format("<dim name=\"{}\"/>", n);
      s += (s.empty() ? "[" : ",") + std::string(n);
    }
    return Shape{d + "</dimensions>", s + "]"};
  };
  const Shape full = dims({"Department", "Stratum", "Kind"}), department = dims({"Department"}),
              pair = dims({"Department", "Stratum"}), kind = dims({"Kind"});
  const Shape scalar{};
  std::string text;
  std::mt19937 random(7);
  const auto coefficient = [&] {
    return fmt::format("{:.3f}", 0.05 + static_cast<double>(random() % 900) / 1000.0);
  };
  for (int i = 0; i < 40; ++i)
    text += variable("aux", fmt::format("c{}", i), scalar, coefficient());
  for (int i = 0; i < 8; ++i)
    text += variable("aux", fmt::format("pk{}", i), kind, coefficient() + "*Kind");
  for (int i = 0; i < 6; ++i)
    text += variable("aux", fmt::format("pd{}", i), department, coefficient() + "+0.01*Department");
  for (int i = 0; i < 12; ++i) {
    text += variable("stock", fmt::format("s{}", i), scalar, "1",
                     fmt::format("<inflow>in{}</inflow>", i));
    text += variable("flow", fmt::format("in{}", i), scalar,
                     fmt::format("c{} * (a{} - s{}) / (1 + c{})", i, i, i, i + 12));
    text += variable("stock", fmt::format("sd{}", i), department, "1",
                     fmt::format("<inflow>ind{}</inflow>", i));
    text += variable("flow", fmt::format("ind{}", i), department,
                     fmt::format("c{0} * (d{0}[Department] - sd{0}[Department])", i));
  }
  for (int i = 0; i < 90; ++i) {
    text += variable("aux", fmt::format("a{}", i), scalar,
                     i < 3 ? fmt::format("1 + c{} * s{}", i, i)
                           : fmt::format("c{} + a{} * c{} / (1 + s{} * c{}) - MIN(a{}, s{})",
                                         i % 40, i - 1, (i + 7) % 40, i % 12, (i + 3) % 40, i - 2,
                                         (i + 5) % 12));
  }
  for (int i = 0; i < 50; ++i) {
    const std::string input = i < 1 ? "pd0[Department]" : fmt::format("d{}[Department]", i - 1);
    text += variable(
        "aux", fmt::format("d{}", i), department,
        i % 5 == 0
            ? fmt::format(
                  "EXP(-c{0} * sd{1}[Department] * sd{1}[Department]) + a{2} * pd{3}[Department]",
                  i % 40, i % 12, i % 90, i % 6)
            : fmt::format("{} * c{} + sd{}[Department] * a{} / (1 + pd{}[Department])", input,
                          i % 40, i % 12, (i * 3) % 90, i % 6));
  }
  for (int i = 0; i < 2; ++i) {
    text += variable("stock", fmt::format("m{}", i), pair, "0.5",
                     fmt::format("<inflow>dm{}</inflow>", i));
    text +=
        variable("flow", fmt::format("dm{}", i), pair,
                 fmt::format("c{} * (d{}[Department] - m{}[Department,Stratum]) + 0.01 * Stratum",
                             i, i + 20, i));
  }
  for (int i = 0; i < 11; ++i) {
    if (i == 5)
      text += variable("stock", "belief", full, "0.1", "<inflow>learning</inflow>") +
              variable("flow", "learning", full,
                       "c3 * (f4[Department,Stratum,Kind] - belief[Department,Stratum,Kind])");
    else if (i % 4 == 0)
      text += variable("aux", fmt::format("f{}", i), full,
                       fmt::format("1 / (1 + EXP(-(c{} + pk{}[Kind] * m0[Department,Stratum] + "
                                   "d{}[Department] * c{} + belief[Department,Stratum,Kind])))",
                                   i, i % 8, i + 10, i + 9));
    else
      text += variable(
          "aux", fmt::format("f{}", i), full,
          fmt::format(
              "f{0}[Department,Stratum,Kind] * a{1} + c{2} * m1[Department,Stratum] - "
              "belief[Department,Stratum,Kind] * c{3} * (1 - f{0}[Department,Stratum,Kind])",
              i == 6 ? 4 : i - 1, i + 30, i, i + 2));
  }
  text += variable("aux", "total", scalar, "SUM(f8[*,*,*])");
  text +=
      variable("aux", "by_department", department, "SUM(f10[Department,*,*] * f9[Department,*,*])");
  return "<xmile "
         "version=\"1.0\"><sim_specs><start>0</start><stop>216</stop><dt>0.25</dt><savestep>1</"
         "savestep></"
         "sim_specs><dimensions>" +
         dimension("Department", 54) + dimension("Stratum", 12) + dimension("Kind", 3) +
         "</dimensions><model><variables>" + text + "</variables></model></xmile>";
}

// A model of scalars only, where members side by side help most.
std::string scalars_only() {
  std::string text;
  for (int i = 0; i < 250; ++i) {
    if (i % 5 == 0)
      text += variable("stock", fmt::format("x{}", i), {}, "1",
                       fmt::format("<inflow>x{}</inflow>", i + 1));
    else
      text += variable("aux", fmt::format("x{}", i), {},
                       fmt::format("0.1 * x{} * (2 - x{}) + 0.01 * x{} / (1 + x{})", i / 5 * 5,
                                   (i * 7) % 250 / 5 * 5, i % 5 == 1 ? i - 1 : i - 1,
                                   (i + 50) % 250 / 5 * 5));
  }
  return "<xmile "
         "version=\"1.0\"><sim_specs><start>0</start><stop>100</stop><dt>0.25</dt></"
         "sim_specs><model><variables>" +
         text + "</variables></model></xmile>";
}

std::shared_ptr<const Model> compiled(const std::string& text) {
  Diagnostics findings;
  return compile_model(text, "bench.xmile", findings);
}

// What one core streams from memory (read and write), in bytes a second: once for all benches.
double streamed() {
  static const double measured = [] {
    std::vector<double> a(1 << 23), b(1 << 23);
    double best = 0;
    for (int i = 0; i < 5; ++i) {
      const auto began = std::chrono::steady_clock::now();
      for (std::size_t j = 0; j < a.size(); ++j)
        a[j] = b[j] * 1.000001;
      benchmark::DoNotOptimize(a.data());
      benchmark::ClobberMemory();
      const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
      best = std::max(best, static_cast<double>(a.size() * 16) / took.count());
    }
    return best;
  }();
  return measured;
}

// `steps` at a time: a month of four, as runs are saved.
constexpr std::size_t steps = 4;

void measure(benchmark::State& state, const std::string& text, bool oracle,
             const char* instructions) {
  const auto model = compiled(text);
  const auto members = static_cast<std::size_t>(state.range(0));
  Run run(model, members);
  run.use_oracle(oracle);
  if (instructions && !run.use_instructions(instructions)) {
    state.SkipWithError("the processor lacks these instructions");
    return;
  }
  std::size_t equations = 0, elements = 0;
  for (const VariableInfo& info : model->variables()) {
    elements += info.size;
    if (info.kind != Kind::stock)
      equations += info.size;
  }
  run.initialise();
  for (auto month : state)
    run.step(steps);
  const double taken = static_cast<double>(state.iterations() * steps);
  const double done = taken * static_cast<double>(equations * members);
  state.counters["equations"] = benchmark::Counter(done, benchmark::Counter::kIsRate);
  state.counters["per_member_us"] =
      benchmark::Counter(taken * static_cast<double>(members) * 1e-6,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  // Each element is written once and read at least once a step: the least that must move, as a part
  // of what memory streams. Above 1 the state stays in the caches.
  state.counters["of_bandwidth"] =
      benchmark::Counter(taken * static_cast<double>(elements * members) * 16 / streamed(),
                         benchmark::Counter::kIsRate);
  state.counters["elements"] = static_cast<double>(elements);
  state.counters["variables"] = static_cast<double>(model->variables().size());
}

void conditions_step(benchmark::State& state) { measure(state, conditions_like(), false, nullptr); }
void conditions_step_avx2(benchmark::State& state) {
  measure(state, conditions_like(), false, "avx2");
}
void conditions_step_baseline(benchmark::State& state) {
  measure(state, conditions_like(), false, "baseline");
}
void conditions_step_oracle(benchmark::State& state) {
  measure(state, conditions_like(), true, nullptr);
}
void scalars_step(benchmark::State& state) { measure(state, scalars_only(), false, nullptr); }
BENCHMARK(conditions_step)->Arg(1)->Arg(2)->Arg(4)->Arg(8)->Arg(16)->Arg(32)->Arg(64)->Arg(128);
BENCHMARK(conditions_step_avx2)->Arg(1)->Arg(16);
BENCHMARK(conditions_step_baseline)->Arg(1)->Arg(16);
BENCHMARK(conditions_step_oracle)->Arg(1);

// Whole runs of members side by side as `cauce xmile run --members K --only total` makes them, all
// but the writing: 18 years, saved each month. On two cores by the clock on the wall.
void members_run(benchmark::State& state) {
  const auto model = compiled(conditions_like());
  const auto members = static_cast<std::size_t>(state.range(0));
  const VariableId wanted[] = {*model->find("total")};
  std::size_t equations = 0;
  for (const VariableInfo& info : model->variables()) {
    if (info.kind != Kind::stock)
      equations += info.size;
  }
  double saved = 0;
  for (auto once : state) {
    Run run(model, members);
    run.use_threads(static_cast<std::size_t>(state.range(1)));
    run_saved_steps(run, wanted, [&](double, std::span<const double> row) { saved += row[0]; });
  }
  benchmark::DoNotOptimize(saved);
  const double steps = model->sim_specs().stop / model->sim_specs().dt;
  state.counters["equations"] = benchmark::Counter(static_cast<double>(state.iterations()) * steps *
                                                       static_cast<double>(equations * members),
                                                   benchmark::Counter::kIsRate);
}
BENCHMARK(members_run)
    ->ArgNames({"members", "threads"})
    ->ArgsProduct({{8, 16, 64}, {1, 2}})
    ->UseRealTime()
    ->MeasureProcessCPUTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(scalars_step)->Arg(1)->Arg(16)->Arg(64);

// 18 years of quarter months, from the start.
void eighteen_years(benchmark::State& state) {
  const auto model = compiled(conditions_like());
  for (auto once : state) {
    Run run(model, 1);
    run.initialise();
    run.step(864);
    benchmark::DoNotOptimize(run.time());
  }
}
BENCHMARK(eighteen_years)->Unit(benchmark::kMillisecond);

// The pack's own equations over 18 years: many small variables, where dispatch counts.
void eighteen_years_of_the_pack(benchmark::State& state) {
  Diagnostics findings;
  const auto model = load_model(
      std::string(CAUCE_SOURCE_DIR) + "/systems/northern-triangle/conditions.xmile", findings);
  const auto members = static_cast<std::size_t>(state.range(0));
  for (auto once : state) {
    Run run(model, members);
    run.initialise();
    run.step(864);
    benchmark::DoNotOptimize(run.time());
  }
}
BENCHMARK(eighteen_years_of_the_pack)->Arg(1)->Arg(16)->Unit(benchmark::kMillisecond);

// What one core streams from memory: the ceiling for members beyond the caches.
void memory_bandwidth(benchmark::State& state) {
  std::vector<double> a(1 << 23), b(1 << 23);
  for (auto once : state) {
    for (std::size_t i = 0; i < a.size(); ++i)
      a[i] = b[i] * 1.000001;
    benchmark::DoNotOptimize(a.data());
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) *
                          static_cast<std::int64_t>(a.size() * 16));
}
BENCHMARK(memory_bandwidth);

} // namespace
} // namespace cauce::conditions
