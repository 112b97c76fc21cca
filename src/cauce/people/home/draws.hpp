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
// 1 - n p means none, which mostly its first ten bits tell: one block of random words has those of
// all outcomes of a cell. Only for the others the rest of the bits is made and the binomial drawn,
// in full vectors: first the first outcome in doubt of every cell, whatever it is, then the second
// of those that have two. A vector takes as long as its largest draw: draws with like means share
// one.
#pragma once

#include "cauce/base/random.hpp"
#include "cauce/people/step_tables.hpp"

#include <array>
#include <bit>
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
  std::size_t state;
  std::size_t stratum;
  std::int64_t persons;
};

/// Keys of draws for those at home are department * entities_at_home + something below it.
inline constexpr std::uint64_t entities_at_home = 4096;
/// From here on: luck of those who come to have a relative abroad, by stratum.
inline constexpr std::uint64_t kin_entity = 4000;

/// One department's people, as a step finds them.
struct HomePeople {
  std::size_t department;
  const HomeCounts* home;
  const std::array<std::int64_t, stratum_count>* returned; ///< they have children too
};

class HomeDraws {
 public:
  /// Draws what befalls the people of some departments; forgets what was drawn before.
  void draw(const StepTables& tables, random::Key key, std::uint32_t step,
            std::span<const HomePeople> departments);

  /// Calls `visit` for each event of the i-th department: births first, then outcome by outcome.
  template <typename Visit> void for_each_event(std::size_t i, Visit&& visit) const {
    constexpr auto births = home_outcome_count - 1;
    of_outcome(i, births, visit);
    for (std::size_t outcome = 0; outcome < births; ++outcome)
      of_outcome(i, outcome, visit);
  }
  /// Of a cell of the i-th department, how many nothing happened to.
  double& others(std::size_t i, std::size_t state, std::size_t stratum) {
    return trials_[i][state * stratum_count + stratum];
  }

 private:
  static constexpr std::size_t cells = counted_states * stratum_count;
  /// What draws are made from: the cells, then the residents by stratum, who have children.
  static constexpr std::size_t pools = cells + stratum_count;

  // An outcome of a cell that may have happened.
  struct Candidate {
    double hazard, before, total; // its own, of the outcomes before it, of all
    std::uint64_t entity;         // keys the rest of its uniform
    std::uint32_t first;          // bits of that
    std::uint32_t department;
    std::uint8_t pool, outcome, cell;
  };

  template <typename Visit>
  void of_outcome(std::size_t i, std::size_t outcome, Visit&& visit) const {
    for (std::uint64_t rest = happened_[i][outcome]; rest != 0; rest &= rest - 1) {
      const auto cell = static_cast<std::size_t>(std::countr_zero(rest));
      visit(HomeEvent{static_cast<HomeOutcome>(outcome), cell / stratum_count, cell % stratum_count,
                      static_cast<std::int64_t>(events_[i][outcome][cell])});
    }
  }
  void draw_all(double months, random::Key key, std::uint32_t step,
                std::span<const Candidate> candidates);
  void sort_by_mean(double months, std::span<const Candidate> candidates);
  void draw_batch(double months, random::Key key, std::uint32_t step,
                  std::span<const Candidate> candidates, std::span<const std::uint32_t> batch);

  std::vector<std::array<double, pools>> trials_;
  /// By outcome: a bit for each cell with events, and how many.
  std::vector<std::array<std::uint64_t, home_outcome_count>> happened_;
  std::vector<std::array<std::array<double, cells>, home_outcome_count>> events_;
  /// By how many candidates the cell has before it.
  std::array<std::vector<Candidate>, home_outcome_count> candidates_;
  // Of a list of candidates: by how much each is expected to be, and the order in which to draw.
  std::vector<std::uint8_t> size_;
  std::vector<std::uint32_t> order_;
};

} // namespace cauce::people
