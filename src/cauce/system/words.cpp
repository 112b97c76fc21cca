#include "cauce/system/words.hpp"

#include "cauce/base/table.hpp"
#include "cauce/conditions/names.hpp"
#include "cauce/system/system.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <set>

namespace cauce::system {

namespace fs = std::filesystem;

namespace {
std::string spaced(std::string name, char from) {
  std::replace(name.begin(), name.end(), from, ' ');
  return name;
}

// "'a', 'b' and 3 more".
std::string some_of(const std::vector<std::string>& keys) {
  constexpr std::size_t named = 5;
  const std::size_t shown = std::min(keys.size(), named);
  const std::string others =
      keys.size() > shown ? fmt::format(" and {} more", keys.size() - shown) : std::string();
  return fmt::format(
      "'{}'{}", fmt::join(keys.begin(), keys.begin() + static_cast<long>(shown), "', '"), others);
}
} // namespace

Words Words::read(const fs::path& folder, Form form, Diagnostics& findings) {
  Words words;
  words.form_ = std::move(form);
  const fs::path path = folder / words.form_.file;
  if (!fs::exists(path))
    return words;
  std::vector<std::string> required = words.form_.columns;
  required.insert(required.begin(), words.form_.key);
  const Table table = Table::read(path, required, findings);
  words.path_ = table.name();
  for (std::size_t row = 0; row < table.rows(); ++row) {
    Row one{table.cell(row, words.form_.key), {}, table.where(row)};
    for (const std::string& column : words.form_.columns)
      one.told.push_back(table.cell(row, column));
    const auto [known, fresh] =
        words.row_of_.try_emplace(words.compared(one.key), words.rows_.size());
    if (!fresh) {
      findings.error(
          "P332", one.where, fmt::format("'{}' is given twice", one.key),
          fmt::format("its first row is line {}", words.rows_[known->second].where.line));
      continue;
    }
    words.rows_.push_back(std::move(one));
  }
  return words;
}

std::string Words::compared(std::string_view key) const {
  return form_.same == nullptr ? std::string(key) : form_.same(key);
}

const Words::Row* Words::find(std::string_view key) const {
  const auto found = row_of_.find(compared(key));
  return found == row_of_.end() ? nullptr : &rows_[found->second];
}

std::size_t Words::column(std::string_view name) const {
  return static_cast<std::size_t>(std::find(form_.columns.begin(), form_.columns.end(), name) -
                                  form_.columns.begin());
}

const std::string& Words::told(std::string_view key, std::string_view column_name,
                               const std::string& otherwise) const {
  const Row* row = find(key);
  if (row == nullptr)
    return otherwise;
  const std::string& words = row->told.at(column(column_name));
  return words.empty() ? otherwise : words;
}

void Words::check(const std::vector<Asked>& asked, Diagnostics& findings) const {
  if (path_.empty())
    return;
  std::vector<std::string> keys, without, of_nothing;
  std::set<std::string> known;
  for (const Asked& one : asked) {
    if (!known.insert(compared(one.key)).second)
      continue;
    keys.push_back(one.key);
    const Row* row = find(one.key);
    if (row == nullptr ||
        std::any_of(one.columns.begin(), one.columns.end(),
                    [&](const std::string& name) { return row->told[column(name)].empty(); }))
      without.push_back(one.key);
  }
  if (!without.empty()) {
    findings.warning(
        "P333", {path_, 0, 0},
        fmt::format("{} of {} lack words here: {}", without.size(), keys.size(), some_of(without)),
        "readers of this language are shown their English words");
  }
  const SourcePos* first = nullptr;
  for (const Row& row : rows_) {
    if (known.contains(compared(row.key)))
      continue;
    if (first == nullptr)
      first = &row.where;
    of_nothing.push_back(row.key);
  }
  if (first != nullptr) {
    findings.warning("P334", *first,
                     fmt::format("{} {} of nothing that the pack tells: {}", of_nothing.size(),
                                 of_nothing.size() == 1 ? "row is" : "rows are",
                                 some_of(of_nothing)),
                     did_you_mean(of_nothing.front(), keys));
  }
}

PackWords PackWords::of_pack(const fs::path& folder, Diagnostics& findings) {
  PackWords words;
  words.variables_ = Words::read(
      folder, {"variables.es.csv", "name", {"title", "doc"}, conditions::canonical_name}, findings);
  words.claims_en_ = Words::read(folder, {"claims.en.csv", "claim_id", {"testable_as"}}, findings);
  words.claims_es_ =
      Words::read(folder, {"claims.es.csv", "claim_id", {"statement", "testable_as"}}, findings);
  words.arms_en_ = Words::read(folder, {"arms.en.csv", "arm", {"title"}}, findings);
  words.arms_es_ = Words::read(folder, {"arms.es.csv", "arm", {"title"}}, findings);
  words.phrases_ = Words::read(folder, {"phrases.es.csv", "english", {"spanish"}}, findings);
  return words;
}

Bilingual PackWords::variable(const std::string& name) const {
  return {name, variables_.told(name, "title", name)};
}
Bilingual PackWords::variable_doc(const std::string& name, const std::string& english) const {
  return {english, variables_.told(name, "doc", english)};
}
Bilingual PackWords::statement(const std::string& claim, const std::string& english) const {
  return {english, claims_es_.told(claim, "statement", english)};
}
Bilingual PackWords::test(const std::string& claim, const std::string& english) const {
  const std::string& plain = claims_en_.told(claim, "testable_as", english);
  return {plain, claims_es_.told(claim, "testable_as", plain)};
}
Bilingual PackWords::arm(const std::string& name) const {
  const std::string english = arms_en_.told(name, "title", spaced(name, '-'));
  return {english, arms_es_.told(name, "title", english)};
}
Bilingual PackWords::phrase(const std::string& english) const {
  return {english, phrases_.told(english, "spanish", english)};
}
Bilingual PackWords::term(const std::string& name) const { return phrase(spaced(name, '_')); }

void PackWords::check(const System& system, Diagnostics& findings) const {
  std::vector<Words::Asked> variables, claims, tests, arms, phrases;
  for (const conditions::VariableInfo& info : system.model()->variables()) {
    if (info.hidden)
      continue;
    variables.push_back({info.name, {"title"}});
    if (!info.doc.empty())
      variables.back().columns.emplace_back("doc");
  }
  const auto phrase = [&](const std::string& english) {
    if (!english.empty())
      phrases.push_back({english, {"spanish"}});
  };
  for (const evidence::Claim& claim : system.claims()) {
    claims.push_back({claim.id, {"statement"}});
    if (!claim.testable_as.empty()) {
      claims.back().columns.emplace_back("testable_as");
      tests.push_back({claim.id, {"testable_as"}});
    }
    for (const std::string& said : {claim.speaker, claim.reason})
      phrase(said);
    for (const std::string& name : {claim.cause, claim.effect})
      phrase(spaced(name, '_'));
  }
  for (const evidence::Proposition& test : system.claim_tests())
    phrase(test.note);
  for (const evidence::Prediction& prediction : system.predictions())
    phrase(prediction.proposition.note);
  for (const policy::Policy& arm : system.arms())
    arms.push_back({arm.name, {"title"}});
  for (const evidence::Parameter& parameter : system.parameters())
    phrase(parameter.note_en);
  for (const evidence::Source& source : system.sources().all())
    phrase(source.note);
  for (const DriverSpec& driver : system.manifest().drivers)
    phrase(spaced(driver.series, '_'));
  variables_.check(variables, findings);
  claims_en_.check(tests, findings);
  claims_es_.check(claims, findings);
  arms_en_.check(arms, findings);
  arms_es_.check(arms, findings);
  phrases_.check(phrases, findings);
}

} // namespace cauce::system
