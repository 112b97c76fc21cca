// How good forecasts were: scores beside naive and statistical baselines, and the weights that
// theories earn by the densities they gave to what happened.
#pragma once

#include "cauce/study/hindcast.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace cauce::study {

/// Whose forecasts are judged: a theory, the mixture of all, or a baseline.
struct Forecaster {
  std::string name;
  std::string kind;                                     ///< "theory", "stacked", "baseline"
  Knowledge knowledge = Knowledge::ex_ante;             ///< baselines know the history alone
  std::vector<std::vector<std::vector<double>>> values; ///< [series][month][member]; empty: none
  std::vector<std::vector<double>> weights;             ///< [month][member]; empty: equal
};

/// Scores of one forecaster for one series, means over the months scored. Lower is better, except
/// that shares inside should be .5 and .9.
struct Skill {
  std::string forecaster, kind, series;
  Knowledge knowledge = Knowledge::ex_ante;
  int months = 0;
  double crps = 0.0;      ///< persons
  double crps_log = 0.0;  ///< on ln of persons
  double log_score = 0.0; ///< - ln density of ln of persons
  double inside_50 = 0.0, inside_90 = 0.0;
  double first_year = 0.0; ///< median of the first year's total / observed
};

struct TheoryWeight {
  std::string theory;
  Knowledge knowledge = Knowledge::ex_ante;
  double stacking = 0.0, q05 = 0.0, q95 = 0.0; ///< with its bootstrap's 90 percent interval
  double pseudo_bma = 0.0;
  double log_density = 0.0; ///< sum over months and series, six margins counted as three series
};

/// What moved the weights: the log density that a theory gave a month's value, less the mean over
/// theories.
struct Decided {
  std::string theory, series;
  Knowledge knowledge = Knowledge::ex_ante;
  Month month;
  double advantage = 0.0;
};

struct Judgement {
  int months = 0; ///< scored, from the origin
  std::vector<Skill> skills;
  std::vector<TheoryWeight> weights;
  std::vector<Decided> decided;
};

/// Baselines: the naive ones worked out here, and the rows of the pack's `baselines.csv` for this
/// origin (made by tools/baselines/fit.py), when there is one.
std::vector<Forecaster> baselines_of(const Hindcast& hindcast, const system::System& system,
                                     Diagnostics& findings);

/// Theories and their mixtures. The mixture of each half-year is weighted by stacking on the other
/// half-years among the first `months`, never on itself.
std::vector<Forecaster> forecasters_of(const Hindcast& hindcast, int months);

/// All whose forecasts are judged: theories, mixtures, baselines. Throws Errors of baselines.csv.
std::vector<Forecaster> all_forecasters(const Hindcast& hindcast, const system::System& system,
                                        int months);

/// Scores and weights over the first `months` months with observations.
Judgement judge(const Hindcast& hindcast, const std::vector<Forecaster>& forecasters, int months,
                std::uint64_t seed);

/// Writes skill.csv, weights.csv, decided.csv and fans.csv; `judgements` one a span of months.
void write_judgement(const std::filesystem::path& folder, const Hindcast& hindcast,
                     const std::vector<Forecaster>& forecasters,
                     const std::vector<Judgement>& judgements);

} // namespace cauce::study
