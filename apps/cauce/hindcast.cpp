// `cauce hindcast`: calibrated theories against what followed, beside naive forecasts.
#include "commands.hpp"
#include "interrupt.hpp"

#include "cauce/study/rolling.hpp"
#include "study_options.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <memory>

namespace cauce::app {

namespace {
// Judged by default: what the horizons of the published marks are, 2017-06 to 2019-12.
constexpr int usual_months = 31;

struct HindcastOptions {
  std::filesystem::path pack;
  std::string origin, until, judged_until;
  double scale = 20.0;
  bool rolling = false;
  std::size_t threads = 0;
  study::HindcastRequest request;
  study::RollingRequest rolled;
  std::filesystem::path out;
};

void print_skills(const std::vector<study::Skill>& skills, const std::vector<std::string>& series) {
  fmt::print("  {:<24} {:<8}", "forecast", "knows");
  for (const std::string& name : series)
    fmt::print(" {:>15}", name);
  fmt::print("\n");
  std::vector<std::pair<std::string, study::Knowledge>> rows;
  for (const study::Skill& skill : skills) {
    const std::pair row{skill.forecaster, skill.knowledge};
    if (std::find(rows.begin(), rows.end(), row) == rows.end())
      rows.push_back(row);
  }
  for (const auto& [name, knowledge] : rows) {
    std::string line, kind;
    for (const std::string& one : series) {
      const auto found = std::find_if(skills.begin(), skills.end(), [&](const study::Skill& s) {
        return s.forecaster == name && s.knowledge == knowledge && s.series == one;
      });
      if (found == skills.end()) {
        line += fmt::format(" {:>15}", "");
        continue;
      }
      kind = found->kind;
      line += fmt::format(" {:>15}", fmt::format("{:.0f}/{:.2f} {:.0f}%", found->crps,
                                                 found->crps_log, 100.0 * found->inside_90));
    }
    fmt::print("  {:<24} {:<8}{}\n", name,
               kind == "baseline" ? "history" : study::knowledge_name(knowledge), line);
  }
}

std::vector<std::string> names_of(const study::Hindcast& hindcast) {
  std::vector<std::string> names;
  for (const study::ForecastSeries& series : hindcast.series)
    names.push_back(series.name);
  return names;
}

void one_origin(HindcastOptions& options, const std::shared_ptr<const system::System>& system) {
  const system::Clock& clock = system->manifest().clock;
  options.request.origin = month_option(options.origin, "--origin", clock.decision);
  options.request.until = month_option(options.until, "--until", clock.data_until);
  const Month judged_until =
      month_option(options.judged_until, "--judged-until",
                   std::min(options.request.origin + (usual_months - 1), options.request.until));
  const int months = std::min(judged_until, options.request.until) - options.request.origin + 1;
  if (months < 1)
    throw Error("U102", {}, "the last month lies before the origin");
  options.request.farm.threads = options.threads;
  options.request.farm.cancel = interrupted();
  const auto made = study::hindcast(system, options.request);
  if (!made)
    return;
  const auto forecasters = study::all_forecasters(*made, *system, months);
  std::vector<study::Judgement> judgements = {
      study::judge(*made, forecasters, months, options.request.seed)};
  if (static_cast<int>(made->months()) > months)
    judgements.push_back(
        study::judge(*made, forecasters, static_cast<int>(made->months()), options.request.seed));
  study::write_judgement(options.out, *made, forecasters, judgements);
  const std::vector<std::string> names = names_of(*made);
  fmt::print(
      "Forecasts from {} to {}: CRPS in persons / on logs, share of months in the 90 % band\n",
      made->origin.text(), (made->origin + (judgements[0].months - 1)).text());
  print_skills(judgements[0].skills, names);
  fmt::print("\nWeights of the theories (stacking with its 90 % bootstrap range; pseudo-BMA+)\n");
  for (const study::TheoryWeight& w : judgements[0].weights) {
    fmt::print("  {:<8} {:<20} {:.2f} [{:.2f}, {:.2f}]  {:.2f}   log density {:.1f}\n",
               study::knowledge_name(w.knowledge), w.theory, w.stacking, w.q05, w.q95, w.pseudo_bma,
               w.log_density);
  }
  fmt::print("\nWritten to {}\n", options.out.generic_string());
}

void all_origins(HindcastOptions& options, const std::shared_ptr<const system::System>& system) {
  options.rolled.theories = options.request.theories;
  options.rolled.seed = options.request.seed;
  options.rolled.farm.threads = options.threads;
  options.rolled.farm.cancel = interrupted();
  options.rolled.folder = options.out / ".origins";
  const auto skills = study::rolling_origins(system, options.rolled);
  if (!skills)
    return;
  study::write_rolling(options.out, *skills);
  const auto means = study::mean_over_origins(*skills);
  std::vector<std::string> names;
  for (const study::OriginSkill& one : *skills) {
    if (std::find(names.begin(), names.end(), one.skill.series) == names.end())
      names.push_back(one.skill.series);
  }
  fmt::print("Means over {} origins, {} months each\n",
             study::rolled_origins(*system, options.rolled).size(), options.rolled.months);
  print_skills(means, names);
}

void run(HindcastOptions& options) {
  Diagnostics findings;
  const auto system = system::System::load(options.pack, options.scale, findings);
  if (options.request.theories.empty()) {
    for (const policy::Theory& theory : system->theories())
      options.request.theories.push_back(theory.name);
  }
  if (options.out.empty())
    options.out = study::posterior_folder(*system);
  if (options.rolling)
    all_origins(options, system);
  else
    one_origin(options, system);
}
} // namespace

void add_hindcast(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "hindcast", "Score calibrated theories on what followed, beside naive forecasts");
  auto options = std::make_shared<HindcastOptions>();
  command->add_option("PACK", options->pack, "Folder of the pack")->required();
  command
      ->add_option("--theory", options->request.theories,
                   "Theory (may be given several times; none: all of the pack)")
      ->take_all()
      ->expected(1);
  command->add_option("--origin", options->origin, "First month forecast (default: the decision)");
  command->add_option("--until", options->until,
                      "Last month forecast (default: the end of the data)");
  command->add_option(
      "--judged-until", options->judged_until,
      "Last month of the main scores and of the weights (default: 31 months in all)");
  command->add_flag("--rolling", options->rolling,
                    "Calibrate and forecast again every half-year, from three years before the "
                    "decision to half a year after it");
  command->add_option("--members", options->rolled.members, "Members of each rolling calibration")
      ->check(CLI::Range(4, 100000))
      ->capture_default_str();
  command
      ->add_option("--iterations", options->rolled.iterations,
                   "Assimilations of each rolling calibration")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  command->add_option("--scale", options->scale, "One simulated person for each SCALE real ones")
      ->check(CLI::Range(1.0, 1e6))
      ->capture_default_str();
  command->add_option("--seed", options->request.seed, "Seed of all luck")->capture_default_str();
  command
      ->add_option("--threads", options->threads,
                   "Threads of each rank, 0: all; the result does not depend on it")
      ->check(CLI::Range(0, 1024));
  command->add_option("--posterior", options->request.folder,
                      "Folder of the posteriors (the pack's own otherwise)");
  command->add_option("--out", options->out, "Folder for the tables (the pack's posterior/)");
  command->callback([options] { run(*options); });
}

} // namespace cauce::app
