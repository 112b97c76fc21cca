#include "cauce/study/arm_runs.hpp"

#include "cauce/results/store.hpp"
#include "cauce/study/runs.hpp"
#include "cauce/study/trunk.hpp"
#include "cauce/system/claims_check.hpp"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <limits>
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

struct Arm {
  std::shared_ptr<const LeverPaths> levers;
  Month branch, end; // first month that differs from the trunk's; last month that is read
  std::vector<Gauge> gauges;
};

struct Plan {
  std::vector<Arm> arms;
  Month trunk_end;                                     // last month that the trunk must simulate
  std::vector<std::vector<std::vector<double>>> draws; // [theory][member][parameter]
  std::size_t months_a_member = 0;
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

Plan make_plan(const System& system, const ArmRequest& request) {
  if (request.members == 0 || request.arms.empty())
    throw Error("S101", {}, "a study of arms needs at least one arm and one member");
  const Month start = system.manifest().clock.from;
  Plan plan;
  for (const std::string& name : request.arms)
    plan.arms.push_back({system.lever_paths(name), start, start - 1, {}});
  for (std::size_t r = 0; r < request.readings.size(); ++r) {
    Arm& arm = plan.arms[request.readings[r].arm];
    arm.gauges.push_back(gauge_of(system, request.readings[r], r));
    arm.end = std::max(arm.end, request.readings[r].until);
  }
  plan.trunk_end = plan.arms[0].end;
  for (std::size_t a = 1; a < plan.arms.size(); ++a) {
    Arm& arm = plan.arms[a];
    const auto differ = first_difference(*plan.arms[0].levers, *arm.levers);
    arm.branch = differ ? std::min(start + *differ, arm.end + 1) : arm.end + 1;
    plan.trunk_end = std::max(plan.trunk_end, arm.branch - 1);
    plan.months_a_member += static_cast<std::size_t>(arm.end + 1 - arm.branch);
  }
  plan.months_a_member += static_cast<std::size_t>(plan.trunk_end + 1 - start);
  for (const std::string& name : request.theories) {
    const auto believed = policy::under_theory(system.parameters(), system.theory(name));
    plan.draws.push_back(evidence::draw_parameters(believed, request.members, request.seed));
  }
  return plan;
}

// What one member's arms have shown so far: [reading] -> values by month.
using Series = std::vector<std::vector<double>>;

void gather(const Arm& arm, Month month, std::span<const double> record, Series& series) {
  for (const Gauge& gauge : arm.gauges) {
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

void run_member(const Plan& plan, Simulation trunk, Series& series) {
  while (trunk.month() <= plan.trunk_end) {
    const Month month = trunk.month();
    for (std::size_t a = 1; a < plan.arms.size(); ++a) {
      const Arm& arm = plan.arms[a];
      if (arm.branch != month || arm.branch > arm.end)
        continue;
      Simulation branch = trunk;
      branch.set_levers(arm.levers);
      while (branch.month() <= arm.end) {
        const Month now = branch.month();
        gather(arm, now, branch.run_month(), series);
      }
    }
    const std::span<const double> record = trunk.run_month();
    gather(plan.arms[0], month, record, series);
    for (std::size_t a = 1; a < plan.arms.size(); ++a) {
      if (month < plan.arms[a].branch)
        gather(plan.arms[a], month, record, series);
    }
  }
  // Arms that leave the trunk in the month after its last.
  for (std::size_t a = 1; a < plan.arms.size(); ++a) {
    const Arm& arm = plan.arms[a];
    if (arm.branch != plan.trunk_end + 1 || arm.branch > arm.end)
      continue;
    Simulation branch = trunk;
    branch.set_levers(arm.levers);
    while (branch.month() <= arm.end) {
      const Month now = branch.month();
      gather(arm, now, branch.run_month(), series);
    }
  }
}
} // namespace

namespace {
// The hash of all that the readings of a member depend on, but for its draw, seed and number.
std::string fixed_key(const System& system, const ArmRequest& request, const Plan& plan) {
  results::KeyMaker key;
  key.add("arms").add(system_hash(system)).add(program_build());
  key.add(std::span(&system.people()->scale, 1));
  for (const Arm& arm : plan.arms) {
    ByteWriter levers;
    put_levers(levers, *arm.levers);
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
                                const ArmRequest& request, const Plan& plan, std::size_t theory,
                                std::size_t member) {
  Series series(request.readings.size());
  run_member(plan,
             Simulation(system, {plan.arms[0].levers, plan.draws[theory][member], request.seed,
                                 static_cast<std::uint32_t>(member)}),
             series);
  std::vector<double> values(request.readings.size());
  for (const Arm& arm : plan.arms) {
    for (const Gauge& gauge : arm.gauges) {
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
  result.readings = request.readings.size();
  const std::size_t tasks = request.theories.size() * request.members;
  result.values.assign(tasks * result.readings, std::numeric_limits<double>::quiet_NaN());

  Farm farm(
      [&](std::span<const std::byte> asked) {
        const auto task = ByteReader(asked).get<std::uint64_t>();
        ByteWriter out;
        out.put_all(std::span<const double>(
            read_member(system, request, plan, task / request.members, task % request.members)));
        return out.take();
      },
      request.farm);
  result.served = farm.served();
  if (farm.served())
    return result;

  std::optional<results::Store> store;
  if (!request.store.empty())
    store.emplace(results::Store::open(request.store));
  const std::string fixed = fixed_key(*system, request, plan);
  const auto key_of = [&](std::size_t task) {
    return results::KeyMaker()
        .add(fixed)
        .add(std::span<const double>(plan.draws[task / request.members][task % request.members]))
        .add(request.seed)
        .add(std::uint64_t{task % request.members})
        .key();
  };
  const auto describe = [&](std::size_t task) {
    return fmt::format("theory {} member {}", request.theories[task / request.members],
                       task % request.members);
  };
  const auto keep = [&](std::size_t task, std::span<const double> values) {
    std::copy(values.begin(), values.end(),
              result.values.begin() + static_cast<std::ptrdiff_t>(task * result.readings));
  };
  std::vector<std::size_t> open;
  std::vector<Bytes> requests;
  for (std::size_t task = 0; task < tasks; ++task) {
    if (store) {
      const auto bytes = store->find(key_of(task));
      if (bytes && bytes->size() == result.readings * sizeof(double)) {
        std::vector<double> values(result.readings);
        std::memcpy(values.data(), bytes->data(), bytes->size());
        keep(task, values);
        continue;
      }
    }
    ByteWriter asked;
    asked.put(std::uint64_t{task});
    open.push_back(task);
    requests.push_back(asked.take());
  }
  const std::string program = fmt::format("build {}", program_build());
  farm.run(
      requests,
      [&](std::size_t index, const Bytes& bytes) {
        const std::vector<double> values = ByteReader(bytes).get_all<double>();
        keep(open[index], values);
        result.months_simulated += plan.months_a_member;
        if (store) {
          store->put(key_of(open[index]), std::as_bytes(std::span(values)),
                     {system->manifest().name, "arms, " + describe(open[index]), program});
        }
      },
      {"members with all their arms", [&](std::size_t index) { return describe(open[index]); }});
  return result;
}

} // namespace cauce::study
