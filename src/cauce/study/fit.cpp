#include "cauce/study/fit.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace cauce::study {

using results::Cube;
using results::OutcomeInfo;

namespace {
// Cells of an outcome at a place element ("" or the three together: all places) and group.
std::vector<std::size_t> cells_of(const OutcomeInfo& outcome, const std::string& place,
                                  const std::string& group) {
  std::vector<std::size_t> cells;
  for (std::size_t c = 0; c < outcome.cells(); ++c) {
    const bool here = place.empty() || outcome.places[c / outcome.groups.size()] == place;
    const bool this_group = group.empty() || outcome.groups[c % outcome.groups.size()] == group;
    if (here && this_group)
      cells.push_back(c);
  }
  return cells;
}
} // namespace

std::vector<FitSeries> fit(const Cube& cube, const system::System& system, std::size_t policy,
                           std::size_t theory) {
  const results::CubeShape& shape = cube.shape();
  std::vector<FitSeries> all;
  for (const system::TargetSpec& spec : system.manifest().targets) {
    const OutcomeInfo* outcome = cube.find(spec.outcome);
    if (outcome == nullptr)
      continue;
    std::string group;
    for (const auto& [axis, element] : spec.at) {
      if (axis == outcome->group_axis)
        group = element;
    }
    std::map<std::string, FitSeries> by_place;
    for (const evidence::Observation& o : system.targets().all()) {
      if (o.series != spec.series || o.group != spec.group)
        continue;
      const int first = o.from - shape.from;
      if (first < 0 || first + o.months > static_cast<int>(shape.months))
        continue;
      const evidence::Place* place = system.places().find(o.place);
      // A place that the outcome does not tell apart stands for all of them ("NTCA").
      const bool known =
          place != nullptr && std::find(outcome->places.begin(), outcome->places.end(),
                                        place->element) != outcome->places.end();
      const std::vector<std::size_t> cells = cells_of(*outcome, known ? place->element : "", group);
      std::vector<double> sample(shape.members, 0.0);
      for (std::size_t m = 0; m < shape.members; ++m) {
        for (int month = 0; month < o.months; ++month) {
          for (const std::size_t cell : cells) {
            sample[m] += static_cast<double>(cube.value(policy, theory, m,
                                                        static_cast<std::size_t>(first + month),
                                                        outcome->offset + cell));
          }
        }
        if (outcome->kind != "flow")
          sample[m] /= o.months;
      }
      FitPoint point{o.from, o.months, o.value, results::spread(std::move(sample)), false};
      const double margin = std::exp(1.645 * spec.log_sd);
      point.inside = o.value >= point.model.q05 / margin && o.value <= point.model.q95 * margin;
      FitSeries& series = by_place[o.place];
      series.unit = o.unit;
      series.points.push_back(point);
    }
    for (auto& [place, series] : by_place) {
      series.target = spec.name;
      series.outcome = spec.outcome;
      series.series = spec.series;
      series.place = place;
      series.group = group;
      series.title_en = spec.title.en.empty() ? outcome->title_en : spec.title.en;
      series.title_es = spec.title.es.empty() ? outcome->title_es : spec.title.es;
      std::sort(series.points.begin(), series.points.end(),
                [](const FitPoint& a, const FitPoint& b) { return a.from < b.from; });
      double squares = 0.0;
      int positive = 0;
      for (const FitPoint& point : series.points) {
        series.share_inside += point.inside ? 1.0 : 0.0;
        series.mean_observed += point.observed;
        series.mean_model += point.model.q50;
        if (point.observed > 0.0 && point.model.q50 > 0.0) {
          const double error = std::log(point.model.q50 / point.observed);
          squares += error * error;
          ++positive;
        }
      }
      const auto n = static_cast<double>(series.points.size());
      series.share_inside /= n;
      series.mean_observed /= n;
      series.mean_model /= n;
      series.log_error = positive == 0 ? std::nan("") : std::sqrt(squares / positive);
      all.push_back(std::move(series));
    }
  }
  return all;
}

} // namespace cauce::study
