#include "cauce/methods/sobol.hpp"

#include "cauce/base/random.hpp"
#include "cauce/methods/low_discrepancy.hpp"

#include <algorithm>
#include <numeric>

namespace cauce::methods {

SobolDesign sobol_design(std::size_t base, const std::vector<std::vector<std::size_t>>& groups,
                         std::uint64_t seed) {
  std::size_t dimensions = 0;
  for (const auto& group : groups)
    dimensions += group.size();
  const auto both = sobol_points(base, 2 * dimensions, seed);
  SobolDesign design{base, groups.size(), {}};
  const auto half = [&](std::size_t row, std::size_t offset) {
    const auto first = both[row].begin() + static_cast<std::ptrdiff_t>(offset);
    return std::vector<double>(first, first + static_cast<std::ptrdiff_t>(dimensions));
  };
  for (const std::size_t offset : {std::size_t{0}, dimensions}) {
    for (std::size_t row = 0; row < base; ++row)
      design.points.push_back(half(row, offset));
  }
  for (const auto& group : groups) {
    for (std::size_t row = 0; row < base; ++row) {
      auto point = half(row, 0);
      for (const std::size_t c : group)
        point[c] = both[row][dimensions + c];
      design.points.push_back(std::move(point));
    }
  }
  return design;
}

namespace {
struct Estimate {
  double mean = 0.0, variance = 0.0;
  std::vector<double> first, total;
};

// The estimators over the rows named; outputs are taken about their mean, which leaves the indices
// as they are and takes the rounding and much of the variance out of the first order.
Estimate estimate(const SobolDesign& design, std::span<const double> outputs,
                  std::span<const std::size_t> rows) {
  const std::size_t n = design.base;
  const auto count = static_cast<double>(rows.size());
  Estimate e;
  for (const std::size_t r : rows)
    e.mean += (outputs[r] + outputs[n + r]) / (2.0 * count);
  for (const std::size_t r : rows) {
    const double a = outputs[r] - e.mean, b = outputs[n + r] - e.mean;
    e.variance += (a * a + b * b) / (2.0 * count);
  }
  for (std::size_t i = 0; i < design.inputs; ++i) {
    double first = 0.0, total = 0.0;
    for (const std::size_t r : rows) {
      const double a = outputs[r] - e.mean, b = outputs[n + r] - e.mean;
      const double mixed = outputs[(i + 2) * n + r] - e.mean;
      first += b * (mixed - a) / count;
      total += (a - mixed) * (a - mixed) / (2.0 * count);
    }
    e.first.push_back(e.variance > 0.0 ? first / e.variance : 0.0);
    e.total.push_back(e.variance > 0.0 ? total / e.variance : 0.0);
  }
  return e;
}

Interval interval(double value, std::vector<double> resampled) {
  std::sort(resampled.begin(), resampled.end());
  const auto at = [&](double p) {
    return resampled[static_cast<std::size_t>(p * static_cast<double>(resampled.size() - 1))];
  };
  return {value, at(0.05), at(0.95)};
}
} // namespace

SobolResult sobol_indices(const SobolDesign& design, std::span<const double> outputs,
                          std::uint64_t seed, std::size_t resamples) {
  std::vector<std::size_t> rows(design.base);
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  const Estimate whole = estimate(design, outputs, rows);
  std::vector<std::vector<double>> first(design.inputs), total(design.inputs);
  constexpr std::uint32_t bootstrap_purpose = 0x424f4f54;
  random::Stream stream(random::Key::of(seed), 0, bootstrap_purpose);
  for (std::size_t r = 0; r < resamples; ++r) {
    for (std::size_t& row : rows)
      row = random::below(static_cast<std::uint32_t>(design.base), stream.word());
    const Estimate part = estimate(design, outputs, rows);
    for (std::size_t i = 0; i < design.inputs; ++i) {
      first[i].push_back(part.first[i]);
      total[i].push_back(part.total[i]);
    }
  }
  SobolResult result{whole.mean, whole.variance, {}};
  for (std::size_t i = 0; i < design.inputs; ++i) {
    result.inputs.push_back({interval(whole.first[i], std::move(first[i])),
                             interval(whole.total[i], std::move(total[i]))});
  }
  return result;
}

} // namespace cauce::methods
