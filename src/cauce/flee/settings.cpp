// Each setting is one line of a table: its name in Flee's file, and where its value goes.
#include "cauce/flee/settings.hpp"

#include "cauce/base/files.hpp"
#include "cauce/flee/rows.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <functional>
#include <map>
#include <yaml-cpp/yaml.h>

namespace cauce::flee {

namespace {

// One value of a settings file, whatever its format: its text, its place, and whether it is a list.
struct Value {
  SourcePos where;
  std::string text;
  std::vector<std::string> list;
  bool is_list = false;
  bool is_map = false;
};

class Reader {
 public:
  explicit Reader(Diagnostics& findings) : findings_(findings) {}

  void wrong(const Value& value, const std::string& name, const char* expected) {
    const std::string found = value.is_list  ? "a list"
                              : value.is_map ? "a section"
                                             : fmt::format("'{}'", value.text);
    findings_.error("W111", value.where,
                    fmt::format("{} should be {}, found {}", name, expected, found));
  }

  void number(const Value& value, const std::string& name, double low, double high, double& into) {
    double read = 0.0;
    if (value.is_list || value.is_map || !parse(value.text, read)) {
      wrong(value, name, "a number");
    } else if (read < low || read > high) {
      findings_.error(
          "W112", value.where,
          fmt::format("{} should be between {} and {}, found {}", name, low, high, value.text));
    } else {
      into = read;
    }
  }

  void whole(const Value& value, const std::string& name, int low, int high, int& into) {
    double read = into;
    number(value, name, low, high, read);
    into = static_cast<int>(read);
  }

  void yes_or_no(const Value& value, const std::string& name, bool& into) {
    std::string text = value.text;
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (text == "true" || text == "yes" || text == "on" || text == "1") {
      into = true;
    } else if (text == "false" || text == "no" || text == "off" || text == "0") {
      into = false;
    } else {
      wrong(value, name, "True or False");
    }
  }

  void numbers(const Value& value, const std::string& name, std::vector<double>& into) {
    std::vector<double> read;
    for (const std::string& text : value.list) {
      double element = 0.0;
      if (!parse(text, element))
        return wrong(value, name, "a list of numbers");
      read.push_back(element);
    }
    if (!value.is_list)
      return wrong(value, name, "a list of numbers");
    into = std::move(read);
  }

 private:
  static bool parse(const std::string& text, double& into) {
    std::size_t used = 0;
    try {
      into = std::stod(text, &used);
    } catch (const std::exception&) {
      return false;
    }
    return used == text.size() && std::isfinite(into);
  }

  Diagnostics& findings_;
};

using Store = std::function<void(Reader&, const Value&, const std::string&)>;

Store number_between(double& into, double low, double high) {
  return [&into, low, high](Reader& reader, const Value& value, const std::string& name) {
    reader.number(value, name, low, high, into);
  };
}
Store not_negative(double& into) { return number_between(into, 0.0, 1e12); }
Store any_number(double& into) { return number_between(into, -1e12, 1e12); }
Store whole(int& into, int low, int high) {
  return [&into, low, high](Reader& reader, const Value& value, const std::string& name) {
    reader.whole(value, name, low, high, into);
  };
}
Store flag(bool& into) {
  return [&into](Reader& reader, const Value& value, const std::string& name) {
    reader.yes_or_no(value, name, into);
  };
}
Store numbers(std::vector<double>& into) {
  return [&into](Reader& reader, const Value& value, const std::string& name) {
    reader.numbers(value, name, into);
  };
}
// Changes what Flee logs, or what it no longer reads: nothing here depends on it.
Store no_effect() {
  return [](Reader&, const Value&, const std::string&) {};
}

// What changes the movement in ways that this program does not follow. `text` is what is then
// missing; a value that switches the rule off is no reason to warn.
Store unsupported(Diagnostics& findings, std::string what) {
  return [&findings, what = std::move(what)](Reader&, const Value& value, const std::string& name) {
    std::string text = value.text;
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const bool is_off = !value.is_map && value.list.empty() &&
                        (text.empty() || text == "false" || text == "no" || text == "off" ||
                         text == "0" || text == "~" || text == "null");
    if (!is_off) {
      findings.warning("W114", value.where, fmt::format("{} is not supported: {}", name, what),
                       "the run goes on without it");
    }
  };
}

void store_spawn_mode(SpawnMode& mode, Diagnostics& findings, const Value& value) {
  std::string text = value.text;
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (text == "constant") {
    mode = SpawnMode::constant;
  } else if (text == "pop_ratio") {
    mode = SpawnMode::population_share;
  } else if (text == "poisson") {
    mode = SpawnMode::poisson;
  } else {
    findings.error(
        "W111", value.where,
        fmt::format("spawn_mode should be constant, pop_ratio or poisson, found '{}'", value.text));
  }
}

using Section = std::map<std::string, Store>;

// The sections of simsetting.yml. "" is the file's top level.
std::map<std::string, Section> sections(Settings& s, Diagnostics& findings) {
  std::map<std::string, Section> all;
  all[""] = {{"number_of_steps", no_effect()},
             {"conflict_input_file", no_effect()},
             {"default_conflict_intensity", not_negative(s.default_conflict_intensity)}};
  all["log_levels"] = {{"agent", no_effect()},
                       {"link", no_effect()},
                       {"camp", no_effect()},
                       {"conflict", no_effect()},
                       {"init", no_effect()},
                       {"granularity", no_effect()},
                       {"idp_totals", flag(s.show_idp_totals)}};
  all["spawn_rules"] = {
      {"take_from_population", flag(s.take_from_population)},
      {"insert_day0", flag(s.insert_day_0)},
      {"empty_camps_on_day0", flag(s.empty_camps_on_day_0)},
      {"sum_from_camps", flag(s.sum_from_camps)},
      {"conflict_zone_spawning_only", no_effect()}, // other places have no spawn weight in Flee
      {"conflict_spawn_decay", numbers(s.conflict_decay)},
      {"conflict_spawn_decay_interval", whole(s.conflict_decay_interval, 1, 1'000'000)},
      {"average_social_connectivity", no_effect()}, // read by two_system_decision_making only
      {"camps_are_sinks", unsupported(findings, "nobody leaves the simulation at a camp")},
      {"camps_are_sicks", unsupported(findings, "nobody leaves the simulation at a camp")},
      {"read_from_agents_csv_file", unsupported(findings, "agents.csv is not read")},
      {"starvation_driven_spawning", unsupported(findings, "hunger displaces nobody")},
      {"flood_zone_spawning_only", unsupported(findings, "floods displace nobody")},
      {"flood_driven_spawning", unsupported(findings, "floods displace nobody")},
      {"flood_driven_spawn_mode", unsupported(findings, "floods displace nobody")}};
  all["conflict_driven_spawning"] = {
      {"spawn_mode", [&](Reader&, const Value& value,
                         const std::string&) { store_spawn_mode(s.spawn_mode, findings, value); }},
      {"displaced_per_conflict_day", not_negative(s.displaced_per_conflict_day)}};
  auto& weights = s.route_weights;
  const std::string demographic = "attributes of persons are not drawn";
  all["move_rules"] = {
      {"max_move_speed", not_negative(s.max_move_speed)},
      {"max_walk_speed", not_negative(s.max_walk_speed)},
      {"max_crossing_speed", no_effect()}, // Flee reads it and uses it nowhere
      {"foreign_weight", not_negative(s.foreign_weight)},
      {"camp_weight", not_negative(s.camp_weight)},
      {"conflict_weight", not_negative(s.conflict_weight)},
      {"conflict_movechance", not_negative(s.conflict_move_chance)},
      {"camp_movechance", not_negative(s.camp_move_chance)},
      {"idpcamp_movechance", not_negative(s.idp_camp_move_chance)},
      {"default_movechance", not_negative(s.default_move_chance)},
      {"awareness_level", whole(s.awareness_level, -1, 20)},
      {"capacity_buffer", number_between(s.capacity_buffer, 0.0, 1.0)},
      {"capacity_scaling", not_negative(s.capacity_scaling)},
      {"avoid_short_stints", flag(s.avoid_short_stints)},
      {"start_on_foot", flag(s.start_on_foot)},
      {"softening", not_negative(weights.distance_softening_km)},
      {"weight_softening", not_negative(weights.weight_softening)},
      {"weight_power", any_number(weights.weight_power)},
      {"distance_power", any_number(weights.distance_power)},
      {"pruning_threshold", not_negative(weights.pruning_threshold)},
      {"stay_close_to_home", flag(s.stay_close_to_home)},
      {"home_distance_power", any_number(s.home_distance_power)},
      {"use_pop_for_loc_weight", flag(s.population_weight)},
      {"pop_power_for_loc_weight", any_number(s.population_weight_power)},
      {"movechance_pop_base", number_between(s.move_chance_population_base, 1e-9, 1e12)},
      {"movechance_pop_scale_factor", any_number(s.move_chance_population_power)},
      {"follow_redirections", flag(s.follow_redirections)},
      {"use_v1_rules",
       [&](Reader& reader, const Value& value, const std::string& name) {
         bool on = false;
         reader.yes_or_no(value, name, on);
         if (!on)
           return;
         s.max_move_speed = 200.0;
         s.start_on_foot = false;
         s.avoid_short_stints = false;
         s.camp_weight = 2.0;
         s.conflict_weight = 0.25;
       }},
      {"avg_religion_fraction", no_effect()}, // read by MatchCampReligion only
      {"ChildrenAvoidHazards", unsupported(findings, demographic)},
      {"BoysTakeRisk", unsupported(findings, demographic)},
      {"MatchCampReligion", unsupported(findings, demographic)},
      {"MatchCampEthnicity", unsupported(findings, demographic)},
      {"MatchTownEthnicity", unsupported(findings, demographic)},
      {"MatchConflictEthnicity", unsupported(findings, demographic)},
      {"fixed_routes", unsupported(findings, "all routes within the awareness are weighed")},
      {"two_system_decision_making", unsupported(findings, "everyone decides by the same rules")},
      {"harvest_months", unsupported(findings, "nobody stays for the harvest")},
      {"flee_when_starving", unsupported(findings, "hunger moves nobody")},
      {"avoid_food_deprived_locations", unsupported(findings, "hunger moves nobody")},
      {"flood_rules", unsupported(findings, "floods move nobody")}};
  all["optimisations"] = {{"hasten", whole(s.hasten, 1, 1'000'000)}};
  return all;
}

// Names of the flat file, in lower case, as those of the newer one.
const std::map<std::string, std::pair<std::string, std::string>>& flat_names() {
  static const std::map<std::string, std::pair<std::string, std::string>> names{
      {"agentloglevel", {"log_levels", "agent"}},
      {"camploglevel", {"log_levels", "camp"}},
      {"initloglevel", {"log_levels", "init"}},
      {"takerefugeesfrompopulation", {"spawn_rules", "take_from_population"}},
      {"insertdayzerorefugeesincamps", {"spawn_rules", "insert_day0"}},
      {"maxmovespeed", {"move_rules", "max_move_speed"}},
      {"maxwalkspeed", {"move_rules", "max_walk_speed"}},
      {"maxcrossingspeed", {"move_rules", "max_crossing_speed"}},
      {"foreignweight", {"move_rules", "foreign_weight"}},
      {"campweight", {"move_rules", "camp_weight"}},
      {"conflictweight", {"move_rules", "conflict_weight"}},
      {"conflictmovechance", {"move_rules", "conflict_movechance"}},
      {"campmovechance", {"move_rules", "camp_movechance"}},
      {"idpcampmovechance", {"move_rules", "idpcamp_movechance"}},
      {"defaultmovechance", {"move_rules", "default_movechance"}},
      {"awarenesslevel", {"move_rules", "awareness_level"}},
      {"capacitybuffer", {"move_rules", "capacity_buffer"}},
      {"capacityscaling", {"move_rules", "capacity_scaling"}},
      {"avoidshortstints", {"move_rules", "avoid_short_stints"}},
      {"startonfoot", {"move_rules", "start_on_foot"}},
      {"softening", {"move_rules", "softening"}},
      {"weightpower", {"move_rules", "weight_power"}},
      {"weightsoftening", {"move_rules", "weight_softening"}},
      {"distancepower", {"move_rules", "distance_power"}},
      {"usev1rules", {"move_rules", "use_v1_rules"}},
      {"hasten", {"optimisations", "hasten"}}};
  return names;
}

Value value_of(const YAML::Node& node, const std::string& file) {
  Value value;
  value.where = {file, node.Mark().line + 1, node.Mark().column + 1};
  value.is_list = node.IsSequence();
  value.is_map = node.IsMap();
  if (node.IsScalar())
    value.text = node.Scalar();
  if (node.IsSequence()) {
    for (const YAML::Node& element : node) {
      value.list.push_back(element.IsScalar() ? element.Scalar() : std::string("?"));
    }
  }
  return value;
}

void unknown(const std::string& name, const SourcePos& where, const std::vector<std::string>& known,
             Diagnostics& findings) {
  findings.warning("W113", where, fmt::format("unknown setting '{}' is left out", name),
                   did_you_mean(name, known));
}

// All names of all sections: a setting in the wrong section is pointed to.
std::vector<std::string> names_in(const std::map<std::string, Section>& all) {
  std::vector<std::string> names;
  for (const auto& [section, settings] : all) {
    if (!section.empty())
      names.push_back(section);
    for (const auto& [name, store] : settings)
      names.push_back(name);
  }
  return names;
}

class YamlSettings {
 public:
  YamlSettings(std::string file, Settings& settings, Diagnostics& findings)
      : file_(std::move(file)), settings_(settings), findings_(findings), reader_(findings),
        all_(sections(settings, findings)) {}

  void read(const YAML::Node& root) {
    if (root.IsNull())
      return;
    if (!root.IsMap()) {
      findings_.error("W111", {file_, 1, 0},
                      "the settings should be sections of name: value lines");
      return;
    }
    read_section("", root);
  }

 private:
  void read_section(const std::string& section, const YAML::Node& node) {
    const Section& known = all_.at(section);
    for (const auto& entry : node) {
      const std::string name = entry.first.IsScalar() ? entry.first.Scalar() : std::string("?");
      const SourcePos where{file_, entry.first.Mark().line + 1, entry.first.Mark().column + 1};
      const bool is_inner = name == "conflict_driven_spawning";
      const bool is_section =
          !name.empty() && all_.contains(name) && section == (is_inner ? "spawn_rules" : "");
      if (is_section) {
        read_inner(name, entry.second);
      } else if (const auto found = known.find(name); found == known.end()) {
        unknown(name, where, names_in(all_), findings_);
      } else if (!entry.second.IsNull()) {
        found->second(reader_, value_of(entry.second, file_), name);
      }
    }
  }

  void read_inner(const std::string& name, const YAML::Node& node) {
    if (node.IsNull())
      return;
    if (name == "conflict_driven_spawning") {
      settings_.conflict_driven = true;
      const YAML::Node mode = node.IsMap() ? node["spawn_mode"] : YAML::Node();
      const bool by_share = mode && mode.IsScalar() && mode.Scalar() == "pop_ratio";
      settings_.displaced_per_conflict_day = by_share ? 0.01 : 500.0;
    }
    if (!node.IsMap()) {
      reader_.wrong(value_of(node, file_), name, "a section");
      return;
    }
    read_section(name, node);
  }

  std::string file_;
  Settings& settings_;
  Diagnostics& findings_;
  Reader reader_;
  std::map<std::string, Section> all_;
};

void read_flat(const Rows& rows, Settings& settings, Diagnostics& findings) {
  const auto all = sections(settings, findings);
  Reader reader(findings);
  std::vector<std::string> known;
  for (const auto& [name, place] : flat_names())
    known.push_back(name);
  for (const Row& row : rows.rows) {
    std::string name = row[0];
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const auto found = flat_names().find(name);
    if (found == flat_names().end()) {
      unknown(row[0], rows.where(row), known, findings);
      continue;
    }
    Value value;
    value.where = rows.where(row);
    value.text = row[1];
    const auto& [section, setting] = found->second;
    all.at(section).at(setting)(reader, value, row[0]);
  }
}

} // namespace

Settings parse_settings(std::string_view text, std::string name, bool is_csv,
                        Diagnostics& findings) {
  Settings settings;
  if (is_csv) {
    read_flat(parse_rows(text, name, findings), settings, findings);
    return settings;
  }
  try {
    YamlSettings(name, settings, findings).read(YAML::Load(std::string(text)));
  } catch (const YAML::Exception& problem) {
    findings.error("W110", {name, problem.mark.line + 1, problem.mark.column + 1},
                   fmt::format("not readable as YAML: {}", problem.msg));
  }
  return settings;
}

Settings read_settings(const std::filesystem::path& path, Diagnostics& findings) {
  return parse_settings(read_text(path), path.string(), path.extension() == ".csv", findings);
}

std::filesystem::path find_settings(const std::filesystem::path& input_folder) {
  std::error_code problem;
  std::filesystem::path folder = std::filesystem::weakly_canonical(input_folder, problem);
  for (int level = 0; level < 3; ++level) {
    for (const char* name : {"simsetting.yml", "simsettings.yml", "simsetting.csv"}) {
      if (std::filesystem::is_regular_file(folder / name, problem))
        return folder / name;
    }
    if (!folder.has_parent_path() || folder.parent_path() == folder)
      break;
    folder = folder.parent_path();
  }
  return {};
}

} // namespace cauce::flee
