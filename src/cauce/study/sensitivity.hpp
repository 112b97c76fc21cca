// What matters: which inputs an outcome, or the difference of two policies in it, depends on; and
// what knowing each would be worth to someone who must choose between policies.
#pragma once

#include "cauce/methods/evppi.hpp"
#include "cauce/methods/low_discrepancy.hpp"
#include "cauce/methods/morris.hpp"
#include "cauce/methods/sobol.hpp"
#include "cauce/study/futures.hpp"
#include "cauce/study/measure.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace cauce::study {

enum class SensitivityMethod { morris, sobol };

struct SensitivityRequest {
  SensitivityMethod method = SensitivityMethod::sobol;
  std::vector<std::string> policies; ///< one: the level; two: the second less the first
  std::vector<std::string> measures;
  FutureRequest futures;
  std::size_t points = 64; ///< base points (Sobol) or trajectories (Morris)
  std::uint64_t seed = 2017;
  RunsOptions runs; ///< months of the measures, farm, store
};

struct SensitivityRow {
  std::string input;
  methods::SobolIndex sobol;
  methods::MorrisEffect morris; ///< in the measure's unit, over the input's whole range
};

struct Sensitivity {
  Measure measure;
  double mean = 0.0, standard_deviation = 0.0; ///< over the futures
  std::vector<SensitivityRow> rows;            ///< by falling total index, or mu*
};

struct SensitivityResult {
  std::vector<Sensitivity> measures;
  std::size_t runs = 0, from_store = 0;
  bool served = false;
};

/// Throws Error S112 (no measure; not one or two policies) and those of FutureSpace, make_measure
/// and Runs.
SensitivityResult analyse_sensitivity(const std::shared_ptr<const system::System>& system,
                                      const SensitivityRequest& request);

/// A decision: among these policies, the one with the lowest (or highest) expected measure.
struct InformationRequest {
  std::vector<std::string> policies; ///< at least two
  std::string measure;
  bool lower_is_better = true;
  FutureRequest futures;
  std::size_t futures_count = 256;
  std::uint64_t seed = 2017;
  RunsOptions runs;
};

struct InformationRow {
  std::string input;
  methods::InformationValue value; ///< in the measure's unit
};

struct InformationResult {
  Measure measure;
  std::vector<double> means;        ///< by policy
  std::vector<double> best_shares;  ///< share of futures in which the policy is the best
  std::size_t choice = 0;           ///< the policy to choose knowing no more
  double perfect = 0.0;             ///< worth of knowing everything
  std::vector<InformationRow> rows; ///< by falling value
  std::size_t runs = 0, from_store = 0;
  bool served = false;
};

/// Throws Error S112 and those of FutureSpace, make_measure and Runs.
InformationResult value_of_information(const std::shared_ptr<const system::System>& system,
                                       const InformationRequest& request);

/// The futures at these points. Throws Error S104 when somebody asked to stop.
std::vector<Future> futures_at(const FutureSpace& space,
                               const std::vector<std::vector<double>>& points, const Runs& runs);

/// Runs each policy in each future and measures: [measure][policy][future]. For a helping rank
/// (`runs.served()`) there is nothing to call.
std::vector<std::vector<std::vector<double>>>
measure_futures(Runs& runs, const FutureSpace& space, const std::vector<Future>& futures,
                const std::vector<Levers>& policies, const std::vector<Measure>& measures,
                std::uint64_t seed, const std::string& what);

/// The request's measures over the months that `runs` records.
std::vector<Measure> measures_of(const system::System& system, const RunsOptions& runs,
                                 const std::vector<std::string>& texts);

} // namespace cauce::study
