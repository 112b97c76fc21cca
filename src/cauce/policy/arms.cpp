#include "cauce/policy/arms.hpp"

#include "cauce/base/table.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace cauce::policy {

namespace {
// One row's action, on a lever or on a variable.
struct Row {
  std::string arm, policy, target, name, place, form;
  double amount = 0.0;
  Month from;
  std::optional<Month> until;
  int ramp_months = 0;
  SourcePos where;
};

std::optional<Row> read_row(const Table& table, std::size_t index, Diagnostics& findings) {
  Row row;
  row.where = table.where(index);
  row.arm = table.cell(index, "arm");
  row.policy = table.cell(index, "policy");
  row.target = table.cell(index, "target");
  row.name = table.cell(index, "name");
  row.place = table.cell(index, "place");
  row.form = table.cell(index, "form");
  const auto wrong = [&](const std::string& what) {
    findings.error("Y111", row.where, fmt::format("arm '{}': {}", row.arm, what));
  };
  if (row.arm.empty() || row.policy.empty()) {
    wrong("a row needs an arm and the policy that it starts from");
    return std::nullopt;
  }
  if (row.name.empty())
    return row;
  if (row.target != "lever" && row.target != "variable") {
    wrong(fmt::format("the target is lever or variable, found '{}'", row.target));
    return std::nullopt;
  }
  if (row.form != "value" && row.form != "factor" && row.form != "add") {
    wrong(fmt::format("the form is value, factor or add, found '{}'", row.form));
    return std::nullopt;
  }
  const auto amount = table.number(index, "amount", findings);
  const auto ramp = table.number(index, "ramp_months", findings, 0.0);
  const auto from = Month::parse(table.cell(index, "from"));
  const std::string& until = table.cell(index, "until");
  if (!until.empty())
    row.until = Month::parse(until);
  if (!from || (!until.empty() && !row.until)) {
    wrong("'from' is a month (2017-06), 'until' too or empty");
    return std::nullopt;
  }
  if (!amount || !ramp)
    return std::nullopt;
  row.amount = *amount;
  row.ramp_months = static_cast<int>(std::clamp(*ramp, 0.0, 12000.0));
  row.from = *from;
  if (row.until && *row.until < row.from) {
    findings.error("Y105", row.where,
                   fmt::format("the action ends ({}) before it starts ({})", row.until->text(),
                               row.from.text()));
    return std::nullopt;
  }
  return row;
}

Action::Form form_of(const std::string& word) {
  if (word == "value")
    return Action::Form::value;
  return word == "factor" ? Action::Form::factor : Action::Form::add;
}

void add_action(const Row& row, const std::vector<Lever>& levers, Policy& arm,
                Diagnostics& findings) {
  const Lever* lever = find_lever(levers, row.name);
  if (lever == nullptr) {
    std::vector<std::string> names;
    for (const Lever& known : levers)
      names.push_back(known.name);
    findings.error("Y103", row.where, fmt::format("unknown lever '{}'", row.name),
                   did_you_mean(row.name, names));
    return;
  }
  if (row.form == "value" && (row.amount < lever->low || row.amount > lever->high)) {
    findings.warning("Y108", row.where,
                     fmt::format("{} = {} is outside the lever's range {} to {}", row.name,
                                 row.amount, lever->low, lever->high));
  }
  Action action;
  action.lever = row.name;
  action.place = row.place;
  action.from = row.from;
  action.until = row.until;
  action.form = form_of(row.form);
  action.amount = row.amount;
  action.ramp_months = row.ramp_months;
  action.status = "assumed";
  action.where = row.where;
  arm.actions.push_back(std::move(action));
}
} // namespace

std::vector<Policy> read_arms(const std::filesystem::path& path, const std::vector<Lever>& levers,
                              const std::vector<Policy>& policies, Diagnostics& findings) {
  static const std::vector<std::string> required = {"arm",   "policy",      "target", "name",
                                                    "place", "form",        "amount", "from",
                                                    "until", "ramp_months", "note"};
  const Table table = Table::read(path, required, findings);
  std::vector<Policy> arms;
  std::vector<std::string> names;
  for (const Policy& policy : policies)
    names.push_back(policy.name);
  for (std::size_t index = 0; table.column("arm") >= 0 && index < table.rows(); ++index) {
    const std::optional<Row> row = read_row(table, index, findings);
    if (!row)
      continue;
    auto arm = std::find_if(arms.begin(), arms.end(),
                            [&](const Policy& known) { return known.name == row->arm; });
    if (arm == arms.end()) {
      const auto start = std::find_if(policies.begin(), policies.end(), [&](const Policy& policy) {
        return policy.name == row->policy;
      });
      if (start == policies.end()) {
        findings.error(
            "Y106", row->where,
            fmt::format("arm '{}' starts from the unknown policy '{}'", row->arm, row->policy),
            did_you_mean(row->policy, names));
        continue;
      }
      if (std::find(names.begin(), names.end(), row->arm) != names.end()) {
        findings.error("Y111", row->where,
                       fmt::format("arm '{}' has the name of a policy", row->arm));
        continue;
      }
      Policy made = *start;
      made.name = row->arm;
      made.extends = row->policy;
      made.where = row->where;
      arms.push_back(std::move(made));
      arm = arms.end() - 1;
    }
    if (arm->extends != row->policy) {
      findings.error("Y111", row->where,
                     fmt::format("arm '{}' starts from '{}' here and from '{}' above", row->arm,
                                 row->policy, arm->extends));
    }
    if (row->name.empty())
      continue;
    if (row->target == "lever")
      add_action(*row, levers, *arm, findings);
    else
      arm->moves.push_back({row->name, row->place, row->from, row->until, form_of(row->form),
                            row->amount, row->where});
  }
  for (Policy& arm : arms) {
    std::stable_sort(arm.actions.begin(), arm.actions.end(),
                     [](const Action& a, const Action& b) { return a.from < b.from; });
  }
  return arms;
}

} // namespace cauce::policy
