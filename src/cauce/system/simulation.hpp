// One member's run of a system: months outside, steps inside.
//
// A `Simulation` holds only what changes: the state of the equations, the people, the time. What
// all runs share is in `System`. It is a value: a copy is a snapshot, and a policy study lets one
// trunk run to the decision date and branches from its copy.
#pragma once

#include "cauce/conditions/run.hpp"
#include "cauce/people/world.hpp"
#include "cauce/system/system.hpp"

#include <array>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace cauce {
class Helpers;
}

namespace cauce::system {

/// Normal scores of the world's noise up to some month, in place of free draws: how a run is made
/// to remember shocks that data tell of.
///
/// Steps fall into consecutive blocks. Of the n independent standard normals e of a block, their
/// mean is replaced: e' = e - mean(e) + score / sqrt(n). With standard normal scores the law of the
/// noise is exactly as before, and a block has one number that data can inform.
struct ShockPath {
  std::vector<std::uint32_t> first_step; ///< of each block, and the end of the last one
  std::size_t width = 0;                 ///< cells of all `System::shocks()`, in their order
  std::vector<double> scores;            ///< [block][cell]
};

/// What distinguishes one run from another on the same system.
struct Scenario {
  std::shared_ptr<const LeverPaths> levers; ///< a policy, worked out month by month
  std::vector<double> parameters;           ///< one value for each of `System::parameters()`
  std::uint64_t seed = 1;
  std::uint32_t member = 0;
  std::shared_ptr<const ShockPath> shocks = nullptr;            ///< none: all noise is drawn
  std::shared_ptr<const std::vector<Driver>> drivers = nullptr; ///< none: `System::drivers()`
  /// Seed of the people's luck alone; none: `seed`, as that of the world's noise.
  std::optional<std::uint64_t> people_seed = std::nullopt;
};

/// The phases of a step, in order; `cauce run --phases` prints them with the time each took.
enum class Phase { drivers, levers, shocks, equations, rates, people, counts, stocks, record };
inline constexpr std::size_t phase_count = 9;
struct PhaseInfo {
  std::string_view name;
  std::string_view what;
};
std::span<const PhaseInfo> phases();

/// Seconds spent in each phase.
using PhaseTimes = std::array<double, phase_count>;

/// The moments of a step at which others may look at the equations or override variables.
enum class StepMoment {
  before_equations, ///< drivers, levers and shocks of the step are set
  after_equations,  ///< variables have the values that people and flows of this step see
  after_counts,     ///< what happened has replaced what was expected
  after_stocks,     ///< stocks have moved on
};
class StepWatcher {
 public:
  virtual ~StepWatcher() = default;
  virtual void at(StepMoment moment, conditions::Run& equations, std::uint32_t step) = 0;
};

class Simulation {
 public:
  Simulation(std::shared_ptr<const System> system, Scenario scenario);

  /// The month that `run_month` will simulate next.
  Month month() const { return month_; }

  /// Simulates one month and returns what happened: one value for each cell of `System::outcomes`,
  /// in their order (flows summed over the month in real persons, others at its end).
  std::span<const double> run_month(PhaseTimes* times = nullptr);

  /// Another policy from the next month on. The caller sees to it that both agree before.
  void set_levers(std::shared_ptr<const LeverPaths> levers) {
    scenario_.levers = std::move(levers);
  }

  /// Other drivers from the next month on (`System::drivers_known`; nullptr: all that is known).
  void set_drivers(std::shared_ptr<const std::vector<Driver>> drivers) {
    scenario_.drivers = std::move(drivers);
  }

  /// Tells `sink` of every event of the people from now on (nullptr: nobody). Changes no result; a
  /// copy of the simulation keeps telling the same sink.
  void listen(people::EventSink* sink) { sink_ = sink; }

  /// Lets threads lent to `helpers` work on the people's steps from now on (nullptr: none): the
  /// same results sooner. A copy has the same helpers.
  void let_help(Helpers* helpers) { helpers_ = helpers; }

  /// From now on counts of the people are recorded as they were expected, where that is known
  /// (`World::expected`), not as luck had them: for effects, in which that luck is noise. The run
  /// itself is the same.
  void record_expected() { expected_ = true; }

  /// Calls `watcher` in each step from now on (nullptr: nobody); a copy keeps calling the same one.
  void watch(StepWatcher* watcher) { watcher_ = watcher; }

  const people::World& world() const { return world_; }
  const conditions::Run& equations() const { return equations_; }

  /// All that changes, bit for bit; `restore` needs a simulation of the same system and scenario.
  std::vector<std::byte> save() const;
  void restore(std::span<const std::byte> bytes);

 private:
  void tell(StepMoment moment) {
    if (watcher_ != nullptr)
      watcher_->at(moment, equations_, step_);
  }
  void set_drivers_of_month();
  void set_levers_of_month();
  void set_shocks();
  void bind_to_path();
  void apply_moves();
  void put_moved_stocks_back();
  void undo_moves();
  void read_rates();
  void feed_counts();
  void record_flows();
  void record_month_end();

  std::shared_ptr<const System> system_;
  Scenario scenario_;
  random::Key key_;
  conditions::Run equations_;
  people::World world_;
  people::Rates rates_;
  people::EventSink* sink_ = nullptr;
  StepWatcher* watcher_ = nullptr;
  Helpers* helpers_ = nullptr;
  bool expected_ = false;
  std::vector<double> recorded_;
  std::vector<double> scratch_;
  // Not part of the state: the block of steps whose shocks were last bound, and by what they move.
  std::size_t bound_block_ = std::numeric_limits<std::size_t>::max();
  std::vector<double> to_path_;
  /// What the variables that are moved now would be: [move of the policy][element], empty if not;
  /// and the flows of those that are stocks.
  std::vector<std::vector<double>> unmoved_;
  std::vector<std::pair<conditions::VariableId, std::vector<double>>> unmoved_flows_;
  Month month_;
  std::uint32_t step_ = 0;
};

} // namespace cauce::system
