// A part of an outcome that is shown as one number: a weighted sum of the cells of a record.
//
// Parts that add up (flows, stocks of persons) are sums. What does not add up is shown by element,
// and over departments as the mean weighted by the residents of 2010: rates do not add.
#pragma once

#include "cauce/system/system.hpp"

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cauce::study {

struct Part {
  std::string outcome, place, group; ///< "" is the total
  const system::OutcomeSpec* spec = nullptr;
  std::vector<std::pair<std::size_t, double>> cells; ///< (cell of the month's record, weight)

  /// The part's value in one month's record.
  double value(std::span<const float> record) const { return sum_of(record); }
  double value(std::span<const double> record) const { return sum_of(record); }

 private:
  template <typename Number> double sum_of(std::span<const Number> record) const {
    double sum = 0.0;
    for (const auto& [cell, weight] : cells)
      sum += weight * static_cast<double>(record[cell]);
    return sum;
  }
};

/// Whether cells of the outcome may be summed.
bool adds_up(const system::Outcome& outcome);

/// The places that a reader may ask of an outcome: its own elements, after the countries that they
/// lie in where it is by department. Empty when it has no places.
std::vector<std::string> places_of(const system::System& system, const system::Outcome& outcome);

/// Whether the outcome has a total over all its places and groups.
bool has_total(const system::Outcome& outcome);

/// Throws Error S103: unknown outcome, place or group (near misses), or a total of what does not
/// add up.
Part part_of(const system::System& system, std::string_view outcome, std::string_view place,
             std::string_view group);

/// The totals of all outcomes that have one, in the order of the pack.
std::vector<Part> totals(const system::System& system);

} // namespace cauce::study
