#include "cauce/study/futures.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <map>

namespace cauce::study {

using system::LeverPaths;
using system::System;

namespace {
conditions::VariableId variable_of(const System& system, const ShockSpec& shock) {
  if (const policy::Lever* lever = policy::find_lever(system.levers(), shock.variable))
    return *system.model()->find(lever->variable);
  if (const auto id = system.model()->find(shock.variable))
    return *id;
  std::vector<std::string> names = system.model()->known_names();
  for (const policy::Lever& lever : system.levers())
    names.push_back(lever.name);
  throw Error("S109", {},
              fmt::format("'{}' moves '{}', which is neither a lever nor a variable", shock.name,
                          shock.variable),
              did_you_mean(shock.variable, names));
}

// The values of the variable in a month: of the lever, else of the series that drives it.
std::span<const double> standing(const System& system, const LeverPaths& levers,
                                 conditions::VariableId id, int month) {
  for (const LeverPaths::Path& path : levers.paths) {
    if (path.variable == id && !path.at(month).empty())
      return path.at(month);
  }
  for (const system::Driver& driver : system.drivers()) {
    if (driver.variable == id && !driver.at(month).empty())
      return driver.at(month);
  }
  return {};
}

std::vector<PosteriorDraw> calibrated_draws(const System& system, const std::string& theory) {
  Diagnostics findings;
  auto posterior = read_posterior(system, theory, findings);
  findings.throw_if_errors();
  return posterior ? std::move(posterior->draws) : std::vector<PosteriorDraw>{};
}
} // namespace

void apply_shock(const System& system, LeverPaths& levers, const ShockSpec& shock,
                 conditions::VariableId variable, Month start, double size) {
  const system::Clock& clock = system.manifest().clock;
  const int months = clock.until - clock.from + 1;
  const std::size_t width = system.model()->info(variable).size;
  auto path = std::find_if(levers.paths.begin(), levers.paths.end(),
                           [&](const LeverPaths::Path& p) { return p.variable == variable; });
  if (path == levers.paths.end()) {
    const auto all = static_cast<std::size_t>(months);
    levers.paths.push_back({variable, width, std::vector<double>(all * width, 0.0),
                            std::vector<std::uint8_t>(all, 1)});
    path = levers.paths.end() - 1;
  }
  const int first = std::max(0, start - clock.from);
  const int end = shock.months == 0 ? months : std::min(months, first + shock.months);
  for (int month = first; month < end; ++month) {
    const auto found = standing(system, levers, variable, month);
    const std::vector<double> now(found.begin(), found.end());
    if (now.empty() && (shock.form != ShockSpec::Form::value || !shock.element.empty())) {
      throw Error("S109", {},
                  fmt::format("'{}' would change '{}' by a factor or for one element only, but "
                              "nothing gives its value in {}",
                              shock.name, shock.variable, (clock.from + month).text()),
                  "give the shock a value for all elements");
    }
    const auto at = static_cast<std::size_t>(month);
    for (std::size_t e = 0; e < width; ++e) {
      double value = now.empty() ? size : now[e];
      if (shock.element.empty() || system.model()->element_name(variable, e) == shock.element) {
        value = shock.form == ShockSpec::Form::value    ? size
                : shock.form == ShockSpec::Form::factor ? value * size
                                                        : value + size;
      }
      path->values[at * width + e] = value;
    }
    path->silent[at] = 0;
  }
}

std::size_t FutureSpace::add_input(std::string name, std::string unit,
                                   std::vector<std::string> categories) {
  inputs_.push_back({std::move(name), std::move(unit), {dimensions_}, std::move(categories)});
  return dimensions_++;
}

void FutureSpace::check_shock(const ShockSpec& shock) {
  const system::Clock& clock = system_->manifest().clock;
  if (shock.from < clock.from || shock.until < shock.from || shock.until > clock.until ||
      shock.low > shock.high || shock.months < 0 || shock.probability < 0.0 ||
      shock.probability > 1.0) {
    throw Error("S109", {},
                fmt::format("'{}' needs months within {} to {} in order, low <= high, and a "
                            "probability from 0 to 1",
                            shock.name, clock.from.text(), clock.until.text()));
  }
  const conditions::VariableId id = variable_of(*system_, shock);
  if (!shock.element.empty() && !system_->model()->find_element(id, shock.element)) {
    throw Error("S109", {},
                fmt::format("'{}': the variable '{}' has no element '{}'", shock.name,
                            shock.variable, shock.element));
  }
  for (const system::ParameterSlot& slot : system_->parameter_slots()) {
    if (slot.variable == id) {
      throw Error("S109", {},
                  fmt::format("'{}' moves '{}', which is an uncertain parameter", shock.name,
                              shock.variable),
                  "a shock moves a lever or a variable that a series drives");
    }
  }
  // Tried once, so that what cannot act is said before any run.
  for (const policy::Policy& policy : system_->policies()) {
    LeverPaths levers = *system_->lever_paths(policy.name);
    apply_shock(*system_, levers, shock, id, shock.from, shock.high);
  }
}

FutureSpace::FutureSpace(std::shared_ptr<const System> system, FutureRequest request)
    : system_(std::move(system)), request_(std::move(request)) {
  for (const std::string& theory : request_.theories)
    believed_.push_back(policy::under_theory(system_->parameters(), system_->theory(theory)));
  if (request_.theories.size() > 1)
    theory_at_ = add_input("theory", "", request_.theories);
  if (request_.luck)
    luck_at_ = add_input("luck", "", {});
  draws_.resize(request_.theories.size());
  for (std::size_t t = 0; request_.draws == Draws::posterior && t < draws_.size(); ++t)
    draws_[t] = calibrated_draws(*system_, request_.theories[t]);
  const auto calibrated = [](const auto& draws) { return !draws.empty(); };
  if (std::any_of(draws_.begin(), draws_.end(), calibrated))
    draw_at_ = dimensions_++;
  const bool all_calibrated = std::all_of(draws_.begin(), draws_.end(), calibrated);

  const auto& parameters = system_->parameters();
  parameter_at_.assign(parameters.size(), none);
  std::vector<std::string> known;
  for (const evidence::Parameter& parameter : parameters)
    known.push_back(parameter.key());
  for (const std::string& wanted : request_.parameters) {
    if (std::none_of(parameters.begin(), parameters.end(), [&](const evidence::Parameter& p) {
          return p.name == wanted || p.key() == wanted;
        })) {
      throw Error("S109", {}, fmt::format("there is no parameter '{}'", wanted),
                  did_you_mean(wanted, known));
    }
  }
  std::map<std::string, std::size_t> input_of_sector;
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    const bool wanted =
        request_.parameters.empty() ||
        std::any_of(request_.parameters.begin(), request_.parameters.end(),
                    [&](const std::string& name) {
                      return name == parameters[p].name || name == parameters[p].key();
                    });
    const bool varies = std::any_of(believed_.begin(), believed_.end(), [&](const auto& priors) {
      return priors[p].prior.shape != evidence::Shape::fixed;
    });
    if (!wanted || !varies)
      continue;
    const std::string& sector = parameters[p].sector;
    if (!request_.sectors)
      told_.emplace_back(p, inputs_.size());
    if (all_calibrated) {
      if (!request_.sectors)
        inputs_.push_back({parameters[p].key(), parameters[p].unit, {}, {}});
    } else if (!request_.sectors) {
      parameter_at_[p] = add_input(parameters[p].key(), parameters[p].unit, {});
    } else if (const auto known_sector = input_of_sector.find(sector);
               known_sector != input_of_sector.end()) {
      parameter_at_[p] = dimensions_;
      inputs_[known_sector->second].coordinates.push_back(dimensions_++);
    } else {
      parameter_at_[p] = add_input("sector " + sector, "", {});
      input_of_sector[sector] = inputs_.size() - 1;
    }
  }
  for (const ShockSpec& shock : request_.shocks) {
    check_shock(shock);
    ShockAt at;
    at.variable = variable_of(*system_, shock);
    if (shock.probability < 1.0) {
      at.happens_input = inputs_.size();
      at.happens = add_input(shock.name + " happens", "", {"no", "yes"});
    }
    if (shock.from < shock.until) {
      at.start_input = inputs_.size();
      at.start = add_input(shock.name + " begins", "month", {});
    }
    if (shock.low < shock.high) {
      at.size_input = inputs_.size();
      at.size = add_input(shock.name, shock.form == ShockSpec::Form::factor ? "factor" : "", {});
    }
    shock_at_.push_back(at);
  }
}

std::vector<std::vector<std::size_t>> FutureSpace::groups() const {
  std::vector<std::vector<std::size_t>> groups;
  for (const FutureInput& input : inputs_)
    groups.push_back(input.coordinates);
  return groups;
}

Future FutureSpace::at(const std::vector<double>& point) const {
  Future future;
  future.values.assign(inputs_.size(), std::numeric_limits<double>::quiet_NaN());
  if (theory_at_ != none) {
    const auto count = static_cast<double>(request_.theories.size());
    future.theory =
        std::min(request_.theories.size() - 1, static_cast<std::size_t>(point[theory_at_] * count));
    future.values[0] = static_cast<double>(future.theory);
  }
  if (luck_at_ != none) {
    future.member = static_cast<std::uint32_t>(point[luck_at_] * 0x1p30);
    future.values[theory_at_ != none ? 1 : 0] = point[luck_at_];
  }
  std::vector<double> values;
  const auto& believed = believed_[future.theory];
  if (const std::vector<PosteriorDraw>& draws = draws_[future.theory]; !draws.empty()) {
    const auto count = static_cast<double>(draws.size());
    const auto chosen = static_cast<std::size_t>(point[draw_at_] * count);
    const PosteriorDraw& draw = draws[std::min(chosen, draws.size() - 1)];
    values = draw.parameters;
    future.remembered = draw.shocks;
  }
  for (std::size_t p = values.size(); p < believed.size(); ++p) {
    const std::size_t at = parameter_at_[p];
    values.push_back(evidence::quantile(believed[p].prior, at == none ? 0.5 : point[at]));
  }
  for (const auto& [parameter, input] : told_)
    future.values[input] = values[parameter];
  future.parameters = std::make_shared<const std::vector<double>>(std::move(values));
  for (std::size_t s = 0; s < shock_at_.size(); ++s) {
    const ShockSpec& shock = request_.shocks[s];
    const ShockAt& at = shock_at_[s];
    const bool happens = at.happens == none || point[at.happens] < shock.probability;
    const int months = shock.until - shock.from + 1;
    const Month start =
        at.start == none
            ? shock.from
            : shock.from + std::min(months - 1, static_cast<int>(point[at.start] * months));
    const double size =
        at.size == none ? shock.low : shock.low + point[at.size] * (shock.high - shock.low);
    if (at.happens_input != none)
      future.values[at.happens_input] = happens ? 1.0 : 0.0;
    if (at.start_input != none)
      future.values[at.start_input] = static_cast<double>(start.index());
    if (at.size_input != none)
      future.values[at.size_input] = size;
    if (happens)
      future.shocks.push_back({s, start, size});
  }
  return future;
}

Levers FutureSpace::levers(const Levers& policy, const Future& future) const {
  if (future.shocks.empty())
    return policy;
  auto levers = std::make_shared<LeverPaths>(*policy);
  for (const ActiveShock& active : future.shocks) {
    apply_shock(*system_, *levers, request_.shocks[active.shock], shock_at_[active.shock].variable,
                active.start, active.size);
  }
  return levers;
}

} // namespace cauce::study
