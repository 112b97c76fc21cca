#include "cauce/results/cube.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace cauce::results {

std::size_t CubeShape::cells() const {
  std::size_t total = 0;
  for (const OutcomeInfo& outcome : outcomes)
    total += outcome.cells();
  return total;
}

Cube::Cube(CubeShape shape) : shape_(std::move(shape)), cells_(shape_.cells()) {
  values_.assign(shape_.policies.size() * shape_.theories.size() * shape_.members * shape_.months *
                     cells_,
                 std::numeric_limits<float>::quiet_NaN());
}

std::span<float> Cube::block(std::size_t policy, std::size_t theory, std::size_t member) {
  const std::size_t size = shape_.months * cells_;
  const std::size_t run = (policy * shape_.theories.size() + theory) * shape_.members + member;
  return std::span(values_).subspan(run * size, size);
}

std::span<const float> Cube::block(std::size_t policy, std::size_t theory,
                                   std::size_t member) const {
  const std::size_t size = shape_.months * cells_;
  const std::size_t run = (policy * shape_.theories.size() + theory) * shape_.members + member;
  return std::span(values_).subspan(run * size, size);
}

const OutcomeInfo* Cube::find(std::string_view name) const {
  for (const OutcomeInfo& outcome : shape_.outcomes) {
    if (outcome.name == name)
      return &outcome;
  }
  return nullptr;
}

double quantile_sorted(std::span<const double> sorted, double p) {
  if (sorted.empty())
    return std::numeric_limits<double>::quiet_NaN();
  const double at = p * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

Spread spread(std::vector<double> sample) {
  std::erase_if(sample, [](double value) { return std::isnan(value); });
  std::sort(sample.begin(), sample.end());
  double sum = 0.0; // in sorted order: the same whatever the order of the members
  for (const double value : sample)
    sum += value;
  return {sample.empty() ? std::numeric_limits<double>::quiet_NaN()
                         : sum / static_cast<double>(sample.size()),
          quantile_sorted(sample, 0.05),
          quantile_sorted(sample, 0.25),
          quantile_sorted(sample, 0.50),
          quantile_sorted(sample, 0.75),
          quantile_sorted(sample, 0.95),
          sample.size()};
}

std::array<std::pair<std::string_view, double>, 6> named(const Spread& s) {
  return {{{"mean", s.mean},
           {"q05", s.q05},
           {"q25", s.q25},
           {"q50", s.q50},
           {"q75", s.q75},
           {"q95", s.q95}}};
}

} // namespace cauce::results
