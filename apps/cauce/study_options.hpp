// The options that the subcommands of studies share (attribute, sensitivity, robust, optimise), and
// what they set up.
#pragma once

#include "commands.hpp"

#include "cauce/study/posterior.hpp"
#include "cauce/study/runs.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace cauce::app {

struct StudyOptions {
  std::filesystem::path pack;
  std::uint64_t seed = 2017;
  std::size_t threads = 0;
  double scale = 1.0;
  std::string from, until; ///< of the measures; empty: from the decision date to the data's end
  std::filesystem::path store;
  std::filesystem::path out; ///< folder for the CSV and NetCDF files
};

void add_study_options(CLI::App& command, StudyOptions& options);

struct StudySetup {
  std::shared_ptr<const system::System> system;
  Month from, until;
  study::FarmOptions farm;
};

/// Adds --draws: calibrated where a theory has a posterior (auto), or from the priors.
void add_draws_option(CLI::App& command, study::Draws& draws);

/// Says where members' parameters come from; prints what is wrong or stale of posteriors and throws
/// what is wrong.
std::string told_draws(const system::System& system, const std::vector<std::string>& theories,
                       study::Draws draws);

/// Loads the pack and makes the output folder. Throws what those throw, and U102.
StudySetup set_up(const StudyOptions& options);

/// "2017-06", or `otherwise` when empty. Throws Error U102 naming the option.
Month month_option(const std::string& text, const char* option, Month otherwise);

} // namespace cauce::app
