// A run's state as bytes, and back.
#pragma once

#include "cauce/conditions/state.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace cauce::conditions::detail {

/// Appends everything of the state that changes, bit for bit.
void save_state(const RunState& state, std::vector<std::byte>& bytes);

/// Members of the first tile of a snapshot; 0 where it is none.
std::size_t saved_side(std::span<const std::byte> bytes);
/// The state as it was saved; gives the bytes behind it. Throws Error X901 when the bytes are not
/// of a run of the same model with as many members.
std::span<const std::byte> restore_state(RunState& state, std::span<const std::byte> bytes);
[[noreturn]] void fail_restore();

} // namespace cauce::conditions::detail
