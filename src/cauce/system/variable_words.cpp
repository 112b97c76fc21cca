#include "cauce/system/variable_words.hpp"

#include "cauce/base/table.hpp"
#include "cauce/conditions/names.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace cauce::system {

namespace fs = std::filesystem;

VariableWords VariableWords::of_pack(const fs::path& folder, Diagnostics& findings) {
  VariableWords words;
  const fs::path path = folder / "variables.es.csv";
  if (!fs::exists(path))
    return words;
  static const std::vector<std::string> required = {"name", "title", "doc"};
  const Table table = Table::read(path, required, findings);
  words.file_ = table.name();
  for (std::size_t row = 0; row < table.rows(); ++row) {
    Row one{table.cell(row, "name"), table.cell(row, "title"), table.cell(row, "doc"),
            table.where(row)};
    const auto [known, fresh] =
        words.row_of_.try_emplace(conditions::canonical_name(one.name), words.rows_.size());
    if (!fresh) {
      findings.error(
          "P332", one.where, fmt::format("variable '{}' is given twice", one.name),
          fmt::format("its first row is line {}", words.rows_[known->second].where.line));
      continue;
    }
    words.rows_.push_back(std::move(one));
  }
  return words;
}

const VariableWords::Row* VariableWords::find(std::string_view name) const {
  const auto found = row_of_.find(conditions::canonical_name(name));
  return found == row_of_.end() ? nullptr : &rows_[found->second];
}

Bilingual VariableWords::title(std::string_view name) const {
  const Row* row = find(name);
  const std::string english(name);
  return {english, row == nullptr || row->title.empty() ? english : row->title};
}

Bilingual VariableWords::doc(std::string_view name, const std::string& english) const {
  const Row* row = find(name);
  return {english, row == nullptr || row->doc.empty() ? english : row->doc};
}

void VariableWords::check(const conditions::Model& model, Diagnostics& findings) const {
  if (file_.empty())
    return;
  for (const Row& row : rows_) {
    const auto id = model.find(row.name);
    if (!id || model.info(*id).hidden) {
      findings.error("P304", row.where,
                     fmt::format("conditions.xmile has no variable '{}'", row.name),
                     did_you_mean(row.name, model.known_names()));
    }
  }
  std::vector<std::string> without;
  std::size_t all = 0;
  for (const conditions::VariableInfo& info : model.variables()) {
    if (info.hidden)
      continue;
    ++all;
    const Row* row = find(info.name);
    if (row == nullptr || row->title.empty() || (row->doc.empty() && !info.doc.empty()))
      without.push_back(info.name);
  }
  if (without.empty())
    return;
  constexpr std::size_t named = 5;
  const bool more = without.size() > named;
  const std::string others =
      more ? fmt::format(" and {} more", without.size() - named) : std::string();
  const std::size_t count = without.size();
  without.resize(std::min(count, named));
  findings.warning("P333", {file_, 0, 0},
                   fmt::format("{} of {} variables have no title or no doc here: {}{}", count, all,
                               fmt::join(without, ", "), others),
                   "readers of this language are shown their English words");
}

} // namespace cauce::system
