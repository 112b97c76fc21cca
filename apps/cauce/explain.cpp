// `cauce explain CODE`: the words behind an error code.
#include "commands.hpp"

#include "cauce/base/diagnostics.hpp"
#include "cauce/base/error_codes.hpp"
#include "cauce/conditions/error_codes.hpp"
#include "cauce/evidence/error_codes.hpp"
#include "cauce/flee/error_codes.hpp"
#include "cauce/methods/error_codes.hpp"
#include "cauce/people/journeys/network.hpp"
#include "cauce/people/world.hpp"
#include "cauce/policy/error_codes.hpp"
#include "cauce/report/report.hpp"
#include "cauce/results/error_codes.hpp"
#include "cauce/serve/error_codes.hpp"
#include "cauce/study/error_codes.hpp"
#include "cauce/system/error_codes.hpp"

#include <cstdio>
#include <fmt/format.h>
#include <memory>
#include <string>
#include <vector>

namespace cauce::app {

namespace {
std::span<const ErrorCode> usage_error_codes() {
  static constexpr ErrorCode codes[] = {
      {"U100", "Out of memory",
       "The run needs more memory than the machine gives. A larger --scale "
       "(one simulated person for each K real ones) or fewer --members "
       "at a time need less."},
      {"U101", "Unknown error code", "`cauce explain` without a code lists all codes."},
      {"U102", "Not a month",
       "Months are written with the year first, as in 2017-06, and must lie within the clock of "
       "the pack."},
      {"U103", "A report without a folder",
       "--report writes report.html into the folder of --out."},
      {"U104", "Nothing to compare", "A comparison needs at least two different policies."},
      {"U107", "A preview larger than the full ensemble",
       "The members of a preview are the first ones of the full ensemble, so it has at most as "
       "many."},
      {"U120", "A mechanism that cannot be read",
       "--mechanism takes a name, an equals sign and the sectors of conditions.xmile that belong "
       "to it, with plus signs between them."},
      {"U121", "A section that the study has not",
       "`cauce robust` and `cauce optimise` answer the section of that name of a study file."},
      {"U199", "A fault of the program",
       "Something went wrong that should have been caught with a "
       "clear message. Please report it with the command line."},
  };
  return codes;
}

std::vector<ErrorCode> all_error_codes() {
  std::vector<ErrorCode> all;
  for (const auto table :
       {base_error_codes(), conditions::conditions_error_codes(), usage_error_codes(),
        flee::flee_error_codes(), people::journeys::network_error_codes(),
        people::people_error_codes(), evidence::evidence_error_codes(),
        policy::policy_error_codes(), methods::methods_error_codes(),
        results::results_error_codes(), study::study_error_codes(), system::system_error_codes(),
        report::report_error_codes(), serve::serve_error_codes()}) {
    all.insert(all.end(), table.begin(), table.end());
  }
  return all;
}
} // namespace

void add_explain(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("explain", "Say what an error code means and how to mend it");
  auto code = std::make_shared<std::string>();
  command->add_option("CODE", *code, "The code, for instance B102; without it, all are listed");
  command->callback([code] {
    const std::vector<ErrorCode> all = all_error_codes();
    std::vector<std::string> names;
    for (const ErrorCode& known : all) {
      if (code->empty())
        fmt::print("{}  {}\n", known.code, known.title);
      names.emplace_back(known.code);
      if (known.code == *code) {
        fmt::print("{}: {}\n\n{}\n", known.code, known.title, known.explanation);
        return;
      }
    }
    if (!code->empty()) {
      throw Error("U101", {}, fmt::format("unknown error code '{}'", *code),
                  did_you_mean(*code, names));
    }
  });
}

} // namespace cauce::app
