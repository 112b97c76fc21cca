// What was observed beside what was simulated: points for the charts, and each target judged.
//
// The rule is that of study/fit.hpp: an observation is inside when it lies within the members' 90
// percent band widened by the target's stated error of observation. Here a target is judged for its
// whole period before the decision and after it, so that what could be known is told apart from
// what was forecast.
#pragma once

#include "cauce/report/members.hpp"

#include <string>
#include <vector>

namespace cauce::report {

/// Observations of one part of an outcome, by month.
struct ObservedSeries {
  std::string outcome, place, group, source, status;
  bool yearly = false;                                ///< points stand for years, at their middle
  std::vector<std::pair<std::size_t, double>> points; ///< (month index, value a month)
};

/// One target at one place, over the months of one side of the decision.
struct JudgedTarget {
  std::string outcome, place, group, source, status;
  system::Bilingual title;
  bool calibrate = false;
  Month from, until;
  std::size_t months = 0; ///< months that observations cover
  double observed = 0.0;  ///< flows: sum; others: mean
  results::Spread model;  ///< the same figure, member by member, of the base policy
  double inside = 0.0;    ///< share of single observations inside
  bool hit = false;
};

/// Observations of all targets of an outcome. Where all countries or all groups of a month are
/// observed one by one, their sums are added as series of their own.
std::vector<ObservedSeries> observations_of(const results::OutcomeInfo& outcome,
                                            const PackInfo& pack, Month from, std::size_t months);

/// The targets of an outcome, judged by policy `policy`.
std::vector<JudgedTarget> judge(const results::OutcomeInfo& outcome, const OutcomeValues& values,
                                const PackInfo& pack, Month from, std::size_t decision,
                                std::size_t policy);

} // namespace cauce::report
