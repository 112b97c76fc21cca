// What studies yield, as arrays with named axes (results/arrays.hpp): beside their tables, for
// programs that read NetCDF.
#pragma once

#include "cauce/results/arrays.hpp"
#include "cauce/study/attribution.hpp"
#include "cauce/study/claims.hpp"
#include "cauce/study/effects.hpp"
#include "cauce/study/optimisation.hpp"
#include "cauce/study/robustness.hpp"
#include "cauce/study/sensitivity.hpp"

namespace cauce::study {

/// part(outcome, mechanism, member), error(outcome, mechanism), difference(outcome, member)
results::Arrays arrays_of(const AttributionResult& result, const AttributionRequest& request);

/// Of the method used: first, total or mu_star, each with _low and _high, mu, sigma (outcome,
/// input); mean, standard_deviation (outcome)
results::Arrays arrays_of(const SensitivityResult& result, const SensitivityRequest& request);

/// value(input), noise(input), mean(policy), best_share(policy), perfect
results::Arrays arrays_of(const InformationResult& result, const InformationRequest& request);

/// value(outcome, policy, future), input_value(future, input) and what robustness.csv has
/// (outcome, policy); an input that is one of several names is a number from 0 and `input_names`
/// (input) has them
results::Arrays arrays_of(const RobustnessResult& result, const RobustnessRequest& request);

/// stands_at(proposal, lever), value(proposal, outcome), cost(proposal), reference(outcome)
results::Arrays arrays_of(const OptimisationResult& result, const OptimisationRequest& request);

/// mean, q05, q25, q50, q75, q95 of the difference from the first policy (outcome, theory, policy,
/// month); `paths` are by outcome
results::Arrays arrays_of(const std::vector<Measure>& measures,
                          const std::vector<std::vector<EffectPath>>& paths, Month from);

/// What a verdict is (proposition, theory); claim, part, what is compared (proposition)
results::Arrays arrays_of(const ClaimsResult& result, const std::vector<ClaimResult>& claims);

} // namespace cauce::study
