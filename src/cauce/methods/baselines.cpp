#include "cauce/methods/baselines.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace cauce::methods {

namespace {
double mean_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// Root mean square of the differences from `lag` months before.
double difference_size(std::span<const double> values, std::size_t lag) {
  double squares = 0.0;
  for (std::size_t i = lag; i < values.size(); ++i)
    squares += (values[i] - values[i - lag]) * (values[i] - values[i - lag]);
  return std::sqrt(squares / static_cast<double>(values.size() - lag));
}

Baseline walk(std::string name, std::span<const double> values, std::size_t horizon, bool logs) {
  Baseline baseline{std::move(name), {}};
  const double step = difference_size(values, 1);
  for (std::size_t h = 1; h <= horizon; ++h)
    baseline.months.push_back({values.back(), step * std::sqrt(static_cast<double>(h)), logs});
  return baseline;
}

Baseline drift(std::span<const double> values, std::size_t horizon) {
  Baseline baseline{"drift, log", {}};
  const auto n = static_cast<double>(values.size() - 1);
  const double slope = (values.back() - values.front()) / n;
  double squares = 0.0;
  for (std::size_t i = 1; i < values.size(); ++i) {
    const double off = values[i] - values[i - 1] - slope;
    squares += off * off;
  }
  const double step = std::sqrt(squares / std::max(1.0, n - 1.0));
  for (std::size_t k = 1; k <= horizon; ++k) {
    const auto h = static_cast<double>(k);
    baseline.months.push_back(
        {values.back() + h * slope, step * std::sqrt(h * (1.0 + h / n)), true});
  }
  return baseline;
}

Baseline seasonal(std::string name, std::span<const double> values, std::size_t horizon,
                  bool logs) {
  Baseline baseline{std::move(name), {}};
  const double step = difference_size(values, 12);
  for (std::size_t h = 0; h < horizon; ++h) {
    baseline.months.push_back({values[values.size() - 12 + h % 12],
                               step * std::sqrt(static_cast<double>(h / 12 + 1)), logs});
  }
  return baseline;
}

// Least squares; persistence within 0 to .99, so that the forecast goes to the mean.
Baseline autoregression(std::span<const double> values, std::size_t horizon) {
  Baseline baseline{"AR(1) to the mean, log", {}};
  const double mean = mean_of(values);
  double product = 0.0, squares = 0.0;
  for (std::size_t i = 1; i < values.size(); ++i) {
    product += (values[i] - mean) * (values[i - 1] - mean);
    squares += (values[i - 1] - mean) * (values[i - 1] - mean);
  }
  const double persistence = squares > 0.0 ? std::clamp(product / squares, 0.0, 0.99) : 0.0;
  double rest = 0.0;
  for (std::size_t i = 1; i < values.size(); ++i) {
    const double off = values[i] - mean - persistence * (values[i - 1] - mean);
    rest += off * off;
  }
  const double variance = rest / std::max(1.0, static_cast<double>(values.size()) - 3.0);
  double power = 1.0, sum = 0.0;
  for (std::size_t h = 0; h < horizon; ++h) {
    sum += power * power;
    power *= persistence;
    baseline.months.push_back(
        {mean + power * (values.back() - mean), std::sqrt(variance * sum), true});
  }
  return baseline;
}
} // namespace

std::vector<Baseline> naive_forecasts(std::span<const double> history, std::size_t horizon) {
  std::vector<Baseline> all;
  if (history.size() < 3)
    return all;
  std::vector<double> logs;
  for (const double value : history)
    logs.push_back(std::log(value));
  all.push_back(walk("last value", history, horizon, false));
  all.push_back(walk("random walk, log", logs, horizon, true));
  all.push_back(drift(logs, horizon));
  if (history.size() >= 13) {
    all.push_back(seasonal("seasonal naive", history, horizon, false));
    all.push_back(seasonal("seasonal naive, log", logs, horizon, true));
  }
  all.push_back(autoregression(logs, horizon));
  return all;
}

} // namespace cauce::methods
