// The people at the start: how residents divide into household kinds (strata.csv), the standing of
// nationals abroad (abroad.csv), and where those came from (diaspora.csv).
#pragma once

#include "cauce/base/diagnostics.hpp"
#include "cauce/evidence/places.hpp"
#include "cauce/evidence/sources.hpp"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cauce::evidence {

/// Residents [department][stratum] at the start, by the largest remainder of population times
/// share, so that a department's strata add up to its population exactly. `departments` are XMILE
/// elements. Findings: E103, E105, E111 (unknown stratum), E112 (shares do not sum to 1).
std::vector<std::int64_t> read_residents(const std::filesystem::path& strata, const Places& places,
                                         std::span<const std::string> departments,
                                         std::span<const std::string> strata_names,
                                         const Sources& sources, Diagnostics& findings);

/// Nationals abroad [country][kind][status] at the start. Findings: E103 (negative), E105, E111.
std::vector<std::int64_t> read_abroad(const std::filesystem::path& path, const Places& places,
                                      std::span<const std::string> countries,
                                      std::span<const std::string> kinds,
                                      std::span<const std::string> statuses, const Sources& sources,
                                      Diagnostics& findings);

/// Share of its country's nationals abroad that came from each department. Findings: E103, E105,
/// E112 (the shares of a country do not sum to 1).
std::vector<double> read_diaspora(const std::filesystem::path& path, const Places& places,
                                  std::span<const std::string> departments,
                                  std::span<const int> country_of_department,
                                  const Sources& sources, Diagnostics& findings);

} // namespace cauce::evidence
