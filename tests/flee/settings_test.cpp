// Settings in both formats: what is read, what is warned of, what is refused.
#include "cauce/flee/settings.hpp"

#include "small_case.hpp"

namespace cauce::flee {
namespace {

Settings yaml(const std::string& text, Diagnostics& findings) {
  return parse_settings(text, "simsetting.yml", false, findings);
}

TEST(FleeSettings, ReadsFleesOwnFile) {
  Diagnostics findings;
  const Settings s =
      yaml("log_levels:\n  agent: 0\n  granularity: location\nspawn_rules:\n"
           "  take_from_population: True\n  insert_day0: no\n"
           "  conflict_spawn_decay: [1.0,1,0.5]\n  conflict_spawn_decay_interval: 14\n"
           "move_rules:\n  max_move_speed: 200.0\n  awareness_level: 3\n  softening: 36\n"
           "  avoid_short_stints: true\noptimisations:\n  hasten: 20.0\n",
           findings);
  EXPECT_EQ(findings.text(), "");
  EXPECT_TRUE(s.take_from_population);
  EXPECT_FALSE(s.insert_day_0);
  EXPECT_EQ(s.conflict_decay, (std::vector<double>{1.0, 1.0, 0.5}));
  EXPECT_EQ(s.conflict_decay_interval, 14);
  EXPECT_EQ(s.max_move_speed, 200.0);
  EXPECT_EQ(s.awareness_level, 3);
  EXPECT_EQ(s.route_weights.distance_softening_km, 36.0);
  EXPECT_TRUE(s.avoid_short_stints);
  EXPECT_EQ(s.hasten, 20);
  EXPECT_FALSE(s.conflict_driven);
  EXPECT_EQ(s.default_move_chance, 0.3); // Flee's default
}

TEST(FleeSettings, EmptySectionsAndFilesAreDefaults) {
  Diagnostics findings;
  EXPECT_EQ(yaml("", findings).max_move_speed, 360.0);
  EXPECT_EQ(
      yaml("spawn_rules:\nmove_rules:\noptimisations:\n  hasten: 1\n", findings).camp_move_chance,
      0.001);
  EXPECT_EQ(findings.text(), "");
}

TEST(FleeSettings, ConflictDrivenSpawningHasTwoDefaults) {
  Diagnostics findings;
  const Settings share =
      yaml("spawn_rules:\n  conflict_driven_spawning:\n    spawn_mode: pop_ratio\n", findings);
  EXPECT_TRUE(share.conflict_driven);
  EXPECT_EQ(share.displaced_per_conflict_day, 0.01);
  EXPECT_EQ(yaml("spawn_rules:\n  conflict_driven_spawning:\n    spawn_mode: Poisson\n", findings)
                .displaced_per_conflict_day,
            500.0);
  EXPECT_EQ(findings.text(), "");
}

TEST(FleeSettings, UnknownNamesAreWarnedOfWithTheNearMiss) {
  Diagnostics findings;
  const Settings s =
      yaml("move_rules:\n  awarenes_level: 2\n  max_move_speed: 100\nweather: 3\n", findings);
  EXPECT_EQ(s.awareness_level, 1);
  EXPECT_EQ(s.max_move_speed, 100.0);
  EXPECT_TRUE(findings.ok());
  EXPECT_NE(
      findings.text().find("simsetting.yml:2:3: warning W113: unknown setting 'awarenes_level'"),
      std::string::npos)
      << findings.text();
  EXPECT_NE(findings.text().find("did you mean 'awareness_level'?"), std::string::npos);
  EXPECT_NE(findings.text().find("simsetting.yml:4:1: warning W113: unknown setting 'weather'"),
            std::string::npos);
}

TEST(FleeSettings, UnsupportedRulesAreWarnedOfWhenTheyAreOn) {
  Diagnostics findings;
  yaml("move_rules:\n  two_system_decision_making: True\n  fixed_routes: False\n  harvest_months: "
       "[]\n",
       findings);
  EXPECT_EQ(findings.warnings(), 1);
  EXPECT_NE(findings.text().find("W114: two_system_decision_making is not supported"),
            std::string::npos)
      << findings.text();
}

TEST(FleeSettings, WrongValuesAreAllSaidWithTheirLines) {
  Diagnostics findings;
  yaml("move_rules:\n  max_move_speed: fast\n  capacity_buffer: 1.5\n  start_on_foot: maybe\n"
       "spawn_rules:\n  conflict_spawn_decay: 3\noptimisations:\n  hasten: 0\n",
       findings);
  EXPECT_EQ(findings.errors(), 5);
  const std::string text = findings.text();
  EXPECT_NE(
      text.find("simsetting.yml:2:19: error W111: max_move_speed should be a number, found 'fast'"),
      std::string::npos)
      << text;
  EXPECT_NE(text.find("simsetting.yml:3:20: error W112: capacity_buffer should be between 0 and 1"),
            std::string::npos);
  EXPECT_NE(text.find("simsetting.yml:4:18: error W111: start_on_foot should be True or False"),
            std::string::npos);
  EXPECT_NE(
      text.find(
          "simsetting.yml:6:25: error W111: conflict_spawn_decay should be a list of numbers"),
      std::string::npos);
  EXPECT_NE(text.find("simsetting.yml:8:11: error W112: hasten"), std::string::npos);
}

TEST(FleeSettings, WhatIsNoYamlIsRefusedWithItsLine) {
  Diagnostics findings;
  yaml("move_rules:\n  max_move_speed: 100\n bad\n\t- x: [\n", findings);
  EXPECT_EQ(findings.errors(), 1);
  EXPECT_NE(findings.text().find("W110"), std::string::npos) << findings.text();
  Diagnostics list;
  yaml("- 1\n- 2\n", list);
  EXPECT_EQ(list.errors(), 1);
}

TEST(FleeSettings, TheOlderFlatFormatIsReadToo) {
  Diagnostics findings;
  const Settings s = parse_settings("MaxMoveSpeed,40\nAwarenessLevel,2\nCampWeigth,3\n",
                                    "simsetting.csv", true, findings);
  EXPECT_EQ(s.max_move_speed, 40.0);
  EXPECT_EQ(s.awareness_level, 2);
  EXPECT_TRUE(findings.ok());
  EXPECT_NE(findings.text().find("simsetting.csv:3: warning W113: unknown setting 'CampWeigth'"),
            std::string::npos)
      << findings.text();
}

TEST(FleeSettings, AreFoundAboveTheInputFolder) {
  const std::map<std::string, std::string> files{{"simsetting.yml", "move_rules:\n"}};
  const Folder folder(files);
  const auto inner = folder.path() / "case" / "input";
  std::filesystem::create_directories(inner);
  EXPECT_EQ(find_settings(inner).filename(), "simsetting.yml");
  std::ofstream(inner / "simsetting.csv") << "MaxMoveSpeed,40\n";
  EXPECT_EQ(find_settings(inner).filename(), "simsetting.csv");
}

} // namespace
} // namespace cauce::flee
