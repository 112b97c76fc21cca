// arms.csv: what claims compare. An arm is a policy of the pack with a few actions more, on levers
// or, as a what-if, on variables of the model ("under homicide 20 percent higher").
//
// Columns: arm, policy, target (lever | variable), name, place, form (value | factor | add),
// amount, from, until, ramp_months, note. Rows with the same arm belong together and name the same
// policy; a row whose `name` is empty adds no action.
#pragma once

#include "cauce/policy/policies.hpp"

namespace cauce::policy {

/// Each arm as a policy: that which it starts from and its own actions, in order of their starts.
/// Findings: B102 to B105, Y103 (unknown lever), Y105, Y106 (unknown policy, near miss), Y108 (a
/// warning), Y111. Whether the model has the variables is for the caller to check.
std::vector<Policy> read_arms(const std::filesystem::path& path, const std::vector<Lever>& levers,
                              const std::vector<Policy>& policies, Diagnostics& findings);

} // namespace cauce::policy
