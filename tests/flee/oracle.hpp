// The slow, obvious way: every person is asked every day, one uniform for each question, in the
// order of Flee's own loops. Shares nothing with the fast simulation but the case that was read;
// routes are found by plain recursion. Covers what random small cases of the tests use.
#pragma once

#include "cauce/base/random.hpp"
#include "cauce/flee/run.hpp"

#include <cmath>
#include <random>
#include <vector>

namespace cauce::flee {

class Oracle {
 public:
  Oracle(const Case& c, unsigned seed) : c_(c), luck_(seed) {
    const auto& network = c.input.network;
    for (std::uint32_t id = 0; id < network.node_count(); ++id) {
      Place place;
      place.camp = c.input.locations[id].camp;
      place.conflict = c.input.locations[id].conflict;
      place.capacity = c.input.locations[id].capacity;
      place.chance = place.camp           ? c.settings.camp_move_chance
                     : place.conflict > 0 ? c.settings.conflict_move_chance
                                          : c.settings.default_move_chance;
      places_.push_back(place);
    }
    open_.assign(network.link_count(), true);
  }

  /// One day of conflict-driven displacement, closures of countries, and movement.
  void step() {
    const auto& network = c_.input.network;
    for (std::uint32_t id = 0; id < places_.size(); ++id) {
      if (!(places_[id].conflict > 0))
        continue;
      const int count =
          static_cast<int>(c_.settings.displaced_per_conflict_day * places_[id].conflict);
      for (int i = 0; i < count; ++i) {
        people_.push_back({id, false, 0.0, {}, false});
        ++places_[id].persons;
      }
    }
    for (const Closure& closure : c_.input.closures) {
      for (std::uint32_t link = 0; link < network.link_count(); ++link) {
        const auto& from = network.node(network.link(link).from).country;
        const auto& to = network.node(network.link(link).to).country;
        const bool crosses = (from == closure.country_a && to == closure.country_b) ||
                             (from == closure.country_b && to == closure.country_a);
        if (crosses && day_ == closure.start) {
          open_[link] = false;
          for (Person& person : people_) {
            if (person.travelling && person.place == link)
              person.cut_off = true;
          }
        }
        if (crosses && day_ == closure.end)
          open_[link] = true;
      }
    }
    for (Person& person : people_) {
      if (!person.travelling)
        decide(person);
    }
    for (Person& person : people_) {
      if (person.travelling)
        travel(person);
    }
    ++day_;
  }

  std::int64_t persons(std::uint32_t place) const { return places_[place].persons; }

 private:
  struct Place {
    bool camp = false;
    double conflict = -1, capacity = -1, chance = 1;
    std::int64_t persons = 0;
  };
  struct Person {
    std::uint32_t place;
    bool travelling;
    double on_link;
    std::vector<std::uint32_t> route;
    bool cut_off;
  };
  struct Choice {
    double weight;
    std::vector<std::uint32_t> route;
  };

  double uniform() { return std::uniform_real_distribution<double>(0.0, 1.0)(luck_); }

  double free(std::uint32_t id) const {
    const double cap = places_[id].capacity * c_.settings.capacity_scaling;
    const double buffer = c_.settings.capacity_buffer;
    const auto persons = static_cast<double>(places_[id].persons);
    if (cap < 1 || persons <= buffer * cap)
      return 1;
    return persons >= cap ? 0 : 1 - (persons - buffer * cap) / (cap * (1 - buffer));
  }

  void find(std::uint32_t at, double distance, std::vector<std::uint32_t> way, int step,
            std::vector<Choice>& into) const {
    const auto& network = c_.input.network;
    for (std::uint32_t link = 0; link < network.link_count(); ++link) {
      if (network.link(link).from != at || !open_[link])
        continue;
      const std::uint32_t end = network.link(link).to;
      bool seen = false;
      for (const auto node : way)
        seen = seen || node == end;
      if (seen)
        continue;
      const double far = distance + network.link(link).length_km;
      const double score = places_[end].conflict > 0
                               ? std::pow(c_.settings.conflict_weight, places_[end].conflict)
                           : places_[end].camp ? c_.settings.camp_weight
                                               : 1.0;
      auto next = way;
      next.push_back(end);
      into.push_back({score / (10.0 + far) * free(end), {next.begin() + 1, next.end()}});
      if (step < c_.settings.awareness_level)
        find(end, far, next, step + 1, into);
    }
  }

  void decide(Person& person) {
    if (!(uniform() < places_[person.place].chance))
      return;
    const auto& network = c_.input.network;
    if (person.route.empty()) {
      std::vector<Choice> choices;
      find(person.place, 0.0, {person.place}, 1, choices);
      if (choices.empty())
        return;
      double sum = 0;
      for (const Choice& choice : choices)
        sum += choice.weight;
      double u = uniform() * (sum > 0 ? sum : static_cast<double>(choices.size()));
      std::size_t i = 0;
      for (; i + 1 < choices.size(); ++i) {
        u -= sum > 0 ? choices[i].weight : 1.0;
        if (u < 0)
          break;
      }
      person.route = choices[i].route;
    }
    for (std::uint32_t link = 0; link < network.link_count(); ++link) {
      if (network.link(link).from != person.place || !open_[link])
        continue;
      if (network.link(link).to != person.route.front())
        continue;
      const std::uint32_t end = person.route.back();
      if (places_[end].camp && free(end) < 0.5)
        break;
      --places_[person.place].persons;
      person.place = link;
      person.travelling = true;
      person.cut_off = false;
      person.on_link = 0;
      person.route.erase(person.route.begin());
      return;
    }
    person.route.clear();
  }

  void travel(Person& person) {
    double today = 0;
    while (person.travelling) {
      const auto& link = c_.input.network.link(person.place);
      const double speed = c_.settings.max_move_speed;
      person.on_link += speed;
      today += speed;
      if (!(person.on_link > link.length_km))
        return;
      today += link.length_km - person.on_link;
      person.travelling = false;
      person.place = person.cut_off ? link.from : link.to;
      ++places_[person.place].persons;
      if (person.cut_off || !(today < speed))
        return;
      decide(person);
    }
  }

  const Case& c_;
  std::mt19937_64 luck_;
  int day_ = 0;
  std::vector<Place> places_;
  std::vector<bool> open_;
  std::vector<Person> people_;
};

} // namespace cauce::flee
