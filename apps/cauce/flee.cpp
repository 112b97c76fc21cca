// `cauce flee`: run a case of the Flee project and compare it with UNHCR's counts.
#include "commands.hpp"

#include "cauce/base/files.hpp"
#include "cauce/flee/run.hpp"

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fmt/format.h>
#include <memory>
#include <string>

namespace cauce::app {

namespace {
struct FleeOptions {
  std::string input, validation, settings, out;
  std::uint64_t seed = 1;
  int days = 0;
};

void run(const FleeOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  Diagnostics findings;
  const flee::Case c =
      flee::read_case(options.input, options.validation, options.settings, options.days, findings);
  if (!findings.items().empty())
    fmt::print(stderr, "{}\n", findings.text());
  if (!options.out.empty() && !std::filesystem::path(options.out).parent_path().empty()) {
    prepare_output_folder(std::filesystem::path(options.out).parent_path());
  }
  const flee::CaseResult result = flee::run_case(c, options.seed);
  const std::string csv = flee::to_csv(c, result);
  if (options.out.empty()) {
    std::fwrite(csv.data(), 1, csv.size(), stdout);
  } else {
    write_text_atomic(options.out, csv);
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  fmt::print(stderr,
             "{} days, {} camps, {} people, {} moves in {:.2f} s; seed {}; settings: {}\n"
             "mean daily total error {:.4f}, on the last day {:.4f}\n",
             result.days.size(), result.camps.size(), result.days.back().total, result.moves,
             seconds.count(), options.seed,
             c.settings_file.empty() ? "Flee's defaults" : c.settings_file.string(),
             result.mean_total_error(), result.days.back().total_error());
}
} // namespace

void add_flee(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("flee", "Run a case of the Flee project and compare it with UNHCR counts");
  auto options = std::make_shared<FleeOptions>();
  command->add_option("INPUT_DIR", options->input, "Folder with locations.csv, routes.csv, ...")
      ->required();
  command
      ->add_option("VALIDATION_DIR", options->validation,
                   "Folder with data_layout.csv and the counts that it names")
      ->required();
  command->add_option(
      "--settings", options->settings,
      "simsetting.yml (or the older .csv); without it, the one in or above INPUT_DIR");
  command->add_option("--seed", options->seed, "Same seed, same result")->capture_default_str();
  command->add_option("--days", options->days, "Run so many days instead of the case's length")
      ->check(CLI::PositiveNumber);
  command->add_option("--out", options->out, "Write the table here instead of to the screen");
  command->callback([options] { run(*options); });
}

} // namespace cauce::app
