#include "cauce/study/optimisation.hpp"

#include "cauce/methods/low_discrepancy.hpp"
#include "cauce/methods/optimiser.hpp"
#include "cauce/study/sensitivity.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <numeric>

namespace cauce::study {

using system::System;

namespace {
// A choice of the optimiser turned into a policy: each lever at its value.
class Proposals {
 public:
  Proposals(const System& system, const OptimisationRequest& request)
      : system_(system), request_(request), base_(system.lever_paths(request.policy)) {
    std::vector<std::string> names;
    for (const policy::Lever& lever : system.levers())
      names.push_back(lever.name);
    for (const LeverChoice& choice : request.levers) {
      const policy::Lever* lever = policy::find_lever(system.levers(), choice.lever);
      if (lever == nullptr) {
        throw Error("S112", {}, fmt::format("there is no lever '{}'", choice.lever),
                    did_you_mean(choice.lever, names));
      }
      if (choice.low < lever->low || choice.high > lever->high || choice.low >= choice.high) {
        throw Error("S112", {},
                    fmt::format("lever '{}' may stand between {} and {}, not {} to {}",
                                choice.lever, lever->low, lever->high, choice.low, choice.high));
      }
      variables_.push_back(*system.model()->find(lever->variable));
    }
  }

  Levers levers(const std::vector<double>& choice) const {
    auto paths = std::make_shared<system::LeverPaths>(*base_);
    for (std::size_t l = 0; l < choice.size(); ++l) {
      const LeverChoice& lever = request_.levers[l];
      ShockSpec set{lever.lever, lever.lever, lever.element, ShockSpec::Form::value,
                    choice[l],   choice[l],   lever.from,    lever.from,
                    0,           1.0};
      apply_shock(system_, *paths, set, variables_[l], lever.from, choice[l]);
    }
    return paths;
  }

  PolicyCost cost(const Levers& levers) const {
    return policy_cost(system_, *levers, *base_, request_.runs.from, request_.runs.until,
                       request_.cost_of_lever);
  }

  /// The choice drawn back towards the base until it fits the budget.
  std::vector<double> within_budget(const std::vector<double>& choice) const {
    if (!request_.budget_usd || cost(levers(choice)).usd <= *request_.budget_usd)
      return choice;
    std::vector<double> cheapest = choice;
    for (std::size_t l = 0; l < choice.size(); ++l) {
      // The end of the range that costs less: moving there saves most.
      std::vector<double> low = choice, high = choice;
      low[l] = request_.levers[l].low;
      high[l] = request_.levers[l].high;
      cheapest[l] = cost(levers(low)).usd <= cost(levers(high)).usd ? low[l] : high[l];
    }
    double inside = 1.0, outside = 0.0; // share of the way to the cheapest corner
    const auto mixed = [&](double share) {
      std::vector<double> mix = choice;
      for (std::size_t l = 0; l < mix.size(); ++l)
        mix[l] += share * (cheapest[l] - mix[l]);
      return mix;
    };
    if (cost(levers(cheapest)).usd > *request_.budget_usd) {
      throw Error("S112", {},
                  fmt::format("even the cheapest setting of the levers costs more than the budget "
                              "of {:.4g} USD",
                              *request_.budget_usd));
    }
    for (int i = 0; i < 30; ++i) {
      const double middle = 0.5 * (inside + outside);
      (cost(levers(mixed(middle))).usd <= *request_.budget_usd ? inside : outside) = middle;
    }
    return mixed(inside);
  }

  const Levers& base() const { return base_; }

 private:
  const System& system_;
  const OptimisationRequest& request_;
  Levers base_;
  std::vector<conditions::VariableId> variables_;
};

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}
} // namespace

OptimisationResult optimise_policy(const std::shared_ptr<const System>& system,
                                   const OptimisationRequest& request) {
  if (request.objectives.size() + (request.cost_is_objective ? 1 : 0) < 2) {
    throw Error("S112", {}, "an optimisation needs at least two objectives",
                "one alone would hide what it costs elsewhere: add another, or cost = true");
  }
  std::vector<std::string> texts;
  for (const Objective& objective : request.objectives)
    texts.push_back(objective.measure);
  const FutureSpace space(system, request.futures);
  OptimisationResult result;
  result.measures = measures_of(*system, request.runs, texts);
  const Proposals proposals(*system, request);
  std::vector<double> low, high;
  for (const LeverChoice& lever : request.levers) {
    low.push_back(lever.low);
    high.push_back(lever.high);
  }
  const bool costs = request.budget_usd.has_value() || request.cost_is_objective;
  if (costs) {
    for (const auto& corner : {low, high}) {
      for (const std::string& lever : proposals.cost(proposals.levers(corner)).unknown)
        result.cost_unknown.push_back(lever);
    }
    if (!result.cost_unknown.empty()) {
      throw Error("S112", {},
                  fmt::format("nobody has stated what a unit of these levers costs a month: {}",
                              fmt::join(result.cost_unknown, ", ")),
                  "state it in the study ([optimise.cost_usd_per_unit_month]) or in levers.csv");
    }
  }
  Runs runs(system, request.runs);
  result.served = runs.served();
  if (result.served)
    return result;
  const std::vector<Future> futures = futures_at(
      space, methods::sobol_points(request.futures_count, space.dimensions(), request.seed), runs);

  const auto evaluate = [&](const std::vector<std::vector<double>>& choices) {
    std::vector<Levers> levers;
    for (const auto& choice : choices)
      levers.push_back(proposals.levers(proposals.within_budget(choice)));
    const auto values = measure_futures(runs, space, futures, levers, result.measures, request.seed,
                                        "policies x futures");
    std::vector<std::vector<double>> losses(choices.size());
    for (std::size_t c = 0; c < choices.size(); ++c) {
      for (std::size_t o = 0; o < request.objectives.size(); ++o) {
        const double mean = mean_of(values[o][c]);
        losses[c].push_back(request.objectives[o].lower_is_better ? mean : -mean);
      }
      if (request.cost_is_objective)
        losses[c].push_back(proposals.cost(levers[c]).usd);
    }
    return losses;
  };
  const methods::ParetoSet set =
      methods::optimise({low, high, request.objectives.size() + (request.cost_is_objective ? 1 : 0),
                         request.population, request.generations, request.seed},
                        evaluate);
  const auto base = measure_futures(runs, space, futures, {proposals.base()}, result.measures,
                                    request.seed, "the policy itself");
  for (const auto& objective : base)
    result.reference.push_back(mean_of(objective[0]));
  for (std::size_t i = 0; i < set.choices.size(); ++i) {
    ProposedPolicy proposed;
    proposed.levers = proposals.within_budget(set.choices[i]);
    for (std::size_t o = 0; o < request.objectives.size(); ++o) {
      proposed.measures.push_back(request.objectives[o].lower_is_better ? set.losses[i][o]
                                                                        : -set.losses[i][o]);
    }
    if (costs)
      proposed.cost_usd = proposals.cost(proposals.levers(proposed.levers)).usd;
    result.front.push_back(std::move(proposed));
  }
  std::sort(result.front.begin(), result.front.end(),
            [](const auto& a, const auto& b) { return a.measures < b.measures; });
  result.evaluations = set.evaluations;
  result.from_store = runs.from_store();
  return result;
}

} // namespace cauce::study
