// The model's overview made from itself: how its sectors hang together (drawing and table), what
// feeds the people and what they feed back. Every equation with unit and words follows it in
// `cauce model` (conditions/reference.hpp).
#pragma once

#include "cauce/system/system.hpp"

#include <string>
#include <utility>
#include <vector>

namespace cauce::study {

/// How many variables of one sector read a variable of another.
struct SectorLinks {
  std::vector<std::string> sectors;           ///< in the order of the file
  std::vector<std::size_t> variables;         ///< in each sector, hidden ones left out
  std::vector<std::vector<std::size_t>> read; ///< read[a][b]: links from b into a
};
SectorLinks sector_links(const conditions::Model& model);

/// Sectors on a circle, an arrow for each pair that is linked, the wider the more links (SVG).
std::string sector_drawing(const SectorLinks& links);

/// The overview (Markdown with an inline drawing).
std::string model_page(const system::System& system);

} // namespace cauce::study
