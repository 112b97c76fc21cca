// What the members of a trial say together: bands by month, and effects of the whole period.
//
// A quick trial has one or two members at small scale: good for the difference that a policy makes
// (both policies share their luck), poor for its level. Where the base policy is known from a
// larger ensemble, the quick answer takes the level from there and adds its own mean difference.
#pragma once

#include "cauce/results/cube.hpp"
#include "cauce/study/parts.hpp"
#include "cauce/study/trial.hpp"

#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace cauce::study {

using results::Spread;

/// One part, month by month: `base` from the first month asked for, the others from `start` on.
struct TrialSeries {
  Part part;
  std::vector<Spread> base, mine, difference;
};

/// One part over the months from the decision on: sums of flows, means of others.
struct TrialEffect {
  Part part;
  Spread base, mine, difference;
  Spread percent; ///< of the member's base; members with base 0 are left out
  std::size_t lower = 0, higher = 0, equal = 0;
};

struct TrialAnswer {
  Month from;                    ///< of `base`
  Month start;                   ///< of `mine` and `difference`: the decision or `from`
  std::size_t members = 0;       ///< that ran both policies
  std::size_t level_members = 0; ///< that the level is taken from
  std::vector<TrialSeries> series;
  std::vector<TrialEffect> effects;
};

/// A part of the base policy in a larger ensemble: [month from `first` on][member].
struct Level {
  Month first;
  std::vector<std::vector<double>> months;
};
/// The level of a part up to the answer's last month. Reading it off all members costs more than
/// the rest of an answer, so who asks often keeps it.
using LevelOf = std::function<std::shared_ptr<const Level>(const Part&)>;

/// Runs of the base (their `mine` is not read) as a level: from the first month of the past on.
Level level_of(const Part& part, std::span<const MemberRun> runs, Month until);

/// `runs` have all three blocks; `level`, when there is one, is of the same base. Months
/// `from`..`until` lie within the runs'.
TrialAnswer answer_of(std::span<const MemberRun> runs, const LevelOf& level, Month from,
                      Month until, const std::vector<Part>& series,
                      const std::vector<Part>& effects);

/// One effect of the kind above from the members' own totals, paired.
TrialEffect effect_of(Part part, std::span<const double> base, std::span<const double> mine);

/// The part's sum (flow) or mean over the months of a block up to `until`.
double over_months(const Part& part, const Block& block, Month until);

} // namespace cauce::study
