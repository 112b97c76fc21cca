// The counts that a case is compared with: `data_layout.csv` names the files of each camp, each
// file holds dated counts; between dates they are interpolated linearly, outside held constant.
//
// As in Flee, whose figures these are: values are cut to whole persons; day 0 of the total counts
// the file "total" beside the camps; a correction scales all counts before its date so that they
// meet the count on it.
#pragma once

#include "cauce/base/diagnostics.hpp"
#include "cauce/flee/rows.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cauce::flee {

class RefugeeData {
 public:
  /// Reads all files of the folder for days 0 to `days` - 1 after `start`; counts are divided by
  /// `hasten`. Findings: W102, W104, W131 and B101 for what cannot be read.
  static RefugeeData read(const std::filesystem::path& folder, Day start, int days, int hasten,
                          Diagnostics& findings);

  /// Applies registration_corrections.csv. Names unknown to the layout are errors (W123), dates
  /// without a count warnings (W132).
  void correct(const std::filesystem::path& file, Diagnostics& findings);

  /// Index of a name of the layout, or empty.
  std::optional<std::size_t> find(std::string_view name) const;
  const std::vector<std::string>& names() const { return names_; }
  /// Persons at the place on the day (day < days).
  std::int64_t count(std::size_t index, int day) const {
    return series_[index][static_cast<std::size_t>(day)];
  }
  /// By how much the total rises on the day; on day 0, the whole of it. Without `sum_from_camps` it
  /// is the series "total".
  std::int64_t daily_difference(int day, bool sum_from_camps) const;

 private:
  struct Point {
    double day;
    double count;
  };
  using Series = std::vector<Point>;

  static std::optional<Series> read_series(const std::filesystem::path& file, Day start, int hasten,
                                           Diagnostics& findings);
  static Series sum(const Series& first, const Series& second);
  void interpolate();

  Day start_{};
  int days_ = 0;
  std::vector<std::string> names_;
  std::vector<Series> points_;
  std::vector<std::vector<std::int64_t>> series_;
};

} // namespace cauce::flee
