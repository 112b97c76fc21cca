// `cauce claims PACK`: what the sources claim, run as tests, and the predictions that tell the
// theories apart.
#include "commands.hpp"
#include "interrupt.hpp"
#include "run_options.hpp"
#include "study_options.hpp"

#include "cauce/base/files.hpp"
#include "cauce/results/writers.hpp"
#include "cauce/study/arrays.hpp"
#include "cauce/study/claims_table.hpp"
#include "cauce/study/probe.hpp"
#include "cauce/study/verdicts.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fmt/format.h>
#include <memory>
#include <thread>

namespace cauce::app {

namespace {
struct ClaimsOptions {
  std::filesystem::path pack, out;
  study::ClaimsRequest request;
  double scale = 200.0; // docs/claims.md: sampling noise against the interval, and what it costs
  bool json = false;
};

std::string effect_text(const evidence::Proposition& proposition, const study::Verdict& verdict) {
  const results::Spread& effect = verdict.effect;
  const std::string_view size = study::size_word(proposition, effect);
  if (size.empty())
    return "no number";
  if (size == "none")
    return "no difference";
  return fmt::format("{} ({:.3g} to {:.3g})",
                     size == "about none" ? "about 0" : fmt::format("{:.3g}", effect.q50),
                     effect.q05, effect.q95);
}

std::string percent(double share) {
  return std::isnan(share) ? "-" : fmt::format("{:.0f}%", 100.0 * share);
}

void print_observed(const study::PropositionResult& part, std::string_view says) {
  if (!part.observed)
    return;
  fmt::print("    {:<18} {:>30}   {}{}\n", "observed", fmt::format("{:.3g}", part.observed->effect),
             says, part.observed->before_after ? " (before and after: much else changed too)" : "");
}

std::string finer_text(const study::Verdict& verdict, double scale) {
  return verdict.scale == scale ? "" : fmt::format(", at 1:{:g}", verdict.scale);
}

void print_claims(const system::System& system, const study::ClaimsResult& result, double scale) {
  for (const study::ClaimResult& claim : result.claims) {
    const auto words = std::find_if(system.claims().begin(), system.claims().end(),
                                    [&](const evidence::Claim& c) { return c.id == claim.id; });
    fmt::print("\n{}\n", claim.id);
    if (words != system.claims().end()) {
      fmt::print("  {}: {}\n", words->speaker, words->statement);
      for (const std::string& other : words->opposes)
        fmt::print("  opposed by {}\n", other);
    }
    for (const study::PropositionResult& part : claim.parts) {
      const evidence::Proposition& p = part.proposition;
      fmt::print("  {}{}{}, {} to {}: under {} {} [{}]\n", p.outcome,
                 p.place.empty() ? "" : " of " + p.place, p.group.empty() ? "" : ", " + p.group,
                 p.from.text(), p.until.text(), p.arm, study::proposition_words(p, part.unit),
                 part.unit);
      for (std::size_t t = 0; t < result.theories.size(); ++t) {
        const study::Verdict& verdict = part.verdicts[t];
        fmt::print("    {:<18} {:>30}   holds in {:>4} of members, right way in {:>4}{}\n",
                   result.theories[t], effect_text(p, verdict), percent(verdict.probability),
                   percent(verdict.right_way), finer_text(verdict, scale));
      }
      print_observed(part, part.observed && part.observed->agrees ? "agrees" : "does not agree");
    }
  }
}

void print_predictions(const system::System& system, const study::ClaimsResult& result,
                       double scale) {
  for (const study::ClaimResult& claim : result.predictions) {
    for (const study::PropositionResult& part : claim.parts) {
      const evidence::Proposition& p = part.proposition;
      const auto prediction = std::find_if(system.predictions().begin(), system.predictions().end(),
                                           [&](const evidence::Prediction& known) {
                                             return known.proposition.owner == p.owner &&
                                                    known.proposition.part == p.part;
                                           });
      fmt::print("\n{}{}  {}\n  {}{}, {} to {}: {}{} [{}]\n", p.owner,
                 p.part.empty() ? "" : " " + p.part, prediction->title_en, p.outcome,
                 p.place.empty() ? "" : " of " + p.place, p.from.text(), p.until.text(), p.arm,
                 p.against.empty() ? "" : " against " + p.against, part.unit);
      for (std::size_t t = 0; t < result.theories.size(); ++t) {
        const study::Verdict& v = part.verdicts[t];
        const auto expected = prediction->expected.find(result.theories[t]);
        fmt::print(
            "    {:<18} {:>30}   lower {:>4} none {:>4} higher {:>4}   expected {:<7} {}{}\n",
            result.theories[t], effect_text(p, v), percent(v.lower), percent(v.none),
            percent(v.higher),
            expected == prediction->expected.end()
                ? "-"
                : std::string(evidence::direction_name(expected->second)),
            study::kept_word(*prediction, result.theories[t], v), finer_text(v, scale));
      }
      print_observed(part, "");
      if (!prediction->decided_en.empty())
        fmt::print("    data: {}\n", prediction->decided_en);
    }
  }
}

results::Manifest manifest_of(const ClaimsOptions& options, const system::System& system,
                              const study::ClaimsResult& result) {
  results::Manifest manifest;
  manifest.version = CAUCE_VERSION;
  manifest.command = command_line();
  manifest.pack = system.manifest().name;
  manifest.pack_folder = options.pack.generic_string();
  manifest.seed = options.request.seed;
  manifest.scale = options.scale;
  manifest.members = options.request.members;
  manifest.from = system.manifest().clock.from.text();
  manifest.until = system.manifest().clock.until.text();
  manifest.decision = system.manifest().clock.decision.text();
  manifest.theories = result.theories;
  manifest.inputs = study::verdict_inputs(system, result.theories);
  manifest.people = study::people_probe(system, system.manifest().clock.data_until);
  manifest.settings = {{"repeats", static_cast<double>(result.repeats)},
                       {"finer_budget", options.request.finer_budget}};
  for (std::size_t i = 0; i < options.request.finer.size(); ++i)
    manifest.settings.emplace_back(fmt::format("finer_{}", i + 1), options.request.finer[i]);
  return manifest;
}

void write(const ClaimsOptions& options, const system::System& system,
           const study::ClaimsResult& result) {
  if (!result.claims.empty()) {
    write_text_atomic(options.out / "claims.csv", study::verdicts_csv(system, result));
    results::write_arrays(study::arrays_of(result, result.claims), options.out / "claims.nc");
  }
  if (!result.predictions.empty()) {
    write_text_atomic(options.out / "predictions.csv", study::predictions_csv(system, result));
    results::write_arrays(study::arrays_of(result, result.predictions),
                          options.out / "predictions.nc");
  }
  write_text_atomic(options.out / "claims.json", study::verdicts_json(system, result));
  results::write_manifest(manifest_of(options, system, result),
                          options.out / "claims.manifest.json");
  if (!options.json)
    fmt::print("Tables, claims.json and claims.manifest.json are in {}\n",
               options.out.generic_string());
}

void print_noise(const study::ClaimsResult& result, double scale) {
  for (const study::FinerPass& pass : result.finer) {
    fmt::print(
        "{} verdicts judged again at 1:{:g}, which took {:.0f} percent of the work of all at "
        "1:{:g}\n",
        pass.verdicts, pass.scale, 100.0 * pass.work, scale);
  }
  const study::NoiseCheck check = study::check_noise(result);
  if (check.verdicts == 0)
    return;
  fmt::print("Sampling noise, from {} members a theory that ran twice: within a tenth of the 90 "
             "percent interval in {} of {} verdicts (median {:.3f}); in {} of the others within a "
             "tenth of what the claim asks\n",
             result.repeats, check.within, check.verdicts, check.ratio.q50, check.small);
}

void run(const ClaimsOptions& options) {
  if (!options.out.empty())
    prepare_output_folder(options.out);
  Diagnostics findings;
  const auto system = system::System::load(options.pack, options.scale, findings);
  study::ClaimsRequest request = options.request;
  request.farm.cancel = interrupted();
  const auto started = std::chrono::steady_clock::now();
  const study::ClaimsResult result = study::run_claims(system, request);
  if (result.served)
    return;
  if (options.json) {
    fmt::print("{}\n", study::verdicts_json(*system, result));
  } else {
    print_claims(*system, result, options.scale);
    print_predictions(*system, result, options.scale);
    fmt::print("\n{}\n{} claims and {} predictions, {} arms of {} months together, {} members a "
               "theory, seed {}, one simulated person for each {}, {:.1f} s\n",
               told_draws(*system, result.theories, request.draws), result.claims.size(),
               result.predictions.size(), result.arms, result.months_a_member, result.members,
               result.seed, options.scale,
               std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count());
    print_noise(result, options.scale);
  }
  if (!options.out.empty())
    write(options, *system, result);
}
} // namespace

void add_claims(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "claims", "Run what the sources claim as tests: a verdict for each theory, and the data");
  auto options = std::make_shared<ClaimsOptions>();
  options->request.farm.threads = std::max(1U, std::thread::hardware_concurrency());
  command->add_option("PACK", options->pack, "Folder of the pack, e.g. systems/northern-triangle")
      ->required();
  command->add_option("ID", options->request.ids, "Claims or predictions to run; all if none");
  command
      ->add_option("--theory", options->request.theories,
                   "Theory to judge under (several times; all if none)")
      ->take_all()
      ->expected(1);
  command->add_option("--members", options->request.members, "Paired draws for each theory")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  command->add_option("--scale", options->scale, "One simulated person for each SCALE real ones")
      ->check(CLI::Range(1.0, 1e6))
      ->capture_default_str();
  command->add_option("--repeats", options->request.repeats,
                      "Members of each theory that run again with other luck of the people, to "
                      "see the sampling noise (default: one in 25)");
  options->request.finer = {50.0, 10.0};
  options->request.finer_budget = 0.5; // docs/claims.md
  command
      ->add_option("--finer", options->request.finer,
                   "Finer scales at which verdicts are judged again whose sampling noise is more "
                   "than a tenth of their interval (0: none)")
      ->delimiter(',')
      ->check(CLI::Range(0.0, 1e6))
      ->capture_default_str();
  command
      ->add_option("--finer-budget", options->request.finer_budget,
                   "The most work that this may take, as a share of that of all at --scale")
      ->check(CLI::Range(0.0, 1000.0))
      ->capture_default_str();
  add_draws_option(*command, options->request.draws);
  command->add_option("--seed", options->request.seed, "Seed of all luck")->capture_default_str();
  command
      ->add_option("--threads", options->request.farm.threads,
                   "Threads; the result does not depend on it")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  command->add_option("--store", options->request.store,
                      "Folder of the run store: members found there are not run again");
  command->add_option("--out", options->out,
                      "Folder for the tables (CSV, NetCDF), JSON and manifest");
  command->add_flag("!--predictions", options->request.claims,
                    "Only the predictions that tell the theories apart, D1 and on");
  command->add_flag("--json", options->json, "Print JSON instead of tables");
  command->callback([options] { run(*options); });
}

} // namespace cauce::app
