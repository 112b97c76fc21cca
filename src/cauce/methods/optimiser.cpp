#include "cauce/methods/optimiser.hpp"

#include "cauce/base/diagnostics.hpp"
#include "cauce/methods/pareto.hpp"

#include <exception>
#include <fmt/format.h>
#include <memory>
#include <pagmo/algorithm.hpp>
#include <pagmo/algorithms/nsga2.hpp>
#include <pagmo/batch_evaluators/default_bfe.hpp>
#include <pagmo/population.hpp>
#include <pagmo/problem.hpp>

namespace cauce::methods {

namespace {
// What pagmo copies around: it asks for a batch, and we hand it on.
struct Problem {
  const OptimiserRequest* request = nullptr;
  const BatchLosses* losses = nullptr;
  std::size_t* evaluations = nullptr;

  pagmo::vector_double fitness(const pagmo::vector_double& choice) const {
    return batch_fitness(choice);
  }
  pagmo::vector_double batch_fitness(const pagmo::vector_double& flat) const {
    const std::size_t width = request->low.size();
    std::vector<std::vector<double>> choices;
    for (std::size_t at = 0; at < flat.size(); at += width) {
      const auto first = flat.begin() + static_cast<std::ptrdiff_t>(at);
      choices.emplace_back(first, first + static_cast<std::ptrdiff_t>(width));
    }
    *evaluations += choices.size();
    pagmo::vector_double result;
    for (const std::vector<double>& row : (*losses)(choices))
      result.insert(result.end(), row.begin(), row.end());
    return result;
  }
  std::pair<pagmo::vector_double, pagmo::vector_double> get_bounds() const {
    return {request->low, request->high};
  }
  pagmo::vector_double::size_type get_nobj() const { return request->objectives; }
  pagmo::thread_safety get_thread_safety() const { return pagmo::thread_safety::none; }
};
} // namespace

ParetoSet optimise(const OptimiserRequest& request, const BatchLosses& losses) {
  bool fits = request.low.size() == request.high.size() && !request.low.empty() &&
              request.population >= 8 && request.population % 4 == 0 && request.objectives >= 2;
  for (std::size_t d = 0; fits && d < request.low.size(); ++d)
    fits = request.low[d] < request.high[d];
  if (!fits) {
    throw Error("M102", {},
                "an optimiser needs at least one choice with low < high, two objectives, and a "
                "population that is a multiple of 4 and at least 8");
  }
  ParetoSet set;
  const auto seed = static_cast<unsigned>(request.seed ^ request.seed >> 32);
  const pagmo::problem problem{Problem{&request, &losses, &set.evaluations}};
  // The default evaluator uses the problem's own batch_fitness, in this thread.
  pagmo::population population(problem, pagmo::bfe{}, request.population, seed);
  pagmo::nsga2 method(static_cast<unsigned>(request.generations), 0.95, 10.0,
                      1.0 / static_cast<double>(request.low.size()), 50.0, seed);
  method.set_bfe(pagmo::bfe{});
  population = pagmo::algorithm{method}.evolve(population);
  const auto kept = not_dominated(population.get_f());
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (!kept[i])
      continue;
    set.choices.push_back(population.get_x()[i]);
    set.losses.push_back(population.get_f()[i]);
  }
  return set;
}

} // namespace cauce::methods
