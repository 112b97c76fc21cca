// Which feedback loops dominate under a policy, and when: beside an attribution, which says what
// differs, this says what drives.
#pragma once

#include "cauce/base/month.hpp"
#include "cauce/study/posterior.hpp"
#include "cauce/system/system.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace cauce::study {

struct DominantLoop {
  std::string text;   ///< "R1: departures -> arrivals -> ..."
  double share = 0.0; ///< mean absolute share of the change of its connected set
};

struct DominancePeriod {
  Month from, until;
  std::vector<std::string> loops; ///< together more than half of the change, strongest first
};

struct Dominance {
  std::vector<DominantLoop> loops; ///< the strongest
  std::vector<DominancePeriod> periods;
};

/// Member `member` of an ensemble of `members`, run to `from` and then scored until `until`
/// (system/loops.hpp). Throws Error P310, P311.
Dominance dominant_loops(const std::shared_ptr<const system::System>& system,
                         const std::string& policy, const std::string& theory, std::size_t members,
                         std::size_t member, std::uint64_t seed, Month from, Month until,
                         Draws draws, std::size_t most = 6);

} // namespace cauce::study
