// Which verdicts are worth running again on finer people: those whose sampling noise is too large
// beside the interval that they report, as far as a budget of work goes.
#pragma once

#include "cauce/study/arm_runs.hpp"

#include <span>
#include <vector>

namespace cauce::study {

/// The work of simulating a month with one person for each `scale`, in months of which only the
/// equations and the steps at home are left: those are the same at any scale, the people are not.
double month_work(double scale);

/// The rule: sampling noise of an effect is at most a tenth of the 90 percent interval over
/// members.
bool noise_is_small(double noise, double interval);

/// Whether the rule would hold if the variance of the noise were `factor` times what it is: that
/// of counts is proportional to the scale. Of the interval the part that is noise shrinks with it.
bool noise_would_be_small(double noise, double interval, double factor);

/// A verdict of one theory, and what is to be read for it.
struct FinerItem {
  std::size_t theory = 0;
  ReadingList readings;
};

struct FinerChoice {
  std::vector<std::size_t> items; ///< ascending
  double months = 0.0;            ///< of a member, all theories added up
};

/// Chooses items whose arms take at most `months` (as FinerChoice::months): step by step those arms
/// of a theory that settle most items for a month. Arms share months as in `share_months`.
FinerChoice choose_finer(const ArmRuns& runs, std::span<const FinerItem> items, double months);

} // namespace cauce::study
