// Forecasts of the past: what each calibrated theory would have said, beside what happened.
//
// A member runs to the origin with its calibrated draw and with drivers as they were known then,
// and goes on twice. Ex ante: drivers hold their last known value, announcements and events stop,
// other levers stay as they are, and governments may react by the pack's rule. Ex post: drivers and
// policies as they came. The world's noise after the origin is drawn in both.
//
// What is forecast is what would be counted: the run with the error that the calibration states of
// each series, of observation and of what the model leaves out (`log_sd` of its target).
#pragma once

#include "cauce/study/farm.hpp"
#include "cauce/study/posterior.hpp"

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace cauce::study {

enum class Knowledge { ex_ante, ex_post };
std::string_view knowledge_name(Knowledge knowledge);

/// A series that is forecast: an outcome at one place or group, or in all.
struct ForecastSeries {
  std::string name; ///< "all", an element of the place or of the group axis
  std::string place, group;
};

/// Forecasts of one theory (or baseline): values [series][month][member], what happened.
struct Forecast {
  std::string name;
  Knowledge knowledge = Knowledge::ex_ante;
  std::vector<std::vector<std::vector<double>>> values;
};

struct HindcastRequest {
  std::vector<std::string> theories; ///< with a posterior in `folder`
  Month origin;                      ///< the first month forecast
  Month until;                       ///< the last one
  std::uint64_t seed = 2017;
  FarmOptions farm;
  std::filesystem::path folder; ///< of the posteriors; the pack's own when empty
};

struct Hindcast {
  Month origin, until;
  std::vector<ForecastSeries> series;
  std::vector<std::vector<double>> history;  ///< [series][month before the origin]
  std::vector<std::vector<double>> observed; ///< [series][month]; not-a-number where unknown
  std::vector<Forecast> forecasts;           ///< [theory x knowledge]
  std::size_t months() const { return static_cast<std::size_t>(until - origin + 1); }
};

/// What the outcome `apprehensions` is made of and what was counted. Throws Error S123 when the
/// pack has no monthly target of it.
Hindcast observed_months(const system::System& system, Month origin, Month until);

/// [series]: the error on the logarithm that the targets of the outcome judged state; 0 for the sum
/// of all and where no target does. Throws Error S123 as `observed_months`.
std::vector<double> stated_errors(const system::System& system,
                                  const std::vector<ForecastSeries>& series);

/// From what members had to what would be counted: each series and month gets an error of its own,
/// a member the same under each theory; the sum of all is that of its groups, where these have
/// errors. `errors` [series]: standard deviations of the logarithm.
void add_errors(Forecast& forecast, const std::vector<ForecastSeries>& series,
                std::span<const double> errors, std::uint64_t seed);

/// Runs the forecasts. In a helping rank returns nothing. Throws Error S124 (no posterior of a
/// theory, or one that knows later data than the origin).
std::optional<Hindcast> hindcast(const std::shared_ptr<const system::System>& system,
                                 const HindcastRequest& request);

} // namespace cauce::study
