// What befalls those at home in a step, drawn for some departments together.
//
// People of one stratum and home state are exchangeable, so they are a count (a cell). Each is
// exposed to competing hazards h_i: in a step of dt months outcome i happens with probability
// h_i / H (1 - exp(-H dt)), H the sum, and the counts of outcomes are multinomial. They are drawn
// one after another as conditional binomials by inversion, departures first, each by a uniform of
// its own keyed by (department, outcome, cell, step): a rate that rises never lowers the number of
// its events. All draws of a step are from the counts at its beginning.
//
// Most cells see none of most outcomes. (1 - p)^n >= 1 - n p (Bernoulli), so that a uniform below
// 1 - n p means none, without an exponential; only the others are drawn, in full vectors of cells
// of several departments.
#pragma once

#include "cauce/base/random.hpp"
#include "cauce/people/step_tables.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace cauce::people {

/// Home states that are counts; those returned are records.
inline constexpr std::size_t counted_states = 3;
/// Persons by home state (settled, victim, displaced) and stratum.
using HomeCounts = std::array<std::array<std::int64_t, stratum_count>, counted_states>;

/// In the order in which they are drawn.
enum class HomeOutcome : std::uint8_t {
  leave_adult,
  leave_family,
  leave_child,
  victimised,
  newly_displaced,
  recovered, ///< victims; the displaced: no longer
  income_down,
  income_up,
  child_change,
  kin_lost,
  died,
  born
};
inline constexpr std::size_t home_outcome_count = 12;

/// It happened to `persons` (> 0) of a cell (parties, for those who leave).
struct HomeEvent {
  HomeOutcome outcome;
  std::uint8_t state;
  std::uint8_t stratum;
  std::int64_t persons;
};

/// Departments whose cells are drawn together.
inline constexpr std::size_t home_group = 4;

/// Keys of draws for those at home are department * entities_at_home + something below it.
inline constexpr std::uint64_t entities_at_home = 4096;
/// From here on: luck of those who come to have a relative abroad, by stratum.
inline constexpr std::uint64_t kin_entity = 4000;

/// One department: what is drawn from, and what is drawn.
struct HomeDraw {
  std::size_t department;
  const HomeCounts* home;
  const std::array<std::int64_t, stratum_count>* returned; ///< they have children too
  std::vector<HomeEvent>* events; ///< those of the step are added, outcome after outcome
  HomeCounts* others;             ///< to how many nothing happened
};

/// At most `home_group` departments.
void draw_at_home(const StepTables& tables, random::Key key, std::uint32_t step,
                  std::span<const HomeDraw> departments);

} // namespace cauce::people
