// `cauce sensitivity`: which inputs an outcome depends on (Sobol's indices or Morris's screening).
#include "study_options.hpp"
#include "study_tables.hpp"

#include <memory>

namespace cauce::app {

void add_sensitivity(CLI::App& app) {
  auto options = std::make_shared<StudyOptions>();
  auto request = std::make_shared<study::SensitivityRequest>();
  auto method = std::make_shared<std::string>("sobol");
  auto no_luck = std::make_shared<bool>(false);
  CLI::App* command = app.add_subcommand(
      "sensitivity", "What an outcome, or the difference of two policies, depends on");
  add_study_options(*command, *options);
  command
      ->add_option("--policy", request->policies, "One policy, or two: the second less the first")
      ->required()
      ->expected(1)
      ->take_all();
  command->add_option("--outcome", request->measures, "OUTCOME, OUTCOME@PLACE or OUTCOME:GROUP")
      ->required()
      ->expected(1)
      ->take_all();
  command
      ->add_option("--theory", request->futures.theories,
                   "Theories; with several, the theory is an input too")
      ->expected(1)
      ->take_all()
      ->default_str("open");
  command->add_option("--method", *method, "sobol or morris")
      ->check(CLI::IsMember({"sobol", "morris"}))
      ->capture_default_str();
  command
      ->add_option("--points", request->points,
                   "Base points (sobol: points x (inputs + 2) runs) or trajectories (morris: x "
                   "(inputs + 1))")
      ->check(CLI::Range(2, 1000000))
      ->capture_default_str();
  command->add_option("--parameter", request->futures.parameters, "Vary only these parameters")
      ->expected(1)
      ->take_all();
  command->add_flag("--by-sector", request->futures.sectors,
                    "Parameters of a sector vary together, as one input");
  command->add_flag("--no-luck", *no_luck, "The same luck and noise in all runs");
  command->callback([=] {
    const StudySetup setup = set_up(*options);
    request->method =
        *method == "morris" ? study::SensitivityMethod::morris : study::SensitivityMethod::sobol;
    request->futures.luck = !*no_luck;
    request->seed = options->seed;
    request->runs = {setup.from, setup.until, setup.farm, options->store};
    const auto result = study::analyse_sensitivity(setup.system, *request);
    if (!result.served)
      show_sensitivity(result, *request, options->out);
  });
}

} // namespace cauce::app
