// A Flee case in motion: persons at places and on links, one day at a time.
//
// The rules are those of Flee's program (github.com/djgroen/flee, version 3; docs/flee.md lists
// them): each day some set out from each place with its move chance, choose a route by its weights
// and travel; who arrives with a part of the day left decides again. As in Flee, persons act in the
// order in which they were born into the simulation, so that the last free places of a camp go to
// the same ones.
//
// What makes it fast: at a place, who sets out is a binomial number of its residents, drawn without
// asking each of them (the law is that of one draw per person); route weights are computed once per
// place and day, and again only when the free capacity of an end they lead to has changed.
#pragma once

#include "cauce/base/distributions.hpp"
#include "cauce/base/random.hpp"
#include "cauce/flee/input.hpp"
#include "cauce/flee/refugee_data.hpp"
#include "cauce/flee/settings.hpp"
#include "cauce/people/journeys/choice.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace cauce::flee {

class Simulation {
 public:
  using NodeId = people::journeys::NodeId;
  using LinkId = people::journeys::LinkId;

  /// `input`, `settings` and `data` must outlive the simulation. Camps are filled with their counts
  /// of day 0.
  Simulation(const Input& input, const Settings& settings, const RefugeeData& data,
             random::Key key);

  /// One day: conflicts, who is displaced, closures, who moves. Throws Error W140, W141 or W142.
  void step();

  /// Days done so far.
  int day() const { return day_; }
  /// Places that are camps at the start, in the order of locations.csv.
  std::span<const NodeId> camps() const { return camps_; }
  std::int64_t persons(NodeId place) const { return places_[place].persons; }
  std::int64_t total_persons() const { return static_cast<std::int64_t>(people_.size()); }
  std::int64_t persons_travelling() const { return static_cast<std::int64_t>(in_transit_.size()); }
  std::int64_t internally_displaced() const; ///< in camps for them
  /// The sum of all daily differences of the counts so far, and what of negative ones is still to
  /// be made up for by later displaced.
  std::int64_t raw_count() const { return raw_count_; }
  std::int64_t debt() const { return debt_; }
  /// Of the camp's count on day 0, what the comparison leaves out (empty_camps_on_day0).
  std::int64_t left_out(std::size_t series) const { return left_out_[series]; }
  bool open(LinkId link) const { return access_.open(link); }
  /// Persons who set out, and links that were travelled to their end, over all days.
  std::uint64_t moves() const { return moves_; }

 private:
  struct Place {
    double move_chance = 1.0;
    double capacity = -1.0;
    double throttled_from = 0.0; ///< persons above which less than all is free; 0: no limit
    std::int64_t population = 0;
    double conflict = -1.0;
    int conflict_since = -1;
    bool camp = false, idp_camp = false, town = false, foreign = false;
    std::int64_t persons = 0;
    double score = 1.0;
  };

  /// 16 bytes: a day's movement is bound by the memory that it touches.
  struct Person {
    std::uint32_t place = 0; ///< node, or link while travelling; the two highest bits are marks
    people::journeys::PathId route = people::journeys::none; ///< still to go
    double on_link_km = 0.0;
  };
  static constexpr std::uint32_t has_moved = 1U << 31;  ///< came to the end of a link before
  static constexpr std::uint32_t is_cut_off = 1U << 30; ///< the link closed with the person on it
  static constexpr std::uint32_t place_bits = is_cut_off - 1;

  /// How far a person went lately (avoid_short_stints).
  struct Recent {
    float days_of_travel = 0.0F; ///< 0 to 1
    std::int32_t day = -1;       ///< when that was; it halves every day since
  };

  /// What a link costs, in one place.
  struct Way {
    double length_km;
    double speed;            ///< km a day
    double walk_probability; ///< that a day on it is walked
    NodeId from, to;
  };

  /// A route as the person who takes it needs it.
  struct Option {
    LinkId first; ///< the link to begin with
    NodeId end;
    people::journeys::PathId rest; ///< what is to go after the first link
  };

  /// The choices from a place, as they were when last computed.
  struct Choices {
    std::uint64_t network_version = ~std::uint64_t{0};
    std::uint64_t score_version = 0;
    std::uint64_t free_version = 0;
    people::journeys::RouteSet routes;
    std::vector<Option> options;      ///< by route
    std::vector<NodeId> limited;      ///< ends with a capacity
    std::vector<double> limited_free; ///< their free capacity when computed
    std::vector<double> nearness;     ///< by route: factor for staying close to home
    std::vector<double> score, base, probability;
    std::vector<random::Threshold> thresholds;
  };

  /// Who sets out today, with the random words of this person and day.
  struct Leaver {
    std::uint32_t id;
    random::Block luck;
  };

  void set_kind(Place& place, people::journeys::NodeKind kind, bool idp_camp);
  void update_conflicts();
  void set_conflict(NodeId id, double intensity);
  double decay(const Place& place) const;
  void update_spawn_weights();
  void spawn();
  void spawn_by_conflict();
  void add_person(NodeId place, bool from_population);
  void update_closures();
  void enact(const Closure& closure, bool opens);
  void cut_off_travellers();
  void update_scores();

  void set_out();
  void draw_leavers();
  void travel();
  void travel_one(std::uint32_t id, const random::Block& luck);
  bool is_short_stint(std::uint32_t id, double today_km) const;
  void remember_stint(std::uint32_t id, double today_km);
  double recent_days_of_travel(std::uint32_t id) const;
  double move_chance(const Place& place) const;
  random::Block luck_of(std::uint32_t person, std::uint32_t block) const;
  /// The link to take next from `place` on `route`, which shrinks by it; a new route is drawn by
  /// `word` when there is none. `none` when the way is closed or full.
  LinkId next_link(people::journeys::PathId& route, NodeId place, std::uint32_t word);
  LinkId first_link(NodeId place, NodeId next) const;
  void change_persons(NodeId id, std::int64_t by);
  void renew_free(NodeId id);
  const Choices& choices(NodeId place);
  void renew_routes(NodeId place, Choices& known) const;

  const Input& input_;
  const Settings& settings_;
  const RefugeeData& data_;
  random::Key key_;
  int day_ = 0;

  std::vector<Place> places_;
  std::vector<std::uint8_t> markers_;
  std::vector<Way> ways_;    ///< by link
  std::vector<double> free_; ///< by node: what of its capacity is free, as a factor
  std::vector<NodeId> camps_;
  people::journeys::Access access_;
  std::uint64_t marker_version_ = 0;
  std::uint64_t score_version_ = 1; ///< rises when the score of a place changes
  std::uint64_t free_version_ = 1;
  people::journeys::PathTable paths_;
  std::vector<Choices> choices_;

  std::vector<Person> people_;
  std::vector<Recent> recent_; ///< by person; empty without avoid_short_stints
  std::vector<std::vector<std::uint32_t>> residents_; ///< ids, in no order
  std::vector<std::uint32_t> in_transit_;             ///< ids on links, in order
  std::vector<std::uint32_t> transit_before_;         ///< scratch of a day
  std::vector<std::uint64_t> leaving_;                ///< scratch: one bit a person
  std::vector<std::uint64_t> leaver_entities_;        ///< scratch: for random words
  std::array<std::vector<std::uint32_t>, 4> leaver_words_;
  std::vector<Leaver> departed_; ///< scratch: in order

  std::vector<double> spawn_weights_; ///< cumulative, by node
  std::int64_t raw_count_ = 0;
  std::int64_t debt_ = 0;
  std::vector<std::int64_t> left_out_;
  std::uint64_t moves_ = 0;
};

} // namespace cauce::flee
