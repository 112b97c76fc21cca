// The pack as the API tells it: everything that does not depend on a run. Each function gives the
// answer that docs/api.md describes under its address.
#pragma once

#include "cauce/evidence/claims.hpp"
#include "cauce/evidence/events.hpp"
#include "cauce/report/pack_info.hpp"
#include "cauce/serve/json.hpp"
#include "cauce/study/coalitions.hpp"
#include "cauce/study/posterior.hpp"
#include "cauce/system/system.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace cauce::serve {

/// How much an uncertain number matters: key -> {rank, percent: {outcome: change from low to high}}.
using Matters = std::map<std::string, json>;

/// What each theory's calibration learnt of a parameter: key -> {theory: quantiles}.
using Learnt = std::map<std::string, json>;

struct Pack {
  std::shared_ptr<const system::System> system;
  report::PackInfo info;
  std::vector<evidence::Claim> claims;
  std::vector<evidence::Event> events;
  std::string version; ///< of the program
  std::string hash;    ///< of all files that were read
  std::string baseline = "as-enacted";
  study::Draws draws = study::Draws::posterior; ///< unless a request says otherwise
  std::vector<study::Mechanism> mechanisms; ///< of /api/why: all sectors
  Learnt learnt;
  Matters matters;

  /// Reads what `system` did not. Throws what the readers throw.
  static Pack read(std::shared_ptr<const system::System> system, std::string version);
};

/// One ensemble that the server runs.
struct Tier {
  std::size_t members = 0;
  double scale = 1.0;
};

json system_json(const Pack& pack, const Tier& preview, const Tier& full, std::uint64_t seed);
json map_json(const Pack& pack);
json observed_json(const Pack& pack);
json parameters_json(const Pack& pack);
json sources_json(const Pack& pack);
json claims_json(const Pack& pack);
json fates_json();
json weights_json(const Pack& pack);
/// Ways to weigh the theories of a mixture: all alike, and as each period that was scored says.
json mixture_json(const Pack& pack);
/// Which draws there are: the priors', and what a calibration left, until when, and whether it was
/// made with the pack as it is.
json draws_json(const Pack& pack);
json hindcast_json(const Pack& pack);

json variables_json(const Pack& pack);
/// Throws ApiError 404 A104 (near miss).
json variable_json(const Pack& pack, const std::string& name);

json parameter_json(const Pack& pack, const evidence::Parameter& parameter);
Learnt learnt_of(const Pack& pack);
Matters matters_of(const Pack& pack);
} // namespace cauce::serve
