// `cauce report`: the HTML report of a folder of results.
#include "commands.hpp"

#include "cauce/report/report.hpp"
#include "cauce/system/find_pack.hpp"

#include <chrono>
#include <cstdio>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <memory>

namespace cauce::app {

namespace fs = std::filesystem;

namespace {
struct ReportOptions {
  fs::path results, out, pack;
  std::string theory, base;
};

fs::path pack_folder(const ReportOptions& options, const results::Manifest& manifest) {
  if (!options.pack.empty())
    return system::find_pack(options.pack.string());
  // As given when the results were made (a folder or a name); also beside the results' own place.
  const fs::path beside = options.results / manifest.pack_folder;
  if (fs::exists(beside / "system.toml"))
    return beside;
  try {
    return system::find_pack(manifest.pack_folder);
  } catch (const Error&) {
    throw Error("B101", {(fs::path(manifest.pack_folder) / "system.toml").generic_string()},
                "cannot be read: the pack that made these results is not there",
                "name its folder with --pack");
  }
}

void write(const ReportOptions& options) {
  const report::ResultsFile results(options.results);
  const results::Manifest& manifest = results.manifest();
  const report::PackInfo pack = report::read_pack_info(pack_folder(options, manifest));
  report::ReportInput input;
  input.pack = &pack;
  input.results = &results;
  input.theory = options.theory.empty() ? manifest.theories.at(0) : options.theory;
  input.base = options.base.empty() ? manifest.policies.at(0) : options.base;
  input.generated = fmt::format("{:%Y-%m-%d}", fmt::gmtime(std::chrono::system_clock::now()));
  const fs::path out = options.out.empty() ? options.results / "report.html" : options.out;
  report::write_report(input, out);
  fmt::print("Report: {} ({:.1f} MB)\n", out.generic_string(),
             static_cast<double>(fs::file_size(out)) / 1e6);
}
} // namespace

void write_report_of(const fs::path& results, const fs::path& file) {
  ReportOptions options;
  options.results = results;
  options.out = file;
  write(options);
}

void add_report(CLI::App& app) {
  CLI::App* command = app.add_subcommand("report", "Write the HTML report of a folder of results");
  auto options = std::make_shared<ReportOptions>();
  command->add_option("RESULTS", options->results, "Folder that `cauce compare --out` wrote")
      ->required();
  command->add_option("--out", options->out, "File to write (default: report.html in the folder)");
  command->add_option("--pack", options->pack,
                      "Folder or name of the pack (default: the one that was run)");
  command->add_option("--theory", options->theory, "Theory shown (default: the results' first)");
  command->add_option("--base", options->base,
                      "Policy that others are compared with (default: the results' first)");
  command->callback([options] { write(*options); });
}

} // namespace cauce::app
