// A trial: one policy of somebody's own against a base policy, from the decision date on.
//
//   Trials trials(system, {.members = 20});
//   Trial trial = trials.resolve({.policy = "as-enacted", .actions = {...}});
//   MemberRun run = trials.run(trial, 0);                  // member 0 under both policies
//   TrialAnswer answer = answer_of(...);                   // trial_answer.hpp
//
// What many trials share is kept in memory, bounded: each member's snapshot at the decision date
// (the trunk), and its run under the base policies. A trial then simulates one branch a member.
// Both policies of a member share its parameter draw, luck and noise, so that their difference is
// the policies' own; member m is the same whatever else is asked.
#pragma once

#include "cauce/policy/policies.hpp"
#include "cauce/study/posterior.hpp"
#include "cauce/system/simulation.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace cauce::study {

/// The name under which members are shared out between the theories by their weights; equal weights
/// when none are given.
inline constexpr std::string_view mixture_name = "mixture";

struct TrialRequest {
  std::string base = "as-enacted";     ///< compared with
  std::string policy;                  ///< what the actions are laid over; the base when empty
  std::vector<policy::Action> actions; ///< dated from the decision on
  std::string theory = "open";         ///< or `mixture_name`
  /// Of the mixture, by theory; equal when empty.
  std::map<std::string, double> weights;
  Draws draws = Draws::prior;               ///< calibrated ones, where a theory has them
  std::map<std::string, double> parameters; ///< Parameter::key() -> value in place of the draw
  Month until;                              ///< last month
};

/// Something a reader should know of a trial that runs all the same.
struct TrialWarning {
  enum class Kind {
    range,        ///< the lever leaves its range
    contradiction ///< two actions on a lever and place start in the same month
  };
  Kind kind{};
  std::string lever, place;
  Month month;
  double value = 0.0, low = 0.0, high = 0.0;
};

/// A request worked out. Immutable; shared by all members.
struct Trial {
  TrialRequest request;
  policy::Policy mine_policy; ///< the joined actions
  std::shared_ptr<const system::LeverPaths> base, mine;
  std::vector<std::string> theories;   ///< of each member
  std::string trunk_key, base_key, id; ///< what each depends on, hashed; `id` names the trial
  std::vector<TrialWarning> warnings;
};

/// Months of one run: [month][cell] from `from` on.
struct Block {
  Month from;
  std::size_t cells = 0;
  std::vector<float> values;
  std::size_t months() const { return cells == 0 ? 0 : values.size() / cells; }
  std::span<const float> record(Month month) const {
    return std::span(values).subspan(static_cast<std::size_t>(month - from) * cells, cells);
  }
};
using SharedBlock = std::shared_ptr<const Block>;

/// One member: its past, common to both, and both policies from the decision on.
struct MemberRun {
  std::size_t member = 0;
  SharedBlock past, base, mine;
};

struct TrialOptions {
  std::size_t members = 20;
  std::uint64_t seed = 2017;
  std::size_t memory = std::size_t{512} << 20; ///< bytes kept for trunks and base runs
  std::string baseline = "as-enacted";         ///< policies that agree with it share its trunk
};

/// Called after each simulated month; may throw to end the run.
using EachMonth = std::function<void()>;
/// Called with each month of yours as it comes, before `EachMonth`.
using EachRecord = std::function<void(std::span<const double> record)>;

class Trials {
 public:
  /// Throws Error P310 when the pack has no such baseline, S130 when there are no members.
  Trials(std::shared_ptr<const system::System> system, TrialOptions options);
  ~Trials();

  const system::System& system() const { return *system_; }
  const TrialOptions& options() const { return options_; }
  double scale() const { return system_->people()->scale; }

  /// Throws Error P310, P311 (unknown policy, theory), S130 (an action on an unknown lever or
  /// place, or before the decision; an unknown or fixed parameter, or a value outside its range;
  /// months outside the clock; weights that are no shares).
  Trial resolve(TrialRequest request) const;

  /// The member under both policies; safe from several threads at once. Where a thread needs what
  /// another is just computing, it computes it too: nobody waits.
  MemberRun run(const Trial& trial, std::size_t member, const EachMonth& each_month = {},
                const EachRecord& each_record = {});
  /// Only the base; `mine` is empty.
  MemberRun run_base(const Trial& trial, std::size_t member, const EachMonth& each_month = {});
  /// Whether the member's trunk and base run are in memory.
  bool has_base(const Trial& trial, std::size_t member) const;

  /// A member at the decision, under the base policy or yours, for what needs more than a record.
  system::Simulation at_decision(const Trial& trial, std::size_t member, bool mine,
                                 const EachMonth& each_month = {});
  /// The member under yours from the clock's start, for what needs more than a record (lives).
  system::Simulation at_start(const Trial& trial, std::size_t member) const;

  /// Bytes kept.
  std::size_t memory() const;

 private:
  struct Caches;
  struct Trunk;
  std::shared_ptr<const Trunk> trunk(const Trial& trial, std::size_t member,
                                     const EachMonth& each_month);
  SharedBlock base_block(const Trial& trial, std::size_t member, const Trunk& trunk,
                         const EachMonth& each_month);
  SharedBlock branch(const Trunk& trunk, const std::shared_ptr<const system::LeverPaths>& levers,
                     Month until, const EachMonth& each_month,
                     const EachRecord& each_record = {}) const;
  PosteriorDraw draw(const Trial& trial, std::size_t member) const;
  system::Scenario scenario(const Trial& trial, std::size_t member,
                            const std::shared_ptr<const system::LeverPaths>& levers) const;

  std::shared_ptr<const system::System> system_;
  TrialOptions options_;
  std::shared_ptr<const system::LeverPaths> baseline_;
  std::unique_ptr<Caches> caches_;
};

} // namespace cauce::study
