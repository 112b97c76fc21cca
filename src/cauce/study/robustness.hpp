// What is robust: policies over thousands of futures. How good each is on each objective, how much
// it may be regretted, how often it is good enough, which are not dominated, and under which
// conditions one fails (scenario discovery by PRIM), in plain words.
#pragma once

#include "cauce/methods/prim.hpp"
#include "cauce/study/futures.hpp"
#include "cauce/study/measure.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cauce::study {

struct Objective {
  std::string measure;
  bool lower_is_better = true;
  std::optional<double> threshold; ///< good enough: at most (or at least) this
};

struct RobustnessRequest {
  std::vector<std::string> policies;
  std::vector<Objective> objectives;
  FutureRequest futures;
  std::size_t futures_count = 500;
  std::uint64_t seed = 2017;
  RunsOptions runs;
  methods::PrimOptions prim;
};

/// One policy on one objective, over the futures.
struct RobustnessCell {
  results::Spread value;
  double mean_regret = 0.0, regret_90 = 0.0, worst_regret = 0.0; ///< in the measure's unit
  std::optional<double> satisficing; ///< share of futures in which it is good enough
};

/// Where a policy fails on one objective: it misses the threshold or, without one, its regret is
/// among the worst tenth of all policies' and futures'.
struct FailureScenario {
  std::size_t policy = 0, objective = 0;
  methods::PrimBox box;
  std::string
      words; ///< "when ... is above 0.4 and drought happens: fails in 83 of 100 futures ..."
};

struct RobustnessResult {
  std::vector<Measure> measures;
  std::vector<FutureInput> inputs;
  std::vector<Future> futures;
  std::vector<std::vector<std::vector<double>>> values; ///< [objective][policy][future]
  std::vector<std::vector<RobustnessCell>> cells;       ///< [policy][objective]
  std::vector<bool> not_dominated;                      ///< by the mean of all objectives
  std::vector<bool> not_dominated_worst;                ///< by the regret at 90 percent
  std::vector<FailureScenario> scenarios;
  std::size_t from_store = 0;
  bool served = false;
};

/// Throws Error S112 and those of FutureSpace, make_measure and Runs.
RobustnessResult analyse_robustness(const std::shared_ptr<const system::System>& system,
                                    const RobustnessRequest& request);

/// The bounds of a box in words: "fear of children above 0.31; theory is roots or structural".
std::string box_words(const methods::PrimBox& box, const std::vector<FutureInput>& inputs);

} // namespace cauce::study
