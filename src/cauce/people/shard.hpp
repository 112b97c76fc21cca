// One department's people: all of the state that changes from step to step.
//
// Nothing that happens to the people of a department depends on those of another within a step, so
// that departments can be worked on together or apart, on any number of threads, and give the same
// bits. What is done to them is in people_step.hpp.
#pragma once

#include "cauce/people/home/draws.hpp"
#include "cauce/people/status/untouched.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace cauce::people {

/// What a step was expected to bring, given who was where at its beginning, in persons; and what
/// luck made of it.
struct Expectation {
  std::array<double, kind_count> leaving{};  ///< home for the first time
  std::array<double, kind_count> retrying{}; ///< of those returned
  double removed = 0.0;                      ///< by the United States, of those with a standing
  std::array<std::int64_t, kind_count> retried{};
  std::int64_t were_removed = 0;
};

struct Shard {
  HomeCounts home{};
  std::array<std::int64_t, stratum_count> returned{}; ///< persons in the returned class
  std::array<std::int64_t, kind_count> returned_as{}; ///< the same by kind
  std::vector<Traveller> moving;                      ///< on a link
  std::vector<Traveller> held;                        ///< kidnapped, on a link
  std::vector<Traveller> at_port;                     ///< waiting at a port of entry; place: sector
  std::vector<Traveller> at_border; ///< will try to cross between ports; place: sector
  ClassCalendars classes;
  Untouched untouched; ///< of the classes, who are no records yet
  std::array<std::int64_t, kind_count> on_road{};
  std::array<std::array<std::int64_t, kind_count>, status_count> standing{};
  std::int64_t dead = 0;
  std::int64_t born = 0;
  Expectation expectation; ///< not part of what is saved

  std::int64_t living() const;
  /// One by one.
  std::int64_t count_everyone() const;
  std::size_t memory() const;
};

/// Adds a department's stocks to the counts, which have none of them yet.
void add_stocks(Counts& counts, const Plan& plan, std::size_t department, const Shard& shard);
/// What those abroad send home in a step and what of it arrives, in whole dollars: sent = received
/// + cost, exactly.
void add_remittances(Counts& counts, const StepTables& tables, std::size_t department,
                     const Shard& shard);

} // namespace cauce::people
