// Observed drivers month by month, with all that is known now or only what was known at a date.
#pragma once

#include "cauce/system/system.hpp"

namespace cauce::system {

/// Values of `series` for `months` months from `start`. With `known`, only observations whose
/// period had ended by that month count, and the last value holds afterwards: a year's figure is
/// not known in May. When an element has no observation left, nothing is said in any month.
Driver driver_months(const DriverSeries& series, Month start, std::size_t months,
                     std::optional<Month> known = std::nullopt);

} // namespace cauce::system
