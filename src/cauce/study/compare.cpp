#include "cauce/study/compare.hpp"

#include "cauce/base/diagnostics.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace cauce::study {

using results::Cube;
using results::CubeShape;
using results::OutcomeInfo;

namespace {
// The value of one member: cells added up (averaged for an index: rates do not add), over the
// months summed (flows) or averaged (others).
double member_value(const Cube& cube, const OutcomeInfo& outcome,
                    std::span<const std::size_t> cells, std::size_t policy, std::size_t theory,
                    std::size_t member, std::size_t first, std::size_t last) {
  double sum = 0.0;
  for (std::size_t month = first; month <= last; ++month) {
    for (const std::size_t cell : cells) {
      sum += static_cast<double>(cube.value(policy, theory, member, month, outcome.offset + cell));
    }
  }
  if (outcome.kind == "index")
    sum /= static_cast<double>(cells.size());
  return outcome.kind == "flow" ? sum : sum / static_cast<double>(last - first + 1);
}
} // namespace

std::vector<Comparison> compare(const Cube& cube, const ComparisonRequest& request) {
  const CubeShape& shape = cube.shape();
  if (request.from < shape.from || request.until < request.from ||
      request.until >= shape.from + static_cast<int>(shape.months)) {
    throw Error("S103", {},
                fmt::format("months {} to {} are not in the results, which hold {} to {}",
                            request.from.text(), request.until.text(), shape.from.text(),
                            (shape.from + static_cast<int>(shape.months) - 1).text()));
  }
  const auto first = static_cast<std::size_t>(request.from - shape.from);
  const auto last = static_cast<std::size_t>(request.until - shape.from);
  std::vector<const OutcomeInfo*> outcomes;
  std::vector<std::string> names;
  for (const OutcomeInfo& outcome : shape.outcomes)
    names.push_back(outcome.name);
  for (const std::string& name : request.outcomes) {
    outcomes.push_back(cube.find(name));
    if (outcomes.back() == nullptr) {
      throw Error("S103", {}, fmt::format("the results have no outcome '{}'", name),
                  did_you_mean(name, names));
    }
  }
  if (request.outcomes.empty()) {
    for (const OutcomeInfo& outcome : shape.outcomes)
      outcomes.push_back(&outcome);
  }

  std::vector<Comparison> table;
  for (const OutcomeInfo* outcome : outcomes) {
    const std::size_t places = request.by_place ? outcome->places.size() : 1;
    const std::size_t groups = request.by_group ? outcome->groups.size() : 1;
    for (std::size_t line = 0; line < places * groups; ++line) {
      std::vector<std::size_t> cells;
      for (std::size_t c = 0; c < outcome->cells(); ++c) {
        const bool here = !request.by_place || c / outcome->groups.size() == line / groups;
        const bool this_group = !request.by_group || c % outcome->groups.size() == line % groups;
        if (here && this_group)
          cells.push_back(c);
      }
      for (std::size_t t = 0; t < shape.theories.size(); ++t) {
        std::vector<double> base(shape.members);
        for (std::size_t p = 0; p < shape.policies.size(); ++p) {
          std::vector<double> level(shape.members), difference(shape.members);
          Comparison row{shape.policies[p],
                         shape.theories[t],
                         outcome->name,
                         request.by_place ? outcome->places[line / groups] : "",
                         request.by_group ? outcome->groups[line % groups] : "",
                         {},
                         {},
                         0.0,
                         0.0};
          for (std::size_t m = 0; m < shape.members; ++m) {
            level[m] = member_value(cube, *outcome, cells, p, t, m, first, last);
            if (p == 0)
              base[m] = level[m];
            difference[m] = level[m] - base[m];
            row.share_lower += difference[m] < 0.0 ? 1.0 : 0.0;
            row.share_higher += difference[m] > 0.0 ? 1.0 : 0.0;
          }
          row.share_lower /= static_cast<double>(shape.members);
          row.share_higher /= static_cast<double>(shape.members);
          row.level = results::spread(std::move(level));
          row.difference = results::spread(std::move(difference));
          table.push_back(std::move(row));
        }
      }
    }
  }
  return table;
}

} // namespace cauce::study
