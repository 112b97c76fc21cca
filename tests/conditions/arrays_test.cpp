// Arrays of every kind: apply-to-all, element by element, subranges, mapped and partial ranges,
// reductions, positions, computed subscripts, several equations, dependence between elements.
#include "support.hpp"

namespace cauce::conditions {
namespace {

using namespace test;
using Values = std::vector<double>;

const std::string dims = dim("Dim1", {"A", "B", "C"}) + dim("Dim2", {"D", "E"}) +
                         dim("Sub", {"B", "C"}) + dim("Other", {"X", "Y", "Z"});
const std::string specs = "<start>0</start><stop>3</stop><dt>1</dt>";

Values at(const std::string& variables, const std::string& name, double time = 0) {
  const auto model = compile(xmile(variables, specs, dims));
  const Values fast = value_at(model, name, time);
  EXPECT_EQ(fast, value_at(model, name, time, true)) << "the scalar evaluator differs";
  return fast;
}

std::string element(const std::string& subscripts, const std::string& equation) {
  return "<element subscript=\"" + subscripts + "\"><eqn>" + equation + "</eqn></element>";
}

const std::string one = "<aux name=\"one\">" + over({"Dim1"}) + element("A", "1") +
                        element("B", "2") + element("C", "3") + "</aux>";
const std::string two = aux("two", "10*Dim1 + Dim2", over({"Dim1", "Dim2"}));

TEST(Arrays, ApplyToAllAndElements) {
  EXPECT_EQ(at(one, "one"), (Values{1, 2, 3}));
  EXPECT_EQ(at(two, "two"), (Values{11, 12, 21, 22, 31, 32}));
  EXPECT_EQ(at(one + aux("x", "one * 2 + one[Dim1]", over({"Dim1"})), "x"), (Values{3, 6, 9}));
  EXPECT_EQ(at(one + two + aux("x", "two + one", over({"Dim1", "Dim2"})), "x"),
            (Values{12, 13, 23, 24, 34, 35}));
  EXPECT_EQ(at(two + aux("x", "two[Dim1, Dim2]", over({"Dim2", "Dim1"})), "x"),
            (Values{11, 21, 31, 12, 22, 32}));
  EXPECT_EQ(at(two + aux("x", "two'", over({"Dim2", "Dim1"})), "x"),
            (Values{11, 21, 31, 12, 22, 32}));
}

TEST(Arrays, ElementsPickedAndComputed) {
  EXPECT_EQ(at(one + aux("x", "one[B]"), "x"), (Values{2}));
  EXPECT_EQ(at(one + aux("x", "one[2]"), "x"), (Values{2}));
  EXPECT_EQ(at(one + aux("x", "one[Dim1.C]"), "x"), (Values{3}));
  EXPECT_EQ(at(one + aux("i", "3") + aux("x", "one[i]"), "x"), (Values{3}));
  EXPECT_EQ(at(one + aux("x", "one[TIME + 1]"), "x", 1), (Values{2}));
  EXPECT_EQ(at(one + aux("x", "one[TIME + 1]"), "x", 3), (Values{0})); // outside: 0
  EXPECT_EQ(at(one + aux("x", "one[Dim1 - 1]", over({"Dim1"})), "x"), (Values{0, 1, 2}));
  EXPECT_EQ(at(two + aux("x", "two[@1, E]", over({"Dim1"})), "x"), (Values{12, 22, 32}));
  EXPECT_EQ(at(one + aux("x", "IF Dim1 = B THEN 5 ELSE one", over({"Dim1"})), "x"),
            (Values{1, 5, 3}));
}

TEST(Arrays, Reductions) {
  EXPECT_EQ(at(two + aux("x", "SUM(two[*, *])"), "x"), (Values{129}));
  EXPECT_EQ(at(two + aux("x", "SUM(two)"), "x"), (Values{129}));
  EXPECT_EQ(at(two + aux("x", "SUM(two[Dim1, *])", over({"Dim1"})), "x"), (Values{23, 43, 63}));
  EXPECT_EQ(at(two + aux("x", "SUM(two[Dim1, Dim2!])", over({"Dim1"})), "x"), (Values{23, 43, 63}));
  EXPECT_EQ(at(one + two + aux("x", "SUM(two[*, D] * one[*])"), "x"), (Values{11 + 42 + 93}));
  EXPECT_EQ(at(one + aux("x", "SUM(one[Sub!])"), "x"), (Values{5}));
  EXPECT_EQ(at(one + aux("x", "SUM(one[*:Sub])"), "x"), (Values{5}));
  EXPECT_EQ(at(one + aux("x", "SUM(one[Dim1])"), "x"), (Values{6}));
  EXPECT_EQ(at(one + aux("x", "MAX(one[*]) - MIN(one[*]) + MEAN(one[A:B]) + PROD(one[*])"), "x"),
            (Values{2 + 1.5 + 6}));
  // A sum inside a sum: each element's share of the whole, squared.
  EXPECT_EQ(at(one + aux("x", "SUM((one[*] / SUM(one[*]))^2)"), "x"), (Values{14.0 / 36}));
}

TEST(Arrays, SubrangesAndMappings) {
  EXPECT_EQ(at(one + aux("x", "one[Sub] * 10", over({"Sub"})), "x"), (Values{20, 30}));
  EXPECT_EQ(at(one + aux("x", "one * 10", over({"Sub"})), "x"), (Values{20, 30}));
  EXPECT_EQ(at(one + aux("x", "one[Other]", over({"Other"})), "x"),
            (Values{1, 2, 3})); // by position
  EXPECT_EQ(at(one + aux("x", "one[Dim1]", over({"Other"})), "x"),
            (Values{1, 2, 3})); // a mapped dimension
  EXPECT_EQ(at("<aux name=\"x\">" + over({"Dim1"}) + element("Sub", "Sub * 100") +
                   element("A", "7") + "</aux>",
               "x"),
            (Values{7, 100, 200}));
}

TEST(Arrays, PartialDefinitionsAndDefaults) {
  EXPECT_EQ(at("<aux name=\"x\">" + over({"Dim1", "Dim2"}) + element("A, Dim2", "Dim2") +
                   element("Sub, D", "5") + element("Sub, E", "6") + "</aux>",
               "x"),
            (Values{1, 2, 5, 6, 5, 6}));
  EXPECT_EQ(
      at("<aux name=\"x\">" + over({"Dim1"}) + "<eqn>9</eqn>" + element("B", "1") + "</aux>", "x"),
      (Values{9, 1, 9}));
  const std::string missing = errors_of(
      xmile("<aux name=\"x\">" + over({"Dim1"}) + element("B", "1") + "</aux>", specs, dims));
  EXPECT_NE(missing.find("X207"), std::string::npos) << missing;
  EXPECT_NE(missing.find("[A]"), std::string::npos) << missing;
}

// Elements that depend on each other are ordered one by one; a true cycle is named with its path.
TEST(Arrays, ElementsMayDependOnOneAnother) {
  EXPECT_EQ(at(aux("x", "IF Dim1 = 1 THEN 1 ELSE 2 * x[Dim1 - 1]", over({"Dim1"})), "x"),
            (Values{1, 2, 4}));
  EXPECT_EQ(at("<aux name=\"x\">" + over({"Dim1"}) + element("A", "1") + element("B", "x[A] + 1") +
                   element("C", "x[B] * 5") + "</aux>",
               "x"),
            (Values{1, 2, 10}));
  const std::string cycle = errors_of(xmile(aux("a", "b + 1") + aux("b", "c") + aux("c", "2 * a")));
  EXPECT_NE(cycle.find("X301"), std::string::npos) << cycle;
  EXPECT_NE(cycle.find("'a' -> "), std::string::npos) << cycle;
  const std::string initial = errors_of(xmile(stock("s", "t") + stock("t", "s")));
  EXPECT_NE(initial.find("X302"), std::string::npos) << initial;
}

TEST(Arrays, StocksDelaysAndTablesOverDimensions) {
  const std::string variables = one + stock("s", "one", over({"Dim1"}) + "<inflow>f</inflow>") +
                                flow("f", "one[Dim1] * 2", over({"Dim1"})) +
                                aux("d", "DELAY1(s[Dim1], 2)", over({"Dim1"})) +
                                aux("p", "PREVIOUS(s[Dim1], -1)", over({"Dim1"}));
  EXPECT_EQ(at(variables, "s", 3), (Values{7, 14, 21}));
  EXPECT_EQ(at(variables, "p", 2), (Values{3, 6, 9}));
  const Values delayed = at(variables, "d", 3);
  EXPECT_DOUBLE_EQ(delayed[1], 2 * delayed[0]);
  EXPECT_DOUBLE_EQ(delayed[2], 3 * delayed[0]);
  const std::string tables =
      "<aux name=\"t\">" + over({"Dim2"}) +
      "<eqn>TIME</eqn><element subscript=\"D\"><gf><xpts>0,1</xpts><ypts>0,5</ypts></gf></element>"
      "<element subscript=\"E\"><gf><xpts>0,1</xpts><ypts>1,9</ypts></gf></element></aux>";
  EXPECT_EQ(at(tables, "t", 1), (Values{5, 9}));
  EXPECT_EQ(at(tables + aux("x", "t[E](0.5)"), "x"), (Values{5}));
  EXPECT_EQ(at(tables + aux("x", "LOOKUP(t[Dim2], 0.5)", over({"Dim2"})), "x"), (Values{2.5, 5}));
  // One flow for all elements of a stock is broadcast.
  EXPECT_EQ(at(stock("s", "0", over({"Dim2"}) + "<inflow>f</inflow>") + flow("f", "4"), "s", 2),
            (Values{8, 8}));
}

TEST(Arrays, NumberedDimensions) {
  const auto model = compile(xmile(aux("x", "Age^2", over({"Age"})) + aux("y", "x[3] + x[Age.2]"),
                                   specs, "<dim name=\"Age\" size=\"4\"/>"));
  EXPECT_EQ(value_at(model, "x", 0), (Values{1, 4, 9, 16}));
  EXPECT_EQ(value_at(model, "y", 0), (Values{13}));
  EXPECT_EQ(model->element_name(*model->find("x"), 2), "3");
}

TEST(Arrays, MismatchesAreExplained) {
  const auto error = [&](const std::string& variables) {
    return errors_of(xmile(variables, specs, dims));
  };
  EXPECT_NE(error(one + aux("x", "one")).find("X205"), std::string::npos);
  EXPECT_NE(error(one + aux("x", "one[*]")).find("SUM"), std::string::npos);
  EXPECT_NE(error(one + aux("x", "one[Q]")).find("X206"), std::string::npos);
  EXPECT_NE(error(one + aux("x", "one[A, D]")).find("2 subscripts"), std::string::npos);
  EXPECT_NE(error(one + aux("x", "one[Dim2]", over({"Dim2"}))).find("X20"), std::string::npos);
  EXPECT_NE(error(aux("x", "1", over({"Dim 1 typo"}))).find("unknown dimension"),
            std::string::npos);
}

} // namespace
} // namespace cauce::conditions
