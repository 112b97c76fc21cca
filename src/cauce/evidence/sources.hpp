// data/sources.csv: where numbers come from.
#pragma once

#include "cauce/base/diagnostics.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace cauce::evidence {

struct Source {
  std::string id, title, publisher, date, url, note;
};

class Sources {
 public:
  /// Findings: B102, B103, E104 (id given twice).
  static Sources read(const std::filesystem::path& path, Diagnostics& findings);

  const std::vector<Source>& all() const { return sources_; }
  const Source* find(const std::string& id) const;

  /// Adds E101 (status not seen, derived, recalled or assumed), E102 (unknown source; ids may be
  /// joined by ';') or E110 (neither a source nor the status assumed) at `where`.
  void check(const std::string& source_id, const std::string& status, const SourcePos& where,
             Diagnostics& findings) const;

 private:
  std::vector<Source> sources_;
  std::map<std::string, std::size_t> index_;
  std::vector<std::string> ids_;
};

} // namespace cauce::evidence
