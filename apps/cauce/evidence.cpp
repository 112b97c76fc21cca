// `cauce evidence PACK`: every number with its source, status, prior and use; `--matter` ranks the
// assumptions by what they do.
#include "commands.hpp"
#include "interrupt.hpp"

#include "cauce/base/files.hpp"
#include "cauce/study/evidence_ledger.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <memory>
#include <thread>

namespace cauce::app {

namespace {
struct EvidenceOptions {
  std::filesystem::path pack, csv, page, matter_csv;
  std::string kind, status;
  study::MatterRequest matter;
  bool rank = false, all_uncertain = false;
  double scale = 1000.0;
  std::size_t show = 30;
};

void print_ledger(const std::vector<study::LedgerRow>& ledger, const EvidenceOptions& options) {
  fmt::print("{:<10} {:<46} {:>12} {:<22} {:<9} {:<28} {}\n", "kind", "name", "value", "range",
             "status", "source", "used in");
  for (const study::LedgerRow& row : ledger) {
    if ((!options.kind.empty() && row.kind != options.kind) ||
        (!options.status.empty() && row.status != options.status))
      continue;
    const std::string name = row.element.empty() ? row.name : row.name + "[" + row.element + "]";
    const std::string value = row.value       ? fmt::format("{:.6g}", *row.value)
                              : row.rows != 1 ? fmt::format("{} rows", row.rows)
                                              : "";
    const std::string range = row.low && row.high
                                  ? fmt::format("{:.4g} to {:.4g}", *row.low, *row.high)
                              : row.from.empty() ? ""
                                                 : row.from + " to " + row.until;
    fmt::print("{:<10} {:<46} {:>12} {:<22} {:<9} {:<28} {}\n", row.kind, name, value, range,
               row.status, row.source_id, row.used_in);
  }
}

void print_counts(const std::vector<study::LedgerRow>& ledger) {
  fmt::print("\n");
  for (const auto& [kind, statuses] : study::count_by_status(ledger)) {
    std::size_t all = 0;
    std::string words;
    for (const auto& [status, count] : statuses) {
      all += count;
      words += fmt::format("{}{} {}", words.empty() ? "" : ", ", count,
                           status.empty() ? "without a status" : status);
    }
    fmt::print("{} {}: {}\n", all, kind == "index" ? "indices" : kind + "s", words);
  }
}

void print_matter(const system::System& system, const study::MatterResult& result,
                  std::size_t show) {
  fmt::print("\nChange from the 5th to the 95th percentile of each prior, percent:\n{:<50}",
             "parameter");
  for (const std::string& outcome : result.outcomes)
    fmt::print(" {:>15}", outcome);
  fmt::print("\n");
  for (std::size_t i = 0; i < std::min(show, result.ranked.size()); ++i) {
    const study::Matter& m = result.ranked[i];
    fmt::print("{:<50}", system.parameters()[m.parameter].key());
    for (const double percent : m.percent)
      fmt::print(" {:>+15.1f}", percent);
    fmt::print("\n");
  }
  if (show < result.ranked.size())
    fmt::print("and {} more that matter less\n", result.ranked.size() - show);
}

void run(const EvidenceOptions& options) {
  Diagnostics findings;
  const auto system = system::System::load(options.pack, options.scale, findings);
  const std::vector<study::LedgerRow> ledger = study::evidence_ledger(*system);
  study::MatterResult matter;
  if (options.rank) {
    study::MatterRequest request = options.matter;
    request.assumed_only = !options.all_uncertain;
    request.from = system->manifest().clock.decision;
    request.until = system->manifest().clock.data_until;
    request.farm.cancel = interrupted();
    matter = study::what_matters(system, request);
    if (matter.served)
      return;
    print_matter(*system, matter, options.show);
  } else if (options.page.empty() && options.csv.empty()) {
    print_ledger(ledger, options);
  }
  std::optional<study::MatterResult> known;
  if (options.rank)
    known = std::move(matter);
  else if (!options.page.empty())
    known = study::read_matter(*system, findings);
  findings.throw_if_errors();
  print_counts(ledger);
  if (!options.csv.empty())
    write_text_atomic(options.csv, study::ledger_csv(ledger));
  if (!options.matter_csv.empty() && options.rank)
    write_text_atomic(options.matter_csv, study::matter_csv(*system, *known));
  if (!options.page.empty()) {
    write_text_atomic(options.page, study::ledger_page(*system, ledger, known ? &*known : nullptr));
  }
}
} // namespace

void add_evidence(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "evidence", "Every number of a pack: source, status, prior, use; what matters most");
  auto options = std::make_shared<EvidenceOptions>();
  options->matter.farm.threads = std::max(1U, std::thread::hardware_concurrency());
  command->add_option("PACK", options->pack, "Folder of the pack")->required();
  command->add_option("--kind", options->kind,
                      "Show only these: parameter, driver, target, lever, "
                      "index");
  command->add_option("--status", options->status,
                      "Show only these: seen, derived, recalled, assumed, constructed");
  command->add_option("--csv", options->csv, "Write the whole ledger as CSV");
  command->add_option("--page", options->page,
                      "Write the ledger as a page (Markdown), with the ranking kept in the "
                      "pack's matter.csv");
  command->add_flag("--matter", options->rank,
                    "Rank assumptions: each from low to high, all else at its median");
  command->add_flag("--all", options->all_uncertain,
                    "With --matter: all uncertain numbers, not only assumed ones");
  command
      ->add_option("--outcome", options->matter.outcomes,
                   "With --matter: outcomes to measure by (several times)")
      ->take_all()
      ->expected(1);
  command->add_option("--policy", options->matter.policy, "With --matter")->capture_default_str();
  command->add_option("--theory", options->matter.theory, "With --matter")->capture_default_str();
  command->add_option("--seed", options->matter.seed, "With --matter")->capture_default_str();
  command->add_option("--scale", options->scale, "With --matter: one person for each SCALE")
      ->check(CLI::Range(1.0, 1e6))
      ->capture_default_str();
  command->add_option("--threads", options->matter.farm.threads, "With --matter")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  command->add_option("--store", options->matter.store, "With --matter: folder of the run store");
  command->add_option("--matter-csv", options->matter_csv, "With --matter: write the ranking");
  command->add_option("--show", options->show, "With --matter: how many lines to print")
      ->capture_default_str();
  command->callback([options] { run(*options); });
}

} // namespace cauce::app
