// One number of a run: an outcome over some of its cells and months. What is analysed, compared and
// optimised is a measure.
#pragma once

#include "cauce/base/month.hpp"
#include "cauce/results/cube.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cauce::study {

/// Written OUTCOME, OUTCOME@PLACE, OUTCOME:GROUP or OUTCOME@PLACE:GROUP, where PLACE and GROUP are
/// elements of the outcome's axes ("apprehensions@Honduras:family").
struct Measure {
  std::string text;
  std::string title; ///< for people: "Apprehensions at the border, Honduras, family"
  std::string unit;  ///< of the value: of flows without "/month", since months are summed
  std::string kind;  ///< flow: summed over the months; others: their mean
  std::size_t first = 0, last = 0; ///< months, as rows of the block
  std::size_t row = 0;             ///< cells of a month's record
  bool averaged = false;           ///< over cells: an index, whose cells do not add up
  std::vector<std::size_t> cells;

  /// From a run's block [month][cell].
  double of(std::span<const float> block) const;
  /// The same of one month (a row).
  double of_month(std::span<const float> block, std::size_t month) const;
};

/// Months `from` to `until` of blocks that begin with `block_from` and have `block_months` rows.
/// Throws Error S103 (no such outcome, place, group or months; near miss).
Measure make_measure(std::string_view text, const std::vector<results::OutcomeInfo>& outcomes,
                     Month block_from, std::size_t block_months, Month from, Month until);

} // namespace cauce::study
