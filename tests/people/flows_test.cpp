// Flows of a cohort add up, with what the counts say; places of events lie on the map.
#include "synthetic.hpp"

#include "cauce/people/flows.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace cauce::people {
namespace {

TEST(Flows, AddUpToTheCohort) {
  const auto setup = synthetic::setup({200'000, 0, 6, 1.0});
  Rates rates = synthetic::rates(*setup);
  synthetic::fill(rates[Rate::border_separation], 0.3);
  rates[Rate::road_separation][static_cast<std::size_t>(RoadEvent::robbery)] = 0.3;
  World world(setup, random::Key::of(6));
  FlowCounter all({0, 24, {}, {}});
  FlowCounter families({0, 24, Kind::family, {0, 1}});
  std::int64_t left = 0, left_families = 0;
  struct Both : EventSink {
    FlowCounter& a;
    FlowCounter& b;
    Both(FlowCounter& first, FlowCounter& second) : a(first), b(second) {}
    void record(const Event& event) override {
      a.record(event);
      b.record(event);
    }
  } both(all, families);
  for (std::uint32_t step = 0; step < 60; ++step) {
    world.step(rates, 0.25, step, {&both});
    if (step >= 24)
      continue;
    for (std::size_t i = 0; i < world.counts()[Count::departures_first].size(); ++i) {
      const std::int64_t n = world.counts()[Count::departures_first][i];
      left += n;
      left_families += i % 3 == 1 && i / 3 < 2 ? n : 0;
    }
  }
  for (const auto& [counter, persons] :
       {std::pair{&all, left}, std::pair{&families, left_families}}) {
    std::array<std::int64_t, stage_count> net{};
    for (const Flow& flow : counter->flows()) {
      EXPECT_GT(flow.persons, 0);
      net[static_cast<std::size_t>(flow.from)] -= flow.persons;
      net[static_cast<std::size_t>(flow.to)] += flow.persons;
    }
    net[static_cast<std::size_t>(Stage::home)] += persons;
    std::int64_t everyone = 0;
    for (std::size_t s = 0; s < stage_count; ++s) {
      EXPECT_EQ(counter->at(static_cast<Stage>(s)), net[s]) << stage_name(static_cast<Stage>(s));
      everyone += net[s];
    }
    EXPECT_EQ(everyone, persons);
    EXPECT_GT(persons, 50);
  }
}

TEST(Flows, EventsLieOnTheMap) {
  const auto setup = synthetic::setup({60'000, 6'000, 6, 1.0});
  auto placed = std::make_shared<people::Setup>(*setup);
  std::vector<journeys::Node> nodes(setup->network.nodes().begin(), setup->network.nodes().end());
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    nodes[i].latitude = 14.0 + static_cast<double>(i) / 10.0;
    nodes[i].longitude = -90.0 - static_cast<double>(i) / 10.0;
  }
  placed->network = journeys::Network(
      std::move(nodes), {setup->network.links().begin(), setup->network.links().end()});
  Event on_link{.kind = EventKind::took_link, .place = 0};
  const auto& link = placed->network.link(0);
  const auto middle = coordinates(on_link, *placed);
  ASSERT_TRUE(middle.has_value());
  EXPECT_NEAR(middle->latitude, 14.0 + static_cast<double>(link.from + link.to) / 20.0, 1e-9);
  EXPECT_NEAR(middle->longitude, -90.0 - static_cast<double>(link.from + link.to) / 20.0, 1e-9);
  const auto home = coordinates(Event{.kind = EventKind::came_home, .place = 2}, *placed);
  ASSERT_TRUE(home.has_value());
  EXPECT_NEAR(home->latitude,
              14.0 + static_cast<double>(placed->network.find("department 2")) / 10.0, 1e-9);
  EXPECT_TRUE(coordinates(Event{.kind = EventKind::border_arrival, .place = 3}, *placed));
  EXPECT_FALSE(coordinates(Event{.kind = EventKind::status_move, .place = 3}, *placed));
}

} // namespace
} // namespace cauce::people
