// Freezing a mechanism: what others see of it follows a recorded path, step by step.
#pragma once

#include "cauce/system/simulation.hpp"

#include <vector>

namespace cauce::study {

/// A variable that is seen outside of its mechanism: read by another's equation, by the people as
/// a rate, or recorded as an outcome.
struct SeenVariable {
  conditions::VariableId id;
  std::size_t mechanism = 0;
  bool count = false; ///< replaced by what happened, after the people's step
  bool stock = false;
};

/// `mechanism_of[variable]` for all variables of the model; npos for those that are never frozen.
std::vector<SeenVariable> seen_variables(const system::System& system,
                                         const std::vector<std::size_t>& mechanism_of);

/// The path of the seen variables under one run, from `first_step` on.
class PathRecorder : public system::StepWatcher {
 public:
  PathRecorder(std::vector<SeenVariable> seen, std::uint32_t first_step)
      : seen_(std::move(seen)), first_step_(first_step), paths_(seen_.size()) {}

  void at(system::StepMoment moment, conditions::Run& equations, std::uint32_t step) override;

  struct Path {
    std::vector<double> equations, later; ///< [step][element]; later: after counts or stocks
  };
  const std::vector<SeenVariable>& seen() const { return seen_; }
  const std::vector<Path>& paths() const { return paths_; }
  std::uint32_t first_step() const { return first_step_; }

 private:
  std::vector<SeenVariable> seen_;
  std::uint32_t first_step_;
  std::vector<Path> paths_;
};

/// Holds the mechanisms that are not in `live` (bits) at the recorded path.
class Freezer : public system::StepWatcher {
 public:
  Freezer(const PathRecorder& record, std::uint64_t live) : record_(record), live_(live) {}
  void at(system::StepMoment moment, conditions::Run& equations, std::uint32_t step) override;

 private:
  const PathRecorder& record_;
  std::uint64_t live_;
};

} // namespace cauce::study
