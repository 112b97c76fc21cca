#include "cauce/evidence/parameters.hpp"

#include "cauce/base/distributions.hpp"
#include "cauce/base/files.hpp"
#include "cauce/base/random.hpp"
#include "cauce/base/table.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <numeric>
#include <set>

namespace cauce::evidence {

double quantile(const Prior& prior, double u) {
  switch (prior.shape) {
  case Shape::fixed:
    return prior.value;
  case Shape::uniform:
    return random::uniform_between(prior.low, prior.high, u);
  case Shape::normal:
    return random::normal_between(prior.value, prior.low, prior.high, u);
  case Shape::lognormal:
    return random::lognormal_between(prior.value, prior.low, prior.high, u);
  case Shape::logitnormal:
    return random::logitnormal_between(prior.value, prior.low, prior.high, u);
  case Shape::triangular:
    return random::triangular(prior.value, prior.low, prior.high, u);
  }
  return prior.value;
}

namespace {
constexpr std::array<std::string_view, 6> shape_names = {"fixed",     "uniform",     "normal",
                                                         "lognormal", "logitnormal", "triangular"};
}

std::string_view shape_name(Shape shape) { return shape_names[static_cast<std::size_t>(shape)]; }

Prior make_prior(const std::string& distribution, double value, std::optional<double> low,
                 std::optional<double> high, const std::string& what, const SourcePos& where,
                 Diagnostics& findings) {
  Prior prior;
  prior.value = value;
  const auto shape = std::find(shape_names.begin(), shape_names.end(), distribution);
  if (shape == shape_names.end()) {
    findings.error("E106", where, fmt::format("{}: unknown distribution '{}'", what, distribution),
                   did_you_mean(distribution,
                                std::vector<std::string>(shape_names.begin(), shape_names.end())));
    return prior;
  }
  prior.shape = static_cast<Shape>(shape - shape_names.begin());
  if (prior.shape == Shape::fixed)
    return prior;
  const auto wrong = [&](const std::string& rule) {
    findings.error("E107", where, fmt::format("{}: prior '{}' needs {}", what, distribution, rule));
  };
  if (!low || !high) {
    wrong("'low' and 'high'");
    prior.shape = Shape::fixed;
    return prior;
  }
  prior.low = *low;
  prior.high = *high;
  if (!(prior.low < prior.high)) {
    wrong(fmt::format("low < high, found {} and {}", prior.low, prior.high));
  } else if (prior.shape != Shape::uniform && (value < prior.low || value > prior.high)) {
    wrong(fmt::format("its value between low and high, found {} outside {} to {}", value, prior.low,
                      prior.high));
  } else if (prior.shape == Shape::lognormal && prior.low <= 0.0) {
    wrong(fmt::format("low > 0, found {} (column 'low')", prior.low));
  } else if (prior.shape == Shape::logitnormal && (prior.low <= 0.0 || prior.high >= 1.0)) {
    wrong(fmt::format("0 < low and high < 1, found {} and {}", prior.low, prior.high));
  }
  return prior;
}

std::vector<Parameter> read_parameters(const std::filesystem::path& path, const Sources& sources,
                                       Diagnostics& findings) {
  const std::vector<std::string> required = {"name",         "element", "value",  "unit",
                                             "distribution", "low",     "high",   "sector",
                                             "source_id",    "status",  "note_en"};
  const Table table = Table::read(path, required, findings);
  std::vector<Parameter> parameters;
  std::set<std::string> keys;
  if (!findings.ok() && table.column("value") < 0)
    return parameters;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    Parameter parameter;
    parameter.where = table.where(row);
    parameter.name = table.cell(row, "name");
    parameter.element = table.cell(row, "element");
    parameter.unit = table.cell(row, "unit");
    parameter.sector = table.cell(row, "sector");
    parameter.source_id = table.cell(row, "source_id");
    parameter.status = table.cell(row, "status");
    parameter.note_en = table.cell(row, "note_en");
    sources.check(parameter.source_id, parameter.status, parameter.where, findings);
    const auto value = table.number(row, "value", findings);
    if (!value)
      continue;
    const auto bound = [&](std::string_view column) -> std::optional<double> {
      if (table.cell(row, column).empty())
        return std::nullopt;
      return table.number(row, column, findings);
    };
    parameter.prior =
        make_prior(table.cell(row, "distribution"), *value, bound("low"), bound("high"),
                   "'" + parameter.key() + "'", parameter.where, findings);
    if (!keys.insert(parameter.key()).second) {
      findings.error("E104", parameter.where,
                     fmt::format("parameter '{}' is given twice", parameter.key()));
      continue;
    }
    parameters.push_back(std::move(parameter));
  }
  std::size_t without = 0;
  for (const Parameter& parameter : parameters) {
    if (parameter.status == "assumed" && parameter.prior.shape == Shape::fixed)
      ++without;
  }
  if (without > 0) {
    findings.note("E115", {table.name(), 0, 0},
                  fmt::format("{} assumed parameters are fixed, without a range", without),
                  "give a distribution with low and high, unless it is a unit or a switch");
  }
  return parameters;
}

std::vector<std::vector<double>> draw_probabilities(std::span<const Parameter> parameters,
                                                    std::size_t members, std::uint64_t seed) {
  constexpr std::uint32_t order_purpose = 0x50524D31, slice_purpose = 0x50524D32;
  const random::Key key = random::Key::of(seed);
  std::vector<std::vector<double>> draws(members, std::vector<double>(parameters.size()));
  std::vector<std::size_t> slices(members);
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    const std::uint64_t entity = hash_bytes(parameters[p].key());
    std::iota(slices.begin(), slices.end(), std::size_t{0});
    random::Stream stream(key, entity, order_purpose);
    for (std::size_t i = members; i > 1; --i) { // Fisher and Yates
      std::swap(slices[i - 1], slices[random::below(static_cast<std::uint32_t>(i), stream.word())]);
    }
    for (std::size_t m = 0; m < members; ++m) {
      const double within =
          random::uniform(key, entity, static_cast<std::uint32_t>(m), slice_purpose);
      draws[m][p] = (static_cast<double>(slices[m]) + within) / static_cast<double>(members);
    }
  }
  return draws;
}

std::vector<std::vector<double>> draw_parameters(std::span<const Parameter> parameters,
                                                 std::size_t members, std::uint64_t seed) {
  std::vector<std::vector<double>> draws = draw_probabilities(parameters, members, seed);
  for (std::vector<double>& member : draws) {
    for (std::size_t p = 0; p < parameters.size(); ++p)
      member[p] = quantile(parameters[p].prior, member[p]);
  }
  return draws;
}

} // namespace cauce::evidence
