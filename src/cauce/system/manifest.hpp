// system.toml: what a pack says of itself. Names are kept as written; `System` resolves them.
#pragma once

#include "cauce/base/diagnostics.hpp"
#include "cauce/base/month.hpp"
#include "cauce/base/toml.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace cauce::system {

using cauce::Bilingual;

struct Clock {
  Month from;       ///< first month simulated
  Month until;      ///< last month that may be asked for
  Month data_until; ///< last month with observed drivers
  Month decision;   ///< decision date of the reference study
  int steps_per_month = 4;
};

using At = std::map<std::string, std::string>; ///< axis name -> element

/// An observed series that sets an XMILE variable month by month. Rows are matched to elements:
/// places to Country or Department, groups to the variable's remaining dimension.
struct DriverSpec {
  std::string series, variable, group;
  double factor = 1.0;
  bool linear = false; ///< between the middles of periods; otherwise a value holds for its period
  At at;
  SourcePos where;
};

/// An XMILE variable that gives (part of) a rate of the people.
struct RateSpec {
  std::string rate, variable;
  At at;
  SourcePos where;
};

/// A count of the people that replaces the expected value of an XMILE variable.
struct CountSpec {
  std::string count, variable;
  bool per_month = true; ///< persons a month (events) rather than persons (stocks)
  At at;
  SourcePos where;
};

/// An XMILE variable whose elements are standard normal draws, new each step.
struct ShockSpec {
  std::string variable;
  SourcePos where;
};

/// What is recorded each month: a count or a variable, over at most two axes (place, group).
struct OutcomeSpec {
  std::string name, count, variable, unit, section;
  std::vector<std::string> axes;
  At at;
  std::string kind; ///< flow (summed over the month), stock or index (its value at the end)
  bool is_flow() const { return kind == "flow"; }
  Bilingual title, doc;
  SourcePos where;
};

/// An observed series that an outcome is judged by.
struct TargetSpec {
  std::string name, outcome, series, group; ///< rows of the series with this group
  At at;               ///< the element of the outcome's group axis; its sum over the axis if absent
  double log_sd = 0.1; ///< observation error and model discrepancy, on the logarithm
  bool calibrate = false;
  /// For calibration: months are pooled by so many (1: each by itself) ...
  int pool_months = 3;
  /// ... and places are added up: what is known of the group is its total, its split by place being
  /// estimated.
  bool pool_places = false;
  Bilingual title;
  SourcePos where;
};

struct PackManifest {
  std::string name, version;
  Bilingual title;
  Clock clock;
  std::map<std::string, std::string> dimensions; ///< axis name -> XMILE dimension
  std::vector<DriverSpec> drivers;
  std::vector<RateSpec> rates;
  std::vector<CountSpec> counts;
  std::vector<ShockSpec> shocks;
  std::vector<OutcomeSpec> outcomes;
  std::vector<TargetSpec> targets;
};

/// Reads system.toml. Findings: B110 to B112 (keys), P104 (a value out of place). Throws Error
/// B101 (cannot be read) or B113 (not TOML).
PackManifest read_pack_manifest(const std::filesystem::path& path, Diagnostics& findings);

} // namespace cauce::system
