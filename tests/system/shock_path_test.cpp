// Shocks that a run remembers, and drivers as they were known at a date.
#include "cauce/base/distributions.hpp"
#include "cauce/system/simulation.hpp"

#include <cmath>
#include <filesystem>
#include <gtest/gtest.h>

namespace cauce::system {
namespace {

std::shared_ptr<const System> northern_triangle() {
  Diagnostics findings;
  return System::load(std::filesystem::path(CAUCE_SOURCE_DIR) / "systems" / "northern-triangle",
                      2000, findings);
}

TEST(ShockPath, MovesTheNoiseByItsScores) {
  const auto system = northern_triangle();
  std::vector<double> values;
  for (const evidence::Parameter& parameter : system->parameters())
    values.push_back(parameter.prior.value);
  std::size_t width = 0;
  for (const Shock& shock : system->shocks())
    width += shock.size;
  const auto noise_after = [&](double score) {
    auto path = std::make_shared<ShockPath>();
    path->first_step = {0, 12, 16};
    path->width = width;
    path->scores.assign(2 * width, score);
    Simulation simulation(system, {system->lever_paths("as-enacted"), values, 5, 0, path});
    for (int month = 0; month < 4; ++month)
      simulation.run_month();
    return simulation.equations().values(*system->model()->find("noise common"))[0];
  };
  // The noise is linear in its shocks: equal steps of the scores move it by equal amounts.
  const double low = noise_after(-1.0), middle = noise_after(0.0), high = noise_after(1.0);
  EXPECT_GT(high - middle, 0.05);
  EXPECT_NEAR(high - middle, middle - low, 1e-9);
}

TEST(DriversKnown, SayNothingOfWhatCameLater) {
  const auto system = northern_triangle();
  const Month start = system->manifest().clock.from;
  const int known = Month::of(2015, 6) - start, months = Month::of(2019, 12) - start;
  const auto drivers = system->drivers_known(start + known);
  ASSERT_EQ(drivers->size(), system->drivers().size());
  std::size_t moved = 0;
  for (std::size_t d = 0; d < drivers->size(); ++d) {
    const Driver& then = (*drivers)[d];
    const auto last = then.at(known);
    for (int month = known + 1; month <= months; ++month)
      EXPECT_TRUE(std::ranges::equal(then.at(month), last)); // the last value holds
    moved += std::ranges::equal(system->drivers()[d].at(months), then.at(months)) ? 0 : 1;
  }
  EXPECT_GT(moved, 0U);
}

} // namespace
} // namespace cauce::system
