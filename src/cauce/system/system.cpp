#include "cauce/system/system.hpp"

#include "cauce/system/driver_months.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace cauce::system {

bool System::is_driven(conditions::VariableId variable) const {
  return std::any_of(drivers_.begin(), drivers_.end(),
                     [&](const Driver& driver) { return driver.variable == variable; });
}

std::shared_ptr<const std::vector<Driver>> System::drivers_known(Month known) const {
  const auto months = static_cast<std::size_t>(manifest_.clock.until - manifest_.clock.from + 1);
  auto drivers = std::make_shared<std::vector<Driver>>();
  for (const DriverSeries& series : driver_series_)
    drivers->push_back(driver_months(series, manifest_.clock.from, months, known));
  return drivers;
}

const policy::Policy& System::policy(std::string_view name) const {
  std::vector<std::string> names;
  for (const policy::Policy& known : policies_) {
    if (known.name == name)
      return known;
    names.push_back(known.name);
  }
  throw Error("P310", {(folder_ / "policies").generic_string()},
              fmt::format("unknown policy '{}'", name), did_you_mean(name, names));
}

const policy::Theory& System::theory(std::string_view name) const {
  std::vector<std::string> names;
  for (const policy::Theory& known : theories_) {
    if (known.name == name)
      return known;
    names.push_back(known.name);
  }
  throw Error("P311", {(folder_ / "theories").generic_string()},
              fmt::format("unknown theory '{}'", name), did_you_mean(name, names));
}

std::shared_ptr<const LeverPaths> System::lever_paths(std::string_view name) const {
  const policy::Policy& chosen = policy(name);
  auto worked_out = std::make_shared<LeverPaths>();
  worked_out->policy = chosen.name;
  const int months = manifest_.clock.until - manifest_.clock.from + 1;
  for (const policy::Lever& lever : levers_) {
    const conditions::VariableId id = *model_->find(lever.variable);
    const conditions::VariableInfo& info = model_->info(id);
    LeverPaths::Path path{id, info.size, {}, {}};
    for (int m = 0; m < months; ++m) {
      bool silent = false;
      for (std::size_t e = 0; e < info.size; ++e) {
        const auto value = policy::lever_value(chosen, lever, model_->element_name(id, e),
                                               manifest_.clock.from + m);
        path.values.push_back(value.value_or(0.0));
        silent = silent || !value;
      }
      path.silent.push_back(silent ? 1 : 0);
    }
    worked_out->paths.push_back(std::move(path));
  }
  return worked_out;
}

} // namespace cauce::system
