// The body of a POST as a scenario, read strictly: whatever is not understood is refused, with the
// name of what is wrong, before anything is computed.
#pragma once

#include "cauce/study/trial.hpp"

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace cauce::serve {

struct SeriesName {
  std::string outcome, place, group;
};

/// Whose lives are asked for.
struct Who {
  std::string kind, department;
  std::vector<std::string> fates;
  std::size_t people = 3;
};

struct ScenarioRequest {
  study::TrialRequest trial;
  Month from;
  std::vector<SeriesName> series;
  SeriesName why;          ///< `outcome`, `place`, `group` of /api/why
  bool mechanisms = false; ///< `by` of /api/why: the model's parts instead of the levers
  bool grow = false;       ///< of /api/preview: what is there of it is told before it is whole
  std::string format;      ///< of /api/export
  Who who;                 ///< of /api/lives
};

/// JSON of at most `most_depth` levels. Throws ApiError 400 A101.
nlohmann::json parse_body(std::string_view body);

/// Throws ApiError 400 A101 (unknown key, wrong type, too many items) and 422 A103 (what is no
/// month or no usable number). Names of levers, policies and outcomes are checked later.
ScenarioRequest read_scenario(const nlohmann::json& body, const system::Clock& clock,
                              const std::string& baseline, study::Draws draws);

} // namespace cauce::serve
