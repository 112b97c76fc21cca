#include "cauce/study/parts.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace cauce::study {

using system::Outcome;
using system::System;

namespace {
const evidence::Place* country_of(const System& system, const std::string& element) {
  const evidence::Place* place = system.places().find_element(element);
  return place == nullptr ? nullptr : system.places().find(place->parent);
}

bool by_department(const Outcome& outcome) { return outcome.place.name == "department"; }

[[noreturn]] void unknown(const char* what, std::string_view name, std::string_view outcome,
                          const std::vector<std::string>& known) {
  throw Error(
      "S103", {},
      fmt::format("outcome '{}' has no {} '{}'", std::string(outcome), what, std::string(name)),
      did_you_mean(name, known));
}

// Index and weight of each place that `place` stands for.
std::vector<std::pair<std::size_t, double>>
places_behind(const System& system, const Outcome& outcome, std::string_view place) {
  std::vector<std::pair<std::size_t, double>> chosen;
  for (std::size_t i = 0; i < outcome.place.elements.size(); ++i) {
    const std::string& element = outcome.place.elements[i];
    const evidence::Place* country = by_department(outcome) ? country_of(system, element) : nullptr;
    if (!place.empty() && element != place && (country == nullptr || country->element != place))
      continue;
    double weight = 1.0;
    if (!adds_up(outcome) && by_department(outcome)) {
      const evidence::Place* own = system.places().find_element(element);
      weight = own == nullptr ? 1.0 : std::max(own->population_2010, 1.0);
    }
    chosen.emplace_back(i, weight);
  }
  if (!adds_up(outcome)) {
    double total = 0.0;
    for (const auto& [index, weight] : chosen)
      total += weight;
    for (auto& [index, weight] : chosen)
      weight /= total;
  }
  return chosen;
}
} // namespace

bool adds_up(const Outcome& outcome) { return outcome.flow || outcome.spec->unit == "persons"; }

std::vector<std::string> places_of(const System& system, const Outcome& outcome) {
  std::vector<std::string> names;
  if (outcome.place.name.empty())
    return names;
  if (by_department(outcome)) {
    for (const std::string& element : outcome.place.elements) {
      const evidence::Place* country = country_of(system, element);
      if (country != nullptr &&
          std::find(names.begin(), names.end(), country->element) == names.end())
        names.push_back(country->element);
    }
  }
  names.insert(names.end(), outcome.place.elements.begin(), outcome.place.elements.end());
  return names;
}

bool has_total(const Outcome& outcome) {
  const bool over_places =
      adds_up(outcome) || by_department(outcome) || outcome.place.elements.size() == 1;
  return over_places && (adds_up(outcome) || outcome.group.elements.size() == 1);
}

Part part_of(const System& system, std::string_view name, std::string_view place,
             std::string_view group) {
  const auto outcomes = system.outcomes();
  const auto outcome = std::find_if(outcomes.begin(), outcomes.end(),
                                    [&](const Outcome& o) { return o.spec->name == name; });
  if (outcome == outcomes.end()) {
    std::vector<std::string> names;
    for (const Outcome& known : outcomes)
      names.push_back(known.spec->name);
    throw Error("S103", {}, fmt::format("there is no outcome '{}'", std::string(name)),
                did_you_mean(name, names));
  }
  const std::vector<std::string>& groups = outcome->group.elements;
  Part part{std::string(name), std::string(place), std::string(group), outcome->spec, {}};
  const auto places = places_behind(system, *outcome, place);
  if (places.empty())
    unknown("place", place, name, places_of(system, *outcome));
  if (!group.empty() && std::find(groups.begin(), groups.end(), group) == groups.end())
    unknown("group", group, name, groups);
  const bool all_places = place.empty() && outcome->place.elements.size() > 1;
  const bool all_groups = group.empty() && groups.size() > 1;
  if (!adds_up(*outcome) && (all_groups || (all_places && !by_department(*outcome)))) {
    throw Error("S103", {},
                fmt::format("the parts of outcome '{}' ({}) do not add up", std::string(name),
                            outcome->spec->unit),
                "ask for one of its places and groups");
  }
  for (const auto& [index, weight] : places) {
    for (std::size_t g = 0; g < groups.size(); ++g) {
      if (group.empty() || groups[g] == group)
        part.cells.emplace_back(outcome->offset + index * groups.size() + g, weight);
    }
  }
  return part;
}

std::vector<Part> totals(const System& system) {
  std::vector<Part> parts;
  for (const Outcome& outcome : system.outcomes()) {
    if (has_total(outcome))
      parts.push_back(part_of(system, outcome.spec->name, "", ""));
  }
  return parts;
}

} // namespace cauce::study
