// Runs that differ in their levers only: each month in which several agree is simulated once, and
// where they part, each goes on from a copy. Which months that are is worked out once for all
// members, since it depends on levers alone.
#pragma once

#include "cauce/system/simulation.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace cauce::study {

using Levers = std::shared_ptr<const system::LeverPaths>;

/// The first month (since the clock's start) in which the two differ; none when they are equal. A
/// variable that only one of them names counts as silent in the other.
std::optional<int> first_difference(const system::LeverPaths& a, const system::LeverPaths& b);

/// Months that `runs` share, under the levers of the first.
struct Stretch {
  Month from, end;               ///< the first month, and the first that is not simulated
  std::vector<std::size_t> runs; ///< of which some may end before `end`
  std::vector<Stretch> then;     ///< the parted runs that go on
  std::uint64_t months() const;  ///< simulated here and in all that follows
};

/// The stretches of runs that begin in `start`: one for each that differs from the others in the
/// first month, since a run's initial state may depend on its levers. Run r is of interest until
/// `last[r]`, and not at all when that is before `start`.
std::vector<Stretch> share_months(std::span<const Levers> levers, std::span<const Month> last,
                                  Month start);

/// Told of each month simulated: the runs that share it, the month, and its record.
using ShowMonth = std::function<void(std::span<const std::size_t> runs, Month month,
                                     std::span<const double> record)>;

/// Simulates a stretch and what follows; `simulation` stands at its first month.
void simulate(const Stretch& stretch, std::span<const Levers> levers,
              system::Simulation& simulation, const ShowMonth& show,
              system::PhaseTimes* times = nullptr);

} // namespace cauce::study
