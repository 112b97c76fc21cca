#include "cauce/policy/policies.hpp"

#include "cauce/base/toml.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>

namespace cauce::policy {

namespace fs = std::filesystem;

namespace {
Action read_action(TomlTable& table, const std::vector<Lever>& levers,
                   const evidence::Sources& sources, Diagnostics& findings) {
  Action action;
  action.where = table.where();
  action.lever = table.text("lever");
  action.place = table.text("place", "");
  action.from = table.month("from");
  action.until = table.optional_month("until");
  const std::int64_t ramp = table.integer("ramp_months", 0);
  action.ramp_months = static_cast<int>(std::clamp<std::int64_t>(ramp, 0, 12000));
  action.why = table.bilingual("why");
  action.source_id = table.text("source_id", "");
  action.status = table.text("status", "assumed");
  int forms = 0;
  for (const auto& [key, form] :
       {std::pair{"value", Action::Form::value}, std::pair{"factor", Action::Form::factor},
        std::pair{"add", Action::Form::add}}) {
    if (const auto amount = table.optional_number(key)) {
      ++forms;
      action.form = form;
      action.amount = *amount;
    }
  }
  table.finish();
  sources.check(action.source_id, action.status, action.where, findings);
  if (ramp < 0) {
    findings.error("Y110", action.where,
                   fmt::format("ramp_months cannot be negative, found {}", ramp));
  }
  if (forms != 1) {
    findings.error("Y104", action.where, "an action needs exactly one of 'value', 'factor', 'add'");
  }
  if (action.until && *action.until < action.from) {
    findings.error("Y105", action.where,
                   fmt::format("the action ends ({}) before it starts ({})", action.until->text(),
                               action.from.text()));
  }
  const Lever* lever = find_lever(levers, action.lever);
  if (lever == nullptr) {
    std::vector<std::string> names;
    for (const Lever& known : levers)
      names.push_back(known.name);
    findings.error("Y103", table.where("lever"), fmt::format("unknown lever '{}'", action.lever),
                   did_you_mean(action.lever, names));
  } else if (action.form == Action::Form::value &&
             (action.amount < lever->low || action.amount > lever->high)) {
    findings.warning("Y108", action.where,
                     fmt::format("{} = {} is outside the lever's range {} to {}", action.lever,
                                 action.amount, lever->low, lever->high));
  } else if (!lever->standing && action.form != Action::Form::value) {
    findings.error(
        "Y104", action.where,
        fmt::format("lever '{}' has no default, so an action on it needs 'value'", action.lever));
  }
  return action;
}

// The actions of the policy and of all it extends, farthest first.
bool collect(const std::string& name, const std::map<std::string, Policy>& own,
             std::set<std::string>& visited, std::vector<Action>& actions, Diagnostics& findings) {
  const Policy& policy = own.at(name);
  if (!visited.insert(name).second) {
    findings.error("Y106", policy.where, fmt::format("'{}' extends itself in a circle", name));
    return false;
  }
  if (!policy.extends.empty()) {
    if (!own.contains(policy.extends)) {
      std::vector<std::string> names;
      for (const auto& [known, unused] : own)
        names.push_back(known);
      findings.error("Y106", policy.where,
                     fmt::format("'{}' extends the unknown policy '{}'", name, policy.extends),
                     did_you_mean(policy.extends, names));
      return false;
    }
    if (!collect(policy.extends, own, visited, actions, findings))
      return false;
  }
  actions.insert(actions.end(), policy.actions.begin(), policy.actions.end());
  return true;
}
} // namespace

std::vector<Policy> read_policies(const fs::path& folder, const std::vector<Lever>& levers,
                                  const evidence::Sources& sources, Diagnostics& findings) {
  std::vector<fs::path> files;
  std::error_code problem;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, problem)) {
    if (entry.path().extension() == ".toml")
      files.push_back(entry.path());
  }
  if (problem)
    throw Error("B101", {folder.generic_string()}, "the folder cannot be read");
  std::sort(files.begin(), files.end());
  std::map<std::string, Policy> own;
  for (const fs::path& file : files) {
    try {
      TomlTable root = TomlTable::read(file, findings);
      Policy policy;
      policy.where = {file.generic_string(), 0, 0};
      policy.name = root.text("name");
      policy.extends = root.text("extends", "");
      policy.title = root.bilingual("title");
      policy.summary = root.bilingual("summary");
      for (TomlTable& table : root.tables("action")) {
        policy.actions.push_back(read_action(table, levers, sources, findings));
      }
      root.finish();
      if (policy.name != file.stem().string()) {
        findings.error("Y107", root.where("name"),
                       fmt::format("the policy is named '{}' in a file named '{}'", policy.name,
                                   file.filename().string()));
      }
      own.try_emplace(file.stem().string(), std::move(policy));
    } catch (const Error& error) {
      findings.add(error.diagnostic());
    }
  }
  std::vector<Policy> policies;
  for (const auto& [name, policy] : own) {
    Policy joined = policy;
    std::set<std::string> visited;
    joined.actions.clear();
    collect(name, own, visited, joined.actions, findings);
    std::stable_sort(joined.actions.begin(), joined.actions.end(),
                     [](const Action& a, const Action& b) { return a.from < b.from; });
    policies.push_back(std::move(joined));
  }
  return policies;
}

Policy with_actions(Policy policy, const std::vector<Action>& actions) {
  policy.actions.insert(policy.actions.end(), actions.begin(), actions.end());
  std::stable_sort(policy.actions.begin(), policy.actions.end(),
                   [](const Action& a, const Action& b) { return a.from < b.from; });
  return policy;
}

namespace {
// What an action makes of the value that holds before it.
std::optional<double> after(const Action& action, std::optional<double> value, Month month) {
  if (month < action.from || (action.until && month > *action.until))
    return value;
  const double before = value.value_or(action.amount);
  double own = action.amount;
  if (action.form == Action::Form::factor)
    own = before * action.amount;
  if (action.form == Action::Form::add)
    own = before + action.amount;
  const double done = action.ramp_months <= 0
                          ? 1.0
                          : std::min(1.0, (month - action.from + 1.0) / action.ramp_months);
  return before + (own - before) * done;
}
} // namespace

std::vector<std::optional<double>> lever_values(const Policy& policy, const Lever& lever,
                                                std::string_view element, Month first, int months) {
  std::vector<std::optional<double>> values(static_cast<std::size_t>(std::max(months, 0)),
                                            lever.standing);
  for (const Action& action : policy.actions) {
    if (action.lever != lever.name || (!action.place.empty() && action.place != element))
      continue;
    for (std::size_t m = 0; m < values.size(); ++m)
      values[m] = after(action, values[m], first + static_cast<int>(m));
  }
  return values;
}

std::optional<double> lever_value(const Policy& policy, const Lever& lever,
                                  std::string_view element, Month month) {
  return lever_values(policy, lever, element, month, 1).front();
}

} // namespace cauce::policy
