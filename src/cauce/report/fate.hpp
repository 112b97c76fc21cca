// The fate of those who leave: of 100,000 departures, how many end where.
//
// The counts of one period are put end to end: departures, what happened on the road, arrivals at
// the border, encounters, dispositions. Nobody is followed from end to end, so journeys under way
// when the period begins or ends, and repeated crossings, are balanced by two flows that are named:
// `elsewhere` (left, and neither arrived nor turned back) and `again` (tried again at once).
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace cauce::report {

struct FateLink {
  std::string from, to;
  double value = 0.0;
};

/// Totals of a period by count of the people ("departures", "border_arrivals", ...) and, for
/// dispositions, "dispositions.released" and so on. A count that is missing was not recorded.
using FateTotals = std::map<std::string, double, std::less<>>;

/// The flows, scaled so that departures are `base`. Empty when departures, border arrivals or
/// apprehensions were not recorded or nobody left. What flows into a stage flows out of it.
std::vector<FateLink> fate_links(const FateTotals& totals, double base);

} // namespace cauce::report
