#include "cauce/study/measure.hpp"

#include "cauce/base/diagnostics.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace cauce::study {

namespace {
std::size_t element(const std::vector<std::string>& elements, const std::string& name,
                    std::string_view measure) {
  const auto found = std::find(elements.begin(), elements.end(), name);
  if (found == elements.end() || name.empty()) {
    throw Error("S103", {}, fmt::format("'{}': the outcome has no '{}'", measure, name),
                did_you_mean(name, elements));
  }
  return static_cast<std::size_t>(found - elements.begin());
}
} // namespace

Measure make_measure(std::string_view text, const std::vector<results::OutcomeInfo>& outcomes,
                     Month block_from, std::size_t block_months, Month from, Month until) {
  const std::size_t colon = text.find(':');
  const std::string before(text.substr(0, colon));
  const std::string group(colon == std::string_view::npos ? "" : text.substr(colon + 1));
  const std::size_t at = before.find('@');
  const std::string name = before.substr(0, at);
  const std::string place = at == std::string::npos ? "" : before.substr(at + 1);
  const auto found = std::find_if(outcomes.begin(), outcomes.end(),
                                  [&](const auto& outcome) { return outcome.name == name; });
  if (found == outcomes.end()) {
    std::vector<std::string> names;
    for (const auto& outcome : outcomes)
      names.push_back(outcome.name);
    throw Error("S103", {}, fmt::format("the results have no outcome '{}'", name),
                did_you_mean(name, names));
  }
  const Month end = block_from + static_cast<int>(block_months);
  if (from < block_from || until < from || until >= end) {
    throw Error("S103", {},
                fmt::format("months {} to {} are not in the results, which hold {} to {}",
                            from.text(), until.text(), block_from.text(), (end + -1).text()));
  }
  Measure measure;
  measure.text = text;
  measure.title = found->title_en.empty() ? found->name : found->title_en;
  for (const std::string* part : {&place, &group}) {
    if (!part->empty())
      measure.title += ", " + *part;
  }
  measure.kind = found->kind;
  measure.unit = found->unit;
  if (measure.kind == "flow" && measure.unit.ends_with("/month"))
    measure.unit.resize(measure.unit.size() - 6);
  measure.first = static_cast<std::size_t>(from - block_from);
  measure.last = static_cast<std::size_t>(until - block_from);
  measure.averaged = measure.kind == "index";
  for (const auto& outcome : outcomes)
    measure.row += outcome.cells();
  for (std::size_t c = 0; c < found->cells(); ++c) {
    const bool here =
        place.empty() || c / found->groups.size() == element(found->places, place, text);
    const bool who =
        group.empty() || c % found->groups.size() == element(found->groups, group, text);
    if (here && who)
      measure.cells.push_back(found->offset + c);
  }
  return measure;
}

double Measure::of_month(std::span<const float> block, std::size_t month) const {
  double sum = 0.0;
  for (const std::size_t cell : cells)
    sum += static_cast<double>(block[month * row + cell]);
  return averaged ? sum / static_cast<double>(cells.size()) : sum;
}

double Measure::of(std::span<const float> block) const {
  double sum = 0.0;
  for (std::size_t month = first; month <= last; ++month)
    sum += of_month(block, month);
  return kind == "flow" ? sum : sum / static_cast<double>(last - first + 1);
}

} // namespace cauce::study
