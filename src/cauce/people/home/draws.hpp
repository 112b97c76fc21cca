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

/// The last of the classes of sqrt(2) by which means are told apart: from 1/2 to 2048.
inline constexpr std::uint32_t most_size = 23;

/// One department's people, as a step finds them.
struct HomePeople {
  std::size_t department;
  const HomeCounts* home;
  const std::array<std::int64_t, stratum_count>* returned; ///< they have children too
};

struct HomeExposure;

class HomeDraws {
 public:
  /// Draws what befalls the people of some departments; forgets what was drawn before. `expect`:
  /// `expected_leavers` will be asked for.
  void draw(const StepTables& tables, random::Key key, std::uint32_t step,
            std::span<const HomePeople> departments, bool expect);

  /// Calls `visit` for each event of the i-th department: births first, then outcome by outcome.
  template <typename Visit> void for_each_event(std::size_t i, Visit&& visit) const {
    constexpr auto births = home_outcome_count - 1;
    of_outcome(i * home_outcome_count + births, births, visit);
    for (std::size_t outcome = 0; outcome < births; ++outcome)
      of_outcome(i * home_outcome_count + outcome, outcome, visit);
  }
  /// How many parties of each kind the i-th department was expected to lose, given its people.
  const std::array<double, kind_count>& expected_leavers(std::size_t i) const {
    return expected_leavers_[i];
  }
  /// Of a cell of the i-th department, how many nothing happened to.
  double& others(std::size_t i, std::size_t state, std::size_t stratum) {
    return trials_[i * pools + state * stratum_count + stratum];
  }

 private:
  static constexpr std::size_t cells = counted_states * stratum_count;
  /// What draws are made from: the cells, then the residents by stratum, who have children.
  static constexpr std::size_t pools = cells + stratum_count;
  /// Cells of an outcome, up to a power of two.
  static constexpr std::size_t cells_apart = std::bit_ceil(cells);

  // An outcome of a cell that may have happened.
  struct Candidate {
    double hazard, before, total; // its own, of the outcomes before it, of all
    std::uint32_t entity;         // keys the rest of its uniform
    std::uint32_t pool, event;    // places in trials_ and events_
    std::uint16_t first;          // the first bits of its uniform
    std::uint8_t size;            // by how much it is expected to be, in classes
  };

  // Candidates, and the order in which to draw them.
  class List {
   public:
    void make_room(std::size_t more);
    /// Into the room that was made.
    void add(const Candidate& candidate) {
      candidates_[count_++] = candidate;
      ++of_size_[candidate.size];
    }
    const Candidate& operator[](std::size_t i) const { return candidates_[i]; }
    /// Those of like size together.
    std::span<const std::uint32_t> order();
    void clear();

   private:
    std::vector<Candidate> candidates_;
    std::vector<std::uint32_t> order_;
    std::size_t count_ = 0;
    std::array<std::uint32_t, most_size + 1> of_size_{};
  };

  template <typename Visit>
  void of_outcome(std::size_t row, std::size_t outcome, Visit&& visit) const {
    for (std::uint64_t rest = happened_[row]; rest != 0; rest &= rest - 1) {
      const auto cell = static_cast<std::size_t>(std::countr_zero(rest));
      visit(HomeEvent{static_cast<HomeOutcome>(outcome), cell / stratum_count, cell % stratum_count,
                      static_cast<std::int64_t>(events_[row * cells_apart + cell])});
    }
  }
  void list_doubts(const HomeExposure& exposure, std::size_t i, std::size_t department);
  void draw_batch(double months, random::Key key, std::uint32_t step, const List& list,
                  std::span<const std::uint32_t> batch);

  std::vector<std::array<double, kind_count>> expected_leavers_; ///< [department]
  std::vector<double> trials_;                                   ///< [department][pool]
  std::vector<std::uint64_t> happened_; ///< [department][outcome]: a bit for each cell with events
  std::vector<double> events_;          ///< [department][outcome][cells_apart]: how many
  std::array<List, home_outcome_count> lists_; ///< by how many the cell has before it
};

} // namespace cauce::people
