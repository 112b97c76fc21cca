// Policies proposed by an optimiser: where levers should stand from a month on, for stated
// objectives over many futures, under a budget. The answer is a set of trade-offs (NSGA-II), never
// one policy: what is gained on one objective is lost on another.
#pragma once

#include "cauce/study/costs.hpp"
#include "cauce/study/robustness.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace cauce::study {

/// A lever that the optimiser may move, from `from` to the end.
struct LeverChoice {
  std::string lever, element;
  Month from;
  double low = 0.0, high = 1.0;
};

struct OptimisationRequest {
  std::string policy = "as-enacted"; ///< what holds where no lever is moved
  std::vector<LeverChoice> levers;
  std::vector<Objective> objectives; ///< at least two, or one and the cost
  bool cost_is_objective = false;
  std::optional<double> budget_usd;            ///< beyond the policy's own cost
  std::map<std::string, double> cost_of_lever; ///< USD a unit and month, besides levers.csv
  FutureRequest futures;
  std::size_t futures_count = 8; ///< an objective is its mean over these
  std::size_t population = 24, generations = 10;
  std::uint64_t seed = 2017;
  RunsOptions runs;
};

struct ProposedPolicy {
  std::vector<double> levers;   ///< where each stands
  std::vector<double> measures; ///< mean of each objective's measure
  std::optional<double> cost_usd;
};

struct OptimisationResult {
  std::vector<Measure> measures;
  std::vector<double> reference;         ///< the measures of the policy itself
  std::vector<ProposedPolicy> front;     ///< not dominated, by the first objective
  std::vector<std::string> cost_unknown; ///< levers without a cost: not in the cost
  std::size_t evaluations = 0, from_store = 0;
  bool served = false;
};

/// Throws Error S112 (fewer than two objectives; a budget with levers whose cost nobody states;
/// levers or ranges that do not fit), M102, and those of FutureSpace and Runs.
OptimisationResult optimise_policy(const std::shared_ptr<const system::System>& system,
                                   const OptimisationRequest& request);

} // namespace cauce::study
