// The coupled system on the real pack: conservation, snapshots, same luck.
#include "cauce/base/helpers.hpp"
#include "cauce/system/loops.hpp"
#include "cauce/system/simulation.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <gtest/gtest.h>
#include <map>
#include <numeric>

namespace cauce::system {
namespace {

std::shared_ptr<const System> northern_triangle(double scale) {
  Diagnostics findings;
  return System::load(std::filesystem::path(CAUCE_SOURCE_DIR) / "systems" / "northern-triangle",
                      scale, findings);
}

Scenario scenario(const System& system, std::string_view policy, std::uint32_t member = 0) {
  const auto believed = policy::under_theory(system.parameters(), system.theory("open"));
  return {system.lever_paths(policy), evidence::draw_parameters(believed, 4, 11)[member], 11,
          member};
}

class NorthernTriangle : public testing::Test {
 protected:
  static void SetUpTestSuite() { system_ = northern_triangle(500); }
  static void TearDownTestSuite() { system_.reset(); }
  static inline std::shared_ptr<const System> system_;
};

TEST_F(NorthernTriangle, PeopleAreConservedEveryMonth) {
  Simulation simulation(system_, scenario(*system_, "as-enacted"));
  const std::int64_t start = simulation.world().total();
  EXPECT_GT(start, 30'000'000 / 500);
  for (int month = 0; month < 144; ++month) {
    simulation.run_month();
    const people::World& world = simulation.world();
    ASSERT_EQ(world.total() + world.dead() - world.born(), start) << simulation.month().text();
    ASSERT_EQ(world.count_everyone(), world.total());
    const people::Counts& counts = world.counts();
    const auto sum = [&](people::Count count) {
      const auto cells = counts[count];
      return std::accumulate(cells.begin(), cells.end(), std::int64_t{0});
    };
    ASSERT_EQ(sum(people::Count::home) + sum(people::Count::on_road) + sum(people::Count::standing),
              world.total());
  }
}

TEST_F(NorthernTriangle, NothingIsNegativeOrWithoutANumber) {
  for (const char* policy : {"as-enacted", "miami-agenda", "rights-and-roots"}) {
    Simulation simulation(system_, scenario(*system_, policy, 1));
    for (int month = 0; month < 216; ++month) {
      for (const double value : simulation.run_month()) {
        ASSERT_TRUE(std::isfinite(value)) << policy << " " << simulation.month().text();
      }
      for (std::size_t o = 0; o < system_->outcomes().size(); ++o) {
        const Outcome& outcome = system_->outcomes()[o];
        if (!outcome.count)
          continue;
        for (const std::int64_t value : simulation.world().counts()[*outcome.count]) {
          ASSERT_GE(value, 0) << outcome.spec->name;
        }
      }
    }
  }
}

TEST_F(NorthernTriangle, ACopyIsASnapshotAndResumesToTheSameNumbers) {
  Simulation straight(system_, scenario(*system_, "as-enacted"));
  for (int month = 0; month < 30; ++month)
    straight.run_month();
  Simulation copy = straight;
  const std::vector<std::byte> bytes = straight.save();
  Simulation restored(system_, scenario(*system_, "as-enacted"));
  restored.restore(bytes);
  for (int month = 0; month < 30; ++month) {
    const std::span<const double> expected = straight.run_month();
    const std::vector<double> wanted(expected.begin(), expected.end());
    const std::span<const double> copied = copy.run_month();
    ASSERT_EQ(std::vector<double>(copied.begin(), copied.end()), wanted);
    const std::span<const double> resumed = restored.run_month();
    ASSERT_EQ(std::vector<double>(resumed.begin(), resumed.end()), wanted);
  }
}

TEST_F(NorthernTriangle, ThreadsThatHelpChangeNoBit) {
  Simulation alone(system_, scenario(*system_, "as-enacted"));
  Simulation helped = alone;
  Helpers helpers;
  const LentThreads threads(helpers, 2);
  helped.let_help(&helpers);
  for (int month = 0; month < 60; ++month) {
    const auto left = alone.run_month(), right = helped.run_month();
    ASSERT_TRUE(std::ranges::equal(left, right)) << alone.month().text();
  }
  EXPECT_EQ(alone.save(), helped.save());
}

TEST_F(NorthernTriangle, MembersDiffer) {
  Simulation a(system_, scenario(*system_, "as-enacted", 0));
  Simulation b(system_, scenario(*system_, "as-enacted", 1));
  const std::span<const double> first = a.run_month();
  const std::vector<double> of_a(first.begin(), first.end());
  const std::span<const double> second = b.run_month();
  EXPECT_NE(of_a, std::vector<double>(second.begin(), second.end()));
}

// The loop by which news of arrivals draws others on runs through people: it is there in a coupled
// run, with a share in each month.
TEST_F(NorthernTriangle, ExpectedCountsAreRecordedOfTheSameRun) {
  Simulation drawn(system_, scenario(*system_, "as-enacted"));
  Simulation expected = drawn;
  expected.record_expected();
  std::map<people::Count, std::pair<double, double>> sums; // drawn, expected
  for (int month = 0; month < 144; ++month) {
    const auto left = drawn.run_month(), right = expected.run_month();
    for (const Outcome& outcome : system_->outcomes()) {
      const bool known = outcome.count == people::Count::departures ||
                         outcome.count == people::Count::returns_from_us;
      for (std::size_t c = outcome.offset; c < outcome.offset + outcome.size; ++c) {
        if (!known) {
          ASSERT_EQ(left[c], right[c]) << outcome.spec->name;
          continue;
        }
        sums[*outcome.count].first += left[c];
        sums[*outcome.count].second += right[c];
      }
    }
  }
  ASSERT_EQ(sums.size(), 2U);
  for (const auto& [count, sum] : sums) {
    EXPECT_NE(sum.first, sum.second);
    // Thousands of simulated persons in parties of up to six: luck moves them by some 2 percent.
    EXPECT_NEAR(sum.second / sum.first, 1.0, 0.06);
  }
  EXPECT_EQ(drawn.save(), expected.save());
}

TEST_F(NorthernTriangle, LoopsOfACoupledRunPassThroughPeople) {
  conditions::LoopOptions options;
  options.window = 12;
  const conditions::LoopAnalysis analysis =
      analyse_loops(*system_, Simulation(system_, scenario(*system_, "as-enacted")), 36, options);
  ASSERT_EQ(analysis.times.size(), 34u);
  ASSERT_FALSE(analysis.periods.empty());
  double through_people = 0;
  const conditions::VariableId departures = *system_->model()->find("departures");
  for (std::size_t l = 0; l < analysis.main_loops; ++l) {
    const conditions::Loop& loop = analysis.loops[l];
    if (std::find(loop.variables.begin(), loop.variables.end(), departures) != loop.variables.end())
      through_people += loop.weight;
  }
  EXPECT_GT(through_people, 0.001);
  for (std::size_t t = 0; t < analysis.times.size(); ++t) {
    double sum = 0;
    for (std::size_t l = 0; l < analysis.main_loops; ++l)
      sum += std::abs(analysis.loops[l].shares[t]);
    EXPECT_NEAR(sum, 1, 1e-6);
  }
}

} // namespace
} // namespace cauce::system
