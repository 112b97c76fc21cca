// The teaching system against its closed form: the engine knows no country, and people who act one
// by one do what the equation says.
#include "cauce/system/simulation.hpp"

#include <cmath>
#include <filesystem>
#include <gtest/gtest.h>
#include <numeric>

namespace cauce::system {
namespace {

struct TwoTowns : testing::Test {
  static std::shared_ptr<const System> load() {
    Diagnostics findings;
    auto system = System::load(std::filesystem::path(CAUCE_SOURCE_DIR) / "systems" / "two-towns",
                               1.0, findings);
    EXPECT_TRUE(findings.items().empty()) << findings.text();
    return system;
  }

  // Hazards at the values of parameters.csv.
  static std::vector<double> central(const System& system) {
    std::vector<double> values;
    for (const evidence::Parameter& parameter : system.parameters())
      values.push_back(parameter.prior.value);
    return values;
  }

  // People in the North at the end of each month, over both towns and `members` runs.
  static std::vector<double> mean_in_the_north(const std::shared_ptr<const System>& system,
                                               const char* policy, int members, int months) {
    std::vector<double> mean(static_cast<std::size_t>(months), 0.0);
    const Outcome& outcome = system->outcomes().front();
    EXPECT_EQ(outcome.spec->name, "in_the_north");
    for (int member = 0; member < members; ++member) {
      Simulation simulation(system, {system->lever_paths(policy), central(*system), 5,
                                     static_cast<std::uint32_t>(member)});
      for (double& sum : mean) {
        const auto record = simulation.run_month().subspan(outcome.offset, outcome.size);
        sum += std::accumulate(record.begin(), record.end(), 0.0) / members;
      }
    }
    return mean;
  }
};

// x(t) = N a' / (a' + r) (1 - exp(-(a' + r) t)), a' = a (1 - g).
double closed_form(double leave, double guards, double back, double months) {
  const double out = leave * (1.0 - guards);
  return 20000.0 * out / (out + back) * (1.0 - std::exp(-(out + back) * months));
}

TEST_F(TwoTowns, PeopleInTheNorthFollowTheClosedForm) {
  const auto system = load();
  constexpr int members = 20;
  const std::vector<double> mean = mean_in_the_north(system, "as-enacted", members, 240);
  for (const int month : {12, 24, 60, 120, 240}) {
    const double expected = closed_form(0.02, 0.2, 0.01, month);
    const double share = expected / 20000.0;
    // Four standard errors of the mean of binomial counts, and the two days that a journey takes
    // (less than a tenth of a month's arrivals).
    const double noise = 4.0 * std::sqrt(20000.0 * share * (1.0 - share) / members);
    const double journey = 0.1 * 0.016 * 20000.0;
    EXPECT_NEAR(mean[static_cast<std::size_t>(month - 1)], expected, noise + journey) << month;
  }
}

TEST_F(TwoTowns, AGuardedBridgeHalvesTheWayNorth) {
  const auto system = load();
  const std::vector<double> mean = mean_in_the_north(system, "guarded-bridge", 20, 240);
  // The policy begins in January 2005, after 60 months, and is at its equilibrium 15 years later.
  const double equilibrium = closed_form(0.02, 0.6, 0.01, 1e9);
  const double start = closed_form(0.02, 0.2, 0.01, 60.0);
  const double expected =
      equilibrium + (start - equilibrium) * std::exp(-(0.02 * 0.4 + 0.01) * 180.0);
  EXPECT_NEAR(mean.back(), expected, 4.0 * std::sqrt(20000.0 * 0.25 / 20) + 32.0);
}

} // namespace
} // namespace cauce::system
