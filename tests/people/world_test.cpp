// The laws that every world keeps: nobody is lost, the same seed gives the same bits, recording and
// levers without effect change nothing, and one more traveller is one more life only.
#include "synthetic.hpp"

#include "cauce/base/helpers.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>

namespace cauce::people {
namespace {
using synthetic::rates;
using synthetic::setup;

constexpr random::Key key = random::Key::of(11);

std::shared_ptr<const Setup> small() { return setup({60'000, 6'000, 5, 1.0}); }

std::int64_t sum(const World& world, Count count) {
  std::int64_t total = 0;
  for (const std::int64_t n : world.counts()[count])
    total += n;
  return total;
}

void run(World& world, const Rates& with, std::uint32_t from, std::uint32_t until,
         StepOptions options = {}) {
  for (std::uint32_t step = from; step < until; ++step)
    world.step(with, 0.25, step, options);
}

TEST(World, NobodyIsLostUnderRandomRates) {
  const auto people = small();
  EXPECT_TRUE(rc::check("conservation in every step", [&] {
    Rates random = rates(*people);
    for (std::size_t r = 0; r < rate_fields().size(); ++r) {
      const auto cells = random[static_cast<Rate>(r)];
      const double factor = *rc::gen::element(0.0, 0.1, 1.0, 3.0, 20.0, 1000.0);
      const bool one_cell = *rc::gen::arbitrary<bool>();
      const std::size_t cell = *rc::gen::inRange<std::size_t>(0, cells.size());
      // Utilities keep their size: they are exponents.
      const auto rate = static_cast<Rate>(r);
      if (rate == Rate::corridor_utility || rate == Rate::sector_utility ||
          rate == Rate::utility_per_100km)
        continue;
      for (std::size_t i = 0; i < cells.size(); ++i) {
        if (!one_cell || i == cell)
          cells[i] *= factor;
      }
    }
    World world(people, random::Key::of(*rc::gen::arbitrary<std::uint64_t>()));
    const std::int64_t start = world.total();
    for (std::uint32_t step = 0; step < 12; ++step) {
      world.step(random, 0.25, step);
      RC_ASSERT(world.count_everyone() == world.total());
      RC_ASSERT(world.total() + world.dead() - world.born() == start);
      RC_ASSERT(sum(world, Count::residents) + sum(world, Count::on_road) +
                    sum(world, Count::standing) ==
                world.total());
      RC_ASSERT(sum(world, Count::home) == sum(world, Count::residents));
      RC_ASSERT(sum(world, Count::abroad) == sum(world, Count::standing));
      for (const std::int64_t n : world.counts()[Count::home])
        RC_ASSERT(n >= 0);
      for (const std::int64_t n : world.counts()[Count::residents])
        RC_ASSERT(n >= 0);
    }
  }));
}

TEST(World, CountsOfAStepAddUp) {
  const auto people = small();
  World world(people, key);
  std::int64_t on_road = sum(world, Count::on_road), dead = world.dead();
  const Rates with = rates(*people);
  for (std::uint32_t step = 0; step < 100; ++step) {
    const auto before = world.counts();
    world.step(with, 0.25, step);
    const auto& counts = world.counts();
    // The road: who set out or came from the north of Mexico, less who left it.
    std::int64_t onward = 0, deaths_waiting = 0;
    for (std::size_t i = 0; i < counts[Count::status_moves].size(); ++i) {
      if (i % 17 == static_cast<std::size_t>(Move::onward))
        onward += counts[Count::status_moves][i];
      if (i % 17 == static_cast<std::size_t>(Move::death))
        deaths_waiting += counts[Count::status_moves][i];
    }
    std::int64_t settled = 0, released = 0;
    const auto harms = counts[Count::harms];
    for (std::size_t i = 0; i < 9; ++i) {
      settled += harms[static_cast<std::size_t>(RoadEvent::settle) * 9 + i];
    }
    std::int64_t gone_to_border = sum(world, Count::dispositions) +
                                  sum(world, Count::entries_undetected) +
                                  sum(world, Count::crossing_deaths);
    // Expelled parties that try again stay on the road: they are not expected to vanish here, so
    // the comparison is an inequality for them and exact for everyone else.
    const std::int64_t expelled = [&] {
      std::int64_t n = 0;
      for (std::size_t i = 0; i < counts[Count::dispositions].size(); ++i) {
        if (i % 7 == static_cast<std::size_t>(Disposition::expelled))
          n += counts[Count::dispositions][i];
      }
      return n;
    }();
    released = sum(world, Count::mexico_apprehensions) - sum(world, Count::mexico_asylum_claims);
    const std::int64_t most_left = sum(world, Count::mexico_asylum_claims) + released + settled +
                                   sum(world, Count::road_gave_up) +
                                   sum(world, Count::road_deaths) + gone_to_border;
    const std::int64_t entered = sum(world, Count::departures) + onward;
    const std::int64_t left = on_road + entered - sum(world, Count::on_road);
    EXPECT_LE(left, most_left);
    EXPECT_GE(left, most_left - released - expelled);
    on_road = sum(world, Count::on_road);
    // Deaths: at home, on the road, at the border, with a standing.
    EXPECT_EQ(world.dead() - dead, sum(world, Count::deaths) + sum(world, Count::road_deaths) +
                                       sum(world, Count::crossing_deaths) + deaths_waiting);
    dead = world.dead();
    EXPECT_EQ(sum(world, Count::port_encounters) + sum(world, Count::apprehensions),
              sum(world, Count::dispositions));
    EXPECT_LE(sum(world, Count::apprehensions_again), sum(world, Count::apprehensions));
    EXPECT_EQ(sum(world, Count::departures),
              sum(world, Count::departures_first) + sum(world, Count::retries));
  }
}

TEST(World, SameSeedSameBitsForAnyNumberOfThreads) {
  const auto people = small();
  const Rates with = rates(*people);
  std::vector<std::vector<std::byte>> saved;
  for (const std::size_t threads : {1, 2, 3, 8}) {
    Helpers helpers;
    const LentThreads lent(helpers, threads - 1);
    World world(people, key);
    run(world, with, 0, 60, {nullptr, &helpers});
    saved.push_back(world.save());
  }
  for (const auto& other : saved)
    EXPECT_EQ(saved[0], other);
  World other(people, random::Key::of(12));
  run(other, with, 0, 60);
  EXPECT_NE(saved[0], other.save());
}

TEST(World, ResumedEqualsStraight) {
  const auto people = small();
  const Rates with = rates(*people);
  World straight(people, key);
  run(straight, with, 0, 40);
  const auto half = straight.save();
  World copy = straight;
  run(straight, with, 40, 90);
  run(copy, with, 40, 90);
  World resumed(people, random::Key::of(99));
  resumed.restore(half);
  EXPECT_EQ(resumed.save(), half);
  run(resumed, with, 40, 90);
  EXPECT_EQ(resumed.save(), straight.save());
  EXPECT_EQ(copy.save(), straight.save());
}

TEST(World, DamagedSnapshotsAreRefused) {
  const auto people = small();
  World world(people, key);
  run(world, rates(*people), 0, 10);
  const auto good = world.save();
  World other(people, key);
  const auto before = other.save();
  EXPECT_TRUE(rc::check("any cut or flipped byte", [&] {
    auto bad = good;
    if (*rc::gen::arbitrary<bool>())
      bad.resize(*rc::gen::inRange<std::size_t>(0, good.size()));
    else
      bad[*rc::gen::inRange<std::size_t>(0, good.size())] ^= std::byte{4};
    RC_ASSERT_THROWS_AS(other.restore(bad), Error);
    RC_ASSERT(other.save() == before);
  }));
  const auto elsewhere = setup({70'000, 6'000, 5, 1.0});
  World stranger(elsewhere, key);
  try {
    stranger.restore(good);
    FAIL() << "restored people of another setup";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "error J010: the saved people belong to another setup (save again "
                               "with the same pack and scale)");
  }
}

// Keeps every life's events.
class Lives : public EventSink {
 public:
  void record(const Event& event) override {
    std::string& life = lives[event.id.bits];
    life += fmt::format("{}:{}/{}/{}/{}/{:a} ", event.step, event_name(event.kind), event.what,
                        event.place, event.persons, event.probability);
  }
  std::map<std::uint64_t, std::string> lives;
};

TEST(World, RecordingChangesNothing) {
  const auto people = small();
  const Rates with = rates(*people);
  World silent(people, key), told(people, key);
  Lives lives;
  run(silent, with, 0, 50);
  run(told, with, 0, 50, {&lives});
  EXPECT_EQ(silent.save(), told.save());
  EXPECT_GT(lives.lives.size(), 100U);
}

TEST(World, ALeverThatActsOnNobodyChangesNothing) {
  const auto people = small();
  const Rates with = rates(*people);
  Rates other = with;
  // Nobody has DACA or waits at ports in these rates.
  for (double& share : other[Rate::port_share])
    share = 0.0;
  Rates base = other;
  synthetic::fill(other[Rate::port_wait], 7.0);
  synthetic::fill(other[Rate::port_disposition], 0.3);
  World a(people, key), b(people, key);
  run(a, base, 0, 60);
  run(b, other, 0, 60);
  EXPECT_EQ(a.save(), b.save());
}

TEST(World, OneMoreTravellerIsOneMoreLife) {
  // From step 10 on nobody else leaves; in one world one cell sends more in step 9.
  const auto people = small();
  const Rates with = rates(*people);
  Rates quiet = with;
  synthetic::fill(quiet[Rate::departure], 0.0);
  synthetic::fill(quiet[Rate::kin_gained_per_arrival], 0.0);
  Rates more = with;
  more[Rate::departure][3 * 3] *= 40.0; // department 0, stratum 3, adults
  Lives lives_a, lives_b;
  World a(people, key), b(people, key);
  for (std::uint32_t step = 0; step < 10; ++step) {
    a.step(with, 0.25, step, {&lives_a});
    b.step(step == 9 ? more : with, 0.25, step, {&lives_b});
  }
  for (std::uint32_t step = 10; step < 80; ++step) {
    a.step(quiet, 0.25, step, {&lives_a});
    b.step(quiet, 0.25, step, {&lives_b});
  }
  std::size_t extra = 0;
  for (const auto& [id, life] : lives_b.lives) {
    const auto found = lives_a.lives.find(id);
    if (found == lives_a.lives.end()) {
      ++extra;
      EXPECT_EQ(PersonId{id}.stratum(), 3U);
      EXPECT_EQ(PersonId{id}.step(), 9U);
    } else {
      EXPECT_EQ(found->second, life);
    }
  }
  EXPECT_EQ(lives_a.lives.size() + extra, lives_b.lives.size());
  EXPECT_GT(extra, 0U);
}

TEST(World, NoHazardsNothingHappens) {
  const auto people = small();
  const Rates nothing(rate_fields(), people->axes);
  World world(people, key);
  const auto before = world.counts();
  run(world, nothing, 0, 20);
  for (std::size_t i = 0; i < count_fields().size(); ++i) {
    const auto now = world.counts()[static_cast<Count>(i)];
    const auto then = before[static_cast<Count>(i)];
    EXPECT_TRUE(std::equal(now.begin(), now.end(), then.begin())) << count_fields()[i].name;
  }
}

TEST(World, BadRatesNeitherCrashNorHang) {
  const auto people = setup({3'000, 300, 3, 1.0});
  const double odd[] = {0.0,
                        -1.0,
                        1e300,
                        std::numeric_limits<double>::infinity(),
                        std::numeric_limits<double>::quiet_NaN(),
                        1e-320,
                        1.0};
  EXPECT_TRUE(rc::check("any rates", [&] {
    Rates bad = rates(*people);
    for (int i = 0; i < 6; ++i) {
      const auto rate =
          static_cast<Rate>(*rc::gen::inRange(0, static_cast<int>(rate_fields().size())));
      const auto cells = bad[rate];
      // Paying for distance would make endless journeys best: an error that the road reports.
      if (rate == Rate::utility_per_100km)
        continue;
      const double value = odd[*rc::gen::inRange(0, 7)];
      const std::size_t cell = *rc::gen::inRange<std::size_t>(0, cells.size());
      if (*rc::gen::arbitrary<bool>())
        cells[cell] = value;
      else
        synthetic::fill(cells, value);
    }
    World world(people, key);
    const std::int64_t start = world.total();
    run(world, bad, 0, 6);
    RC_ASSERT(world.total() + world.dead() - world.born() == start);
    RC_ASSERT(world.total() == world.count_everyone());
  }));
}

TEST(World, ScaleKeepsCellsInProportion) {
  const auto full = setup({34e6, 2.2e6, 54, 1.0});
  const auto coarse = setup({34e6, 2.2e6, 54, 50.0});
  const World world(coarse, key);
  const World everyone(full, key);
  for (std::size_t i = 0; i < full->residents.size(); ++i) {
    EXPECT_NEAR(static_cast<double>(world.counts()[Count::residents][i]),
                static_cast<double>(full->residents[i]) / 50.0, 1.0);
  }
  EXPECT_NEAR(static_cast<double>(world.total()), static_cast<double>(everyone.total()) / 50.0,
              120.0);
}

TEST(World, SetupMistakesAreAllReported) {
  people::Setup broken = *small();
  broken.residents.pop_back();
  broken.scale = 0.5;
  broken.axes.elements[static_cast<std::size_t>(Axis::corridor)][0] = "pacifica";
  Diagnostics findings;
  check(broken, findings);
  EXPECT_NE(findings.text().find("J001: residents has 59 values, the axes need 60"),
            std::string::npos)
      << findings.text();
  EXPECT_NE(findings.text().find("J004"), std::string::npos);
  EXPECT_NE(findings.text().find("did you mean 'pacifica'?"), std::string::npos);
}

TEST(World, StepsMustRise) {
  const auto people = small();
  World world(people, key);
  const Rates with = rates(*people);
  world.step(with, 0.25, 3);
  EXPECT_THROW(world.step(with, 0.25, 3), Error);
  EXPECT_THROW(world.step(with, 0.0, 4), Error);
}

} // namespace
} // namespace cauce::people
