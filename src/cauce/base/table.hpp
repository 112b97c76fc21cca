// Comma-separated tables, read strictly: every cell remembers its line, every fault is said.
#pragma once

#include "cauce/base/diagnostics.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace cauce {

/// A CSV file (RFC 4180: quoted cells, doubled quotes, line ends LF, CRLF or CR) with a header.
/// Blank lines and lines that begin with '#' are skipped. All rows have the header's width.
class Table {
 public:
  /// Reads `path`. Throws Error (B101) when the file cannot be opened; a row of the wrong width
  /// (B103), an unclosed quote (B104) or a column of `required` that is missing (B102, near miss
  /// named) is added to `findings`, the row is left out and reading goes on.
  static Table read(const std::filesystem::path& path, std::span<const std::string> required,
                    Diagnostics& findings);
  /// The same from text; `name` stands for the file in findings.
  static Table parse(std::string_view text, std::string name, std::span<const std::string> required,
                     Diagnostics& findings);

  std::size_t rows() const { return lines_.size(); }
  const std::vector<std::string>& columns() const { return columns_; }
  /// Index of a column, or -1.
  int column(std::string_view name) const;
  /// The cell, trimmed; "" when the column is not there (column index -1).
  const std::string& cell(std::size_t row, int column) const;
  const std::string& cell(std::size_t row, std::string_view name) const;
  /// The cell as a number. An empty cell is `empty_value`; anything else that is not a finite
  /// number adds B105 to `findings` and gives nothing.
  std::optional<double> number(std::size_t row, std::string_view name, Diagnostics& findings,
                               std::optional<double> empty_value = std::nullopt) const {
    return number(row, column(name), findings, empty_value);
  }
  std::optional<double> number(std::size_t row, int column, Diagnostics& findings,
                               std::optional<double> empty_value = std::nullopt) const;
  /// Where the row stands.
  SourcePos where(std::size_t row) const { return {name_, lines_[row], 0}; }
  const std::string& name() const { return name_; }

 private:
  std::string name_;
  std::vector<std::string> columns_;
  std::vector<std::string> cells_;
  std::vector<int> lines_;
};

/// A cell as CSV writes it: quoted when it holds a comma, a quote or a line break.
std::string csv_cell(std::string_view text);

/// The shortest decimal text that reads back as the same double ("nan" for not-a-number).
std::string number_text(double value);

/// Appends `value` with so many significant digits at most (as printf's %g).
void append_number(std::string& text, double value, int digits);

/// Parses all of `text` (trimmed) as a finite double; empty otherwise.
std::optional<double> parse_number(std::string_view text);

} // namespace cauce
