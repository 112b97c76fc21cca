// Delays kept as histories: what they give by the plain definition over the whole history, and that
// they keep no more of it than can still be asked for.
#include "support.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace cauce::conditions::test {
namespace {

using Course = std::vector<double>;

// Inputs and times that jump, in two elements, and the delays of them.
std::string jumping(const std::string& time, double stop) {
  const std::string two = over({"D"});
  return xmile(aux("i", "RANDOM(0, 10, 3) + D", two) +
                   aux("lag", "MAX(0.1, 4 + 3 * SIN(TIME * D) + RANDOM(-3, 3, 7))", two) +
                   aux("fixed time", "6") +
                   aux("m", "DELAY MATERIAL(i, " + time + ", -1, -9)", two) +
                   aux("n", "DELAY INFORMATION(i, " + time + ", -1)", two) +
                   aux("f", "DELAY FIXED(i, " + time + ", -1)", two) +
                   aux("c", "DELAY CONVEYOR(i, " + time + ", 0.02, 0, 20, 5)", two) +
                   aux("p", "DELAY PROFILE(shape, i, " + time + ", 1)", two) +
                   "<gf name=\"shape\"><xscale min=\"0\" max=\"2\"/><ypts>0,1,0.5,0</ypts></gf>",
               "<start>0</start><stop>" + std::to_string(stop) + "</stop><dt>0.5</dt>",
               "<dim name=\"D\" size=\"2\"/>");
}

std::vector<Course> courses(Run& run, const std::vector<std::string>& names, int steps) {
  std::vector<Course> out(names.size());
  for (int i = 0; i <= steps; ++i) {
    if (i > 0)
      run.step();
    run.evaluate();
    for (std::size_t k = 0; k < names.size(); ++k)
      out[k].push_back(run.values(*run.model().find(names[k])).back());
  }
  return out;
}

std::size_t steps_of(double delay) {
  return static_cast<std::size_t>(std::max(1.0, std::round(delay / 0.5)));
}

TEST(Delays, GiveWhatTheWholeHistorySays) {
  constexpr int steps = 400;
  for (const bool oracle : {false, true}) {
    conditions::Run run(compile(jumping("lag", 300)));
    run.use_oracle(oracle);
    run.initialise();
    const std::vector<Course> of = courses(run, {"i", "lag", "m", "n", "f"}, steps);
    const Course &i = of[0], &lag = of[1];
    for (std::size_t now = 1; now <= steps; ++now) {
      double sum = 0, newest = -1;
      bool any = false;
      for (std::size_t k = 0; k < now; ++k) {
        const std::size_t comes = k + steps_of(lag[k]);
        if (comes == now) {
          sum += i[k];
          any = true;
        }
        if (comes <= now)
          newest = i[k];
      }
      const bool begun = now >= steps_of(lag[0]);
      EXPECT_EQ(of[2][now], !begun ? -1 : any ? sum : -9) << now;
      EXPECT_EQ(of[3][now], begun ? newest : -1) << now;
      // The time of a fixed delay is what it was when the step began.
      const std::size_t back = steps_of(lag[now - 1]);
      EXPECT_EQ(of[4][now], back > now ? of[4][now - 1] : i[now - back]) << now;
    }
  }
}

// What a run keeps does not grow once the first inputs have come out.
TEST(Delays, KeepWhatCanStillBeAskedFor) {
  conditions::Run run(compile(jumping("fixed time", 1e5)));
  run.initialise();
  run.step(200);
  std::size_t least = std::numeric_limits<std::size_t>::max(), most = 0;
  for (int i = 0; i < 100; ++i) {
    run.step(17);
    const std::size_t size = run.save().size();
    least = std::min(least, size);
    most = std::max(most, size);
  }
  // Half of what is kept may have come out (delays_material.cpp, delays_conveyor.cpp): of two
  // lanes, twelve steps on the way, 16 bytes an input and 32 a step of the belt.
  EXPECT_LE(most - least, 2u * 13u * (16u * 2u + 32u));
  // The same where times jump, but for DELAY FIXED, which then keeps all.
  const auto material = xmile(
      aux("lag", "MAX(0.1, 4 + RANDOM(-3, 3, 7))") + aux("m", "DELAY MATERIAL(TIME, lag)") +
      aux("n", "DELAY INFORMATION(TIME, lag)") + aux("c", "DELAY CONVEYOR(1, lag, 0, 0, 4, 4)"));
  conditions::Run varying(compile(material));
  varying.initialise();
  varying.step(50);
  const std::size_t early = varying.save().size();
  varying.step(200'000); // hours, if each step looked through all
  EXPECT_LE(varying.save().size(), early + 2000);
}

TEST(Delays, ResumeBitForBit) {
  for (const char* time : {"lag", "fixed time"}) {
    const auto model = compile(jumping(time, 300));
    conditions::Run straight(model, 3), resumed(model, 3);
    straight.initialise();
    straight.step(77);
    const std::vector<std::byte> half = straight.save();
    resumed.restore(half);
    straight.step(91);
    resumed.step(91);
    EXPECT_EQ(straight.save(), resumed.save()) << time;
    std::vector<std::byte> cut(half.begin(), half.end() - 9);
    EXPECT_THROW(resumed.restore(cut), Error);
  }
}

// A constant time that is set to a longer one: what was dropped is the oldest that is left, and
// from then on all is kept. Set to a shorter one nothing is missing.
TEST(Delays, ConstantTimesThatAreSet) {
  const auto model =
      compile(xmile(aux("d", "3") + aux("f", "DELAY FIXED(TIME, d, -1)") +
                        aux("p", "DELAY PROFILE(late, TIME, d, -1)") +
                        "<gf name=\"late\"><xpts>0,0.99,1,1.01</xpts><ypts>0,0,100,0</ypts></gf>",
                    "<start>0</start><stop>30</stop><dt>1</dt>"));
  conditions::Run run(model);
  run.initialise();
  const auto value = [&](const char* name) {
    run.evaluate();
    return run.values(*model->find(name))[0];
  };
  run.step(10); // inputs 0 to 9 have entered, 7 to 9 are kept
  EXPECT_EQ(value("f"), 7);
  EXPECT_NEAR(value("p"), 7, 0.1);
  const double longer = 6, shorter = 2;
  run.set(*model->find("d"), 0, {&longer, 1});
  run.step(1);
  EXPECT_EQ(value("f"), 8); // 5 was asked for; 8 is the oldest of three
  run.step(2);
  EXPECT_EQ(value("f"), 8);
  run.step(1);
  EXPECT_EQ(value("f"), 8); // what was asked for now
  run.step(1);
  EXPECT_EQ(value("f"), 9);
  run.step(5);
  EXPECT_EQ(value("f"), 14);
  EXPECT_NEAR(value("p"), 14, 0.1);
  run.set(*model->find("d"), 0, {&shorter, 1});
  run.step(1);
  EXPECT_EQ(value("f"), 19);
}

// A run that goes on beyond its stop time, with a delay longer than the file's run.
TEST(Delays, LongerThanTheRun) {
  const auto model = compile(xmile(aux("f", "DELAY FIXED(TIME, 20, -1)")));
  conditions::Run run(model);
  run.initialise();
  run.step(19);
  run.evaluate();
  EXPECT_EQ(run.values(*model->find("f"))[0], -1);
  run.step(16);
  run.evaluate();
  EXPECT_EQ(run.values(*model->find("f"))[0], 15);
}

} // namespace
} // namespace cauce::conditions::test
