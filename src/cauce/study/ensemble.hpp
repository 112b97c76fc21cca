// Ensembles: every policy under every theory, member by member, into one result cube.
//
// A member has its own parameter draw, its own luck and its own noise of the world; all policies of
// a member share the three (common random numbers), so that their difference is the policies' own.
// Policies that agree until a month share the run up to there: one trunk, then a branch each.
#pragma once

#include "cauce/results/cube.hpp"
#include "cauce/system/simulation.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace cauce::study {

struct EnsembleRequest {
  std::vector<std::string> policies = {"as-enacted"};
  std::vector<std::string> theories = {"open"};
  std::size_t members = 20;
  std::uint64_t seed = 2017;
  std::size_t threads = 1;
  Month from;  ///< first month recorded; runs start at the pack's clock
  Month until; ///< last month
};

struct EnsembleResult {
  results::Cube cube;
  system::PhaseTimes seconds{}; ///< summed over all runs
  std::uint64_t months_simulated = 0;
};

/// Shape of the cube that the request gives; throws Error P310, P311 (unknown policy or theory) and
/// S101 (months outside the pack's clock, no members).
results::CubeShape shape_of(const system::System& system, const EnsembleRequest& request);

/// Runs the ensemble. The result depends on the system and the request, not on `threads`. Members
/// that fail are left as NaN; when all are done, the first failures are thrown together as Errors
/// (S102).
EnsembleResult run_ensemble(const std::shared_ptr<const system::System>& system,
                            const EnsembleRequest& request);

} // namespace cauce::study
