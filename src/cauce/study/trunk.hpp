// Several runs of one member that differ in their levers only: each month in which they agree is
// simulated once (one trunk), and where they part each takes a copy (a branch).
#pragma once

#include "cauce/study/bytes.hpp"
#include "cauce/system/simulation.hpp"

#include <memory>
#include <span>
#include <vector>

namespace cauce::study {

struct TrunkTask {
  Month from, until; ///< recorded
  std::uint64_t seed = 0;
  std::uint32_t member = 0;
  std::vector<double> parameters;
  std::vector<std::shared_ptr<const system::LeverPaths>> levers; ///< one a run
  std::shared_ptr<const system::ShockPath> shocks = nullptr;
};

struct TrunkResult {
  system::PhaseTimes seconds{};
  std::uint64_t months_simulated = 0;
  std::vector<std::vector<float>> blocks; ///< one a run: [month][cell]
};

/// Threads lent to `helpers` may help.
TrunkResult run_trunk(const std::shared_ptr<const system::System>& system, const TrunkTask& task,
                      Helpers& helpers);

void put_levers(ByteWriter& out, const system::LeverPaths& levers);
system::LeverPaths get_levers(ByteReader& in);
void put_shocks(ByteWriter& out, const system::ShockPath* path); ///< nullptr: none
std::shared_ptr<const system::ShockPath> get_shocks(ByteReader& in);
Bytes to_bytes(const TrunkTask& task);
TrunkTask trunk_task(std::span<const std::byte> bytes);
Bytes to_bytes(const TrunkResult& result);
TrunkResult trunk_result(std::span<const std::byte> bytes);

} // namespace cauce::study
