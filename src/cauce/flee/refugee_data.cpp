#include "cauce/flee/refugee_data.hpp"

#include "cauce/base/files.hpp"
#include "cauce/base/table.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace cauce::flee {

namespace {
// Runs `read`; a file that cannot be read becomes a finding among the others.
template <typename Read> bool or_finding(Diagnostics& findings, Read read) {
  try {
    read();
    return true;
  } catch (const Error& problem) {
    findings.add(problem.diagnostic());
    return false;
  }
}
} // namespace

std::optional<RefugeeData::Series> RefugeeData::read_series(const std::filesystem::path& file,
                                                            Day start, int hasten,
                                                            Diagnostics& findings) {
  Series series;
  Rows rows;
  if (!or_finding(findings, [&] { rows = read_rows(file, findings); }))
    return std::nullopt;
  for (const Row& row : rows.rows) {
    const bool is_header = &row == &rows.rows.front() && (row[0] == "Date" || row[0] == "DateTime");
    if (is_header || row.size() < 2 || row[1].empty())
      continue;
    const auto day = parse_day(row[0]);
    if (!day) {
      findings.error("W104", rows.where(row), fmt::format("'{}' is not a date", row[0]));
      continue;
    }
    const auto count = whole_number(rows, row, 1, "the count", findings);
    if (!count)
      continue;
    series.push_back(
        {static_cast<double>((*day - start).count()), static_cast<double>(*count) / hasten});
  }
  if (series.empty()) {
    findings.error("W131", {rows.name}, "no row 'year-month-day,count' in this file");
    return std::nullopt;
  }
  return series;
}

// Flee's way of adding two series without interpolating them: entries of the first are kept up to
// the last entry of the second, each with the latest of the other.
RefugeeData::Series RefugeeData::sum(const Series& first, const Series& second) {
  Series total;
  std::size_t at = 0;
  double latest = 0.0;
  for (const Point& point : second) {
    while (point.day > first[at].day) {
      total.push_back({first[at].day, latest + first[at].count});
      if (at + 1 == first.size())
        break;
      ++at;
    }
    if (point.day > first[at].day)
      continue;
    total.push_back({point.day, point.count + first[at].count});
    latest = point.count;
    if (point.day == first[at].day && at + 1 < first.size())
      ++at;
  }
  return total;
}

RefugeeData RefugeeData::read(const std::filesystem::path& folder, Day start, int days, int hasten,
                              Diagnostics& findings) {
  RefugeeData data;
  data.start_ = start;
  data.days_ = days;
  const Rows layout = read_rows(folder / "data_layout.csv", findings);
  for (const Row& row : layout.rows) {
    if (row.size() < 2)
      continue;
    std::optional<Series> series;
    for (std::size_t column = 1; column < row.size(); ++column) {
      if (row[column].empty())
        continue;
      const auto next = read_series(folder / row[column], start, hasten, findings);
      if (next)
        series = series ? sum(*series, *next) : *next;
    }
    if (!series || series->empty())
      continue;
    data.names_.push_back(row[0]);
    data.points_.push_back(std::move(*series));
  }
  if (layout.rows.empty())
    findings.error("W131", {layout.name}, "names no file of counts");
  data.interpolate();
  return data;
}

void RefugeeData::interpolate() {
  series_.assign(points_.size(), {});
  for (std::size_t i = 0; i < points_.size(); ++i) {
    const Series& points = points_[i];
    for (int day = 0; day < days_; ++day) {
      std::size_t next = 1;
      while (next < points.size() && day >= points[next].day)
        ++next;
      double value = points.back().count;
      if (day <= points.front().day) {
        value = points.front().count;
      } else if (next < points.size()) {
        const Point& before = points[next - 1];
        const double fraction = (day - before.day) / (points[next].day - before.day);
        value = before.count + fraction * (points[next].count - before.count);
      }
      series_[i].push_back(static_cast<std::int64_t>(value));
    }
  }
}

void RefugeeData::correct(const std::filesystem::path& file, Diagnostics& findings) {
  const Rows rows = read_rows(file, findings);
  for (const Row& row : rows.rows) {
    if (row.size() < 2)
      continue;
    const auto index = find(row[0]);
    if (!index) {
      findings.error("W123", rows.where(row),
                     fmt::format("'{}' is not a place of data_layout.csv", row[0]),
                     did_you_mean(row[0], names_));
      continue;
    }
    const auto date = parse_day(row[1]);
    if (!date) {
      findings.error("W104", rows.where(row), fmt::format("'{}' is not a date", row[1]));
      continue;
    }
    const double day = static_cast<double>((*date - start_).count());
    if (day < 0.0)
      continue; // before the simulation: Flee leaves it out too
    Series& points = points_[*index];
    bool fits = false;
    for (std::size_t i = 1; i < points.size(); ++i) {
      if (points[i].day != day || points[i - 1].count < 1.0)
        continue;
      const double factor = points[i].count / points[i - 1].count;
      for (std::size_t j = 0; j < i; ++j)
        points[j].count *= factor;
      fits = true;
    }
    if (!fits) {
      findings.warning("W132", rows.where(row),
                       fmt::format("no count of '{}' on {} to correct by", row[0], row[1]),
                       "the counts stay as they are");
    }
  }
  interpolate();
}

std::optional<std::size_t> RefugeeData::find(std::string_view name) const {
  const auto found = std::find(names_.begin(), names_.end(), name);
  if (found == names_.end())
    return std::nullopt;
  return static_cast<std::size_t>(found - names_.begin());
}

std::int64_t RefugeeData::daily_difference(int day, bool sum_from_camps) const {
  if (!sum_from_camps) {
    const auto total = find("total");
    if (!total)
      return 0;
    return count(*total, day) - (day > 0 ? count(*total, day - 1) : 0);
  }
  std::int64_t sum = 0;
  // On day 0 Flee adds all series, the total among them; later the total stays out.
  for (std::size_t i = day == 0 ? 0 : 1; i < series_.size(); ++i) {
    sum += count(i, day) - (day > 0 ? count(i, day - 1) : 0);
  }
  return sum;
}

} // namespace cauce::flee
