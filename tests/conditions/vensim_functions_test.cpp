// Functions of Vensim and isee beyond the standard: against what their manuals say in words, closed
// forms and conservation.
#include "support.hpp"

#include <cmath>
#include <numeric>

namespace cauce::conditions {
namespace {

using namespace test;

const std::string branches = dim("branch", {"a", "b", "c"});
const std::string profiles = dim("pprofile", {"ptype", "ppriority", "pwidth", "pextra"});

std::vector<double> shipped(const std::string& types, double available) {
  const auto model = compile(
      xmile(aux("demand", "500, 300, 750", over({"branch"})) +
                aux("priority", types + ", 5, 2, 0; " + types + ", 7, 4, 0; " + types + ", 3, 4, 0",
                    over({"branch", "pprofile"})) +
                aux("available", std::to_string(available)) +
                aux("x", "ALLOCATE AVAILABLE(demand[branch], priority[branch,ptype], available)",
                    over({"branch"})),
            "<start>0</start><stop>1</stop><dt>1</dt>", branches + profiles));
  const auto oracle = value_at(model, "x", 0, true);
  EXPECT_EQ(value_at(model, "x", 0), oracle);
  return oracle;
}

// Whatever the shapes: all that there is is given, nobody gets more than asked for, and more
// supply never leaves anyone with less.
TEST(Allocation, GivesWhatThereIsAndNeverMoreThanAsked) {
  const double demand[] = {500, 300, 750};
  for (const char* type : {"1", "2", "3", "4"}) {
    std::vector<double> before(3, 0.0);
    for (const double available : {10.0, 200.0, 700.0, 1200.0, 1549.0}) {
      const std::vector<double> given = shipped(type, available);
      EXPECT_NEAR(std::accumulate(given.begin(), given.end(), 0.0), available, 1e-6) << type;
      for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_GE(given[i], before[i] - 1e-9);
        EXPECT_LE(given[i], demand[i] + 1e-9);
      }
      before = given;
    }
    EXPECT_EQ(shipped(type, 2000), (std::vector<double>{500, 300, 750}));
  }
}

// Rectangles a: 4 to 6, b: 5 to 9, c: 1 to 5. With 150 all goes to the top of b. With 800 the price
// p solves 250 (6 - p) + 300 + 187.5 (5 - p) = 800: p = 4 + 3/7.
TEST(Allocation, RectangularProfilesClearAtOnePrice) {
  const std::vector<double> few = shipped("1", 150);
  EXPECT_NEAR(few[1], 150, 1e-9);
  EXPECT_NEAR(few[0] + few[2], 0, 1e-9);
  const std::vector<double> more = shipped("1", 800);
  EXPECT_NEAR(more[0], 250 * (2 - 3.0 / 7), 1e-6);
  EXPECT_NEAR(more[1], 300, 1e-6);
  EXPECT_NEAR(more[2], 187.5 * (1 - 3.0 / 7), 1e-6);
}

// Equal claims with equal profiles share alike.
TEST(Allocation, EqualsShareAlike) {
  for (const char* type : {"1", "2", "3", "4"}) {
    const auto model = compile(xmile(
        aux("want", "10", over({"branch"})) +
            aux("pp", std::string(type) + ", 5, 2, 0; " + type + ", 5, 2, 0; " + type + ", 5, 2, 0",
                over({"branch", "pprofile"})) +
            aux("x", "ALLOCATE AVAILABLE(want, pp, 12)", over({"branch"})),
        "<start>0</start><stop>1</stop><dt>1</dt>", branches + profiles));
    for (const double given : value_at(model, "x", 0))
      EXPECT_NEAR(given, 4, 1e-9) << type;
  }
}

// One buyer of 500 with a rectangle of width 2 about 5, one seller of 400 with one of width 4 about
// 5: 500 (1 - x) / 2 = 400 (2 + x) / 4 at x = 1/7 above 5, where 200 + 100/7 changes hands.
TEST(Allocation, AMarketClearsWhereDemandIsSupply) {
  const auto model = compile(
      xmile(aux("want", "500", over({"buyer"})) +
                aux("curve", "1, 5, 2, 0", over({"buyer", "pprofile"})) +
                aux("offer", "400", over({"seller"})) +
                aux("cost", "1, 5, 4, 0", over({"seller", "pprofile"})) +
                aux("price",
                    "FIND MARKET PRICE(want[us], curve[us,ptype], offer[them], cost[them,ptype])") +
                aux("bought", "DEMAND AT PRICE(want[buyer], curve[buyer,ptype], price)",
                    over({"buyer"})) +
                aux("sold", "SUPPLY AT PRICE(offer[seller], cost[seller,ptype], price)",
                    over({"seller"})),
            "<start>0</start><stop>1</stop><dt>1</dt>",
            dim("buyer", {"us"}) + dim("seller", {"them"}) + profiles));
  EXPECT_NEAR(value_at(model, "price", 0).at(0), 5 + 1.0 / 7, 1e-9);
  EXPECT_NEAR(value_at(model, "bought", 0).at(0), 200 + 100.0 / 7, 1e-6);
  EXPECT_NEAR(value_at(model, "sold", 0).at(0), 200 + 100.0 / 7, 1e-6);
}

// The example of Vensim's manual (three demanders, three suppliers, triangles and normals): what is
// bought is what is sold, and a satiated market moves nobody beyond what they want.
TEST(Allocation, ManyBuyersAndSellersBuyWhatIsSold) {
  for (const char* type : {"1", "2", "3", "4"}) {
    const std::string t = type;
    const auto model = compile(
        xmile(aux("want", "500, 300, 200", over({"branch"})) +
                  aux("curve", t + ",5,2,0; " + t + ",7,4,0; " + t + ",6,3,0",
                      over({"branch", "pprofile"})) +
                  aux("offer", "200, 300, 450", over({"seller"})) +
                  aux("cost", t + ",1,2,0; " + t + ",3,4,0; " + t + ",5,4,0",
                      over({"seller", "pprofile"})) +
                  aux("price", "FIND MARKET PRICE(want, curve, offer, cost)") +
                  aux("bought", "SUM(DEMAND AT PRICE(want[branch], curve[branch,ptype], price))") +
                  aux("sold", "SUM(SUPPLY AT PRICE(offer[seller], cost[seller,ptype], price))"),
              "<start>0</start><stop>1</stop><dt>1</dt>",
              branches + dim("seller", {"s", "t", "u"}) + profiles));
    const double bought = value_at(model, "bought", 0).at(0);
    EXPECT_NEAR(bought, value_at(model, "sold", 0).at(0), 1e-6) << type;
    EXPECT_GT(bought, 0);
    EXPECT_LT(bought, 950);
    EXPECT_EQ(bought, value_at(model, "bought", 0, true).at(0));
  }
}

double at(const std::string& equation, double time, const std::string& more = "") {
  const auto model = compile(xmile(aux("x", equation) + more));
  const double fast = value_at(model, "x", time).at(0);
  EXPECT_EQ(fast, value_at(model, "x", time, true).at(0)) << equation;
  return fast;
}

const std::string table = "<gf name=\"g\"><xpts>0,1,3</xpts><ypts>0,10,30</ypts></gf>";

TEST(VensimFunctions, OfTables) {
  EXPECT_DOUBLE_EQ(at("LOOKUP AREA(g, 0, 1)", 0, table), 5);
  EXPECT_DOUBLE_EQ(at("LOOKUP AREA(g, 0.5, 4)", 0, table), 3.75 + 40 + 30);
  EXPECT_DOUBLE_EQ(at("LOOKUP SLOPE(g, 2, 0)", 0, table), 10);
  EXPECT_DOUBLE_EQ(at("LOOKUP SLOPE(g, 9, 0)", 0, table), 0);
  EXPECT_DOUBLE_EQ(at("LOOKUPMEAN(g, 0, 1)", 0, table), 5);
  EXPECT_DOUBLE_EQ(at("GET DATA BETWEEN TIMES(g, TIME + 0.5, 0)", 1, table), 15);
  EXPECT_DOUBLE_EQ(at("GET DATA BETWEEN TIMES(g, TIME + 0.5, -1)", 1, table), 10);
  EXPECT_DOUBLE_EQ(at("GET DATA BETWEEN TIMES(g, TIME + 0.5, 1)", 1, table), 30);
}

TEST(VensimFunctions, OfTimeAndMoney) {
  EXPECT_EQ(at("GET TIME VALUE(1, 3, 0)", 4), 7);
  EXPECT_EQ(at("GET TIME VALUE(0, 3, 0)", 4), 3);
  EXPECT_NEAR(at("SINWAVE(2, 4)", 1), 2, 1e-15);
  EXPECT_NEAR(at("ROOTN(-8, 3)", 0), -2, 1e-12);
  EXPECT_NEAR(at("PMT(0.1, 10, 100)", 0), -16.2745394882512, 1e-9);
  EXPECT_NEAR(at("PV(0.1, 10, PMT(0.1, 10, 100))", 0), 100, 1e-9);
  EXPECT_NEAR(at("FV(0.1, 10, 0, 100)", 0), -100 * std::pow(1.1, 10), 1e-9);
  EXPECT_EQ(at("DERIVN(TIME^2, 1)", 5), 9);
  EXPECT_EQ(at("DERIVN(TIME^2, 2)", 5), 2);
  EXPECT_NEAR(at("INVNORM(0.975)", 0), 1.9599639845, 1e-9);
}

// What goes in comes out: a pulse spread by a profile adds up, and its mean time is the delay.
TEST(VensimFunctions, DelayProfileConservesAndDelays) {
  const std::string shape =
      "<gf name=\"shape\"><xpts>0,1,2,3,4,5</xpts><ypts>0,1,3,2,1,0</ypts></gf>";
  const auto model = compile(xmile(
      aux("u", "PULSE(12, 2)") + flow("out", "DELAY PROFILE(shape, u, 6, 0)") +
          flow("moment", "out * (TIME - 2)") + shape + stock("sum", "0", "<inflow>out</inflow>") +
          stock("moments", "0", "<inflow>moment</inflow>"),
      "<start>0</start><stop>40</stop><dt>0.125</dt>"));
  EXPECT_NEAR(value_at(model, "sum", 40).at(0), 12, 1e-9);
  EXPECT_NEAR(value_at(model, "moments", 40).at(0) / 12, 6, 0.02);
  // A constant input is there from the start, also after a stop in between.
  const auto steady = compile(xmile(aux("x", "DELAY PROFILE(shape, 5, 6, 5)") + shape));
  EXPECT_NEAR(value_at(steady, "x", 0).at(0), 5, 1e-9);
  EXPECT_NEAR(value_at(steady, "x", 7).at(0), 5, 1e-9);
}

// Mean and spread of a distribution over many steps; Vensim's bounds hold, drawn again and not cut.
TEST(VensimFunctions, RandomNumbersHaveTheirMoments) {
  struct Case {
    const char* equation;
    double mean, deviation, low, high;
  };
  const double infinity = std::numeric_limits<double>::infinity();
  for (const Case& c :
       {Case{"RANDOM NORMAL(0, 10, 5, 1, 0)", 5, 1, 0, 10},
        Case{"NORMAL(0, 1, 0, 0)", 0.79788, 0.60281, 0, infinity},
        Case{"RANDOM EXPONENTIAL(0, 1000, 2, 3, 1)", 5, 3, 2, 1000},
        Case{"RANDOM GAMMA(0, 100, 4, 0, 1, 1)", 4, 2, 0, 100},
        Case{"RANDOM BETA(0, 1, 2, 2, 0, 1, 1)", 0.5, 0.22361, 0, 1},
        Case{"RANDOM BINOMIAL(0, 20, 0.5, 16, 0, 1, 1)", 8, 2, 0, 16},
        Case{"RANDOM POISSON(0, 100, 9, 0, 1, 0)", 9, 3, 0, 100},
        Case{"RANDOM WEIBULL(0, 100, 1, 0, 2, 0)", 2, 2, 0, 100},
        Case{"RANDOM TRIANGULAR(0, 10, 0, 3, 6, 0)", 3, 1.22474, 0, 6},
        Case{"RANDOM NEGATIVE BINOMIAL(0, 1000, 0.5, 4, 0, 1, 0)", 4, 2.82843, 0, 1000},
        Case{"RANDOM PINK NOISE(10, 2, 1.5, 1)", 10, 2, 0, 20},
        Case{"LOGISTIC(10, 2)", 10, 3.6276, -60, 80}, Case{"PARETO(5, 4)", 5, 1.29099, 4, infinity},
        Case{"GEOMETRIC(0.25)", 4, 3.4641, 1, infinity},
        Case{"RANDOM 0 1()", 0.5, 0.288675, 0, 1}}) {
    const auto model =
        compile(xmile(aux("x", c.equation), "<start>0</start><stop>4000</stop><dt>1</dt>"));
    conditions::Run run(model, 2, 7);
    run.initialise();
    double sum = 0, squares = 0;
    const VariableId x = *model->find("x");
    for (int step = 0; step < 4000; ++step) {
      for (const double value : run.values(x)) {
        EXPECT_GE(value, c.low) << c.equation;
        EXPECT_LE(value, c.high) << c.equation;
        sum += value;
        squares += value * value;
      }
      run.step();
      run.evaluate();
    }
    const double mean = sum / 8000, deviation = std::sqrt(squares / 8000 - mean * mean);
    EXPECT_NEAR(mean, c.mean, 8 * c.deviation / std::sqrt(8000.0)) << c.equation;
    EXPECT_NEAR(deviation / c.deviation, 1, 0.12) << c.equation;
  }
}

TEST(VensimFunctions, OfVectors) {
  const auto of = [](const std::string& equation) {
    return value_at(compile(xmile(aux("v", "7, 2, 5", over({"branch"})) +
                                      aux("order", "VECTOR SORT ORDER(v[a], 1)", over({"branch"})) +
                                      aux("x", equation, over({"branch"})),
                                  "<start>0</start><stop>1</stop><dt>1</dt>", branches)),
                    "x", 0);
  };
  EXPECT_EQ(of("VECTOR REORDER(v[a], order[a])"), (std::vector<double>{2, 5, 7}));
  EXPECT_EQ(of("VECTOR RANK(v[branch], 1)"), (std::vector<double>{3, 1, 2}));
  EXPECT_EQ(of("VECTOR RANK(v[branch], -1)"), (std::vector<double>{1, 3, 2}));
  EXPECT_EQ(of("VECTOR ELM MAP(v[branch], -1)"), (std::vector<double>{0, 7, 2}));
}

// SELF is the variable that is being defined: what converters write for SAMPLE IF TRUE.
TEST(VensimFunctions, SelfIsTheVariableItself) {
  EXPECT_EQ(at("IF TIME MOD 3 = 0 THEN TIME ELSE PREVIOUS(SELF, -1)", 5), 3);
  const auto model =
      compile(xmile("<aux name=\"x\">" + over({"branch"}) +
                        "<element subscript=\"a\"><eqn>PREVIOUS(SELF, 1) * 2</eqn></element>"
                        "<element subscript=\"b\"><eqn>PREVIOUS(SELF, 1) * 3</eqn></element>"
                        "<element subscript=\"c\"><eqn>1</eqn></element></aux>",
                    "<start>0</start><stop>10</stop><dt>1</dt>", branches));
  EXPECT_EQ(value_at(model, "x", 3), (std::vector<double>{16, 81, 1}));
}

TEST(History, IsWhatAVariableWas) {
  EXPECT_EQ(at("HISTORY(TIME * TIME, 3)", 5), 9);
  EXPECT_EQ(at("HISTORY(TIME * TIME, TIME - 2)", 7), 25);
  EXPECT_EQ(at("HISTORY(1 + TIME, -4)", 5), 1);    // before the start: the value at the start
  EXPECT_EQ(at("HISTORY(TIME * TIME, 8)", 5), 25); // to come: what it is now
  EXPECT_EQ(at("HISTORY(TIME * TIME, TIME)", 5), 25);
}

// Values at each step, alike by both evaluators.
std::vector<double> course_of(const std::string& variables, const std::string& name, int steps,
                              const std::string& dims = "") {
  const auto model = compile(xmile(
      variables, "<start>0</start><stop>" + std::to_string(steps) + "</stop><dt>1</dt>", dims));
  std::vector<double> of[2];
  for (const bool oracle : {false, true}) {
    for (int t = 0; t <= steps; ++t)
      of[oracle].push_back(value_at(model, name, t, oracle).at(0));
  }
  EXPECT_EQ(of[0], of[1]);
  return of[0];
}

using Course = std::vector<double>;

TEST(ConveyorDelay, GivesTheInputAfterItsTimeLessWhatLeaked) {
  const std::string in = aux("i", "STEP(10, 3)");
  EXPECT_EQ(course_of(in + aux("o", "DELAY CONVEYOR(i, 4, 0, 0, 20, 4)"), "o", 8),
            (Course{5, 5, 5, 5, 0, 0, 0, 10, 10}));
  const Course leaky = course_of(in + aux("o", "DELAY CONVEYOR(i, 4, 0.1, 0, 20, 4)"), "o", 8);
  const Course expected = {5, 4.5, 4.05, 3.645, 0, 0, 0, 6.561, 6.561}; // 10 * 0.9^4
  for (std::size_t t = 0; t < expected.size(); ++t)
    EXPECT_NEAR(leaky[t], expected[t], 1e-12) << t;
}

TEST(ConveyorDelay, BeginsWithTheProfileOfItsContent) { // scaled in time and in amount
  const std::string profiles = "<gf name=\"rising\"><xpts>0,1</xpts><ypts>0,2</ypts></gf>";
  const Course rising =
      course_of(profiles + aux("o", "DELAY CONVEYOR(0, 10, 0, rising, 100, 10)"), "o", 11);
  for (std::size_t t = 0; t < 10; ++t)
    EXPECT_NEAR(rising[t], 1.0 + 2.0 * static_cast<double>(t), 1e-9);
  EXPECT_NEAR(rising[10], 0, 1e-9);
  const Course even = course_of(aux("o", "DELAY CONVEYOR(0, 10, 0, 0, 100, 5)"), "o", 6);
  for (std::size_t t = 0; t < even.size(); ++t)
    EXPECT_NEAR(even[t], t < 5 ? 20 : 0, 1e-9);
}

TEST(ConveyorDelay, KeepsWhatIsOnItWhenItsSpeedChanges) {
  for (const char* time : {"IF TIME &lt; 5 THEN 4 ELSE 2", "IF TIME &lt; 5 THEN 2 ELSE 4"}) {
    const std::string belt = aux("i", "IF TIME &lt; 20 THEN 10 ELSE 0") + aux("t", time) +
                             aux("o", "DELAY CONVEYOR(i, t, 0, 0, 40, 4)") +
                             stock("c", "40", "<inflow>i</inflow><outflow>out</outflow>") +
                             flow("out", "o");
    EXPECT_NEAR(course_of(belt, "c", 30).back(), 0, 1e-9) << time;
  }
  // Twice as fast: twice as much comes off until what was spread for the old speed is gone.
  const Course faster = course_of(aux("t", "IF TIME &lt; 5 THEN 4 ELSE 2") +
                                      aux("o", "DELAY CONVEYOR(10, t, 0, 0, 40, 4)"),
                                  "o", 9);
  const Course expected = {10, 10, 10, 10, 10, 10, 20, 20, 10, 10};
  for (std::size_t t = 0; t < expected.size(); ++t)
    EXPECT_NEAR(faster[t], expected[t], 1e-9) << t;
}

// The manual's example, with 40 coming a step: the first batch ends at 2; each begins when 100 wait
// and none is under way, and takes 3.
TEST(BatchDelay, ReleasesWholeBatches) {
  EXPECT_EQ(course_of(aux("i", "40") + aux("o", "DELAY BATCH(i, 100, 3, 100, 2, 20)"), "o", 9),
            (Course{0, 0, 100, 0, 0, 100, 0, 0, 100, 0}));
  EXPECT_EQ(course_of(aux("i", "40") + aux("o", "DELAY BATCH(i, 100, 3, 100, 0, 20)"), "o", 6),
            (Course{100, 0, 0, 0, 0, 100, 0}));
}

TEST(MaterialDelay, NeitherLosesNorMakesMaterialWhenItChanges) {
  const std::string of =
      aux("i", "TIME + 1") + aux("d", "IF TIME &lt; 4 THEN 2 ELSE IF TIME &lt; 8 THEN 1 ELSE 3");
  EXPECT_EQ(course_of(of + aux("m", "DELAY MATERIAL(i, d, -1, -9)"), "m", 12),
            (Course{-1, -1, 1, 2, 3, 9, 6, 7, 8, -9, -9, 9, 10}));
  EXPECT_EQ(course_of(of + aux("m", "DELAY INFORMATION(i, d, -1)"), "m", 12),
            (Course{-1, -1, 1, 2, 3, 5, 6, 7, 8, 8, 8, 9, 10}));
  EXPECT_EQ(
      course_of(aux("i", "TIME") + aux("m", "DELAY MATERIAL(i, 3, 7, 0) - DELAY FIXED(i, 3, 7)"),
                "m", 9),
      Course(10, 0));
}

TEST(Shift, MovesCohortsOn) {
  const std::string ages = dim("age", {"newborn", "a1", "a2", "a3"}) +
                           dim("old", {"a1", "a2", "a3"}) + dim("who", {"x", "y"});
  const std::string people = "<stock name=\"P\">" + over({"who", "age"}) +
                             "<eqn>10 * age</eqn><inflow>b</inflow></stock>"
                             "<flow name=\"b\">" +
                             over({"who", "age"}) +
                             "<element subscript=\"who,newborn\"><eqn>2</eqn></element>"
                             "<element subscript=\"who,old\"><eqn>0</eqn></element></flow>";
  const auto at = [&](const std::string& shift, const std::string& name, int steps) {
    return course_of(people + aux("lost", shift, over({"who"})) + aux("sum", "SUM(P[x, *])") +
                         aux("newborn in x", "P[x, newborn]") + aux("oldest", "P[x, a3]"),
                     name, steps, ages);
  };
  const std::string gather = "SHIFT IF TRUE(P[who, newborn], TIME MOD 2 = 1, 4, 1, 0)";
  EXPECT_EQ(at(gather, "sum", 4), (Course{100, 102, 104, 106, 108})); // nobody is lost
  EXPECT_EQ(at(gather, "newborn in x", 4), (Course{10, 12, 2, 4, 2}));
  EXPECT_EQ(at(gather, "oldest", 4), (Course{40, 40, 70, 70, 90}));
  EXPECT_EQ(at(gather, "lost", 4), Course(5, 0));
  const std::string drop = "SHIFT IF TRUE(P[who, newborn], TIME = 1, 4, 0, 7)";
  EXPECT_EQ(at(drop, "lost", 3), (Course{0, 40, 0, 0}));
  EXPECT_EQ(at(drop, "oldest", 3), (Course{40, 40, 30, 30}));
  EXPECT_EQ(at(drop, "newborn in x", 3), (Course{10, 12, 9, 11}));
  EXPECT_NE(errors_of(xmile(people + aux("s", "SHIFT IF TRUE(P[x, newborn], 1, 9, 0, 0)"),
                            "<stop>1</stop>", ages))
                .find("X211"),
            std::string::npos);
}

} // namespace
} // namespace cauce::conditions
