// Life at home: counts against one draw for each person, and against integrated hazards.
#include "synthetic.hpp"

#include "cauce/base/distributions.hpp"
#include "cauce/people/home/binomials.hpp"
#include "cauce/people/home/oracle.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>
#include <numeric>

namespace cauce::people {
namespace {

TEST(Binomials, EqualTheScalarInversion) {
  std::int64_t compared = 0, different = 0;
  EXPECT_TRUE(rc::check("lanes", [&] {
    Lanes trials, p, u, successes;
    for (std::size_t i = 0; i < lane_count; ++i) {
      trials[i] = *rc::gen::inRange(0, 1 << *rc::gen::inRange(1, 22));
      p[i] = std::pow(10.0, -0.001 * *rc::gen::inRange(0, 7000)) * *rc::gen::inRange(0, 2);
      u[i] = *rc::gen::inRange(0, 1 << 30) * 0x1p-30;
    }
    binomials(trials, p, u, successes);
    for (std::size_t i = 0; i < lane_count; ++i) {
      const auto exact =
          static_cast<double>(random::binomial(static_cast<std::uint64_t>(trials[i]), p[i], u[i]));
      ++compared;
      if (successes[i] == exact)
        continue;
      // Only where u lies on the edge between two values to within rounding.
      ++different;
      RC_ASSERT(std::abs(successes[i] - exact) <= 1.0);
    }
  }));
  EXPECT_GT(compared, 1000);
  EXPECT_LE(different, 1);
}

TEST(Binomials, EdgesOfTheRange) {
  Lanes trials{}, p{}, u{}, successes{};
  trials.fill(1000.0);
  p = {0.0, -1.0, 1.0, 2.0, 0.5, 0.5, 1e-300, std::nan(""), 1e-3};
  u = {0.999, 0.999, 0.0, 0.0, 0.0, 1.0 - 0x1p-53, 1.0 - 0x1p-53, 0.5, 1.0 - 0x1p-53};
  binomials(trials, p, u, successes);
  EXPECT_EQ(successes[0], 0.0);
  EXPECT_EQ(successes[1], 0.0);
  EXPECT_EQ(successes[2], 1000.0);
  EXPECT_EQ(successes[3], 1000.0);
  EXPECT_LT(successes[4], 400.0);
  EXPECT_GT(successes[5], 600.0);
  EXPECT_EQ(successes[6], 0.0);
  EXPECT_EQ(successes[7], 0.0);
  EXPECT_LT(successes[8], 20.0);
}

// One department whose travellers stay on the road for ever, so that home is all that moves.
struct Alone {
  std::shared_ptr<const people::Setup> people = synthetic::setup({1500, 0, 1, 1.0});
  Rates rates = synthetic::rates(*people);
  Alone() {
    for (double& h : rates[Rate::departure])
      h *= 20.0;
    for (double& h : rates[Rate::victimisation])
      h *= 10.0;
    for (double& h : rates[Rate::displacement])
      h *= 50.0;
    synthetic::fill(rates[Rate::death], 0.01);
    synthetic::fill(rates[Rate::birth], 0.02);
    synthetic::fill(rates[Rate::speed], 0.0);
  }
};

constexpr std::size_t statistic_count = 3 * stratum_count + 9;
using Statistics = std::array<double, statistic_count>;
constexpr std::uint32_t steps = 16;

Statistics by_world(const Alone& alone, std::uint64_t seed) {
  World world(alone.people, random::Key::of(seed));
  Statistics statistics{};
  for (std::uint32_t step = 0; step < steps; ++step) {
    world.step(alone.rates, 0.25, step);
    const auto& counts = world.counts();
    const auto all = [&](Count count) {
      const auto cells = counts[count];
      return static_cast<double>(std::accumulate(cells.begin(), cells.end(), std::int64_t{0}));
    };
    double* sums = statistics.data();
    *sums++ += all(Count::births);
    *sums++ += all(Count::deaths);
    *sums++ += all(Count::victimised);
    *sums++ += all(Count::displaced);
    for (std::size_t kind = 0; kind < 3; ++kind) {
      *sums++ += static_cast<double>(counts[Count::departures][kind]);
    }
    *sums++ += static_cast<double>(counts[Count::parties][1]);
  }
  for (std::size_t i = 0; i < 3; ++i) {
    statistics[8 + i] = static_cast<double>(world.counts()[Count::home][i]);
  }
  for (std::size_t i = 0; i < stratum_count; ++i) {
    statistics[11 + i] = static_cast<double>(world.counts()[Count::residents][i]);
  }
  return statistics;
}

Statistics by_persons(const Alone& alone, std::uint64_t seed) {
  HomeOracle oracle(*alone.people, 0, random::Key::of(seed));
  Statistics statistics{};
  for (std::uint32_t step = 0; step < steps; ++step) {
    const auto events = oracle.step(alone.rates, 0.25, step);
    double* sums = statistics.data();
    for (const std::int64_t n :
         {events.births, events.deaths, events.victimised, events.displaced, events.departures[0],
          events.departures[1], events.departures[2], events.parties[1]}) {
      *sums++ += static_cast<double>(n);
    }
  }
  const auto residents = oracle.residents();
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t s = 0; s < stratum_count; ++s) {
      statistics[8 + i] += static_cast<double>(residents[i][s]);
      statistics[11 + s] += static_cast<double>(residents[i][s]);
    }
  }
  return statistics;
}

// 400 seeds each. A mean that is off by 0.4 of its standard deviation is found with probability
// 0.93, a variance that is off by a factor of 1.8 with probability 0.93, at |z| > 4.2 (for 46
// comparisons together a chance of 0.0012 to err). A wrong order of draws or a risk left out moves
// means by more.
TEST(Home, CountsAreOneDrawForEachPersonInDistribution) {
  const Alone alone;
  constexpr int seeds = 400;
  Statistics mean[2]{}, square[2]{};
  for (int seed = 0; seed < seeds; ++seed) {
    const Statistics both[2] = {by_world(alone, 1000 + static_cast<std::uint64_t>(seed)),
                                by_persons(alone, 5000 + static_cast<std::uint64_t>(seed))};
    for (int which = 0; which < 2; ++which) {
      for (std::size_t i = 0; i < statistic_count; ++i) {
        mean[which][i] += both[which][i] / seeds;
        square[which][i] += both[which][i] * both[which][i] / seeds;
      }
    }
  }
  int compared = 0;
  for (std::size_t i = 0; i < statistic_count; ++i) {
    const double variance[2] = {square[0][i] - mean[0][i] * mean[0][i],
                                square[1][i] - mean[1][i] * mean[1][i]};
    if (variance[1] == 0.0) {
      EXPECT_EQ(mean[0][i], mean[1][i]) << i;
      continue;
    }
    ++compared;
    const double z = (mean[0][i] - mean[1][i]) / std::sqrt((variance[0] + variance[1]) / seeds);
    EXPECT_LT(std::abs(z), 4.2) << "mean of statistic " << i << ": " << mean[0][i] << " against "
                                << mean[1][i];
    const double log_ratio = std::log(variance[0] / variance[1]) / std::sqrt(4.0 / seeds);
    EXPECT_LT(std::abs(log_ratio), 4.2) << "variance of statistic " << i;
  }
  EXPECT_GE(compared, 22);
}

TEST(Home, DeparturesMatchTheIntegratedHazard) {
  const auto people = synthetic::setup({600'000, 0, 6, 1.0});
  Rates rates = synthetic::rates(*people);
  // One competing risk only, and nobody comes back.
  for (const Rate rate : {Rate::birth, Rate::death, Rate::victimisation, Rate::displacement,
                          Rate::income_move, Rate::child_gain, Rate::child_loss, Rate::kin_loss}) {
    synthetic::fill(rates[rate], 0.0);
  }
  synthetic::fill(rates[Rate::speed], 0.0);
  for (std::size_t i = 0; i < rates[Rate::departure].size(); ++i) {
    rates[Rate::departure][i] *= i % 3 == 0 ? 5.0 : 0.0; // adults
  }
  World world(people, random::Key::of(3));
  double chi_square = 0.0;
  int cells = 0;
  const auto start = world.counts();
  double integral_factor = 0.0;
  for (std::uint32_t step = 0; step < 48; ++step) {
    Rates now = rates;
    const double season = 1.0 + 0.8 * std::sin(step * 0.4);
    for (double& h : now[Rate::departure])
      h *= season;
    integral_factor += season * 0.25;
    world.step(now, 0.25, step);
  }
  for (std::size_t cell = 0; cell < start[Count::residents].size(); ++cell) {
    const auto n = static_cast<double>(start[Count::residents][cell]);
    const double h = rates[Rate::departure][cell * 3] * integral_factor;
    const double p = 1.0 - std::exp(-h);
    const double left = n - static_cast<double>(world.counts()[Count::residents][cell]);
    chi_square += (left - n * p) * (left - n * p) / (n * p * (1.0 - p));
    ++cells;
  }
  // 72 cells: mean 72, standard deviation 12.
  EXPECT_EQ(cells, 72);
  EXPECT_LT(chi_square, 72 + 4.5 * 12);
  EXPECT_GT(chi_square, 72 - 4.5 * 12);
}

TEST(Home, AHigherHazardNeverMeansFewerDepartures) {
  const auto people = synthetic::setup({60'000, 0, 2, 1.0});
  Rates rates = synthetic::rates(*people);
  std::int64_t before = -1;
  for (int i = 0; i < 30; ++i) {
    for (double& h : rates[Rate::departure])
      h *= 1.05;
    World world(people, random::Key::of(5));
    world.step(rates, 0.25, 0);
    const auto parties = world.counts()[Count::parties];
    const std::int64_t now = std::accumulate(parties.begin(), parties.end(), std::int64_t{0});
    EXPECT_GE(now, before);
    before = now;
  }
  EXPECT_GT(before, 20);
}

TEST(Home, AnArrivalGivesARelativeAbroad) {
  const auto people = synthetic::setup({200'000, 0, 1, 1.0});
  Rates rates = synthetic::rates(*people);
  for (const Rate rate : {Rate::birth, Rate::death, Rate::income_move, Rate::child_gain,
                          Rate::child_loss, Rate::kin_loss}) {
    synthetic::fill(rates[rate], 0.0);
  }
  synthetic::fill(rates[Rate::kin_gained_per_arrival], 1.5);
  // Only strata without relatives leave.
  for (std::size_t i = 0; i < rates[Rate::departure].size(); ++i) {
    if ((i / 3 & 2) != 0)
      rates[Rate::departure][i] = 0.0;
    else
      rates[Rate::departure][i] *= 10.0;
  }
  World world(people, random::Key::of(6));
  const auto with_kin = [&] {
    std::int64_t n = 0;
    for (std::size_t s = 0; s < stratum_count; ++s) {
      if ((s & 2) != 0)
        n += world.counts()[Count::residents][s];
    }
    return n;
  };
  const std::int64_t start = with_kin();
  std::int64_t arrivals = 0;
  for (std::uint32_t step = 0; step < 40; ++step) {
    world.step(rates, 0.25, step);
    for (const std::int64_t n : world.counts()[Count::arrivals])
      arrivals += n;
  }
  ASSERT_GT(arrivals, 1000);
  // Rounding of each stratum and step by chance: a standard deviation of at most 0.5 each.
  EXPECT_NEAR(static_cast<double>(with_kin() - start), 1.5 * static_cast<double>(arrivals),
              4.5 * 0.5 * std::sqrt(40.0 * 6));
}

// In the first step all worlds have the same people, so that what is expected is one number, and
// what is drawn has it as its mean (families that find too few members are rare at this size).
TEST(Home, ExpectedDeparturesAreTheMeanOfThoseDrawn) {
  const Alone alone;
  constexpr int worlds = 4000;
  std::array<double, kind_count> sum{}, squares{};
  std::vector<double> expected;
  for (int w = 0; w < worlds; ++w) {
    World world(alone.people, random::Key::of(static_cast<std::uint64_t>(w)));
    world.step(alone.rates, 0.25, 0, {.expect = true});
    const auto own = world.expected(Count::departures);
    ASSERT_EQ(own.size(), kind_count);
    if (expected.empty())
      expected.assign(own.begin(), own.end());
    ASSERT_TRUE(std::equal(own.begin(), own.end(), expected.begin())) << "depends on luck";
    for (std::size_t kind = 0; kind < kind_count; ++kind) {
      const auto left = static_cast<double>(world.counts()[Count::departures][kind]);
      sum[kind] += left;
      squares[kind] += left * left;
    }
  }
  for (std::size_t kind = 0; kind < kind_count; ++kind) {
    const double mean = sum[kind] / worlds;
    const double error = std::sqrt((squares[kind] / worlds - mean * mean) / worlds);
    EXPECT_GT(expected[kind], 0.0);
    EXPECT_NEAR(mean, expected[kind], 4.0 * error) << "kind " << kind;
  }
}

} // namespace
} // namespace cauce::people
