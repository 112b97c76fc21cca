// network/nodes.csv and links.csv: the road of a pack.
#pragma once

#include "cauce/base/diagnostics.hpp"
#include "cauce/evidence/places.hpp"
#include "cauce/evidence/sources.hpp"
#include "cauce/people/journeys/network.hpp"

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace cauce::system {

struct NetworkFiles {
  people::journeys::Network network;
  std::vector<people::journeys::NodeId> origin_nodes; ///< one for each department
};

/// Reads the folder. Findings: those of the tables and of sources, P320 (unknown kind, mode,
/// corridor or sector), P321 (unknown node), P322 (a department without an origin node), P323 (a
/// number out of its range, a date that is none).
NetworkFiles read_network(const std::filesystem::path& folder, const evidence::Places& places,
                          std::span<const std::string> departments,
                          std::span<const std::string> corridors,
                          std::span<const std::string> sectors, const evidence::Sources& sources,
                          Diagnostics& findings);

} // namespace cauce::system
