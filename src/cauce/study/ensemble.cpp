#include "cauce/study/ensemble.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace cauce::study {

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
  shape.outcomes = outcome_infos(system);
  return shape;
}

std::vector<std::string>
calibrated_theories(const System& system, const std::vector<std::string>& theories, Draws draws) {
  std::vector<std::string> names;
  for (const std::string& name : theories) {
    if (draws == Draws::posterior && has_posterior(system, name))
      names.push_back(name);
  }
  return names;
}

void require_posteriors(const System& system, const EnsembleRequest& request) {
  if (calibrated_theories(system, request.theories, request.draws).size() !=
      request.theories.size()) {
    throw Error("S124", {}, "posterior draws: not every theory asked for has a posterior",
                "run cauce calibrate, or take draws 'auto'");
  }
}

std::vector<RunSpec> ensemble_specs(const System& system, const EnsembleRequest& request) {
  std::vector<std::vector<Draw>> draws; // [theory][member]
  std::vector<std::vector<std::shared_ptr<const system::ShockPath>>> shocks;
  for (const std::string& name : request.theories) {
    draws.emplace_back();
    shocks.emplace_back();
    for (PosteriorDraw& draw :
         member_draws(system, name, request.members, request.seed, request.draws)) {
      draws.back().push_back(
          std::make_shared<const std::vector<double>>(std::move(draw.parameters)));
      shocks.back().push_back(std::move(draw.shocks));
    }
  }
  std::vector<RunSpec> specs;
  for (const std::string& policy : request.policies) {
    const Levers levers = system.lever_paths(policy);
    for (std::size_t t = 0; t < request.theories.size(); ++t) {
      for (std::size_t m = 0; m < request.members; ++m) {
        specs.push_back({levers, draws[t][m], request.seed, static_cast<std::uint32_t>(m),
                         fmt::format("{}, theory {} member {}", policy, request.theories[t], m),
                         shocks[t][m]});
      }
    }
  }
  return specs;
}

EnsembleResult run_ensemble(const std::shared_ptr<const System>& system,
                            const EnsembleRequest& request) {
  const results::CubeShape shape = shape_of(*system, request);
  FarmOptions farm;
  farm.threads = request.threads;
  farm.cancel = request.cancel;
  farm.watch = request.watch;
  Runs runs(system, {request.from, request.until, farm, request.store});
  EnsembleResult result{
      results::Cube(runs.served() ? results::CubeShape{} : shape), {}, 0, 0, runs.served()};
  if (runs.served())
    return result;
  const std::vector<RunSpec> specs = ensemble_specs(*system, request);
  runs.run(specs,
           [&](std::size_t spec, std::span<const float> block) {
             const std::size_t member = spec % request.members;
             const std::size_t theory = spec / request.members % request.theories.size();
             const std::size_t policy = spec / request.members / request.theories.size();
             std::copy(block.begin(), block.end(),
                       result.cube.block(policy, theory, member).begin());
           },
           {"runs", {}});
  result.seconds = runs.seconds();
  result.months_simulated = runs.months_simulated();
  result.from_store = runs.from_store();
  return result;
}

} // namespace cauce::study
