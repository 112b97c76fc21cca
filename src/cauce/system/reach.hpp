// Whether policies stay within the ranges of the levers that they move.
#pragma once

#include "cauce/base/diagnostics.hpp"
#include "cauce/system/system.hpp"

namespace cauce::system {

/// Warns (Y108, once for an action) where a `factor` or `add` carries a lever beyond its range in
/// some month of the clock; plain values are checked when the policy is read.
void check_reach(const System& system, Diagnostics& findings);

} // namespace cauce::system
