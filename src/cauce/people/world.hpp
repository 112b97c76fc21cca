// The people of a system: those at home as counts, those who left as records; one step at a time.
//
// Every rate comes from outside (`Rates`), everything that happened goes out (`Counts`). An event
// of hazard h a month happens in a step of dt months with probability 1 - exp(-h dt); risks
// compete. Each department of origin is a shard of its own, so that any number of threads gives the
// same bits. All draws are keyed by (run, whom, step, what for).
#pragma once

#include "cauce/base/diagnostics.hpp"
#include "cauce/base/random.hpp"
#include "cauce/people/events.hpp"
#include "cauce/people/interface.hpp"
#include "cauce/people/journeys/network.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace cauce {
class Helpers;
}

namespace cauce::people {

/// Where a world starts and on which road it moves. Immutable and shared by all worlds made of it.
struct Setup {
  Axes axes;
  std::vector<int> country_of_department; ///< index on the country axis
  /// Persons at the start, [department][stratum].
  std::vector<std::int64_t> residents;
  /// Persons abroad at the start, [country][kind][status].
  std::vector<std::int64_t> abroad;
  /// How a country's nationals abroad divide by department of origin; sums to 1 a country.
  std::vector<double> diaspora_share;
  /// Origins are nodes named like the department (axes element or `origin_nodes`); ends are nodes
  /// of kind sector, whose `sector` names an element of the sector axis; links whose first node has
  /// country "MX" are in Mexico and name a corridor.
  journeys::Network network;
  /// The node at which each department's journeys begin; empty: the node named like the department.
  std::vector<journeys::NodeId> origin_nodes;
  /// The month, on the clock of the links' `opens` and `closes`, in which the first step lies.
  std::int64_t first_month = 0;
  /// One simulated person for each `scale` real ones (>= 1). Counts are of simulated persons.
  double scale = 1.0;
};

/// Everything that is wrong with a setup (J001 to J009), added to `findings`.
void check(const Setup& setup, Diagnostics& findings);

struct StepOptions {
  EventSink* sink = nullptr;  ///< told of each event; the step then runs on one thread
  Helpers* helpers = nullptr; ///< threads lent to them may help; the result is the same
  bool expect = false;        ///< whether `World::expected` is wanted
};

struct Plan; // what is worked out from a setup once

class World {
 public:
  /// Throws Errors when `check` finds an error.
  World(std::shared_ptr<const Setup> setup, random::Key key);
  /// Shares an earlier world's setup and plan, with luck of its own: for ensembles.
  World(const World& like, random::Key key);
  World(const World&);
  World(World&&) noexcept;
  World& operator=(const World&);
  World& operator=(World&&) noexcept;
  ~World();

  /// One step of `months`: those with a standing move or return, those at home live, fall victim,
  /// leave, those on the road travel and arrive. `step_index` keys the luck and must rise.
  /// Rates that are negative or NaN count as 0.
  void step(const Rates& rates, double months, std::uint32_t step_index, StepOptions options = {});

  /// What happened in the last step, and the stocks at its end (zero and the start before any).
  const Counts& counts() const;

  /// What a count of the last step was expected to be, given who was where at its beginning, in the
  /// count's axes; empty where it is not known or was not asked for. It differs from the count by
  /// luck alone, so that the same runs show effects with less noise (Rao and Blackwell).
  /// Departures: who leave home and who of those returned leave again, by their hazards; deported
  /// evaders who turn round at once as they did. Returns from the United States: of those with a
  /// standing by their hazards, from the border as they were.
  std::span<const double> expected(Count count) const;

  /// Everyone alive: at home, on the road, with a standing.
  std::int64_t total() const;
  /// All who died and all who were born so far; total() + dead() - born() never changes.
  std::int64_t dead() const;
  std::int64_t born() const;
  /// Counts all people in all containers one by one (slow): equals total(), tests compare.
  std::int64_t count_everyone() const;

  /// All that changes, bit for bit.
  std::vector<std::byte> save() const;
  /// The state that `save` gave, on a world of an equal setup. Throws Error J010 for bytes that are
  /// cut off, damaged or of another setup; the world is then as before.
  void restore(std::span<const std::byte> bytes);

  const Setup& setup() const;
  /// Bytes held by this world's own containers.
  std::size_t memory() const;

 private:
  struct State;
  void start();
  template <typename Archive> static void serialise(Archive& archive, State& state);

  std::shared_ptr<const Plan> plan_;
  std::unique_ptr<State> state_;
};

/// The words behind the codes J001 to J199.
std::span<const ErrorCode> people_error_codes();

} // namespace cauce::people
