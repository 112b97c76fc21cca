#include "cauce/study/trial.hpp"

#include "cauce/base/files.hpp"
#include "cauce/study/kept.hpp"
#include "cauce/study/runs.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace cauce::study {

using system::LeverPaths;
using system::Simulation;
using system::System;

struct Trials::Trunk {
  Simulation simulation; ///< at the decision
  SharedBlock past;
};

struct Trials::Caches {
  explicit Caches(std::size_t memory) : trunks(memory / 4 * 3), bases(memory / 4) {}
  Kept<Trunk> trunks;
  Kept<Block> bases;
  // Draws are read when a theory is first asked for: calibrated ones take a moment.
  std::mutex mutex;
  std::map<std::string, std::shared_ptr<const std::vector<PosteriorDraw>>> draws;
};

namespace {
constexpr std::size_t block_overhead = 256;
std::size_t bytes_of(const Block& block) {
  return block.values.size() * sizeof(float) + block_overhead;
}

// Members shared out by weight: member m goes to the theory that is farthest below its share of
// the first m + 1 (so that any first few members are as mixed as they can be).
std::vector<std::string> share_out(const std::map<std::string, double>& weights,
                                   std::size_t members) {
  std::vector<std::string> theories;
  std::map<std::string, double> had;
  double total = 0.0;
  for (const auto& [name, weight] : weights)
    total += weight;
  for (std::size_t m = 0; m < members; ++m) {
    const std::string* best = nullptr;
    double most = 0.0;
    for (const auto& [name, weight] : weights) {
      const double due = weight / total * static_cast<double>(m + 1) - had[name];
      if (best == nullptr || due > most + 1e-12) {
        best = &name;
        most = due;
      }
    }
    had[*best] += 1.0;
    theories.push_back(*best);
  }
  return theories;
}

[[noreturn]] void refuse(const std::string& message, const std::string& hint = {}) {
  throw Error("S130", {}, message, hint);
}

// The theory of each member. Throws Error P311 for an unknown theory.
std::vector<std::string> theories_of(const System& system, const TrialRequest& request,
                                     std::size_t members) {
  if (request.theory != mixture_name) {
    system.theory(request.theory);
    return std::vector<std::string>(members, request.theory);
  }
  std::map<std::string, double> weights = request.weights;
  if (weights.empty()) {
    for (const policy::Theory& theory : system.theories())
      weights[theory.name] = 1.0;
  }
  double total = 0.0;
  for (const auto& [name, weight] : weights) {
    system.theory(name);
    if (!(weight >= 0.0 && weight <= 1e6))
      refuse(fmt::format("the weight of theory '{}' is not a share", name));
    total += weight;
  }
  if (total <= 0.0)
    refuse("no theory of the mixture has a weight above 0");
  return share_out(weights, members);
}

std::string hash_of(const LeverPaths& levers) {
  std::uint64_t hash = hash_bytes("levers");
  const auto add = [&hash](const void* data, std::size_t bytes) {
    hash = hash_bytes(std::string_view(static_cast<const char*>(data), bytes), hash);
  };
  for (const LeverPaths::Path& path : levers.paths) {
    add(&path.variable.index, sizeof path.variable.index);
    add(path.values.data(), path.values.size() * sizeof(double));
    add(path.silent.data(), path.silent.size());
  }
  return fmt::format("{:016x}", hash);
}

void check_action(const System& system, const policy::Action& action) {
  const policy::Lever* lever = policy::find_lever(system.levers(), action.lever);
  if (lever == nullptr) {
    std::vector<std::string> names;
    for (const policy::Lever& known : system.levers())
      names.push_back(known.name);
    refuse(fmt::format("there is no lever '{}'", action.lever), did_you_mean(action.lever, names));
  }
  const system::Clock& clock = system.manifest().clock;
  if (action.from < clock.decision || action.from > clock.until) {
    refuse(fmt::format("the action on '{}' starts in {}", action.lever, action.from.text()),
           fmt::format("give a month from {} to {}", clock.decision.text(), clock.until.text()));
  }
  if (action.until && *action.until < action.from)
    refuse(fmt::format("the action on '{}' ends before it starts", action.lever));
  if (!std::isfinite(action.amount) || std::abs(action.amount) > 1e12)
    refuse(fmt::format("the action on '{}' has no usable amount", action.lever));
  if (action.ramp_months < 0 || action.ramp_months > 600)
    refuse(fmt::format("the ramp of the action on '{}' is not 0 to 600 months", action.lever));
  if (!lever->standing && action.form != policy::Action::Form::value) {
    refuse(fmt::format("lever '{}' has no standing value", action.lever), "give 'value'");
  }
  if (action.place.empty())
    return;
  const conditions::VariableId id = *system.model()->find(lever->variable);
  std::vector<std::string> elements;
  for (std::size_t e = 0; e < system.model()->info(id).size; ++e)
    elements.push_back(system.model()->element_name(id, e));
  if (std::find(elements.begin(), elements.end(), action.place) == elements.end()) {
    refuse(fmt::format("lever '{}' has no place '{}'", action.lever, action.place),
           did_you_mean(action.place, elements));
  }
}

void check_parameters(const System& system, const std::map<std::string, double>& values) {
  const auto& known = system.parameters();
  for (const auto& [key, value] : values) {
    const auto found = std::find_if(known.begin(), known.end(),
                                    [&](const evidence::Parameter& p) { return p.key() == key; });
    if (found == known.end()) {
      std::vector<std::string> keys;
      for (const evidence::Parameter& p : known)
        keys.push_back(p.key());
      refuse(fmt::format("there is no parameter '{}'", key), did_you_mean(key, keys));
    }
    const evidence::Prior& prior = found->prior;
    if (prior.shape == evidence::Shape::fixed)
      refuse(fmt::format("parameter '{}' is fixed at {:g}", key, prior.value));
    if (!(value >= prior.low && value <= prior.high)) {
      refuse(fmt::format("parameter '{}' = {:g} is outside its range", key, value),
             fmt::format("give a value from {:g} to {:g}", prior.low, prior.high));
    }
  }
}

void add_warnings(const System& system, Trial& trial) {
  const Month start = system.manifest().clock.from;
  const std::vector<policy::Lever>& levers = system.levers();
  for (std::size_t l = 0; l < levers.size(); ++l) {
    const policy::Lever& lever = levers[l];
    const LeverPaths::Path& path = trial.mine->paths[l];
    bool warned = false;
    for (Month m = system.manifest().clock.decision; m <= trial.request.until && !warned; ++m) {
      const auto values = path.at(m - start);
      for (std::size_t e = 0; e < values.size() && !warned; ++e) {
        if (values[e] >= lever.low && values[e] <= lever.high)
          continue;
        trial.warnings.push_back({TrialWarning::Kind::range, lever.name,
                                  system.model()->element_name(path.variable, e), m, values[e],
                                  lever.low, lever.high});
        warned = true;
      }
    }
  }
  const std::vector<policy::Action>& actions = trial.request.actions;
  for (std::size_t i = 0; i < actions.size(); ++i) {
    for (std::size_t j = i + 1; j < actions.size(); ++j) {
      if (actions[i].lever == actions[j].lever && actions[i].place == actions[j].place &&
          actions[i].from == actions[j].from) {
        trial.warnings.push_back({TrialWarning::Kind::contradiction, actions[i].lever,
                                  actions[i].place, actions[i].from, actions[j].amount, 0.0, 0.0});
      }
    }
  }
}
} // namespace

Trials::Trials(std::shared_ptr<const System> system, TrialOptions options)
    : system_(std::move(system)), options_(std::move(options)),
      baseline_(system_->lever_paths(options_.baseline)),
      caches_(std::make_unique<Caches>(options_.memory)) {
  if (options_.members == 0)
    refuse("trials need at least one member");
}

Trials::~Trials() = default;

Trial Trials::resolve(TrialRequest request) const {
  const system::Clock& clock = system_->manifest().clock;
  Trial trial;
  if (request.policy.empty())
    request.policy = request.base;
  const policy::Policy& base = system_->policy(request.base);
  const policy::Policy& own = system_->policy(request.policy);
  if (request.until < clock.decision || request.until > clock.until) {
    refuse(fmt::format("the last month {} is not after the decision", request.until.text()),
           fmt::format("give a month from {} to {}", clock.decision.text(), clock.until.text()));
  }
  for (const policy::Action& action : request.actions)
    check_action(*system_, action);
  check_parameters(*system_, request.parameters);
  trial.theories = theories_of(*system_, request, options_.members);

  trial.mine_policy = policy::with_actions(own, request.actions);
  trial.base = base.name == options_.baseline ? baseline_ : system_->lever_paths(base);
  trial.mine = system_->lever_paths(trial.mine_policy);
  const int decision = clock.decision - clock.from;
  const auto parts_early = [&](const LeverPaths& a, const LeverPaths& b) {
    const auto differ = first_difference(a, b);
    return differ && *differ < decision;
  };
  if (parts_early(*trial.base, *trial.mine)) {
    refuse(fmt::format("policies '{}' and '{}' differ before {}", base.name, own.name,
                       clock.decision.text()),
           "compare them with `cauce compare`");
  }
  const bool own_trunk = parts_early(*baseline_, *trial.base);
  std::string assumed;
  for (const auto& [key, value] : request.parameters)
    assumed += fmt::format("|{}={:a}", key, value);
  if (request.draws == Draws::posterior)
    assumed += "|posterior";
  trial.trunk_key = fmt::format("{}{}", own_trunk ? hash_of(*trial.base) : "", assumed);
  trial.base_key = fmt::format("{}|{}", hash_of(*trial.base), assumed);
  trial.id =
      hash_text(fmt::format("{}|{}|{}|{}|{}", trial.base_key, hash_of(*trial.mine),
                            fmt::join(trial.theories, ","), request.until.index(), options_.seed));
  trial.request = std::move(request);
  add_warnings(*system_, trial);
  return trial;
}

PosteriorDraw Trials::draw(const Trial& trial, std::size_t member) const {
  const std::string& theory = trial.theories.at(member);
  const Draws draws = trial.request.draws;
  std::shared_ptr<const std::vector<PosteriorDraw>> all;
  {
    const std::lock_guard lock(caches_->mutex);
    auto& place = caches_->draws[theory + (draws == Draws::posterior ? " posterior" : " prior")];
    if (!place) {
      place = std::make_shared<const std::vector<PosteriorDraw>>(
          member_draws(*system_, theory, options_.members, options_.seed, draws));
    }
    all = place;
  }
  PosteriorDraw draw = all->at(member);
  for (std::size_t p = 0; p < draw.parameters.size(); ++p) {
    const auto changed = trial.request.parameters.find(system_->parameters()[p].key());
    if (changed != trial.request.parameters.end())
      draw.parameters[p] = changed->second;
  }
  return draw;
}

system::Scenario Trials::scenario(const Trial& trial, std::size_t member,
                                  const std::shared_ptr<const LeverPaths>& levers) const {
  PosteriorDraw own = draw(trial, member);
  return {levers, std::move(own.parameters), options_.seed, static_cast<std::uint32_t>(member),
          std::move(own.shocks)};
}

namespace {
SharedBlock run_months(Simulation& simulation, Month until, std::size_t cells,
                       const EachMonth& each_month, const EachRecord& each_record = {}) {
  auto block = std::make_shared<Block>();
  block->from = simulation.month();
  block->cells = cells;
  block->values.reserve(static_cast<std::size_t>(until - simulation.month() + 1) * cells);
  while (simulation.month() <= until) {
    const auto record = simulation.run_month();
    for (const double value : record)
      block->values.push_back(static_cast<float>(value));
    if (each_record)
      each_record(record);
    if (each_month)
      each_month();
  }
  return block;
}
} // namespace

std::shared_ptr<const Trials::Trunk> Trials::trunk(const Trial& trial, std::size_t member,
                                                   const EachMonth& each_month) {
  const std::string key =
      fmt::format("{}#{}#{}", trial.theories.at(member), member, trial.trunk_key);
  if (auto kept = caches_->trunks.find(key))
    return kept;
  Simulation simulation(system_, scenario(trial, member, trial.base));
  SharedBlock past = run_months(simulation, system_->manifest().clock.decision - 1,
                                system_->recorded_size(), each_month);
  auto made = std::make_shared<const Trunk>(Trunk{std::move(simulation), std::move(past)});
  const std::size_t bytes = made->simulation.world().memory() +
                            made->simulation.equations().save().size() + bytes_of(*made->past);
  return caches_->trunks.put(key, made, bytes);
}

SharedBlock Trials::branch(const Trunk& trunk, const std::shared_ptr<const LeverPaths>& levers,
                           Month until, const EachMonth& each_month,
                           const EachRecord& each_record) const {
  Simulation simulation = trunk.simulation;
  simulation.set_levers(levers);
  return run_months(simulation, until, system_->recorded_size(), each_month, each_record);
}

namespace {
// A longer run of the same holds the shorter one.
std::string base_key_of(const std::string& theory, std::size_t member, const Trial& trial) {
  return fmt::format("{}#{}#{}", theory, member, trial.base_key);
}
} // namespace

SharedBlock Trials::base_block(const Trial& trial, std::size_t member, const Trunk& trunk,
                               const EachMonth& each_month) {
  const std::string key = base_key_of(trial.theories.at(member), member, trial);
  const Month decision = system_->manifest().clock.decision;
  const auto long_enough = [&](const SharedBlock& block) {
    return block && decision + static_cast<int>(block->months()) > trial.request.until;
  };
  if (SharedBlock kept = caches_->bases.find(key); long_enough(kept))
    return kept;
  // Where the pack's clock goes on, a run to `until` is kept under a key of its own.
  const std::string exact = fmt::format("{}@{}", key, trial.request.until.index());
  if (SharedBlock kept = caches_->bases.find(exact))
    return kept;
  const bool whole = trial.request.until == system_->manifest().clock.until;
  SharedBlock made = branch(trunk, trial.base, trial.request.until, each_month);
  return caches_->bases.put(whole ? key : exact, made, bytes_of(*made));
}

MemberRun Trials::run_base(const Trial& trial, std::size_t member, const EachMonth& each_month) {
  const auto start = trunk(trial, member, each_month);
  return {member, start->past, base_block(trial, member, *start, each_month), nullptr};
}

MemberRun Trials::run(const Trial& trial, std::size_t member, const EachMonth& each_month,
                      const EachRecord& each_record) {
  const auto start = trunk(trial, member, each_month);
  MemberRun run{member, start->past, base_block(trial, member, *start, each_month), nullptr};
  const auto differ = first_difference(*trial.base, *trial.mine);
  const Month clock = system_->manifest().clock.from;
  run.mine = !differ || clock + *differ > trial.request.until
                 ? run.base
                 : branch(*start, trial.mine, trial.request.until, each_month, each_record);
  return run;
}

bool Trials::has_base(const Trial& trial, std::size_t member) const {
  const std::string& theory = trial.theories.at(member);
  const std::string key = base_key_of(theory, member, trial);
  return caches_->trunks.find(fmt::format("{}#{}#{}", theory, member, trial.trunk_key)) !=
             nullptr &&
         (caches_->bases.find(key) != nullptr ||
          caches_->bases.find(fmt::format("{}@{}", key, trial.request.until.index())) != nullptr);
}

Simulation Trials::at_decision(const Trial& trial, std::size_t member, bool mine,
                               const EachMonth& each_month) {
  Simulation simulation = trunk(trial, member, each_month)->simulation;
  simulation.set_levers(mine ? trial.mine : trial.base);
  return simulation;
}

Simulation Trials::at_start(const Trial& trial, std::size_t member) const {
  return {system_, scenario(trial, member, trial.mine)};
}

std::size_t Trials::memory() const { return caches_->trunks.bytes() + caches_->bases.bytes(); }

} // namespace cauce::study
