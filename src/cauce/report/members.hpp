// Sums over places, groups and months for each member, and the spread between members: the numbers
// behind every chart of the report.
#pragma once

#include "cauce/report/pack_info.hpp"
#include "cauce/report/results_file.hpp"
#include "cauce/results/cube.hpp"

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace cauce::report {

/// A part of an outcome that the report shows as one number: a weighted sum of its cells.
struct Part {
  std::string place, group;                          ///< "" is the total
  std::vector<std::pair<std::size_t, double>> cells; ///< (place * groups + group, weight)
};

/// How an outcome divides.
struct Division {
  bool additive = false; ///< persons or money: parts add up
  std::vector<Part> parts;
  const Part* find(std::string_view place, std::string_view group) const;
};

/// The parts of an outcome that a reader may ask for. Departments are joined to their countries: by
/// sum where the outcome adds up, otherwise as the mean weighted by the residents of 2010. The
/// total is there where the outcome adds up, has a single cell, or is by department. With `crossed`
/// each place is also divided by group.
Division divide(const results::OutcomeInfo& outcome, const PackInfo& pack, bool crossed);

/// Whether cells may be summed: flows, and stocks of persons.
bool adds_up(const results::OutcomeInfo& outcome);

/// The part's value for one member in one month.
double part_value(const Part& part, const OutcomeValues& values, std::size_t policy,
                  std::size_t member, std::size_t month);

/// Each member's sum (flows) or mean (otherwise) over the months from..until, both included.
std::vector<double> over_months(const Part& part, const OutcomeValues& values, std::size_t policy,
                                bool flow, std::size_t from, std::size_t until);

/// Paired comparison of two policies, member by member.
struct Paired {
  results::Spread difference; ///< policy minus base
  results::Spread percent;    ///< relative to the member's base; members with base 0 left out
  std::size_t lower = 0, higher = 0, equal = 0;
};
Paired compare(std::span<const double> base, std::span<const double> policy);

} // namespace cauce::report
