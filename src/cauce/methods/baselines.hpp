// Naive forecasts of a monthly series, each a normal at every horizon, on the series or its log:
// what a model must beat to be worth its trouble (Hyndman and Athanasopoulos 2021, "Forecasting",
// section 5.2).
#pragma once

#include <span>
#include <string>
#include <vector>

namespace cauce::methods {

/// The forecast of one month: normal with this mean and deviation, of the value or of its log.
struct NormalForecast {
  double mean = 0.0, deviation = 0.0;
  bool logs = false;
};

/// A forecast by one rule, month after month from the end of the history.
struct Baseline {
  std::string name;
  std::vector<NormalForecast> months;
};

/// Last value, random walk (log), drift (log), seasonal naive (both), AR(1) to the mean (log).
/// `history` holds one value > 0 a month, the last being the month before the forecast; rules that
/// need more months than there are left out (seasonal ones 13, the others 3).
std::vector<Baseline> naive_forecasts(std::span<const double> history, std::size_t horizon);

} // namespace cauce::methods
