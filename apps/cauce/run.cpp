// `cauce run`: one policy, an ensemble of runs.
#include "run_options.hpp"

#include <memory>

namespace cauce::app {

void add_run(CLI::App& app) {
  CLI::App* command = app.add_subcommand("run", "Run one policy as an ensemble");
  auto options = std::make_shared<RunOptions>();
  auto policy = std::make_shared<std::string>("as-enacted");
  add_run_options(*command, *options);
  command->add_option("--policy", *policy, "Policy of the pack")->capture_default_str();
  command->callback([options, policy] {
    options->request.policies = {*policy};
    run_and_show(*options);
  });
}

} // namespace cauce::app
