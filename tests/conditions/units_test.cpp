// Units: warnings where quantities do not fit, silence where they do.
#include "support.hpp"

#include "cauce/conditions/reference.hpp"
#include "cauce/conditions/units.hpp"

namespace cauce::conditions {
namespace {

using namespace test;

std::string with_units(const std::string& tag, const std::string& name, const std::string& equation,
                       const std::string& units, const std::string& more = "") {
  return "<" + tag + " name=\"" + name + "\"><eqn>" + equation + "</eqn><units>" + units +
         "</units>" + more + "</" + tag + ">";
}

std::string warnings(const std::string& variables, const std::string& units = "") {
  std::string text = xmile(variables, "<start>0</start><stop>1</stop><dt>1</dt>", "", units);
  text.replace(text.find("method=\"Euler\""), 14, "method=\"Euler\" time_units=\"Months\"");
  Diagnostics findings;
  compile_model(text, "u.xmile", findings);
  return findings.text();
}

TEST(Units, AreReadAsDimensions) {
  const UnitReader reader({});
  EXPECT_EQ(*reader.read("persons/(month*household)"),
            (Units{{"household", -1}, {"month", -1}, {"person", 1}}));
  EXPECT_EQ(*reader.read("people / Months"), *reader.read("person/month"));
  EXPECT_EQ(*reader.read("USD^2/USD"), (Units{{"usd", 1}}));
  EXPECT_EQ(*reader.read("1/month"), (Units{{"month", -1}}));
  EXPECT_TRUE(reader.read("dmnl")->empty());
  EXPECT_FALSE(reader.read("persons/(month"));
  EXPECT_EQ(to_string(*reader.read("persons/(month*household)")), "person/(household*month)");
}

TEST(Units, AgreeingModelsAreSilent) {
  EXPECT_EQ(warnings(with_units("stock", "people", "100", "persons", "<outflow>leave</outflow>") +
                     with_units("flow", "leave", "people * hazard", "persons/month") +
                     with_units("aux", "hazard", "0.01 + EXP(-ratio) * 1", "1/month") +
                     with_units("aux", "ratio", "people / half", "dmnl") +
                     with_units("aux", "half", "50", "person") +
                     with_units("aux", "smoothed", "SMTH1(leave, delay)", "persons/month") +
                     with_units("aux", "delay", "3", "months")),
            "u.xmile:1: warning X401: units of 'hazard' = 0.01 + EXP(-ratio) * 1: the equation "
            "gives dimensionless, the variable has 1/month");
}

TEST(Units, DisagreementsNameTheEquationAndBothSides) {
  const std::string found = warnings(
      with_units("aux", "wage", "300", "USD/month") + with_units("aux", "trips", "2", "trips") +
      with_units("aux", "sum", "wage + trips", "USD/month") +
      with_units("aux", "cost", "wage * trips", "USD") +
      with_units("aux", "log", "LN(wage)", "dmnl") +
      with_units("stock", "s", "5", "USD", "<inflow>trips</inflow>"));
  EXPECT_NE(found.find("'sum' = wage + trips: adds usd/month and trip"), std::string::npos)
      << found;
  EXPECT_NE(found.find("the equation gives trip*usd/month, the variable has usd"),
            std::string::npos)
      << found;
  EXPECT_NE(found.find("a logarithm needs a dimensionless argument, not usd/month"),
            std::string::npos)
      << found;
  EXPECT_NE(found.find("its flow 'trips' must have usd/month, not trip"), std::string::npos)
      << found;
}

TEST(Units, AliasesAndDefinitionsOfTheFile) {
  const std::string units =
      "<model_units><unit name=\"USD\"><alias>$</alias><alias>dollars</alias></unit><unit "
      "name=\"kUSD\"><eqn>USD</eqn></unit></model_units>";
  EXPECT_EQ(warnings(with_units("aux", "a", "1", "$") + with_units("aux", "b", "a + 2", "Dollars") +
                         with_units("aux", "c", "b", "kUSD"),
                     units),
            "");
}

TEST(Reference, ShowsEveryVariableTypeset) {
  const auto model = compile(xmile(
      stock("s", "1", "<inflow>f</inflow>") +
      with_units("flow", "f", "a * s / (1 + s)^2", "persons/month", "<doc>What flows.</doc>") +
      aux("a", "SQRT(2)")));
  const std::string text = reference_text(*model);
  EXPECT_NE(text.find("\\frac{\\text{a} \\cdot \\text{s}}{\\left(1 + \\text{s}\\right)^{2}}"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("What flows."), std::string::npos);
  EXPECT_NE(text.find("Uses: a, s."), std::string::npos);
  EXPECT_NE(text.find("Used by: f."), std::string::npos);
}

} // namespace
} // namespace cauce::conditions
