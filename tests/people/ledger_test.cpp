// Accounts that must balance in every step under any rates: money, court cases, families.
#include "synthetic.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>
#include <map>
#include <numeric>

namespace cauce::people {
namespace {
using synthetic::fill;
using synthetic::rates;
using synthetic::setup;

std::int64_t sum(std::span<const std::int64_t> cells) {
  return std::accumulate(cells.begin(), cells.end(), std::int64_t{0});
}
std::int64_t sum(const World& world, Count count) { return sum(world.counts()[count]); }

void scale(std::span<double> cells, double factor) {
  for (double& cell : cells)
    cell *= factor;
}

TEST(Ledgers, BalanceUnderRandomRates) {
  const auto people = setup({40'000, 8'000, 6, 1.0});
  const std::size_t countries = people->axes.size(Axis::country);
  EXPECT_TRUE(rc::check("sent = received + cost; backlog = received - decided - closed", [&] {
    Rates random = rates(*people);
    scale(random[Rate::status_move], *rc::gen::element(0.1, 1.0, 10.0));
    scale(random[Rate::departure], *rc::gen::element(0.1, 1.0, 10.0));
    for (double& a_month : random[Rate::remittance])
      a_month = *rc::gen::element(0.0, 0.3, 250.0, 1e9);
    random[Rate::transfer_cost][0] = *rc::gen::element(-1.0, 0.0, 0.06, 0.5, 1.0, 7.0);
    random[Rate::court_capacity][0] = *rc::gen::element(0.0, 0.5, 3.0, 40.0, 1e6);
    fill(random[Rate::border_separation], *rc::gen::element(0.0, 0.3, 1.0));
    fill(random[Rate::road_separation], *rc::gen::element(0.0, 0.5, 1.0));
    World world(people, random::Key::of(*rc::gen::arbitrary<std::uint64_t>()));
    const std::int64_t everyone = world.total();
    std::vector<std::int64_t> backlog(countries);
    for (std::size_t c = 0; c < countries; ++c)
      backlog[c] = world.counts()[Count::court_backlog][c];
    double decided = 0.0;
    for (std::uint32_t step = 0; step < 12; ++step) {
      world.step(random, 0.25, step);
      const Counts& counts = world.counts();
      for (std::size_t d = 0; d < people->axes.size(Axis::department); ++d) {
        RC_ASSERT(counts[Count::remittances_sent][d] ==
                  counts[Count::remittances_received][d] + counts[Count::remittance_costs][d]);
        RC_ASSERT(counts[Count::remittances_received][d] >= 0);
        RC_ASSERT(counts[Count::remittance_costs][d] >= 0);
      }
      for (std::size_t c = 0; c < countries; ++c) {
        backlog[c] += counts[Count::cases_received][c] - counts[Count::cases_decided][c] -
                      counts[Count::cases_closed][c];
        RC_ASSERT(counts[Count::court_backlog][c] == backlog[c]);
      }
      decided += static_cast<double>(sum(world, Count::cases_decided));
      if (random[Rate::court_capacity][0] > 0.0) {
        // Whole cases a step: at most one more than the capacity of all steps so far a step.
        RC_ASSERT(decided <= (step + 1) * (random[Rate::court_capacity][0] * 0.25 + 1.0));
      }
      RC_ASSERT(world.count_everyone() == world.total());
      RC_ASSERT(world.total() + world.dead() - world.born() == everyone);
    }
  }));
}

TEST(Ledgers, RemittancesAreWhatThoseAbroadSend) {
  const auto people = setup({40'000, 9'000, 6, 1.0});
  Rates with = rates(*people);
  for (std::size_t i = 0; i < with[Rate::remittance].size(); ++i)
    with[Rate::remittance][i] = 50.0 + 10.0 * static_cast<double>(i % 7);
  with[Rate::transfer_cost][0] = 0.06;
  World world(people, random::Key::of(5));
  for (std::uint32_t step = 0; step < 20; ++step) {
    world.step(with, 0.25, step);
    for (std::size_t d = 0; d < 6; ++d) {
      const auto country = static_cast<std::size_t>(people->country_of_department[d]);
      double sent = 0.0;
      for (std::size_t s = 0; s < status_count; ++s) {
        sent += static_cast<double>(world.counts()[Count::abroad][d * status_count + s]) *
                with[Rate::remittance][country * status_count + s] * 0.25;
      }
      EXPECT_NEAR(static_cast<double>(world.counts()[Count::remittances_sent][d]), sent, 0.51);
      EXPECT_NEAR(static_cast<double>(world.counts()[Count::remittance_costs][d]), 0.06 * sent,
                  0.51);
    }
  }
}

// Many more cases are ready than the judges can decide: they decide as many as they can, and the
// queue is empty when its length over what they decide a month has passed.
TEST(Court, AsManyAreDecidedAsJudgesCanAndTheQueueEmptiesInTime) {
  auto base = std::make_shared<people::Setup>(*setup({40'000, 0, 3, 1.0}));
  fill(std::span<double>(base->diaspora_share), 1.0);
  for (std::size_t row = 0; row < 9; row += 3)
    base->abroad[row * status_count + static_cast<std::size_t>(Status::pending)] = 3'000;
  Rates with(rate_fields(), base->axes);
  for (std::size_t row = 0; row < 9; ++row) {
    with[Rate::status_move][(row * status_count + static_cast<std::size_t>(Status::pending)) * 17 +
                            static_cast<std::size_t>(Move::lawful)] = 2.0;
  }
  const double capacity = 123.4;
  with[Rate::court_capacity][0] = capacity;
  World world(base, random::Key::of(8));
  const auto start = static_cast<double>(sum(world, Count::court_backlog));
  EXPECT_EQ(start, 9000.0);
  double decided = 0.0;
  std::uint32_t step = 0;
  for (; step < 240; ++step) {
    world.step(with, 0.25, step);
    decided += static_cast<double>(sum(world, Count::cases_decided));
  }
  // The fraction of a case falls to one side or the other by chance: a standard deviation of at
  // most half a case a step.
  EXPECT_NEAR(decided, capacity * 60.0, 5 * 0.5 * std::sqrt(240.0));
  EXPECT_EQ(sum(world, Count::court_backlog), 9000 - static_cast<std::int64_t>(decided));
  // The queue is empty when its length over the capacity has passed, but for the last of each
  // department, who are ready at their own hazard.
  for (; step < 330; ++step)
    world.step(with, 0.25, step);
  EXPECT_LT(sum(world, Count::court_backlog), 90);
  EXPECT_GT(9000.0 / capacity, 72.0);
}

class Partings : public EventSink {
 public:
  void record(const Event& event) override {
    if (event.kind == EventKind::parted) {
      EXPECT_TRUE(event.id.was_parted());
      EXPECT_EQ(event.id.kind(), Kind::child);
      EXPECT_EQ(++lives[event.id.bits], 1) << "two children of one name";
    } else if (event.id.was_parted()) {
      EXPECT_TRUE(lives.contains(event.id.bits)) << "a life that begins with nothing";
      after += event.kind == EventKind::status_move ? 1 : 0;
    }
  }
  std::map<std::uint64_t, int> lives;
  std::int64_t after = 0;
};

TEST(Families, ArePartedAtTheBorderWithTheirProbability) {
  const auto people = setup({300'000, 0, 3, 1.0});
  Rates with = rates(*people);
  scale(with[Rate::departure], 5.0);
  fill(with[Rate::border_separation], 0.25);
  World world(people, random::Key::of(3));
  Partings partings;
  double children = 0.0, families = 0.0;
  for (std::uint32_t step = 0; step < 60; ++step) {
    world.step(with, 0.25, step, {&partings});
    children += static_cast<double>(sum(world, Count::separated_at_border));
    for (std::size_t c = 0; c < 3; ++c)
      families += static_cast<double>(world.counts()[Count::apprehensions][c * 3 + 1]);
  }
  EXPECT_EQ(static_cast<double>(partings.lives.size()), children);
  EXPECT_GT(partings.after, 100);
  // Families of 2 to 6 persons have 1 to 5 children: persons of the parted are 1 in 4 of all, but
  // for those whom deaths left alone. A family counts as one draw: sizes vary, so that the standard
  // error is that of some families / 3 draws.
  double size = 0.0, squares = 0.0, mean = 0.0;
  const double share[] = {0.6, 0.25, 0.1, 0.04, 0.01};
  for (int i = 0; i < 5; ++i) {
    size += share[i] * (i + 2);
    mean += share[i] * (i + 1);
    squares += share[i] * (i + 1) * (i + 1);
  }
  const double parties = families / size;
  EXPECT_NEAR(children, 0.25 * parties * mean,
              5 * std::sqrt(parties * 0.25 * (squares - 0.25 * mean * mean)) + 0.01 * children);
}

// What becomes of the parted is the conditions' to say: each of the others with a probability of
// its own, and shares in place of HHS and detention.
TEST(Families, ArePartedAsTheConditionsSay) {
  const auto people = setup({300'000, 0, 3, 1.0});
  Rates with = rates(*people);
  scale(with[Rate::departure], 10.0);
  fill(with[Rate::border_separation], 1.0);
  fill(with[Rate::border_separation_member], 0.4);
  with[Rate::separated_child][static_cast<std::size_t>(Disposition::hhs)] = 3.0;
  with[Rate::separated_child][static_cast<std::size_t>(Disposition::repatriated)] = 1.0;
  with[Rate::separated_head][static_cast<std::size_t>(Disposition::released)] = 1.0;
  struct Parted : EventSink {
    void record(const Event& event) override {
      if (event.kind == EventKind::parted && event.what == 0)
        ++children;
      if (event.kind != EventKind::disposition)
        return;
      const auto made = static_cast<Disposition>(event.what);
      if (event.id.was_parted()) {
        hhs += made == Disposition::hhs ? 1 : 0;
        repatriated += made == Disposition::repatriated ? 1 : 0;
      } else if (event.id.kind() == Kind::family) {
        others += made != Disposition::released && event.persons > 1 ? 1 : 0;
        heads += 1;
      }
    }
    double children = 0, hhs = 0, repatriated = 0, heads = 0, others = 0;
  } parted;
  fill(with[Rate::port_share], 0.0); // all families come between ports
  for (const Rate again : {Rate::retry, Rate::evader_retry, Rate::road_separation})
    fill(with[again], 0.0); // a parted child is decided once
  World world(people, random::Key::of(3));
  double family_persons = 0.0;
  for (std::uint32_t step = 0; step < 60; ++step) {
    world.step(with, 0.25, step, {&parted});
    for (std::size_t c = 0; c < 3; ++c)
      family_persons += static_cast<double>(world.counts()[Count::apprehensions][c * 3 + 1]);
    EXPECT_EQ(world.count_everyone(), world.total());
  }
  ASSERT_GT(parted.children, 1000.0);
  EXPECT_EQ(parted.hhs + parted.repatriated, parted.children);
  EXPECT_NEAR(parted.hhs, 0.75 * parted.children, 4.5 * std::sqrt(parted.children * 0.1875));
  // Families caught of whom death on the way had left one are not parted, and decided as others
  // are.
  EXPECT_LT(parted.others, 0.02 * parted.heads);
  const double could_be_parted = family_persons - parted.heads;
  EXPECT_NEAR(parted.children, 0.4 * could_be_parted,
              4.5 * std::sqrt(could_be_parted * 0.24) + 0.01 * parted.children);
}

TEST(Families, ArePartedOnTheRoadAndTheirChildrenGoOnAlone) {
  const auto people = setup({300'000, 0, 3, 1.0});
  Rates with = rates(*people);
  scale(with[Rate::departure], 5.0);
  with[Rate::road_separation][static_cast<std::size_t>(RoadEvent::kidnapping)] = 1.0;
  scale(with[Rate::road_event].subspan(static_cast<std::size_t>(RoadEvent::kidnapping) * 9, 9),
        10.0);
  Rates never = with;
  fill(never[Rate::road_separation], 0.0);
  World world(people, random::Key::of(3)), whole(people, random::Key::of(3));
  Partings partings;
  std::int64_t children = 0, kidnapped = 0;
  for (std::uint32_t step = 0; step < 60; ++step) {
    world.step(with, 0.25, step, {&partings});
    whole.step(never, 0.25, step);
    children += sum(world, Count::separated_on_road);
    for (std::size_t c = 0; c < 3; ++c) {
      const auto event = static_cast<std::size_t>(RoadEvent::kidnapping);
      kidnapped += world.counts()[Count::harms][(event * 3 + c) * 3 + 1];
    }
    EXPECT_EQ(sum(whole, Count::separated_on_road), 0);
    EXPECT_EQ(world.count_everyone(), world.total());
  }
  EXPECT_EQ(static_cast<std::int64_t>(partings.lives.size()), children);
  EXPECT_GT(children, 50);
  EXPECT_LT(children, kidnapped); // one of each family of two or more
}

} // namespace
} // namespace cauce::people
