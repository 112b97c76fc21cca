// Who is displaced, where, and what changes on the network; movement is in movement.cpp.
#include "cauce/flee/simulation.hpp"

#include "cauce/base/diagnostics.hpp"
#include "cauce/base/distributions.hpp"
#include "cauce/base/math.hpp"
#include "cauce/flee/purposes.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace cauce::flee {

namespace journeys = people::journeys;
using journeys::NodeKind;

namespace {
// Below this chance of moving in a day, Flee takes any place for a camp.
constexpr double camp_below_move_chance = 0.005;
// Intensities below this are peace.
constexpr double peace = 0.000001;
} // namespace

Simulation::Simulation(const Input& input, const Settings& settings, const RefugeeData& data,
                       random::Key key)
    : input_(input), settings_(settings), data_(data), key_(key),
      places_(input.network.node_count()), markers_(places_.size(), 0), free_(places_.size(), 1.0),
      access_(input.network), choices_(places_.size()), residents_(places_.size()),
      spawn_weights_(places_.size(), 0.0), left_out_(data.names().size(), 0) {
  for (NodeId id = 0; id < places_.size(); ++id) {
    Place& place = places_[id];
    const Location& location = input.locations[id];
    set_kind(place, input.network.node(id).kind, location.idp_camp);
    markers_[id] = input.network.node(id).kind == NodeKind::marker ? 1 : 0;
    place.conflict = location.conflict;
    place.population = location.population;
    place.capacity = location.capacity;
    place.foreign = location.foreign;
    if (place.move_chance < camp_below_move_chance && !place.camp) {
      place.camp = true;
      place.town = false;
    }
    if (place.camp)
      camps_.push_back(id);
    renew_free(id);
  }
  for (LinkId id = 0; id < input.network.link_count(); ++id) {
    const journeys::Link& link = input.network.link(id);
    const Route& route = input.routes[id];
    const double speed =
        std::isnan(route.max_move_speed) ? settings.max_move_speed : route.max_move_speed;
    ways_.push_back({link.length_km, speed, route.walk_probability, link.from, link.to});
  }
  for (const NodeId id : camps_) {
    if (settings.empty_camps_on_day_0)
      break;
    const auto series = data.find(input.network.node(id).name);
    std::int64_t count = settings.insert_day_0 && series ? data.count(*series, 0) : 0;
    count += input.locations[id].initial_idps;
    for (std::int64_t i = 0; i < count; ++i)
      add_person(id, false);
  }
}

void Simulation::set_kind(Place& place, NodeKind kind, bool idp_camp) {
  place.camp = kind == NodeKind::camp;
  place.idp_camp = place.camp && idp_camp;
  place.town = kind == NodeKind::town;
  switch (kind) {
  case NodeKind::camp:
    place.move_chance = idp_camp ? settings_.idp_camp_move_chance : settings_.camp_move_chance;
    break;
  case NodeKind::conflict_zone:
    place.move_chance = settings_.conflict_move_chance;
    break;
  case NodeKind::town:
    place.move_chance = settings_.default_move_chance;
    break;
  default:
    place.move_chance = 1.0; // forwarding hubs and markers pass everyone on
  }
}

void Simulation::step() {
  update_conflicts();
  if (settings_.conflict_driven) {
    spawn_by_conflict();
  } else {
    spawn();
  }
  update_spawn_weights();
  update_closures();
  update_spawn_weights();
  update_scores();
  set_out();
  travel();
  ++day_;
}

std::int64_t Simulation::internally_displaced() const {
  std::int64_t sum = 0;
  for (const Place& place : places_)
    sum += place.idp_camp ? place.persons : 0;
  return sum;
}

// Like Flee, only changes between peace and conflict count; a change of intensity does not.
void Simulation::update_conflicts() {
  for (const KindChange& change : input_.changes) {
    if (change.day != day_)
      continue;
    Place& place = places_[change.place];
    set_kind(place, change.kind, change.idp_camp);
    place.conflict =
        change.kind == NodeKind::conflict_zone ? settings_.default_conflict_intensity : -1.0;
    markers_[change.place] = change.kind == NodeKind::marker ? 1 : 0;
    ++marker_version_;
  }
  for (std::size_t i = 0; i < input_.conflict_places.size(); ++i) {
    const auto today = static_cast<std::size_t>(day_);
    const double now = input_.conflict[i][today];
    const bool was = day_ > 0 && input_.conflict[i][today - 1] >= peace;
    if ((now > peace && !was) || (now < peace && was))
      set_conflict(input_.conflict_places[i], now);
  }
}

void Simulation::set_conflict(NodeId id, double intensity) {
  Place& place = places_[id];
  if (intensity < peace) {
    place.move_chance = settings_.default_move_chance;
    place.conflict = -1.0;
    place.town = true;
  } else {
    place.move_chance = settings_.conflict_move_chance;
    place.conflict = intensity;
    place.town = false;
    place.conflict_since = day_;
  }
  update_spawn_weights();
}

double Simulation::decay(const Place& place) const {
  const auto& factors = settings_.conflict_decay;
  if (factors.empty())
    return 1.0;
  const auto age = static_cast<std::size_t>(std::max(0, day_ - place.conflict_since));
  const std::size_t index = age / static_cast<std::size_t>(settings_.conflict_decay_interval);
  return factors[std::min(index, factors.size() - 1)];
}

// Flee renews the weights when a conflict changes and after the day's displaced were placed: the
// weights of a day are those of the last renewal, usually of the day before.
void Simulation::update_spawn_weights() {
  double sum = 0.0;
  for (NodeId id = 0; id < places_.size(); ++id) {
    const Place& place = places_[id];
    if (place.conflict > 0.0 && !settings_.conflict_driven) {
      const double strength =
          settings_.conflict_decay.empty() ? place.conflict : place.conflict * decay(place);
      sum += static_cast<double>(place.population) * strength;
    }
    spawn_weights_[id] = sum;
  }
}

void Simulation::add_person(NodeId id, bool from_population) {
  Place& place = places_[id];
  if (from_population && settings_.take_from_population && place.conflict > 0.0) {
    if (place.population <= 0) {
      throw Error("W141", {},
                  fmt::format("day {}: more people leave '{}' than live there", day_,
                              input_.network.node(id).name),
                  "check its population in locations.csv");
    }
    --place.population;
  }
  residents_[id].push_back(static_cast<std::uint32_t>(people_.size()));
  people_.push_back({id});
  if (settings_.avoid_short_stints)
    recent_.emplace_back();
  change_persons(id, 1);
}

// The displaced of the day are what the counts rise by; falls are a debt that later rises pay.
void Simulation::spawn() {
  std::int64_t difference = data_.daily_difference(day_, settings_.sum_from_camps);
  if (day_ == 0) {
    if (settings_.empty_camps_on_day_0) {
      difference = 0;
      for (std::size_t i = 0; i < left_out_.size(); ++i)
        left_out_[i] = data_.count(i, 0);
    }
    if (settings_.insert_day_0) {
      // Capacities in locations.csv hold those who are there already; Flee counts them apart.
      for (NodeId id = 0; id < places_.size(); ++id) {
        Place& place = places_[id];
        const auto series = data_.find(input_.network.node(id).name);
        if (place.capacity > 0.0 && series) {
          place.capacity -= static_cast<double>(data_.count(*series, 0));
          renew_free(id);
        }
      }
    }
  }
  std::int64_t count = difference - debt_;
  raw_count_ += difference;
  if (day_ == 0 && settings_.insert_day_0)
    count = 0;
  if (count < 0) {
    debt_ = -count;
    return;
  }
  debt_ = 0;
  if (count == 0)
    return;
  const double weight = spawn_weights_.back();
  if (!(weight > 0.0)) {
    throw Error(
        "W140", {},
        fmt::format("day {}: {} people are displaced, and no conflict zone has a population", day_,
                    count),
        "see conflict_date in locations.csv, and conflicts.csv");
  }
  random::Stream luck(key_, static_cast<std::uint64_t>(day_), purpose_spawn);
  for (std::int64_t i = 0; i < count; ++i) {
    const double u = luck.uniform() * weight;
    const auto found = std::upper_bound(spawn_weights_.begin(), spawn_weights_.end(), u);
    add_person(static_cast<NodeId>(std::min<std::ptrdiff_t>(
                   found - spawn_weights_.begin(),
                   static_cast<std::ptrdiff_t>(spawn_weights_.size()) - 1)),
               true);
  }
}

void Simulation::spawn_by_conflict() {
  for (NodeId id = 0; id < places_.size(); ++id) {
    const Place& place = places_[id];
    if (!(place.conflict > 0.0))
      continue;
    const double rate = settings_.displaced_per_conflict_day;
    std::int64_t count = 0;
    switch (settings_.spawn_mode) {
    case SpawnMode::constant:
      count = static_cast<std::int64_t>(rate * place.conflict);
      break;
    case SpawnMode::population_share:
      count =
          static_cast<std::int64_t>(rate * static_cast<double>(place.population) * place.conflict);
      break;
    case SpawnMode::poisson:
      count = static_cast<std::int64_t>(random::poisson(
          rate * place.conflict,
          random::uniform(key_, id, static_cast<std::uint32_t>(day_), purpose_poisson)));
    }
    for (std::int64_t i = 0; i < count; ++i)
      add_person(id, true);
  }
}

void Simulation::update_closures() {
  for (const Closure& closure : input_.closures) {
    if (day_ == closure.start) {
      enact(closure, false);
      cut_off_travellers();
    }
    if (day_ == closure.end)
      enact(closure, true);
  }
}

void Simulation::enact(const Closure& closure, bool opens) {
  switch (closure.kind) {
  case ClosureKind::country:
    opens ? access_.reopen_border(closure.country_a, closure.country_b)
          : access_.close_border(closure.country_a, closure.country_b);
    break;
  case ClosureKind::location:
    opens ? access_.reopen_node(closure.a) : access_.close_node(closure.a);
    break;
  case ClosureKind::link:
    opens ? access_.reopen_between(closure.a, closure.b)
          : access_.close_between(closure.a, closure.b);
    opens ? access_.reopen_between(closure.b, closure.a)
          : access_.close_between(closure.b, closure.a);
    break;
  case ClosureKind::camp:
  case ClosureKind::idp_camp: {
    Place& place = places_[closure.a];
    set_kind(place, opens ? NodeKind::camp : NodeKind::town,
             opens && closure.kind == ClosureKind::idp_camp);
    place.conflict = -1.0;
    break;
  }
  case ClosureKind::redirection:
    for (const LinkId link : input_.network.out_links(closure.a)) {
      if (input_.network.link(link).to == closure.b)
        access_.redirect(link, opens);
    }
  }
}

void Simulation::cut_off_travellers() {
  for (const std::uint32_t id : in_transit_) {
    Person& person = people_[id];
    if (!access_.open(person.place & place_bits))
      person.place |= is_cut_off;
  }
}

void Simulation::update_scores() {
  bool changed = settings_.population_weight; // populations and camps may have changed
  for (Place& place : places_) {
    double score = 1.0;
    if (place.foreign)
      score *= settings_.foreign_weight;
    if (place.camp || place.idp_camp)
      score *= settings_.camp_weight;
    if (place.conflict > 0.0)
      score *= math::pow(settings_.conflict_weight, decay(place) * place.conflict);
    changed = changed || score != place.score;
    place.score = score;
  }
  if (changed)
    ++score_version_;
}

} // namespace cauce::flee
