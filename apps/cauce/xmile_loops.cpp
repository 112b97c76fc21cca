// `cauce xmile loops MODEL`: the feedback loops that drive a model, and when.
#include "xmile.hpp"

#include "cauce/base/files.hpp"
#include "cauce/conditions/loops.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <memory>
#include <string>

namespace cauce::app {

namespace {

struct Options {
  std::string model, out;
  std::size_t show = 20;
};

std::string label(const conditions::Loop& loop, std::size_t index) {
  return fmt::format("{}{}", loop.polarity > 0 ? "R" : loop.polarity < 0 ? "B" : "U", index + 1);
}

void print_loops(const Options& options) {
  const auto model = load_and_warn(options.model, false);
  const conditions::LoopAnalysis analysis = conditions::analyse_loops(model);
  if (analysis.loops.empty()) {
    fmt::print("{} has no feedback loop that changes.\n", options.model);
    return;
  }
  fmt::print("{} feedback loops{}. R reinforces, B balances, U does both at times.\nShare: mean "
             "part of the change within its set of connected loops.\n\n",
             analysis.loops.size(),
             analysis.complete ? ""
                               : " found by strongest paths (there are more than can be listed)");
  for (std::size_t l = 0; l < std::min(options.show, analysis.loops.size()); ++l) {
    fmt::print("{:>5} {:5.1f}%  {}\n", label(analysis.loops[l], l), 100 * analysis.loops[l].weight,
               loop_text(*model, analysis.loops[l]));
  }
  fmt::print("\nLoops that together bring about more than half of the change:\n");
  for (const conditions::LoopPeriod& period : analysis.periods) {
    std::string names;
    for (const std::size_t l : period.loops)
      names += (names.empty() ? "" : " ") + label(analysis.loops[l], l);
    fmt::print("{:>10} to {:<10} {}\n", period.from, period.until, names);
  }
  if (options.out.empty())
    return;
  std::string csv = "Time";
  for (std::size_t l = 0; l < analysis.loops.size(); ++l)
    csv += ',' + label(analysis.loops[l], l);
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
  auto options = std::make_shared<Options>();
  command->add_option("MODEL", options->model, "The XMILE file")->required();
  command->add_option("--show", options->show, "Loops listed");
  command->add_option("--out", options->out, "CSV file for the share of each loop at each time");
  command->callback([options] { print_loops(*options); });
}

} // namespace cauce::app
