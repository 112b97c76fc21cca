// The subcommands of `cauce`, one file each. Every function adds one subcommand to the
// application and sets its callback; the callback throws Error or Errors for people to read.
#pragma once

#include <CLI/CLI.hpp>

namespace cauce::app {

void add_explain(CLI::App& app);

} // namespace cauce::app
