// The evidence ledger as files: CSV, and a page in Markdown.
#include "cauce/base/table.hpp"
#include "cauce/study/evidence_ledger.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace cauce::study {

namespace {
std::string text(const std::optional<double>& value) {
  return value ? number_text(*value) : std::string();
}

std::string csv_line(std::vector<std::string> cells) {
  for (std::string& cell : cells)
    cell = csv_cell(cell);
  return fmt::format("{}\n", fmt::join(cells, ","));
}

// A cell of a Markdown table.
std::string cell(std::string words) {
  for (std::size_t at = words.find('|'); at != std::string::npos; at = words.find('|', at + 2))
    words.replace(at, 1, "\\|");
  std::replace(words.begin(), words.end(), '\n', ' ');
  return words;
}

std::string markdown_line(const std::vector<std::string>& cells) {
  std::string line = "|";
  for (const std::string& words : cells)
    line += " " + cell(words) + " |";
  return line + "\n";
}

std::string markdown_head(const std::vector<std::string>& columns) {
  std::string line = markdown_line(columns) + "|";
  for (std::size_t i = 0; i < columns.size(); ++i)
    line += "---|";
  return line + "\n";
}

std::string range(const LedgerRow& row) {
  return row.low && row.high ? fmt::format("{} to {}", text(row.low), text(row.high)) : "";
}

std::string counts_table(const std::vector<LedgerRow>& ledger) {
  std::string page = markdown_head({"kind", "status", "rows"});
  for (const auto& [kind, statuses] : count_by_status(ledger)) {
    for (const auto& [status, count] : statuses)
      page += markdown_line({kind, status.empty() ? "none" : status, std::to_string(count)});
  }
  return page;
}

std::string matter_table(const system::System& system, const MatterResult& matter) {
  std::vector<std::string> columns = {"rank", "assumption", "range"};
  for (const std::string& outcome : matter.outcomes)
    columns.push_back(outcome);
  columns.push_back("what it is");
  std::string page = markdown_head(columns);
  for (std::size_t i = 0; i < matter.ranked.size(); ++i) {
    const Matter& m = matter.ranked[i];
    const evidence::Parameter& parameter = system.parameters()[m.parameter];
    std::vector<std::string> cells = {std::to_string(i + 1), parameter.key(),
                                      fmt::format("{} to {}", number_text(parameter.prior.low),
                                                  number_text(parameter.prior.high))};
    for (const double percent : m.percent)
      cells.push_back(fmt::format("{:+.1f} %", percent));
    cells.push_back(parameter.note_en);
    page += markdown_line(cells);
  }
  return page;
}
} // namespace

std::string ledger_csv(const std::vector<LedgerRow>& ledger) {
  std::string csv = "kind,name,element,unit,sector,value,low,high,distribution,status,source_id,"
                    "rows,from,until,used_in,note\n";
  for (const LedgerRow& row : ledger) {
    csv += csv_line({row.kind, row.name, row.element, row.unit, row.sector, text(row.value),
                     text(row.low), text(row.high), row.distribution, row.status, row.source_id,
                     std::to_string(row.rows), row.from, row.until, row.used_in, row.note});
  }
  return csv;
}

std::string matter_csv(const system::System& system, const MatterResult& result) {
  std::string csv = "rank,parameter,low,high,status,largest_log_ratio";
  for (const std::string& outcome : result.outcomes)
    csv += "," + csv_cell(outcome + "_percent");
  csv += "\n";
  for (std::size_t i = 0; i < result.ranked.size(); ++i) {
    const Matter& m = result.ranked[i];
    const evidence::Parameter& parameter = system.parameters()[m.parameter];
    std::vector<std::string> cells = {std::to_string(i + 1),
                                      parameter.key(),
                                      number_text(parameter.prior.low),
                                      number_text(parameter.prior.high),
                                      parameter.status,
                                      fmt::format("{:.4g}", m.largest)};
    for (const double percent : m.percent)
      cells.push_back(fmt::format("{:.4g}", percent));
    csv += csv_line(std::move(cells));
  }
  return csv;
}

std::optional<MatterResult> read_matter(const system::System& system, Diagnostics& findings) {
  const std::filesystem::path path = system.folder() / "matter.csv";
  if (!std::filesystem::exists(path))
    return std::nullopt;
  const std::vector<std::string> required = {"parameter", "largest_log_ratio"};
  const Table table = Table::read(path, required, findings);
  MatterResult result;
  std::vector<std::string> columns;
  for (const std::string& column : table.columns()) {
    if (constexpr std::string_view ending = "_percent"; column.ends_with(ending)) {
      columns.push_back(column);
      result.outcomes.push_back(column.substr(0, column.size() - ending.size()));
    }
  }
  const auto& parameters = system.parameters();
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto known = std::find_if(parameters.begin(), parameters.end(), [&](const auto& p) {
      return p.key() == table.cell(row, "parameter");
    });
    if (known == parameters.end())
      continue;
    Matter matter{static_cast<std::size_t>(known - parameters.begin()), {}, 0.0};
    matter.largest = table.number(row, "largest_log_ratio", findings).value_or(0.0);
    for (const std::string& column : columns)
      matter.percent.push_back(table.number(row, column, findings).value_or(0.0));
    result.ranked.push_back(std::move(matter));
  }
  return result;
}

std::string ledger_page(const system::System& system, const std::vector<LedgerRow>& ledger,
                        const MatterResult* matter) {
  std::string page = fmt::format(
      "# Evidence ledger: {}\n\nMade by `cauce evidence` from the pack's own files. *seen*: read "
      "in "
      "its source; *derived*: computed from seen figures; *recalled*: believed, not read again; "
      "*assumed*: nobody measured it, the range says how far it may be off; *constructed*: an "
      "index "
      "whose make-up is a choice.\n\n## How much rests on what\n\n",
      system.manifest().title.en);
  page += counts_table(ledger);
  if (matter != nullptr) {
    page +=
        "\n## Assumptions by how much they matter\n\nEach at the 5th and at the 95th percentile "
        "of its prior, all others at their medians: change of each outcome from low to "
        "high.\n\n";
    page += matter_table(system, *matter);
  }
  const std::pair<const char*, const char*> kinds[] = {{"parameter", "Parameters"},
                                                       {"driver", "Series that drive the model"},
                                                       {"target", "Series that judge it"},
                                                       {"lever", "Levers"},
                                                       {"index", "Indices"}};
  for (const auto& [kind, title] : kinds) {
    const bool series = std::string_view(kind) == "driver" || std::string_view(kind) == "target";
    page += fmt::format("\n## {}\n\n", title);
    page += series
                ? markdown_head({"name", "unit", "rows", "months", "status", "source", "used in"})
                : markdown_head({"name", "unit", "value", "range", "status", "source", "used in",
                                 "what it is"});
    for (const LedgerRow& row : ledger) {
      if (row.kind != kind)
        continue;
      const std::string name = row.element.empty() ? row.name : row.name + "[" + row.element + "]";
      page += series ? markdown_line({name, row.unit, std::to_string(row.rows),
                                      row.from + " to " + row.until, row.status, row.source_id,
                                      row.used_in.empty() ? "kept beside" : row.used_in})
                     : markdown_line({name, row.unit, text(row.value), range(row), row.status,
                                      row.source_id, row.used_in, row.note});
    }
  }
  return page;
}

} // namespace cauce::study
