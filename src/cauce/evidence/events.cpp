#include "cauce/evidence/events.hpp"

#include "cauce/base/table.hpp"

#include <fmt/format.h>
#include <set>

namespace cauce::evidence {

std::vector<Event> read_events(const std::filesystem::path& path, const Places& places,
                               const Sources& sources, Diagnostics& findings) {
  static const std::vector<std::string> required = {
      "event_id", "start",          "end",       "place", "actor", "category", "name",
      "summary",  "intensity_hint", "source_id", "status"};
  const Table table = Table::read(path, required, findings);
  std::vector<Event> events;
  if (table.column("event_id") < 0)
    return events;
  std::set<std::string> seen;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    Event event;
    event.where = table.where(row);
    event.id = table.cell(row, "event_id");
    event.place = table.cell(row, "place");
    event.actor = table.cell(row, "actor");
    event.category = table.cell(row, "category");
    event.name = table.cell(row, "name");
    event.summary = table.cell(row, "summary");
    event.source_id = table.cell(row, "source_id");
    event.status = table.cell(row, "status");
    event.start_text = table.cell(row, "start");
    event.end_text = table.cell(row, "end");
    sources.check(event.source_id, event.status, event.where, findings);
    if (places.find(event.place) == nullptr) {
      findings.error("E105", event.where, fmt::format("unknown place '{}'", event.place),
                     did_you_mean(event.place, places.codes()));
    }
    const auto date = [&](const std::string& text, const char* month_of_a_year) {
      const auto month = Month::parse(text.size() == 4 ? text + month_of_a_year : text);
      if (!month) {
        findings.error("E108", event.where, fmt::format("date '{}' is not understood", text),
                       "write 2017, 2017-06 or 2017-06-15");
      }
      return month;
    };
    const auto start = date(event.start_text, "-01");
    if (!event.end_text.empty())
      event.end = date(event.end_text, "-12");
    if (start && event.end && *event.end < *start) {
      findings.error("E114", event.where,
                     fmt::format("event '{}' ends ({}) before it starts ({})", event.id,
                                 event.end_text, event.start_text));
    }
    if (!table.cell(row, "intensity_hint").empty()) {
      event.intensity_hint = table.number(row, "intensity_hint", findings);
      if (event.intensity_hint && (*event.intensity_hint < 0.0 || *event.intensity_hint > 1.0)) {
        findings.error("E103", event.where,
                       fmt::format("intensity_hint must lie between 0 and 1, found {}",
                                   *event.intensity_hint));
      }
    }
    if (!seen.insert(event.id).second) {
      findings.error("E104", event.where, fmt::format("event '{}' is given twice", event.id));
      continue;
    }
    if (!start)
      continue;
    event.start = *start;
    events.push_back(std::move(event));
  }
  return events;
}

} // namespace cauce::evidence
