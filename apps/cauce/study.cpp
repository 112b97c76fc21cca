// `cauce study FILE.toml`: everything that a study file asks, in its order; `cauce robust` and
// `cauce optimise` answer one section of it.
#include "commands.hpp"
#include "interrupt.hpp"
#include "study_tables.hpp"
#include "tables.hpp"

#include "cauce/base/files.hpp"
#include "cauce/results/writers.hpp"
#include "cauce/study/compare.hpp"
#include "cauce/study/costs.hpp"
#include "cauce/study/effects.hpp"
#include "cauce/study/ranks.hpp"
#include "cauce/study/study_file.hpp"
#include "run_options.hpp"
#include "study_options.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <memory>

namespace cauce::app {

namespace {
void heading(const study::StudyFile& study, const char* what) {
  fmt::print("\n==== {}: {} ====\n\n", study.name, what);
}

results::Manifest manifest_of(const study::StudyFile& study, const system::System& system) {
  results::Manifest manifest;
  manifest.version = CAUCE_VERSION;
  manifest.command = command_line();
  manifest.pack = system.manifest().name;
  manifest.pack_folder = study.system.generic_string();
  manifest.seed = study.seed;
  manifest.scale = study.scale;
  manifest.members = study.members;
  manifest.from = study.from->text();
  manifest.until = study.until->text();
  manifest.decision = system.manifest().clock.decision.text();
  manifest.policies = study.policies;
  manifest.theories = study.theories;
  manifest.calibrated = study::calibrated_theories(system, study.theories, study.draws);
  manifest.inputs = system.files();
  manifest.inputs.emplace_back(study.file.filename().string(), hash_text(read_text(study.file)));
  return manifest;
}

// What each policy costs beyond the first, and what a unit of change of each outcome costs.
void show_costs(const study::StudyFile& study, const system::System& system,
                const std::vector<study::Comparison>& table) {
  const auto reference = system.lever_paths(study.policies[0]);
  for (std::size_t p = 1; p < study.policies.size(); ++p) {
    const auto cost = study::policy_cost(system, *system.lever_paths(study.policies[p]), *reference,
                                         *study.from, *study.until, study.compare->cost_of_lever);
    fmt::print("\nCost of {} beyond {}: {} USD", study.policies[p], study.policies[0],
               number(cost.usd));
    for (const auto& [group, usd] : cost.by_group)
      fmt::print("; {} {}", group, number(usd));
    if (!cost.unknown.empty())
      fmt::print(" (not counted, since nobody states their cost: {})",
                 fmt::join(cost.unknown, ", "));
    fmt::print("\n");
    if (cost.by_group.empty())
      continue;
    for (const study::Comparison& row : table) {
      if (row.policy != study.policies[p] || row.difference.q05 * row.difference.q95 <= 0.0)
        continue; // a cost for an effect whose sign is not known says nothing
      const double low = cost.usd / row.difference.q05, high = cost.usd / row.difference.q95;
      fmt::print("  {:<34} {:<14} {} USD a unit [{} .. {}]\n", fitted(row.outcome, 34), row.theory,
                 number(cost.usd / row.difference.q50), number(std::min(low, high)),
                 number(std::max(low, high)));
    }
  }
}

void run_compare(const study::StudyFile& study, const std::shared_ptr<const system::System>& system,
                 const study::FarmOptions& farm) {
  study::EnsembleRequest request;
  request.policies = study.policies;
  request.theories = study.theories;
  request.members = study.members;
  request.seed = study.seed;
  request.threads = farm.threads;
  request.cancel = farm.cancel;
  request.from = *study.from;
  request.until = *study.until;
  request.store = study.store;
  request.draws = study.draws;
  const study::EnsembleResult result = study::run_ensemble(system, request);
  if (result.served)
    return;
  heading(study, "compare");
  study::ComparisonRequest span;
  span.from = *study.from;
  span.until = *study.until;
  span.outcomes = study.compare->outcomes;
  const auto whole = study::compare(result.cube, span);
  span.by_place = study.compare->by_place;
  span.by_group = study.compare->by_group;
  const auto table = span.by_place || span.by_group ? study::compare(result.cube, span) : whole;
  print_outcomes(table, result.cube, span);
  if (study.policies.size() > 1) {
    show_costs(study, *system, whole);
    if (study.compare->by_month) {
      std::vector<study::Measure> measures;
      std::vector<std::vector<study::EffectPath>> paths;
      const results::CubeShape& shape = result.cube.shape();
      for (const results::OutcomeInfo& outcome : shape.outcomes) {
        const auto& wanted = study.compare->outcomes;
        if (!wanted.empty() &&
            std::find(wanted.begin(), wanted.end(), outcome.name) == wanted.end())
          continue;
        measures.push_back(study::make_measure(outcome.name, shape.outcomes, shape.from,
                                               shape.months, *study.from, *study.until));
        paths.push_back(study::effect_paths(result.cube, measures.back()));
      }
      show_effects(measures, paths, *study.from, study.policies[0], study.out);
    }
  }
  fmt::print("\n{} members, seed {}, scale 1:{:g}; {} runs from the store\n", study.members,
             study.seed, study.scale, result.from_store);
  if (!study.out.empty())
    results::write_results(result.cube, manifest_of(study, *system), study.out);
}

void run_study(study::StudyFile study, std::size_t threads) {
  if (!study.out.empty())
    prepare_output_folder(study.out);
  Diagnostics findings;
  const auto system = system::System::load(study.system, study.scale, findings);
  study::FarmOptions farm;
  farm.threads = threads;
  farm.cancel = interrupted();
  study::complete(study, *system, farm);
  if (study::Ranks::session().rank() == 0)
    fmt::print("{}\n", told_draws(*system, study.theories, study.draws));
  if (study.compare)
    run_compare(study, system, farm);
  if (study.attribute) {
    const auto result = study::attribute(system, *study.attribute);
    if (!result.served) {
      heading(study, "attribute");
      show_attribution(result, *study.attribute, study.out);
    }
  }
  if (study.sensitivity) {
    const auto result = study::analyse_sensitivity(system, *study.sensitivity);
    if (!result.served) {
      heading(study, "sensitivity");
      show_sensitivity(result, *study.sensitivity, study.out);
    }
  }
  if (study.information) {
    const auto result = study::value_of_information(system, *study.information);
    if (!result.served) {
      heading(study, "value of information");
      show_information(result, *study.information, study.out);
    }
  }
  if (study.robust) {
    const auto result = study::analyse_robustness(system, *study.robust);
    if (!result.served) {
      heading(study, "robust");
      show_robustness(result, *study.robust, study.out);
    }
  }
  if (study.optimise) {
    const auto result = study::optimise_policy(system, *study.optimise);
    if (!result.served) {
      heading(study, "optimise");
      show_optimisation(result, *study.optimise, study.out);
    }
  }
}

// One subcommand that reads a study file; `keep` drops the sections that it does not answer.
template <typename Keep>
void add_study_command(CLI::App& app, const char* name, const char* words, Keep keep) {
  auto file = std::make_shared<std::filesystem::path>();
  auto threads = std::make_shared<std::size_t>(0);
  CLI::App* command = app.add_subcommand(name, words);
  command->add_option("STUDY", *file, "Study file, e.g. examples/studies/reference.toml")
      ->required();
  command
      ->add_option("--threads", *threads,
                   "Threads (of each rank under mpirun); the result does not depend on it")
      ->check(CLI::Range(1, 1024))
      ->default_str("all processors");
  command->callback([=] {
    study::StudyFile study = study::read_study(*file);
    keep(study);
    run_study(std::move(study), *threads);
  });
}

template <typename Section>
void need(const study::StudyFile& study, const Section& section, const char* name) {
  if (!section) {
    throw Error("U121", {study.file.generic_string(), 0, 0},
                fmt::format("the study has no [{}]", name));
  }
}
} // namespace

void add_study(CLI::App& app) {
  add_study_command(app, "study", "Everything that a study file asks",
                    [](const study::StudyFile&) {});
  add_study_command(app, "robust", "Which policies stand up in many futures, and where they fail",
                    [](study::StudyFile& study) {
                      need(study, study.robust, "robust");
                      study.compare.reset();
                      study.attribute.reset();
                      study.sensitivity.reset();
                      study.information.reset();
                      study.optimise.reset();
                    });
  add_study_command(app, "optimise", "Policies for stated objectives under a budget: trade-offs",
                    [](study::StudyFile& study) {
                      need(study, study.optimise, "optimise");
                      study.compare.reset();
                      study.attribute.reset();
                      study.sensitivity.reset();
                      study.information.reset();
                      study.robust.reset();
                    });
}

} // namespace cauce::app
