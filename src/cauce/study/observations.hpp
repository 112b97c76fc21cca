// What a calibration sees: the observed series up to a date, and what a run says in their place.
//
// Data are on the logarithm, ln(value + one simulated person's weight), so that a count of zero is
// no infinity. Months are pooled and places added up as system.toml says of each target. Only
// periods that ended by the last month are taken.
#pragma once

#include "cauce/system/system.hpp"

#include <span>
#include <string>
#include <vector>

namespace cauce::study {

/// One target at one place (or at all together): its data share an error.
struct DataSeries {
  std::string target, outcome, place, group; ///< elements; "" stands for all
  std::string title_en, title_es;
  double log_sd = 0.1; ///< error of observation and discrepancy of the model, as stated
};

/// One observation: the outcome's cells, summed over them and over the months (averaged for stocks
/// and indices).
struct Datum {
  std::size_t series = 0;
  Month from;
  int months = 1;
  double observed = 0.0;
  double log_observed = 0.0;
  double error = 0.0; ///< standard deviation on the log: `log_sd`, and the sampling of people
  Month last() const { return from + (months - 1); }
};

class Observations {
 public:
  /// The targets with `calibrate = true`, from the clock's start until `until`.
  Observations(const system::System& system, Month until);

  const std::vector<DataSeries>& series() const { return series_; }
  const std::vector<Datum>& data() const { return data_; }
  Month from() const { return from_; }
  Month until() const { return until_; }
  /// The first month of which there is a monthly (or quarterly) observation.
  Month first_fine() const;

  /// Adds a month's record (as `Simulation::run_month` gives it) to `sums`, one a datum.
  void add(Month month, std::span<const double> record, std::span<double> sums) const;
  /// ln(sum + weight), in place.
  void to_logs(std::span<double> sums) const;

 private:
  struct Cells {
    std::vector<std::size_t> cells;
    bool flow = true;
    double weight = 1.0; ///< added before the logarithm
  };
  void take(const system::System& system, const system::TargetSpec& spec);
  void pool(std::vector<Datum>& data, int months, bool flow) const;

  Month from_, until_;
  std::vector<DataSeries> series_;
  std::vector<Cells> cells_; ///< of each series
  std::vector<Datum> data_;
};

} // namespace cauce::study
