// `cauce compare`: several policies on the same members; differences are paired.
#include "run_options.hpp"

#include "cauce/base/diagnostics.hpp"

#include <memory>
#include <set>

namespace cauce::app {

void add_compare(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("compare", "Compare policies: paired differences from the first one");
  auto options = std::make_shared<RunOptions>();
  options->request.policies.clear();
  add_run_options(*command, *options);
  command
      ->add_option("--policy", options->request.policies, "Policy of the pack (give at least two)")
      ->required()
      ->take_all()
      ->expected(1);
  command->add_flag("--report", options->report, "Write report.html beside the results");
  command->callback([options] {
    const std::set<std::string> different(options->request.policies.begin(),
                                          options->request.policies.end());
    if (different.size() < 2 || different.size() != options->request.policies.size()) {
      throw Error("U104", {}, "compare needs at least two different policies",
                  "give --policy several times");
    }
    run_and_show(*options);
  });
}

} // namespace cauce::app
