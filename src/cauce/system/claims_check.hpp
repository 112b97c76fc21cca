// Claims against the pack that houses them: every name that a claim, a proposition or a prediction
// uses is known, and every claim has a place.
#pragma once

#include "cauce/system/system.hpp"

namespace cauce::system {

/// Adds P319 (a what-if on an unknown variable), P330 (a claim housed nowhere) and P331 (unknown
/// arm, outcome, element, month, series or theory in a proposition), near misses named.
void check_claims(const System& system, Diagnostics& findings);

/// How many claims there are, by house; `tests` counts propositions.
struct ClaimCount {
  std::size_t claims = 0, housed = 0, executable = 0, context = 0, propositions = 0;
};
ClaimCount count_claims(const System& system);

/// The cells of an outcome that an element of its place axis and one of its group axis choose (""
/// for all), counted from the outcome's first; empty when there is no such element.
std::vector<std::size_t> cells_of(const Outcome& outcome, std::string_view place,
                                  std::string_view group);

/// The outcome of this name, or nullptr.
const Outcome* find_outcome(const System& system, std::string_view name);

} // namespace cauce::system
