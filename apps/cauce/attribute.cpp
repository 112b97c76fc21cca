// `cauce attribute`: why two policies differ, mechanism by mechanism.
#include "study_options.hpp"
#include "study_tables.hpp"

#include "cauce/study/attribution.hpp"

#include <fmt/format.h>
#include <memory>

namespace cauce::app {

void add_attribute(CLI::App& app) {
  auto options = std::make_shared<StudyOptions>();
  auto request = std::make_shared<study::AttributionRequest>();
  auto policies = std::make_shared<std::vector<std::string>>();
  auto mechanisms = std::make_shared<std::vector<std::string>>();
  CLI::App* command = app.add_subcommand(
      "attribute", "Divide the difference of two policies among the model's mechanisms");
  add_study_options(*command, *options);
  command->add_option("--policy", *policies, "The two policies: the second less the first")
      ->required()
      ->expected(1)
      ->take_all();
  command->add_option("--theory", request->theory, "Theory of the system")->capture_default_str();
  command->add_option("--members", request->members, "Members of the ensemble")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  command
      ->add_option("--outcome", request->measures,
                   "OUTCOME, OUTCOME@PLACE or OUTCOME:GROUP (several times)")
      ->required()
      ->expected(1)
      ->take_all();
  command
      ->add_option("--mechanism", *mechanisms,
                   "NAME=SECTOR+SECTOR...: sectors taken together (several times); default: each "
                   "sector by itself")
      ->expected(1)
      ->take_all();
  command
      ->add_option("--orders", request->order_pairs,
                   "Pairs of orders sampled a member when more than eight mechanisms differ")
      ->check(CLI::Range(2, 10000))
      ->capture_default_str();
  add_draws_option(*command, request->draws);
  auto loops = std::make_shared<bool>(false);
  command->add_flag("--loops", *loops, "Also the feedback loops that dominate under each policy");
  command->callback([=] {
    if (policies->size() != 2)
      throw Error("U104", {}, "an attribution needs exactly two policies", "give --policy twice");
    request->policy = (*policies)[0];
    request->other = (*policies)[1];
    for (const std::string& text : *mechanisms)
      request->mechanisms.push_back(mechanism_of(text));
    const StudySetup setup = set_up(*options);
    request->seed = options->seed;
    request->from = setup.from;
    request->until = setup.until;
    request->farm = setup.farm;
    request->store = options->store;
    const auto result = study::attribute(setup.system, *request);
    if (result.served)
      return;
    fmt::print("{}\n\n", told_draws(*setup.system, {request->theory}, request->draws));
    show_attribution(result, *request, options->out);
    for (const std::string& policy : *policies) {
      if (!*loops)
        break;
      show_dominance(study::dominant_loops(setup.system, policy, request->theory, request->members,
                                           0, request->seed, request->from, request->until,
                                           request->draws),
                     policy);
    }
  });
}

} // namespace cauce::app
