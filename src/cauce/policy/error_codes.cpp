#include "cauce/policy/error_codes.hpp"

namespace cauce::policy {

std::span<const ErrorCode> policy_error_codes() {
  static constexpr ErrorCode codes[] = {
      {"Y101", "A lever given twice", "Two rows of levers.csv have the same name. Keep one."},
      {"Y102", "A lever whose range is out of order",
       "low must be below high, and the default between them."},
      {"Y103", "Unknown lever", "An action names a lever that levers.csv does not have."},
      {"Y104", "An action without one clear amount",
       "An action sets a lever to a 'value', multiplies it by a 'factor', or adds to it ('add'): "
       "exactly one of the three. A lever without a default takes only 'value'."},
      {"Y105", "An action that ends before it starts",
       "'until' is the last month in which the action is in force, so it cannot lie before "
       "'from'."},
      {"Y106", "A policy that extends nothing",
       "'extends' names another policy of the same pack, and no policy may extend itself, not even "
       "through others."},
      {"Y107", "Name and file differ",
       "A policy or theory is found by its file's name, so its 'name' must be the same."},
      {"Y108", "Beyond the range of a lever",
       "The action sets the lever outside the range that levers.csv gives. The run goes on, but "
       "nothing is known of the system there."},
      {"Y109", "Unknown parameter in a theory",
       "A theory overlays priors of parameters.csv; this name (and element) is not among them."},
      {"Y110", "A ramp that runs backwards",
       "ramp_months is how many months an action takes to come into force; 0 is at once."},
      {"Y111", "An arm that is not understood",
       "A row of arms.csv names an arm, the policy that it starts from, and one action: target "
       "lever or variable, its name, form value, factor or add, an amount and a month. A row "
       "without a name is the policy itself under another name."},
  };
  return codes;
}

} // namespace cauce::policy
