#include "cauce/system/reach.hpp"

#include "cauce/base/table.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace cauce::system {

namespace {

using policy::Action;

bool is_relative(const Action& action) { return action.form != Action::Form::value; }

// The relative action that acts last on this element in this month; none when only values act.
const Action* last_relative(const policy::Policy& policy, const policy::Lever& lever,
                            std::string_view element, Month month) {
  const Action* last = nullptr;
  for (const Action& action : policy.actions) {
    const bool acts = action.lever == lever.name && action.from <= month &&
                      (!action.until || month <= *action.until) &&
                      (action.place.empty() || action.place == element);
    if (acts && is_relative(action))
      last = &action;
  }
  return last;
}

} // namespace

void check_reach(const System& system, Diagnostics& findings) {
  const Clock& clock = system.manifest().clock;
  for (const policy::Policy& policy : system.policies()) {
    std::vector<const Action*> said;
    for (const policy::Lever& lever : system.levers()) {
      const auto moves = [&](const Action& a) { return a.lever == lever.name && is_relative(a); };
      if (std::none_of(policy.actions.begin(), policy.actions.end(), moves))
        continue;
      const auto id = system.model()->find(lever.variable);
      if (!id)
        continue;
      for (std::size_t e = 0; e < system.model()->info(*id).size; ++e) {
        const std::string element = system.model()->element_name(*id, e);
        const auto values =
            policy::lever_values(policy, lever, element, clock.from, clock.until - clock.from + 1);
        for (std::size_t m = 0; m < values.size(); ++m) {
          const Month month = clock.from + static_cast<int>(m);
          const auto& value = values[m];
          if (!value || (*value >= lever.low && *value <= lever.high))
            continue;
          const Action* action = last_relative(policy, lever, element, month);
          if (action == nullptr || std::find(said.begin(), said.end(), action) != said.end())
            continue;
          said.push_back(action);
          findings.warning("Y108", action->where,
                           fmt::format("'{}' is carried to {}{} in {}, beyond its range {} to {}",
                                       lever.name, number_text(*value),
                                       element.empty() ? "" : fmt::format(" for {}", element),
                                       month.text(), number_text(lever.low),
                                       number_text(lever.high)),
                           "take a smaller amount, or widen the range in levers.csv with a source");
        }
      }
    }
  }
}

} // namespace cauce::system
