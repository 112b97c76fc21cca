#include "cauce/evidence/sources.hpp"

#include "cauce/base/table.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace cauce::evidence {

Sources Sources::read(const std::filesystem::path& path, Diagnostics& findings) {
  const std::vector<std::string> required = {"source_id", "title", "publisher",
                                             "date",      "url",   "note"};
  const Table table = Table::read(path, required, findings);
  Sources sources;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    Source source{table.cell(row, "source_id"), table.cell(row, "title"),
                  table.cell(row, "publisher"), table.cell(row, "date"),
                  table.cell(row, "url"),       table.cell(row, "note")};
    if (!sources.index_.try_emplace(source.id, sources.sources_.size()).second) {
      findings.error("E104", table.where(row),
                     fmt::format("source '{}' is given twice", source.id));
      continue;
    }
    sources.ids_.push_back(source.id);
    sources.sources_.push_back(std::move(source));
  }
  return sources;
}

const Source* Sources::find(const std::string& id) const {
  const auto found = index_.find(id);
  return found == index_.end() ? nullptr : &sources_[found->second];
}

void Sources::check(const std::string& source_id, const std::string& status, const SourcePos& where,
                    Diagnostics& findings) const {
  static const std::vector<std::string> statuses = {"seen", "derived", "recalled", "assumed"};
  if (std::find(statuses.begin(), statuses.end(), status) == statuses.end()) {
    findings.error("E101", where, fmt::format("status '{}' is not known", status),
                   "use seen, derived, recalled or assumed");
  }
  if (source_id.empty() && status != "assumed") {
    findings.error("E110", where, fmt::format("a number that is '{}' needs a source", status),
                   "give its source_id, or mark it assumed");
  }
  for (std::size_t from = 0; from < source_id.size();) {
    const std::size_t to = std::min(source_id.find(';', from), source_id.size());
    std::string id = source_id.substr(from, to - from);
    const auto first = id.find_first_not_of(' ');
    id = first == std::string::npos ? "" : id.substr(first, id.find_last_not_of(' ') - first + 1);
    if (!id.empty() && find(id) == nullptr) {
      findings.error("E102", where, fmt::format("unknown source '{}'", id), did_you_mean(id, ids_));
    }
    from = to + 1;
  }
}

} // namespace cauce::evidence
