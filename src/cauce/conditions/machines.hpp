// Conveyors and queues: stocks whose contents have an age.
#pragma once

#include "cauce/conditions/state.hpp"

namespace cauce::conditions::detail {

/// Makes room for the belts and batches of all elements and members.
void size_machines(RunState& state);
/// Fills belts and batches from the initial values of their stocks.
void start_machines(RunState& state);
/// Sets the flows that the conveyors and queues of a pace (`none`: of all) let out at the present
/// time, before other equations.
void release_flows(RunState& state, std::uint32_t pace);
/// What has come onto a conveyor since the present unit of time began.
double entered_this_unit(const RunState& state, std::uint32_t machine, std::size_t lane);
/// Takes in what flowed in during this step of a pace, ages what is on the belts and sets the
/// stocks.
void advance_machines(RunState& state, std::uint32_t pace);

} // namespace cauce::conditions::detail
