#include "cauce/report/judged.hpp"

#include "cauce/base/files.hpp"
#include "cauce/base/table.hpp"

#include <algorithm>
#include <vector>

namespace cauce::report {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {
json table_json(const fs::path& path, std::string_view without_kind = {}) {
  if (!fs::exists(path))
    return nullptr;
  Diagnostics findings;
  const Table table = Table::read(path, {}, findings);
  if (!findings.ok())
    return nullptr;
  json rows = json::array();
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (!without_kind.empty() && table.cell(row, "kind") == without_kind)
      continue;
    json cells = json::array();
    for (std::size_t column = 0; column < table.columns().size(); ++column)
      cells.push_back(table.cell(row, static_cast<int>(column)));
    rows.push_back(std::move(cells));
  }
  return {{"columns", table.columns()}, {"rows", std::move(rows)}};
}
} // namespace

json judged_theories(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code absent;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, absent)) {
    const std::string file = entry.path().filename().string();
    constexpr std::string_view ending = ".draws.csv";
    if (file.ends_with(ending))
      names.push_back(file.substr(0, file.size() - ending.size()));
  }
  std::sort(names.begin(), names.end());
  json theories = json::object();
  for (const std::string& name : names) {
    const fs::path notes = folder / (name + ".json");
    json parsed = fs::exists(notes) ? json::parse(read_text(notes), nullptr, false) : json();
    if (!parsed.is_object())
      continue;
    theories[name] = {{"notes", std::move(parsed)},
                      {"parameters", table_json(folder / (name + ".parameters.csv"))},
                      {"series", table_json(folder / (name + ".series.csv"))}};
  }
  if (theories.empty())
    return nullptr;
  return {{"theories", std::move(theories)},
          {"skill", table_json(folder / "skill.csv")},
          {"rolling", table_json(folder / "rolling.csv")},
          {"weights", table_json(folder / "weights.csv")},
          {"fans", table_json(folder / "fans.csv", "baseline")}};
}

} // namespace cauce::report
