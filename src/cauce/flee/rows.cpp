#include "cauce/flee/rows.hpp"

#include "cauce/base/files.hpp"
#include "cauce/base/table.hpp"

#include <charconv>
#include <cmath>
#include <fmt/format.h>

namespace cauce::flee {

namespace {
std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos)
    return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t\r") - first + 1));
}

// Splits CSV text into rows of trimmed cells; quotes may hold commas, line ends and doubled quotes.
class Splitter {
 public:
  Splitter(std::string_view text, Rows& into, Diagnostics& findings)
      : text_(text), into_(into), findings_(findings) {}

  void split() {
    if (text_.starts_with("\xEF\xBB\xBF"))
      text_.remove_prefix(3);
    for (std::size_t i = 0; i < text_.size(); ++i) {
      const char c = text_[i];
      if (quoted_) {
        if (c == '\n')
          ++line_;
        if (c != '"') {
          cell_ += c;
        } else if (i + 1 < text_.size() && text_[i + 1] == '"') {
          cell_ += text_[++i];
        } else {
          quoted_ = false;
        }
      } else if (c == '"' && trimmed(cell_).empty()) {
        quoted_ = true;
        quote_line_ = line_;
        cell_.clear();
      } else if (c == ',') {
        end_cell();
      } else if (c == '\n' || (c == '\r' && (i + 1 == text_.size() || text_[i + 1] != '\n'))) {
        ++line_;
        end_row();
      } else {
        cell_ += c;
      }
    }
    if (quoted_) {
      findings_.error("W101", {into_.name, quote_line_, 0}, "a quoted cell is never closed",
                      "add the missing '\"'");
    }
    end_row();
  }

 private:
  void end_cell() {
    row_.cells.push_back(trimmed(cell_));
    cell_.clear();
  }

  void end_row() {
    end_cell();
    const bool blank = row_.cells.size() == 1 && row_.cells[0].empty();
    if (!blank && row_.cells[0].starts_with('#')) {
      if (into_.header.cells.empty()) {
        into_.header = row_;
        into_.header.cells[0] = trimmed(std::string_view(row_.cells[0]).substr(1));
      }
    } else if (!blank) {
      into_.rows.push_back(row_);
    }
    row_ = {};
    row_.line = line_;
  }

  std::string_view text_;
  Rows& into_;
  Diagnostics& findings_;
  Row row_{1, {}};
  std::string cell_;
  bool quoted_ = false;
  int line_ = 1;
  int quote_line_ = 1;
};
} // namespace

const std::string& Row::operator[](std::size_t column) const {
  static const std::string empty;
  return column < cells.size() ? cells[column] : empty;
}

Rows parse_rows(std::string_view text, std::string name, Diagnostics& findings) {
  Rows rows;
  rows.name = std::move(name);
  Splitter(text, rows, findings).split();
  return rows;
}

Rows read_rows(const std::filesystem::path& path, Diagnostics& findings) {
  return parse_rows(read_text(path), path.string(), findings);
}

std::optional<double> number(const Rows& file, const Row& row, std::size_t column,
                             std::string_view what, Diagnostics& findings) {
  const auto value = parse_number(row[column]);
  if (!value) {
    findings.error("W102", file.where(row),
                   fmt::format("{} should be a number, found '{}'", what, row[column]));
  }
  return value;
}

std::optional<std::int64_t> whole_number(const Rows& file, const Row& row, std::size_t column,
                                         std::string_view what, Diagnostics& findings) {
  const auto value = parse_number(row[column]);
  if (!value || *value != std::floor(*value) || std::abs(*value) > 1e15) {
    findings.error("W102", file.where(row),
                   fmt::format("{} should be a whole number, found '{}'", what, row[column]));
    return std::nullopt;
  }
  return static_cast<std::int64_t>(*value);
}

std::optional<Day> parse_day(std::string_view text) {
  int parts[3] = {0, 0, 0};
  const char* at = text.data();
  const char* const end = text.data() + text.size();
  for (int i = 0; i < 3; ++i) {
    if (i > 0 && (at == end || *at++ != '-'))
      return std::nullopt;
    if (at != end && (*at < '0' || *at > '9'))
      return std::nullopt;
    const auto [next, problem] = std::from_chars(at, end, parts[i]);
    if (problem != std::errc{})
      return std::nullopt;
    at = next;
  }
  if (at != end || parts[0] > 9999)
    return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(parts[0]),
                                         std::chrono::month(static_cast<unsigned>(parts[1])),
                                         std::chrono::day(static_cast<unsigned>(parts[2]))};
  if (!date.ok())
    return std::nullopt;
  return Day(date);
}

std::string day_text(Day day) {
  const std::chrono::year_month_day date(day);
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

} // namespace cauce::flee
