#include "cauce/study/sensitivity.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace cauce::study {

using system::System;

std::vector<Measure> measures_of(const System& system, const RunsOptions& runs,
                                 const std::vector<std::string>& texts) {
  if (texts.empty())
    throw Error("S112", {}, "a study needs at least one outcome");
  const auto outcomes = outcome_infos(system);
  const auto months = static_cast<std::size_t>(std::max(runs.until - runs.from + 1, 0));
  std::vector<Measure> measures;
  for (const std::string& text : texts)
    measures.push_back(make_measure(text, outcomes, runs.from, months, runs.from, runs.until));
  return measures;
}

std::vector<Future> futures_at(const FutureSpace& space,
                               const std::vector<std::vector<double>>& points, const Runs& runs) {
  std::vector<Future> futures;
  for (const auto& point : points) {
    stop_if_cancelled(runs.options().farm, "futures");
    futures.push_back(space.at(point));
  }
  return futures;
}

std::vector<std::vector<std::vector<double>>>
measure_futures(Runs& runs, const FutureSpace& space, const std::vector<Future>& futures,
                const std::vector<Levers>& policies, const std::vector<Measure>& measures,
                std::uint64_t seed, const std::string& what) {
  const auto spec_of = [&](std::size_t i) {
    const std::size_t f = i / policies.size();
    const Levers& policy = policies[i % policies.size()];
    return RunSpec{space.levers(policy, futures[f]),
                   futures[f].parameters,
                   seed,
                   futures[f].member,
                   fmt::format("{}, future {}", policy->policy, f),
                   futures[f].remembered};
  };
  std::vector<std::vector<std::vector<double>>> values(
      measures.size(),
      std::vector<std::vector<double>>(policies.size(), std::vector<double>(futures.size())));
  runs.run(futures.size() * policies.size(), spec_of,
           [&](std::size_t spec, std::span<const float> block) {
             for (std::size_t v = 0; v < measures.size(); ++v)
               values[v][spec % policies.size()][spec / policies.size()] = measures[v].of(block);
           },
           {what, {}});
  return values;
}

namespace {
std::vector<Levers> levers_of(const System& system, const std::vector<std::string>& policies) {
  std::vector<Levers> levers;
  for (const std::string& policy : policies)
    levers.push_back(system.lever_paths(policy));
  return levers;
}

} // namespace

SensitivityResult analyse_sensitivity(const std::shared_ptr<const System>& system,
                                      const SensitivityRequest& request) {
  if (request.policies.empty() || request.policies.size() > 2) {
    throw Error("S112", {}, "an analysis of sensitivity takes one policy, or two to compare",
                "give --policy once or twice");
  }
  if (request.futures.draws == Draws::posterior) {
    throw Error("S112", {}, "indices need inputs that vary by themselves",
                "take the priors: calibrated parameters hang together");
  }
  const FutureSpace space(system, request.futures);
  const std::vector<Measure> measures = measures_of(*system, request.runs, request.measures);
  const std::vector<Levers> levers = levers_of(*system, request.policies);
  Runs runs(system, request.runs);
  SensitivityResult result;
  result.served = runs.served();
  if (result.served)
    return result;
  const auto groups = space.groups();
  methods::SobolDesign sobol;
  methods::MorrisDesign morris;
  const bool screening = request.method == SensitivityMethod::morris;
  if (screening)
    morris = methods::morris_design(request.points, groups, request.seed);
  else
    sobol = methods::sobol_design(request.points, groups, request.seed);
  const auto& points = screening ? morris.points : sobol.points;
  const auto values = measure_futures(runs, space, futures_at(space, points, runs), levers,
                                      measures, request.seed, "futures");
  for (std::size_t v = 0; v < measures.size(); ++v) {
    std::vector<double> outputs = values[v].back();
    for (std::size_t f = 0; values[v].size() == 2 && f < outputs.size(); ++f)
      outputs[f] -= values[v][0][f];
    Sensitivity one{measures[v], 0.0, 0.0, {}};
    const auto count = static_cast<double>(outputs.size());
    for (const double output : outputs)
      one.mean += output / count;
    for (const double output : outputs)
      one.standard_deviation += (output - one.mean) * (output - one.mean) / count;
    one.standard_deviation = std::sqrt(one.standard_deviation);
    std::vector<methods::MorrisEffect> effects(groups.size());
    std::vector<methods::SobolIndex> indices(groups.size());
    if (screening) {
      effects = methods::morris_effects(morris, outputs, request.seed);
    } else {
      const auto found = methods::sobol_indices(sobol, outputs, request.seed);
      indices = found.inputs;
      one.mean = found.mean;
      one.standard_deviation = std::sqrt(found.variance);
    }
    for (std::size_t i = 0; i < groups.size(); ++i)
      one.rows.push_back({space.inputs()[i].name, indices[i], effects[i]});
    std::stable_sort(one.rows.begin(), one.rows.end(), [](const auto& a, const auto& b) {
      return a.sobol.total.value + a.morris.mean_abs.value >
             b.sobol.total.value + b.morris.mean_abs.value;
    });
    result.measures.push_back(std::move(one));
  }
  result.runs = points.size() * levers.size();
  result.from_store = runs.from_store();
  return result;
}

InformationResult value_of_information(const std::shared_ptr<const System>& system,
                                       const InformationRequest& request) {
  if (request.policies.size() < 2)
    throw Error("S112", {}, "a decision needs at least two policies to choose from");
  if (request.futures.sectors) {
    throw Error("S112", {}, "information is about one parameter, not about a sector",
                "leave out by_sector");
  }
  const FutureSpace space(system, request.futures);
  const std::vector<Measure> measures = measures_of(*system, request.runs, {request.measure});
  const std::vector<Levers> levers = levers_of(*system, request.policies);
  Runs runs(system, request.runs);
  InformationResult result;
  result.served = runs.served();
  if (result.served)
    return result;
  result.measure = measures[0];
  const auto points =
      methods::sobol_points(request.futures_count, space.dimensions(), request.seed);
  const std::vector<Future> futures = futures_at(space, points, runs);
  auto payoffs =
      measure_futures(runs, space, futures, levers, measures, request.seed, "futures")[0];
  const double sign = request.lower_is_better ? -1.0 : 1.0;
  const auto count = static_cast<double>(futures.size());
  result.best_shares.assign(levers.size(), 0.0);
  for (auto& row : payoffs) {
    double mean = 0.0;
    for (double& value : row) {
      mean += value / count;
      value *= sign;
    }
    result.means.push_back(mean);
  }
  for (std::size_t f = 0; f < futures.size(); ++f) {
    std::size_t best = 0;
    for (std::size_t p = 1; p < levers.size(); ++p)
      best = payoffs[p][f] > payoffs[best][f] ? p : best;
    result.best_shares[best] += 1.0 / count;
  }
  for (std::size_t p = 1; p < levers.size(); ++p) {
    if (sign * result.means[p] > sign * result.means[result.choice])
      result.choice = p;
  }
  std::vector<std::vector<double>> inputs(space.inputs().size());
  for (const Future& future : futures) {
    for (std::size_t i = 0; i < inputs.size(); ++i)
      inputs[i].push_back(future.values[i]);
  }
  const auto values = methods::information_values(payoffs, inputs, request.seed);
  result.perfect = methods::perfect_information(payoffs);
  for (std::size_t i = 0; i < inputs.size(); ++i)
    result.rows.push_back({space.inputs()[i].name, values[i]});
  std::stable_sort(result.rows.begin(), result.rows.end(),
                   [](const auto& a, const auto& b) { return a.value.value > b.value.value; });
  result.runs = futures.size() * levers.size();
  result.from_store = runs.from_store();
  return result;
}

} // namespace cauce::study
