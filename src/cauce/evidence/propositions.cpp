#include "cauce/evidence/propositions.hpp"

#include "cauce/base/table.hpp"

#include <array>
#include <cmath>
#include <fmt/format.h>
#include <span>

namespace cauce::evidence {

namespace {
template <typename Value> struct Word {
  std::string_view word;
  Value value;
};
constexpr std::array<Word<Form>, 3> forms = {
    {{"comparison", Form::comparison}, {"change", Form::change}, {"figure", Form::figure}}};
constexpr std::array<Word<Direction>, 6> directions = {{{"lower", Direction::lower},
                                                        {"higher", Direction::higher},
                                                        {"same", Direction::same},
                                                        {"at_least", Direction::at_least},
                                                        {"at_most", Direction::at_most},
                                                        {"about", Direction::about}}};
constexpr std::array<Word<Measure>, 3> measures = {
    {{"", Measure::level}, {"level", Measure::level}, {"surges", Measure::surges}}};
constexpr std::array<Word<bool>, 2> margin_units = {{{"percent", true}, {"units", false}}};

template <typename Value>
std::optional<Value> find_word(std::span<const Word<Value>> words, const std::string& cell,
                               std::string_view what, const SourcePos& where,
                               Diagnostics& findings) {
  std::vector<std::string> known;
  for (const Word<Value>& word : words) {
    if (word.word == cell)
      return word.value;
    known.emplace_back(word.word);
  }
  findings.error("E117", where, fmt::format("unknown {} '{}'", what, cell),
                 did_you_mean(cell, known));
  return std::nullopt;
}

std::optional<Month> month_cell(const Table& table, std::size_t row, std::string_view column,
                                Diagnostics& findings) {
  const std::string& cell = table.cell(row, column);
  if (cell.empty())
    return std::nullopt;
  const auto month = Month::parse(cell);
  if (!month) {
    findings.error("E116", table.where(row),
                   fmt::format("'{}' in column '{}' is not a month (2017-06)", cell, column));
  }
  return month;
}

// What claim_tests.csv and predictions.csv share.
Proposition read_common(const Table& table, std::size_t row, std::string_view owner,
                        Diagnostics& findings) {
  Proposition p;
  p.where = table.where(row);
  p.owner = table.cell(row, owner);
  p.part = table.cell(row, "part");
  p.form =
      find_word<Form>(forms, table.cell(row, "form"), "form of a proposition", p.where, findings)
          .value_or(Form::comparison);
  p.arm = table.cell(row, "arm");
  p.against = table.cell(row, "against");
  p.outcome = table.cell(row, "outcome");
  p.place = table.cell(row, "place");
  p.group = table.cell(row, "group");
  const auto from = month_cell(table, row, "from", findings);
  const auto until = month_cell(table, row, "until", findings);
  p.base_from = month_cell(table, row, "base_from", findings);
  p.base_until = month_cell(table, row, "base_until", findings);
  p.measure = find_word<Measure>(measures, table.cell(row, "measure"), "measure", p.where, findings)
                  .value_or(Measure::level);
  p.margin = table.number(row, "margin", findings, 0.0).value_or(0.0);
  p.relative = find_word<bool>(margin_units, table.cell(row, "margin_unit"), "unit of a margin",
                               p.where, findings)
                   .value_or(false);
  p.observed = {table.cell(row, "series"), table.cell(row, "series_place"),
                table.cell(row, "series_group")};
  p.note = table.cell(row, "note");

  const auto wrong = [&](std::string what) {
    findings.error("E116", p.where, fmt::format("'{}': {}", p.owner, what));
  };
  if (!from || !until || *until < *from)
    wrong("needs a period: 'from' and 'until', the last month not before the first");
  p.from = from.value_or(Month());
  p.until = until.value_or(p.from);
  if (p.arm.empty() || p.outcome.empty())
    wrong("needs an arm and an outcome");
  if ((p.form == Form::comparison) != !p.against.empty())
    wrong("'against' is given in comparisons and only there");
  const bool based = p.base_from.has_value() && p.base_until.has_value();
  const bool may_be_based =
      p.form == Form::change || (p.form == Form::comparison && !p.observed.empty());
  if ((p.form == Form::change && !based) || (!may_be_based && p.base_from) ||
      p.base_from.has_value() != p.base_until.has_value() ||
      (based && *p.base_until < *p.base_from)) {
    wrong("'base_from' and 'base_until' are given in changes, and in comparisons that name a "
          "series, of which they are the earlier period");
  }
  if (p.margin < 0.0)
    wrong("a margin is not negative; 'direction' says which way");
  return p;
}

const std::vector<std::string> shared_columns = {
    "part",       "form",        "arm",   "against", "outcome",      "place",
    "group",      "from",        "until", "measure", "base_from",    "margin",
    "base_until", "margin_unit", "note",  "series",  "series_place", "series_group"};

std::vector<std::string> with(std::vector<std::string> columns) {
  columns.insert(columns.end(), shared_columns.begin(), shared_columns.end());
  return columns;
}
} // namespace

std::string_view direction_name(Direction direction) {
  for (const Word<Direction>& word : directions) {
    if (word.value == direction)
      return word.word;
  }
  return "";
}

bool holds(const Proposition& p, Direction direction, double effect) {
  const double value = p.value.value_or(0.0);
  const bool of_value = p.form == Form::figure && p.relative;
  const double margin = of_value ? std::abs(value) * p.margin / 100.0 : p.margin;
  switch (direction) {
  case Direction::lower:
    return effect < 0.0 && effect <= -margin;
  case Direction::higher:
    return effect > 0.0 && effect >= margin;
  case Direction::same:
    return std::abs(effect) < margin;
  case Direction::at_least:
    return effect >= value;
  case Direction::at_most:
    return effect <= value;
  case Direction::about:
    return std::abs(effect - value) <= margin;
  }
  return false;
}

bool holds(const Proposition& p, double effect) { return holds(p, p.direction, effect); }

std::vector<Proposition> read_claim_tests(const std::filesystem::path& path,
                                          Diagnostics& findings) {
  const Table table = Table::read(path, with({"claim_id", "direction", "value"}), findings);
  std::vector<Proposition> tests;
  if (table.column("claim_id") < 0)
    return tests;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    Proposition p = read_common(table, row, "claim_id", findings);
    p.direction = find_word<Direction>(directions, table.cell(row, "direction"), "direction",
                                       p.where, findings)
                      .value_or(Direction::lower);
    if (!table.cell(row, "value").empty())
      p.value = table.number(row, "value", findings);
    const bool valued = p.direction == Direction::at_least || p.direction == Direction::at_most ||
                        p.direction == Direction::about;
    if (valued != p.value.has_value() || (p.form == Form::figure && !valued)) {
      findings.error("E116", p.where,
                     fmt::format("'{}': at_least, at_most and about need a 'value', which lower, "
                                 "higher and same do not have; a figure always has one",
                                 p.owner));
    }
    if (p.direction == Direction::same && p.margin <= 0.0) {
      findings.error("E116", p.where, fmt::format("'{}': 'same' needs a margin above 0", p.owner));
    }
    tests.push_back(std::move(p));
  }
  return tests;
}

std::vector<Prediction> read_predictions(const std::filesystem::path& path, Diagnostics& findings) {
  const Table table = Table::read(
      path, with({"prediction", "title_en", "title_es", "decided_en", "decided_es"}), findings);
  std::vector<Prediction> predictions;
  if (table.column("prediction") < 0)
    return predictions;
  constexpr std::string_view prefix = "expects:";
  for (std::size_t row = 0; row < table.rows(); ++row) {
    Prediction prediction;
    prediction.proposition = read_common(table, row, "prediction", findings);
    prediction.title_en = table.cell(row, "title_en");
    prediction.title_es = table.cell(row, "title_es");
    prediction.decided_en = table.cell(row, "decided_en");
    prediction.decided_es = table.cell(row, "decided_es");
    for (const std::string& column : table.columns()) {
      if (!column.starts_with(prefix) || table.cell(row, column).empty())
        continue;
      const auto expected =
          find_word<Direction>(std::span(directions).first(3), table.cell(row, column),
                               "expectation", table.where(row), findings);
      if (expected)
        prediction.expected[column.substr(prefix.size())] = *expected;
    }
    if (prediction.proposition.margin <= 0.0) {
      findings.error("E116", table.where(row),
                     fmt::format("'{}': a prediction needs a margin above 0, within which the "
                                 "effect counts as none",
                                 prediction.proposition.owner));
    }
    predictions.push_back(std::move(prediction));
  }
  return predictions;
}

} // namespace cauce::evidence
