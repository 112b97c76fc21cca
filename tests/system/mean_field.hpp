// The equations of the real pack as a mean field: no people are drawn, counts are expected values.
#pragma once

#include "cauce/conditions/run.hpp"
#include "cauce/system/system.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace cauce::system {

inline std::shared_ptr<const System> real_pack(double scale = 1e6) {
  Diagnostics findings;
  return System::load(std::filesystem::path(CAUCE_SOURCE_DIR) / "systems" / "northern-triangle",
                      scale, findings);
}

/// The priors' own values: medians of all but triangular ones.
inline std::vector<double> central_values(const System& system) {
  std::vector<double> values;
  for (const evidence::Parameter& parameter : system.parameters())
    values.push_back(parameter.prior.value);
  return values;
}

class MeanField {
 public:
  MeanField(std::shared_ptr<const System> system, const std::vector<double>& parameters,
            std::string_view policy)
      : system_(std::move(system)), levers_(system_->lever_paths(policy)),
        equations_(system_->model(), 1, 1, 0) {
    equations_.set_clock(0.0, 1.0 / system_->manifest().clock.steps_per_month);
    std::vector<double> values;
    for (const ParameterSlot& slot : system_->parameter_slots()) {
      values.assign(slot.defaults.begin(), slot.defaults.end());
      for (const auto& [element, parameter] : slot.sources)
        values[element] = parameters[parameter];
      equations_.set(slot.variable, 0, values);
    }
  }

  /// Holds a lever's variable (all elements) at a value from a month of the run on.
  void hold(const std::string& lever, double value, int from_month) {
    for (const policy::Lever& known : system_->levers()) {
      if (known.name == lever)
        held_.push_back({*system_->model()->find(known.variable), value, from_month});
    }
  }

  /// Runs `months`; after each, `see(month)` may read values.
  template <typename See> void run(int months, See&& see) {
    inputs(0);
    equations_.initialise();
    for (int month = 0; month < months; ++month) {
      inputs(month);
      const int steps = system_->manifest().clock.steps_per_month;
      for (int step = 0; step < steps; ++step) {
        equations_.evaluate();
        if (step == steps - 1)
          see(month);
        equations_.advance();
      }
    }
  }

  std::span<const double> values(std::string_view name) const {
    const auto id = system_->model()->find(name);
    return id ? equations_.values(*id) : std::span<const double>{};
  }
  const System& system() const { return *system_; }
  const conditions::Run& equations() const { return equations_; }

 private:
  struct Held {
    conditions::VariableId variable;
    double value;
    int from;
  };

  void inputs(int month) {
    const auto put = [&](const MonthlyValues& series) {
      if (const auto values = series.at(month); !values.empty())
        equations_.set(series.variable, 0, values);
    };
    for (const Driver& driver : system_->drivers())
      put(driver);
    for (const LeverPaths::Path& path : levers_->paths)
      put(path);
    for (const Held& held : held_) {
      if (month >= held.from)
        equations_.set_all(held.variable, held.value);
    }
  }

  std::shared_ptr<const System> system_;
  std::shared_ptr<const LeverPaths> levers_;
  conditions::Run equations_;
  std::vector<Held> held_;
};

} // namespace cauce::system
