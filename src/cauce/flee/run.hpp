// A whole case: read, run, compare with the counts, written in the columns that Flee prints.
#pragma once

#include "cauce/flee/input.hpp"
#include "cauce/flee/refugee_data.hpp"
#include "cauce/flee/settings.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace cauce::flee {

/// All that a run needs, immutable: several may share it.
struct Case {
  Settings settings;
  Input input;
  RefugeeData data;
  std::filesystem::path settings_file; ///< where the settings were read; empty: Flee's defaults
};

/// Reads a case. An empty `settings_file` is looked for beside the input (find_settings); `days`
/// above 0 overrides the length of the simulation. Warnings are added to `findings`; throws Errors
/// with all faults of all files when there is one.
Case read_case(const std::filesystem::path& input, const std::filesystem::path& validation,
               const std::filesystem::path& settings_file, int days, Diagnostics& findings);

/// One day, after its movement.
struct DayResult {
  std::vector<std::int64_t> simulated; ///< persons by camp
  std::vector<std::int64_t> counted;   ///< the data by camp
  std::int64_t total = 0;              ///< persons in the simulation
  std::int64_t raw_count = 0;
  std::int64_t debt = 0;
  std::int64_t internally_displaced = 0;

  std::int64_t in_camps() const;
  std::int64_t counted_in_camps() const;
  /// Sum of the absolute differences over the camps, as a share of the raw count (0 without one).
  double total_error() const;
};

struct CaseResult {
  std::vector<std::string> camps;
  std::vector<DayResult> days;
  std::uint64_t moves = 0; ///< links entered by all persons
  double mean_total_error() const;
};

/// Runs the case. The same seed gives the same result, bit for bit.
CaseResult run_case(const Case& c, std::uint64_t seed);

/// The table that Flee prints: Day,Date, by camp "X sim,X data,X error", Total error and totals.
std::string to_csv(const Case& c, const CaseResult& result);

} // namespace cauce::flee
