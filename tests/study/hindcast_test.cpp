// Forecasts of what would be counted: the errors that the calibration states of each series.
#include "support.hpp"

#include "cauce/study/hindcast.hpp"

#include <cmath>

namespace cauce::study {
namespace {

const std::vector<ForecastSeries> series = {
    {"all", "", ""}, {"Upland", "Upland", ""}, {"adult", "", "adult"}, {"child", "", "child"}};

Forecast constant(std::size_t members) {
  Forecast forecast;
  for (const double value : {400.0, 250.0, 300.0, 100.0})
    forecast.values.push_back({std::vector<double>(members, value)});
  return forecast;
}

TEST(Hindcast, ErrorsAreThoseStatedAndTheTotalAddsUpItsGroups) {
  constexpr std::size_t members = 4000;
  const std::vector<double> errors = {0.0, 0.0, 0.3, 0.2};
  Forecast forecast = constant(members);
  add_errors(forecast, series, errors, 7);
  for (const std::size_t s : {2, 3}) {
    const double value = s == 2 ? 300.0 : 100.0;
    double sum = 0.0, squares = 0.0;
    for (const double x : forecast.values[s][0]) {
      const double log = std::log(x / value);
      sum += log;
      squares += log * log;
    }
    // Four standard errors of a normal's mean and deviation.
    EXPECT_NEAR(sum / members, 0.0, 4.0 * errors[s] / std::sqrt(members));
    EXPECT_NEAR(std::sqrt(squares / members), errors[s],
                4.0 * errors[s] / std::sqrt(2.0 * members));
  }
  for (std::size_t m = 0; m < members; ++m) {
    EXPECT_EQ(forecast.values[1][0][m], 250.0) << "no target states an error of it";
    EXPECT_DOUBLE_EQ(forecast.values[0][0][m], forecast.values[2][0][m] + forecast.values[3][0][m]);
  }
}

TEST(Hindcast, TheSameSeedGivesTheSameErrors) {
  const std::vector<double> errors = {0.0, 0.25, 0.3, 0.3};
  Forecast one = constant(5), again = constant(5), other = constant(5);
  add_errors(one, series, errors, 7);
  add_errors(again, series, errors, 7);
  add_errors(other, series, errors, 8);
  EXPECT_EQ(one.values, again.values);
  EXPECT_NE(one.values, other.values);
}

TEST(Hindcast, WithoutErrorsForecastsStayAsTheyAre) {
  Forecast forecast = constant(5);
  add_errors(forecast, series, std::vector<double>(series.size(), 0.0), 7);
  EXPECT_EQ(forecast.values, constant(5).values);
}

TEST(Hindcast, ErrorsAreReadFromTheTargets) {
  Diagnostics findings;
  const auto system = system::System::load(
      std::filesystem::path(CAUCE_SOURCE_DIR) / "systems" / "northern-triangle", 1000.0, findings);
  const Hindcast months = observed_months(*system, Month::of(2017, 6), Month::of(2017, 12));
  const std::vector<double> errors = stated_errors(*system, months.series);
  for (std::size_t s = 0; s < months.series.size(); ++s) {
    const ForecastSeries& one = months.series[s];
    // system.toml: .25 a country, .3 a kind.
    EXPECT_EQ(errors[s], !one.group.empty() ? 0.3 : !one.place.empty() ? 0.25 : 0.0) << one.name;
  }
}

} // namespace
} // namespace cauce::study
