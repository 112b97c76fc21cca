#include "cauce/system/simulation.hpp"

#include "cauce/base/distributions.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>

namespace cauce::system {

std::span<const PhaseInfo> phases() {
  static constexpr PhaseInfo table[phase_count] = {
      {"drivers", "observed series of the month set their variables"},
      {"levers", "the policy of the month sets the levers"},
      {"shocks", "the world's own noise is drawn"},
      {"equations", "auxiliaries and flows from stocks, drivers, levers, what-ifs"},
      {"rates", "hazards and shares are read for the people"},
      {"people", "who is harmed, leaves, travels, is apprehended, stays, returns"},
      {"counts", "what happened replaces what was expected"},
      {"stocks", "the equations' stocks move on by one step"},
      {"record", "outcomes are added up"},
  };
  return table;
}

namespace {
// Charges the time since the last call to a phase; costs nothing when nobody asks.
class Stopwatch {
 public:
  explicit Stopwatch(PhaseTimes* times) : times_(times) {
    if (times_ != nullptr)
      last_ = std::chrono::steady_clock::now();
  }
  void charge(Phase phase) {
    if (times_ == nullptr)
      return;
    const auto now = std::chrono::steady_clock::now();
    (*times_)[static_cast<std::size_t>(phase)] +=
        std::chrono::duration<double>(now - last_).count();
    last_ = now;
  }

 private:
  PhaseTimes* times_;
  std::chrono::steady_clock::time_point last_;
};

// Keeps the draws of shocks apart from all draws of the people, which use small purposes.
constexpr std::uint32_t shock_purpose = 0x53484f43;

double free_shock(random::Key key, const Shock& shock, std::size_t cell, std::uint32_t step) {
  return random::normal_quantile(random::uniform(key, shock.entity + cell, step, shock_purpose));
}
} // namespace

Simulation::Simulation(std::shared_ptr<const System> system, Scenario scenario)
    : system_(std::move(system)), scenario_(std::move(scenario)),
      key_(random::Key::of(scenario_.seed, scenario_.member)),
      equations_(system_->model(), 1, scenario_.seed, scenario_.member),
      world_(system_->people(),
             random::Key::of(scenario_.people_seed.value_or(scenario_.seed), scenario_.member)),
      rates_(people::rate_fields(), system_->people()->axes), recorded_(system_->recorded_size()),
      month_(system_->manifest().clock.from) {
  const Clock& clock = system_->manifest().clock;
  equations_.set_clock(0.0, 1.0 / clock.steps_per_month);
  for (const ParameterSlot& slot : system_->parameter_slots()) {
    scratch_.assign(slot.defaults.begin(), slot.defaults.end());
    for (const auto& [element, parameter] : slot.sources) {
      scratch_[element] = scenario_.parameters[parameter];
    }
    equations_.set(slot.variable, 0, scratch_);
  }
  set_drivers_of_month();
  set_levers_of_month();
  equations_.initialise();
}

std::span<const double> Simulation::run_month(PhaseTimes* times) {
  Stopwatch watch(times);
  const int steps = system_->manifest().clock.steps_per_month;
  std::fill(recorded_.begin(), recorded_.end(), 0.0);
  set_drivers_of_month();
  watch.charge(Phase::drivers);
  set_levers_of_month();
  watch.charge(Phase::levers);
  for (int i = 0; i < steps; ++i, ++step_) {
    set_shocks();
    watch.charge(Phase::shocks);
    tell(StepMoment::before_equations);
    equations_.evaluate();
    apply_moves();
    tell(StepMoment::after_equations);
    watch.charge(Phase::equations);
    read_rates();
    watch.charge(Phase::rates);
    world_.step(rates_, 1.0 / steps, step_, {sink_, helpers_, expected_});
    watch.charge(Phase::people);
    feed_counts();
    tell(StepMoment::after_counts);
    watch.charge(Phase::counts);
    record_flows();
    watch.charge(Phase::record);
    put_moved_stocks_back();
    equations_.advance();
    tell(StepMoment::after_stocks);
    watch.charge(Phase::stocks);
    if (i + 1 < steps)
      undo_moves();
  }
  record_month_end();
  undo_moves();
  watch.charge(Phase::record);
  ++month_;
  return recorded_;
}

void Simulation::set_drivers_of_month() {
  const auto drivers =
      scenario_.drivers ? std::span<const Driver>(*scenario_.drivers) : system_->drivers();
  for (const Driver& driver : drivers) {
    const std::span<const double> values = driver.at(month_ - system_->manifest().clock.from);
    if (!values.empty())
      equations_.set(driver.variable, 0, values);
  }
}

void Simulation::set_levers_of_month() {
  const int month = month_ - system_->manifest().clock.from;
  for (const LeverPaths::Path& path : scenario_.levers->paths) {
    const std::span<const double> values = path.at(month);
    if (!values.empty())
      equations_.set(path.variable, 0, values);
    else if (!system_->is_driven(path.variable))
      equations_.release(path.variable);
  }
}

void Simulation::set_shocks() {
  const bool bound = scenario_.shocks && step_ < scenario_.shocks->first_step.back();
  if (bound)
    bind_to_path();
  std::size_t cell = 0;
  for (const Shock& shock : system_->shocks()) {
    scratch_.resize(shock.size);
    for (std::size_t i = 0; i < shock.size; ++i, ++cell)
      scratch_[i] = free_shock(key_, shock, i, step_) + (bound ? to_path_[cell] : 0.0);
    equations_.set(shock.variable, 0, scratch_);
  }
}

// What the draws of a block of steps are moved by, cell by cell: worked out once a block.
void Simulation::bind_to_path() {
  const ShockPath& path = *scenario_.shocks;
  const auto after = std::upper_bound(path.first_step.begin(), path.first_step.end(), step_);
  const auto block = static_cast<std::size_t>(after - path.first_step.begin()) - 1;
  if (block == bound_block_)
    return;
  bound_block_ = block;
  to_path_.clear();
  const std::uint32_t first = path.first_step[block], end = path.first_step[block + 1];
  const double n = end - first;
  for (const Shock& shock : system_->shocks()) {
    for (std::size_t i = 0; i < shock.size; ++i) {
      double mean = 0.0;
      for (std::uint32_t step = first; step < end; ++step)
        mean += free_shock(key_, shock, i, step) / n;
      to_path_.push_back(path.scores[block * path.width + to_path_.size()] / std::sqrt(n) - mean);
    }
  }
}

namespace {
// Whether the people's counts or the shocks set this variable in each step.
bool is_fed(const System& system, conditions::VariableId id) {
  const auto is = [id](const auto& feed) { return feed.variable == id; };
  return std::ranges::any_of(system.count_feeds(), is) || std::ranges::any_of(system.shocks(), is);
}
} // namespace

// What-ifs: the variables that are moved are read, set to what they are moved to, and all that
// depends on them is evaluated again, but for the flows of moved stocks.
void Simulation::apply_moves() {
  const std::vector<MovedVariable>& moves = scenario_.levers->moves;
  if (moves.empty())
    return;
  const int month = month_ - system_->manifest().clock.from;
  unmoved_.assign(moves.size(), {});
  unmoved_flows_.clear();
  const auto copy_of = [&](conditions::VariableId id) {
    const std::span<const double> values = equations_.values(id);
    return std::vector<double>(values.begin(), values.end());
  };
  for (std::size_t m = 0; m < moves.size(); ++m) {
    if (!moves[m].acts_in(month))
      continue;
    unmoved_[m] = copy_of(moves[m].variable);
    for (const conditions::VariableId flow : moves[m].flows) {
      if (!is_fed(*system_, flow))
        unmoved_flows_.emplace_back(flow, copy_of(flow));
    }
  }
  if (std::ranges::all_of(unmoved_, [](const auto& values) { return values.empty(); }))
    return;
  for (std::size_t m = 0; m < moves.size(); ++m) {
    if (unmoved_[m].empty())
      continue;
    scratch_ = copy_of(moves[m].variable); // as an earlier move of the same variable left it
    for (std::size_t e = 0; e < scratch_.size(); ++e) {
      if (moves[m].chosen[e] != 0)
        scratch_[e] = moves[m].factor * scratch_[e] + moves[m].add;
    }
    equations_.set(moves[m].variable, 0, scratch_);
  }
  equations_.evaluate();
  for (const auto& [flow, values] : unmoved_flows_)
    equations_.set(flow, 0, values);
}

// A moved stock takes its step from where it would be.
void Simulation::put_moved_stocks_back() {
  for (std::size_t m = unmoved_.size(); m-- > 0;) {
    const MovedVariable& move = scenario_.levers->moves[m];
    if (!unmoved_[m].empty() && !move.flows.empty())
      equations_.set(move.variable, 0, unmoved_[m]);
  }
}

// Before the next step each variable is again what its equation, series or policy gives; counts and
// shocks are set anew in any case.
void Simulation::undo_moves() {
  const auto held = [&](conditions::VariableId id) {
    const auto is = [id](const auto& setter) { return setter.variable == id; };
    return system_->is_driven(id) || std::ranges::any_of(scenario_.levers->paths, is) ||
           std::ranges::any_of(system_->parameter_slots(), is);
  };
  for (const auto& [flow, values] : unmoved_flows_)
    equations_.release(flow);
  // Backwards, so that a variable moved twice ends as it was before the first.
  for (std::size_t m = unmoved_.size(); m-- > 0;) {
    const MovedVariable& move = scenario_.levers->moves[m];
    if (unmoved_[m].empty() || !move.flows.empty() || is_fed(*system_, move.variable))
      continue;
    if (held(move.variable))
      equations_.set(move.variable, 0, unmoved_[m]);
    else
      equations_.release(move.variable);
  }
  unmoved_.clear();
  unmoved_flows_.clear();
}

void Simulation::read_rates() {
  for (const RateFeed& feed : system_->rate_feeds()) {
    feed.map.assign(equations_.values(feed.variable), rates_[feed.rate]);
  }
}

void Simulation::feed_counts() {
  const double per_step = system_->people()->scale;
  const double per_month = per_step * system_->manifest().clock.steps_per_month;
  for (const CountFeed& feed : system_->count_feeds()) {
    scratch_.assign(feed.size, 0.0);
    for (const CountFeed::Part& part : feed.parts) {
      part.map.add(world_.counts()[part.count], std::span(scratch_),
                   feed.per_month ? per_month : per_step);
    }
    equations_.set(feed.variable, 0, scratch_);
  }
}

void Simulation::record_flows() {
  const double scale = system_->people()->scale;
  const double months = 1.0 / system_->manifest().clock.steps_per_month;
  for (const Outcome& outcome : system_->outcomes()) {
    if (!outcome.flow)
      continue;
    const std::span<double> cells = std::span(recorded_).subspan(outcome.offset, outcome.size);
    if (!outcome.count) {
      outcome.map.add(equations_.values(outcome.variable), cells, months);
      continue;
    }
    const std::span<const double> expected =
        expected_ ? world_.expected(*outcome.count) : std::span<const double>();
    if (!expected.empty())
      outcome.map.add(expected, cells, scale);
    else
      outcome.map.add(world_.counts()[*outcome.count], cells, scale);
  }
}

void Simulation::record_month_end() {
  const double scale = system_->people()->scale;
  for (const Outcome& outcome : system_->outcomes()) {
    if (outcome.flow)
      continue;
    const std::span<double> cells = std::span(recorded_).subspan(outcome.offset, outcome.size);
    if (outcome.count)
      outcome.map.add(world_.counts()[*outcome.count], cells, scale);
    else
      outcome.map.add(equations_.values(outcome.variable), cells, 1.0);
  }
}

namespace {
// The bytes of a snapshot: month, step, then the two states with their lengths.
struct SnapshotHead {
  std::int64_t month;
  std::uint64_t step, equations, world;
};
} // namespace

std::vector<std::byte> Simulation::save() const {
  const std::vector<std::byte> equations = equations_.save();
  const std::vector<std::byte> world = world_.save();
  const SnapshotHead head{month_.index(), step_, equations.size(), world.size()};
  std::vector<std::byte> bytes(sizeof head + equations.size() + world.size());
  std::memcpy(bytes.data(), &head, sizeof head);
  std::copy(equations.begin(), equations.end(), bytes.begin() + sizeof head);
  std::copy(world.begin(), world.end(),
            bytes.begin() + static_cast<std::ptrdiff_t>(sizeof head + equations.size()));
  return bytes;
}

void Simulation::restore(std::span<const std::byte> bytes) {
  SnapshotHead head{};
  if (bytes.size() >= sizeof head)
    std::memcpy(&head, bytes.data(), sizeof head);
  if (bytes.size() < sizeof head || head.equations > bytes.size() || head.world > bytes.size() ||
      bytes.size() != sizeof head + head.equations + head.world) {
    throw Error("P318", {}, "the snapshot is cut off or damaged", "run again from the start");
  }
  conditions::Run equations = equations_;
  equations.restore(bytes.subspan(sizeof head, head.equations));
  world_.restore(bytes.subspan(sizeof head + head.equations));
  equations_ = std::move(equations);
  month_ = Month::of(0, 1) + static_cast<int>(head.month);
  step_ = static_cast<std::uint32_t>(head.step);
}

} // namespace cauce::system
