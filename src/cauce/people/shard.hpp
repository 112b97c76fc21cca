// One department's people, and one step of theirs.
//
// A department of origin is the unit of work: nothing that happens to its people depends on those
// of another department within a step, so that shards run on any number of threads and give the
// same bits. `Shard` is state, `Tally` is what happened in a step, `ShardStep` does it (its parts:
// home/home.cpp, journeys/road.cpp, status/border.cpp, status/standing.cpp).
#pragma once

#include "cauce/base/random.hpp"
#include "cauce/people/home/draws.hpp"
#include "cauce/people/luck.hpp"
#include "cauce/people/status/calendar.hpp"
#include "cauce/people/step_tables.hpp"
#include "cauce/people/world.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace cauce::people {

struct Shard {
  HomeCounts home{};
  std::array<std::int64_t, stratum_count> returned{}; ///< persons in the returned class
  std::vector<Traveller> moving;                      ///< on a link
  std::vector<Traveller> held;                        ///< kidnapped, on a link
  std::vector<Traveller> at_port;                     ///< waiting at a port of entry; place: sector
  std::vector<Traveller> at_border; ///< will try to cross between ports; place: sector
  std::array<Calendar, class_count * kind_count> classes; ///< [class][kind]
  std::array<std::int64_t, kind_count> on_road{};
  std::array<std::array<std::int64_t, kind_count>, status_count> standing{};
  std::int64_t dead = 0;
  std::int64_t born = 0;

  Calendar& calendar(std::size_t place, std::size_t kind) {
    return classes[place * kind_count + kind];
  }
  std::int64_t living() const;
  /// One by one.
  std::int64_t count_everyone() const;
  std::size_t memory() const;
};

/// What happened to a department's people in a step; persons unless said otherwise.
struct Tally {
  explicit Tally(const Plan& plan);
  void clear();

  using ByKind = std::array<std::int64_t, kind_count>;
  std::int64_t births, deaths, displaced, asylum_claims, returns_from_us, returns_from_mexico;
  std::int64_t parted_at_border, parted_on_road, cases_received, cases_decided, cases_closed;
  std::array<std::int64_t, stratum_count> victimised;
  ByKind departures, departures_first, parties, gave_up, mexico_apprehensions, mexico_returns,
      port_encounters, apprehensions, apprehensions_again, undetected, arrivals, retries;
  std::array<ByKind, road_event_count> harms;
  std::array<std::array<std::int64_t, disposition_count>, kind_count> dispositions;
  std::array<std::array<std::int64_t, move_count>, status_count> status_moves;
  std::vector<std::int64_t> road_deaths;                 ///< by corridor
  std::vector<std::int64_t> corridor_entries;            ///< by corridor
  std::vector<std::int64_t> border_arrivals;             ///< [sector][kind]
  std::vector<std::int64_t> crossing_deaths;             ///< by sector
  std::array<std::int64_t, stratum_count> arrivals_from; ///< by stratum of origin
};

/// Parties on their way through a step, side by side; see journeys/road.cpp.
struct RoadBatch {
  static constexpr std::size_t capacity = 128; ///< few, to stay near the processor
  template <typename Value> using Lanes = std::array<Value, capacity>;
  std::size_t size = 0;
  Lanes<Traveller> party;
  Lanes<Luck> luck;
  Lanes<std::uint64_t> seed; ///< of the fortune
  Lanes<float> remaining_km, days, budget, days_per_km;
  Lanes<std::uint32_t> hazards, thresholds; ///< where those of its type and kind begin

  /// Lanes, by what comes next for them.
  struct List {
    Lanes<std::uint16_t> lanes;
    std::size_t size = 0;
    void add(std::size_t lane) { lanes[size++] = static_cast<std::uint16_t>(lane); }
    std::span<const std::uint16_t> view() const { return std::span(lanes).first(size); }
  };
  List going;  ///< at the start of a link
  List inside; ///< who do not get to the end of one unharmed, before the step is over
  List ending; ///< whose way has no more links
};

/// Lists that a step fills and empties again; kept for their memory only.
struct Scratch {
  /// A party that sets out in this step, with the days of the step that are left to it.
  struct Leaver {
    Traveller party;
    double days;
  };
  /// A party that enters a class at the end of the step; `bits` give its budget.
  struct Entry {
    PersonId id;
    Past past;
    std::uint8_t place;
    std::uint64_t bits;
  };
  std::vector<HomeEvent> home_events; ///< drawn before the department's step
  /// Of those at home in each cell, how many nothing happened to: families take members from them.
  HomeCounts others{};
  std::vector<PersonId> candidates; ///< who leave home, before families are made up
  std::vector<Leaver> leavers;
  std::vector<StandingRecord> due;
  std::vector<Entry> entries;
  std::vector<Traveller> travellers; ///< a list of the shard's as it was before the step
  std::vector<Traveller> prisoners;
  std::vector<Traveller> parted; ///< children who go on alone from the next step on
  /// By kind: cases that the courts can still decide in the step.
  std::array<std::int64_t, kind_count> decisions{};
  std::vector<std::int64_t> took; ///< persons by way taken in the step
  RoadBatch batch;
};

/// Adds a department's tally and stocks to the counts.
void add_to_counts(Counts& counts, const Plan& plan, std::size_t department, const Shard& shard,
                   const Tally& tally);
/// What those abroad send home in a step and what of it arrives, in whole dollars: sent = received
/// + cost, exactly.
void add_remittances(Counts& counts, const StepTables& tables, std::size_t department,
                     const Shard& shard);

/// One step of one department.
class ShardStep {
 public:
  ShardStep(const StepTables& tables, random::Key key, std::uint32_t step, std::size_t department,
            Shard& shard, Tally& tally, Scratch& scratch, EventSink* sink);
  void run();

 private:
  // Someone who waits in a class and whose budget is spent.
  struct Due {
    PersonId id;
    Past past;
    std::size_t place; // class
    double total;      // its hazard in the step, death at six times its rate included
  };

  // home/home.cpp
  void live_at_home();
  void live(const HomeEvent& event);
  void leave();
  void gain_kin();

  // journeys/road.cpp
  void travel();
  void join(const Traveller& party, double days, Luck luck, double budget, std::uint64_t seed);
  void travel(RoadBatch& batch);
  template <std::size_t Choices> void pass_links(RoadBatch& batch);
  void halt(RoadBatch& batch);
  void stay(RoadBatch& batch, std::size_t lane, float remaining_km);
  std::uint32_t first_hazard(const Traveller& party) const;
  void tell_of_links(const RoadBatch& batch);
  void end_ways(RoadBatch& batch);

  // journeys/harm.cpp
  void set_out(PersonId id, Past past, HomeState left_as, Luck& luck);
  // Whether the journey goes on; `days` left are cut by a kidnapping.
  bool road_event(Traveller& party, double& days, Luck& luck);
  bool apprehended_in_mexico(const Traveller& party, Luck& luck);
  void give_up(const Traveller& party, Luck& luck);
  // A child leaves its family: its party, which counts as on the road.
  Traveller part_a_child(Traveller& family, bool on_road);

  // status/border.cpp
  void wait_at_ports();
  void try_again_at_border();
  void reach_border(Traveller party, std::uint16_t sector, double days, Luck luck);
  void enter_port(Traveller party, Luck& luck);
  void cross(Traveller party, Luck& luck);
  void part_family(Traveller party, Luck& luck);
  void decide(Traveller party, Rate shares, Luck& luck);

  // status/standing.cpp
  void move_those_due();
  void move(const Due& due, Luck luck);
  void move_returned(const Due& due, double x, Luck& luck);
  void change_status(const Due& due, double x, Luck& luck);
  void die_waiting(const Due& due, Luck& luck);
  // Each puts a party that counts nowhere any more where it counts next.
  void take_status(PersonId id, Past past, Status status, Luck& luck);
  void come_home(PersonId id, Past past, Move by, Luck& luck);
  void wait_in(std::size_t place, PersonId id, Past past, Luck& luck);
  void enter_classes();
  // Marks a party as living in the US.
  Past arrive(PersonId id, Past past);
  void leave_road(PersonId id, Past past) { shard_.on_road[kind_of(id)] -= past.size(); }

  static std::size_t kind_of(PersonId id) { return static_cast<std::size_t>(id.kind()); }
  void tell(PersonId id, Past past, EventKind kind, std::size_t what, std::size_t place,
            double probability) {
    if (sink_ == nullptr) [[likely]]
      return;
    sink_->record({step_, id, kind, static_cast<std::uint8_t>(past.size()),
                   static_cast<std::uint16_t>(what), static_cast<std::uint32_t>(place),
                   probability});
  }

  const StepTables& tables_;
  const Plan& plan_;
  random::Key key_;
  std::uint32_t step_;
  std::size_t department_;
  std::size_t country_;
  std::uint32_t month_;
  Shard& shard_;
  Tally& tally_;
  Scratch& scratch_;
  EventSink* sink_;
};

} // namespace cauce::people
