// Submodels with settings of their own (XMILE 1.0 section 2.3): their own dt, method, start and
// stop.
#include "support.hpp"

#include "cauce/conditions/loops.hpp"

#include <cmath>

namespace cauce::conditions::test {
namespace {

using conditions::Run;

// A file whose root holds `variables` and a module "sub" of a model with these settings.
std::string with_sub(const std::string& file_specs, const std::string& variables,
                     const std::string& sub_specs, const std::string& sub_variables,
                     const std::string& more = "") {
  return "<xmile version=\"1.0\"><sim_specs method=\"Euler\">" + file_specs +
         "</sim_specs><model><variables>" + variables +
         "<module name=\"sub\"><connect to=\"input\" from=\"source\"/></module></variables></model>"
         "<model name=\"sub\">" +
         sub_specs + "<variables>" + sub_variables + "</variables></model>" + more + "</xmile>";
}

const std::string input = "<aux name=\"input\" access=\"input\"><eqn>0</eqn></aux>";

std::string decay(const std::string& initial, const std::string& rate) {
  return stock("x", initial, "<outflow>out</outflow>") + flow("out", rate);
}

struct SubmodelSpecs : testing::Test {
  static std::vector<double> course(conditions::Run& run, const std::string& name, int steps) {
    std::vector<double> out;
    const auto id = run.model().find(name);
    EXPECT_TRUE(id) << name;
    for (int i = 0; i <= steps; ++i) {
      if (i > 0)
        run.step();
      run.evaluate();
      out.push_back(run.values(*id)[0]);
    }
    return out;
  }
  static std::vector<double> course(const std::string& file, const std::string& name, int steps) {
    conditions::Run run(compile(file));
    run.initialise();
    return course(run, name, steps);
  }
};

const std::string unit = "<start>0</start><stop>10</stop><dt>1</dt>";
const std::string quarter = "<start>0</start><stop>10</stop><dt>0.25</dt>";

TEST_F(SubmodelSpecs, ShorterStepsAreTakenWithin) {
  const auto x = course(with_sub(unit, aux("source", "0"), "<sim_specs><dt>0.25</dt></sim_specs>",
                                 input + decay("100", "x / 2")),
                        "sub.x", 10);
  for (int t = 0; t <= 10; ++t)
    EXPECT_NEAR(x[static_cast<std::size_t>(t)], 100 * std::pow(1 - 0.25 / 2, 4 * t), 1e-10);
}

// A submodel that depends on nothing outside runs as it would in a file of its own, bit for bit,
// with all that remembers.
TEST_F(SubmodelSpecs, AreThoseOfAFileOfItsOwn) {
  const std::string inner =
      decay("100", "x / 2 + DT") + aux("s", "SMTH3(out, 2)") + aux("p", "PREVIOUS(s, 7)") +
      aux("f", "DELAY(out, 1.5)") + aux("m", "DELAY MATERIAL(out, 1 + x / 90)") +
      aux("pulse", "PULSE(3, 2, 2.25)") + aux("history", "HISTORY(out, TIME - 0.75)") +
      aux("at", "TIME - STARTTIME") + flow("on", "10 + STEP(5, 3)") + flow("off", "") +
      "<stock name=\"belt\"><eqn>8</eqn><inflow>on</inflow><outflow>off</outflow><conveyor><len>2"
      "</len></conveyor></stock>";
  for (const char* method : {"Euler", "RK2", "RK4"}) {
    const auto alone = compile(xmile(inner, quarter, "", "", method));
    const auto within = compile(
        with_sub(unit, aux("source", "0") + aux("outer", "sub.belt + sub.x"),
                 "<sim_specs method=\"" + std::string(method) + "\"><dt>0.25</dt></sim_specs>",
                 input + inner));
    for (const bool oracle : {false, true}) {
      conditions::Run a(alone), b(within);
      a.use_oracle(oracle);
      b.use_oracle(oracle);
      a.initialise();
      b.initialise();
      for (int t = 1; t <= 9; ++t) {
        a.step(4);
        b.step();
        a.evaluate();
        b.evaluate();
        for (const char* name : {"x", "s", "p", "f", "m", "pulse", "history", "at", "belt", "off"})
          EXPECT_EQ(a.values(*alone->find(name))[0],
                    b.values(*within->find("sub." + std::string(name)))[0])
              << name << " at " << t << " by " << method;
      }
    }
  }
}

// Each sees of the other what it was at the last common instant.
TEST_F(SubmodelSpecs, OthersAreHeldWithinAStep) {
  const std::string root =
      stock("z", "1", "<inflow>in</inflow>") + flow("in", "sub.x - z") + aux("source", "z");
  const std::string sub =
      input + stock("x", "2", "<inflow>gain</inflow>") + flow("gain", "0.3 * input - 0.5 * x");
  double z = 1, x = 2;
  const auto file =
      with_sub(unit, root, "<sim_specs><dt reciprocal=\"true\">2</dt></sim_specs>", sub);
  const auto of_z = course(file, "z", 10), of_x = course(file, "sub.x", 10);
  for (std::size_t t = 0; t <= 10; ++t) {
    EXPECT_NEAR(of_z[t], z, 1e-12);
    EXPECT_NEAR(of_x[t], x, 1e-12);
    const double before = z;
    z += x - z;
    for (int k = 0; k < 2; ++k)
      x += 0.5 * (0.3 * before - 0.5 * x);
  }
  // The other way round: the submodel takes a step in four of the file's.
  const auto slow = with_sub(quarter, root, "<sim_specs><dt>1</dt></sim_specs>", sub);
  const auto slow_z = course(slow, "z", 40), slow_x = course(slow, "sub.x", 40);
  z = 1, x = 2;
  double sum = 0;
  for (std::size_t i = 0; i <= 40; ++i) {
    if (i % 4 == 0)
      sum = 0.3 * z - 0.5 * x;
    EXPECT_NEAR(slow_z[i], z, 1e-12);
    EXPECT_NEAR(slow_x[i], x, 1e-12);
    z += 0.25 * (x - z);
    if (i % 4 == 3)
      x += sum;
  }
}

TEST_F(SubmodelSpecs, RunBetweenTheirOwnStartAndStop) {
  const auto x = course(with_sub(unit, aux("source", "0"),
                                 "<sim_specs><start>2</start><stop>5</stop><dt>1</dt></sim_specs>",
                                 input + decay("64", "x / 2") + aux("s", "STARTTIME + STOPTIME")),
                        "sub.x", 7);
  EXPECT_EQ(x, (std::vector<double>{64, 64, 64, 32, 16, 8, 8, 8}));
}

TEST_F(SubmodelSpecs, BuiltInsAreThoseOfTheSubmodel) {
  const auto file = with_sub(unit, aux("source", "DT"),
                             "<sim_specs><start>1</start><stop>9</stop><dt>0.125</dt></sim_specs>",
                             input + aux("dt here", "DT") + aux("start", "STARTTIME") +
                                 aux("stop", "STOPTIME") + aux("there", "input"));
  EXPECT_EQ(course(file, "sub.dt here", 1)[1], 0.125);
  EXPECT_EQ(course(file, "sub.start", 1)[1], 1);
  EXPECT_EQ(course(file, "sub.stop", 1)[1], 9);
  EXPECT_EQ(course(file, "sub.there", 1)[1], 1);
}

// The settings of the root are those of the run; a submodel without any keeps to them.
TEST_F(SubmodelSpecs, OfTheRootHoldForTheRun) {
  const std::string text = "<xmile version=\"1.0\"><sim_specs><start>0</start><stop>10</stop>"
                           "<dt>1</dt></sim_specs><model><sim_specs method=\"RK4\"><stop>4</stop>"
                           "<dt>0.5</dt></sim_specs><variables>" +
                           decay("1", "x") + "</variables></model></xmile>";
  const auto model = compile(text);
  EXPECT_EQ(model->sim_specs().dt, 0.5);
  EXPECT_EQ(model->sim_specs().stop, 4);
  EXPECT_EQ(model->sim_specs().save_step, 0.5);
  EXPECT_EQ(model->sim_specs().method, Method::rk4);
  const double h = 0.5, step = 1 - h + h * h / 2 - h * h * h / 6 + h * h * h * h / 24;
  EXPECT_NEAR(value_at(model, "x", 4)[0], std::pow(step, 8), 1e-12);
}

TEST_F(SubmodelSpecs, MembersThreadsAndSnapshotsAgree) {
  const std::string sub = input + stock("x", "2", "<inflow>gain</inflow>") +
                          flow("gain", "RANDOM(0, 1) * input - 0.5 * x") +
                          aux("late", "DELAY(gain, 0.75)");
  const std::string root = stock("z", "1", "<inflow>in</inflow>") +
                           flow("in", "sub.x - z + RANDOM(0, 1) + sub.late") + aux("source", "z");
  for (const auto& [file, own] :
       {std::pair{unit, "0.25"}, std::pair{quarter, "1"}, std::pair{unit, "1"}}) {
    const auto model =
        compile(with_sub(file, root,
                         std::string("<sim_specs method=\"") + (file == unit ? "RK4" : "Euler") +
                             "\"><dt>" + own + "</dt></sim_specs>",
                         sub));
    conditions::Run together(model, 5, 9), resumed(model, 5, 9);
    together.use_threads(2);
    together.initialise();
    together.step(3);
    resumed.restore(together.save());
    together.step(6);
    resumed.step(2);
    resumed.step(4);
    EXPECT_EQ(together.save(), resumed.save()) << own;
    for (std::size_t m = 0; m < 5; ++m) {
      conditions::Run alone(model, 1, 9, m);
      alone.use_oracle(m % 2 == 0);
      alone.initialise();
      alone.step(9);
      EXPECT_EQ(together.values(*model->find("z"))[m], alone.values(*model->find("z"))[0]);
      EXPECT_EQ(together.values(*model->find("sub.x"))[m], alone.values(*model->find("sub.x"))[0]);
    }
  }
}

// By `evaluate` and `advance`, as coupled runs step, the same as by `step` with Euler.
TEST_F(SubmodelSpecs, AdvanceAsTheyStep) {
  const auto model =
      compile(with_sub(unit, aux("source", "TIME"), "<sim_specs><dt>0.25</dt></sim_specs>",
                       input + decay("100", "x / 2 + input")));
  conditions::Run stepped(model), advanced(model);
  stepped.initialise();
  advanced.initialise();
  for (int i = 0; i < 5; ++i) {
    stepped.step();
    advanced.evaluate();
    advanced.advance();
  }
  EXPECT_EQ(stepped.save(), advanced.save());
}

// Which loops drive a submodel that takes short steps: a decay is one balancing loop.
TEST_F(SubmodelSpecs, TheirLoopsAreScored) {
  const auto model =
      compile(with_sub(unit, aux("source", "0"), "<sim_specs><dt>0.25</dt></sim_specs>",
                       input + decay("100", "x * DT")));
  const LoopAnalysis loops = analyse_loops(model);
  ASSERT_EQ(loops.loops.size(), 1u);
  EXPECT_EQ(loops.loops[0].polarity, -1);
  for (std::size_t t = 1; t < loops.times.size(); ++t)
    EXPECT_NEAR(loops.loops[0].shares[t], -1, 1e-12);
}

TEST_F(SubmodelSpecs, ThatDoNotFitAreNamed) {
  const auto errors = [](const std::string& specs) {
    return errors_of(with_sub(unit, aux("source", "0"), specs, input));
  };
  EXPECT_NE(errors("<sim_specs><dt>0.3</dt></sim_specs>").find("whole multiples"),
            std::string::npos);
  EXPECT_NE(errors("<sim_specs><dt>1e-9</dt></sim_specs>").find("X103"), std::string::npos);
  EXPECT_NE(errors("<sim_specs method=\"RK4\"><dt>2</dt></sim_specs>").find("only take them with"),
            std::string::npos);
  EXPECT_NE(errors("<sim_specs><start>5</start><stop>2</stop></sim_specs>").find("lies before"),
            std::string::npos);
  EXPECT_EQ(errors("<sim_specs><dt>2</dt></sim_specs>"), "");
  Diagnostics findings;
  compile_model(xmile(aux("a", "1"), unit + "<run by=\"module\"/>"), "t", findings);
  EXPECT_NE(findings.text().find("the whole model runs"), std::string::npos);
}

} // namespace
} // namespace cauce::conditions::test
