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

 private:
  void compute(std::uint32_t part);
  /// What varies in time, of one pace (`none`: of all).
  void evaluate_varying(std::uint32_t which);
  /// One step of the pace whose clock is shown, from what has been evaluated.
  void take_euler();
  void take_runge_kutta();
  void take_step(bool by_its_method);
  void take_paces(bool by_their_methods);
};

/// `count` members of a tile from `first` on, as a tile of their own.
Tile members_of(const Tile& tile, std::size_t first, std::size_t count);

} // namespace cauce::conditions::detail
