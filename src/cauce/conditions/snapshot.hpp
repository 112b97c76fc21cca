// A run's state as bytes, and back.
#pragma once

#include "cauce/conditions/state.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace cauce::conditions::detail {

/// Everything of the state that changes, bit for bit.
std::vector<std::byte> save_state(const RunState& state);

/// The state as it was saved. Throws Error X901 (and leaves `state` as it was) when the bytes are
/// not of a run of the same model with as many members.
void restore_state(RunState& state, std::span<const std::byte> bytes);

} // namespace cauce::conditions::detail
