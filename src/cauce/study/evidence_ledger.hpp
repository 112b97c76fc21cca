// The evidence ledger: every number of a pack with its source, status, prior and the equations that
// use it, and which of the uncertain ones matter most.
//
// What matters is asked one at a time: each uncertain parameter at the 5th and at the 95th
// percentile of its prior, all others at their medians, under one policy, theory, luck and noise.
// That ranks; it does not see what two parameters do together (`cauce sensitivity` does).
#pragma once

#include "cauce/study/farm.hpp"
#include "cauce/system/system.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cauce::study {

struct LedgerRow {
  std::string kind; ///< parameter, driver, target, lever or index
  std::string name, element, unit, sector;
  std::string status, source_id; ///< of a series: all that its rows have, joined by ';'
  std::string distribution;      ///< of a parameter
  std::optional<double> value, low, high;
  std::size_t rows = 1;    ///< observations of a series
  std::string from, until; ///< months that a series covers
  std::string used_in;     ///< variables, targets or outcomes that take it, joined by ';'
  std::string note;
};

/// Parameters, observed series, levers, and outcomes that are indices (constructed, not counted).
std::vector<LedgerRow> evidence_ledger(const system::System& system);

/// kind -> status -> how many rows of the ledger.
std::map<std::string, std::map<std::string, std::size_t>>
count_by_status(const std::vector<LedgerRow>& ledger);

struct MatterRequest {
  std::vector<std::string> outcomes; ///< empty: departures, apprehensions, removals, homicide_rate,
                                     ///< poverty_rate, as far as the pack has them
  std::string policy = "as-enacted", theory = "open";
  Month from, until; ///< months over which outcomes are summed (flows) or averaged
  bool assumed_only = true;
  std::uint64_t seed = 2017;
  FarmOptions farm;
  std::filesystem::path store;
};

/// What one parameter does to each outcome when it goes from low to high.
struct Matter {
  std::size_t parameter = 0;   ///< index into System::parameters()
  std::vector<double> percent; ///< by outcome: 100 (high / low - 1)
  double largest = 0.0;        ///< the largest of |ln(high / low)| over the outcomes
};

struct MatterResult {
  bool served = false;
  std::vector<std::string> outcomes;
  std::vector<Matter> ranked; ///< the largest first
};

/// Throws Error P310, P311, S101, S103 and those of Runs.
MatterResult what_matters(const std::shared_ptr<const system::System>& system,
                          const MatterRequest& request);

std::string ledger_csv(const std::vector<LedgerRow>& ledger);
std::string matter_csv(const system::System& system, const MatterResult& result);

/// The ranking that the pack's matter.csv keeps (as `matter_csv` writes it), of parameters that it
/// still has; nothing when there is no such file. Findings: those of Table.
std::optional<MatterResult> read_matter(const system::System& system, Diagnostics& findings);

/// The ledger as a page (Markdown): counts, then a table for each kind; with `matter`, the
/// assumptions by how much they matter.
std::string ledger_page(const system::System& system, const std::vector<LedgerRow>& ledger,
                        const MatterResult* matter);

} // namespace cauce::study
