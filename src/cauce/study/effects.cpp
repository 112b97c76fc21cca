#include "cauce/study/effects.hpp"

#include <algorithm>

namespace cauce::study {

namespace {
constexpr std::size_t smoothing = 3, holding = 6, year = 12;

int sign(double value) { return value > 0.0 ? 1 : value < 0.0 ? -1 : 0; }

// differences[member][month]
std::vector<SignChange> changes_of(const std::vector<std::vector<double>>& differences,
                                   Month from) {
  const std::size_t months = differences[0].size();
  std::vector<int> signs;
  for (std::size_t m = 0; m < months; ++m) {
    const std::size_t first = m + 1 >= smoothing ? m + 1 - smoothing : 0;
    std::vector<double> means;
    for (const auto& member : differences) {
      double sum = 0.0;
      for (std::size_t k = first; k <= m; ++k)
        sum += member[k];
      means.push_back(sum);
    }
    signs.push_back(sign(results::spread(std::move(means)).q50));
  }
  std::vector<SignChange> changes;
  int current = 0;
  for (std::size_t m = 0; m < months; ++m) {
    if (signs[m] == 0 || signs[m] == current)
      continue;
    const std::size_t end = std::min(m + holding, months);
    const bool holds = std::all_of(signs.begin() + static_cast<std::ptrdiff_t>(m),
                                   signs.begin() + static_cast<std::ptrdiff_t>(end),
                                   [&](int s) { return s == signs[m]; });
    if (!holds)
      continue;
    SignChange change{from + static_cast<int>(m), signs[m] > 0, 0.0};
    for (const auto& member : differences) {
      double sum = 0.0;
      for (std::size_t k = m; k < std::min(m + year, months); ++k)
        sum += member[k];
      change.members += sign(sum) == signs[m] ? 1.0 / static_cast<double>(differences.size()) : 0.0;
    }
    current = signs[m];
    changes.push_back(change);
  }
  return changes;
}
} // namespace

std::vector<EffectPath> effect_paths(const results::Cube& cube, const Measure& measure) {
  const results::CubeShape& shape = cube.shape();
  std::vector<EffectPath> paths;
  for (std::size_t t = 0; t < shape.theories.size(); ++t) {
    for (std::size_t p = 1; p < shape.policies.size(); ++p) {
      EffectPath path{shape.policies[p], shape.theories[t], {}, {}};
      std::vector<std::vector<double>> differences(shape.members);
      for (std::size_t m = 0; m < shape.members; ++m) {
        for (std::size_t month = measure.first; month <= measure.last; ++month) {
          differences[m].push_back(measure.of_month(cube.block(p, t, m), month) -
                                   measure.of_month(cube.block(0, t, m), month));
        }
      }
      for (std::size_t month = 0; month < differences[0].size(); ++month) {
        std::vector<double> sample;
        for (const auto& member : differences)
          sample.push_back(member[month]);
        path.months.push_back(results::spread(std::move(sample)));
      }
      path.changes = changes_of(differences, shape.from + static_cast<int>(measure.first));
      paths.push_back(std::move(path));
    }
  }
  return paths;
}

} // namespace cauce::study
