#include "cauce/evidence/series.hpp"

#include "cauce/base/table.hpp"

#include <fmt/format.h>
#include <set>

namespace cauce::evidence {

namespace {
struct Period {
  Month from;
  int months;
};

std::optional<Period> parse_period(const std::string& text) {
  if (text.size() == 7) {
    if (const auto month = Month::parse(text))
      return Period{*month, 1};
  }
  if (text.size() == 4) {
    if (const auto january = Month::parse(text + "-01"))
      return Period{*january, 12};
  }
  if (text.size() == 6 && text.starts_with("FY")) { // October of the year before to September
    if (const auto january = Month::parse(text.substr(2) + "-01"))
      return Period{*january - 3, 12};
  }
  return std::nullopt;
}
} // namespace

SeriesTable SeriesTable::read(const std::filesystem::path& path, const Places& places,
                              const Sources& sources, Diagnostics& findings) {
  const std::vector<std::string> required = {"series", "place",  "group",     "period", "value",
                                             "unit",   "status", "source_id", "note"};
  const Table table = Table::read(path, required, findings);
  SeriesTable series;
  if (table.column("value") < 0)
    return series;
  std::set<std::string> seen;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    Observation o;
    o.where = table.where(row);
    o.series = table.cell(row, "series");
    o.place = table.cell(row, "place");
    o.group = table.cell(row, "group");
    o.unit = table.cell(row, "unit");
    o.status = table.cell(row, "status");
    o.source_id = table.cell(row, "source_id");
    o.note = table.cell(row, "note");
    sources.check(o.source_id, o.status, o.where, findings);
    const std::string& period_text = table.cell(row, "period");
    const auto period = parse_period(period_text);
    if (!period) {
      findings.error("E108", o.where, fmt::format("period '{}' is not understood", period_text),
                     "write 2017, 2017-06 or FY2017");
    }
    if (places.find(o.place) == nullptr) {
      findings.error("E105", o.where, fmt::format("unknown place '{}'", o.place),
                     did_you_mean(o.place, places.codes()));
    }
    const auto value = table.number(row, "value", findings);
    if (!value || !period)
      continue;
    o.from = period->from;
    o.months = period->months;
    o.value = *value;
    if (!seen.insert(o.series + '\n' + o.place + '\n' + o.group + '\n' + period_text).second) {
      findings.error(
          "E109", o.where,
          fmt::format("{} of {} {} in {} is given twice", o.series, o.place, o.group, period_text));
      continue;
    }
    series.observations_.push_back(std::move(o));
  }
  return series;
}

std::vector<std::string> SeriesTable::names() const {
  std::set<std::string> names;
  for (const Observation& o : observations_)
    names.insert(o.series);
  return {names.begin(), names.end()};
}

} // namespace cauce::evidence
