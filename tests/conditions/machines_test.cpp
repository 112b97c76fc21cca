// Conveyors and queues: what the standard's words say of small ones (XMILE 1.0
// sections 3.7.2, 3.7.3 and 4.2.1), and that nothing is lost on the way.
#include "support.hpp"

#include <cmath>

namespace cauce::conditions {
namespace {

using namespace test;

std::string conveyor(const std::string& name, const std::string& initial, const std::string& flows,
                     const std::string& inside, const std::string& attributes = "") {
  return stock(name, initial, flows + "<conveyor " + attributes + ">" + inside + "</conveyor>");
}
std::string leaving(const std::string& name, const std::string& inside = "",
                    const std::string& attributes = "") {
  return "<flow name=\"" + name + "\" " + attributes + ">" + inside + "</flow>";
}

// Values of one variable at every step, alike by both evaluators.
std::vector<double> course(const std::string& variables, const std::string& name,
                           const std::string& specs = "<start>0</start><stop>4</stop><dt>1</dt>",
                           const std::string& method = "Euler") {
  const auto model = compile(xmile(variables, specs, "", "", method));
  std::vector<double> of[2];
  for (const bool oracle : {false, true}) {
    conditions::Run run(model);
    run.use_oracle(oracle);
    run.initialise();
    const double steps =
        std::round((model->sim_specs().stop - model->sim_specs().start) / run.dt());
    for (double step = 0; step <= steps; ++step) {
      run.evaluate();
      of[oracle].push_back(run.values(*model->find(name))[0]);
      if (step < steps)
        run.step();
    }
  }
  EXPECT_EQ(of[0], of[1]);
  return of[0];
}

const std::string in_and_out = "<inflow>i</inflow><outflow>o</outflow>";

TEST(Conveyor, TakesNoMoreThanItsCapacityAndItsLimit) {
  const std::string flows = flow("i", "20") + leaving("o");
  const std::string full =
      conveyor("C", "0", in_and_out, "<len>2</len><capacity>30</capacity>") + flows;
  EXPECT_EQ(course(full, "C"), (std::vector<double>{0, 20, 30, 30, 30}));
  EXPECT_EQ(course(full, "i"), (std::vector<double>{20, 10, 20, 10, 20}));
  const std::string slow =
      conveyor("C", "0", in_and_out, "<len>2</len><in_limit>5</in_limit>") + flows;
  EXPECT_EQ(course(slow, "i"), std::vector<double>(5, 5));
  // A continuous one takes dt * limit a step, a discrete one the unit's limit in its first step.
  const std::string half = "<start>0</start><stop>2</stop><dt>0.5</dt>";
  EXPECT_EQ(course(slow, "C", half), (std::vector<double>{0, 2.5, 5, 7.5, 10}));
  const std::string discrete =
      conveyor("C", "0", in_and_out, "<len>2</len><in_limit>5</in_limit>", "discrete=\"true\"") +
      flows;
  EXPECT_EQ(course(discrete, "i", half), (std::vector<double>{10, 0, 10, 0, 10}));
}

TEST(Conveyor, StandsStillWhileItIsArrested) {
  const std::string arrested =
      conveyor("C", "40", in_and_out, "<len>4</len><arrest>IF TIME = 2 THEN 1 ELSE 0</arrest>") +
      flow("i", "20") + leaving("o");
  EXPECT_EQ(course(arrested, "o"), (std::vector<double>{10, 10, 0, 10, 10}));
  EXPECT_EQ(course(arrested, "i"), (std::vector<double>{20, 20, 0, 20, 20}));
  EXPECT_EQ(course(arrested, "C"), (std::vector<double>{40, 50, 60, 60, 70}));
}

TEST(Conveyor, OutflowsAfterTheFirstAreLeaks) {
  const std::string chain = "<inflow>i</inflow><outflow>o</outflow><outflow>l</outflow>";
  const auto with = [&](const std::string& leak) {
    return conveyor("C", "1000", chain, "<len>4</len>") + flow("i", "250") + leaving("o") + leak;
  };
  // A tenth over the whole way: the last of the four years leaves with nine tenths.
  const std::vector<double> expected = {243.75, 237.5, 231.25, 225, 225};
  EXPECT_EQ(course(with(leaving("l", "<leak>0.1</leak>")), "o"), expected);
  EXPECT_EQ(course(with(leaving("l", "<leak>0.1</leak><leak/>")), "o"), expected);
  // The standard's own example: a tenth leaves within the first year.
  const std::string first = with(leaving("l", "<leak>0.1</leak>", "leak_end=\"0.25\""));
  EXPECT_EQ(course(first, "l"), std::vector<double>(5, 25));
  EXPECT_EQ(course(first, "o"), (std::vector<double>{250, 250, 250, 225, 225}));
}

TEST(Conveyor, LeaksOfWholeNumbers) {
  const std::string leaky =
      conveyor("C", "100", "<inflow>i</inflow><outflow>o</outflow><outflow>l</outflow>",
               "<len>4</len>") +
      flow("i", "25") + leaving("o") + leaving("l", "<leak>0.1</leak><leak_integers/>");
  const std::vector<double> leak = course(leaky, "l"); // 2.5 a step
  EXPECT_EQ(leak, (std::vector<double>{2, 3, 2, 3, 2}));
}

TEST(Conveyor, ADiscreteOneHoldsOneBatchAUnitOfTime) {
  const std::string half = "<start>0</start><stop>4</stop><dt>0.5</dt>";
  const std::string of40 =
      conveyor("C", "40", "<outflow>o</outflow>", "<len>4</len>", "discrete=\"true\"") +
      leaving("o");
  EXPECT_EQ(course(of40, "o", half), (std::vector<double>{20, 0, 20, 0, 20, 0, 20, 0, 0}));
  const std::string listed =
      conveyor("C", "4, 3, 2, 1", "<outflow>o</outflow>", "<len>4</len>") + leaving("o");
  EXPECT_EQ(course(listed, "o"), (std::vector<double>{4, 3, 2, 1, 0}));
  EXPECT_EQ(course(listed, "C"), (std::vector<double>{10, 6, 3, 1, 0}));
  EXPECT_EQ(course(listed, "o", half), (std::vector<double>{4, 4, 3, 3, 2, 2, 1, 1, 0}));
}

TEST(Conveyor, IsAListOfWhatIsOnIt) {
  const std::string moving =
      conveyor("C", "40", in_and_out, "<len>4</len>") + flow("i", "TIME") + leaving("o");
  EXPECT_EQ(course(moving + aux("x", "C[1]"), "x"), (std::vector<double>{10, 10, 10, 10, 0}));
  EXPECT_EQ(course(moving + aux("x", "SIZE(C)"), "x"), std::vector<double>(5, 4));
  EXPECT_EQ(course(moving + aux("x", "MAX(C) + 100 * MIN(C)"), "x"),
            (std::vector<double>{1010, 10, 10, 10, 3}));
}

// Runge-Kutta weighs what flows into a conveyor as it does for the stock that it leaves.
TEST(Conveyor, NothingIsLostWithRungeKutta) {
  const std::string chain = stock("A", "100", "<outflow>i</outflow>") +
                            conveyor("C", "0", in_and_out, "<len>2</len>") +
                            stock("E", "0", "<inflow>o</inflow>") + flow("i", "A / 4") +
                            leaving("o") + aux("total", "A + C + E");
  for (const char* method : {"Euler", "RK2", "RK4"}) {
    for (const double total :
         course(chain, "total", "<start>0</start><stop>6</stop><dt>0.5</dt>", method))
      EXPECT_NEAR(total, 100, 1e-12) << method;
  }
}

const std::string waiting =
    stock("W", "0", "<inflow>i</inflow><outflow>q</outflow><outflow>p</outflow><queue/>");

TEST(Queue, OneBatchAStepUnlessTheConveyorTakesMore) {
  const auto with = [](const std::string& attributes) {
    return stock("W", "0", "<inflow>i</inflow><outflow>q</outflow><queue/>") +
           conveyor("C", "0", "<inflow>q</inflow><outflow>o</outflow>",
                    "<len>1</len><capacity>IF TIME &lt; 3 THEN 0 ELSE 100</capacity>",
                    "discrete=\"true\" " + attributes) +
           flow("i", "10") + leaving("q") + leaving("o");
  };
  EXPECT_EQ(course(with(""), "q"), (std::vector<double>{0, 0, 0, 10, 10}));
  EXPECT_EQ(course(with("one_at_a_time=\"false\""), "q"), (std::vector<double>{0, 0, 0, 30, 10}));
}

TEST(Queue, OverflowsWhatIsHeldBackOnly) {
  const auto with = [](const std::string& capacity) {
    return waiting +
           conveyor("C", "0", "<inflow>q</inflow><outflow>o</outflow>",
                    "<len>2</len><capacity>" + capacity + "</capacity>",
                    "discrete=\"true\" one_at_a_time=\"false\"") +
           flow("i", "10") + leaving("q") + leaving("p", "<overflow/>") + leaving("o");
  };
  EXPECT_EQ(course(with("15"), "p"), (std::vector<double>{0, 0, 5, 0, 5}));
  EXPECT_EQ(course(with("50"), "p"), std::vector<double>(5, 0));
  // Nothing gets lost between the queue, the conveyor and where they flow.
  const std::string all = with("15") + stock("E", "0", "<inflow>o</inflow><inflow>p</inflow>") +
                          aux("total", "W + C + E - 10 * TIME");
  for (const double total : course(all, "total", "<start>0</start><stop>9</stop><dt>0.25</dt>"))
    EXPECT_NEAR(total, 0, 1e-12);
}

TEST(Queue, WholeBatchesOnlyWhereTheConveyorAsksForThem) {
  const std::string whole =
      stock("W", "0", "<inflow>i</inflow><outflow>q</outflow><queue/>") +
      conveyor("C", "0", "<inflow>q</inflow><outflow>o</outflow>",
               "<len>2</len><capacity>15</capacity>",
               "discrete=\"true\" batch_integrity=\"true\" one_at_a_time=\"false\"") +
      flow("i", "10") + leaving("q") + leaving("o");
  EXPECT_EQ(course(whole, "q"), (std::vector<double>{0, 10, 0, 10, 0}));
}

// A snapshot holds what leaks of whole numbers still have to take.
TEST(Conveyor, GoesOnFromASnapshot) {
  const auto model = compile(
      xmile(conveyor("C", "100", "<inflow>i</inflow><outflow>o</outflow><outflow>l</outflow>",
                     "<len>4</len>") +
                flow("i", "25") + leaving("o") + leaving("l", "<leak>0.1</leak><leak_integers/>"),
            "<start>0</start><stop>20</stop><dt>1</dt>"));
  conditions::Run whole(model), part(model);
  whole.initialise();
  part.initialise();
  part.step();
  const std::vector<std::byte> kept = part.save();
  conditions::Run again(model);
  again.restore(kept);
  for (int i = 0; i < 3; ++i)
    again.step();
  for (int i = 0; i < 4; ++i)
    whole.step();
  again.evaluate();
  whole.evaluate();
  for (const char* name : {"C", "l", "o"})
    EXPECT_EQ(again.values(*model->find(name))[0], whole.values(*model->find(name))[0]) << name;
}

// Members in tiles of other sizes: the same bits, with what is on the way and in the registers.
TEST(Conveyor, MovesWithItsMembersToOtherTiles) {
  const auto model = compile(
      xmile(conveyor("C", "100", "<inflow>i</inflow><outflow>o</outflow><outflow>l</outflow>",
                     "<len>4</len>") +
                waiting +
                conveyor("D", "0", "<inflow>q</inflow><outflow>r</outflow>",
                         "<len>2</len><capacity>15</capacity>", "discrete=\"true\"") +
                flow("i", "DELAY(20 + RANDOM(0, 9), 2) + HISTORY(C, TIME - 3)") + leaving("o") +
                leaving("l", "<leak>0.1</leak><leak_integers/>") + leaving("q") + leaving("r") +
                leaving("p", "<overflow/>"),
            "<start>0</start><stop>20</stop><dt>1</dt>"));
  constexpr std::size_t members = 6;
  conditions::Run one(model, members), two(model, members);
  for (conditions::Run* run : {&one, &two})
    run->initialise();
  for (int i = 0; i < 8; ++i) {
    one.step();
    two.step();
    if (i == 4)
      two.use_threads(4);
  }
  conditions::Run third(model, members);
  third.use_threads(2);
  third.restore(two.save());
  for (conditions::Run* run : {&one, &two, &third}) {
    run->step();
    run->evaluate();
  }
  for (const char* name : {"C", "D", "W", "l", "o", "r", "i"}) {
    for (std::size_t m = 0; m < members; ++m) {
      EXPECT_EQ(two.values(*model->find(name))[m], one.values(*model->find(name))[m]) << name;
      EXPECT_EQ(third.values(*model->find(name))[m], one.values(*model->find(name))[m]) << name;
    }
  }
}

} // namespace
} // namespace cauce::conditions
