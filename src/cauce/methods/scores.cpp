#include "cauce/methods/scores.hpp"

#include "cauce/base/distributions.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace cauce::methods {

namespace {
std::vector<std::size_t> sorted_order(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  return order;
}

double weight_of(const Sample& forecast, std::size_t i) {
  return forecast.weights.empty() ? 1.0 : forecast.weights[i];
}

double total_weight(const Sample& forecast) {
  return forecast.weights.empty()
             ? static_cast<double>(forecast.values.size())
             : std::accumulate(forecast.weights.begin(), forecast.weights.end(), 0.0);
}
} // namespace

double crps(const Sample& forecast, double observed) {
  // The integral of (F(x) - 1{x >= y})^2 over the steps of F.
  const std::vector<std::size_t> order = sorted_order(forecast.values);
  const double total = total_weight(forecast);
  double below = 0.0, score = 0.0, last = 0.0;
  const auto add = [&](double from, double to) {
    const double f = below / total;
    const double at_y = std::clamp(observed, from, to);
    score += f * f * (at_y - from) + (1.0 - f) * (1.0 - f) * (to - at_y);
  };
  for (std::size_t k = 0; k < order.size(); ++k) {
    const double x = forecast.values[order[k]];
    if (k == 0)
      score += std::max(0.0, x - observed);
    else
      add(last, x);
    below += weight_of(forecast, order[k]);
    last = x;
  }
  return score + std::max(0.0, observed - last);
}

double log_density(const Sample& forecast, double observed, double least) {
  const std::size_t n = forecast.values.size();
  const double total = total_weight(forecast);
  double mean = 0.0, squares = 0.0, weights_squared = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    const double w = weight_of(forecast, i) / total;
    mean += w * forecast.values[i];
    weights_squared += w * w;
  }
  for (std::size_t i = 0; i < n; ++i) {
    const double off = forecast.values[i] - mean;
    squares += weight_of(forecast, i) / total * off * off;
  }
  const double quartiles = weighted_quantile(forecast, 0.75) - weighted_quantile(forecast, 0.25);
  const double spread = std::min(std::sqrt(squares), quartiles > 0.0 ? quartiles / 1.34 : 1e300);
  const double effective = 1.0 / weights_squared;
  const double bandwidth = std::max(least, 0.9 * spread * std::pow(effective, -0.2));
  // The largest exponent is taken out, so that far tails do not underflow.
  double nearest = 1e300;
  for (const double value : forecast.values)
    nearest = std::min(nearest, std::abs(value - observed));
  const double top = -0.5 * nearest * nearest / (bandwidth * bandwidth);
  double sum = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    const double u = (forecast.values[i] - observed) / bandwidth;
    sum += weight_of(forecast, i) / total * std::exp(-0.5 * u * u - top);
  }
  return top + std::log(std::max(sum, 1e-300)) -
         std::log(bandwidth * std::sqrt(2.0 * std::numbers::pi));
}

double weighted_quantile(const Sample& forecast, double p) {
  const std::vector<std::size_t> order = sorted_order(forecast.values);
  const double wanted = p * total_weight(forecast);
  double below = 0.0;
  for (const std::size_t i : order) {
    below += weight_of(forecast, i);
    if (below >= wanted)
      return forecast.values[i];
  }
  return forecast.values[order.back()];
}

std::vector<double> normal_sample(double mean, double deviation, bool exponential,
                                  std::size_t count) {
  std::vector<double> sample(count);
  for (std::size_t i = 0; i < count; ++i) {
    const double p = (static_cast<double>(i) + 0.5) / static_cast<double>(count);
    const double value = mean + deviation * random::normal_quantile(p);
    sample[i] = exponential ? std::exp(value) : value;
  }
  return sample;
}

} // namespace cauce::methods
