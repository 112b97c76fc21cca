// `cauce xmile loops MODEL`: the feedback loops that drive a model, and when.
#include "xmile.hpp"

#include "cauce/base/files.hpp"
#include "cauce/conditions/loops.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <memory>
#include <set>
#include <string>

namespace cauce::app {

namespace {

struct XmileLoopsOptions {
  std::string model, out;
  std::size_t show = 20;
  double window = 0;
};

void print_loops(const XmileLoopsOptions& options) {
  const auto model = load_and_warn(options.model, false);
  const conditions::SimSpecs& specs = model->sim_specs();
  conditions::LoopOptions how;
  how.window = options.window > 0 ? options.window : (specs.stop - specs.start) / 24;
  const conditions::LoopAnalysis analysis = conditions::analyse_loops(model, how);
  if (analysis.loops.empty()) {
    fmt::print("{} has no feedback loop that changes.\n", options.model);
    return;
  }
  fmt::print(
      "{} feedback loops{}, {} of them connected with each other.\n"
      "R reinforces, B balances, U does both at times. Share: mean part of the change within "
      "the\nset of loops that it is connected with.\n\n",
      analysis.loops.size(),
      analysis.complete ? "" : " found by strongest paths (there are more than can be listed)",
      analysis.main_loops);
  const auto line = [&](std::size_t l) {
    fmt::print("{:>6} {:5.1f}%  {}\n", loop_label(analysis, l), 100 * analysis.loops[l].weight,
               loop_text(*model, analysis.loops[l]));
  };
  const std::size_t shown = std::min(options.show, analysis.main_loops);
  for (std::size_t l = 0; l < shown; ++l)
    line(l);
  std::size_t longer = 0;
  for (std::size_t l = shown; l < analysis.main_loops && longer < options.show / 2; ++l) {
    if (analysis.loops[l].variables.size() < 4)
      continue;
    if (longer++ == 0)
      fmt::print("\nThe strongest of the others that run through four and more variables:\n");
    line(l);
  }
  if (analysis.main_loops < analysis.loops.size()) {
    fmt::print("\nLoops apart from these, each with the share in its own set:\n");
    std::size_t still = 0;
    for (std::size_t l = analysis.main_loops; l < analysis.loops.size(); ++l) {
      const bool moves =
          analysis.loops[l].weight > 0 && !loop_text(*model, analysis.loops[l]).empty();
      if (moves && l < analysis.main_loops + options.show)
        line(l);
      else
        ++still;
    }
    if (still > 0)
      fmt::print("        {} that do not move, or inside of delays, are not shown\n", still);
  }
  fmt::print("\nWhat drives it, and when: the connected loops that together bring about more than "
             "half of the change{}.\n",
             specs.time_units.empty() ? "" : fmt::format(" (time in {})", specs.time_units));
  std::set<std::size_t> named;
  for (const conditions::LoopPeriod& period : analysis.periods) {
    std::string names;
    for (std::size_t i = 0; i < std::min<std::size_t>(period.loops.size(), 8); ++i) {
      names += fmt::format("{}{} {:.0f}%", i ? ", " : "", loop_label(analysis, period.loops[i]),
                           100 * period.shares[i]);
      if (period.loops[i] >= shown)
        named.insert(period.loops[i]);
    }
    if (period.loops.size() > 8)
      names += fmt::format(" and {} more", period.loops.size() - 8);
    fmt::print("{:>10.6g} to {:<10.6g} {}\n", period.from, period.until, names);
  }
  if (!named.empty())
    fmt::print("\nAlso named above:\n");
  for (const std::size_t l : named)
    line(l);
  if (options.out.empty())
    return;
  std::string csv = "Time";
  for (std::size_t l = 0; l < analysis.loops.size(); ++l)
    csv += ',' + loop_label(analysis, l);
  csv += '\n';
  for (std::size_t t = 0; t < analysis.times.size(); ++t) {
    csv += fmt::format("{}", analysis.times[t]);
    for (const conditions::Loop& loop : analysis.loops)
      csv += fmt::format(",{}", loop.shares[t]);
    csv += '\n';
  }
  write_text_atomic(options.out, csv);
}

} // namespace

void add_xmile_loops(CLI::App& xmile) {
  CLI::App* command = xmile.add_subcommand(
      "loops", "Which feedback loops drive the model, and when (Loops that Matter)");
  auto options = std::make_shared<XmileLoopsOptions>();
  command->add_option("MODEL", options->model, "The XMILE file")->required();
  command->add_option("--show", options->show, "Loops listed");
  command->add_option("--window", options->window,
                      "Time over which shares are averaged for the periods (a 24th of the run)");
  command->add_option("--out", options->out, "CSV file for the share of each loop at each time");
  command->callback([options] { print_loops(*options); });
}

} // namespace cauce::app
