// What a report says of the pack: places, outcomes, policies, theories, parameters, observations,
// roads and sources. Read from the pack's files with their own readers; nothing is simulated.
#pragma once

#include "cauce/base/diagnostics.hpp"
#include "cauce/evidence/parameters.hpp"
#include "cauce/evidence/places.hpp"
#include "cauce/evidence/series.hpp"
#include "cauce/evidence/sources.hpp"
#include "cauce/policy/levers.hpp"
#include "cauce/policy/policies.hpp"
#include "cauce/policy/theories.hpp"
#include "cauce/system/manifest.hpp"
#include "cauce/system/words.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace cauce::report {

struct RoadNode {
  std::string name, kind, corridor, sector;
  double latitude = 0.0, longitude = 0.0; ///< degrees
};

struct RoadLink {
  std::string from, to, corridor, mode;
  bool assumed = false; ///< its status is `assumed`
};

struct PackInfo {
  std::filesystem::path folder;
  system::PackManifest manifest;
  evidence::Places places;
  evidence::Sources sources;
  std::vector<evidence::Parameter> parameters;
  system::PackWords words;
  evidence::SeriesTable targets;
  std::vector<policy::Lever> levers;
  std::vector<policy::Policy> policies;
  std::vector<policy::Theory> theories;
  std::vector<RoadNode> nodes;
  std::vector<RoadLink> links;
  std::map<std::string, std::size_t> source_uses; ///< rows that name each source

  const policy::Policy* find_policy(const std::string& name) const;
  const policy::Theory* find_theory(const std::string& name) const;
  const system::OutcomeSpec* find_outcome(const std::string& name) const;
};

/// Reads the pack in `folder`. Findings are those of the readers. Throws Errors when there is an
/// error among them.
PackInfo read_pack_info(const std::filesystem::path& folder);

} // namespace cauce::report
