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
#include <string_view>
#include <vector>

namespace cauce::study {

struct ClaimsRequest {
  std::vector<std::string> ids;           ///< claims or predictions; empty: all that are executable
  bool claims = true, predictions = true; ///< which of the two are meant
  std::vector<std::string> theories;      ///< empty: all of the pack
  std::size_t members = 50;
  /// Members of each theory that run again with other luck, to see how large sampling noise is;
  /// none: one in 25.
  std::optional<std::size_t> repeats;
  std::uint64_t seed = 2017;
  Draws draws = Draws::prior;
  FarmOptions farm;
  std::filesystem::path store; ///< run store, as in ArmRequest
  /// Scales at which verdicts whose sampling noise is too large are judged again (finer.hpp), those
  /// that are finer than the system's; and the most that this may cost, as a share of the work of
  /// the first pass.
  std::vector<double> finer;
  double finer_budget = 0.0;
};

/// What one theory yields for one proposition.
struct Verdict {
  double probability = 0.0; ///< share of members in which the proposition holds, margin included
  double right_way = 0.0;   ///< share whose effect has the claimed sign; for others = probability
  double lower = 0.0, none = 0.0, higher = 0.0; ///< shares beyond and within the margin
  results::Spread effect; ///< percent or units of the outcome; `members` that have a number
  double scale = 1.0;     ///< one simulated person for so many, in the runs that decided
  /// Standard deviation of one member's effect over the luck of the people at that scale, from the
  /// members that ran twice, all theories together; not a number where none did.
  double noise = 0.0;
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

/// Verdicts that were judged again.
struct FinerPass {
  double scale = 1.0;
  std::size_t verdicts = 0;
  double work = 0.0; ///< share of the work of the first pass
};

struct ClaimsResult {
  bool served = false; ///< a helping rank of mpirun: nothing to show
  std::vector<std::string> theories;
  std::vector<ClaimResult> claims, predictions;
  std::size_t arms = 0;
  std::size_t members = 0, repeats = 0;
  std::size_t runs = 0, from_store = 0; ///< of members with all their arms; of these stored before
  std::uint64_t seed = 0;
  std::uint64_t months_a_member = 0; ///< of all arms, shared ones once
  std::vector<FinerPass> finer;
};

/// Runs claims and predictions, arms that several of them share once. Throws Error S110 (unknown
/// claim or prediction, or one that is not executable; near miss named) and those of
/// `ArmRuns`.
ClaimsResult run_claims(const std::shared_ptr<const system::System>& system,
                        const ClaimsRequest& request);

/// How large an effect is, in a word, the one that the terminal and the web app go by: "none" where
/// two arms or periods do not differ at all, "about none" where the median is less than a hundredth
/// of what the proposition asks (margin or value) or of the interval over members, else "some";
/// empty where there is no number.
std::string_view size_word(const evidence::Proposition& proposition, const results::Spread& effect);

/// Whether the scale is fine enough: sampling noise of an effect should be less than a tenth of the
/// 90 percent interval that is reported of it.
struct NoiseCheck {
  std::size_t verdicts = 0; ///< propositions under theories that have an interval
  std::size_t within = 0;   ///< that keep the rule
  /// Of the others, those in which the noise is under a tenth of the margin or value that the
  /// proposition sets: it does not decide the verdict.
  std::size_t small = 0;
  results::Spread ratio; ///< noise to interval, over the verdicts
};
NoiseCheck check_noise(const ClaimsResult& result);

/// The effect in the data, where the proposition names a series that covers its months.
std::optional<Observed> observed_effect(const system::System& system,
                                        const evidence::Proposition& proposition);

} // namespace cauce::study
