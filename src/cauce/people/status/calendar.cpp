#include "cauce/people/status/calendar.hpp"

#include "cauce/base/instruction_set.hpp"

#include <cassert>

namespace cauce::people {

namespace {
constexpr std::array<std::uint64_t, 64> bits = [] {
  std::array<std::uint64_t, 64> each{};
  for (std::size_t i = 0; i < each.size(); ++i)
    each[i] = std::uint64_t{1} << i;
  return each;
}();

// Compared as signed numbers, for which there are instructions; clocks stay below 2^48.
[[gnu::always_inline]] inline void advance(std::uint64_t* clocks, const std::uint64_t* hours,
                                           const std::uint64_t* hazards, std::size_t count,
                                           std::uint64_t& reached) {
  std::uint64_t all = 0;
  for (std::size_t i = 0; i < count; ++i) {
    clocks[i] += hazards[i];
    const bool now = static_cast<std::int64_t>(clocks[i]) >= static_cast<std::int64_t>(hours[i]);
    all |= now ? bits[i] : 0;
  }
  reached = all;
}
} // namespace

std::uint64_t advance_clocks(std::span<std::uint64_t> clocks, std::span<const std::uint64_t> hours,
                             std::span<const std::uint64_t> hazards) {
  assert(clocks.size() <= 64 && hours.size() == clocks.size() && hazards.size() == clocks.size());
  std::uint64_t reached = 0;
  run_kernel<advance>(clocks.data(), hours.data(), hazards.data(), clocks.size(), reached);
  return reached;
}

} // namespace cauce::people
