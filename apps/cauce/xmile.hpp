// The subcommands of `cauce xmile`, one file each.
#pragma once

#include "cauce/conditions/model.hpp"

#include <CLI/CLI.hpp>

namespace cauce::app {

void add_xmile_run(CLI::App& xmile);
void add_xmile_check(CLI::App& xmile);
void add_xmile_loops(CLI::App& xmile);
void add_xmile_doc(CLI::App& xmile);
void add_xmile_layout(CLI::App& xmile);

/// Loads a model and prints its warnings on standard error.
std::shared_ptr<const conditions::Model> load_and_warn(const std::string& path, bool units);

} // namespace cauce::app
