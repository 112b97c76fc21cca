// A made-up world of the real one's size and shape, for tests and benchmarks: 54 departments in
// three countries, a road of three corridors to nine sectors, and rates of the right magnitude
// (docs/performance.md: 34 million residents, some 450,000 first departures a year, 1.5 million
// victimisations a year, 2.2 million abroad).
#pragma once

#include "cauce/people/world.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace cauce::people::synthetic {

inline Axes axes(std::size_t departments = 54) {
  Axes axes;
  axes.elements.resize(static_cast<std::size_t>(Axis::move) + 1);
  for (std::size_t a = 0; a < axes.elements.size(); ++a) {
    for (const std::string_view name : fixed_elements(static_cast<Axis>(a))) {
      axes.elements[a].emplace_back(name);
    }
  }
  const auto set = [&](Axis axis) -> auto& {
    return axes.elements[static_cast<std::size_t>(axis)];
  };
  set(Axis::country) = {"Guatemala", "Honduras", "El Salvador"};
  set(Axis::corridor) = {"pacific", "central", "gulf"};
  set(Axis::sector) = {"san_diego", "el_centro", "yuma",   "tucson",           "el_paso",
                       "big_bend",  "del_rio",   "laredo", "rio_grande_valley"};
  for (std::size_t d = 0; d < departments; ++d) {
    set(Axis::department).push_back(fmt::format("department {}", d));
  }
  return axes;
}

/// Origins, two crossings and five towns a corridor, a sector node for each sector; neighbouring
/// corridors are joined half-way.
inline journeys::Network network(const Axes& axes) {
  using journeys::Link;
  using journeys::Node;
  using journeys::NodeKind;
  std::vector<Node> nodes;
  std::vector<Link> links;
  const auto add_node = [&](std::string name, NodeKind kind, std::string country,
                            std::string corridor = {}, std::string sector = {}) {
    Node node;
    node.name = std::move(name);
    node.kind = kind;
    node.country = std::move(country);
    node.corridor = std::move(corridor);
    node.sector = std::move(sector);
    nodes.push_back(node);
    return static_cast<journeys::NodeId>(nodes.size() - 1);
  };
  const auto add_link = [&](journeys::NodeId from, journeys::NodeId to, double km,
                            const std::string& corridor = {}, double danger = 1.0) {
    Link link;
    link.from = from;
    link.to = to;
    link.length_km = km;
    link.corridor = corridor;
    link.danger = danger;
    link.enforcement = 2.0 - danger;
    links.push_back(link);
  };
  const auto& corridors = axes.elements[static_cast<std::size_t>(Axis::corridor)];
  const auto& sectors = axes.elements[static_cast<std::size_t>(Axis::sector)];
  std::vector<journeys::NodeId> origins, ends;
  for (const std::string& name : axes.elements[static_cast<std::size_t>(Axis::department)]) {
    origins.push_back(add_node(name, NodeKind::origin, "home"));
  }
  for (const std::string& name : sectors) {
    ends.push_back(add_node("sector " + name, NodeKind::sector, "US", {}, name));
  }
  std::vector<std::vector<journeys::NodeId>> towns(corridors.size());
  for (std::size_t c = 0; c < corridors.size(); ++c) {
    for (int i = 0; i < 2; ++i) {
      const auto crossing = add_node(fmt::format("crossing {} {}", c, i), NodeKind::crossing, "MX");
      for (std::size_t d = 0; d < origins.size(); ++d) {
        add_link(origins[d], crossing, 120.0 + 7.0 * static_cast<double>((d * 13 + c * 5) % 60));
      }
      if (i == 0)
        towns[c].push_back(
            add_node(fmt::format("town {} 0", c), NodeKind::town, "MX", corridors[c]));
      add_link(crossing, towns[c][0], 180.0 + 40.0 * i, corridors[c], 0.9 + 0.2 * i);
    }
    for (std::size_t i = 1; i < 7; ++i) {
      towns[c].push_back(
          add_node(fmt::format("town {} {}", c, i), NodeKind::town, "MX", corridors[c]));
      add_link(towns[c][i - 1], towns[c][i], 260.0 + 15.0 * static_cast<double>(i), corridors[c],
               0.8 + 0.1 * static_cast<double>(i));
    }
    for (std::size_t s = c * 3; s < std::min(c * 3 + 3, ends.size()); ++s) {
      add_link(towns[c].back(), ends[s], 300.0 + 60.0 * static_cast<double>(s % 3), corridors[c],
               1.2);
    }
  }
  for (std::size_t c = 1; c < corridors.size(); ++c) {
    add_link(towns[c - 1][3], towns[c][4], 420.0, corridors[c], 0.7);
    add_link(towns[c][3], towns[c - 1][4], 420.0, corridors[c - 1], 0.7);
  }
  return {std::move(nodes), std::move(links)};
}

struct Size {
  double residents = 34e6;
  double abroad = 2.2e6;
  std::size_t departments = 54;
  double scale = 1.0;
};

inline std::shared_ptr<const Setup> setup(const Size& size = {}) {
  auto made = std::make_shared<Setup>();
  made->axes = axes(size.departments);
  made->scale = size.scale;
  double weights = 0.0;
  std::vector<double> weight(size.departments);
  std::vector<double> country_weight(3, 0.0);
  for (std::size_t d = 0; d < size.departments; ++d) {
    const int country = static_cast<int>(d * 3 / size.departments);
    made->country_of_department.push_back(country);
    weight[d] = 1.0 + 2.0 * static_cast<double>((d * 7) % 11) / 11.0 + (d == 0 ? 5.0 : 0.0);
    weights += weight[d];
    country_weight[static_cast<std::size_t>(country)] += weight[d];
  }
  const double income[] = {0.2, 0.4, 0.4};
  for (std::size_t d = 0; d < size.departments; ++d) {
    made->diaspora_share.push_back(
        weight[d] / country_weight[static_cast<std::size_t>(made->country_of_department[d])]);
    for (std::size_t s = 0; s < stratum_count; ++s) {
      const double share = income[s / 4] * ((s & 2) != 0 ? 0.3 : 0.7) * ((s & 1) != 0 ? 0.6 : 0.4);
      made->residents.push_back(
          static_cast<std::int64_t>(size.residents * share * weight[d] / weights));
    }
  }
  const double by_status[status_count] = {0.001, 0.01, 0.001, 0.06, 0.06,  0.5,
                                          0.12,  0.02, 0.218, 0.0,  0.005, 0.005};
  for (int country = 0; country < 3; ++country) {
    for (int kind = 0; kind < 3; ++kind) {
      for (const double share : by_status) {
        const double of_kind = kind == 0 ? 0.8 : 0.1;
        made->abroad.push_back(static_cast<std::int64_t>(size.abroad * share * of_kind / 3.0));
      }
    }
  }
  made->network = network(made->axes);
  return made;
}

inline void fill(std::span<double> cells, double value) {
  for (double& cell : cells)
    cell = value;
}

/// Rates of the magnitude of the reference system.
inline Rates rates(const Setup& setup) {
  Rates rates(rate_fields(), setup.axes);
  const std::size_t departments = setup.axes.size(Axis::department);
  const std::size_t countries = setup.axes.size(Axis::country);
  const std::size_t corridors = setup.axes.size(Axis::corridor);
  const std::size_t sectors = setup.axes.size(Axis::sector);
  fill(rates[Rate::birth], 0.0018);
  fill(rates[Rate::death], 0.0004);
  fill(rates[Rate::victimisation], 0.0037);
  fill(rates[Rate::victim_recovery], 1.0 / 24);
  fill(rates[Rate::displacement], 0.0002);
  fill(rates[Rate::displacement_end], 1.0 / 12);
  for (std::size_t d = 0; d < departments; ++d) {
    const double moves[] = {0.002, 0.002, 0.003, 0.002};
    for (std::size_t i = 0; i < 4; ++i)
      rates[Rate::income_move][d * 4 + i] = moves[i];
  }
  fill(rates[Rate::child_gain], 0.004);
  fill(rates[Rate::child_loss], 0.003);
  fill(rates[Rate::kin_loss], 0.001);
  fill(rates[Rate::kin_gained_per_arrival], 1.5);
  // 450,000 persons a year of 34 million: adults 60, families 30, children 10 in 100 persons.
  for (std::size_t d = 0; d < departments; ++d) {
    for (std::size_t s = 0; s < stratum_count; ++s) {
      const double level = 0.0009 * ((s & 2) != 0 ? 1.6 : 0.8) *
                           (0.6 + 0.8 * static_cast<double>((d * 5) % 9) / 8.0);
      const auto cell = rates[Rate::departure].subspan((d * stratum_count + s) * 3, 3);
      cell[0] = level * 0.6;
      cell[1] = (s & 1) != 0 ? level * 0.3 / 2.6 * 1.6 : 0.0;
      cell[2] = (s & 1) != 0 ? level * 0.1 * 1.6 : 0.0;
    }
  }
  fill(rates[Rate::departure_factor_victim], 3.0);
  fill(rates[Rate::departure_factor_displaced], 4.0);
  const double size_share[] = {0.6, 0.25, 0.1, 0.04, 0.01};
  for (std::size_t i = 0; i < 5; ++i)
    rates[Rate::family_size_share][i] = size_share[i];
  fill(rates[Rate::retry], 0.08);
  fill(rates[Rate::reintegration], 0.06);
  fill(rates[Rate::smuggler_share], 0.6);
  for (std::size_t c = 0; c < corridors; ++c) {
    for (std::size_t k = 0; k < 3; ++k) {
      rates[Rate::corridor_utility][c * 3 + k] = -0.3 * static_cast<double>(c);
    }
  }
  fill(rates[Rate::utility_per_100km], -0.2);
  fill(rates[Rate::speed], 120.0);
  fill(rates[Rate::smuggler_speed_factor], 1.3);
  const double road[] = {0.016, 0.004, 0.004, 0.0008, 0.0006, 0.001, 0.00004, 0.001, 0.0002};
  for (std::size_t e = 0; e < 9; ++e) {
    fill(rates[Rate::road_event].subspan(e * corridors * 3, corridors * 3), road[e]);
  }
  const double smuggled[] = {0.5, 0.8, 0.9, 0.8, 0.8, 0.9, 0.9, 0.6, 1.0};
  for (std::size_t e = 0; e < 9; ++e)
    rates[Rate::smuggler_factor][e] = smuggled[e];
  fill(rates[Rate::kidnapping_days], 12.0);
  for (std::size_t i = 0; i < countries * 3; ++i) {
    const double outcome[] = {0.85, 0.1, 0.05};
    for (std::size_t j = 0; j < 3; ++j)
      rates[Rate::mexico_outcome][i * 3 + j] = outcome[j];
    rates[Rate::port_share][i] = 0.08;
    rates[Rate::turn_in_share][i] = i % 3 == 0 ? 0.05 : 0.7;
    rates[Rate::expelled_retry][i] = 0.5;
    rates[Rate::evader_retry][i] = 0.3;
    const double after[3][7] = {{0.75, 0.15, 0.06, 0.0, 0.02, 0.02, 0.0},
                                {0.2, 0.1, 0.6, 0.0, 0.05, 0.05, 0.0},
                                {0.05, 0.0, 0.0, 0.95, 0.0, 0.0, 0.0}};
    for (std::size_t j = 0; j < 7; ++j) {
      rates[Rate::disposition][i * 7 + j] = after[i % 3][j];
      rates[Rate::port_disposition][i * 7 + j] = after[i % 3][j];
    }
  }
  fill(rates[Rate::port_wait], 0.3);
  for (std::size_t i = 0; i < sectors * 3; ++i) {
    rates[Rate::sector_utility][i] = 0.1 * static_cast<double>(i % 7);
    rates[Rate::apprehension_probability][i] = 0.5;
  }
  fill(rates[Rate::crossing_death], 0.0006);
  const auto move = [&](Status from, Move to, double per_month) {
    for (std::size_t row = 0; row < countries * 3; ++row) {
      rates[Rate::status_move][(row * status_count + static_cast<std::size_t>(from)) * 17 +
                               static_cast<std::size_t>(to)] = per_month;
    }
  };
  move(Status::custody, Move::removed, 1.2);
  move(Status::detained, Move::removed, 0.5);
  move(Status::detained, Move::pending, 0.3);
  move(Status::hhs, Move::pending, 0.8);
  move(Status::pending, Move::ordered, 0.015);
  move(Status::pending, Move::lawful, 0.006);
  move(Status::pending, Move::detained, 0.001);
  move(Status::ordered, Move::removed, 0.004);
  move(Status::ordered, Move::undocumented, 0.01);
  move(Status::undocumented, Move::detained, 0.003);
  move(Status::undocumented, Move::went_home, 0.002);
  move(Status::tps, Move::lawful, 0.001);
  move(Status::daca, Move::lawful, 0.001);
  move(Status::mpp, Move::onward, 0.2);
  move(Status::mpp, Move::went_home, 0.1);
  move(Status::mexico_asylum, Move::onward, 0.05);
  move(Status::mexico_asylum, Move::mexico_settled, 0.05);
  move(Status::mexico_settled, Move::onward, 0.01);
  return rates;
}

} // namespace cauce::people::synthetic
