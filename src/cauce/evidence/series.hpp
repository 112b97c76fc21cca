// Observed series (data/drivers.csv, data/targets.csv): who counted what, where and when.
#pragma once

#include "cauce/base/diagnostics.hpp"
#include "cauce/base/month.hpp"
#include "cauce/evidence/places.hpp"
#include "cauce/evidence/sources.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace cauce::evidence {

struct Observation {
  std::string series, place, group, unit, status, source_id, note;
  Month from;     ///< first month of the period
  int months = 1; ///< 1 for a month, 12 for a calendar year or a US fiscal year ("FY2017")
  double value = 0.0;
  SourcePos where;
};

class SeriesTable {
 public:
  /// Findings: B102 to B105, E105 (unknown place), E108 (period not YYYY, YYYY-MM or FYyyyy), E109
  /// (the same series, place, group and period twice), and those of `Sources::check`.
  static SeriesTable read(const std::filesystem::path& path, const Places& places,
                          const Sources& sources, Diagnostics& findings);

  const std::vector<Observation>& all() const { return observations_; }
  /// Names of all series, sorted.
  std::vector<std::string> names() const;

 private:
  std::vector<Observation> observations_;
};

} // namespace cauce::evidence
