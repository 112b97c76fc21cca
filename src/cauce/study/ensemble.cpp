#include "cauce/study/ensemble.hpp"

#include "cauce/base/progress.hpp"
#include "cauce/base/threads.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <mutex>
#include <optional>

namespace cauce::study {

using system::LeverPaths;
using system::Simulation;
using system::System;

results::CubeShape shape_of(const System& system, const EnsembleRequest& request) {
  const system::Clock& clock = system.manifest().clock;
  for (const std::string& name : request.policies)
    system.policy(name);
  for (const std::string& name : request.theories)
    system.theory(name);
  if (request.members == 0)
    throw Error("S101", {}, "an ensemble needs at least one member");
  if (request.from < clock.from || request.until > clock.until || request.until < request.from) {
    throw Error("S101", {},
                fmt::format("months {} to {} are not within the pack's clock, {} to {}",
                            request.from.text(), request.until.text(), clock.from.text(),
                            clock.until.text()));
  }
  results::CubeShape shape;
  shape.policies = request.policies;
  shape.theories = request.theories;
  shape.from = request.from;
  shape.months = static_cast<std::size_t>(request.until - request.from + 1);
  shape.members = request.members;
  for (const system::Outcome& outcome : system.outcomes()) {
    const system::OutcomeSpec& spec = *outcome.spec;
    shape.outcomes.push_back({spec.name, spec.unit, spec.kind, spec.section, outcome.place.name,
                              outcome.place.elements, outcome.group.name, outcome.group.elements,
                              spec.title.en, spec.title.es, spec.doc.en, spec.doc.es,
                              outcome.offset});
  }
  return shape;
}

namespace {
// What all runs of one request share.
struct Plan {
  std::shared_ptr<const System> system;
  const EnsembleRequest* request = nullptr;
  std::vector<std::shared_ptr<const LeverPaths>> levers; // one a policy
  Month branch;                                          // the first month in which policies differ
  std::vector<std::vector<std::vector<double>>> draws;   // [theory][member][parameter]
};

Plan make_plan(const std::shared_ptr<const System>& system, const EnsembleRequest& request) {
  Plan plan;
  plan.system = system;
  plan.request = &request;
  const Month start = system->manifest().clock.from;
  plan.branch = request.until + 1;
  for (const std::string& name : request.policies) {
    plan.levers.push_back(system->lever_paths(name));
    if (const auto differ = LeverPaths::first_difference(*plan.levers[0], *plan.levers.back())) {
      plan.branch = std::min(plan.branch, start + *differ);
    }
  }
  for (const std::string& name : request.theories) {
    const auto believed = policy::under_theory(system->parameters(), system->theory(name));
    plan.draws.push_back(evidence::draw_parameters(believed, request.members, request.seed));
  }
  return plan;
}

// Runs a simulation up to (not including) `end`, recording from the request's first month on.
void run_until(Simulation& simulation, Month end, const EnsembleRequest& request,
               std::span<float> block, std::size_t cells, system::PhaseTimes& seconds,
               Progress& progress) {
  while (simulation.month() < end) {
    const Month month = simulation.month();
    const std::span<const double> record = simulation.run_month(&seconds);
    if (month >= request.from) {
      const auto row = static_cast<std::size_t>(month - request.from) * cells;
      for (std::size_t c = 0; c < cells; ++c)
        block[row + c] = static_cast<float>(record[c]);
    }
    progress.advance();
  }
}
} // namespace

EnsembleResult run_ensemble(const std::shared_ptr<const System>& system,
                            const EnsembleRequest& request) {
  EnsembleResult result{results::Cube(shape_of(*system, request)), {}, 0};
  const Plan plan = make_plan(system, request);
  const std::size_t cells = result.cube.shape().cells();
  const Month start = system->manifest().clock.from;
  const auto trunk_months = static_cast<std::size_t>(plan.branch - start);
  const auto branch_months = static_cast<std::size_t>(request.until + 1 - plan.branch);
  const std::size_t per_run = trunk_months + branch_months * request.policies.size();
  const std::size_t runs = request.theories.size() * request.members;
  Progress progress("simulating months", per_run * runs);
  std::mutex mutex;
  std::vector<std::optional<std::string>> failures(runs);
  parallel_for(runs, request.threads, [&](std::size_t run) {
    const std::size_t theory = run / request.members, member = run % request.members;
    system::PhaseTimes seconds{};
    try {
      Simulation trunk(system, {plan.levers[0], plan.draws[theory][member], request.seed,
                                static_cast<std::uint32_t>(member)});
      const std::span<float> first = result.cube.block(0, theory, member);
      run_until(trunk, plan.branch, request, first, cells, seconds, progress);
      for (std::size_t p = 1; p < request.policies.size(); ++p) {
        const std::span<float> block = result.cube.block(p, theory, member);
        std::copy(first.begin(), first.end(), block.begin());
        Simulation branch = trunk;
        branch.set_levers(plan.levers[p]);
        run_until(branch, request.until + 1, request, block, cells, seconds, progress);
      }
      run_until(trunk, request.until + 1, request, first, cells, seconds, progress);
    } catch (const std::exception& problem) {
      failures[run] = problem.what();
    }
    const std::lock_guard lock(mutex);
    for (std::size_t i = 0; i < seconds.size(); ++i)
      result.seconds[i] += seconds[i];
  });
  result.months_simulated = per_run * runs;
  Diagnostics findings;
  std::size_t more = 0;
  for (std::size_t run = 0; run < runs; ++run) {
    if (!failures[run])
      continue;
    if (findings.errors() >= 3)
      ++more;
    else
      findings.error("S102", {},
                     fmt::format("theory {} member {}: {}", request.theories[run / request.members],
                                 run % request.members, *failures[run]));
  }
  if (more > 0)
    findings.error("S102", {}, fmt::format("and {} members more", more));
  findings.throw_if_errors();
  return result;
}

} // namespace cauce::study
