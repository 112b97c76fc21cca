// Runs of a system: who runs what, shares what, and remembers what.
//
//   Runs runs(system, {.from = ..., .until = ..., .store = "out/store"});
//   if (runs.served())
//     return;                               // a helping rank (farm.hpp)
//   runs.run(specs, [&](std::size_t i, std::span<const float> block) { ... });
//
// A spec says all that a run depends on. Runs with the same parameters, seed and member are one
// task: they share each month in which their levers agree (one trunk, branches where they part).
// A run that the store has is not run again.
#pragma once

#include "cauce/results/cube.hpp"
#include "cauce/results/store.hpp"
#include "cauce/study/farm.hpp"
#include "cauce/study/stretch.hpp"
#include "cauce/system/simulation.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace cauce::study {

using Draw = std::shared_ptr<const std::vector<double>>;

struct RunSpec {
  Levers levers;   ///< a policy worked out, and dated shocks that override other variables
  Draw parameters; ///< one value for each of `System::parameters()`
  std::uint64_t seed = 2017;
  std::uint32_t member = 0;
  std::string label; ///< for people: "held-2016, open, member 3"
  /// The noise that the draw remembers (posterior.hpp); it belongs to `parameters`.
  std::shared_ptr<const system::ShockPath> shocks = nullptr;
};

struct RunsOptions {
  Month from, until; ///< months recorded; runs start at the pack's clock
  FarmOptions farm;
  std::filesystem::path store; ///< folder of the run store; none when empty
};

/// The hash of all files of the pack that a run depends on beyond its spec: not those of policies,
/// theories, claims, events, sources and targets, nor the values in parameters.csv.
std::string system_hash(const system::System& system);

/// The cell names of a month's record.
std::vector<results::OutcomeInfo> outcome_infos(const system::System& system);

class Runs {
 public:
  using Receive = std::function<void(std::size_t spec, std::span<const float> block)>;
  using SpecOf = std::function<RunSpec(std::size_t spec)>;

  /// Throws Error S101 (months outside the clock), and those of Farm and Store.
  Runs(std::shared_ptr<const system::System> system, RunsOptions options);

  bool served() const { return farm_->served(); }
  const system::System& system() const { return *system_; }
  const std::shared_ptr<const system::System>& shared_system() const { return system_; }
  const RunsOptions& options() const { return options_; }
  std::size_t cells() const { return system_->recorded_size(); }
  std::size_t months() const {
    return static_cast<std::size_t>(options_.until - options_.from + 1);
  }

  /// Calls `receive` once for each spec with its block [month][cell], in this thread, in any
  /// order. Throws what Farm::run throws; runs that ended are then in the store.
  void run(std::span<const RunSpec> specs, const Receive& receive, const Batch& batch = {});

  /// The same for specs 0 to `count` - 1, made when they are needed and not kept, so that thousands
  /// fit into memory. `spec_of` gives the same for a number each time, and parameters and shocks
  /// that outlive the call.
  void run(std::size_t count, const SpecOf& spec_of, const Receive& receive,
           const Batch& batch = {});

  std::size_t from_store() const { return from_store_; } ///< runs taken from the store so far
  std::uint64_t months_simulated() const { return months_simulated_; }
  const system::PhaseTimes& seconds() const { return seconds_; }

 private:
  std::string key_of(const RunSpec& spec);

  std::shared_ptr<const system::System> system_;
  RunsOptions options_;
  std::optional<results::Store> store_;
  std::string fixed_key_; ///< pack, program, months and scale
  std::unordered_map<const system::LeverPaths*, std::string> lever_keys_;
  std::unique_ptr<Farm> farm_;
  std::size_t from_store_ = 0;
  std::uint64_t months_simulated_ = 0;
  system::PhaseTimes seconds_{};
};

} // namespace cauce::study
