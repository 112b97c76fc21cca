#include "cauce/policy/levers.hpp"

#include "cauce/base/table.hpp"

#include <fmt/format.h>

namespace cauce::policy {

std::vector<Lever> read_levers(const std::filesystem::path& path, const evidence::Sources& sources,
                               Diagnostics& findings) {
  const std::vector<std::string> required = {"lever",  "variable", "unit",
                                             "low",    "high",     "default",
                                             "actor",  "group",    "cost_usd_per_unit_month",
                                             "claims", "name_en",  "name_es",
                                             "doc_en", "doc_es",   "source_id",
                                             "status"};
  const Table table = Table::read(path, required, findings);
  std::vector<Lever> levers;
  if (table.column("lever") < 0)
    return levers;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    Lever lever;
    lever.where = table.where(row);
    lever.name = table.cell(row, "lever");
    lever.variable = table.cell(row, "variable");
    lever.unit = table.cell(row, "unit");
    lever.low = table.number(row, "low", findings).value_or(0.0);
    lever.high = table.number(row, "high", findings).value_or(0.0);
    if (!table.cell(row, "default").empty())
      lever.standing = table.number(row, "default", findings);
    lever.actor = table.cell(row, "actor");
    lever.group = table.cell(row, "group");
    if (!table.cell(row, "cost_usd_per_unit_month").empty()) {
      lever.cost_usd_per_unit_month = table.number(row, "cost_usd_per_unit_month", findings);
    }
    lever.claims = table.cell(row, "claims");
    lever.name_en = table.cell(row, "name_en");
    lever.name_es = table.cell(row, "name_es");
    lever.doc_en = table.cell(row, "doc_en");
    lever.doc_es = table.cell(row, "doc_es");
    lever.source_id = table.cell(row, "source_id");
    lever.status = table.cell(row, "status");
    sources.check(lever.source_id, lever.status, lever.where, findings);
    if (find_lever(levers, lever.name) != nullptr) {
      findings.error("Y101", lever.where, fmt::format("lever '{}' is given twice", lever.name));
      continue;
    }
    if (!(lever.low < lever.high) ||
        (lever.standing && (*lever.standing < lever.low || *lever.standing > lever.high))) {
      findings.error("Y102", lever.where,
                     fmt::format("lever '{}' needs low <= default <= high and low < high, found "
                                 "{}, {}, {}",
                                 lever.name, lever.low, table.cell(row, "default"), lever.high));
    }
    levers.push_back(std::move(lever));
  }
  return levers;
}

const Lever* find_lever(const std::vector<Lever>& levers, std::string_view name) {
  for (const Lever& lever : levers) {
    if (lever.name == name)
      return &lever;
  }
  return nullptr;
}

} // namespace cauce::policy
