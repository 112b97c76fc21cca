// Flee's CSV files as rows of cells. They differ from Cauce's own tables: the header is a comment
// line that begins with '#' (quoted or not) or missing, and rows may differ in width.
#pragma once

#include "cauce/base/diagnostics.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cauce::flee {

struct Row {
  int line = 0;
  std::vector<std::string> cells; ///< trimmed
  /// The cell, or "" when the row is shorter.
  const std::string& operator[](std::size_t column) const;
  std::size_t size() const { return cells.size(); }
};

struct Rows {
  std::string name; ///< of the file
  Row header;       ///< the first comment line, without its '#'; empty when there is none
  std::vector<Row> rows;
  SourcePos where(const Row& row) const { return {name, row.line, 0}; }
};

/// Reads the file: comments and blank lines are left out. Throws Error B101 when it cannot be read;
/// an unclosed quote (W101) is added to `findings`.
Rows read_rows(const std::filesystem::path& path, Diagnostics& findings);
/// The same from text.
Rows parse_rows(std::string_view text, std::string name, Diagnostics& findings);

/// A whole number in a cell ("12", "12.0"); adds W102 naming `what` and gives nothing otherwise.
std::optional<std::int64_t> whole_number(const Rows& file, const Row& row, std::size_t column,
                                         std::string_view what, Diagnostics& findings);
/// A finite number in a cell; adds W102 and gives nothing otherwise.
std::optional<double> number(const Rows& file, const Row& row, std::size_t column,
                             std::string_view what, Diagnostics& findings);

using Day = std::chrono::sys_days;
/// "2012-02-29" (zeros may be left out); empty when it is no date.
std::optional<Day> parse_day(std::string_view text);
std::string day_text(Day day); ///< "2012-02-29"

} // namespace cauce::flee
