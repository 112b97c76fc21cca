#include "cauce/study/arm_runs.hpp"

#include "cauce/results/store.hpp"
#include "cauce/study/program_build.hpp"
#include "cauce/study/runs.hpp"
#include "cauce/study/stored.hpp"
#include "cauce/study/trunk.hpp"
#include "cauce/system/claims_check.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <limits>
#include <numeric>
#include <optional>

namespace cauce::study {

using system::Simulation;
using system::System;

namespace {
// A surge begins when the sum of twelve months stands half above its lowest since the last one
// ended, and ends when it has fallen from its peak by a third.
double count_surges(std::span<const double> months) {
  constexpr std::size_t window = 12;
  constexpr double rise = 1.5;
  if (months.size() < window)
    return 0.0;
  double sum = std::accumulate(months.begin(), months.begin() + window, 0.0);
  double trough = sum, peak = sum;
  bool surging = false;
  int surges = 0;
  for (std::size_t m = window; m < months.size(); ++m) {
    sum += months[m] - months[m - window];
    if (surging) {
      peak = std::max(peak, sum);
      if (sum * rise <= peak) {
        surging = false;
        trough = sum;
      }
    } else {
      trough = std::min(trough, sum);
      if (sum >= trough * rise && sum > 0.0) {
        surging = true;
        peak = sum;
        ++surges;
      }
    }
  }
  return surges;
}
} // namespace

double reduce(std::span<const double> months, bool flow, evidence::Measure measure) {
  if (measure == evidence::Measure::surges)
    return count_surges(months);
  const double sum = std::accumulate(months.begin(), months.end(), 0.0);
  return flow ? sum : sum / static_cast<double>(months.size());
}

namespace {
// A reading resolved: where in the record it stands, and what it has gathered.
struct Gauge {
  std::size_t reading = 0, offset = 0;
  const std::vector<std::size_t>* cells = nullptr;
  bool flow = false, mean_of_cells = false;
  Month from, until;
};

Gauge gauge_of(const System& system, const Reading& reading, std::size_t index) {
  const system::Outcome* outcome = system::find_outcome(system, reading.outcome);
  if (outcome == nullptr || reading.cells.empty()) {
    throw Error(
        "S103", {},
        fmt::format("the results have no outcome '{}', or no such cells of it", reading.outcome));
  }
  return {index,
          outcome->offset,
          &reading.cells,
          outcome->spec->is_flow(),
          outcome->spec->kind == "index",
          reading.from,
          reading.until};
}

// What one member's arms have shown so far: [reading taken] -> values by month.
using Series = std::vector<std::vector<double>>;

void gather(std::span<const Gauge> gauges, Month month, std::span<const double> record,
            Series& series) {
  for (const Gauge& gauge : gauges) {
    if (month < gauge.from || month > gauge.until)
      continue;
    double sum = 0.0;
    for (const std::size_t cell : *gauge.cells)
      sum += record[gauge.offset + cell];
    if (gauge.mean_of_cells)
      sum /= static_cast<double>(gauge.cells->size());
    series[gauge.reading].push_back(sum);
  }
}

ReadingList all_readings(const ArmRequest& request) {
  ReadingList all(request.readings.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return all;
}
} // namespace

// How the arms of some readings run at one scale.
struct ArmRuns::Plan {
  std::shared_ptr<const System> system;
  std::vector<std::vector<Gauge>> gauges; // by arm; `reading` counts those taken
  std::vector<Stretch> stretches;
  std::uint64_t months = 0;
};

// One member's run of all its arms, told to whoever does it.
struct ArmRuns::Task {
  std::uint32_t member = 0;
  std::optional<std::uint64_t> people_seed;
  double scale = 1.0;
  ReadingList readings;
  PosteriorDraw draw;

  Bytes bytes(std::uint64_t seed) const {
    ByteWriter out;
    out.put(seed);
    out.put(member);
    out.put(std::uint64_t{people_seed.has_value()});
    out.put(people_seed.value_or(0));
    out.put(scale);
    out.put_all(std::span<const std::size_t>(readings));
    out.put_all(std::span<const double>(draw.parameters));
    put_shocks(out, draw.shocks.get());
    return out.take();
  }
  static Task of(std::span<const std::byte> bytes) {
    ByteReader in(bytes);
    in.get<std::uint64_t>(); // the seed, which the request has too
    Task task;
    task.member = in.get<std::uint32_t>();
    const bool other_luck = in.get<std::uint64_t>() != 0;
    const auto people_seed = in.get<std::uint64_t>();
    if (other_luck)
      task.people_seed = people_seed;
    task.scale = in.get<double>();
    task.readings = in.get_all<std::size_t>();
    task.draw.parameters = in.get_all<double>();
    task.draw.shocks = get_shocks(in);
    return task;
  }
};

ArmRuns::ArmRuns(std::shared_ptr<const System> system, ArmRequest request)
    : system_(std::move(system)), request_(std::move(request)) {
  if (request_.members == 0 || request_.arms.empty() || request_.repeats > request_.members)
    throw Error("S101", {}, "a study of arms needs at least one arm and one member");
  for (const std::string& name : request_.arms)
    levers_.push_back(system_->lever_paths(name));
  systems_[scale()] = system_;
  plan(scale(), all_readings(request_));
  farm_ = std::make_unique<Farm>(
      [this](std::span<const std::byte> asked, Helpers& helpers) {
        ByteWriter out;
        out.put_all(std::span<const double>(read_member(Task::of(asked), helpers)));
        return out.take();
      },
      request_.farm);
  if (farm_->served())
    return;
  for (const std::string& theory : request_.theories)
    draws_.push_back(
        member_draws(*system_, theory, request_.members, request_.seed, request_.draws));
}

ArmRuns::~ArmRuns() = default;

std::shared_ptr<const System> ArmRuns::at_scale(double scale) {
  std::shared_ptr<const System>& known = systems_[scale];
  if (known == nullptr) {
    Diagnostics findings;
    known = System::load(system_->folder(), scale, findings);
  }
  return known;
}

const ArmRuns::Plan& ArmRuns::plan(double scale, const ReadingList& readings) {
  const std::lock_guard lock(mutex_);
  std::unique_ptr<const Plan>& known = plans_[{scale, readings}];
  if (known != nullptr)
    return *known;
  auto plan = std::make_unique<Plan>();
  plan->system = at_scale(scale);
  plan->gauges.resize(request_.arms.size());
  std::vector<Month> last(request_.arms.size(), start() - 1);
  for (std::size_t taken = 0; taken < readings.size(); ++taken) {
    const Reading& reading = request_.readings[readings[taken]];
    plan->gauges[reading.arm].push_back(gauge_of(*plan->system, reading, taken));
    last[reading.arm] = std::max(last[reading.arm], reading.until);
  }
  // Levers name variables by number, which the scale does not change.
  plan->stretches = share_months(levers_, last, start());
  for (const Stretch& stretch : plan->stretches)
    plan->months += stretch.months();
  known = std::move(plan);
  return *known;
}

std::vector<double> ArmRuns::read_member(const Task& task, Helpers& helpers) {
  const Plan& shared = plan(task.scale, task.readings);
  Series series(task.readings.size());
  for (const Stretch& stretch : shared.stretches) {
    Simulation simulation(shared.system,
                          {levers_[stretch.runs[0]], task.draw.parameters, request_.seed,
                           task.member, task.draw.shocks, nullptr, task.people_seed});
    simulation.let_help(&helpers);
    simulation.record_expected();
    simulate(stretch, levers_, simulation,
             [&](std::span<const std::size_t> arms, Month month, std::span<const double> record) {
               for (const std::size_t arm : arms)
                 gather(shared.gauges[arm], month, record, series);
             });
  }
  std::vector<double> values(series.size());
  for (const std::vector<Gauge>& gauges : shared.gauges) {
    for (const Gauge& gauge : gauges) {
      values[gauge.reading] = reduce(series[gauge.reading], gauge.flow,
                                     request_.readings[task.readings[gauge.reading]].measure);
    }
  }
  return values;
}

// The hash of all that the readings of a member depend on, but for what its task says.
std::string ArmRuns::fixed_key() const {
  results::KeyMaker key;
  key.add("arms").add(system_hash(*system_)).add(program_build());
  for (const Levers& arm : levers_) {
    ByteWriter levers;
    put_levers(levers, *arm);
    key.add(levers.take());
  }
  for (const Reading& reading : request_.readings) {
    key.add(std::uint64_t{reading.arm}).add(reading.outcome);
    key.add(std::as_bytes(std::span(reading.cells)));
    key.add(reading.from.text()).add(reading.until.text());
    key.add(static_cast<std::uint64_t>(reading.measure));
  }
  return key.key();
}

ArmResult ArmRuns::run() {
  return run(scale(), std::vector<ReadingList>(request_.theories.size(), all_readings(request_)));
}

ArmResult ArmRuns::run(double scale, const std::vector<ReadingList>& wanted) {
  const std::size_t runs = request_.members + request_.repeats;
  ArmResult result;
  result.members = request_.members;
  result.repeats = request_.repeats;
  result.readings = request_.readings.size();
  result.values.assign(request_.theories.size() * runs * result.readings,
                       std::numeric_limits<double>::quiet_NaN());
  std::vector<Bytes> requests;
  std::vector<std::string> names;
  std::vector<std::pair<std::size_t, std::size_t>> places; // theory, run
  for (std::size_t t = 0; t < request_.theories.size(); ++t) {
    if (wanted[t].empty())
      continue;
    for (std::size_t run = 0; run < runs; ++run) {
      const bool repeated = run >= request_.members;
      Task task;
      task.member = static_cast<std::uint32_t>(repeated ? run - request_.members : run);
      if (repeated) // no two seeds share a stream of luck
        task.people_seed = request_.seed + 1;
      task.scale = scale;
      task.readings = wanted[t];
      task.draw = draws_[t][task.member];
      requests.push_back(task.bytes(request_.seed));
      names.push_back(fmt::format("theory {} member {}{} at 1:{:g}", request_.theories[t],
                                  task.member, repeated ? " with other luck" : "", scale));
      places.emplace_back(t, run);
    }
  }
  StoredTasks stored{request_.store, "", system_->manifest().name, "arms"};
  if (!request_.store.empty())
    stored.fixed = fixed_key();
  const std::vector<Bytes> answers =
      map_stored(*farm_, requests,
                 {"members with all their arms", [&](std::size_t task) { return names[task]; }},
                 stored, result.from_store);
  result.runs = answers.size();
  for (std::size_t a = 0; a < answers.size(); ++a) {
    const auto [t, run] = places[a];
    const std::vector<double> values = ByteReader(answers[a]).get_all<double>();
    for (std::size_t i = 0; i < values.size(); ++i)
      result.values[(t * runs + run) * result.readings + wanted[t][i]] = values[i];
    result.months += plan(scale, wanted[t]).months;
  }
  return result;
}

} // namespace cauce::study
