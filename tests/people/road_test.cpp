// The road and the border: shares as the choice model says, hazards by days on the road, times.
#include "synthetic.hpp"

#include "cauce/people/journeys/choice.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>
#include <numeric>

namespace cauce::people {
namespace {

std::int64_t sum(std::span<const std::int64_t> cells) {
  return std::accumulate(cells.begin(), cells.end(), std::int64_t{0});
}

// Nothing but adults who leave, at twenty times the usual rate, and travel unharmed.
Rates only_travel(const people::Setup& setup) {
  Rates rates = synthetic::rates(setup);
  for (const Rate rate :
       {Rate::birth, Rate::death, Rate::victimisation, Rate::displacement, Rate::income_move,
        Rate::child_gain, Rate::child_loss, Rate::kin_loss, Rate::kin_gained_per_arrival,
        Rate::road_event, Rate::port_share, Rate::turn_in_share, Rate::crossing_death,
        Rate::apprehension_probability, Rate::status_move, Rate::smuggler_share}) {
    synthetic::fill(rates[rate], 0.0);
  }
  for (std::size_t i = 0; i < rates[Rate::departure].size(); ++i) {
    rates[Rate::departure][i] *= i % 3 == 0 ? 20.0 : 0.0;
  }
  return rates;
}

// One road of three links, 300 km of it in Mexico, from each of the departments to one sector.
std::shared_ptr<const people::Setup> one_road(double residents) {
  auto setup = std::make_shared<people::Setup>(*synthetic::setup({residents, 0, 1, 1.0}));
  using journeys::NodeKind;
  std::vector<journeys::Node> nodes(4);
  nodes[0] = {"department 0", NodeKind::origin, 0, 0, "home", "", ""};
  nodes[1] = {"crossing", NodeKind::crossing, 0, 0, "MX", "", ""};
  nodes[2] = {"town", NodeKind::town, 0, 0, "MX", "gulf", ""};
  nodes[3] = {"end", NodeKind::sector, 0, 0, "US", "", "laredo"};
  std::vector<journeys::Link> links(3);
  for (std::uint32_t i = 0; i < 3; ++i) {
    links[i].from = i;
    links[i].to = i + 1;
    links[i].length_km = 150.0;
    if (i > 0)
      links[i].corridor = "gulf";
  }
  setup->network = journeys::Network(std::move(nodes), std::move(links));
  return setup;
}

TEST(Road, SharesOfSectorsAreThoseOfTheChoiceModel) {
  const auto people = synthetic::setup({900'000, 0, 3, 1.0});
  Rates rates = only_travel(*people);
  synthetic::fill(rates[Rate::speed], 1e6);
  World world(people, random::Key::of(21));
  std::vector<double> arrived(9, 0.0);
  std::vector<double> left(3, 0.0);
  for (std::uint32_t step = 0; step < 12; ++step) {
    if (step == 11)
      synthetic::fill(rates[Rate::departure], 0.0); // for the last to arrive
    world.step(rates, 0.25, step);
    for (std::size_t s = 0; s < 9; ++s) {
      arrived[s] += static_cast<double>(world.counts()[Count::border_arrivals][s * 3]);
    }
    for (std::size_t d = 0; d < 3; ++d) {
      left[d] += static_cast<double>(world.counts()[Count::departures][d * 3]);
    }
  }
  ASSERT_EQ(std::accumulate(arrived.begin(), arrived.end(), 0.0),
            std::accumulate(left.begin(), left.end(), 0.0));

  // Worked out apart: all routes, each weighed by the exponential of its utility.
  const auto& network = people->network;
  std::map<std::string, double> expected;
  for (std::size_t d = 0; d < 3; ++d) {
    std::map<std::string, double> weight;
    double all = 0.0;
    const auto follow = [&](auto&& self, journeys::NodeId node, double utility,
                            const std::string& corridor) -> void {
      const auto& place = network.node(node);
      if (place.kind == journeys::NodeKind::sector) {
        std::size_t s = 0;
        while (people->axes.elements[static_cast<std::size_t>(Axis::sector)][s] != place.sector)
          ++s;
        const double w = std::exp(utility + rates[Rate::sector_utility][s * 3]);
        weight[place.sector] += w;
        all += w;
        return;
      }
      for (const auto link : network.out_links(node)) {
        const auto& taken = network.link(link);
        double more = -0.2 * taken.length_km / 100.0;
        // The corridor's utility counts where a journey enters Mexico's corridors.
        if (!taken.corridor.empty() && corridor.empty()) {
          more += taken.corridor == "central" ? -0.3 : taken.corridor == "gulf" ? -0.6 : 0.0;
        } else if (taken.corridor != corridor) {
          // A road that joins two corridors belongs to the one that it leads to.
          more += taken.corridor == "central" ? -0.3 : taken.corridor == "gulf" ? -0.6 : 0.0;
        }
        self(self, taken.to, utility + more, taken.corridor);
      }
    };
    follow(follow, network.find(fmt::format("department {}", d)), 0.0, "");
    for (const auto& [sector, w] : weight)
      expected[sector] += left[d] * w / all;
  }
  double chi_square = 0.0;
  for (std::size_t s = 0; s < 9; ++s) {
    const double e = expected[people->axes.elements[static_cast<std::size_t>(Axis::sector)][s]];
    ASSERT_GT(e, 20.0);
    chi_square += (arrived[s] - e) * (arrived[s] - e) / e;
  }
  EXPECT_LT(chi_square, 35.0); // 8 degrees of freedom: p = 3e-5
}

TEST(Road, TheJourneyTakesItsLengthOverItsSpeed) {
  // 450 km at 45 km a day are 10 days; departures are even within a step of 7.6 days.
  const auto people = one_road(2'000'000);
  Rates rates = only_travel(*people);
  synthetic::fill(rates[Rate::speed], 45.0);
  World world(people, random::Key::of(22));
  world.step(rates, 0.25, 0);
  const std::int64_t left = sum(world.counts()[Count::departures]);
  synthetic::fill(rates[Rate::departure], 0.0);
  ASSERT_GT(left, 500);
  const double step_days = 365.25 / 48;
  std::vector<double> arrived;
  for (std::uint32_t step = 1; step < 4; ++step) {
    world.step(rates, 0.25, step);
    arrived.push_back(static_cast<double>(sum(world.counts()[Count::border_arrivals])));
  }
  // Days since departure at the end of step 1: 7.6 to 15.2; beyond 10 in 0.686 of the cases.
  const double share = (2.0 * step_days - 10.0) / step_days;
  EXPECT_NEAR(arrived[0], static_cast<double>(left) * share,
              4.5 * std::sqrt(static_cast<double>(left) * share * (1 - share)));
  EXPECT_EQ(arrived[0] + arrived[1], static_cast<double>(left));
  EXPECT_EQ(arrived[2], 0.0);
}

TEST(Road, HazardsCountByDaysInMexico) {
  const auto people = one_road(400'000);
  Rates rates = only_travel(*people);
  synthetic::fill(rates[Rate::speed], 60.0);
  synthetic::fill(rates[Rate::retry], 0.0);
  synthetic::fill(rates[Rate::reintegration], 0.0);
  // 300 km at 60 km a day: 5 days at 0.1 a day in the corridor gulf.
  const auto set = [&](RoadEvent event, double a_day) {
    for (std::size_t k = 0; k < 3; ++k) {
      rates[Rate::road_event][(static_cast<std::size_t>(event) * 3 + 2) * 3 + k] = a_day;
    }
  };
  set(RoadEvent::mexican_apprehension, 0.08);
  set(RoadEvent::give_up, 0.02);
  set(RoadEvent::robbery, 0.05);
  synthetic::fill(rates[Rate::mexico_outcome], 0.0);
  for (std::size_t i = 0; i < 9; ++i)
    rates[Rate::mexico_outcome][i * 3] = 1.0;
  World world(people, random::Key::of(23));
  double left = 0.0, caught = 0.0, gave_up = 0.0, arrived = 0.0, robbed = 0.0;
  for (std::uint32_t step = 0; step < 12; ++step) {
    if (step == 8)
      synthetic::fill(rates[Rate::departure], 0.0);
    world.step(rates, 0.25, step);
    const auto& counts = world.counts();
    left += static_cast<double>(sum(counts[Count::departures]));
    caught += static_cast<double>(sum(counts[Count::mexico_apprehensions]));
    gave_up += static_cast<double>(sum(counts[Count::road_gave_up]));
    arrived += static_cast<double>(sum(counts[Count::border_arrivals]));
    robbed += static_cast<double>(
        sum(counts[Count::harms].subspan(static_cast<std::size_t>(RoadEvent::robbery) * 9, 9)));
  }
  ASSERT_EQ(left, caught + gave_up + arrived);
  const double stay = std::exp(-0.5);
  EXPECT_NEAR(arrived, left * stay, 4.5 * std::sqrt(left * stay * (1 - stay)));
  EXPECT_NEAR(caught, left * (1 - stay) * 0.8, 4.5 * std::sqrt(left * 0.25));
  // Robberies come by days actually travelled: rate x expected days = 0.05 x (1 - e^-0.5) / 0.1.
  const double expected = left * 0.05 * (1 - stay) / 0.1;
  EXPECT_NEAR(robbed, expected, 4.5 * std::sqrt(expected) * 1.2);
}

TEST(Road, KidnappingsHoldForExponentialTimes) {
  const auto people = one_road(600'000);
  Rates rates = only_travel(*people);
  // A journey of a day and a half, one day of it in Mexico.
  synthetic::fill(rates[Rate::speed], 300.0);
  for (std::size_t i = 0; i < 9; ++i) {
    rates[Rate::road_event][static_cast<std::size_t>(RoadEvent::kidnapping) * 9 + i] = 0.4;
  }
  synthetic::fill(rates[Rate::kidnapping_days], 30.0);
  World world(people, random::Key::of(24));
  double left = 0.0, kidnapped = 0.0, person_days = 0.0;
  const double step_days = 365.25 / 48;
  for (std::uint32_t step = 0; step < 120; ++step) {
    if (step == 1)
      synthetic::fill(rates[Rate::departure], 0.0);
    world.step(rates, 0.25, step);
    left += static_cast<double>(sum(world.counts()[Count::departures]));
    kidnapped += static_cast<double>(sum(world.counts()[Count::harms].subspan(
        static_cast<std::size_t>(RoadEvent::kidnapping) * 9, 9)));
    person_days += static_cast<double>(sum(world.counts()[Count::on_road])) * step_days;
  }
  EXPECT_EQ(sum(world.counts()[Count::on_road]), 0);
  EXPECT_NEAR(kidnapped, 0.4 * left, 4.5 * std::sqrt(0.4 * left));
  // Departures are even within a step, so that the ends of steps that a journey spans are, in the
  // mean, its duration over the step's.
  EXPECT_NEAR(person_days, 30.0 * kidnapped + 1.5 * left,
              4.5 * (30.0 * std::sqrt(2.0 * kidnapped) + 0.5 * step_days * std::sqrt(left)));
}

TEST(Road, DeathStrikesMembersOneByOne) {
  const auto people = one_road(400'000);
  Rates rates = only_travel(*people);
  synthetic::fill(rates[Rate::speed], 60.0);
  for (std::size_t i = 0; i < rates[Rate::departure].size(); ++i) {
    rates[Rate::departure][i] = i % 3 == 1 ? 0.02 : 0.0; // families
  }
  for (std::size_t i = 0; i < 9; ++i) {
    rates[Rate::road_event][static_cast<std::size_t>(RoadEvent::death) * 9 + i] = 0.06;
  }
  World world(people, random::Key::of(25));
  double left = 0.0, dead = 0.0, arrived = 0.0, parties = 0.0;
  for (std::uint32_t step = 0; step < 12; ++step) {
    if (step == 8)
      synthetic::fill(rates[Rate::departure], 0.0);
    world.step(rates, 0.25, step);
    left += static_cast<double>(sum(world.counts()[Count::departures]));
    parties += static_cast<double>(sum(world.counts()[Count::parties]));
    dead += static_cast<double>(sum(world.counts()[Count::road_deaths]));
    arrived += static_cast<double>(sum(world.counts()[Count::border_arrivals]));
  }
  ASSERT_EQ(left, dead + arrived);
  const double p = 1 - std::exp(-0.3);
  EXPECT_NEAR(dead, left * p, 4.5 * std::sqrt(left * p * (1 - p)));
  EXPECT_NEAR(left / parties, 2 * 0.6 + 3 * 0.25 + 4 * 0.1 + 5 * 0.04 + 6 * 0.01,
              4.5 * 0.9 / std::sqrt(parties));
}

TEST(Road, ClosedLinksAreNotTaken) {
  auto people = std::make_shared<people::Setup>(*synthetic::setup({300'000, 0, 2, 1.0}));
  // The gulf's first link opens in the third month.
  std::vector<journeys::Node> nodes(people->network.nodes().begin(), people->network.nodes().end());
  std::vector<journeys::Link> links(people->network.links().begin(), people->network.links().end());
  for (auto& link : links) {
    if (link.corridor == "gulf" &&
        people->network.node(link.from).kind == journeys::NodeKind::crossing)
      link.opens = 1002;
    if (link.corridor == "gulf" && people->network.node(link.from).corridor == "central")
      link.opens = 1002;
  }
  people->network = journeys::Network(nodes, links);
  people->first_month = 1000;
  Rates rates = only_travel(*people);
  synthetic::fill(rates[Rate::speed], 1e6);
  World world(people, random::Key::of(26));
  for (std::uint32_t step = 0; step < 12; ++step) {
    world.step(rates, 0.25, step);
    std::int64_t at_gulf = 0; // the gulf leads to the last three sectors
    for (std::size_t s = 6; s < 9; ++s) {
      at_gulf += world.counts()[Count::border_arrivals][s * 3];
    }
    EXPECT_EQ(at_gulf > 0, step >= 8) << step;
  }
}

TEST(Border, OutcomesHaveTheirProbabilities) {
  const auto people = one_road(600'000);
  Rates rates = only_travel(*people);
  synthetic::fill(rates[Rate::speed], 1e6);
  synthetic::fill(rates[Rate::port_share], 0.2);
  synthetic::fill(rates[Rate::port_wait], 0.0);
  synthetic::fill(rates[Rate::turn_in_share], 0.3);
  synthetic::fill(rates[Rate::apprehension_probability], 0.4);
  synthetic::fill(rates[Rate::crossing_death], 0.05);
  synthetic::fill(rates[Rate::disposition], 0.0);
  synthetic::fill(rates[Rate::port_disposition], 0.0);
  for (std::size_t i = 0; i < 9; ++i) {
    rates[Rate::disposition][i * 7] = 3.0; // shares need not add up to 1
    rates[Rate::disposition][i * 7 + 2] = 1.0;
    rates[Rate::port_disposition][i * 7 + 1] = 1.0;
  }
  World world(people, random::Key::of(27));
  double n = 0, port = 0, dead = 0, caught = 0, undetected = 0, repatriated = 0, detained = 0;
  for (std::uint32_t step = 0; step < 8; ++step) {
    world.step(rates, 0.25, step);
    const auto& counts = world.counts();
    n += static_cast<double>(sum(counts[Count::border_arrivals]));
    port += static_cast<double>(sum(counts[Count::port_encounters]));
    dead += static_cast<double>(sum(counts[Count::crossing_deaths]));
    caught += static_cast<double>(sum(counts[Count::apprehensions]));
    undetected += static_cast<double>(sum(counts[Count::entries_undetected]));
    repatriated += static_cast<double>(counts[Count::dispositions][0]);
    detained += static_cast<double>(counts[Count::dispositions][1]);
  }
  ASSERT_EQ(n, port + dead + caught + undetected);
  const auto expect = [&](double found, double p, const char* what) {
    EXPECT_NEAR(found, n * p, 4.5 * std::sqrt(n * p * (1 - p))) << what;
  };
  expect(port, 0.2, "ports");
  expect(dead, 0.8 * 0.05, "deaths");
  expect(caught, 0.8 * 0.95 * (0.3 + 0.7 * 0.4), "apprehended");
  expect(undetected, 0.8 * 0.95 * 0.7 * 0.6, "undetected");
  expect(repatriated, 0.8 * 0.95 * 0.58 * 0.75, "repatriated");
  EXPECT_EQ(detained, port);
}

TEST(Border, TheExpelledTryAgainUntilTheyAreIn) {
  const auto people = one_road(300'000);
  Rates rates = only_travel(*people);
  synthetic::fill(rates[Rate::speed], 1e6);
  synthetic::fill(rates[Rate::apprehension_probability], 0.5);
  synthetic::fill(rates[Rate::expelled_retry], 1.0);
  synthetic::fill(rates[Rate::disposition], 0.0);
  for (std::size_t i = 0; i < 9; ++i)
    rates[Rate::disposition][i * 7 + 5] = 1.0;
  World world(people, random::Key::of(28));
  double left = 0, caught = 0, again = 0, in = 0;
  for (std::uint32_t step = 0; step < 40; ++step) {
    if (step == 6)
      synthetic::fill(rates[Rate::departure], 0.0);
    world.step(rates, 0.25, step);
    left += static_cast<double>(sum(world.counts()[Count::departures]));
    caught += static_cast<double>(sum(world.counts()[Count::apprehensions]));
    again += static_cast<double>(sum(world.counts()[Count::apprehensions_again]));
    in += static_cast<double>(sum(world.counts()[Count::entries_undetected]));
  }
  EXPECT_EQ(in, left);
  // Geometric: as many failures as successes in the mean, variance 2; all but the first are again.
  EXPECT_NEAR(caught, left, 4.5 * std::sqrt(2.0 * left));
  EXPECT_NEAR(again, caught - 0.5 * left, 4.5 * std::sqrt(2.0 * left));
}

} // namespace
} // namespace cauce::people
