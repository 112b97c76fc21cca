// The fast simulation against the slow one, conservation, and sameness.
#include "oracle.hpp"
#include "small_case.hpp"

#include <algorithm>
#include <cmath>
#include <rapidcheck.h>

namespace cauce::flee {
namespace {

// Two conflict zones, three towns, three camps (two with little room), a border that closes.
SmallCase region(int awareness) {
  SmallCase small;
  small.locations = std::string(location_header) +
                    "a,r,home,1,1,conflict_zone,0,100000\nb,r,home,1,2,conflict_zone,0,100000\n"
                    "t,r,home,1,3,town,,0\nu,r,home,1,4,town,,0\nv,r,east,1,5,town,,0\n"
                    "x,r,east,1,6,camp,,300\ny,r,west,1,7,camp,,900\nz,r,west,1,8,camp,,0\n";
  small.routes =
      "a,b,60\na,t,90\nb,t,40\nt,u,120\nu,v,310\nu,y,250\nv,x,80\nt,y,500\ny,z,150\na,v,420\n";
  small.closures += "country,home,west,4,9\n";
  small.counts = {{"x", "2020-01-01,0\n"}, {"y", "2020-01-01,0\n"}, {"z", "2020-01-01,0\n"}};
  small.settings =
      "spawn_rules:\n  conflict_driven_spawning:\n    displaced_per_conflict_day: 40\n"
      "move_rules:\n  camp_movechance: 0.02\n  conflict_weight: 0.25\n  camp_weight: 1.5\n"
      "  awareness_level: " +
      std::to_string(awareness) + "\n";
  small.days = 30;
  return small;
}

// Means of 200 runs each agree within 5 standard errors in every place on four days, and variances
// within 5 of theirs. A mean that is off by 0.7 standard deviations of a single run is 7 standard
// errors of the difference away, and is found with probability 0.97.
class SameLaw : public testing::TestWithParam<int> {};

TEST_P(SameLaw, AsAskingEverybodyEveryDay) {
  const Case c = read_small(region(GetParam()));
  constexpr int runs = 200, places = 8, days = 20;
  const std::vector<int> looked{1, 4, 9, 19};
  std::vector<double> fast(looked.size() * places), fast_squares(fast), slow(fast),
      slow_squares(fast);
  const auto look = [&](int day, auto persons, std::vector<double>& sum,
                        std::vector<double>& squares) {
    const auto found = std::find(looked.begin(), looked.end(), day);
    if (found == looked.end())
      return;
    for (std::uint32_t place = 0; place < places; ++place) {
      const double count = static_cast<double>(persons(place));
      const auto index = static_cast<std::size_t>(found - looked.begin()) * places + place;
      sum[index] += count;
      squares[index] += count * count;
    }
  };
  for (int run = 0; run < runs; ++run) {
    Simulation simulation(c.input, c.settings, c.data,
                          random::Key::of(static_cast<std::uint64_t>(run)));
    Oracle oracle(c, static_cast<unsigned>(run) + 1000);
    for (int day = 0; day < days; ++day) {
      simulation.step();
      oracle.step();
      look(
          day, [&](std::uint32_t place) { return simulation.persons(place); }, fast, fast_squares);
      look(
          day, [&](std::uint32_t place) { return oracle.persons(place); }, slow, slow_squares);
    }
  }
  for (std::size_t i = 0; i < fast.size(); ++i) {
    const double mean = fast[i] / runs, other = slow[i] / runs;
    const double variance = fast_squares[i] / runs - mean * mean;
    const double other_variance = slow_squares[i] / runs - other * other;
    const double error = std::sqrt((variance + other_variance) / runs);
    EXPECT_NEAR(mean, other, 5.0 * error + 1e-9)
        << "day " << looked[i / places] << " place " << i % places;
    if (variance > 4.0) {
      // Five standard errors of the logarithm of a ratio of two variances (normal counts).
      EXPECT_NEAR(std::log(variance / other_variance), 0.0, 5.0 * 2.0 / std::sqrt(runs))
          << "day " << looked[i / places] << " place " << i % places;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Awareness, SameLaw, testing::Values(1, 2));

TEST(FleeSimulation, NobodyIsLostOrMade) {
  EXPECT_TRUE(rc::check([] {
    SmallCase small = region(*rc::gen::inRange(0, 4));
    const char* kinds[] = {"country,home,west", "country,home,east", "location,t,", "location,y,",
                           "link,u,y",          "camp,x,",           "location,a,"};
    for (int i = *rc::gen::inRange(0, 6); i > 0; --i) {
      small.closures += std::string(kinds[*rc::gen::inRange(0, 7)]) + "," +
                        std::to_string(*rc::gen::inRange(0, 30)) + "," +
                        std::to_string(*rc::gen::inRange(0, 30)) + "\n";
    }
    small.settings += *rc::gen::arbitrary<bool>() ? "  avoid_short_stints: True\n" : "";
    small.settings += *rc::gen::arbitrary<bool>() ? "  start_on_foot: True\n" : "";
    const Case c = read_small(small);
    Simulation simulation(c.input, c.settings, c.data,
                          random::Key::of(*rc::gen::arbitrary<std::uint64_t>()));
    for (int day = 0; day < small.days; ++day) {
      simulation.step();
      std::int64_t sum = simulation.persons_travelling();
      for (std::uint32_t place = 0; place < 8; ++place) {
        RC_ASSERT(simulation.persons(place) >= 0);
        sum += simulation.persons(place);
      }
      RC_ASSERT(sum == simulation.total_persons());
      RC_ASSERT(sum == std::int64_t{80} * (day + 1));
    }
  }));
}

TEST(FleeSimulation, SameSeedSameBytesOtherSeedOtherRun) {
  const Case c = read_small(region(2));
  const std::string first = to_csv(c, run_case(c, 7));
  EXPECT_EQ(first, to_csv(c, run_case(c, 7)));
  EXPECT_NE(first, to_csv(c, run_case(c, 8)));
}

TEST(FleeSpawning, TakesTheDisplacedFromThePopulation) {
  SmallCase small = region(1);
  small.settings = "spawn_rules:\n  take_from_population: True\n  conflict_driven_spawning:\n"
                   "    spawn_mode: pop_ratio\n    displaced_per_conflict_day: 0.1\n";
  // 10 percent of 100,000, then of 90,000, ... from each of two zones.
  const CaseResult result = run_case(read_small(small), 1);
  double left = 100'000;
  std::int64_t gone = 0;
  for (const DayResult& day : result.days) {
    const double today = std::floor(left * 0.1);
    left -= today;
    gone += 2 * static_cast<std::int64_t>(today);
    EXPECT_EQ(day.total, gone);
  }
  small.settings = "spawn_rules:\n  take_from_population: True\n  conflict_driven_spawning:\n"
                   "    displaced_per_conflict_day: 60000\n";
  try {
    run_case(read_small(small), 1);
    FAIL() << "more left than lived there";
  } catch (const Error& problem) {
    EXPECT_EQ(problem.diagnostic().code, "W141");
  }
}

TEST(FleeSpawning, PoissonHasItsMean) {
  SmallCase small = region(1);
  small.settings = "spawn_rules:\n  conflict_driven_spawning:\n    spawn_mode: Poisson\n"
                   "    displaced_per_conflict_day: 50\n";
  double sum = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    sum += static_cast<double>(run_case(read_small(small), seed).days.back().total);
  }
  // 40 runs of 30 days of two zones: 120,000 expected, standard deviation 346.
  EXPECT_NEAR(sum, 120'000, 5 * 346);
}

TEST(FleeSpawning, FollowsPopulationConflictAndDecay) {
  SmallCase small;
  small.locations = std::string(location_header) +
                    "a,r,home,1,1,conflict_zone,0,30000\nb,r,home,1,2,conflict_zone,2,10000\n"
                    "camp,r,abroad,1,3,camp,,0\n";
  small.routes = "a,camp,100\n";
  small.days = 5;
  small.counts = {{"camp", "2020-01-01,0\n2020-01-02,0\n2020-01-03,40000\n2020-01-05,40000\n"}};
  small.settings = "move_rules:\n  conflict_movechance: 0.006\n";
  const auto in_b = [&] {
    const Case c = read_small(small);
    Simulation simulation(c.input, c.settings, c.data, random::Key::of(1));
    for (int day = 0; day < 3; ++day)
      simulation.step();
    return static_cast<double>(simulation.persons(1)); // b has no way out
  };
  // The zone in b breaks out on day 2, the day on which 40,000 are displaced: a quarter of them.
  EXPECT_NEAR(in_b(), 10'000, 5 * std::sqrt(40'000 * 0.25 * 0.75));
  // The older conflict in a (since before day 0) has decayed to a third.
  small.settings += "spawn_rules:\n  conflict_spawn_decay: [1.0, 0.3333333333]\n  "
                    "conflict_spawn_decay_interval: 2\n";
  EXPECT_NEAR(in_b(), 20'000, 5 * std::sqrt(40'000 * 0.25));
}

TEST(FleeSpawning, FallsAreADebtThatRisesPay) {
  SmallCase small = region(1);
  small.settings = "";
  small.days = 6;
  small.counts["z"] = "2020-01-01,1000\n2020-01-02,1200\n2020-01-03,900\n2020-01-04,1000\n2020-01-"
                      "05,1500\n2020-01-06,1500\n";
  const CaseResult result = run_case(read_small(small), 1);
  const std::vector<std::int64_t> total{1000, 1200, 1200, 1200, 1500, 1500};
  const std::vector<std::int64_t> debt{0, 0, 300, 200, 0, 0};
  const std::vector<std::int64_t> raw{1000, 1200, 900, 1000, 1500, 1500};
  for (std::size_t day = 0; day < 6; ++day) {
    EXPECT_EQ(result.days[day].total, total[day]) << day;
    EXPECT_EQ(result.days[day].debt, debt[day]) << day;
    EXPECT_EQ(result.days[day].raw_count, raw[day]) << day;
  }
}

} // namespace
} // namespace cauce::flee
