// What the random numbers of a Flee run are for: the last word of their counters.
#pragma once

#include <cstdint>

namespace cauce::flee {

inline constexpr std::uint32_t purpose_spawn = 1;   ///< entity: day
inline constexpr std::uint32_t purpose_poisson = 2; ///< entity: place, step: day
inline constexpr std::uint32_t purpose_leavers = 3; ///< entity: day and place
inline constexpr std::uint32_t purpose_move = 4;    ///< entity: person and day, step: block

} // namespace cauce::flee
