// A day's movement: who sets out, which route, how far.
#include "cauce/flee/simulation.hpp"

#include "cauce/base/diagnostics.hpp"
#include "cauce/base/distributions.hpp"
#include "cauce/base/math.hpp"
#include "cauce/flee/purposes.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <fmt/format.h>

namespace cauce::flee {

namespace journeys = people::journeys;

namespace {
// Persons are scattered in memory: so many are asked for before they are needed.
constexpr std::size_t read_ahead = 16;
// Flee ends with a recursion error when someone passes about so many places in a day.
constexpr std::uint32_t most_links_a_day = 500;
// A camp turns people away when less than this is free.
constexpr double least_free_to_enter = 0.5;

std::uint64_t person_and_day(std::uint32_t person, int day) {
  return std::uint64_t{static_cast<std::uint32_t>(day)} << 32 | person;
}

// Great-circle distance. Flee takes the first coordinate for the longitude and the second for the
// latitude, while its files give latitude first; kept, since its figures are made so.
double distance_km(const journeys::Node& a, const journeys::Node& b) {
  constexpr double radius_km = 6371.0, radian = 3.141592653589793 / 180.0;
  const double latitude_a = a.longitude * radian, latitude_b = b.longitude * radian;
  const double across = (b.latitude - a.latitude) * radian, along = latitude_b - latitude_a;
  const double h = std::pow(std::sin(along / 2), 2) +
                   std::cos(latitude_a) * std::cos(latitude_b) * std::pow(std::sin(across / 2), 2);
  return radius_km * 2 * std::atan2(std::sqrt(h), std::sqrt(1 - h));
}
} // namespace

// Only camps (and what became one) have a capacity; a change near it alters the weights.
void Simulation::renew_free(NodeId id) {
  Place& place = places_[id];
  const double capacity = place.capacity * settings_.capacity_scaling;
  place.throttled_from = capacity < 1.0 ? 0.0 : std::max(1.0, settings_.capacity_buffer * capacity);
  const double free = journeys::free_capacity(static_cast<double>(place.persons), capacity,
                                              settings_.capacity_buffer);
  if (free == free_[id])
    return;
  free_[id] = free;
  ++free_version_;
}

void Simulation::change_persons(NodeId id, std::int64_t by) {
  Place& place = places_[id];
  place.persons += by;
  if (place.throttled_from == 0.0)
    return;
  if (static_cast<double>(place.persons) < place.throttled_from && free_[id] == 1.0)
    return;
  renew_free(id);
}

double Simulation::move_chance(const Place& place) const {
  if (settings_.move_chance_population_power == 0.0)
    return place.move_chance;
  const double size = std::max(static_cast<double>(place.population), place.capacity);
  return place.move_chance * math::pow(std::max(0.0, size) / settings_.move_chance_population_base,
                                       settings_.move_chance_population_power);
}

// A person's luck of a day, in blocks of four words: block 0 holds the route chosen on setting out
// (word 1), whether the first link is walked (2), and for the first stop the chance to go on (0)
// and the route (3); block k the same for link k + 1 and the stop at its end.
random::Block Simulation::luck_of(std::uint32_t person, std::uint32_t block) const {
  return random::philox(key_,
                        random::Counter::of(person_and_day(person, day_), block, purpose_move));
}

// The first open link in the order of routes.csv, as in Flee.
Simulation::LinkId Simulation::first_link(NodeId place, NodeId next) const {
  for (const LinkId link : input_.network.out_links(place)) {
    if (ways_[link].to == next && access_.open(link))
      return link;
  }
  return journeys::none;
}

void Simulation::renew_routes(NodeId id, Choices& known) const {
  known.limited.clear();
  known.options.clear();
  known.nearness.clear();
  for (std::size_t i = 0; i < known.routes.size(); ++i) {
    const NodeId end = known.routes.end[i];
    const journeys::PathId path = known.routes.path[i];
    known.options.push_back({first_link(id, paths_.head(path)), end, paths_.tail(path)});
    if (places_[end].throttled_from > 0.0)
      known.limited.push_back(end);
    if (settings_.stay_close_to_home) {
      const double far = distance_km(input_.network.node(id), input_.network.node(end));
      known.nearness.push_back(1.0 / math::pow(std::max(1.0, far), settings_.home_distance_power));
    } else {
      known.nearness.push_back(1.0);
    }
  }
  std::sort(known.limited.begin(), known.limited.end());
  known.limited.erase(std::unique(known.limited.begin(), known.limited.end()), known.limited.end());
  known.limited_free.assign(known.limited.size(), 1.0);
}

const Simulation::Choices& Simulation::choices(NodeId id) {
  Choices& known = choices_[id];
  const std::uint64_t version = access_.version() + marker_version_;
  bool changed = known.score_version != score_version_ || known.network_version != version;
  if (!changed && known.free_version == free_version_)
    return known;
  if (known.network_version != version) {
    known.network_version = version;
    known.routes = journeys::routes_from(input_.network, access_.open(), markers_, id,
                                         settings_.awareness_level, paths_);
    renew_routes(id, known);
  }
  if (changed) {
    known.score_version = score_version_;
    known.score.resize(known.routes.size());
    for (std::size_t i = 0; i < known.score.size(); ++i) {
      const Place& end = places_[known.routes.end[i]];
      known.score[i] = end.score * known.nearness[i];
      if (settings_.population_weight && !end.camp) {
        const double people = std::min(1.0, static_cast<double>(end.population));
        known.score[i] *= math::pow(people, settings_.population_weight_power);
      }
    }
    journeys::base_weights(known.routes, settings_.route_weights, known.score, known.base);
  }
  known.free_version = free_version_;
  for (std::size_t i = 0; i < known.limited.size(); ++i) {
    const double free = free_[known.limited[i]];
    changed = changed || free != known.limited_free[i];
    known.limited_free[i] = free;
  }
  if (!changed || known.routes.size() == 0)
    return known;
  if (settings_.awareness_level == 0) { // any link is as good as any other
    known.probability.assign(known.routes.size(), 1.0);
  } else {
    journeys::route_probabilities(known.routes, settings_.route_weights, known.base, free_,
                                  known.probability);
  }
  known.thresholds.resize(known.routes.size());
  random::cumulative_thresholds(known.probability, known.thresholds);
  return known;
}

Simulation::LinkId Simulation::next_link(journeys::PathId& route, NodeId place,
                                         std::uint32_t word) {
  Option option{};
  if (route == journeys::none) {
    if (settings_.follow_redirections) {
      for (const LinkId way : input_.network.out_links(place)) {
        if (access_.open(way) && access_.redirects(way) && free_[ways_[way].to] > 0.0)
          return way;
      }
    }
    const Choices& known = choices(place);
    if (known.options.empty())
      return journeys::none;
    const std::size_t index = random::pick_sorted(known.thresholds, word);
    option = known.options[std::min(index, known.options.size() - 1)];
  } else {
    option = {first_link(place, paths_.head(route)), paths_.end(route), paths_.tail(route)};
  }
  if (option.first == journeys::none ||
      (places_[option.end].camp && free_[option.end] < least_free_to_enter)) {
    route = journeys::none; // the way is closed or its end is full: think again another day
    return journeys::none;
  }
  route = option.rest;
  return option.first;
}

// Marks who sets out today, place by place, and draws their luck in the order of their numbers.
void Simulation::draw_leavers() {
  leaving_.assign(people_.size() / 64 + 1, 0);
  std::size_t count = 0;
  const auto mark = [&](std::uint32_t id) { leaving_[id / 64] |= std::uint64_t{1} << (id % 64); };
  for (NodeId id = 0; id < places_.size(); ++id) {
    auto& here = residents_[id];
    const double chance = move_chance(places_[id]);
    if (here.empty() || !(chance > 0.0))
      continue;
    if (chance >= 1.0) {
      for (const std::uint32_t person : here)
        mark(person);
      count += here.size();
      here.clear();
      continue;
    }
    random::Stream luck(key_, person_and_day(id, day_), purpose_leavers);
    const std::uint64_t leavers = random::binomial(here.size(), chance, luck.uniform());
    for (std::uint64_t i = 0; i < leavers; ++i) {
      const auto index = random::below(static_cast<std::uint32_t>(here.size()), luck.word());
      mark(here[index]);
      here[index] = here.back();
      here.pop_back();
    }
    count += leavers;
  }
  leaver_entities_.clear();
  leaver_entities_.reserve(count);
  for (std::size_t i = 0; i < leaving_.size(); ++i) {
    for (std::uint64_t bits = leaving_[i]; bits != 0; bits &= bits - 1) {
      const auto bit = static_cast<std::uint32_t>(std::countr_zero(bits));
      leaver_entities_.push_back(person_and_day(static_cast<std::uint32_t>(i) * 64 + bit, day_));
    }
  }
  for (auto& words : leaver_words_)
    words.resize(count);
  auto& [w0, w1, w2, w3] = leaver_words_;
  random::philox_batch(key_, leaver_entities_, 0, purpose_move, {w0, w1, w2, w3});
}

void Simulation::set_out() {
  draw_leavers();
  departed_.clear();
  const std::size_t count = leaver_entities_.size();
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t soon = std::min(i + read_ahead, count - 1);
    __builtin_prefetch(&people_[static_cast<std::uint32_t>(leaver_entities_[soon])]);
    const auto id = static_cast<std::uint32_t>(leaver_entities_[i]);
    Person& person = people_[id];
    const NodeId place = person.place & place_bits;
    const LinkId link = next_link(person.route, place, leaver_words_[1][i]);
    if (link == journeys::none) {
      residents_[place].push_back(id);
      continue;
    }
    change_persons(place, -1);
    person.place = link | (person.place & has_moved);
    person.on_link_km = 0.0;
    departed_.push_back(
        {id, {leaver_words_[0][i], leaver_words_[1][i], leaver_words_[2][i], leaver_words_[3][i]}});
  }
  moves_ += departed_.size();
}

// Those on links before and those who set out today, together in the order of their numbers.
void Simulation::travel() {
  transit_before_.swap(in_transit_);
  in_transit_.clear();
  auto before = transit_before_.begin();
  for (std::size_t i = 0; i < departed_.size(); ++i) {
    const Leaver& leaver = departed_[i];
    __builtin_prefetch(&people_[departed_[std::min(i + read_ahead, departed_.size() - 1)].id]);
    for (; before != transit_before_.end() && *before < leaver.id; ++before) {
      travel_one(*before, luck_of(*before, 0));
    }
    travel_one(leaver.id, leaver.luck);
  }
  for (; before != transit_before_.end(); ++before)
    travel_one(*before, luck_of(*before, 0));
}

double Simulation::recent_days_of_travel(std::uint32_t id) const {
  return std::ldexp(static_cast<double>(recent_[id].days_of_travel), recent_[id].day + 1 - day_);
}

// Whether less than half a day's way was made in the last two days: then towns are passed by.
bool Simulation::is_short_stint(std::uint32_t id, double today_km) const {
  return (recent_days_of_travel(id) + today_km / settings_.max_move_speed) / 2.0 < 0.5;
}

void Simulation::remember_stint(std::uint32_t id, double today_km) {
  const double days = (recent_days_of_travel(id) + today_km / settings_.max_move_speed) / 2.0;
  recent_[id] = {static_cast<float>(days), day_};
}

void Simulation::travel_one(std::uint32_t id, const random::Block& first_luck) {
  Person& person = people_[id];
  LinkId link = person.place & place_bits;
  bool turns_back = (person.place & is_cut_off) != 0;
  std::uint32_t moved = person.place & has_moved;
  journeys::PathId route = person.route;
  double on_link_km = person.on_link_km, today_km = 0.0;
  random::Block luck = first_luck;
  for (std::uint32_t links = 1;; ++links) {
    const Way& way = ways_[link];
    const bool walks =
        (settings_.start_on_foot && moved == 0) ||
        (way.walk_probability > 0.0 && random::uniform32(luck[2]) < way.walk_probability);
    const double speed = walks ? settings_.max_walk_speed : way.speed;
    on_link_km += speed;
    today_km += speed;
    if (!(on_link_km > way.length_km)) {
      person = {link | moved | (turns_back ? is_cut_off : 0), route, on_link_km};
      in_transit_.push_back(id);
      break;
    }
    today_km += way.length_km - on_link_km;
    moved = has_moved;
    const NodeId place = turns_back ? way.from : way.to;
    change_persons(place, 1);
    LinkId next = journeys::none;
    if (!turns_back && today_km < speed) {
      const bool passes_by =
          settings_.avoid_short_stints && places_[place].town && is_short_stint(id, today_km);
      const double chance = passes_by ? 1.0 : move_chance(places_[place]);
      if (random::uniform32(luck[0]) < chance)
        next = next_link(route, place, luck[3]);
    }
    if (next == journeys::none) {
      person = {place | moved, route, 0.0};
      residents_[place].push_back(id);
      break;
    }
    if (links >= most_links_a_day) {
      throw Error("W142", {},
                  fmt::format("day {}: a person near '{}' passes more than {} places in a day",
                              day_, input_.network.node(place).name, most_links_a_day),
                  "check max_move_speed and the distances in routes.csv");
    }
    change_persons(place, -1);
    ++moves_;
    link = next;
    turns_back = false;
    on_link_km = 0.0;
    luck = luck_of(id, links);
  }
  if (settings_.avoid_short_stints)
    remember_stint(id, today_km);
}

} // namespace cauce::flee
