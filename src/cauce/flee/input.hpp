// The input folder of a case: places, routes, closures and conflicts, read and checked.
#pragma once

#include "cauce/base/diagnostics.hpp"
#include "cauce/flee/rows.hpp"
#include "cauce/people/journeys/network.hpp"

#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

namespace cauce::flee {

/// What a row of locations.csv says beyond the network's node.
struct Location {
  bool camp = false;
  bool idp_camp = false;
  bool town = false;
  bool foreign = false;          ///< in another country than the first location
  double conflict = -1.0;        ///< intensity at the start; above 0 in a conflict zone
  std::int64_t population = 0;   ///< residents; 0 in camps
  double capacity = -1.0;        ///< of a camp
  std::int64_t initial_idps = 0; ///< internally displaced persons there on day 0
};

/// What a link has beyond the network's: speed and walking.
struct Route {
  double max_move_speed =
      std::numeric_limits<double>::quiet_NaN(); ///< km a day; NaN: the setting's
  double walk_probability = 0.0;                ///< that a day on it is walked
};

enum class ClosureKind { country, location, link, camp, idp_camp, redirection };

/// Something that ends on day `start` and is restored on day `end`.
struct Closure {
  ClosureKind kind = ClosureKind::country;
  std::string country_a, country_b;
  people::journeys::NodeId a = people::journeys::none;
  people::journeys::NodeId b = people::journeys::none;
  std::int64_t start = 0;
  std::int64_t end = 0;
};

/// On `day` the place becomes of another kind (location_changes.csv).
struct KindChange {
  people::journeys::NodeId place = people::journeys::none;
  people::journeys::NodeKind kind = people::journeys::NodeKind::town;
  bool idp_camp = false;
  std::int64_t day = 0;
};

struct Input {
  Day start{};
  int days = 0;
  people::journeys::Network network;
  std::vector<Location> locations; ///< by node
  std::vector<Route> routes;       ///< by link
  std::vector<Closure> closures;
  std::vector<KindChange> changes;
  /// Conflict intensity by place and day, for the places that conflicts.csv names.
  std::vector<people::journeys::NodeId> conflict_places;
  std::vector<std::vector<double>> conflict; ///< [place][day]
};

/// Reads sim_period.csv, locations.csv, routes.csv, and if they are there closures.csv,
/// conflicts.csv and location_changes.csv. `days` above 0 overrides the length. Populations and
/// capacities are divided by `hasten`. All faults of all files are added to `findings`; the result
/// is of use only when there is no error among them.
Input read_input(const std::filesystem::path& folder, int days, int hasten, Diagnostics& findings);

} // namespace cauce::flee
