// Ensembles: every policy under every theory, member by member, into one result cube.
//
// A member has its own parameter draw, its own luck and its own noise of the world; all policies of
// a member share the three (common random numbers), so that their difference is the policies' own.
// Policies that agree until a month share the run up to there: one trunk, then a branch each.
#pragma once

#include "cauce/results/cube.hpp"
#include "cauce/study/posterior.hpp"
#include "cauce/study/runs.hpp"

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
  std::size_t threads = 0;     ///< of each rank; 0: as many as the rank has processors
  Month from;                  ///< first month recorded; runs start at the pack's clock
  Month until;                 ///< last month
  std::filesystem::path store; ///< folder of the run store; none when empty
  Draws draws = Draws::prior;
  const std::atomic<bool>* cancel = nullptr;
  std::function<void(const std::string& what, std::size_t done, std::size_t total)>
      watch; ///< as FarmOptions::watch
};

struct EnsembleResult {
  results::Cube cube;
  system::PhaseTimes seconds{}; ///< summed over all runs
  std::uint64_t months_simulated = 0;
  std::size_t from_store = 0; ///< runs that were stored before
  bool served = false;        ///< this is a helping rank (farm.hpp): the cube is empty
};

/// Those of the theories whose members take calibrated draws.
std::vector<std::string> calibrated_theories(const system::System& system,
                                             const std::vector<std::string>& theories, Draws draws);

/// Throws Error S124 unless all theories of the request have calibrated draws.
void require_posteriors(const system::System& system, const EnsembleRequest& request);

/// Shape of the cube that the request gives; throws Error P310, P311 (unknown policy or theory) and
/// S101 (months outside the pack's clock, no members).
results::CubeShape shape_of(const system::System& system, const EnsembleRequest& request);

/// The runs of the request, [policy][theory][member] row-major, as the cube's blocks lie.
std::vector<RunSpec> ensemble_specs(const system::System& system, const EnsembleRequest& request);

/// Runs the ensemble. The result depends on the system and the request, not on threads, ranks or
/// what the store has. All members are tried; then the first failures are thrown together as
/// Errors (S102).
EnsembleResult run_ensemble(const std::shared_ptr<const system::System>& system,
                            const EnsembleRequest& request);

} // namespace cauce::study
