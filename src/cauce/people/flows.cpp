#include "cauce/people/flows.hpp"

#include <algorithm>
#include <array>

namespace cauce::people {

namespace {
// The stage that an event leads to; none when the party stays where it is.
std::optional<Stage> stage_after(const Event& event) {
  switch (event.kind) {
  case EventKind::departure:
    return Stage::road;
  case EventKind::border_arrival:
    return Stage::border;
  case EventKind::undetected:
    return Stage::undocumented;
  case EventKind::mexico_outcome:
    if (event.what == static_cast<std::uint16_t>(MexicoOutcome::asylum))
      return Stage::mexico_asylum;
    return {};
  case EventKind::road_event:
    if (event.what == static_cast<std::uint16_t>(RoadEvent::settle))
      return Stage::mexico_settled;
    return {};
  case EventKind::disposition:
    switch (static_cast<Disposition>(event.what)) {
    case Disposition::repatriated:
      return Stage::custody;
    case Disposition::detained:
      return Stage::detained;
    case Disposition::released:
      return Stage::pending;
    case Disposition::hhs:
      return Stage::hhs;
    case Disposition::mpp:
      return Stage::mpp;
    case Disposition::expelled: // to the border again or home, as the next event says
    case Disposition::agreement:
      return {};
    }
    return {};
  case EventKind::status_move:
    if (event.what < status_count)
      return static_cast<Stage>(static_cast<std::size_t>(Stage::custody) + event.what);
    return event.what == static_cast<std::uint16_t>(Move::onward) ? std::optional(Stage::border)
                                                                  : std::nullopt;
  case EventKind::came_home:
    return Stage::returned;
  case EventKind::reintegration:
    return Stage::home;
  case EventKind::took_link:
  case EventKind::freed:
  case EventKind::crossing_death:
  case EventKind::port_encounter:
  case EventKind::apprehension:
  case EventKind::retry:
  case EventKind::death_at_home:
  case EventKind::parted:
    break;
  }
  return {};
}

// The family from which a child was parted (PersonId::child_parted backwards).
PersonId family_of(PersonId child) {
  const std::uint32_t ordinal =
      (child.ordinal() & ~static_cast<std::uint32_t>(PersonId::parted_mark)) >> 3;
  return PersonId::of(child.department(), child.stratum(), Kind::family, child.left_as(),
                      child.step(), ordinal);
}

// How many of the party die in the event.
std::int64_t deaths_in(const Event& event) {
  if (event.kind == EventKind::crossing_death)
    return event.what;
  const bool one = event.kind == EventKind::death_at_home ||
                   (event.kind == EventKind::road_event &&
                    event.what == static_cast<std::uint16_t>(RoadEvent::death)) ||
                   (event.kind == EventKind::status_move &&
                    event.what == static_cast<std::uint16_t>(Move::death));
  return one ? 1 : 0;
}
} // namespace

std::string_view stage_name(Stage stage) {
  static constexpr std::array<std::string_view, stage_count> names = {
      "home",    "road",          "border",         "custody",  "detained", "hhs",
      "pending", "ordered",       "undocumented",   "tps",      "daca",     "lawful",
      "mpp",     "mexico_asylum", "mexico_settled", "returned", "died"};
  return names[static_cast<std::size_t>(stage)];
}

bool FlowCounter::asked_for(const Event& event) const {
  if (cohort_.kind && event.id.kind() != *cohort_.kind)
    return false;
  const auto& places = cohort_.departments;
  return places.empty() ||
         std::find(places.begin(), places.end(), event.id.department()) != places.end();
}

void FlowCounter::go(Place& place, Stage to, std::int64_t persons) {
  flows_[{place.stage, to}] += persons;
  if (to == Stage::died)
    place.persons = static_cast<std::uint8_t>(place.persons - persons);
  else
    place.stage = to;
}

void FlowCounter::record(const Event& event) {
  if (event.kind == EventKind::parted) {
    const auto family = places_.find(family_of(event.id).bits);
    if (family == places_.end())
      return;
    --family->second.persons;
    const Place child{family->second.stage, 1};
    places_.emplace(event.id.bits, child);
    return;
  }
  auto found = places_.find(event.id.bits);
  if (found == places_.end()) {
    const bool begins = event.kind == EventKind::departure && event.step >= cohort_.from_step &&
                        event.step < cohort_.until_step && asked_for(event);
    if (!begins)
      return;
    found = places_.emplace(event.id.bits, Place{Stage::home, event.persons}).first;
  }
  Place& place = found->second;
  if (const std::int64_t deaths = deaths_in(event); deaths > 0) {
    dead_[place.stage] += deaths;
    go(place, Stage::died, deaths);
    return;
  }
  const auto to = stage_after(event);
  if (to && *to != place.stage)
    go(place, *to, place.persons);
}

std::vector<Flow> FlowCounter::flows() const {
  std::vector<Flow> flows;
  for (const auto& [ends, persons] : flows_)
    flows.push_back({ends.first, ends.second, persons});
  return flows;
}

std::int64_t FlowCounter::at(Stage stage) const {
  std::int64_t persons = 0;
  if (stage == Stage::died) {
    for (const auto& [where, dead] : dead_)
      persons += dead;
    return persons;
  }
  for (const auto& [id, place] : places_)
    persons += place.stage == stage ? place.persons : 0;
  return persons;
}

std::optional<Coordinates> coordinates(const Event& event, const Setup& setup) {
  const auto of_node = [&](journeys::NodeId node) {
    const journeys::Node& at = setup.network.node(node);
    return Coordinates{at.latitude, at.longitude};
  };
  const auto of_link = [&](std::uint32_t id) {
    const journeys::Link& link = setup.network.link(id);
    const Coordinates from = of_node(link.from), to = of_node(link.to);
    return Coordinates{(from.latitude + to.latitude) / 2, (from.longitude + to.longitude) / 2};
  };
  const auto of_sector = [&](std::uint32_t sector) -> std::optional<Coordinates> {
    const std::string& name =
        setup.axes.elements[static_cast<std::size_t>(Axis::sector)].at(sector);
    for (journeys::NodeId node = 0; node < setup.network.node_count(); ++node) {
      const journeys::Node& at = setup.network.node(node);
      if (at.kind == journeys::NodeKind::sector && at.sector == name)
        return of_node(node);
    }
    return {};
  };
  switch (event.kind) {
  case EventKind::departure:
    return of_node(event.place);
  case EventKind::took_link:
  case EventKind::road_event:
  case EventKind::mexico_outcome:
  case EventKind::freed:
    return of_link(event.place);
  case EventKind::parted:
    return event.what != 0 ? std::optional(of_link(event.place)) : of_sector(event.place);
  case EventKind::border_arrival:
  case EventKind::crossing_death:
  case EventKind::port_encounter:
  case EventKind::apprehension:
  case EventKind::undetected:
  case EventKind::disposition:
    return of_sector(event.place);
  case EventKind::status_move:
    return {};
  case EventKind::came_home:
  case EventKind::retry:
  case EventKind::reintegration:
  case EventKind::death_at_home: {
    if (event.place < setup.origin_nodes.size())
      return of_node(setup.origin_nodes[event.place]);
    const journeys::NodeId node = setup.network.find(
        setup.axes.elements[static_cast<std::size_t>(Axis::department)].at(event.place));
    return node == journeys::none ? std::nullopt : std::optional(of_node(node));
  }
  }
  return {};
}

} // namespace cauce::people
