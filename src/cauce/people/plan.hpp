// What is worked out from a setup once and then shared by all worlds, steps and threads: sizes,
// the road with names resolved to indices, and who lives where at the start.
#pragma once

#include "cauce/people/journeys/choice.hpp"
#include "cauce/people/records.hpp"
#include "cauce/people/world.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

namespace cauce::people {

inline constexpr std::uint16_t no_index = 0xffff;

/// A link as the road uses it.
struct RoadLink {
  double length_km = 0.0;
  double danger = 1.0;
  double enforcement = 1.0;
  std::uint32_t to = 0;              ///< node
  std::uint16_t corridor = no_index; ///< on the corridor axis
  std::uint16_t sector = no_index;   ///< of the node at its end
  bool in_mexico = false;            ///< hazards of the road apply
  bool enters_corridor = false;      ///< the corridor's utility counts here, once a journey
};

/// The links out of a node: `count` from `first` in tables in the order of `Network::out_links`.
struct RoadNode {
  std::uint32_t first = 0;
  std::uint16_t count = 0;
  std::uint16_t sector = no_index; ///< where journeys end
};

/// A `way` is a link, or beyond the links (`first_end` + sector) the border at a sector, or last
/// `nowhere`: a way with no more way.
struct Ways {
  std::size_t choices = 2;        ///< the most links out of a node
  std::vector<std::uint16_t> end; ///< by link: the node at its end
  std::vector<float> length_km;   ///< by way; 0 beyond the links
  std::uint16_t first_end = 0;    ///< the number of links
  std::uint16_t nowhere = 0;
  std::size_t size() const { return length_km.size(); }
};

struct Plan {
  /// Throws Errors when the setup is not valid.
  explicit Plan(std::shared_ptr<const Setup> setup);

  std::shared_ptr<const Setup> setup;
  std::size_t departments = 0, countries = 0, corridors = 0, sectors = 0;
  std::vector<RoadLink> links;
  std::vector<RoadNode> nodes;
  Ways ways;
  journeys::RouteSolver routes;
  std::vector<std::uint32_t> ends;           ///< nodes where journeys end
  std::vector<std::uint32_t> entering;       ///< links that enter a corridor
  std::vector<std::size_t> country;          ///< by department
  std::vector<std::uint32_t> origin_node;    ///< by department
  std::vector<std::uint8_t> sector_has_node; ///< by sector
  std::vector<std::int64_t> residents;       ///< [department][stratum], simulated persons
  std::vector<std::int64_t> abroad;          ///< [department][kind][status], simulated
  std::vector<double> kin_share;             ///< [department][stratum]: strata of those abroad
  std::uint64_t fingerprint = 0;             ///< differs for setups that differ
};

/// Whole numbers near `amounts` that add up to `total`: each is rounded down, the rest goes to the
/// largest remainders (the earlier of equal ones).
std::vector<std::int64_t> largest_remainder(std::span<const double> amounts, std::int64_t total);

} // namespace cauce::people
