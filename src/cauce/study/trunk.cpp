#include "cauce/study/trunk.hpp"

#include "cauce/study/runs.hpp"

#include <algorithm>
#include <numeric>

namespace cauce::study {

using system::LeverPaths;
using system::Simulation;

namespace {
class Trunk {
 public:
  Trunk(const std::shared_ptr<const system::System>& system, const TrunkTask& task)
      : system_(*system), task_(task), start_(system->manifest().clock.from) {
    const std::size_t months = static_cast<std::size_t>(task.until - task.from + 1);
    result_.blocks.assign(task.levers.size(), std::vector<float>(months * system->recorded_size()));
    std::vector<std::size_t> all(task.levers.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    Simulation simulation(system,
                          {task.levers[0], task.parameters, task.seed, task.member, task.shocks});
    follow(simulation, all);
  }
  TrunkResult take() { return std::move(result_); }

 private:
  // The runs of `group` have agreed so far, and `simulation` has the levers of the first.
  void follow(Simulation& simulation, const std::vector<std::size_t>& group) {
    const LeverPaths& mine = *task_.levers[group[0]];
    Month parting = task_.until + 1;
    for (const std::size_t run : group) {
      if (const auto month = first_difference(mine, *task_.levers[run]))
        parting = std::min(parting, start_ + *month);
    }
    run_until(simulation, parting, group[0]);
    if (parting > task_.until) {
      for (const std::size_t run : group)
        result_.blocks[run] = result_.blocks[group[0]];
      return;
    }
    std::vector<std::vector<std::size_t>> classes; // equal in the month of parting
    for (const std::size_t run : group) {
      const auto same = std::find_if(classes.begin(), classes.end(), [&](const auto& c) {
        const auto month = first_difference(*task_.levers[c[0]], *task_.levers[run]);
        return !month || start_ + *month > parting;
      });
      if (same == classes.end())
        classes.push_back({run});
      else
        same->push_back(run);
    }
    for (std::size_t c = 1; c < classes.size(); ++c) {
      Simulation branch = simulation;
      branch.set_levers(task_.levers[classes[c][0]]);
      result_.blocks[classes[c][0]] = result_.blocks[group[0]];
      follow(branch, classes[c]);
    }
    follow(simulation, classes[0]);
  }

  void run_until(Simulation& simulation, Month end, std::size_t run) {
    const std::size_t cells = system_.recorded_size();
    while (simulation.month() < end) {
      const Month month = simulation.month();
      const std::span<const double> record = simulation.run_month(&result_.seconds);
      ++result_.months_simulated;
      if (month < task_.from)
        continue;
      const std::size_t row = static_cast<std::size_t>(month - task_.from) * cells;
      std::transform(record.begin(), record.end(),
                     result_.blocks[run].begin() + static_cast<std::ptrdiff_t>(row),
                     [](double value) { return static_cast<float>(value); });
    }
  }

  const system::System& system_;
  const TrunkTask& task_;
  Month start_;
  TrunkResult result_;
};

} // namespace

TrunkResult run_trunk(const std::shared_ptr<const system::System>& system, const TrunkTask& task) {
  return Trunk(system, task).take();
}

void put_levers(ByteWriter& out, const LeverPaths& levers) {
  out.put_text(levers.policy);
  out.put(static_cast<std::uint64_t>(levers.paths.size()));
  for (const LeverPaths::Path& path : levers.paths) {
    out.put(path.variable);
    out.put(static_cast<std::uint64_t>(path.size));
    out.put_all(std::span<const double>(path.values));
    out.put_all(std::span<const std::uint8_t>(path.silent));
  }
  out.put(static_cast<std::uint64_t>(levers.moves.size()));
  for (const system::MovedVariable& move : levers.moves) {
    out.put(move.variable);
    out.put(move.from);
    out.put(move.until);
    out.put(move.factor);
    out.put(move.add);
    out.put_all(std::span<const std::uint8_t>(move.chosen));
    out.put_all(std::span<const conditions::VariableId>(move.flows));
  }
}

LeverPaths get_levers(ByteReader& in) {
  LeverPaths levers;
  levers.policy = in.get_text();
  const auto count = in.get<std::uint64_t>();
  for (std::uint64_t i = 0; i < count; ++i) {
    LeverPaths::Path path;
    path.variable = in.get<conditions::VariableId>();
    path.size = in.get<std::uint64_t>();
    path.values = in.get_all<double>();
    path.silent = in.get_all<std::uint8_t>();
    levers.paths.push_back(std::move(path));
  }
  const auto moves = in.get<std::uint64_t>();
  for (std::uint64_t i = 0; i < moves; ++i) {
    system::MovedVariable move;
    move.variable = in.get<conditions::VariableId>();
    move.from = in.get<int>();
    move.until = in.get<int>();
    move.factor = in.get<double>();
    move.add = in.get<double>();
    move.chosen = in.get_all<std::uint8_t>();
    move.flows = in.get_all<conditions::VariableId>();
    levers.moves.push_back(std::move(move));
  }
  return levers;
}

Bytes to_bytes(const TrunkTask& task) {
  ByteWriter out;
  out.put(task.from);
  out.put(task.until);
  out.put(task.seed);
  out.put(task.member);
  out.put_all(std::span<const double>(task.parameters));
  out.put(static_cast<std::uint64_t>(task.levers.size()));
  for (const auto& levers : task.levers)
    put_levers(out, *levers);
  const system::ShockPath none, &shocks = task.shocks ? *task.shocks : none;
  out.put_all(std::span<const std::uint32_t>(shocks.first_step));
  out.put(static_cast<std::uint64_t>(shocks.width));
  out.put_all(std::span<const double>(shocks.scores));
  return out.take();
}

TrunkTask trunk_task(std::span<const std::byte> bytes) {
  ByteReader in(bytes);
  TrunkTask task;
  task.from = in.get<Month>();
  task.until = in.get<Month>();
  task.seed = in.get<std::uint64_t>();
  task.member = in.get<std::uint32_t>();
  task.parameters = in.get_all<double>();
  const auto count = in.get<std::uint64_t>();
  for (std::uint64_t i = 0; i < count; ++i)
    task.levers.push_back(std::make_shared<LeverPaths>(get_levers(in)));
  auto shocks = std::make_shared<system::ShockPath>();
  shocks->first_step = in.get_all<std::uint32_t>();
  shocks->width = in.get<std::uint64_t>();
  shocks->scores = in.get_all<double>();
  if (!shocks->first_step.empty())
    task.shocks = std::move(shocks);
  return task;
}

Bytes to_bytes(const TrunkResult& result) {
  ByteWriter out;
  out.put(result.seconds);
  out.put(result.months_simulated);
  out.put(static_cast<std::uint64_t>(result.blocks.size()));
  for (const std::vector<float>& block : result.blocks)
    out.put_all(std::span<const float>(block));
  return out.take();
}

TrunkResult trunk_result(std::span<const std::byte> bytes) {
  ByteReader in(bytes);
  TrunkResult result;
  result.seconds = in.get<system::PhaseTimes>();
  result.months_simulated = in.get<std::uint64_t>();
  const auto count = in.get<std::uint64_t>();
  for (std::uint64_t i = 0; i < count; ++i)
    result.blocks.push_back(in.get_all<float>());
  return result;
}

} // namespace cauce::study
