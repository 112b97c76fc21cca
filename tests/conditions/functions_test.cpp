// What functions mean: against closed forms, exact difference equations and documented examples.
#include "support.hpp"

#include <cmath>

namespace cauce::conditions {
namespace {

using namespace test;

double scalar(const std::string& equation, double time = 0, const std::string& more = "") {
  return value_at(compile(xmile(aux("x", equation) + more)), "x", time).at(0);
}

TEST(Functions, ArithmeticAndPrecedence) {
  EXPECT_EQ(scalar("-2^2"), -4);
  EXPECT_EQ(scalar("2^3^2"), 512);
  EXPECT_EQ(scalar("2^-1"), 0.5);
  EXPECT_EQ(scalar("10 - 4 - 3"), 3);
  EXPECT_EQ(scalar("2 + 3 * 4"), 14);
  EXPECT_EQ(scalar("NOT 0 AND 1"), 1);
  EXPECT_EQ(scalar("1 &lt; 2 AND 3 &gt; 2"), 1);
  EXPECT_EQ(scalar("-10 MOD 3"), 2);
  EXPECT_EQ(scalar("MODULO(-10, 3)"), -1);
  EXPECT_EQ(scalar("{a comment} 7 {another}"), 7);
  EXPECT_EQ(scalar("IF 1 THEN IF 0 THEN 1 ELSE 2 ELSE 3"), 2);
  EXPECT_EQ(scalar("IF THEN ELSE(2 &gt; 1, 5, 6)"), 5);
  EXPECT_EQ(scalar("IF(0, 5, 6)"), 6);
  EXPECT_EQ(scalar("1 :AND: :NOT: 0"), 1);
  EXPECT_EQ(scalar("1e3 + .5 + 2.e-1"), 1000.7);
}

TEST(Functions, Mathematics) {
  EXPECT_NEAR(scalar("EXP(LN(7))"), 7, 1e-14);
  EXPECT_NEAR(scalar("LOG10(1000)"), 3, 1e-15);
  EXPECT_NEAR(scalar("LOG(8, 2)"), 3, 1e-14);
  EXPECT_EQ(scalar("INT(-2.7)"), -3);
  EXPECT_EQ(scalar("INTEGER(-2.7)"), -2);
  EXPECT_EQ(scalar("QUANTUM(7.3, 2)"), 6);
  EXPECT_EQ(scalar("MAX(1, 5, 3)"), 5);
  EXPECT_EQ(scalar("MEAN(1, 2, 6)"), 3);
  EXPECT_EQ(scalar("SAFEDIV(1, 0)"), 0);
  EXPECT_EQ(scalar("SAFEDIV(1, 0, 9)"), 9);
  EXPECT_EQ(scalar("XIDZ(1, 4, 9)"), 0.25);
  EXPECT_NEAR(scalar("ARCTAN(1) * 4"), 3.14159265358979, 1e-13);
  EXPECT_NEAR(scalar("COMBINATIONS(5, 2)"), 10, 1e-9);
  EXPECT_NEAR(scalar("NORMALCDF(-1.96, 1.96)"), 0.95, 1e-4);
  EXPECT_EQ(scalar("SIGN(-3)"), -1);
  EXPECT_EQ(scalar("std.abs(-3)"), 3);
}

TEST(Functions, OfTime) {
  EXPECT_EQ(scalar("STEP(4, 3)", 2), 0);
  EXPECT_EQ(scalar("STEP(4, 3)", 3), 4);
  EXPECT_EQ(scalar("RAMP(2, 3)", 7), 8);
  EXPECT_EQ(scalar("RAMP(2, 3, 5)", 7), 4);
  EXPECT_EQ(scalar("PULSE(6, 2, 3)", 5), 6);
  EXPECT_EQ(scalar("PULSE(6, 2, 3)", 6), 0);
  EXPECT_EQ(scalar("PULSE(6, 2)", 5), 0);
  EXPECT_EQ(scalar("PULSE TRAIN(1, 2, 5, 8)", 7), 1);
  EXPECT_EQ(scalar("PULSE TRAIN(1, 2, 5, 8)", 8), 0);
  EXPECT_EQ(scalar("STARTTIME + STOPTIME + DT + TIME", 4), 15);
  EXPECT_EQ(scalar("INITIAL_TIME + FINAL TIME"), 10);
}

TEST(Functions, MemoryOfPastValues) {
  EXPECT_EQ(scalar("PREVIOUS(TIME, -5)", 0), -5);
  EXPECT_EQ(scalar("PREVIOUS(TIME, -5)", 4), 3);
  EXPECT_EQ(scalar("INIT(TIME + 7)", 4), 7);
  EXPECT_EQ(scalar("DELAY(TIME, 3)", 2), 0);
  EXPECT_EQ(scalar("DELAY(TIME, 3)", 5), 2);
  EXPECT_EQ(scalar("DELAY(TIME, 3, 99)", 2), 99);
  EXPECT_EQ(scalar("DELAY FIXED(TIME, 3, 99)", 3), 0);
  EXPECT_EQ(scalar("SAMPLE IF TRUE(TIME MOD 3 = 0, TIME, -1)", 5), 3);
  // A variable that counts its own past.
  EXPECT_EQ(value_at(compile(xmile(aux("n", "PREVIOUS(n, 0) + 1"))), "n", 4).at(0), 5);
}

TEST(Functions, ADelayWhoseTimeChangesReachesFurtherBack) {
  const auto model = compile(xmile(aux("x", "DELAY(TIME, 1 + STEP(3, 6))")));
  EXPECT_EQ(value_at(model, "x", 5).at(0), 4);
  // The time that held in the step before decides: known by the variable's own past value.
  EXPECT_EQ(value_at(model, "x", 8).at(0), 4);
}

// First order smooth under Euler: s(n+1) = s(n) + dt (u - s(n)) / T, exactly.
TEST(Functions, SmoothsAndDelaysFollowTheirDifferenceEquations) {
  const auto model = compile(xmile(aux("u", "STEP(10, 1)") + aux("s", "SMTH1(u, 4)") +
                                       aux("s3", "SMTH3(u, 6, 2)") + aux("d", "DELAY1(u, 4)") +
                                       aux("d3", "DELAY3(u, 6)") + aux("dn", "DELAYN(u, 6, 3)") +
                                       aux("sn", "SMTHN(u, 6, 3, 2)"),
                                   "<start>0</start><stop>10</stop><dt>0.5</dt>"));
  double level = 0, a = 2, b = 2, c = 2, d = 0;
  conditions::Run run(model);
  run.initialise();
  const auto now = [&](const char* name) { return run.values(*model->find(name))[0]; };
  for (int n = 0; n <= 20; ++n) {
    const double u = n >= 2 ? 10 : 0;
    EXPECT_DOUBLE_EQ(now("s"), level);
    EXPECT_DOUBLE_EQ(now("s3"), c);
    EXPECT_DOUBLE_EQ(now("sn"), c);
    EXPECT_DOUBLE_EQ(now("d"), d / 4);
    EXPECT_DOUBLE_EQ(now("d3"), now("dn"));
    level += 0.5 * (u - level) / 4;
    const double a0 = a, b0 = b;
    a += 0.5 * (u - a) / 2;
    b += 0.5 * (a0 - b) / 2;
    c += 0.5 * (b0 - c) / 2;
    d += 0.5 * (u - d / 4);
    run.step();
    run.evaluate();
  }
}

// A material delay loses nothing: what went in is what came out and what is still inside.
TEST(Functions, MaterialDelaysConserve) {
  const auto model = compile(xmile(aux("u", "PULSE(8, 2)") + flow("out", "DELAY3(u, 1.5)") +
                                       stock("sum", "0", "<inflow>out</inflow>"),
                                   "<start>0</start><stop>40</stop><dt>0.25</dt>"));
  EXPECT_NEAR(value_at(model, "sum", 40).at(0), 8, 1e-9);
}

TEST(Functions, TrendOfExponentialGrowthIsItsRate) {
  const auto model =
      compile(xmile(stock("x", "1", "<inflow>g</inflow>") + flow("g", "0.03*x") +
                        aux("t", "TREND(x, 5, 0.03)") + aux("f", "FORCST(x, 5, 10, 0.03)"),
                    "<start>0</start><stop>50</stop><dt>0.125</dt>", "", "", "RK4"));
  EXPECT_NEAR(value_at(model, "t", 50).at(0), 0.03, 1e-4);
  const double x = value_at(model, "x", 50).at(0);
  EXPECT_NEAR(value_at(model, "f", 50).at(0), x * 1.3, x * 1e-3);
}

TEST(Functions, GraphicalFunctionsInsideAndOutsideTheirRange) {
  const std::string table = "<gf TYPE><xpts>0,1,3</xpts><ypts>0,10,30.5</ypts></gf>";
  const auto with = [&](const std::string& type, const std::string& x) {
    std::string gf = table;
    gf.replace(gf.find("TYPE"), 4, type);
    return value_at(compile(xmile(aux("x", x, gf))), "x", 0).at(0);
  };
  EXPECT_EQ(with("", "0.5"), 5);
  EXPECT_EQ(with("", "9"), 30.5);
  EXPECT_EQ(with("", "-1"), 0);
  EXPECT_EQ(with("type=\"extrapolate\"", "5"), 51);
  EXPECT_EQ(with("type=\"extrapolate\"", "-1"), -10);
  EXPECT_EQ(with("type=\"discrete\"", "0.99"), 0);
  EXPECT_EQ(with("type=\"discrete\"", "1"), 10);
  const std::string gf = "<gf name=\"g\"><xscale min=\"0\" max=\"2\"/><ypts>1,3,7</ypts></gf>";
  EXPECT_EQ(scalar("g(0.5)", 0, gf), 2);
  EXPECT_EQ(scalar("LOOKUP(g, 1.5)", 0, gf), 5);
  EXPECT_EQ(scalar("LOOKUP FORWARD(g, 1.5)", 0, gf), 7);
  EXPECT_EQ(scalar("LOOKUPINV(g, 5)", 0, gf), 1.5);
  EXPECT_EQ(scalar("LOOKUP EXTRAPOLATE(g, 3)", 0, gf), 11);
}

TEST(Functions, RandomNumbersAreKeyedBySeedMemberAndStep) {
  const auto model = compile(
      xmile(aux("u", "RANDOM(2, 4)") + aux("n", "NORMAL(10, 2)") + aux("p", "POISSON(3)") +
                stock("sum", "0", "<inflow>n</inflow>") + stock("count", "0", "<inflow>p</inflow>"),
            "<start>0</start><stop>4000</stop><dt>1</dt>"));
  EXPECT_NEAR(value_at(model, "sum", 4000).at(0) / 4000, 10, 4 * 2 / std::sqrt(4000.0));
  EXPECT_NEAR(value_at(model, "count", 4000).at(0) / 4000, 3, 4 * std::sqrt(3.0 / 4000));
  conditions::Run first(model, 2, 5), again(model, 1, 5, 1), other(model, 1, 6, 1);
  for (conditions::Run* run : {&first, &again, &other})
    run->initialise();
  EXPECT_EQ(first.values(*model->find("u"))[1], again.values(*model->find("u"))[0]);
  EXPECT_NE(first.values(*model->find("u"))[0], first.values(*model->find("u"))[1]);
  EXPECT_NE(other.values(*model->find("u"))[0], again.values(*model->find("u"))[0]);
  EXPECT_GE(first.values(*model->find("u"))[0], 2);
  EXPECT_LT(first.values(*model->find("u"))[0], 4);
}

TEST(Functions, MacrosWithAndWithoutStocks) {
  const std::string plain = "<macro name=\"twice plus\"><parm>a</parm><parm "
                            "default=\"1\">b</parm><eqn>2*a + b</eqn></macro>";
  const std::string with_stock =
      "<macro name=\"pile\"><parm>rate</parm><eqn>heap</eqn><variables><stock "
      "name=\"heap\"><eqn>3</eqn><inflow>in</inflow></stock>"
      "<flow name=\"in\"><eqn>TWICE PLUS(rate, 0)</eqn></flow></variables></macro>";
  const auto model =
      compile(xmile(aux("x", "TWICE_PLUS(5)") + aux("y", "pile(TIME) + pile(1)"),
                    "<start>0</start><stop>10</stop><dt>1</dt>", "", plain + with_stock));
  EXPECT_EQ(value_at(model, "x", 0).at(0), 11);
  EXPECT_EQ(value_at(model, "y", 3).at(0), 3 + 2 * (0 + 1 + 2) + 3 + 2 * 3);
}

TEST(Functions, VectorFunctions) {
  const std::string d = dim("D", {"a", "b", "c"});
  const std::string v = aux("v", "7, 2, 5", over({"D"}));
  const auto at = [&](const std::string& equation, const std::string& dims) {
    return value_at(compile(xmile(v + aux("w", "1, 0, 1", over({"D"})) + aux("x", equation, dims),
                                  "<start>0</start><stop>1</stop><dt>1</dt>", d)),
                    "x", 0);
  };
  EXPECT_EQ(at("VECTOR SORT ORDER(v[D], 1)", over({"D"})), (std::vector<double>{1, 2, 0}));
  EXPECT_EQ(at("VECTOR ELM MAP(v[a], D - 1)", over({"D"})), (std::vector<double>{7, 2, 5}));
  EXPECT_EQ(at("VECTOR SELECT(w[*], v[*], 0, 0, 0)", ""), (std::vector<double>{12}));
  EXPECT_EQ(at("RANK(v[*], 1)", ""), (std::vector<double>{2}));
  EXPECT_EQ(at("SIZE(v[*]) + SIZE(D)", ""), (std::vector<double>{6}));
  EXPECT_NEAR(at("STDDEV(v[*])", "").at(0), 2.5166114784, 1e-9);
  EXPECT_EQ(at("SUM(v)", ""), (std::vector<double>{14}));
  EXPECT_EQ(at("PROD(v[a:b])", ""), (std::vector<double>{14}));
}

// Vensim's manual: with supply enough for two thirds, the first in line are served first.
TEST(Functions, AllocationByPriority) {
  const std::string d = dim("D", {"a", "b", "c"});
  const auto given = value_at(
      compile(xmile(
          aux("want", "10", over({"D"})) + aux("rank", "3, 2, 1", over({"D"})) +
              aux("x", "ALLOCATE BY PRIORITY(want[D], rank[D], SIZE(D), 0.5, 20)", over({"D"})),
          "<start>0</start><stop>1</stop><dt>1</dt>", d)),
      "x", 0);
  EXPECT_NEAR(given[0], 10, 1e-6);
  EXPECT_NEAR(given[1], 10, 1e-6);
  EXPECT_NEAR(given[2], 0, 1e-6);
}

TEST(Functions, MatrixInverse) {
  const std::string d = dim("R", {"a", "b"}) + dim("C", {"p", "q"});
  const auto inverse =
      value_at(compile(xmile(aux("m", "4, 7, 2, 6", over({"R", "C"})) +
                                 aux("x", "INVERT MATRIX(m[R,C], 2)", over({"R", "C"})),
                             "<start>0</start><stop>1</stop><dt>1</dt>", d)),
               "x", 0);
  EXPECT_NEAR(inverse[0], 0.6, 1e-12);
  EXPECT_NEAR(inverse[1], -0.7, 1e-12);
  EXPECT_NEAR(inverse[2], -0.2, 1e-12);
  EXPECT_NEAR(inverse[3], 0.4, 1e-12);
}

} // namespace
} // namespace cauce::conditions
