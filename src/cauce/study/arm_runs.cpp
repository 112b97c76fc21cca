#include "cauce/study/arm_runs.hpp"

#include "cauce/results/store.hpp"
#include "cauce/study/program_build.hpp"
#include "cauce/study/runs.hpp"
#include "cauce/study/stored.hpp"
#include "cauce/study/stretch.hpp"
#include "cauce/study/trunk.hpp"
#include "cauce/system/claims_check.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>
#include <optional>

namespace cauce::study {

using system::LeverPaths;
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

struct Plan {
  std::vector<Levers> levers;             // by arm
  std::vector<std::vector<Gauge>> gauges; // by arm
  std::vector<Stretch> stretches;
  std::uint64_t months_a_member = 0;
};

// One member's run of all arms, told to whoever does it.
struct Task {
  std::uint32_t member = 0;
  std::optional<std::uint64_t> people_seed;
  PosteriorDraw draw;
};

Bytes to_bytes(const Task& task, std::uint64_t seed) {
  ByteWriter out;
  out.put(seed);
  out.put(task.member);
  out.put(std::uint64_t{task.people_seed.has_value()});
  out.put(task.people_seed.value_or(0));
  out.put_all(std::span<const double>(task.draw.parameters));
  put_shocks(out, task.draw.shocks.get());
  return out.take();
}

Task task_of(std::span<const std::byte> bytes) {
  ByteReader in(bytes);
  in.get<std::uint64_t>(); // the seed, which the request has too
  Task task;
  task.member = in.get<std::uint32_t>();
  const bool other_luck = in.get<std::uint64_t>() != 0;
  const auto people_seed = in.get<std::uint64_t>();
  if (other_luck)
    task.people_seed = people_seed;
  task.draw.parameters = in.get_all<double>();
  task.draw.shocks = get_shocks(in);
  return task;
}

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

Plan make_plan(const System& system, const ArmRequest& request) {
  if (request.members == 0 || request.arms.empty() || request.repeats > request.members)
    throw Error("S101", {}, "a study of arms needs at least one arm and one member");
  const Month start = system.manifest().clock.from;
  Plan plan;
  for (const std::string& name : request.arms)
    plan.levers.push_back(system.lever_paths(name));
  plan.gauges.resize(request.arms.size());
  std::vector<Month> last(request.arms.size(), start - 1);
  for (std::size_t r = 0; r < request.readings.size(); ++r) {
    const Reading& reading = request.readings[r];
    plan.gauges[reading.arm].push_back(gauge_of(system, reading, r));
    last[reading.arm] = std::max(last[reading.arm], reading.until);
  }
  plan.stretches = share_months(plan.levers, last, start);
  for (const Stretch& stretch : plan.stretches)
    plan.months_a_member += stretch.months();
  return plan;
}

// What one member's arms have shown so far: [reading] -> values by month.
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

// The hash of all that the readings of a member depend on, but for its draw, seed and number.
std::string fixed_key(const System& system, const ArmRequest& request, const Plan& plan) {
  results::KeyMaker key;
  key.add("arms").add(system_hash(system)).add(program_build());
  key.add(std::span(&system.people()->scale, 1));
  for (const Levers& arm : plan.levers) {
    ByteWriter levers;
    put_levers(levers, *arm);
    key.add(levers.take());
  }
  for (const Reading& reading : request.readings) {
    key.add(std::uint64_t{reading.arm}).add(reading.outcome);
    key.add(std::as_bytes(std::span(reading.cells)));
    key.add(reading.from.text()).add(reading.until.text());
    key.add(static_cast<std::uint64_t>(reading.measure));
  }
  return key.key();
}

std::vector<double> read_member(const std::shared_ptr<const System>& system,
                                const ArmRequest& request, const Plan& plan, const Task& task) {
  Series series(request.readings.size());
  for (const Stretch& stretch : plan.stretches) {
    Simulation simulation(system, {plan.levers[stretch.runs[0]], task.draw.parameters, request.seed,
                                   task.member, task.draw.shocks, nullptr, task.people_seed});
    simulate(stretch, plan.levers, simulation,
             [&](std::span<const std::size_t> arms, Month month, std::span<const double> record) {
               for (const std::size_t arm : arms)
                 gather(plan.gauges[arm], month, record, series);
             });
  }
  std::vector<double> values(request.readings.size());
  for (const std::vector<Gauge>& gauges : plan.gauges) {
    for (const Gauge& gauge : gauges) {
      values[gauge.reading] =
          reduce(series[gauge.reading], gauge.flow, request.readings[gauge.reading].measure);
    }
  }
  return values;
}
} // namespace

ArmResult run_arms(const std::shared_ptr<const System>& system, const ArmRequest& request) {
  const Plan plan = make_plan(*system, request);
  ArmResult result;
  result.members = request.members;
  result.repeats = request.repeats;
  result.readings = request.readings.size();
  result.months_a_member = plan.months_a_member;
  Farm farm(
      [&](std::span<const std::byte> asked) {
        ByteWriter out;
        out.put_all(std::span<const double>(read_member(system, request, plan, task_of(asked))));
        return out.take();
      },
      request.farm);
  result.served = farm.served();
  if (farm.served())
    return result;

  std::vector<Bytes> requests;
  std::vector<std::string> names;
  for (const std::string& theory : request.theories) {
    const auto draws = member_draws(*system, theory, request.members, request.seed, request.draws);
    for (std::size_t run = 0; run < request.members + request.repeats; ++run) {
      const bool repeated = run >= request.members;
      Task task;
      task.member = static_cast<std::uint32_t>(repeated ? run - request.members : run);
      if (repeated) // no two seeds share a stream of luck
        task.people_seed = request.seed + 1;
      task.draw = draws[task.member];
      requests.push_back(to_bytes(task, request.seed));
      names.push_back(fmt::format("theory {} member {}{}", theory, task.member,
                                  repeated ? " with other luck" : ""));
    }
  }
  StoredTasks stored{request.store, "", system->manifest().name, "arms"};
  if (!request.store.empty())
    stored.fixed = fixed_key(*system, request, plan);
  std::size_t from_store = 0;
  const std::vector<Bytes> answers =
      map_stored(farm, requests,
                 {"members with all their arms", [&](std::size_t task) { return names[task]; }},
                 stored, from_store);
  for (const Bytes& answer : answers) {
    const std::vector<double> values = ByteReader(answer).get_all<double>();
    result.values.insert(result.values.end(), values.begin(), values.end());
  }
  result.from_store = from_store;
  result.months_simulated = (requests.size() - from_store) * plan.months_a_member;
  return result;
}

} // namespace cauce::study
