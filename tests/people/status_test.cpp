// Those with a standing: waiting times, where they go, deaths, and the calendar that keeps them.
#include "synthetic.hpp"

#include "cauce/people/status/calendar.hpp"
#include "cauce/people/status/untouched.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>
#include <numeric>
#include <set>

namespace cauce::people {
namespace {

PersonId person(std::uint32_t i) {
  return PersonId::of(0, 0, Kind::adult, HomeState::settled, 0, i);
}

TEST(Calendar, EveryoneIsDueWhenTheirBudgetIsSpent) {
  EXPECT_TRUE(rc::check("against a plain list", [] {
    Calendars<1> calendar;
    std::vector<std::uint64_t> due_at; // by person
    std::uint64_t now = 0;
    std::vector<bool> gone;
    std::vector<StandingRecord> due;
    for (int step = 0; step < 60; ++step) {
      const int entries = *rc::gen::inRange(0, 30);
      for (int i = 0; i < entries; ++i) {
        const std::uint64_t budget =
            *rc::gen::inRange<std::uint64_t>(1, std::uint64_t{1} << *rc::gen::inRange(1, 40));
        calendar.enter(0, person(static_cast<std::uint32_t>(due_at.size())), Past::of_size(3),
                       budget);
        due_at.push_back(now + budget);
        gone.push_back(false);
      }
      const std::uint64_t hazard =
          *rc::gen::inRange<std::uint64_t>(0, std::uint64_t{1} << *rc::gen::inRange(1, 39));
      due.clear();
      if (calendar.pass({hazard}) != 0)
        calendar.take_due(0, hazard, due);
      now += hazard;
      std::size_t expected = 0;
      for (std::size_t i = 0; i < due_at.size(); ++i)
        expected += !gone[i] && due_at[i] <= now;
      RC_ASSERT(due.size() == (hazard == 0 ? 0 : expected));
      for (const StandingRecord& record : due) {
        const std::uint32_t i = record.id.ordinal();
        RC_ASSERT(!gone[i]);
        RC_ASSERT(due_at[i] <= now);
        RC_ASSERT(record.past().size() == 3U);
        gone[i] = true;
      }
    }
  }));
}

TEST(Calendar, RunsForever) {
  // The certain hazard of 40 a step for 5000 steps passes 48 bits several times over.
  Calendars<1> calendar;
  std::vector<StandingRecord> due;
  for (std::uint32_t step = 0; step < 5000; ++step) {
    calendar.enter(0, person(step), Past::of_size(1), calendar_budget(30.0));
    due.clear();
    if (calendar.pass({calendar_hazard(20.0)}) != 0)
      calendar.take_due(0, calendar_hazard(20.0), due);
    if (step > 0) {
      ASSERT_EQ(due.size(), 1U);
      ASSERT_EQ(due[0].id.ordinal(), step - 1);
    }
  }
}

Untouched untouched(std::uint64_t seed, const Untouched::Persons& persons) {
  Untouched people;
  people.add(random::Key::of(seed), 3, 5, Past::of_size(1), persons); // second class, children
  return people;
}

// Who is due, in order, when these hazards pass.
std::vector<PersonId> due_of(Untouched& people, std::uint64_t seed,
                             std::initializer_list<double> hazards) {
  std::vector<StandingRecord> due;
  std::vector<std::uint32_t> places;
  for (const double hazard : hazards)
    people.pass(random::Key::of(seed), {0, 0, 0, 0, 0, calendar_hazard(hazard)}, due, places);
  EXPECT_EQ(places, std::vector<std::uint32_t>(due.size(), 5));
  std::vector<PersonId> ids;
  for (const StandingRecord& record : due)
    ids.push_back(record.id);
  return ids;
}

TEST(Untouched, AreDueAsIfEachHadABudgetOfTheirOwn) {
  constexpr int runs = 2000, persons = 60;
  constexpr double hazard = 0.7;
  const double p = 1.0 - std::exp(-hazard);
  Untouched::Persons by_stratum;
  by_stratum.count[2] = persons / 3;
  by_stratum.count[7] = persons - persons / 3;
  double sum = 0.0, squares = 0.0, of_two = 0.0;
  for (std::uint64_t seed = 0; seed < runs; ++seed) {
    Untouched people = untouched(seed, by_stratum);
    const auto ids = due_of(people, seed, {hazard});
    const auto n = static_cast<double>(ids.size());
    sum += n;
    squares += n * n;
    for (const PersonId id : ids)
      of_two += id.stratum() == 2 ? 1.0 : 0.0;
  }
  // A binomial number of them, from each stratum alike; four standard errors.
  const double mean = sum / runs, variance = squares / runs - mean * mean;
  const double wanted = persons * p * (1.0 - p);
  EXPECT_NEAR(mean, persons * p, 4.0 * std::sqrt(wanted / runs));
  EXPECT_NEAR(variance, wanted, 4.0 * wanted * std::sqrt(2.0 / runs));
  EXPECT_NEAR(of_two / runs, persons / 3.0 * p, 4.0 * std::sqrt(wanted / 3.0 / runs));
}

TEST(Untouched, EachMovesOnceWhateverTheSteps) {
  EXPECT_TRUE(rc::check([] {
    Untouched::Persons persons;
    std::size_t all = 0;
    for (std::size_t s = 0; s < stratum_count; ++s) {
      persons.first[s] = *rc::gen::inRange(0U, 1000U);
      persons.count[s] = *rc::gen::inRange(0U, 9U);
      all += persons.count[s];
    }
    const auto seed = *rc::gen::arbitrary<std::uint64_t>();
    const double first = *rc::gen::inRange(0, 64) / 64.0, second = *rc::gen::inRange(0, 64) / 64.0;
    Untouched at_once = untouched(seed, persons), in_two = untouched(seed, persons);
    RC_ASSERT(due_of(at_once, seed, {0.0}).empty());
    auto moved = due_of(at_once, seed, {first + second});
    RC_ASSERT(moved == due_of(in_two, seed, {first, second}));
    std::size_t waiting = 0;
    at_once.for_each([&](PersonId, Past) { ++waiting; });
    RC_ASSERT(waiting + moved.size() == all);
    for (int step = 0; step < 3; ++step) { // 40 is certain
      for (const PersonId id : due_of(at_once, seed, {40.0}))
        moved.push_back(id);
    }
    RC_ASSERT(moved.size() == all);
    std::set<PersonId> different(moved.begin(), moved.end());
    RC_ASSERT(different.size() == all);
    for (const PersonId id : different) {
      const std::uint32_t i = id.ordinal() - persons.first[id.stratum()];
      RC_ASSERT(i < persons.count[id.stratum()]);
      RC_ASSERT(id.department() == 3U);
      RC_ASSERT(id.kind() == Kind::child);
    }
  }));
}

TEST(Past, KeepsItsPartsApart) {
  EXPECT_TRUE(rc::check([] {
    Past past = Past::of_size(*rc::gen::inRange(1U, 7U));
    const std::uint32_t size = past.size();
    const bool evader = *rc::gen::arbitrary<bool>(), smuggler = *rc::gen::arbitrary<bool>();
    const std::uint32_t month = *rc::gen::inRange(0U, 250U), later = *rc::gen::inRange(0U, 200U);
    const std::uint32_t attempts = *rc::gen::inRange(0U, 6U);
    past.set_evader(evader);
    past.set_smuggler(smuggler);
    RC_ASSERT(!past.apprehended_within_year(month));
    past.set_apprehended(month);
    for (std::uint32_t i = 0; i < attempts; ++i)
      past.add_attempt();
    past.set_arrived(true);
    RC_ASSERT(past.size() == size);
    RC_ASSERT(past.evader() == evader);
    RC_ASSERT(past.smuggler() == smuggler);
    RC_ASSERT(past.arrived());
    RC_ASSERT(past.attempts() == std::min(attempts, 3U));
    RC_ASSERT(past.apprehended_within_year(month + later) == (later <= 12));
  }));
}

// 60,000 people with one standing, and one way out of it.
struct Waiting {
  std::shared_ptr<people::Setup> people;
  Rates rates;
  explicit Waiting(Status status) {
    people = std::make_shared<people::Setup>(*synthetic::setup({1000, 0, 2, 1.0}));
    people->abroad[static_cast<std::size_t>(status)] = 60'000; // country 0, adults
    rates = Rates(rate_fields(), people->axes);
  }
  void move(Status from, Move to, double per_month) {
    for (std::size_t row = 0; row < 9; ++row) {
      rates[Rate::status_move][(row * status_count + static_cast<std::size_t>(from)) * 17 +
                               static_cast<std::size_t>(to)] = per_month;
    }
  }
  static std::int64_t standing(const World& world, Status status) {
    std::int64_t n = 0;
    for (std::size_t row = 0; row < 9; ++row) {
      n += world.counts()[Count::standing][row * status_count + static_cast<std::size_t>(status)];
    }
    return n;
  }
};

TEST(Standing, WaitingTimesAreExponentialUnderAChangingHazard) {
  Waiting waiting(Status::pending);
  World world(waiting.people, random::Key::of(31));
  double integral = 0.0;
  double chi_square = 0.0;
  double before = 60'000;
  for (std::uint32_t step = 0; step < 60; ++step) {
    const double h = step % 20 < 10 ? 0.02 : 0.2; // the court speeds up and slows down
    waiting.move(Status::pending, Move::ordered, h);
    world.step(waiting.rates, 0.25, step);
    integral += h * 0.25;
    const auto left = static_cast<double>(Waiting::standing(world, Status::pending));
    const double p = 1 - std::exp(-h * 0.25);
    chi_square += std::pow(before - left - before * p, 2) / (before * p * (1 - p));
    before = left;
  }
  const double p = std::exp(-integral);
  EXPECT_NEAR(before, 60'000 * p, 4.5 * std::sqrt(60'000 * p * (1 - p)));
  // Each step's departures are binomial given those left: 60 degrees of freedom.
  EXPECT_LT(chi_square, 60 + 4.5 * std::sqrt(120.0));
  EXPECT_GT(chi_square, 60 - 4.5 * std::sqrt(120.0));
}

TEST(Standing, AlternativesShareByTheirHazards) {
  Waiting waiting(Status::undocumented);
  waiting.move(Status::undocumented, Move::detained, 0.03);
  waiting.move(Status::undocumented, Move::lawful, 0.01);
  waiting.move(Status::undocumented, Move::undocumented, 5.0); // to itself: no move
  World world(waiting.people, random::Key::of(32));
  for (std::uint32_t step = 0; step < 80; ++step)
    world.step(waiting.rates, 0.25, step);
  const auto detained = static_cast<double>(Waiting::standing(world, Status::detained));
  const auto lawful = static_cast<double>(Waiting::standing(world, Status::lawful));
  const double gone = detained + lawful;
  const double p = 1 - std::exp(-0.04 * 20);
  EXPECT_NEAR(gone, 60'000 * p, 4.5 * std::sqrt(60'000 * p * (1 - p)));
  EXPECT_NEAR(detained, 0.75 * gone, 4.5 * std::sqrt(gone * 0.75 * 0.25));
}

TEST(Standing, TheRemovedComeHomeAndLeaveAgain) {
  Waiting waiting(Status::custody);
  waiting.move(Status::custody, Move::removed, 1e6); // in the first step
  synthetic::fill(waiting.rates[Rate::retry], 0.06);
  synthetic::fill(waiting.rates[Rate::reintegration], 0.02);
  World world(waiting.people, random::Key::of(33));
  double retries = 0.0, home = 0.0;
  for (std::uint32_t step = 0; step < 200; ++step) {
    world.step(waiting.rates, 0.25, step);
    for (const std::int64_t n : world.counts()[Count::returns_from_us])
      home += static_cast<double>(n);
    for (const std::int64_t n : world.counts()[Count::retries])
      retries += static_cast<double>(n);
    if (step == 0) {
      EXPECT_EQ(home, 60'000);
    }
  }
  EXPECT_EQ(home, 60'000);
  const double p = 0.75 * (1 - std::exp(-0.08 * 0.25 * 199));
  EXPECT_NEAR(retries, 60'000 * p, 4.5 * std::sqrt(60'000 * p * (1 - p)));
}

// What luck makes of a step differs from what was expected of it by a martingale: summed over steps
// and worlds it has mean zero (families at home that find too few members are rare at this size).
TEST(Standing, ExpectedMovesAreTheMeanOfThoseDrawn) {
  const auto people = synthetic::setup({60'000, 6'000, 5, 1.0});
  const Rates rates = synthetic::rates(*people);
  constexpr int worlds = 150;
  constexpr std::array counts{Count::departures, Count::returns_from_us};
  std::array<double, counts.size()> sum{}, squares{}, total{};
  for (int w = 0; w < worlds; ++w) {
    World world(people, random::Key::of(static_cast<std::uint64_t>(w)));
    std::array<double, counts.size()> luck{};
    for (std::uint32_t step = 0; step < 40; ++step) {
      world.step(rates, 0.25, step, {.expect = true});
      for (std::size_t c = 0; c < counts.size(); ++c) {
        const auto drawn = world.counts()[counts[c]];
        const auto expected = world.expected(counts[c]);
        ASSERT_EQ(drawn.size(), expected.size());
        for (std::size_t i = 0; i < drawn.size(); ++i)
          luck[c] += static_cast<double>(drawn[i]) - expected[i];
        total[c] += std::accumulate(expected.begin(), expected.end(), 0.0);
      }
    }
    for (std::size_t c = 0; c < counts.size(); ++c) {
      sum[c] += luck[c];
      squares[c] += luck[c] * luck[c];
    }
  }
  World other(people, random::Key::of(1));
  other.step(rates, 0.25, 0, {.expect = true});
  EXPECT_TRUE(other.expected(Count::births).empty()) << "not known";
  other.step(rates, 0.25, 1);
  EXPECT_TRUE(other.expected(Count::departures).empty()) << "not asked for";
  for (std::size_t c = 0; c < counts.size(); ++c) {
    EXPECT_GT(total[c], 10'000.0);
    EXPECT_GT(squares[c], 0.0);
    EXPECT_LT(std::abs(sum[c]), 4.0 * std::sqrt(squares[c])) << "of " << total[c];
    EXPECT_LT(std::abs(sum[c]), 0.02 * total[c]);
  }
}

TEST(Standing, DeathTakesEachAtTheSameHazardWhateverTheParty) {
  // Families wait at home as parties; the hazard of death is each member's.
  const auto people = synthetic::setup({500'000, 0, 1, 1.0});
  Rates rates(rate_fields(), people->axes);
  synthetic::fill(rates[Rate::departure_factor_victim], 1.0);
  for (std::size_t i = 0; i < rates[Rate::departure].size(); ++i) {
    rates[Rate::departure][i] = i % 3 == 1 ? 0.1 : 0.0;
  }
  for (std::size_t i = 0; i < 5; ++i)
    rates[Rate::family_size_share][i] = 0.2;
  synthetic::fill(rates[Rate::speed], 1e9);
  for (std::size_t i = 0; i < 9; ++i)
    rates[Rate::disposition][i * 7 + 6] = 1.0; // home again
  synthetic::fill(rates[Rate::turn_in_share], 1.0);
  World world(people, random::Key::of(34));
  world.step(rates, 0.25, 0);
  const double returned = static_cast<double>(world.counts()[Count::home][3]);
  ASSERT_GT(returned, 20'000);
  synthetic::fill(rates[Rate::departure], 0.0);
  synthetic::fill(rates[Rate::death], 0.03);
  for (std::uint32_t step = 1; step < 41; ++step)
    world.step(rates, 0.25, step);
  const double left = static_cast<double>(world.counts()[Count::home][3]);
  // A party loses at most one member a step: a little below exp(-0.3) for large hazards only.
  const double p = std::exp(-0.3);
  EXPECT_NEAR(left, returned * p, 4.5 * std::sqrt(returned * p * (1 - p)) + 0.004 * returned);
}

TEST(Standing, ArrivalsCountOnceAJourney) {
  Waiting waiting(Status::hhs);
  // From HHS to a pending case, detained for a while, and out again.
  waiting.move(Status::hhs, Move::pending, 1.0);
  waiting.move(Status::pending, Move::detained, 0.5);
  waiting.move(Status::detained, Move::pending, 0.5);
  World world(waiting.people, random::Key::of(35));
  std::int64_t arrivals = 0;
  std::int64_t moves = 0;
  for (std::uint32_t step = 0; step < 100; ++step) {
    world.step(waiting.rates, 0.25, step);
    for (const std::int64_t n : world.counts()[Count::arrivals])
      arrivals += n;
    for (const std::int64_t n : world.counts()[Count::status_moves])
      moves += n;
  }
  EXPECT_EQ(arrivals, 60'000);
  EXPECT_GT(moves, 300'000);
}

} // namespace
} // namespace cauce::people
