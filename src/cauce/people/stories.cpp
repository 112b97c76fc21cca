#include "cauce/people/stories.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace cauce::people {

namespace {
template <typename Enum> constexpr std::uint16_t number(Enum value) {
  return static_cast<std::uint16_t>(value);
}

struct Words {
  std::string_view english, spanish;
};

Words words_of(const Event& event) {
  switch (event.kind) {
  case EventKind::departure:
    return {"leaves from", "sale de"};
  case EventKind::took_link:
    return {"goes on along", "sigue por"};
  case EventKind::freed:
    return {"is freed on", "queda libre en"};
  case EventKind::crossing_death:
    return {"someone dies crossing at", "alguien muere al cruzar en"};
  case EventKind::port_encounter:
    return {"is let into the port of entry at", "entra al puerto de entrada en"};
  case EventKind::undetected:
    return {"enters undetected at", "entra sin ser detectado en"};
  case EventKind::retry:
    return {"leaves again from", "vuelve a salir de"};
  case EventKind::reintegration:
    return {"settles again in", "se reintegra en"};
  case EventKind::death_at_home:
    return {"someone dies in", "alguien muere en"};
  case EventKind::border_arrival:
    return event.what != 0 ? Words{"reaches the port of entry at", "llega al puerto de entrada en"}
                           : Words{"reaches the border at", "llega a la frontera en"};
  case EventKind::apprehension:
    return event.what != 0
               ? Words{"turns in to the Border Patrol at", "se entrega a la Patrulla Fronteriza en"}
               : Words{"is apprehended at", "es aprehendido en"};
  case EventKind::road_event: {
    static constexpr Words words[] = {
        {"is apprehended by Mexico on", "es aprehendido por México en"},
        {"is robbed on", "sufre un robo en"},
        {"is extorted on", "sufre extorsión en"},
        {"is kidnapped on", "es secuestrado en"},
        {"suffers sexual violence on", "sufre violencia sexual en"},
        {"is injured on", "resulta herido en"},
        {"someone dies on", "alguien muere en"},
        {"gives up on", "desiste en"},
        {"stays in Mexico, on", "se queda en México, en"}};
    return words[event.what];
  }
  case EventKind::mexico_outcome: {
    static constexpr Words words[] = {{"is to be returned, on", "será devuelto, en"},
                                      {"asks for asylum in Mexico, on", "pide asilo en México, en"},
                                      {"is released on", "es liberado en"}};
    return words[event.what];
  }
  case EventKind::disposition: {
    static constexpr Words words[] = {
        {"is held for repatriation at", "queda detenido para su repatriación en"},
        {"is detained with a case, at", "queda detenido con un proceso, en"},
        {"is released with a notice to appear, at", "es liberado con citatorio, en"},
        {"is transferred to HHS, from", "es transferido al HHS, desde"},
        {"is sent to wait in Mexico, from", "es enviado a esperar en México, desde"},
        {"is expelled at", "es expulsado en"},
        {"is sent to an agreement country, from", "es enviado a un país de acuerdo, desde"}};
    return words[event.what];
  }
  case EventKind::status_move: {
    static constexpr Words words[] = {
        {"is held for removal", "queda detenido para su expulsión"},
        {"is detained", "queda detenido"},
        {"comes under the care of HHS", "queda al cuidado del HHS"},
        {"has a case pending", "tiene un proceso pendiente"},
        {"is ordered removed", "recibe orden de expulsión"},
        {"lives without papers", "vive sin documentos"},
        {"has TPS", "tiene TPS"},
        {"has DACA", "tiene DACA"},
        {"has lawful status", "tiene estatus legal"},
        {"waits in Mexico for a hearing", "espera audiencia en México"},
        {"has a claim of asylum in Mexico", "solicita asilo en México"},
        {"settles in Mexico", "se establece en México"},
        {"is removed", "es expulsado"},
        {"is returned by Mexico", "es devuelto por México"},
        {"goes home", "regresa a casa"},
        {"moves on to the border", "sigue hacia la frontera"},
        {"someone dies", "alguien muere"}};
    return words[event.what];
  }
  case EventKind::parted:
    return event.what != 0 ? Words{"is parted from the family on", "es separado de su familia en"}
                           : Words{"is taken from the family at", "es separado de su familia en"};
  case EventKind::came_home:
    if (event.what == number(Move::removed))
      return {"comes home, returned by the US, to", "regresa, devuelto por EE. UU., a"};
    if (event.what == number(Move::mexico_returned))
      return {"comes home, returned by Mexico, to", "regresa, devuelto por México, a"};
    return {"comes home to", "regresa a"};
  }
  return {};
}
} // namespace

std::span<const Fate> all_fates() {
  static const Fate fates[] = {
      {"left", EventKind::departure, {}},
      {"robbed", EventKind::road_event, number(RoadEvent::robbery)},
      {"extorted", EventKind::road_event, number(RoadEvent::extortion)},
      {"kidnapped", EventKind::road_event, number(RoadEvent::kidnapping)},
      {"assaulted", EventKind::road_event, number(RoadEvent::sexual_violence)},
      {"injured", EventKind::road_event, number(RoadEvent::injury)},
      {"died_on_the_road", EventKind::road_event, number(RoadEvent::death)},
      {"died_crossing", EventKind::crossing_death, {}},
      {"gave_up", EventKind::road_event, number(RoadEvent::give_up)},
      {"caught_in_mexico", EventKind::road_event, number(RoadEvent::mexican_apprehension)},
      {"asylum_in_mexico", EventKind::mexico_outcome, number(MexicoOutcome::asylum)},
      {"reached_the_border", EventKind::border_arrival, {}},
      {"apprehended", EventKind::apprehension, {}},
      {"undetected", EventKind::undetected, {}},
      {"released", EventKind::disposition, number(Disposition::released)},
      {"detained", EventKind::disposition, number(Disposition::detained)},
      {"hhs", EventKind::disposition, number(Disposition::hhs)},
      {"mpp", EventKind::disposition, number(Disposition::mpp)},
      {"expelled", EventKind::disposition, number(Disposition::expelled)},
      {"ordered_removed", EventKind::status_move, number(Move::ordered)},
      {"lawful", EventKind::status_move, number(Move::lawful)},
      {"parted", EventKind::parted, {}},
      {"returned", EventKind::came_home, {}},
      {"removed", EventKind::came_home, number(Move::removed)},
      {"returned_by_mexico", EventKind::came_home, number(Move::mexico_returned)},
      {"left_again", EventKind::retry, {}},
      {"reintegrated", EventKind::reintegration, {}},
  };
  return fates;
}

std::vector<Fate> parse_fates(std::string_view names, Diagnostics& findings) {
  std::vector<Fate> fates;
  std::vector<std::string> known;
  for (const Fate& fate : all_fates())
    known.emplace_back(fate.name);
  while (!names.empty()) {
    const std::size_t comma = std::min(names.find(','), names.size());
    const std::string_view name = names.substr(0, comma);
    names.remove_prefix(std::min(comma + 1, names.size()));
    const auto found = std::find_if(all_fates().begin(), all_fates().end(),
                                    [name](const Fate& fate) { return fate.name == name; });
    if (found != all_fates().end()) {
      fates.push_back(*found);
      continue;
    }
    std::string hint = did_you_mean(name, known);
    if (hint.empty())
      hint = fmt::format("fates are {}", fmt::join(known, ", "));
    findings.error("J013", {}, fmt::format("unknown fate '{}'", name), std::move(hint));
  }
  return fates;
}

bool StoryFinder::asked_for(PersonId id) const {
  if (request_.kind && id.kind() != *request_.kind)
    return false;
  const auto& places = request_.departments;
  return places.empty() || std::find(places.begin(), places.end(), id.department()) != places.end();
}

void StoryFinder::record(const Event& event) {
  if (!asked_for(event.id))
    return;
  const std::size_t wanted = request_.fates.size();
  std::uint32_t& lived = lived_[event.id.bits];
  if (lived > wanted)
    return; // chosen or counted before
  if (lived < wanted && request_.fates[lived].matches(event))
    ++lived;
  if (lived < wanted) {
    if (lived == 0)
      lived_.erase(event.id.bits);
    return;
  }
  lived = static_cast<std::uint32_t>(wanted) + 1;
  ++matches_;
  chosen_.emplace(random::mix(event.id.bits), event.id);
  if (chosen_.size() > request_.most)
    chosen_.erase(std::prev(chosen_.end()));
}

std::vector<PersonId> StoryFinder::chosen() const {
  std::vector<PersonId> people;
  for (const auto& [hash, id] : chosen_)
    people.push_back(id);
  std::sort(people.begin(), people.end());
  return people;
}

StoryTeller::StoryTeller(const std::vector<PersonId>& people) {
  for (const PersonId id : people)
    lives_[id];
}

void StoryTeller::record(const Event& event) {
  const auto life = lives_.find(event.id);
  if (life != lives_.end())
    life->second.push_back(event);
}

std::string place_name(const Event& event, const Setup& setup) {
  const auto element = [&](Axis axis) {
    return setup.axes.elements[static_cast<std::size_t>(axis)].at(event.place);
  };
  switch (event.kind) {
  case EventKind::departure:
    return setup.network.node(static_cast<journeys::NodeId>(event.place)).name;
  case EventKind::took_link:
  case EventKind::road_event:
  case EventKind::mexico_outcome:
  case EventKind::freed: {
    const auto& link = setup.network.link(static_cast<journeys::LinkId>(event.place));
    return fmt::format("{} - {}", setup.network.node(link.from).name,
                       setup.network.node(link.to).name);
  }
  case EventKind::border_arrival:
  case EventKind::crossing_death:
  case EventKind::port_encounter:
  case EventKind::apprehension:
  case EventKind::undetected:
  case EventKind::disposition:
    return element(Axis::sector);
  case EventKind::status_move:
    return {};
  case EventKind::parted: {
    if (event.what == 0)
      return element(Axis::sector);
    const auto& link = setup.network.link(static_cast<journeys::LinkId>(event.place));
    return fmt::format("{} - {}", setup.network.node(link.from).name,
                       setup.network.node(link.to).name);
  }
  case EventKind::came_home:
  case EventKind::retry:
  case EventKind::reintegration:
  case EventKind::death_at_home:
    return element(Axis::department);
  }
  return {};
}

std::string in_words(const Event& event, const Setup& setup, Language language) {
  const Words words = words_of(event);
  const std::string_view text = language == Language::english ? words.english : words.spanish;
  const std::string place = place_name(event, setup);
  return place.empty() ? std::string(text) : fmt::format("{} {}", text, place);
}

} // namespace cauce::people
