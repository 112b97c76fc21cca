// One step of the people of some departments, phase by phase for all of them together: those with a
// standing, those at home, the border, the road. Its parts: home/home.cpp, journeys/road.cpp,
// journeys/harm.cpp, status/border.cpp, status/standing.cpp.
//
// Several departments share each phase so that lists are long enough for batches where few people
// are on the move. Within a department everything has the order that it would have alone: which
// departments are worked on together changes nothing.
#pragma once

#include "cauce/base/random.hpp"
#include "cauce/people/luck.hpp"
#include "cauce/people/shard.hpp"
#include "cauce/people/world.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace cauce::people {

/// Parties on their way through a step; see journeys/road.cpp.
struct RoadBatch {
  static constexpr std::size_t capacity = 128; ///< few, to stay near the processor
  /// What the step needs of a party, in one line of the cache.
  struct alignas(64) Lane {
    Traveller party; ///< its remaining_km is not kept up
    Luck luck;
    float remaining_km, days, budget, days_per_km;
    std::uint32_t type, forks; ///< type_of; where the forks of its kind begin
    std::uint64_t seed;        ///< of the fortune
  };
  std::size_t size = 0;
  std::array<Lane, capacity + 1> lanes; ///< the last is nobody's

  /// Lanes, by what comes next for them.
  struct List {
    std::array<std::uint16_t, capacity> lanes;
    std::size_t size = 0;
    void add(std::size_t lane) { lanes[size++] = static_cast<std::uint16_t>(lane); }
    std::span<const std::uint16_t> view() const { return std::span(lanes).first(size); }
  };
  List going;  ///< at the start of a link
  List inside; ///< who do not get to the end of one unharmed, before the step is over
  List ending; ///< whose way has no more links
};

/// Cases that the courts can still decide in the step, by kind.
using Decisions = std::array<std::int64_t, kind_count>;

/// What one thread works with: what happened so far in the step, and lists that a step fills and
/// empties again, kept for their memory.
struct Work {
  explicit Work(const Plan& plan);

  /// A party on the road, with the days of the step that are left to it.
  struct OnTheWay {
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
  /// A class in which somebody may be due.
  struct Woken {
    std::size_t department, place;
    std::uint64_t hazard;
  };

  Counts counts;                           ///< events of the step; no stocks
  std::vector<std::int64_t> took;          ///< persons by way taken in the step
  std::vector<std::int64_t> arrivals_from; ///< [department][stratum]: of the step
  ClassCalendars::Hazards pace{};          ///< of the country and hazard of death below
  std::size_t pace_of = no_index;          ///< country; no_index: of none yet
  double pace_with = 0.0;
  /// At that pace: the share of a class that tries again or is removed in the step.
  std::array<double, kind_count> retry_share{};
  std::array<double, status_count * kind_count> removed_share{};
  HomeDraws home;
  std::vector<HomePeople> at_home;
  std::vector<PersonId> candidates; ///< who leave home, before families are made up
  std::vector<OnTheWay> leavers;    ///< who set out: those who try again, then those from home
  std::size_t first_from_home = 0;  ///< of the leavers
  std::vector<OnTheWay> on_the_way;
  std::vector<std::size_t> ends; ///< in a list by department: the end of each
  std::vector<Woken> woken;
  std::vector<StandingRecord> due;
  std::vector<std::uint32_t> due_in; ///< [class][kind] of each
  std::vector<Entry> entries;
  std::vector<Traveller> travellers;
  std::vector<Traveller> parted; ///< children who go on alone from the next step on
  RoadBatch batch;
};

class PeopleStep {
 public:
  /// `shards` and `decisions` are those of all departments.
  PeopleStep(const StepTables& tables, random::Key key, std::uint32_t step, std::span<Shard> shards,
             std::span<Decisions> decisions, Work& work, const StepOptions& options);
  /// The step of departments `first` to `end` - 1.
  void run(std::size_t first, std::size_t end);

 private:
  // Someone who waits in a class and whose budget is spent.
  struct Due {
    PersonId id;
    Past past;
    std::size_t place; // class
    double death;      // hazard of one person in the step
    double total;      // of the class in the step, with death as of the largest party
  };

  // home/home.cpp
  void draw_at_home();
  void live_at_home();
  void live(std::size_t department, const HomeEvent& event);
  void leave();
  void gain_kin();

  // journeys/road.cpp
  void travel();
  void join(const Traveller& party, double days, Luck luck, double budget, std::uint64_t seed);
  void travel(RoadBatch& batch);
  template <std::size_t Choices> void pass_links(RoadBatch& batch);
  void halt(RoadBatch& batch);
  void stay(RoadBatch::Lane& lane, float remaining_km);
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
  std::span<const Traveller> gather(std::vector<Traveller> Shard::*list);
  void reach_border(Traveller party, std::uint16_t sector, double days, Luck luck);
  void enter_port(Traveller party, Luck& luck);
  void cross(Traveller party, Luck& luck);
  void part_family(Traveller party, Luck& luck);
  // What the United States decides on a party, drawn by shares; and what follows from it.
  struct Decision {
    Disposition disposition;
    double probability;
    double retry_luck; // the expelled try again where it is below their probability
  };
  void decide(const Traveller& party, Rate shares, Luck& luck);
  void decide(const Traveller& party, std::size_t counted_as, std::span<const double> shares,
              Luck& luck);
  void carry_out(const Traveller& party, std::size_t counted_as, const Decision& decision,
                 Luck& luck);

  // status/standing.cpp
  void move_those_due();
  void set_pace(std::size_t department);
  void expect_moves(Shard& own);
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
  void leave_road(PersonId id, Past past) { shard(id).on_road[kind_of(id)] -= past.size(); }

  static std::size_t kind_of(PersonId id) { return static_cast<std::size_t>(id.kind()); }
  Shard& shard(PersonId id) { return shards_[id.department()]; }
  std::size_t country(PersonId id) const { return plan_.country[id.department()]; }
  double hazard_of_death(std::size_t department) const {
    return hazard(tables_.rates()[Rate::death][department]) * tables_.months;
  }

  // The cells of the counts that a party adds to.
  std::int64_t& of_department(Count count, PersonId id) {
    return work_.counts[count][id.department()];
  }
  std::int64_t& of_department_and_kind(Count count, PersonId id) {
    return work_.counts[count][id.department() * kind_count + kind_of(id)];
  }
  std::int64_t& of_country(Count count, PersonId id) { return work_.counts[count][country(id)]; }
  std::int64_t& of_country_and_kind(Count count, PersonId id) {
    return work_.counts[count][country(id) * kind_count + kind_of(id)];
  }
  std::int64_t& of_disposition(PersonId id, std::size_t kind, std::size_t index) {
    return work_
        .counts[Count::dispositions][(country(id) * kind_count + kind) * disposition_count + index];
  }
  std::int64_t& of_status_move(PersonId id, std::size_t from, std::size_t move) {
    return work_
        .counts[Count::status_moves][(country(id) * status_count + from) * move_count + move];
  }

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
  std::uint32_t month_;
  std::span<Shard> shards_;
  std::span<Decisions> decisions_;
  std::size_t first_ = 0, end_ = 0; // departments worked on
  Work& work_;
  EventSink* sink_;
  bool expect_; // whether expectations are wanted
};

} // namespace cauce::people
