#include "cauce/system/driver_months.hpp"

#include <algorithm>

namespace cauce::system {

namespace {
double middle(const evidence::Observation& o) { return o.from.index() + (o.months - 1) / 2.0; }

double value_in(const std::vector<evidence::Observation>& observations, int now, bool linear) {
  const evidence::Observation* before = nullptr;
  const evidence::Observation* after = nullptr;
  for (const evidence::Observation& o : observations) {
    const double position = linear ? middle(o) : o.from.index();
    if (position <= now)
      before = &o;
    else if (after == nullptr)
      after = &o;
  }
  if (linear && before != nullptr && after != nullptr) {
    const double share = (now - middle(*before)) / (middle(*after) - middle(*before));
    return before->value + share * (after->value - before->value);
  }
  return before == nullptr ? after->value : before->value;
}
} // namespace

Driver driver_months(const DriverSeries& series, Month start, std::size_t months,
                     std::optional<Month> known) {
  const std::size_t size = series.of_element.size();
  Driver driver{series.variable, size, std::vector<double>(size * months, 0.0), {}};
  for (std::size_t e = 0; e < size; ++e) {
    std::vector<evidence::Observation> observations = series.of_element[e];
    if (known) {
      std::erase_if(observations, [&](const auto& o) { return *known < o.from + (o.months - 1); });
    }
    if (observations.empty()) {
      driver.silent.assign(months, 1);
      return driver;
    }
    // A month's own value goes before a year's that covers it.
    std::stable_sort(observations.begin(), observations.end(),
                     [](const evidence::Observation& a, const evidence::Observation& b) {
                       return a.from != b.from ? a.from < b.from : a.months > b.months;
                     });
    for (std::size_t m = 0; m < months; ++m) {
      driver.values[m * size + e] =
          value_in(observations, (start + static_cast<int>(m)).index(), series.spec->linear) *
          series.spec->factor;
    }
  }
  return driver;
}

} // namespace cauce::system
