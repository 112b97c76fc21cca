#include "study_options.hpp"

#include "interrupt.hpp"

#include "cauce/base/files.hpp"

#include <fmt/format.h>

namespace cauce::app {

Month month_option(const std::string& text, const char* option, Month otherwise) {
  if (text.empty())
    return otherwise;
  if (const auto month = Month::parse(text))
    return *month;
  throw Error("U102", {}, fmt::format("{} {} is not a month", option, text), "write it as 2017-06");
}

void add_study_options(CLI::App& command, StudyOptions& options) {
  command.add_option("PACK", options.pack, "Folder of the pack, e.g. systems/northern-triangle")
      ->required();
  command.add_option("--seed", options.seed, "Seed of all luck")->capture_default_str();
  command
      .add_option("--threads", options.threads,
                  "Threads (of each rank under mpirun); the result does not depend on it")
      ->check(CLI::Range(1, 1024))
      ->default_str("all processors");
  command.add_option("--scale", options.scale, "One simulated person for each SCALE real ones")
      ->check(CLI::Range(1.0, 1e6))
      ->capture_default_str();
  command.add_option("--from", options.from, "First month of the outcome (default: the decision)");
  command.add_option("--until", options.until, "Last month (default: the end of the data)");
  command.add_option("--store", options.store,
                     "Folder of the run store: runs found there are not run again");
  command.add_option("--out", options.out, "Folder for tables that programs read (CSV and NetCDF)");
}

void add_draws_option(CLI::App& command, study::Draws& draws) {
  draws = study::Draws::posterior;
  command
      .add_option_function<std::string>(
          "--draws",
          [&draws](const std::string& word) {
            draws = word == "prior" ? study::Draws::prior : study::Draws::posterior;
          },
          "Members' parameters: auto (calibrated where the theory has a posterior) or prior")
      ->check(CLI::IsMember({"auto", "prior"}))
      ->default_str("auto");
}

std::string told_draws(const system::System& system, const std::vector<std::string>& theories,
                       study::Draws draws) {
  Diagnostics findings;
  std::string sentence = study::draws_sentence(system, theories, draws, findings);
  if (!findings.items().empty())
    fmt::print(stderr, "{}\n", findings.text());
  findings.throw_if_errors();
  return sentence;
}

StudySetup set_up(const StudyOptions& options) {
  if (!options.out.empty())
    prepare_output_folder(options.out);
  Diagnostics findings;
  StudySetup setup;
  setup.system = system::System::load(options.pack, options.scale, findings);
  const system::Clock& clock = setup.system->manifest().clock;
  setup.from = month_option(options.from, "--from", clock.decision);
  setup.until = month_option(options.until, "--until", clock.data_until);
  setup.farm.threads = options.threads;
  setup.farm.cancel = interrupted();
  return setup;
}

} // namespace cauce::app
