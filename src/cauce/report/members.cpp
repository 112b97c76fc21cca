#include "cauce/report/members.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace cauce::report {

namespace {
std::string country_of(const evidence::Place& place, const PackInfo& pack) {
  const evidence::Place* parent = pack.places.find(place.parent);
  return parent == nullptr ? std::string() : parent->element;
}

struct PlaceCells {
  std::string name;
  std::vector<std::pair<std::size_t, double>> places; ///< (index of place, weight)
};

// The places a reader sees: those of the outcome, or its countries when it is by department.
std::vector<PlaceCells> shown_places(const results::OutcomeInfo& outcome, const PackInfo& pack,
                                     bool additive) {
  std::vector<PlaceCells> shown;
  const auto add = [&](const std::string& name, std::size_t index, double weight) {
    auto found = std::find_if(shown.begin(), shown.end(),
                              [&](const PlaceCells& cells) { return cells.name == name; });
    if (found == shown.end())
      found = shown.insert(shown.end(), PlaceCells{name, {}});
    found->places.emplace_back(index, weight);
  };
  for (std::size_t i = 0; i < outcome.places.size(); ++i) {
    const evidence::Place* place = pack.places.find_element(outcome.places[i]);
    if (outcome.place_axis == "department" && place != nullptr) {
      add(country_of(*place, pack), i, additive ? 1.0 : std::max(place->population_2010, 1.0));
    } else {
      add(outcome.places[i], i, 1.0);
    }
  }
  return shown;
}

void normalise(std::vector<std::pair<std::size_t, double>>& cells) {
  double total = 0.0;
  for (const auto& [cell, weight] : cells)
    total += weight;
  for (auto& [cell, weight] : cells)
    weight /= total;
}
} // namespace

bool adds_up(const results::OutcomeInfo& outcome) {
  return outcome.kind == "flow" || outcome.unit == "persons";
}

const Part* Division::find(std::string_view place, std::string_view group) const {
  for (const Part& part : parts) {
    if (part.place == place && part.group == group)
      return &part;
  }
  return nullptr;
}

Division divide(const results::OutcomeInfo& outcome, const PackInfo& pack, bool crossed) {
  Division division;
  division.additive = adds_up(outcome);
  const bool weighted = !division.additive && outcome.place_axis == "department";
  const std::vector<PlaceCells> places = shown_places(outcome, pack, division.additive);
  const std::size_t groups = outcome.groups.size();
  const bool placed = !outcome.place_axis.empty(), grouped = !outcome.group_axis.empty();

  const auto add = [&](const PlaceCells* place, std::optional<std::size_t> group) {
    Part part;
    part.place = place == nullptr ? "" : place->name;
    part.group = group ? outcome.groups[*group] : "";
    for (const PlaceCells& cells : places) {
      if (place != nullptr && &cells != place)
        continue;
      for (const auto& [index, weight] : cells.places) {
        for (std::size_t g = 0; g < groups; ++g) {
          if (!group || *group == g)
            part.cells.emplace_back(index * groups + g, weight);
        }
      }
    }
    if (weighted)
      normalise(part.cells);
    division.parts.push_back(std::move(part));
  };

  // What does not add up is shown as it is, or as a weighted mean over departments.
  const bool over_places = division.additive || weighted || !placed;
  const bool over_groups = division.additive || !grouped;
  if (over_places && over_groups)
    add(nullptr, std::nullopt);
  if (placed && over_groups) {
    for (const PlaceCells& place : places)
      add(&place, std::nullopt);
  }
  if (grouped && over_places) {
    for (std::size_t g = 0; g < groups; ++g)
      add(nullptr, g);
  }
  if (placed && grouped && (crossed || !division.additive)) {
    for (const PlaceCells& place : places) {
      for (std::size_t g = 0; g < groups; ++g)
        add(&place, g);
    }
  }
  return division;
}

double part_value(const Part& part, const OutcomeValues& values, std::size_t policy,
                  std::size_t member, std::size_t month) {
  const auto cells = values.cells(policy, member, month);
  double sum = 0.0;
  for (const auto& [cell, weight] : part.cells)
    sum += weight * static_cast<double>(cells[cell]);
  return sum;
}

std::vector<double> over_months(const Part& part, const OutcomeValues& values, std::size_t policy,
                                bool flow, std::size_t from, std::size_t until) {
  std::vector<double> result(values.members());
  for (std::size_t member = 0; member < result.size(); ++member) {
    double sum = 0.0;
    for (std::size_t month = from; month <= until; ++month)
      sum += part_value(part, values, policy, member, month);
    result[member] = flow ? sum : sum / static_cast<double>(until - from + 1);
  }
  return result;
}

Paired compare(std::span<const double> base, std::span<const double> policy) {
  Paired paired;
  std::vector<double> differences, percents;
  for (std::size_t member = 0; member < base.size(); ++member) {
    const double difference = policy[member] - base[member];
    if (std::isnan(difference))
      continue;
    differences.push_back(difference);
    ++(difference < 0.0 ? paired.lower : difference > 0.0 ? paired.higher : paired.equal);
    if (base[member] != 0.0)
      percents.push_back(100.0 * difference / std::abs(base[member]));
  }
  paired.difference = results::spread(std::move(differences));
  paired.percent = results::spread(std::move(percents));
  return paired;
}

} // namespace cauce::report
