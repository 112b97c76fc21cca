// A whole run of a model by its own clock: start, stop, dt and save step of its `sim_specs`.
#pragma once

#include "cauce/conditions/run.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace cauce::conditions {

/// Initialises `run` and steps it to the model's stop time; calls `save()` at the start, every save
/// step and at the end, with all variables evaluated. Throws Error X103 for more than 10^9 steps.
template <typename Save> void run_saved_steps(Run& run, Save&& save) {
  const SimSpecs& specs = run.model().sim_specs();
  const double steps = std::round((specs.stop - specs.start) / specs.dt);
  const double every = std::max(1.0, std::round(specs.save_step / specs.dt));
  constexpr double most = 1e9;
  if (!(steps < most))
    throw Error("X103", {}, fmt::format("the run would take {} steps", steps),
                "a larger dt or a nearer stop");
  run.initialise();
  save();
  for (double step = 0; step < steps;) {
    const double next = std::min(every, steps - step);
    run.step(static_cast<std::size_t>(next));
    step += next;
    run.evaluate();
    save();
  }
}

} // namespace cauce::conditions
