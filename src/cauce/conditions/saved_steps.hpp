// A whole run of a model by its own clock: start, stop, dt and save step of its `sim_specs`.
#pragma once

#include "cauce/conditions/run.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace cauce::conditions {

/// Initialises `run` and steps it to the model's stop time; calls `save(time, values)` for the
/// start, every save step and the end, with the values of `wanted`: [element][member], variable
/// after variable. Throws Error X103 for more than 10^9 steps.
template <typename Save>
void run_saved_steps(Run& run, std::span<const VariableId> wanted, Save&& save) {
  const SimSpecs& specs = run.model().sim_specs();
  const double steps = std::round((specs.stop - specs.start) / specs.dt);
  const double every = std::max(1.0, std::round(specs.save_step / specs.dt));
  constexpr double most = 1e9;
  if (!(steps < most))
    throw Error("X103", {}, fmt::format("the run would take {} steps", steps),
                "a larger dt or a nearer stop");
  std::size_t row = 0;
  for (const VariableId id : wanted)
    row += run.model().info(id).size * run.members();
  // Many saves at a time, so that what a thread computes stays in its caches.
  constexpr std::size_t most_values = 4u << 20;
  const std::size_t at_a_time =
      std::clamp<std::size_t>(most_values / std::max<std::size_t>(1, row), 1, 4096);
  Record record;
  const auto take = [&](std::size_t between, std::size_t times) {
    run.record(wanted, between, times, record);
    for (std::size_t k = 0; k < times; ++k)
      save(record.times[k], std::span<const double>(record.values).subspan(k * row, row));
  };
  run.initialise();
  take(0, 1);
  const auto whole = static_cast<std::size_t>(std::floor(steps / every));
  for (std::size_t done = 0; done < whole; done += at_a_time)
    take(static_cast<std::size_t>(every), std::min(at_a_time, whole - done));
  const double rest = steps - static_cast<double>(whole) * every;
  if (rest > 0)
    take(static_cast<std::size_t>(rest), 1);
}

} // namespace cauce::conditions
