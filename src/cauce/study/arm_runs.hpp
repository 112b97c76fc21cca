// Many arms, few numbers: what claims and predictions need of hundreds of runs.
//
// A reading is one number of one arm: an outcome's cells over a span of months. All arms of a
// member share its parameters, luck and noise, and each month in which several have the same
// levers and what-ifs so far is simulated once (stretch.hpp): a history once a member, equal arms
// once, and every arm only until its last reading. Nothing else of the runs is kept.
//
// Some readings of some theories may be taken again at another scale: the same members on finer
// people.
#pragma once

#include "cauce/evidence/propositions.hpp"
#include "cauce/study/farm.hpp"
#include "cauce/study/posterior.hpp"
#include "cauce/study/stretch.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
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

/// Readings to take, as ascending indices into ArmRequest::readings.
using ReadingList = std::vector<std::size_t>;

struct ArmResult {
  std::size_t members = 0, repeats = 0, readings = 0;
  /// [theory][member, then repeat][reading]; not a number where it was not taken.
  std::vector<double> values;
  std::size_t runs = 0, from_store = 0; ///< of members; those that the store had
  std::uint64_t months = 0;             ///< of all runs, those of the store included
  std::size_t theories() const {
    return readings == 0 ? 0 : values.size() / ((members + repeats) * readings);
  }
  /// Of a member, or with `members` + m of member m with other luck.
  double value(std::size_t theory, std::size_t member, std::size_t reading) const {
    return values[(theory * (members + repeats) + member) * readings + reading];
  }
};

class ArmRuns {
 public:
  /// Throws Error P310, P311 (unknown arm or theory), S101 (no members or arms), S103 (unknown
  /// outcome). On a helping rank it serves until the first rank's ends.
  ArmRuns(std::shared_ptr<const system::System> system, ArmRequest request);
  ~ArmRuns();

  bool served() const { return farm_->served(); } ///< a helping rank: nothing to show
  const ArmRequest& request() const { return request_; }
  const std::vector<Levers>& levers() const { return levers_; } ///< by arm
  Month start() const { return system_->manifest().clock.from; }
  double scale() const { return system_->people()->scale; } ///< of the system that was given

  /// Takes the readings of each theory with one simulated person for each `scale`. Throws what
  /// Farm::run throws: when members fail, all others are finished (and kept in the store) before
  /// the first failures are thrown together. The result does not depend on threads or ranks.
  ArmResult run(double scale, const std::vector<ReadingList>& wanted);
  /// All readings under all theories, at the scale of the system.
  ArmResult run();

 private:
  struct Task;
  struct Plan;
  const Plan& plan(double scale, const ReadingList& readings);
  std::shared_ptr<const system::System> at_scale(double scale);
  std::vector<double> read_member(const Task& task, Helpers& helpers);
  std::string fixed_key() const;

  std::shared_ptr<const system::System> system_;
  ArmRequest request_;
  std::vector<Levers> levers_;
  std::vector<std::vector<PosteriorDraw>> draws_; ///< [theory][member], of the first rank
  /// What several tasks need, made by whoever needs it first.
  std::mutex mutex_;
  std::map<double, std::shared_ptr<const system::System>> systems_;
  std::map<std::pair<double, ReadingList>, std::unique_ptr<const Plan>> plans_;
  std::unique_ptr<Farm> farm_; ///< last: its threads end before what they use
};

/// One number from a series by month: flows summed, others averaged; surges counted.
double reduce(std::span<const double> months, bool flow, evidence::Measure measure);

} // namespace cauce::study
