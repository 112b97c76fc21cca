#include "cauce/methods/morris.hpp"

#include "cauce/base/random.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace cauce::methods {

namespace {
// Four levels, in the middle of four equal slices: the ends of unbounded priors are never asked
// for. The step is two levels, half of the range, so that up and down are equally likely.
constexpr double lowest = 0.125, step = 0.5;
constexpr std::uint32_t design_purpose = 0x4d4f5252, bootstrap_purpose = 0x4d4f5242;
} // namespace

MorrisDesign morris_design(std::size_t trajectories,
                           const std::vector<std::vector<std::size_t>>& groups,
                           std::uint64_t seed) {
  std::size_t dimensions = 0;
  for (const auto& group : groups)
    dimensions += group.size();
  MorrisDesign design{trajectories, groups.size(), {}, {}, {}};
  for (std::size_t t = 0; t < trajectories; ++t) {
    random::Stream stream(random::Key::of(seed), t, design_purpose);
    std::vector<double> point(dimensions);
    for (double& x : point)
      x = lowest + 0.25 * random::below(4, stream.word());
    std::vector<std::size_t> order(groups.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (std::size_t i = order.size(); i > 1; --i)
      std::swap(order[i - 1], order[random::below(static_cast<std::uint32_t>(i), stream.word())]);
    design.points.push_back(point);
    for (const std::size_t input : order) {
      double sign = 1.0;
      for (const std::size_t c : groups[input]) {
        sign = point[c] < 0.5 ? 1.0 : -1.0;
        point[c] += sign * step;
      }
      design.points.push_back(point);
      design.order.push_back(input);
      design.sign.push_back(groups[input].size() == 1 ? sign : 1.0);
    }
  }
  return design;
}

std::vector<MorrisEffect> morris_effects(const MorrisDesign& design,
                                         std::span<const double> outputs, std::uint64_t seed) {
  const auto n = static_cast<double>(design.trajectories);
  std::vector<std::vector<double>> changes(design.inputs);
  for (std::size_t t = 0; t < design.trajectories; ++t) {
    for (std::size_t s = 0; s < design.inputs; ++s) {
      const std::size_t at = t * design.inputs + s, point = t * (design.inputs + 1) + s;
      changes[design.order[at]].push_back(design.sign[at] * (outputs[point + 1] - outputs[point]) /
                                          step);
    }
  }
  std::vector<MorrisEffect> effects;
  for (std::size_t i = 0; i < design.inputs; ++i) {
    MorrisEffect effect;
    double square = 0.0;
    for (const double change : changes[i]) {
      effect.mean += change / n;
      effect.mean_abs.value += std::abs(change) / n;
    }
    for (const double change : changes[i])
      square += (change - effect.mean) * (change - effect.mean);
    effect.spread = n > 1.0 ? std::sqrt(square / (n - 1.0)) : 0.0;
    std::vector<double> resampled(500);
    random::Stream stream(random::Key::of(seed), i, bootstrap_purpose);
    for (double& mean : resampled) {
      for (std::size_t t = 0; t < design.trajectories; ++t) {
        const auto pick =
            random::below(static_cast<std::uint32_t>(design.trajectories), stream.word());
        mean += std::abs(changes[i][pick]) / n;
      }
    }
    std::sort(resampled.begin(), resampled.end());
    effect.mean_abs.low = resampled[25];
    effect.mean_abs.high = resampled[474];
    effects.push_back(effect);
  }
  return effects;
}

} // namespace cauce::methods
