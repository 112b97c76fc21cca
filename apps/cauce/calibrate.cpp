// `cauce calibrate`: posterior draws of a theory from what was observed until a month.
#include "commands.hpp"
#include "interrupt.hpp"

#include "cauce/study/calibrate.hpp"
#include "study_options.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <memory>
#include <numeric>

namespace cauce::app {

namespace {
struct CalibrateOptions {
  std::filesystem::path pack;
  std::vector<std::string> theories;
  std::string until;
  double scale = 20.0;
  study::CalibrationRequest request;
};

void show(const study::Calibration& calibration, double seconds) {
  fmt::print("\nTheory {}, data until {}\n", calibration.posterior.theory,
             calibration.posterior.until.text());
  fmt::print("Misfit by iteration (1 is what the stated errors allow):");
  for (const double misfit : calibration.misfit)
    fmt::print(" {:.2f}", misfit);
  fmt::print("\n\n  {:<24} {:<12} {:<8} {:>6} {:>6} {:>6} {:>8} {:>8}\n", "series", "place",
             "group", "error", "prior", "after", "in 90 %", "unexpl.");
  for (const study::SeriesFit& fit : calibration.fits) {
    const study::DataSeries& series = calibration.series[fit.series];
    fmt::print("  {:<24} {:<12} {:<8} {:>6.2f} {:>6.2f} {:>6.2f} {:>8.0f} {:>8.2f}\n",
               series.target, series.place.empty() ? "all" : series.place, series.group,
               series.log_sd, fit.prior_error, fit.error, 100.0 * fit.inside_90, fit.discrepancy);
  }
  std::vector<std::size_t> order(calibration.learned.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return calibration.learned[a].learned > calibration.learned[b].learned;
  });
  fmt::print("\n  learned most:\n");
  for (std::size_t i = 0; i < std::min<std::size_t>(12, order.size()); ++i) {
    const study::Learned& l = calibration.learned[order[i]];
    fmt::print("  {:<34} {:<20} {:>9.4g} [{:.4g}, {:.4g}] -> {:.4g} [{:.4g}, {:.4g}], {:.0f} %\n",
               l.name, l.element, l.prior_q50, l.prior_q05, l.prior_q95, l.q50, l.q05, l.q95,
               100.0 * l.learned);
  }
  const auto little = std::count_if(calibration.learned.begin(), calibration.learned.end(),
                                    [](const study::Learned& l) { return l.learned < 0.1; });
  fmt::print("  {} of {} uncertain parameters stayed as before (variance less than a tenth "
             "smaller).\n",
             little, calibration.learned.size());
  fmt::print("\n{} member runs, {} taken over, {:.0f} s\n", calibration.runs,
             calibration.from_store, seconds);
}

void run(CalibrateOptions& options) {
  Diagnostics findings;
  const auto system = system::System::load(options.pack, options.scale, findings);
  options.request.until =
      month_option(options.until, "--until", system->manifest().clock.decision - 1);
  options.request.farm.cancel = interrupted();
  if (options.request.folder.empty())
    options.request.folder = study::posterior_folder(*system);
  if (options.theories.empty()) {
    for (const policy::Theory& theory : system->theories())
      options.theories.push_back(theory.name);
  }
  for (const std::string& theory : options.theories)
    system->theory(theory);
  for (const std::string& theory : options.theories) {
    options.request.theory = theory;
    const auto started = std::chrono::steady_clock::now();
    const auto calibration = study::calibrate(system, options.request);
    if (calibration) {
      show(*calibration,
           std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count());
    }
  }
}
} // namespace

void add_calibrate(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "calibrate", "Estimate a theory's parameters from what was observed until a month");
  auto options = std::make_shared<CalibrateOptions>();
  command->add_option("PACK", options->pack, "Folder of the pack")->required();
  command
      ->add_option("--theory", options->theories,
                   "Theory (may be given several times; none: all of the pack)")
      ->take_all()
      ->expected(1);
  command->add_option("--until", options->until,
                      "Last month of data (default: the last before the decision)");
  command->add_option("--members", options->request.members, "Members of the ensemble")
      ->check(CLI::Range(4, 100000))
      ->capture_default_str();
  command->add_option("--iterations", options->request.iterations, "Assimilations")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  command->add_option("--keep", options->request.kept,
                      "Draws kept, spread evenly over the members (default: all)");
  command->add_option("--scale", options->scale, "One simulated person for each SCALE real ones")
      ->check(CLI::Range(1.0, 1e6))
      ->capture_default_str();
  command->add_option("--seed", options->request.seed, "Seed of all luck")->capture_default_str();
  command
      ->add_option("--threads", options->request.farm.threads,
                   "Threads of each rank, 0: all; the result does not depend on it")
      ->check(CLI::Range(0, 1024));
  command->add_option("--out", options->request.folder,
                      "Folder for the draws (the pack's own posterior/ otherwise)");
  command->callback([options] { run(*options); });
}

} // namespace cauce::app
