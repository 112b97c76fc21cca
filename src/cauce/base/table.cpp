#include "cauce/base/table.hpp"

#include "cauce/base/files.hpp"

#include <charconv>
#include <cmath>
#include <fmt/format.h>

namespace cauce {

namespace {
std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

struct RawRow {
  int line = 1;
  std::vector<std::string> cells;
};

// Splits CSV text into rows; the only fault at this level is a quote that is never closed.
std::vector<RawRow> split(std::string_view text, const std::string& name, Diagnostics& findings) {
  std::vector<RawRow> rows;
  RawRow row;
  std::string cell;
  bool quoted = false, was_quoted = false;
  int line = 1;
  int quote_line = 1;
  const auto end_cell = [&] {
    row.cells.emplace_back(was_quoted ? std::string_view(cell) : trimmed(cell));
    cell.clear();
    was_quoted = false;
  };
  const auto end_row = [&] {
    end_cell();
    const bool blank = row.cells.size() == 1 && row.cells[0].empty();
    const bool comment = row.cells[0].starts_with('#');
    if (!blank && !comment)
      rows.push_back(std::move(row));
    row = {};
    row.line = line;
  };
  if (text.starts_with("\xEF\xBB\xBF"))
    text.remove_prefix(3);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool line_end = c == '\n' || (c == '\r' && (i + 1 == text.size() || text[i + 1] != '\n'));
    if (line_end)
      ++line;
    if (quoted) {
      if (c == '"' && i + 1 < text.size() && text[i + 1] == '"') {
        cell += '"';
        ++i;
      } else if (c == '"') {
        quoted = false;
      } else {
        cell += c;
      }
    } else if (c == '"' && trimmed(cell).empty() && !was_quoted) {
      quoted = was_quoted = true;
      quote_line = line;
      cell.clear();
    } else if (c == ',') {
      end_cell();
    } else if (line_end) {
      end_row();
    } else if (c != '\r' && !(was_quoted && (c == ' ' || c == '\t'))) {
      cell += c;
    }
  }
  if (quoted) {
    findings.error("B104", {name, quote_line, 0}, "a quoted cell is never closed",
                   "add the missing '\"'");
  }
  if (!cell.empty() || was_quoted || !row.cells.empty())
    end_row();
  return rows;
}
} // namespace

Table Table::read(const std::filesystem::path& path, std::span<const std::string> required,
                  Diagnostics& findings) {
  return parse(read_text(path), path.generic_string(), required, findings);
}

Table Table::parse(std::string_view text, std::string name, std::span<const std::string> required,
                   Diagnostics& findings) {
  Table table;
  table.name_ = std::move(name);
  std::vector<RawRow> rows = split(text, table.name_, findings);
  if (!rows.empty())
    table.columns_ = std::move(rows[0].cells);
  for (const std::string& column : required) {
    if (table.column(column) >= 0)
      continue;
    std::string hint = did_you_mean(column, table.columns_);
    if (hint.empty())
      hint = "add the column to the header";
    findings.error("B102", {table.name_, rows.empty() ? 1 : rows[0].line, 0},
                   fmt::format("missing column '{}'", column), hint);
  }
  for (std::size_t i = 1; i < rows.size(); ++i) {
    if (rows[i].cells.size() != table.columns_.size()) {
      findings.error("B103", {table.name_, rows[i].line, 0},
                     fmt::format("the row has {} cells, the header {}", rows[i].cells.size(),
                                 table.columns_.size()),
                     "quote cells that hold commas");
      continue;
    }
    table.lines_.push_back(rows[i].line);
    for (std::string& cell : rows[i].cells)
      table.cells_.push_back(std::move(cell));
  }
  return table;
}

int Table::column(std::string_view name) const {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i] == name)
      return static_cast<int>(i);
  }
  return -1;
}

const std::string& Table::cell(std::size_t row, int column) const {
  static const std::string empty;
  if (column < 0)
    return empty;
  return cells_[row * columns_.size() + static_cast<std::size_t>(column)];
}

const std::string& Table::cell(std::size_t row, std::string_view name) const {
  return cell(row, column(name));
}

std::optional<double> Table::number(std::size_t row, int column, Diagnostics& findings,
                                    std::optional<double> empty_value) const {
  const std::string& text = cell(row, column);
  if (text.empty() && empty_value)
    return empty_value;
  const std::optional<double> value = parse_number(text);
  if (!value) {
    findings.error("B105", where(row),
                   fmt::format("'{}' is not a number (column '{}')", text,
                               column < 0 ? "" : columns_[static_cast<std::size_t>(column)]),
                   "write a decimal number such as 12.5");
  }
  return value;
}

std::string csv_cell(std::string_view text) {
  if (text.find_first_of(",\"\n\r") == std::string_view::npos)
    return std::string(text);
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"')
      out += '"';
    out += c;
  }
  return out + '"';
}

std::string number_text(double value) {
  if (std::isnan(value))
    return "nan";
  char buffer[32];
  const auto [end, problem] = std::to_chars(buffer, buffer + sizeof buffer, value);
  return std::string(buffer, end);
}

void append_number(std::string& text, double value, int digits) {
  char buffer[64];
  const auto [end, problem] =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::general, digits);
  text.append(buffer, end);
}

std::optional<double> parse_number(std::string_view text) {
  const std::string_view clean = trimmed(text);
  const char* first = clean.data() + (clean.starts_with('+') ? 1 : 0);
  double value = 0.0;
  const auto [last, problem] = std::from_chars(first, clean.data() + clean.size(), value);
  if (problem != std::errc() || last != clean.data() + clean.size() || !std::isfinite(value)) {
    return std::nullopt;
  }
  return value;
}

} // namespace cauce
