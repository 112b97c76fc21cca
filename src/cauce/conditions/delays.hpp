// What registers, fixed delays and delays with a profile remember from step to step.
#pragma once

#include "cauce/conditions/state.hpp"

namespace cauce::conditions::detail {

/// Empty histories, once the initial values are known.
void start_delays(RunState& s);
/// Adds the inputs of the delays of a pace, as they are now, to their histories.
void remember(RunState& s, const Pace& pace);
/// The present values of what its registers copy, to be handed to `recall` after the step.
std::vector<double> register_sources(const RunState& s, const Pace& pace);
/// What its registers and delays give at the time that has been reached.
void recall(RunState& s, const Pace& pace, const std::vector<double>& registers);

/// The same of one delay that spreads its input (delays_profile.cpp) ...
void start_profile(RunState& state, std::uint32_t variable);
void recall_profile(RunState& state, std::uint32_t variable);
/// ... that keeps for each input when it comes out (delays_material.cpp) ...
void start_material(RunState& state, std::uint32_t variable);
void remember_material(RunState& state, std::uint32_t variable);
void recall_material(RunState& state, std::uint32_t variable);
/// ... and of one whose belt changes its speed (delays_conveyor.cpp).
void start_belt(RunState& state, std::uint32_t variable);
void remember_belt(RunState& state, std::uint32_t variable);
void recall_belt(RunState& state, std::uint32_t variable);

/// A ring of rows of `n` numbers is one no more: from now on nothing is dropped.
void keep_all(History& history, std::size_t n);

} // namespace cauce::conditions::detail
