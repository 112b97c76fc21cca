#include "run_options.hpp"

#include "interrupt.hpp"

#include "cauce/base/files.hpp"
#include "cauce/results/writers.hpp"
#include "cauce/study/compare.hpp"
#include "cauce/study/fit.hpp"
#include "cauce/study/posterior.hpp"
#include "cauce/study/ranks.hpp"
#include "study_options.hpp"
#include "tables.hpp"

#include <chrono>
#include <cstdio>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace cauce::app {

namespace {
nlohmann::ordered_json spread_json(const results::Spread& s) {
  nlohmann::ordered_json json;
  for (const auto& [name, value] : results::named(s))
    json[name] = value;
  return json;
}

std::string json_text(const std::vector<study::Comparison>& table,
                      const std::vector<study::FitSeries>& fits) {
  nlohmann::ordered_json json;
  json["outcomes"] = nlohmann::json::array();
  for (const study::Comparison& row : table) {
    nlohmann::ordered_json line;
    line["policy"] = row.policy;
    line["theory"] = row.theory;
    line["outcome"] = row.outcome;
    line["level"] = spread_json(row.level);
    line["difference"] = spread_json(row.difference);
    line["share_lower"] = row.share_lower;
    line["share_higher"] = row.share_higher;
    json["outcomes"].push_back(std::move(line));
  }
  json["fit"] = nlohmann::json::array();
  for (const study::FitSeries& f : fits) {
    nlohmann::ordered_json line;
    line["target"] = f.target;
    line["place"] = f.place;
    line["group"] = f.group;
    line["observations"] = f.points.size();
    line["share_inside"] = f.share_inside;
    line["log_error"] = f.log_error;
    line["mean_observed"] = f.mean_observed;
    line["mean_model"] = f.mean_model;
    json["fit"].push_back(std::move(line));
  }
  return json.dump(2);
}

results::Manifest manifest_of(const RunOptions& options, const system::System& system) {
  results::Manifest manifest;
  manifest.version = CAUCE_VERSION;
  manifest.command = command_line();
  manifest.pack = system.manifest().name;
  manifest.pack_folder = options.pack.generic_string();
  manifest.seed = options.request.seed;
  manifest.scale = options.scale;
  manifest.members = options.request.members;
  manifest.from = options.request.from.text();
  manifest.until = options.request.until.text();
  manifest.decision = system.manifest().clock.decision.text();
  manifest.policies = options.request.policies;
  manifest.theories = options.request.theories;
  manifest.calibrated =
      study::calibrated_theories(system, options.request.theories, options.request.draws);
  manifest.inputs = system.files();
  return manifest;
}

void print_phases(const study::EnsembleResult& result) {
  double total = 0.0;
  for (const double seconds : result.seconds)
    total += seconds;
  fmt::print("\nThe phases of a month, in order ({} months simulated, {:.2f} s):\n",
             result.months_simulated, total);
  std::size_t i = 0;
  for (const system::PhaseInfo& phase : system::phases()) {
    const double seconds = result.seconds[i++];
    fmt::print("  {} {:<10} {:>8.2f} s {:>5.1f} %  {}\n", i, phase.name, seconds,
               total > 0 ? 100.0 * seconds / total : 0.0, phase.what);
  }
}

// Sets where draws come from, warns of stale posteriors and returns the sentence that says it.
std::string choose_draws(const system::System& system, RunOptions& options) {
  using study::Draws;
  options.request.draws = options.draws == "prior" ? Draws::prior : Draws::posterior;
  if (options.draws == "posterior")
    study::require_posteriors(system, options.request);
  return told_draws(system, options.request.theories, options.request.draws);
}

std::string& stored_command_line() {
  static std::string line = "cauce";
  return line;
}
} // namespace

void set_command_line(int argc, const char* const* argv) {
  std::string& line = stored_command_line();
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    line += word.find_first_of(" '\"") == std::string::npos ? " " + word : " \"" + word + "\"";
  }
}

std::string command_line() { return stored_command_line(); }

void add_run_options(CLI::App& command, RunOptions& options) {
  command.add_option("PACK", options.pack, "Folder of the pack, e.g. systems/northern-triangle")
      ->required();
  command
      .add_option("--theory", options.request.theories,
                  "Theory of the system (may be given several times)")
      ->capture_default_str()
      ->take_all()
      ->expected(1);
  command.add_option("--members", options.request.members, "Members of the ensemble")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  command.add_option("--seed", options.request.seed, "Seed of all luck")->capture_default_str();
  command
      .add_option("--threads", options.request.threads,
                  "Threads (of each rank under mpirun); the result does not depend on it")
      ->check(CLI::Range(1, 1024))
      ->default_str("all processors");
  command.add_option("--scale", options.scale, "One simulated person for each SCALE real ones")
      ->check(CLI::Range(1.0, 1e6))
      ->capture_default_str();
  command
      .add_option("--draws", options.draws,
                  "Members' parameters: posterior (calibrated; needs cauce calibrate), prior, or "
                  "auto: posterior where a theory has one")
      ->check(CLI::IsMember({"auto", "posterior", "prior"}))
      ->capture_default_str();
  command.add_option("--from", options.from,
                     "First month recorded, YYYY-MM (runs start with the pack's clock)");
  command.add_option("--until", options.until, "Last month, YYYY-MM");
  command.add_option("--out", options.out, "Folder for results.nc, summary.csv and manifest.json");
  command.add_option("--store", options.request.store,
                     "Folder of the run store: runs found there are not run again");
  command.add_flag("--json", options.json, "Print JSON instead of tables");
  command.add_flag("--phases", options.phases,
                   "Print the phases of a month with the time each took");
}

void run_and_show(RunOptions options) {
  if (options.report && options.out.empty()) {
    throw Error("U103", {}, "--report needs a folder to write to", "add --out FOLDER");
  }
  // Checked before any work: nothing is worse than an hour's run that cannot be written.
  if (!options.out.empty())
    prepare_output_folder(options.out);
  Diagnostics findings;
  const auto system = system::System::load(options.pack, options.scale, findings);
  if (findings.warnings() > 0 && study::launched_rank() == 0) {
    fmt::print(stderr, "{} warnings (cauce check {} shows them)\n", findings.warnings(),
               options.pack.generic_string());
  }
  const system::Clock& clock = system->manifest().clock;
  options.request.from = month_option(options.from, "--from", clock.from);
  options.request.until = month_option(options.until, "--until", clock.data_until);
  const std::string draws = choose_draws(*system, options);
  const auto started = std::chrono::steady_clock::now();
  options.request.cancel = interrupted();
  const study::EnsembleResult result = study::run_ensemble(system, options.request);
  if (result.served)
    return;
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  if (!options.out.empty()) {
    results::write_results(result.cube, manifest_of(options, *system), options.out);
  }
  study::ComparisonRequest span;
  span.from = std::min(std::max(clock.decision, options.request.from), options.request.until);
  span.until = options.request.until;
  const auto table = study::compare(result.cube, span);
  const auto fits = study::fit(result.cube, *system, 0, 0);
  if (options.json) {
    fmt::print("{}\n", json_text(table, fits));
  } else {
    print_outcomes(table, result.cube, span);
    print_fit(fits, options.request.policies[0], options.request.theories[0]);
    fmt::print("\n{}\n{} members, seed {}, scale 1:{:g}, {:.1f} s{}\n", draws,
               options.request.members, options.request.seed, options.scale, seconds,
               result.from_store > 0 ? fmt::format(" ({} runs from the store)", result.from_store)
                                     : "");
  }
  if (options.phases)
    print_phases(result);
  if (!options.out.empty() && !options.json)
    fmt::print("Results: {}\n", options.out.generic_string());
  if (options.report)
    write_report_of(options.out, options.out / "report.html");
}

} // namespace cauce::app
