// Each rule of movement on a small network whose answer is known.
#include "small_case.hpp"

#include <cmath>
#include <numeric>

namespace cauce::flee {
namespace {

// A source with two camps: `near_km` and `far_km` away.
SmallCase fork(double near_km, double far_km, const std::string& settings, int days = 1) {
  SmallCase small;
  small.locations = std::string(location_header) +
                    "source,r,home,1,1,conflict_zone,0,1000000\n"
                    "near,r,abroad,1,2,camp,,0\nfar,r,other,1,3,camp,,0\n";
  small.routes =
      "source,near," + std::to_string(near_km) + "\nsource,far," + std::to_string(far_km) + "\n";
  small.counts = {{"near", "2020-01-01,0\n"}, {"far", "2020-01-01,0\n"}};
  small.settings = settings;
  small.days = days;
  return small;
}

// Share of those in camps who are in the first one, after the case has run.
double share_near(const SmallCase& small, std::uint64_t seed = 1) {
  const CaseResult result = run_case(read_small(small), seed);
  const DayResult& last = result.days.back();
  return static_cast<double>(last.simulated[0]) / static_cast<double>(last.in_camps());
}

// Five standard errors of a share of 200,000 people.
double close(double share) { return 5.0 * std::sqrt(share * (1.0 - share) / 200'000.0); }

TEST(FleeWeights, AreOneOverTenPlusDistance) {
  const double share = (1.0 / 60) / (1.0 / 60 + 1.0 / 100);
  EXPECT_NEAR(share_near(fork(50, 90, push_settings(200'000))), share, close(share));
}

TEST(FleeWeights, FollowTheirPowersAndSoftening) {
  const auto share = [](double near, double far) { return near / (near + far); };
  const auto check = [&](const std::string& rules, double expected) {
    EXPECT_NEAR(share_near(fork(50, 90, push_settings(200'000, rules))), expected, close(expected))
        << rules;
  };
  check("  weight_power: 2.0\n", share(1.0 / 3600, 1.0 / 10000));
  check("  weight_power: 0.0\n", 0.5);
  check("  distance_power: 0.5\n", share(1 / std::sqrt(60.0), 0.1));
  check("  softening: 100\n", share(1.0 / 150, 1.0 / 190));
  check("  weight_softening: 3.0\n", share(4.0 / 60, 4.0 / 100));
  check("  pruning_threshold: 1.5\n", 1.0); // 0.010 is below 0.0167 / 1.5
}

TEST(FleeWeights, MultiplyByTheKindOfPlace) {
  // A town at home, a camp abroad and a conflict zone, all 40 km away; one step only.
  SmallCase small;
  small.locations = std::string(location_header) +
                    "source,r,home,1,1,conflict_zone,0,1000000\ntown,r,home,1,2,town,,0\n"
                    "camp,r,abroad,1,3,camp,,0\nwar,r,home,1,4,conflict_zone,0,0\n";
  small.routes = "source,town,40\nsource,camp,40\nsource,war,40\n";
  small.counts = {{"camp", "2020-01-01,0\n"}};
  small.conflicts = "#Day,source,war\n0,1,0.5\n";
  small.settings =
      "spawn_rules:\n  conflict_driven_spawning:\n    displaced_per_conflict_day: 200000\n"
      "move_rules:\n  camp_movechance: 0.0\n  default_movechance: 0.006\n"
      "  max_move_speed: 41\n  foreign_weight: 1.5\n  camp_weight: 2.0\n  conflict_weight: 0.25\n";
  const Case c = read_small(small);
  Simulation simulation(c.input, c.settings, c.data, random::Key::of(3));
  simulation.step();
  const double camp = static_cast<double>(simulation.persons(2));
  // Weights: town 1, camp 1.5 x 2, war zone 0.25^0.5. The war zone displaces half as many (0.5 x
  // 200,000); their only way leads to the source, where they choose like the others the same day.
  const double share = 3.0 / (1.0 + 3.0 + 0.5);
  EXPECT_NEAR(camp / 300'000.0, share, close(share));
}

TEST(FleeAwareness, ZeroTakesAnyLinkAlike) {
  EXPECT_NEAR(share_near(fork(50, 190, push_settings(200'000, "  awareness_level: 0\n"))), 0.5,
              close(0.5));
}

// source - hub - camp (20 + 30 km) and source - other (50 km). With one link of awareness the hub
// weighs 1/30; with two, the way on to the camp weighs 1/60 as well.
TEST(FleeAwareness, SeesPlacesSoManyLinksAhead) {
  SmallCase small;
  small.locations =
      std::string(location_header) +
      "source,r,home,1,1,conflict_zone,0,1000000\n"
      "hub,r,home,1,2,town,,0\ncamp,r,abroad,1,3,camp,,0\nother,r,abroad,1,4,camp,,0\n";
  small.routes = "source,hub,20\nhub,camp,30\nsource,other,50\n";
  small.counts = {{"camp", "2020-01-01,0\n"}, {"other", "2020-01-01,0\n"}};
  const auto share_other = [&](int awareness) {
    // Nobody leaves the hub by itself (0.006 a day): who goes on had chosen the camp.
    small.settings = push_settings(200'000, "  default_movechance: 0.006\n  awareness_level: " +
                                                std::to_string(awareness) + "\n");
    const Case c = read_small(small);
    Simulation simulation(c.input, c.settings, c.data, random::Key::of(5));
    simulation.step();
    return static_cast<double>(simulation.persons(3)) / 200'000.0;
  };
  const double one = (1.0 / 60) / (1.0 / 60 + 1.0 / 30);
  EXPECT_NEAR(share_other(1), one, close(one));
  // Routes of two: hub (30), hub-camp (60), other (60); going back is no route.
  const double two = (1.0 / 60) / (1.0 / 60 + 1.0 / 30 + 1.0 / 60);
  EXPECT_NEAR(share_other(2), two, close(two));
}

// 1,000 people leave every day for one camp with room for 2,000; the other has no limit.
TEST(FleeCapacity, ACampTakesNobodyOnceHalfOfItsLastTenthIsGone) {
  SmallCase small = fork(50, 50, push_settings(1000), 20);
  small.locations = std::string(location_header) +
                    "source,r,home,1,1,conflict_zone,0,1000000\n"
                    "near,r,abroad,1,2,camp,,2000\nfar,r,other,1,3,camp,,0\n";
  const CaseResult result = run_case(read_small(small), 2);
  std::int64_t before = 0;
  for (const DayResult& day : result.days) {
    EXPECT_GE(day.simulated[0], before);
    before = day.simulated[0];
  }
  // 95 percent is the first count at which it is closed; who set out on the same morning still
  // arrives, some 500 at most.
  EXPECT_GE(before, 1900);
  EXPECT_LE(before, 2450);
  EXPECT_EQ(result.days.back().simulated[0], result.days[6].simulated[0]);
  EXPECT_EQ(result.days.back().total, 20'000);
  // Those turned away choose again on later days.
  EXPECT_GE(result.days.back().in_camps(), 19'000);
}

TEST(FleeCapacity, ScalingWidensAndTheCountOfDayZeroIsInIt) {
  SmallCase small =
      fork(50, 50, "move_rules:\n  camp_movechance: 0.0\n  capacity_scaling: 2.0\n", 30);
  small.locations = std::string(location_header) +
                    "source,r,home,1,1,conflict_zone,0,1000000\n"
                    "near,r,abroad,1,2,camp,,1000\nfar,r,other,1,3,camp,,0\n";
  small.counts = {{"near", "2020-01-01,400\n2020-01-31,400\n"},
                  {"far", "2020-01-01,0\n2020-01-31,30000\n"}};
  const CaseResult result = run_case(read_small(small), 2);
  // 400 are there; the capacity left, 600 x 2, closes at 95 percent, 1140: 400 persons count in it.
  EXPECT_GE(result.days.back().simulated[0], 1140);
  EXPECT_LE(result.days.back().simulated[0], 1140 + 600);
}

TEST(FleeClosures, NobodyCrossesAClosedBorder) {
  SmallCase small = fork(50, 50, push_settings(1000), 10);
  small.closures += "country,home,abroad,2,6\n";
  const CaseResult result = run_case(read_small(small), 1);
  for (int day = 1; day < 10; ++day) {
    const auto today = static_cast<std::size_t>(day);
    const bool is_closed = day >= 2 && day < 6;
    EXPECT_EQ(result.days[today].simulated[0] == result.days[today - 1].simulated[0], is_closed)
        << day;
    // Everyone goes to the other camp then.
    if (is_closed) {
      EXPECT_EQ(result.days[today].simulated[1] - result.days[today - 1].simulated[1], 1000);
    }
  }
}

TEST(FleeClosures, LinksCloseBothWaysAndLocationsAltogether) {
  for (const std::string kind :
       {"link,source,near", "link,near,source", "links,source,near", "location,near,"}) {
    SmallCase small = fork(50, 50, push_settings(1000), 4);
    small.closures += kind + ",0,2\n";
    const CaseResult result = run_case(read_small(small), 1);
    EXPECT_EQ(result.days[1].simulated[0], 0) << kind;
    EXPECT_EQ(result.days[1].simulated[1], 2000) << kind;
    EXPECT_GT(result.days[2].simulated[0], 0) << kind;
  }
}

TEST(FleeClosures, APlaceWithoutWaysOutKeepsItsPeople) {
  SmallCase small = fork(50, 50, push_settings(1000), 4);
  small.closures += "location,source,,0,2\n";
  const CaseResult result = run_case(read_small(small), 1);
  EXPECT_EQ(result.days[1].in_camps(), 0);
  EXPECT_EQ(result.days[2].in_camps(), 3000); // all leave at once when it opens
}

TEST(FleeClosures, WhoIsOnTheWayTurnsBackAndTriesAgain) {
  SmallCase small = fork(500, 500, push_settings(1000, "  max_move_speed: 200\n"), 12);
  small.conflicts = "#Day,source\n";
  for (int day = 0; day < 12; ++day)
    small.conflicts += std::to_string(day) + (day == 0 ? ",1\n" : ",0\n");
  small.closures += "country,home,abroad,1,8\ncountry,home,other,1,8\n";
  const Case c = read_small(small);
  Simulation simulation(c.input, c.settings, c.data, random::Key::of(1));
  simulation.step(); // day 0: all set out, 500 km take three days of 200
  EXPECT_EQ(simulation.persons_travelling(), 1000);
  simulation.step();
  EXPECT_EQ(simulation.persons_travelling(), 1000);
  simulation.step(); // at what would be the end, they are back at the start
  EXPECT_EQ(simulation.persons_travelling(), 0);
  EXPECT_EQ(simulation.persons(0), 1000);
  for (int day = 3; day < 8; ++day) {
    simulation.step();
    EXPECT_EQ(simulation.persons(0), 1000);
  }
  simulation.step(); // day 8: the border opens; the source is a town now (0.3 a day)
  EXPECT_LT(simulation.persons(0), 800);
}

TEST(FleeClosures, AClosedCampBecomesATownAndOpensAgain) {
  SmallCase small = fork(50, 50, push_settings(0, "  default_movechance: 1.0\n"), 6);
  small.closures += "camp,near,,2,4\n";
  small.counts["near"] = "2020-01-01,500\n";
  const Case c = read_small(small);
  Simulation simulation(c.input, c.settings, c.data, random::Key::of(1));
  simulation.step();
  simulation.step();
  EXPECT_EQ(simulation.persons(1), 500); // nobody leaves a camp here
  simulation.step();
  EXPECT_LT(simulation.persons(1), 250); // as a town, everyone sets out
}

// Of kind 1, Flee keeps the plain way beside the redirected one: it counts twice in the choice.
TEST(FleeRedirections, CountTwiceInFleesProgram) {
  SmallCase small = fork(50, 50, push_settings(200'000));
  small.routes = "source,near,50,1\nsource,far,50,0\n";
  EXPECT_NEAR(share_near(small), 2.0 / 3, close(2.0 / 3));
  small.routes = "near,source,50,2\nsource,far,50,0\n"; // of kind 2 from the second place, once
  EXPECT_NEAR(share_near(small), 0.5, close(0.5));
}

TEST(FleeRedirections, TakeEveryoneWhenTheyAreFollowed) {
  for (const std::string route : {"source,near,50,1\n", "near,source,50,2\n"}) {
    SmallCase small = fork(50, 50, push_settings(1000, "  follow_redirections: True\n"), 4);
    small.routes = route + "source,far,50,0\n";
    small.closures += "remove_forced_redirection,source,near,2,3\n";
    const CaseResult result = run_case(read_small(small), 1);
    EXPECT_EQ(result.days[1].simulated[0], 2000);
    EXPECT_GT(result.days[2].simulated[1], 300); // free to choose on day 2
    EXPECT_EQ(result.days[3].simulated[1], result.days[2].simulated[1]);
  }
}

TEST(FleeSpeed, ALinkTakesItsLengthOverTheSpeed) {
  // 700 km at 200 a day: 200, 400, 600, 800 > 700 on the fourth day.
  SmallCase small = fork(700, 700, push_settings(100, "  max_move_speed: 200\n"), 6);
  const CaseResult result = run_case(read_small(small), 1);
  EXPECT_EQ(result.days[2].in_camps(), 0);
  EXPECT_EQ(result.days[3].in_camps(), 100);
  EXPECT_EQ(result.days[5].in_camps(), 300);
  // Exactly reached is not yet there: 600 km arrive on the fourth day as well.
  small.routes = "source,near,600\nsource,far,600\n";
  EXPECT_EQ(run_case(read_small(small), 1).days[2].in_camps(), 0);
}

TEST(FleeSpeed, StartsOnFootWalksAndSpeedLimitsHoldByLink) {
  SmallCase small = fork(100, 100, push_settings(100, "  start_on_foot: True\n"), 6);
  EXPECT_EQ(run_case(read_small(small), 1).days[1].in_camps(), 0); // 35, 70, 105
  EXPECT_EQ(run_case(read_small(small), 1).days[2].in_camps(), 100);
  small = fork(100, 100, push_settings(100), 6);
  small.routes = "#name1,name2,distance,forced_redirection,max_move_speed,walk_probability\n"
                 "source,near,100,0,60,0\nsource,far,100,0,,1.0\n";
  const CaseResult result = run_case(read_small(small), 1);
  EXPECT_EQ(result.days[0].in_camps(), 0);
  EXPECT_GT(result.days[1].simulated[0], 0); // 60, 120
  EXPECT_EQ(result.days[1].simulated[1], 0);
  EXPECT_GT(result.days[2].simulated[1], 0); // 35, 70, 105
}

TEST(FleeSpeed, TheRestOfADayIsUsedAndShortStintsAreAvoided) {
  // A town 20 km on the way to a camp, and a chance of 0.006 to go on from it.
  SmallCase small;
  small.locations = std::string(location_header) +
                    "source,r,home,1,1,conflict_zone,0,1000000\n"
                    "town,r,home,1,2,town,,0\ncamp,r,abroad,1,3,camp,,0\n";
  small.routes = "source,town,20\ntown,camp,20\n";
  small.counts = {{"camp", "2020-01-01,0\n"}};
  const auto in_camp = [&](const std::string& rules) {
    small.settings =
        push_settings(10'000, rules + "  default_movechance: 0.006\n  conflict_weight: 0.0\n");
    return run_case(read_small(small), 1).days[0].in_camps();
  };
  EXPECT_LT(in_camp(""), 120);                                // 0.6 percent go on the same day
  EXPECT_EQ(in_camp("  avoid_short_stints: True\n"), 10'000); // 20 of 360 km is no day's travel
  // 100 km at 60 a day: with 60 km yesterday and 40 today, enough was travelled to stop in a town.
  small.routes = "source,town,100\ntown,camp,20\n";
  small.conflicts = "#Day,source\n0,1\n1,0\n";
  small.days = 2;
  small.settings = push_settings(10'000, "  default_movechance: 0.006\n  conflict_weight: 0.0\n"
                                         "  avoid_short_stints: True\n  max_move_speed: 60\n");
  EXPECT_LT(run_case(read_small(small), 1).days[1].in_camps(), 120);
}

TEST(FleeSpeed, EndlessHoppingIsSaid) {
  SmallCase small = fork(0, 0, push_settings(10, "  default_movechance: 1.0\n"), 1);
  small.locations = std::string(location_header) +
                    "source,r,home,1,1,conflict_zone,0,1000000\n"
                    "near,r,abroad,1,2,forwarding_hub,,0\nfar,r,other,1,3,camp,,0\n";
  small.routes = "source,near,0\n";
  const Case c = read_small(small);
  try {
    run_case(c, 1);
    FAIL() << "hopped for ever";
  } catch (const Error& problem) {
    EXPECT_EQ(problem.diagnostic().code, "W142");
  }
}

} // namespace
} // namespace cauce::flee
