// Why two policies differ: the difference of an outcome divided among the model's mechanisms.
//
// The mechanisms are the sectors (groups) of the equations, or sets of them. In a run under the
// second policy a mechanism can be frozen: what others and the people see of it takes, step by
// step, the path that it had under the first policy with the same parameters, luck and noise. With
// all frozen the run is that of the first policy, with none frozen that of the second; in between,
// each mechanism's part is its Shapley value, so that the parts add up to the difference. The
// interaction of mechanisms is shared fairly, not hidden in a remainder.
#pragma once

#include "cauce/results/cube.hpp"
#include "cauce/study/coalitions.hpp"
#include "cauce/study/ensemble.hpp"
#include "cauce/study/farm.hpp"
#include "cauce/study/measure.hpp"
#include "cauce/study/runs.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace cauce::study {

struct AttributionRequest {
  std::string policy, other; ///< the difference is other less policy
  std::string theory = "open";
  std::size_t members = 10;
  std::uint64_t seed = 2017;
  Month from, until; ///< months of the measures
  std::vector<std::string> measures;
  std::vector<Mechanism> mechanisms; ///< none: every sector by itself
  std::size_t order_pairs =
      12; ///< with more than eight mechanisms: pairs of orders sampled a member
  Draws draws = Draws::prior;
  FarmOptions farm;
  std::filesystem::path store; ///< run store: members that are done are kept; none when empty
};

struct AttributionPart {
  std::string mechanism;
  std::vector<double> by_member;
  results::Spread spread;
  double error = 0.0; ///< of the mean, where orders were sampled
};

struct Attribution {
  Measure measure;
  std::vector<AttributionPart> parts; ///< by falling size of the mean
  std::vector<double> difference;     ///< by member; the sum of the parts, member by member
  results::Spread spread;             ///< of the difference
  bool exact = true;
};

struct AttributionResult {
  std::vector<Attribution> measures;
  std::size_t from_store = 0; ///< members that were stored before
  bool served = false;
};

/// Sectors whose variables nobody outside sees change between the two policies have no part and
/// are left out (their value is zero). Throws Error P310, P311, S103, S108 (unknown sector, one
/// named twice, policies that do not differ).
AttributionResult attribute(const std::shared_ptr<const system::System>& system,
                            const AttributionRequest& request);

} // namespace cauce::study
