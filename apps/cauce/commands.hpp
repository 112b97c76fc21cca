// The subcommands of `cauce`, one file each. Every function adds one subcommand to the
// application and sets its callback; the callback throws Error or Errors for people to read.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>

namespace cauce::app {

void add_attribute(CLI::App& app);
void add_calibrate(CLI::App& app);
void add_check(CLI::App& app);
void add_claims(CLI::App& app);
void add_compare(CLI::App& app);
void add_evidence(CLI::App& app);
void add_explain(CLI::App& app);
void add_hindcast(CLI::App& app);
void add_model(CLI::App& app);
void add_report(CLI::App& app);
void add_follow(CLI::App& app);
void add_run(CLI::App& app);
void add_serve(CLI::App& app);
void add_sensitivity(CLI::App& app);
void add_study(CLI::App& app);
void add_xmile(CLI::App& app);
void add_flee(CLI::App& app);

/// Writes the HTML report of a folder of results to `file` and says so.
void write_report_of(const std::filesystem::path& results, const std::filesystem::path& file);

} // namespace cauce::app
