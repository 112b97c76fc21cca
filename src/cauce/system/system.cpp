#include "cauce/system/system.hpp"

#include "cauce/system/driver_months.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>

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

const policy::Policy& System::arm(std::string_view name) const {
  for (const policy::Policy& known : arms_) {
    if (known.name == name)
      return known;
  }
  return policy(name);
}

std::shared_ptr<const LeverPaths> System::lever_paths(std::string_view name) const {
  return lever_paths(arm(name));
}

namespace {
// Whether one of the names of an element ("El_Salvador,adult") is `place`.
bool names_place(std::string_view element, std::string_view place) {
  for (std::size_t from = 0; from <= element.size();) {
    const std::size_t to = std::min(element.find(',', from), element.size());
    if (element.substr(from, to - from) == place)
      return true;
    from = to + 1;
  }
  return element == place;
}

MovedVariable worked_out(const policy::Move& move, const conditions::Model& model,
                         const Clock& clock) {
  const auto id = model.find(move.variable);
  if (!id) {
    throw Error("P319", move.where,
                fmt::format("conditions.xmile has no variable '{}' to move", move.variable),
                did_you_mean(move.variable, model.known_names()));
  }
  const conditions::VariableInfo& info = model.info(*id);
  MovedVariable moved{*id,
                      move.from - clock.from,
                      move.until.value_or(clock.until) - clock.from,
                      1.0,
                      0.0,
                      std::vector<std::uint8_t>(info.size, 0),
                      {}};
  if (info.kind == conditions::Kind::stock) {
    for (const conditions::VariableId used : model.uses(*id)) {
      if (model.info(used).kind == conditions::Kind::flow)
        moved.flows.push_back(used);
    }
  }
  if (move.form != policy::Action::Form::factor)
    moved.add = move.amount;
  if (move.form == policy::Action::Form::factor)
    moved.factor = move.amount;
  else if (move.form == policy::Action::Form::value)
    moved.factor = 0.0;
  bool any = false;
  for (std::size_t e = 0; e < info.size; ++e) {
    const bool chosen = move.place.empty() || names_place(model.element_name(*id, e), move.place);
    moved.chosen[e] = chosen ? 1 : 0;
    any = any || chosen;
  }
  if (!any) {
    throw Error("P319", move.where,
                fmt::format("variable '{}' has no element '{}'", move.variable, move.place));
  }
  return moved;
}
} // namespace

std::shared_ptr<const LeverPaths> System::lever_paths(const policy::Policy& chosen) const {
  auto result = std::make_shared<LeverPaths>();
  result->policy = chosen.name;
  const int months = manifest_.clock.until - manifest_.clock.from + 1;
  for (const policy::Lever& lever : levers_) {
    const conditions::VariableId id = *model_->find(lever.variable);
    const conditions::VariableInfo& info = model_->info(id);
    LeverPaths::Path path{id, info.size, {}, {}};
    path.values.resize(static_cast<std::size_t>(months) * info.size);
    path.silent.resize(static_cast<std::size_t>(months));
    for (std::size_t e = 0; e < info.size; ++e) {
      const auto values = policy::lever_values(chosen, lever, model_->element_name(id, e),
                                               manifest_.clock.from, months);
      for (std::size_t m = 0; m < values.size(); ++m) {
        path.values[m * info.size + e] = values[m].value_or(0.0);
        if (!values[m])
          path.silent[m] = 1;
      }
    }
    result->paths.push_back(std::move(path));
  }
  for (const policy::Move& move : chosen.moves)
    result->moves.push_back(worked_out(move, *model_, manifest_.clock));
  return result;
}

} // namespace cauce::system
