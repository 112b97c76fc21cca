// policies/*.toml: a policy is a list of dated actions on levers.
//
// The value of a lever in a month is worked out action by action, in the order of their starts (an
// extended policy's before one's own where they start together): an action in force moves the
// value towards its own, at once or over `ramp_months`. Its own value is `value`, or `factor` times
// or `add` plus what the earlier actions give. When an action has ended (`until` is its last
// month), the earlier ones hold again.
#pragma once

#include "cauce/base/diagnostics.hpp"
#include "cauce/base/month.hpp"
#include "cauce/base/toml.hpp"
#include "cauce/evidence/sources.hpp"
#include "cauce/policy/levers.hpp"

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace cauce::policy {

struct Action {
  enum class Form { value, factor, add };
  std::string lever;
  std::string place; ///< one element of the lever's variable; all when empty
  Month from;
  std::optional<Month> until; ///< last month in force; open-ended if none
  Form form = Form::value;
  double amount = 0.0;
  int ramp_months = 0;
  Bilingual why;
  std::string source_id, status;
  SourcePos where;
};

/// A what-if: from a month on, a variable of the model takes `factor` times (or `add` plus, or
/// just) what its equation gives, and all that depends on it follows. Of a stock, others see the
/// moved value while its own flows go on as if it were not moved, so that the shift neither decays
/// nor grows. Only arms have moves (arms.hpp): no government sets a homicide rate.
struct Move {
  std::string variable;
  std::string place; ///< one element of one of the variable's dimensions; all when empty
  Month from;
  std::optional<Month> until; ///< last month in force; open-ended if none
  Action::Form form = Action::Form::factor;
  double amount = 1.0;
  SourcePos where;
};

struct Policy {
  std::string name, extends;
  Bilingual title, summary;
  std::vector<Action> actions; ///< with those of the policy it extends, in order of their starts
  std::vector<Move> moves;
  SourcePos where;
};

/// Reads all `*.toml` of a folder, in order of their names, and joins each with what it extends.
/// Findings: B110 to B113, Y103 (unknown lever, near miss), Y104 (an action needs exactly one of
/// value, factor, add), Y105 (ends before it starts), Y106 (unknown or circular extends), Y107
/// (name differs from the file's), Y108 (a value outside the lever's range: a warning), Y110 (a
/// negative ramp), and those of `Sources::check`.
std::vector<Policy> read_policies(const std::filesystem::path& folder,
                                  const std::vector<Lever>& levers,
                                  const evidence::Sources& sources, Diagnostics& findings);

/// The policy with further actions laid over its own: where two start together, these come later.
Policy with_actions(Policy policy, const std::vector<Action>& actions);

/// The lever's value for one element in each of `months` months from `first` on; none when no
/// action is in force and the lever has no standing value.
std::vector<std::optional<double>> lever_values(const Policy& policy, const Lever& lever,
                                                std::string_view element, Month first, int months);
/// The same in one month.
std::optional<double> lever_value(const Policy& policy, const Lever& lever,
                                  std::string_view element, Month month);

} // namespace cauce::policy
