// Small cases for tests: files written to a folder of their own, so that readers are used too.
#pragma once

#include "cauce/base/diagnostics.hpp"
#include "cauce/flee/run.hpp"
#include "cauce/flee/simulation.hpp"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <unistd.h>

namespace cauce::flee {

/// A folder that is removed with the object.
class Folder {
 public:
  explicit Folder(const std::map<std::string, std::string>& files) {
    static int made = 0;
    path_ = std::filesystem::temp_directory_path() /
            ("cauce_flee_" + std::to_string(::getpid()) + "_" + std::to_string(made++));
    std::filesystem::create_directories(path_);
    for (const auto& [name, text] : files)
      std::ofstream(path_ / name) << text;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// The files of a case by name. Every camp of `locations` needs counts: `counts` gives them as
/// "camp" -> rows; a camp without has 0 throughout.
struct SmallCase {
  std::string locations, routes;
  std::string closures = "#closure_type,name1,name2,closure_start,closure_end\n";
  std::string conflicts; ///< empty: by conflict_date
  std::string corrections;
  std::string settings;
  std::map<std::string, std::string> counts;
  int days = 1;

  std::map<std::string, std::string> files() const {
    std::map<std::string, std::string> all{
        {"locations.csv", locations},
        {"routes.csv", routes},
        {"closures.csv", closures},
        {"sim_period.csv", "StartDate,2020-01-01\nLength," + std::to_string(days) + "\n"},
        {"simsetting.yml", settings}};
    if (!conflicts.empty())
      all["conflicts.csv"] = conflicts;
    if (!corrections.empty())
      all["registration_corrections.csv"] = corrections;
    std::string layout = "total,total.csv\n";
    all["total.csv"] = "Date,Count\n2020-01-01,0\n";
    for (const auto& [camp, rows] : counts) {
      layout += camp + "," + camp + ".csv\n";
      all[camp + ".csv"] = "Date,Count\n" + rows;
    }
    all["data_layout.csv"] = layout;
    return all;
  }
};

/// Reads the small case; its warnings are dropped unless `warnings` is given.
inline Case read_small(const SmallCase& small, std::string* warnings = nullptr) {
  const Folder folder(small.files());
  Diagnostics findings;
  const Case c =
      read_case(folder.path(), folder.path(), folder.path() / "simsetting.yml", 0, findings);
  if (warnings != nullptr)
    *warnings = findings.text();
  return c;
}

/// The text of all faults that reading gives ("" when there is none).
inline std::string faults_of(const std::map<std::string, std::string>& files) {
  const Folder folder(files);
  Diagnostics findings;
  try {
    read_case(folder.path(), folder.path(), folder.path() / "simsetting.yml", 0, findings);
  } catch (const Errors& problems) {
    return problems.what();
  } catch (const Error& problem) {
    return problem.what();
  }
  return "";
}

/// Settings under which camps keep everyone and conflict displaces `daily` people a day.
inline std::string push_settings(int daily, const std::string& move_rules = "") {
  return "spawn_rules:\n  conflict_driven_spawning:\n    displaced_per_conflict_day: " +
         std::to_string(daily) + "\nmove_rules:\n  camp_movechance: 0.0\n" + move_rules;
}

inline constexpr const char* location_header =
    "#name,region,country,latitude,longitude,location_type,conflict_date,population\n";

} // namespace cauce::flee
