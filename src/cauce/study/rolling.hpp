// Rolling origins: calibrate, forecast and judge again every half-year, ordinary times included.
#pragma once

#include "cauce/study/calibrate.hpp"
#include "cauce/study/skill.hpp"

#include <filesystem>
#include <memory>
#include <vector>

namespace cauce::study {

struct RollingRequest {
  std::vector<std::string> theories = {"open"};
  std::vector<Month> origins; ///< none: `rolled_origins`
  int months = 24;            ///< forecast from each
  std::size_t members = 100;
  int iterations = 4;
  std::uint64_t seed = 2017;
  FarmOptions farm;
  /// Calibrations are kept in a folder an origin below it, and taken again when they fit.
  std::filesystem::path folder;
};

struct OriginSkill {
  Month origin;
  Skill skill;
};

/// The request's origins, or every half-year from three years before the decision to half a year
/// after it.
std::vector<Month> rolled_origins(const system::System& system, const RollingRequest& request);

/// All scores of all origins. In a helping rank returns nothing.
std::optional<std::vector<OriginSkill>>
rolling_origins(const std::shared_ptr<const system::System>& system, const RollingRequest& request);

/// Means over origins, of those forecasters that were there at every origin.
std::vector<Skill> mean_over_origins(const std::vector<OriginSkill>& skills);

/// Writes rolling.csv.
void write_rolling(const std::filesystem::path& folder, const std::vector<OriginSkill>& skills);

} // namespace cauce::study
