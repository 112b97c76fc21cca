// The options that `cauce run` and `cauce compare` share, and what both do with them.
#pragma once

#include "commands.hpp"

#include "cauce/study/ensemble.hpp"

#include <filesystem>
#include <string>

namespace cauce::app {

struct RunOptions {
  std::filesystem::path pack;
  study::EnsembleRequest request;
  std::string from, until;
  std::string draws = "auto";
  double scale = 1.0;
  std::filesystem::path out;
  bool json = false;
  bool phases = false;
  bool report = false;
};

/// Adds PACK and the options to a subcommand.
void add_run_options(CLI::App& command, RunOptions& options);

/// Loads the pack, runs the ensemble, writes results.nc, summary.csv and manifest.json when --out
/// is given (and the report with --report), and prints the outcomes by policy and the fit.
void run_and_show(RunOptions options);

/// The command line of this process, for manifests.
void set_command_line(int argc, const char* const* argv);
std::string command_line();

} // namespace cauce::app
