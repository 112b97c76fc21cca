// The verdicts that a pack carries: its folder `verdicts/`, as `cauce claims --out` writes it.
//
//   claims.json, claims.csv, predictions.csv   claims_table.hpp
//   claims.manifest.json                       how they were made, hash of each file they rest on
#pragma once

#include "cauce/system/system.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cauce::study {

std::filesystem::path verdicts_folder(const system::System& system);

/// The files that verdicts under these theories rest on, and the hash of their bytes: those of the
/// pack and the calibrated draws, without those that only tell of claims, events and sources.
std::vector<std::pair<std::string, std::string>>
verdict_inputs(const system::System& system, const std::vector<std::string>& theories);

/// Whether the pack's verdicts rest on other files than it now has; nothing when it has none.
/// Verdicts of which nobody can tell are stale.
std::optional<bool> verdicts_stale(const system::System& system);

/// Adds a warning S125 when they are stale, or were made by a program whose people draw otherwise
/// than this one's (probe.hpp).
void check_verdicts(const system::System& system, Diagnostics& findings);

} // namespace cauce::study
