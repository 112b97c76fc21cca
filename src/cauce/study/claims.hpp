// Claims as tests: for each proposition of claim_tests.csv or predictions.csv, under each theory,
// in how many members it holds, how large the effect is, and whether what was observed agrees.
//
// Theories are never averaged: a claim has one verdict for each. What a verdict is worth is stated
// by its interval; a theory whose priors contain the claim will of course confirm it, which is why
// verdicts stand side by side and observations beside them.
#pragma once

#include "cauce/results/cube.hpp"
#include "cauce/study/arm_runs.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cauce::study {

struct ClaimsRequest {
  std::vector<std::string> ids;      ///< claims or predictions; empty: all that are executable
  std::vector<std::string> theories; ///< empty: all of the pack
  std::size_t members = 50;
  std::uint64_t seed = 2017;
  FarmOptions farm;
  std::filesystem::path store; ///< run store, as in ArmRequest
};

/// What one theory yields for one proposition.
struct Verdict {
  double probability = 0.0; ///< share of members in which the proposition holds, margin included
  double right_way = 0.0;   ///< share whose effect has the claimed sign; for others = probability
  double lower = 0.0, none = 0.0, higher = 0.0; ///< shares beyond and within the margin
  results::Spread effect; ///< percent or units of the outcome; `members` that have a number
};

/// What the data say of the same quantity. Of a comparison it is the change from an earlier period
/// in the world as it went: weaker than the claim, since much else changed.
struct Observed {
  double effect = 0.0;
  bool agrees = false;
  bool before_after = false;
};

struct PropositionResult {
  evidence::Proposition proposition;
  std::string unit;              ///< of the effect: "percent" or the outcome's
  std::vector<Verdict> verdicts; ///< one a theory
  std::optional<Observed> observed;
};

/// One claim: its propositions, and how often all of them hold in the same member.
struct ClaimResult {
  std::string id;
  std::vector<PropositionResult> parts;
  std::vector<double> probability; ///< one a theory
};

struct ClaimsResult {
  bool served = false; ///< a helping rank of mpirun: nothing to show
  std::vector<std::string> theories;
  std::vector<ClaimResult> claims;
  std::size_t arms = 0;
  std::size_t members = 0;
  std::uint64_t seed = 0, months_simulated = 0;
};

/// Runs the claims. Throws Error S110 (unknown claim, or one that is not executable; near miss
/// named) and those of `run_arms`.
ClaimsResult run_claims(const std::shared_ptr<const system::System>& system,
                        const ClaimsRequest& request);

/// The same for predictions.csv; the ids are those of predictions ("D1").
ClaimsResult run_predictions(const std::shared_ptr<const system::System>& system,
                             const ClaimsRequest& request);

/// The effect in the data, where the proposition names a series that covers its months.
std::optional<Observed> observed_effect(const system::System& system,
                                        const evidence::Proposition& proposition);

} // namespace cauce::study
