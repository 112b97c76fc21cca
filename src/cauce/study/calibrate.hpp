// Calibration of a theory by ES-MDA (methods/esmda.hpp) on all series up to a date at once.
//
// Unknown are the uncertain parameters, as normal scores of their priors, and the world's noise,
// one normal score a block of time and shock (system::ShockPath), so that runs start a forecast
// from where the world was. Members keep their luck over iterations: what a member predicts is a
// function of its unknowns alone.
#pragma once

#include "cauce/study/farm.hpp"
#include "cauce/study/observations.hpp"
#include "cauce/study/posterior.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace cauce::study {

struct CalibrationRequest {
  std::string theory = "open";
  Month until;
  std::size_t members = 150;
  int iterations = 4;
  std::uint64_t seed = 2017;
  FarmOptions farm;
  std::filesystem::path folder; ///< where results go; finished work is kept in it until the end
  std::size_t kept = 0;         ///< draws written, spread evenly over the members; 0: all
};

/// One unknown before and after: quantiles of the draws, in the parameter's units.
struct Learned {
  std::string name, element;
  double prior_q05 = 0.0, prior_q50 = 0.0, prior_q95 = 0.0;
  double q05 = 0.0, q50 = 0.0, q95 = 0.0;
  /// 1 - variance of the normal score after / before: 0 nothing learned, 1 everything.
  double learned = 0.0;
  double shift = 0.0; ///< mean of the normal score after (0 before, in prior deviations)
};

/// One series before and after.
struct SeriesFit {
  std::size_t series = 0;
  double prior_error = 0.0, error = 0.0; ///< root mean square of ln(median) - ln(observed)
  double discrepancy = 0.0; ///< deviation on the log that errors and spread leave unexplained
  double inside_50 = 0.0, inside_90 = 0.0; ///< shares of data within the posterior predictive
};

/// One observation with what was predicted before and after (values, errors included).
struct Check {
  std::size_t datum = 0;
  double prior_q05 = 0.0, prior_q50 = 0.0, prior_q95 = 0.0;
  double q05 = 0.0, q50 = 0.0, q95 = 0.0;
};

struct Calibration {
  Posterior posterior;
  std::vector<DataSeries> series;
  std::vector<Datum> data;
  std::vector<double> misfit; ///< by iteration: mean over members and data of (residual / error)^2
  std::vector<Learned> learned;
  std::vector<SeriesFit> fits;
  std::vector<Check> checks;
  std::size_t runs = 0, from_store = 0; ///< member runs made, and taken over from before a stop
};

/// Runs the calibration, or goes on with one that was stopped, and writes <theory>.draws.csv,
/// .json, .parameters.csv, .series.csv and .check.csv. In a helping rank (farm.hpp) returns
/// nothing. Throws Error P311 (unknown theory), S101 (months, members), S122 (nothing to calibrate
/// on).
std::optional<Calibration> calibrate(const std::shared_ptr<const system::System>& system,
                                     const CalibrationRequest& request);

} // namespace cauce::study
