#include "cauce/study/robustness.hpp"

#include "cauce/methods/low_discrepancy.hpp"
#include "cauce/methods/pareto.hpp"
#include "cauce/study/sensitivity.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace cauce::study {

namespace {
std::string bound_words(const methods::PrimBound& bound, const FutureInput& input) {
  if (!bound.categories.empty()) {
    std::vector<std::string> names;
    for (const double category : bound.categories)
      names.push_back(input.categories[static_cast<std::size_t>(category)]);
    if (names.size() == 1 && input.categories == std::vector<std::string>{"no", "yes"})
      return names[0] == "yes" ? input.name : "not: " + input.name;
    return fmt::format("{} is {}", input.name, fmt::join(names, " or "));
  }
  const auto value = [&](double x) {
    if (input.unit == "month")
      return (Month::of(0, 1) + static_cast<int>(std::lround(x))).text();
    return fmt::format("{:.3g}", x) +
           (input.unit.empty() || input.unit == "dmnl" ? "" : " " + input.unit);
  };
  if (bound.low_set && bound.high_set)
    return fmt::format("{} between {} and {}", input.name, value(bound.low), value(bound.high));
  return bound.low_set ? fmt::format("{} at least {}", input.name, value(bound.low))
                       : fmt::format("{} at most {}", input.name, value(bound.high));
}

// What PRIM is told of the inputs. Sectors have no value of their own; luck is no condition that
// anyone could watch for.
std::vector<methods::PrimInput> columns(const std::vector<FutureInput>& inputs,
                                        const std::vector<Future>& futures,
                                        std::vector<std::size_t>& index) {
  std::vector<methods::PrimInput> table;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i].name == "luck" || inputs[i].name.starts_with("sector "))
      continue;
    methods::PrimInput column;
    column.categories = !inputs[i].categories.empty();
    for (const Future& future : futures)
      column.values.push_back(future.values[i]);
    table.push_back(std::move(column));
    index.push_back(i);
  }
  return table;
}
} // namespace

std::string box_words(const methods::PrimBox& box, const std::vector<FutureInput>& inputs) {
  std::vector<std::string> parts;
  for (const methods::PrimBound& bound : box.bounds)
    parts.push_back(bound_words(bound, inputs[bound.input]));
  return fmt::format("{}", fmt::join(parts, ", and "));
}

RobustnessResult analyse_robustness(const std::shared_ptr<const system::System>& system,
                                    const RobustnessRequest& request) {
  if (request.policies.size() < 2)
    throw Error("S112", {}, "robustness compares at least two policies");
  std::vector<std::string> texts;
  for (const Objective& objective : request.objectives)
    texts.push_back(objective.measure);
  const FutureSpace space(system, request.futures);
  RobustnessResult result;
  result.measures = measures_of(*system, request.runs, texts);
  std::vector<Levers> levers;
  for (const std::string& policy : request.policies)
    levers.push_back(system->lever_paths(policy));
  Runs runs(system, request.runs);
  result.served = runs.served();
  if (result.served)
    return result;
  result.inputs = space.inputs();
  result.futures = futures_at(
      space, methods::sobol_points(request.futures_count, space.dimensions(), request.seed), runs);
  result.values = measure_futures(runs, space, result.futures, levers, result.measures,
                                  request.seed, "futures");
  result.from_store = runs.from_store();

  const std::size_t policies = levers.size(), objectives = result.measures.size();
  std::vector<std::size_t> index;
  const auto inputs = columns(result.inputs, result.futures, index);
  result.cells.assign(policies, std::vector<RobustnessCell>(objectives));
  std::vector<std::vector<double>> mean_loss(policies), worst_loss(policies);
  for (std::size_t o = 0; o < objectives; ++o) {
    const Objective& objective = request.objectives[o];
    const double sign = objective.lower_is_better ? 1.0 : -1.0;
    std::vector<std::vector<double>> losses = result.values[o];
    for (auto& row : losses) {
      for (double& value : row)
        value *= sign;
    }
    const auto regrets = methods::regret(losses);
    std::vector<double> all;
    for (const auto& row : regrets)
      all.insert(all.end(), row.begin(), row.end());
    std::sort(all.begin(), all.end());
    const double bad_regret = results::quantile_sorted(all, 0.9);
    for (std::size_t p = 0; p < policies; ++p) {
      RobustnessCell& cell = result.cells[p][o];
      cell.value = results::spread(result.values[o][p]);
      std::vector<double> sorted = regrets[p];
      std::sort(sorted.begin(), sorted.end());
      cell.mean_regret = results::spread(sorted).mean;
      cell.regret_90 = results::quantile_sorted(sorted, 0.9);
      cell.worst_regret = sorted.back();
      if (objective.threshold)
        cell.satisficing = methods::satisficing(losses[p], sign * *objective.threshold);
      mean_loss[p].push_back(sign * cell.value.mean);
      worst_loss[p].push_back(cell.regret_90);
      std::vector<std::uint8_t> fails;
      for (std::size_t f = 0; f < result.futures.size(); ++f) {
        const bool bad = objective.threshold ? losses[p][f] > sign * *objective.threshold
                                             : regrets[p][f] > bad_regret;
        fails.push_back(bad ? 1 : 0);
      }
      for (methods::PrimBox& box : methods::prim(inputs, fails, request.prim)) {
        for (methods::PrimBound& bound : box.bounds)
          bound.input = index[bound.input];
        FailureScenario scenario{p, o, box, {}};
        scenario.words = fmt::format(
            "{} fails on {} when {}: in {:.0f} of 100 such futures ({:.0f} of 100 of its failures; "
            "{:.0f} of 100 futures are so)",
            request.policies[p], result.measures[o].text, box_words(box, result.inputs),
            100.0 * box.density, 100.0 * box.coverage, 100.0 * box.mass);
        result.scenarios.push_back(std::move(scenario));
      }
    }
  }
  result.not_dominated = methods::not_dominated(mean_loss);
  result.not_dominated_worst = methods::not_dominated(worst_loss);
  return result;
}

} // namespace cauce::study
