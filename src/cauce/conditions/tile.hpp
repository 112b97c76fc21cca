// Members of a run that stand side by side, as many as the caches hold.
#pragma once

#include "cauce/conditions/lower.hpp"
#include "cauce/conditions/state.hpp"

#include <span>

namespace cauce::conditions::detail {

/// `members` is a power of two, at most `most_side_by_side`. What each call does stands in run.hpp.
struct Tile : RunState {
  Scratch scratch;

  void set(std::uint32_t variable, std::size_t member, std::span<const double> elements);
  void release(std::uint32_t variable);
  void initialise();
  void evaluate();
  void advance();
  void step();
};

/// `count` members of a tile from `first` on, as a tile of their own.
Tile members_of(const Tile& tile, std::size_t first, std::size_t count);

} // namespace cauce::conditions::detail
