// The settings of a Flee run: its `simsetting.yml`, or the flat `simsetting.csv` of its older
// versions. Defaults are Flee's own.
#pragma once

#include "cauce/base/diagnostics.hpp"
#include "cauce/people/journeys/choice.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace cauce::flee {

/// How many people leave a conflict zone when conflict drives displacement by itself.
enum class SpawnMode { constant, population_share, poisson };

struct Settings {
  // Who sets out.
  bool take_from_population = false;
  bool insert_day_0 = true;          ///< camps begin with their count of day 0
  bool empty_camps_on_day_0 = false; ///< camps begin empty and counts are taken from day 0 on
  bool sum_from_camps = true;        ///< totals are the sum of the camps, not of the file "total"
  bool conflict_driven = false;      ///< conflict zones displace people, whatever the counts say
  SpawnMode spawn_mode = SpawnMode::constant;
  double displaced_per_conflict_day = 500.0; ///< persons, or a share of the population
  std::vector<double> conflict_decay;        ///< factor by age of a conflict; empty: none
  int conflict_decay_interval = 30;          ///< days for each element of `conflict_decay`
  double default_conflict_intensity = 1.0;

  // How they move.
  double max_move_speed = 360.0; ///< km a day
  double max_walk_speed = 35.0;  ///< km a day
  double foreign_weight = 1.0;
  double camp_weight = 1.0;
  double conflict_weight = 0.316227766017; ///< 1 / sqrt(10)
  double conflict_move_chance = 1.0;       ///< chances are by day
  double camp_move_chance = 0.001;
  double idp_camp_move_chance = 0.1;
  double default_move_chance = 0.3;
  int awareness_level = 1; ///< links ahead; 0: any link alike
  double capacity_buffer = 0.9;
  double capacity_scaling = 1.0;
  bool avoid_short_stints = false;
  bool start_on_foot = false;
  bool stay_close_to_home = false;
  double home_distance_power = 0.5;
  bool population_weight = false;
  double population_weight_power = 0.1;
  double move_chance_population_base = 10'000.0;
  double move_chance_population_power = 0.0;
  people::journeys::RouteWeights route_weights;
  /// Not Flee's: forced redirections are followed as its manual says (its program ignores them).
  bool follow_redirections = false;

  int hasten = 1; ///< one simulated person for so many real ones
  bool show_idp_totals = false;
};

/// Reads the settings; the file's ending tells the format. Throws Error B101 when the file cannot
/// be read. Values of the wrong kind (W111, W112) are errors in `findings`; unknown names (W113)
/// and rules that are not supported (W114) are warnings, each named once.
Settings read_settings(const std::filesystem::path& path, Diagnostics& findings);

/// The same from text: "yml" or "csv".
Settings parse_settings(std::string_view text, std::string name, bool is_csv,
                        Diagnostics& findings);

/// The settings file of a case when none is given: simsetting.yml (or .csv, or simsettings.yml) in
/// the input folder, its parent or the parent of that; an empty path when there is none.
std::filesystem::path find_settings(const std::filesystem::path& input_folder);

} // namespace cauce::flee
