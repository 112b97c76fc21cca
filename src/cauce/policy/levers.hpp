// levers.csv: what can be moved, by whom, and within which range.
#pragma once

#include "cauce/base/diagnostics.hpp"
#include "cauce/evidence/sources.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace cauce::policy {

struct Lever {
  std::string name;
  std::string variable; ///< the XMILE variable that it sets
  std::string unit;
  double low = 0.0, high = 0.0;   ///< range in which the lever may stand
  std::optional<double> standing; ///< value without any action; none: the equation or the data hold
  std::string actor, group;
  std::optional<double> cost_usd_per_unit_month;
  std::string claims; ///< ids joined by ';'
  std::string name_en, name_es, doc_en, doc_es, source_id, status;
  SourcePos where;
};

/// Findings: B102 to B105, Y101 (given twice), Y102 (range or default out of
/// order), and those of `Sources::check`.
std::vector<Lever> read_levers(const std::filesystem::path& path, const evidence::Sources& sources,
                               Diagnostics& findings);

const Lever* find_lever(const std::vector<Lever>& levers, std::string_view name);

} // namespace cauce::policy
