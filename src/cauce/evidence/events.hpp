// events.csv: what happened, dated, for timelines and for reading runs against history.
#pragma once

#include "cauce/base/diagnostics.hpp"
#include "cauce/base/month.hpp"
#include "cauce/evidence/places.hpp"
#include "cauce/evidence/sources.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace cauce::evidence {

struct Event {
  std::string id, place, actor, category, name, summary, source_id, status;
  std::string start_text, end_text;     ///< as written: 2017, 2017-06 or 2017-06-15
  Month start;                          ///< January where only the year is known
  std::optional<Month> end;             ///< last month (December where only the year is known)
  std::optional<double> intensity_hint; ///< 0 to 1
  SourcePos where;
};

/// Reads the table, in the order of the file. Findings: B102 to B105, E103 (intensity), E104 (id
/// given twice), E105 (unknown place), E108 (a date not understood), E114 (ends before it starts),
/// and those of `Sources::check`.
std::vector<Event> read_events(const std::filesystem::path& path, const Places& places,
                               const Sources& sources, Diagnostics& findings);

} // namespace cauce::evidence
