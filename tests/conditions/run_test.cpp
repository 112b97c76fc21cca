// Stepping, overriding, copying and saving runs; the order of the integration methods.
#include "support.hpp"

#include "cauce/conditions/saved_steps.hpp"

#include <cmath>
#include <cstring>
#include <fmt/format.h>

namespace cauce::conditions {
namespace {

using namespace test;

double error_at_one(const std::string& method, double dt) {
  const auto model = compile(xmile(
      stock("x", "1", "<inflow>g</inflow>") + flow("g", "x * COS(TIME)"),
      "<start>0</start><stop>1</stop><dt>" + fmt::format("{}", dt) + "</dt>", "", "", method));
  return std::abs(value_at(model, "x", 1).at(0) - std::exp(std::sin(1.0)));
}

// The start, every save step and the end, as the file says.
TEST(SavedSteps, AreTheStartEverySaveStepAndTheEnd) {
  const auto model =
      compile(xmile(stock("x", "1", "<inflow>g</inflow>") + flow("g", "1") + aux("twice", "2 * x"),
                    "<start>0</start><stop>5</stop><dt>0.5</dt><savestep>2</savestep>"));
  for (const std::size_t members : {1u, 3u}) {
    conditions::Run run(model, members);
    std::vector<double> times, values;
    run_saved_steps(run, std::vector{*model->find("twice"), *model->find("x")},
                    [&](double time, std::span<const double> row) {
                      EXPECT_EQ(row.size(), 2 * members);
                      times.push_back(time);
                      values.push_back(row.front());
                      EXPECT_EQ(row.back(), row.front() / 2);
                    });
    EXPECT_EQ(times, (std::vector<double>{0, 2, 4, 5}));
    EXPECT_EQ(values, (std::vector<double>{2, 6, 10, 12}));
  }
}

// What has been evaluated is not evaluated again by the next step, unless something was set.
TEST(Stepping, TakesWhatIsSetAfterAnEvaluation) {
  const auto model = compile(xmile(stock("x", "1", "<inflow>g</inflow>") + flow("g", "k * x") +
                                   aux("k", "1 + 0 * TIME") + aux("until", "STOPTIME")));
  conditions::Run run(model);
  run.initialise();
  run.evaluate();
  run.step();
  run.evaluate();
  EXPECT_EQ(run.values(*model->find("x"))[0], 2);
  const double three = 3;
  run.set(*model->find("k"), 0, {&three, 1});
  run.step();
  EXPECT_EQ(run.values(*model->find("x"))[0], 8);
  run.evaluate();
  run.release(*model->find("k"));
  run.step();
  EXPECT_EQ(run.values(*model->find("x"))[0], 16);
  run.evaluate();
  run.set(*model->find("x"), 0, {&three, 1});
  run.step();
  EXPECT_EQ(run.values(*model->find("x"))[0], 6);
}

// Halving dt divides the error by 2, 4 and 16.
TEST(Integration, MethodsHaveTheirOrder) {
  EXPECT_NEAR(std::log2(error_at_one("Euler", 1.0 / 64) / error_at_one("Euler", 1.0 / 128)), 1,
              0.1);
  EXPECT_NEAR(std::log2(error_at_one("RK2", 1.0 / 64) / error_at_one("RK2", 1.0 / 128)), 2, 0.1);
  EXPECT_NEAR(std::log2(error_at_one("RK4", 1.0 / 16) / error_at_one("RK4", 1.0 / 32)), 4, 0.2);
}

TEST(Integration, EulerIsTheExactDifferenceEquation) {
  const auto model = compile(xmile(stock("x", "3", "<inflow>in</inflow><outflow>out</outflow>") +
                                       flow("in", "0.2*x") + flow("out", "x^2/50"),
                                   "<start>0</start><stop>20</stop><dt>0.25</dt>"));
  double x = 3;
  for (int n = 0; n < 80; ++n)
    x += 0.25 * (0.2 * x - x * x / 50);
  EXPECT_DOUBLE_EQ(value_at(model, "x", 20).at(0), x);
}

TEST(Integration, StepAndStopAsTheFileSays) {
  const auto model = compile(xmile(
      aux("x", "TIME"),
      "<start>2</start><stop>4</stop><dt reciprocal=\"true\">8</dt><savestep>0.5</savestep>"));
  EXPECT_EQ(model->sim_specs().dt, 0.125);
  EXPECT_EQ(model->sim_specs().save_step, 0.5);
  EXPECT_EQ(value_at(model, "x", 4).at(0), 4);
}

TEST(NonNegative, OutflowsTakeWhatIsThereInTheirOrder) {
  const auto model = compile(
      xmile(stock("s", "10",
                  "<inflow>i</inflow><outflow>a</outflow><outflow>b</outflow><non_negative/>") +
            flow("i", "1") + flow("a", "8") + flow("b", "8") +
            stock("got", "0", "<inflow>a</inflow><inflow>b</inflow>")));
  EXPECT_EQ(value_at(model, "a", 0).at(0), 8);
  EXPECT_EQ(value_at(model, "b", 0).at(0), 3);
  for (double t = 0; t < 5; ++t)
    EXPECT_DOUBLE_EQ(value_at(model, "s", t).at(0) + value_at(model, "got", t).at(0), 10 + t);
}

TEST(Coupling, OverridesHoldUntilReleased) {
  const auto model =
      compile(xmile(aux("rate", "0.5") + aux("twice", "2 * rate") + flow("count", "10 * twice") +
                    stock("s", "1", "<inflow>count</inflow>")));
  const auto id = [&](const char* name) { return *model->find(name); };
  conditions::Run run(model);
  const double overriding = 3;
  run.initialise();
  EXPECT_EQ(run.values(id("count"))[0], 10);
  // Between evaluate and advance: the flow itself counts at once.
  run.evaluate();
  run.set(id("count"), 0, {&overriding, 1});
  run.advance();
  EXPECT_EQ(run.values(id("s"))[0], 4);
  run.evaluate();
  run.advance();
  EXPECT_EQ(run.values(id("s"))[0], 7);
  run.release(id("count"));
  run.set(id("rate"), 0, {&overriding, 1}); // a constant, never folded away
  run.evaluate();
  EXPECT_EQ(run.values(id("twice"))[0], 6);
  EXPECT_EQ(run.values(id("count"))[0], 60);
  run.release(id("rate"));
  run.evaluate();
  EXPECT_EQ(run.values(id("count"))[0], 10);
  const double state = 100;
  run.set(id("s"), 0, {&state, 1}); // a stock is set and goes on
  run.evaluate();
  run.advance();
  EXPECT_EQ(run.values(id("s"))[0], 110);
}

TEST(Coupling, OverridesHoldForInitialValuesToo) {
  const auto model = compile(xmile(aux("a", "2") + stock("s", "a * 10", "<inflow>f</inflow>") +
                                   flow("f", "1") + stock("t", "5", "<inflow>f</inflow>")));
  conditions::Run run(model, 2);
  const double seven = 7;
  run.set(*model->find("a"), 1, {&seven, 1});
  run.set(*model->find("t"), 0, {&seven, 1});
  run.initialise();
  EXPECT_EQ(run.values(*model->find("s"))[0], 20);
  EXPECT_EQ(run.values(*model->find("s"))[1], 70);
  run.advance();
  EXPECT_EQ(run.values(*model->find("t"))[0], 8);
  EXPECT_EQ(run.values(*model->find("t"))[1], 6);
  EXPECT_THROW(run.set(*model->find("a"), 2, {&seven, 1}), Error);
}

std::string with_memory() {
  return xmile(stock("s", "1", "<inflow>f</inflow>") +
                   flow("f", "0.1 * s + NORMAL(0, 1) + DELAY(s, 2) * 0.01 + PREVIOUS(f, 0) * 0.1 + "
                             "SMTH3(s, 3) * 0.01") +
                   "<stock "
                   "name=\"belt\"><eqn>6</eqn><inflow>on</inflow><outflow>off</"
                   "outflow><outflow>lost</outflow><conveyor><len>3</len></conveyor></stock>" +
                   flow("on", "TIME") +
                   "<flow name=\"off\"></flow><flow name=\"lost\"><eqn>0.1</eqn><leak/></flow>",
               "<start>0</start><stop>20</stop><dt>0.5</dt>");
}

// Copies and saved bytes go on as the run itself does, to the last bit.
TEST(Snapshots, ResumedEqualsStraight) {
  const auto model = compile(with_memory());
  conditions::Run straight(model, 3, 9);
  const double a = 4;
  straight.set(*model->find("on"), 1, {&a, 1});
  straight.initialise();
  for (int i = 0; i < 11; ++i)
    straight.step();
  conditions::Run copied = straight;
  const std::vector<std::byte> bytes = straight.save();
  conditions::Run restored(model, 3);
  restored.restore(bytes);
  EXPECT_EQ(restored.save(), bytes);
  for (int i = 0; i < 15; ++i) {
    straight.step();
    copied.step();
    restored.step();
  }
  EXPECT_EQ(straight.save(), copied.save());
  EXPECT_EQ(straight.save(), restored.save());
  for (std::uint32_t v = 0; v < model->variables().size(); ++v) {
    const auto x = straight.values({v}), y = restored.values({v});
    EXPECT_EQ(std::memcmp(x.data(), y.data(), x.size_bytes()), 0) << model->info({v}).name;
  }
}

TEST(Snapshots, OtherBytesAreRefused) {
  const auto model = compile(with_memory());
  conditions::Run run(model, 2);
  run.initialise();
  std::vector<std::byte> bytes = run.save();
  conditions::Run other(model, 3);
  EXPECT_THROW(other.restore(bytes), Error);
  for (const std::size_t length :
       {std::size_t{0}, std::size_t{7}, bytes.size() / 2, bytes.size() - 1}) {
    EXPECT_THROW(run.restore(std::span(bytes).first(length)), Error) << length;
  }
  bytes.push_back(std::byte{0});
  EXPECT_THROW(run.restore(bytes), Error);
}

// What goes onto a conveyor comes off its transit time later, unless it leaked.
TEST(Conveyors, DelayAndConserve) {
  const std::string belt =
      "<stock "
      "name=\"belt\"><eqn>12</eqn><inflow>on</inflow><outflow>off</outflow><outflow>lost</"
      "outflow><conveyor><len>4</len></conveyor></stock>"
      "<flow name=\"on\"><eqn>STEP(10, 2)</eqn></flow><flow name=\"off\"/><flow "
      "name=\"lost\"><eqn>FRACTION</eqn><leak/></flow>" +
      stock("out", "0", "<inflow>off</inflow>") + stock("gone", "0", "<inflow>lost</inflow>");
  const auto with = [&](const std::string& fraction) {
    std::string text = belt;
    text.replace(text.find("FRACTION"), 8, fraction);
    return compile(xmile(text, "<start>0</start><stop>20</stop><dt>0.5</dt>"));
  };
  const auto sound = with("0");
  EXPECT_EQ(value_at(sound, "off", 0).at(0), 3); // the first content lies evenly on the belt
  EXPECT_EQ(value_at(sound, "off", 3.5).at(0), 3);
  EXPECT_EQ(value_at(sound, "off", 4).at(0), 0);
  EXPECT_EQ(value_at(sound, "off", 5.5).at(0), 0);
  EXPECT_EQ(value_at(sound, "off", 6).at(0), 10);
  EXPECT_EQ(value_at(sound, "belt", 15).at(0), 40);
  const auto leaky = with("0.25");
  EXPECT_NEAR(value_at(leaky, "off", 15).at(0), 7.5, 1e-12);
  for (double t = 0; t < 20; t += 2.5) {
    const double inside = value_at(leaky, "belt", t).at(0) + value_at(leaky, "out", t).at(0) +
                          value_at(leaky, "gone", t).at(0);
    EXPECT_NEAR(inside, 12 + 10 * std::max(0.0, t - 2), 1e-9);
  }
}

TEST(Queues, WaitForRoomDownstream) {
  const auto model = compile(
      xmile("<stock "
            "name=\"line\"><eqn>0</eqn><inflow>come</inflow><outflow>go</outflow><queue/></stock>" +
            flow("come", "5") +
            "<flow name=\"go\"/>"
            "<stock "
            "name=\"belt\"><eqn>0</eqn><inflow>go</inflow><outflow>done</outflow><conveyor "
            "one_at_a_time=\"false\"><len>2</len><in_limit>3</in_limit></conveyor></stock><flow "
            "name=\"done\"/>" +
            stock("served", "0", "<inflow>done</inflow>")));
  EXPECT_EQ(value_at(model, "go", 4).at(0), 3);
  EXPECT_EQ(value_at(model, "line", 6).at(0),
            5 + 2 * 5); // 5 before any leave, then 2 more each time
  EXPECT_EQ(value_at(model, "served", 10).at(0) + value_at(model, "belt", 10).at(0) +
                value_at(model, "line", 10).at(0),
            50);
}

// The transit time 2 + TIME is sampled at 1 only: what enters at 3 leaves at 6, not at 8.
TEST(Conveyors, SampleHoldsTheTransitTime) {
  for (const bool sampled : {true, false}) {
    const auto model = compile(xmile(
        "<stock "
        "name=\"belt\"><eqn>0</eqn><inflow>on</inflow><outflow>off</outflow><conveyor><len>2 "
        "+ TIME</len><capacity>50 + TIME</capacity>" +
            std::string(sampled ? "<sample>TIME = 1</sample>" : "") +
            "</conveyor></stock><flow name=\"off\"/>" + flow("on", "IF TIME = 3 THEN 10 ELSE 0") +
            aux("takes", "PROCTIME(belt)") + aux("room", "CAPACITY(belt)"),
        "<start>0</start><stop>20</stop><dt>1</dt>"));
    for (int t = 0; t < 12; ++t)
      EXPECT_EQ(value_at(model, "off", t).at(0), t == (sampled ? 6 : 8) ? 10 : 0) << t;
    EXPECT_EQ(value_at(model, "takes", 4).at(0), sampled ? 3 : 5);
    EXPECT_EQ(value_at(model, "room", 4).at(0), 54);
  }
}

// Five come and at most three leave in each step: at 3 there wait four of the second batch and five
// of the third.
TEST(Queues, TellWhatWaits) {
  const auto model = compile(
      xmile("<stock "
            "name=\"line\"><eqn>0</eqn><inflow>come</inflow><outflow>go</outflow><queue/></stock>" +
                flow("come", "5") +
                "<flow name=\"go\"/><stock "
                "name=\"belt\"><eqn>0</eqn><inflow>go</inflow><outflow>done</outflow><conveyor "
                "one_at_a_time=\"false\"><len>2</len><in_limit>3</in_limit></conveyor></"
                "stock><flow name=\"done\"/>" +
                aux("n", "QLEN(line)") + aux("front", "QELEM(line, 1)") +
                aux("next", "QELEM(line, 2)") + aux("nobody", "QELEM(line, 3)"),
            "<start>0</start><stop>20</stop><dt>1</dt>"));
  EXPECT_EQ(value_at(model, "n", 0).at(0), 0);
  EXPECT_EQ(value_at(model, "n", 3).at(0), 2);
  EXPECT_EQ(value_at(model, "front", 3).at(0), 4);
  EXPECT_EQ(value_at(model, "next", 3).at(0), 5);
  EXPECT_EQ(value_at(model, "nobody", 3).at(0), 0);
  EXPECT_EQ(value_at(model, "next", 3, true).at(0), 5);
}

TEST(Modules, InputsComeFromTheirConnections) {
  const std::string text =
      "<xmile "
      "version=\"1.0\"><sim_specs><start>0</start><stop>5</stop><dt>1</dt></"
      "sim_specs><model><variables>" +
      aux("feed", "3") + aux("total", "left.level + right.level") +
      "<module name=\"left\" isee:model=\"tank\"><connect to=\"left.inflow rate\" "
      "from=\"feed\"/></module><module name=\"right\" isee:model=\"tank\"><connect to=\"inflow "
      "rate\" from=\"left.level\"/></module>"
      "</variables></model><model name=\"tank\"><variables><aux name=\"inflow rate\" "
      "access=\"input\"><eqn>0</eqn></aux>" +
      stock("level", "1", "<inflow>in</inflow>") + flow("in", "inflow_rate") +
      "</variables></model></xmile>";
  const auto model = compile(text);
  EXPECT_EQ(value_at(model, "left.level", 2).at(0), 7);
  EXPECT_EQ(value_at(model, "total", 2).at(0), 7 + 1 + 1 + 4);
}

// The example of the standard (XMILE 1.0, single_file_submodel.xmile): what a module gives out goes
// to a variable of the model around it.
TEST(Modules, OutputsGoToTheModelAround) {
  const auto model =
      compile("<xmile "
              "version=\"1.0\"><sim_specs><start>1</start><stop>13</stop><dt>0.25</dt></"
              "sim_specs><model><variables><module name=\"Sub_Model\"><connect to=\"Input\" "
              "from=\".Root_Model_Output\"/><connect to=\".Root_Model_Input\" "
              "from=\"Sub_Model.Output\"/></module>" +
              aux("Root_Model_Output", "3") +
              "<aux name=\"Root_Model_Input\" access=\"input\"/></variables></model><model "
              "name=\"Sub_Model\"><variables><aux name=\"Input\" access=\"input\"/>" +
              aux("Output", "2 * Input") + "</variables></model></xmile>");
  EXPECT_EQ(value_at(model, "Root_Model_Input", 1).at(0), 6);
}

} // namespace
} // namespace cauce::conditions
