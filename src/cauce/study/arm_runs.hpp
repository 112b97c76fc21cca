// Many arms, few numbers: what claims and predictions need of hundreds of runs.
//
// A reading is one number of one arm: an outcome's cells over a span of months. All arms of a
// member share its parameters, luck and noise, and each month in which several have the same
// levers and what-ifs so far is simulated once (stretch.hpp): a history once a member, equal arms
// once, and every arm only until its last reading. Nothing else of the runs is kept.
#pragma once

#include "cauce/evidence/propositions.hpp"
#include "cauce/study/farm.hpp"
#include "cauce/study/posterior.hpp"
#include "cauce/system/simulation.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace cauce::study {

struct Reading {
  std::size_t arm = 0;            ///< index into ArmRequest::arms
  std::string outcome;            ///< of the pack
  std::vector<std::size_t> cells; ///< of the outcome
  Month from, until;
  evidence::Measure measure = evidence::Measure::level;
  bool operator==(const Reading&) const = default;
};

struct ArmRequest {
  std::vector<std::string> arms; ///< policies or arms of the pack
  std::vector<Reading> readings;
  std::vector<std::string> theories;
  std::size_t members = 50;
  /// Members of each theory, the first ones, that run again with other luck of the people and all
  /// else the same: how far a number differs then is sampling noise.
  std::size_t repeats = 0;
  std::uint64_t seed = 2017;
  Draws draws = Draws::prior;
  FarmOptions farm;
  std::filesystem::path store; ///< run store: members that ended are not run again; none if empty
};

struct ArmResult {
  bool served = false; ///< a helping rank: nothing to show
  std::size_t members = 0, repeats = 0, readings = 0;
  std::vector<double> values;         ///< [theory][member, then repeat][reading]
  std::size_t from_store = 0;         ///< runs of members that the store had
  std::uint64_t months_simulated = 0; ///< without what the store had
  std::uint64_t months_a_member = 0;  ///< of all arms together
  std::size_t theories() const {
    return readings == 0 ? 0 : values.size() / ((members + repeats) * readings);
  }
  /// Of a member, or with `members` + m of member m with other luck.
  double value(std::size_t theory, std::size_t member, std::size_t reading) const {
    return values[(theory * (members + repeats) + member) * readings + reading];
  }
};

/// Throws Error P310, P311 (unknown arm or theory), S101 (no members or arms), S103 (unknown
/// outcome), and those of Farm::run: when members fail, all others are finished (and kept in the
/// store) before the first failures are thrown together. The result does not depend on threads or
/// ranks.
ArmResult run_arms(const std::shared_ptr<const system::System>& system, const ArmRequest& request);

/// One number from a series by month: flows summed, others averaged; surges counted.
double reduce(std::span<const double> months, bool flow, evidence::Measure measure);

} // namespace cauce::study
