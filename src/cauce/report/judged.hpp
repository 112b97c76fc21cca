// What calibrations and hindcasts stored in the pack (docs/calibration.md), for the report.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>

namespace cauce::report {

/// The tables of `folder` (the pack's posterior/): {"skill", "rolling", "weights", "fans",
/// "theories": {name: {"notes", "parameters", "series"}}}, each table as {"columns", "rows"} of
/// texts; null when no theory is calibrated. A table that is not there, or cannot be read, is null.
/// Fans of baselines are left out.
nlohmann::json judged_theories(const std::filesystem::path& folder);

} // namespace cauce::report
