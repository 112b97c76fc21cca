#include "cauce/study/trunk.hpp"

#include "cauce/study/stretch.hpp"

#include <algorithm>

namespace cauce::study {

using system::LeverPaths;
using system::Simulation;

TrunkResult run_trunk(const std::shared_ptr<const system::System>& system, const TrunkTask& task,
                      Helpers& helpers) {
  const Month start = system->manifest().clock.from;
  const std::size_t cells = system->recorded_size();
  const auto months = static_cast<std::size_t>(task.until - task.from + 1);
  const std::vector<Month> last(task.levers.size(), task.until);
  TrunkResult result;
  result.blocks.assign(task.levers.size(), std::vector<float>(months * cells));
  const auto show = [&](std::span<const std::size_t> runs, Month month,
                        std::span<const double> record) {
    if (month < task.from)
      return;
    const auto row =
        static_cast<std::ptrdiff_t>(static_cast<std::size_t>(month - task.from) * cells);
    for (const std::size_t run : runs) {
      std::transform(record.begin(), record.end(), result.blocks[run].begin() + row,
                     [](double value) { return static_cast<float>(value); });
    }
  };
  for (const Stretch& shared : share_months(task.levers, last, start)) {
    Simulation simulation(system, {task.levers[shared.runs[0]], task.parameters, task.seed,
                                   task.member, task.shocks});
    simulation.let_help(&helpers);
    simulate(shared, task.levers, simulation, show, &result.seconds);
    result.months_simulated += shared.months();
  }
  return result;
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

void put_shocks(ByteWriter& out, const system::ShockPath* path) {
  const system::ShockPath none, &shocks = path != nullptr ? *path : none;
  out.put_all(std::span<const std::uint32_t>(shocks.first_step));
  out.put(static_cast<std::uint64_t>(shocks.width));
  out.put_all(std::span<const double>(shocks.scores));
}

std::shared_ptr<const system::ShockPath> get_shocks(ByteReader& in) {
  auto shocks = std::make_shared<system::ShockPath>();
  shocks->first_step = in.get_all<std::uint32_t>();
  shocks->width = in.get<std::uint64_t>();
  shocks->scores = in.get_all<double>();
  return shocks->first_step.empty() ? nullptr : shocks;
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
  put_shocks(out, task.shocks.get());
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
  task.shocks = get_shocks(in);
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
