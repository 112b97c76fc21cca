// What the text of the standard says, section by section (XMILE 1.0 with the errata of 1.1
// and 1.2): its own examples, or small models with an answer that follows from its words.
#include "support.hpp"

#include <cmath>
#include <filesystem>
#include <fstream>

namespace cauce::conditions {
namespace {

using namespace test;

const std::string shop = dim("Location", {"Boston", "Chicago", "LA"}) +
                         dim("Product", {"dresses", "skirts"}) + "<dim name=\"N\" size=\"3\"/>";

// One value at one time, by both evaluators.
double alike(const std::string& variables, const std::string& name, double time = 0,
             const std::string& before = "",
             const std::string& specs = "<start>0</start><stop>20</stop><dt>1</dt>") {
  const auto model = compile(xmile(variables, specs, shop, before));
  const std::vector<double> oracle = value_at(model, name, time, true);
  const std::vector<double> fast = value_at(model, name, time);
  EXPECT_EQ(oracle.size(), fast.size());
  for (std::size_t i = 0; i < oracle.size(); ++i)
    EXPECT_TRUE(oracle[i] == fast[i] || (std::isnan(oracle[i]) && std::isnan(fast[i]))) << name;
  return oracle.at(0);
}
std::vector<double> all_at(const std::string& variables, const std::string& name, double time = 0) {
  return value_at(compile(xmile(variables, "<start>0</start><stop>20</stop><dt>1</dt>", shop)),
                  name, time);
}

TEST(Standard, NumbersAndSignsAsWrittenInTheText) { // 3.2.1, 3.3.1
  EXPECT_EQ(alike(aux("x", "14."), "x"), 14);
  EXPECT_EQ(alike(aux("x", ".375"), "x"), 0.375);
  EXPECT_EQ(alike(aux("x", "+8.123e-10"), "x"), 8.123e-10);
  EXPECT_EQ(alike(aux("x", "(\xE2\x80\x93"
                           "3)^2 \xE2\x88\x92 1"),
                  "x"),
            8);
}

TEST(Standard, IntIsTheNextLowerWholeNumberAndModHasTheSignOfTheDivisor) { // 3.3.1, 3.5.1
  EXPECT_EQ(alike(aux("x", "INT(-2.5)"), "x"), -3);
  EXPECT_EQ(alike(aux("x", "-7 MOD 3"), "x"), 2);
  EXPECT_EQ(alike(aux("x", "7 MOD -3"), "x"), -2);
  EXPECT_EQ(alike(aux("x", "0.1 MOD 3"), "x"), 0.1);
  for (const char* a : {"-7.5", "7.5", "-6", "6"}) { // a = INT(a/b)*b + a MOD b
    const std::string text = std::string("INT(") + a + "/2)*2 + (" + a + " MOD 2) - (" + a + ")";
    EXPECT_EQ(alike(aux("x", text), "x"), 0) << a;
  }
  // Files of Vensim cut off, as Vensim does.
  const std::string vensim =
      "<xmile version=\"1.0\"><header><vendor>Ventana Systems, Inc.</vendor></header>"
      "<sim_specs><start>0</start><stop>1</stop></sim_specs><model><variables>" +
      aux("x", "INT(-2.5)") + aux("y", "-7 MOD 3") + "</variables></model></xmile>";
  EXPECT_EQ(value_at(compile(vensim), "x", 0).at(0), -2);
  EXPECT_EQ(value_at(compile(vensim), "y", 0).at(0), -1);
}

TEST(Standard, ArraysByOneFlatIndex) { // 3.3.2: A(10) of [2, 3, 4] is A[1, 3, 2]
  const std::string a = aux("s", "Location * 10 + Product", over({"Location", "Product"}));
  EXPECT_EQ(alike(a + aux("x", "s(4)"), "x"), 22);
  EXPECT_EQ(alike(a + aux("x", "s(RANK(s, 5))"), "x"), 31);
  EXPECT_EQ(alike(a + aux("x", "s(7)"), "x"), 0);
  EXPECT_EQ(alike(a + aux("x", "s(0)"), "x"), 0);
  EXPECT_EQ(alike(a + aux("x", "s(TIME + 1)"), "x", 5), 32);
}

TEST(Standard, ElementsByTheirDimension) { // 3.7.1
  EXPECT_EQ(alike(aux("x", "Location.Chicago + Product.skirts"), "x"), 4);
  Diagnostics findings;
  compile_model(xmile(aux("x", "Location.Chicago"), "<start>0</start><stop>1</stop>", shop), "t",
                findings);
  EXPECT_TRUE(findings.items().empty()) << findings.text();
}

TEST(Standard, ExtremesOfArraysAndNumbersTogether) { // 3.7.1.3: MAX(A, 0)
  const std::string a = aux("s", "N - 5", over({"N"}));
  EXPECT_EQ(alike(a + aux("x", "MAX(s, 0)"), "x"), 0);
  EXPECT_EQ(alike(a + aux("x", "MIN(s, -3, -9)"), "x"), -9);
  EXPECT_EQ(alike(a + aux("x", "MAX(s[*], -9)"), "x"), -2);
  EXPECT_EQ(all_at(a + aux("x", "MAX(s, -3)", over({"N"})), "x"),
            (std::vector<double>{-3, -3, -2}));
}

TEST(Standard, RankBreaksTiesByASecondArray) {
  const std::string a = aux("s", "5, 5, 1", over({"N"})) + aux("b", "2, 1, 7", over({"N"}));
  EXPECT_EQ(alike(a + aux("x", "RANK(s, 2, b)"), "x"), 2);
  EXPECT_EQ(alike(a + aux("x", "RANK(s, 3, b)"), "x"), 1);
  EXPECT_EQ(alike(a + aux("x", "RANK(s, 2)"), "x"), 1);
}

TEST(Standard, SizeOfTheArrayItself) {
  EXPECT_EQ(
      all_at(aux("s", "10 * SIZE(SELF[1, *]) + SIZE(SELF)", over({"Location", "Product"})), "s"),
      std::vector<double>(6, 26));
}

TEST(Standard, RangesOutsideOfArrayFunctions) { // 3.7.1.2
  const std::string a = aux("s", "N * 10", over({"N"}));
  EXPECT_EQ(all_at(a + aux("x", "s[2:3]", over({"Product"})), "x"), (std::vector<double>{20, 30}));
  EXPECT_EQ(all_at(a + aux("x", "s[2:3]", over({"Location"})), "x"),
            (std::vector<double>{20, 30, 0}));
}

TEST(Standard, AnIndexOutsideIsNothingOrNotANumber) { // 2.4.1
  const std::string file =
      "<xmile version=\"1.0\"><header><options><uses_arrays maximum_dimensions=\"1\" "
      "invalid_index_value=\"NaN\"/></options></header><sim_specs><start>0</start><stop>4</stop>"
      "</sim_specs><dimensions>" +
      shop + "</dimensions><model><variables>" + aux("s", "N * 10", over({"N"})) +
      aux("x", "s[TIME + 2]") + aux("y", "s[N + 1]", over({"N"})) + "</variables></model></xmile>";
  for (const bool oracle : {false, true}) {
    EXPECT_EQ(value_at(compile(file), "x", 1, oracle).at(0), 30);
    EXPECT_TRUE(std::isnan(value_at(compile(file), "x", 2, oracle).at(0)));
    EXPECT_TRUE(std::isnan(value_at(compile(file), "y", 0, oracle).at(2)));
  }
  EXPECT_EQ(alike(aux("s", "N * 10", over({"N"})) + aux("x", "s[TIME + 2]"), "x", 2), 0);
}

TEST(Standard, FlowsThatConvertUnits) { // 4.3: 4 are taken from upstream, 12 given downstream
  const std::string chain = stock("A", "100", "<outflow>f</outflow>") +
                            stock("B", "0", "<inflow>f</inflow>") +
                            "<flow name=\"f\"><eqn>4</eqn><multiplier>3</multiplier></flow>";
  EXPECT_EQ(alike(chain, "A", 2), 92);
  EXPECT_EQ(alike(chain, "B", 2), 24);
}

TEST(Standard, GraphicalFunctionsByName) { // 4.1.3
  const std::string rising = "<gf name=\"rising\"><xscale min=\"0\" max=\"1\"/>"
                             "<ypts>0,0.1,0.5,0.9,1</ypts></gf>";
  EXPECT_EQ(
      alike(rising + "<aux name=\"x\"><eqn>TIME / 4</eqn><gf name=\"rising\"/></aux>", "x", 1),
      0.1);
  EXPECT_EQ(alike("<aux name=\"u\"><eqn>TIME</eqn><gf name=\"inner\"><xscale min=\"0\" max=\"4\"/>"
                  "<ypts>0,10</ypts></gf></aux>" +
                      aux("x", "inner(2)"),
                  "x"),
            5);
  EXPECT_NE(errors_of(xmile("<aux name=\"x\"><eqn>1</eqn><gf name=\"risng\"/></aux>" + rising))
                .find("rising"),
            std::string::npos);
  // 3.2.4: containers are asked alike.
  EXPECT_EQ(alike(rising + aux("x", "SIZE(rising)"), "x"), 5);
  EXPECT_EQ(alike(rising + aux("x", "MAX(rising) + 10 * MIN(rising)"), "x"), 1);
  EXPECT_EQ(alike(rising + aux("x", "rising[3]"), "x"), 0.5);
  EXPECT_EQ(alike(rising + aux("x", "MEAN(rising)"), "x"), 0.5);
}

TEST(Standard, NonNegativeForOneModel) { // 2.9
  std::string file = xmile(stock("S", "3", "<outflow>o</outflow>") + flow("o", "2"));
  file.replace(file.find("<model>"), 7, "<model><behavior><non_negative/></behavior>");
  EXPECT_EQ(value_at(compile(file), "S", 5).at(0), 0);
  EXPECT_EQ(value_at(compile(file), "o", 1).at(0), 1);
}

TEST(Standard, ElementsOfVendorsAreNotRead) { // 2.2 of 1.2
  const auto model = compile(xmile(aux("a", "1") + "<isee:aux name=\"b\"><eqn>2</eqn></isee:aux>"));
  EXPECT_TRUE(model->find("a"));
  EXPECT_FALSE(model->find("b"));
  Diagnostics findings; // inside of variables with a note
  compile_model(xmile("<aux name=\"a\"><eqn>1</eqn><isee:delay_aux/><isee:summing/></aux>"), "t",
                findings);
  EXPECT_NE(findings.text().find("<isee:delay_aux>, <isee:summing>"), std::string::npos);
  // The standard's own may have a prefix, when all have it.
  std::string file = xmile(aux("a", "TIME * 2"));
  for (std::size_t i = 0; i < file.size(); ++i) {
    if (file[i] == '<')
      file.insert(i + (file[i + 1] == '/' ? 2 : 1), "x:");
  }
  EXPECT_EQ(value_at(compile(file), "a", 3).at(0), 6);
}

TEST(Standard, ASeedMakesTheSequenceTheSameAlways) { // 3.5.2
  const auto model =
      compile(xmile(aux("free", "RANDOM(0, 1)") + aux("own", "RANDOM(0, 1, 7)") +
                    aux("alike", "RANDOM(0, 1, 7)") + aux("other", "RANDOM(0, 1, 8)") +
                    aux("bounded", "NORMAL(0, 1, 7, -1, 1)") + aux("plain", "NORMAL(0, 1, 0)")));
  conditions::Run one(model, 2, 1), two(model, 2, 2);
  one.initialise();
  two.initialise();
  for (int i = 0; i < 5; ++i) {
    const auto draw = [&](const conditions::Run& run, const char* name, std::size_t member) {
      return run.values(*model->find(name))[member];
    };
    for (const char* name : {"own", "bounded"}) {
      EXPECT_EQ(draw(one, name, 0), draw(two, name, 0));
      EXPECT_EQ(draw(one, name, 0), draw(one, name, 1));
    }
    EXPECT_EQ(draw(one, "own", 0), draw(one, "alike", 0));
    EXPECT_NE(draw(one, "own", 0), draw(one, "other", 0));
    for (const char* name : {"free", "plain"}) {
      EXPECT_NE(draw(one, name, 0), draw(two, name, 0));
      EXPECT_NE(draw(one, name, 0), draw(one, name, 1));
    }
    EXPECT_LE(std::abs(draw(one, "bounded", 0)), 1);
    const double before = draw(one, "own", 0);
    one.step();
    two.step();
    one.evaluate();
    two.evaluate();
    EXPECT_NE(draw(one, "own", 0), before);
  }
}

TEST(Standard, ValuesAreSavedAtMultiplesOfTheStep) {
  Diagnostics findings;
  const auto model = compile_model(
      xmile(aux("x", "TIME"), "<start>0.5</start><stop>2</stop><dt reciprocal=\"true\">4</dt>"
                              "<savestep>0.6</savestep>"),
      "t", findings);
  EXPECT_EQ(model->sim_specs().save_step, 0.5);
  EXPECT_NE(findings.text().find("X103"), std::string::npos);
}

// --- Macros (3.6, 4.8) ---

std::string macro(const std::string& head, const std::string& equation,
                  const std::string& more = "") {
  return "<macro " + head + "<eqn>" + equation + "</eqn>" + more + "</macro>";
}
const std::string fact =
    macro("name=\"FACT\"><parm>x</parm>", "IF x &lt;= 1 THEN 1 ELSE x * FACT(x - 1)");

TEST(Macros, ThatCallThemselvesTwiceAtEachDepthAreTooLarge) { // 2^60 variables
  const std::string twice =
      macro("name=\"F\"><parm>n</parm>", "IF n &lt; 1 THEN 1 ELSE F(n - 1) + F(n - 1)");
  try {
    alike(aux("y", "F(60)"), "y", 0, twice);
    FAIL() << "should not compile";
  } catch (const std::exception& error) {
    const std::string words = error.what();
    EXPECT_NE(words.find("X109"), std::string::npos) << words;
    EXPECT_NE(words.find("with 'y' the model"), std::string::npos)
        << "named after the variable that calls, not after what the macro adds: " << words;
  }
}

TEST(Macros, MayCallThemselves) {
  EXPECT_EQ(alike(aux("y", "FACT(5)"), "y", 0, fact), 120);
  EXPECT_EQ(alike(aux("y", "FACTSUM(4)"), "y", 0,
                  fact + macro("name=\"FACTSUM\"><parm>x</parm>",
                               "IF x &lt;= 1 THEN 1 ELSE FACT(x) + FACTSUM(x - 1)")),
            33);
  // What ends them must be known before the run.
  EXPECT_NE(errors_of(xmile(aux("y", "FACT(TIME)"), "<stop>1</stop>", "", fact)).find("X209"),
            std::string::npos);
  EXPECT_NE(errors_of(xmile(aux("y", "F(1)"), "<stop>1</stop>", "",
                            macro("name=\"F\"><parm>x</parm>", "F(x) + 1")))
                .find("X209"),
            std::string::npos);
}

TEST(Macros, ThatNestTooDeepAreRefusedBeforeTheStackEnds) {
  std::string deep = "F(x - 1)";
  for (int i = 0; i < 90; ++i)
    deep = "(1 - " + deep + ")";
  EXPECT_NE(errors_of(xmile(aux("y", "F(500)"), "<stop>1</stop>", "",
                            macro("name=\"F\"><parm>x</parm>", "IF x &lt; 1 THEN 0 ELSE " + deep)))
                .find("X105"),
            std::string::npos);
  EXPECT_NE(errors_of(xmile(aux("y", "FACT(500)"), "<stop>1</stop>", "", fact)).find("X209"),
            std::string::npos);
  EXPECT_EQ(alike(aux("y", "FACT(150) / FACT(149)"), "y", 0, fact), 150);
}

TEST(Macros, TakeArraysAndSearchThem) {
  const std::string find =
      macro("name=\"FIND\"><parm>A</parm><parm>value</parm><parm default=\"1\">i</parm>",
            "IF i &gt; SIZE(A) THEN 0 ELSE IF A[i] = value THEN i ELSE FIND(A, value, i + 1)");
  const std::string list = aux("list", "3, 7, 9", over({"N"}));
  EXPECT_EQ(alike(list + aux("y", "FIND(list, 7)"), "y", 0, find), 2);
  EXPECT_EQ(alike(list + aux("y", "FIND(list, 9)"), "y", 0, find), 3);
  EXPECT_EQ(alike(list + aux("y", "FIND(list, 8)"), "y", 0, find), 0);
  EXPECT_EQ(alike(list + aux("y", "FIND(list, TIME)"), "y", 3, find), 1);
}

TEST(Macros, RunToTheirEndWithSettingsOfTheirOwn) {
  const std::string loop =
      macro("name=\"FACT\"><parm>x</parm>", "Fact",
            "<sim_specs><start>1</start><stop>x</stop></sim_specs><variables>" +
                stock("Fact", "1", "<inflow>change</inflow>") + flow("change", "Fact * TIME") +
                "</variables>");
  EXPECT_EQ(alike(aux("y", "FACT(5)"), "y", 0, loop), 120);
  EXPECT_EQ(alike(aux("y", "FACT(5) + TIME"), "y", 7, loop), 127);
  EXPECT_EQ(alike(aux("y", "FACT(1)"), "y", 0, loop), 1);
}

TEST(Macros, OfOneNameByTheirNumberOfArguments) {
  const std::string both = macro("name=\"G\"><parm>x</parm>", "x * 2") +
                           macro("name=\"G\"><parm>x</parm><parm>y</parm>", "x * y * 100");
  EXPECT_EQ(alike(aux("y", "G(5) + G(5, 2)"), "y", 0, both), 1010);
  EXPECT_EQ(alike(aux("y", "user.TWICE(4)"), "y", 0,
                  macro("name=\"TWICE\" namespace=\"user\"><parm>x</parm>", "x * 2")),
            8);
  EXPECT_EQ(alike(aux("y", "std.ABS(-3)"), "y"), 3);
}

TEST(Macros, ModelsWithOneOutputAreCalledAlike) { // 3.3.2
  std::string file = xmile(aux("a", "5 - ABS(TIME - 5)") + aux("b", "maximum(a)"));
  const std::string named = "<model name=\"maximum\"><variables><aux name=\"in\" "
                            "access=\"input\"/><aux name=\"out\" access=\"output\">"
                            "<eqn>MAX(PREVIOUS(SELF, 0), in)</eqn></aux></variables></model>";
  file.insert(file.find("</xmile>"), named);
  EXPECT_EQ(value_at(compile(file), "b", 3).at(0), 3);
  EXPECT_EQ(value_at(compile(file), "b", 9).at(0), 5);
}

// --- Files (2.11, 4, 4.7) ---

class Files : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        std::filesystem::temp_directory_path() /
        ("cauce-standard-" + std::to_string(::testing::UnitTest::GetInstance()->random_seed()) +
         ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder_ / "macros");
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
  }
  double value(const std::string& variable, double time = 0) {
    return value_at(load_model(folder_ / "main.xmile", findings_), variable, time).at(0);
  }
  static std::string file(const std::string& body, const std::string& header = "") {
    return "<xmile version=\"1.0\"><header>" + header +
           "</header><sim_specs><start>0</start><stop>9</stop></sim_specs>" + body + "</xmile>";
  }
  std::filesystem::path folder_;
  Diagnostics findings_;
};

TEST_F(Files, AreIncludedByNameAndByPattern) {
  write("macros/one.xml", file(macro("name=\"ONE\"><parm>x</parm>", "x + 1") +
                               macro("name=\"OWN\"><parm>x</parm>", "0")));
  write("macros/two.xml", file(macro("name=\"TWO\"><parm>x</parm>", "ONE(x) + 1"),
                               "<includes><include resource=\"one.xml\"/></includes>"));
  write("main.xmile", file(macro("name=\"OWN\"><parm>x</parm>", "x") + "<model><variables>" +
                               aux("y", "TWO(5) + 10 * OWN(7)") + "</variables></model>",
                           "<includes><include resource=\"macros/*.xml\"/></includes>"));
  EXPECT_EQ(value("y"), 77); // what the file itself says holds
  EXPECT_TRUE(findings_.items().empty()) << findings_.text();
}

TEST_F(Files, ThatAreMissingAreToldWithTheLine) {
  write("main.xmile", file("<model><variables>" + aux("y", "1") + "</variables></model>",
                           "\n<includes>\n<include resource=\"gone.xml\"/></includes>"));
  try {
    value("y");
    FAIL();
  } catch (const Errors& errors) {
    EXPECT_NE(std::string(errors.what()).find("main.xmile:3"), std::string::npos) << errors.what();
    EXPECT_NE(std::string(errors.what()).find("X111"), std::string::npos);
  }
}

TEST_F(Files, HoldTheModelsOfModules) {
  write("part.xmile", file("<model><variables>" + aux("Input", "0") +
                           aux("Output", "Input * 2", "") + "</variables></model>"));
  write("main.xmile",
        file("<model><variables><module name=\"Sub\" resource=\"part.xmile\"><connect to=\"Input\" "
             "from=\".Root_Output\"/><connect to=\".Root_Input\" from=\"Sub.Output\"/></module>"
             "<module name=\"Other\" resource=\"part.xmile\"><connect to=\"Input\" "
             "from=\"Sub.Output\"/></module>" +
             aux("Root Output", "TIME") +
             "<aux name=\"Root Input\" access=\"input\"/></variables></model>"));
  EXPECT_EQ(value("Root Input", 4), 8);
  EXPECT_EQ(value("Other.Output", 4), 16);
}

TEST_F(Files, ThatIncludeEachOtherAreReadOnce) {
  write("a.xml", file(macro("name=\"A\"><parm>x</parm>", "B(x) + 1"),
                      "<includes><include resource=\"b.xml\"/></includes>"));
  write("b.xml", file(macro("name=\"B\"><parm>x</parm>", "x * 2"),
                      "<includes><include resource=\"a.xml\"/></includes>"));
  write("main.xmile", file("<model><variables>" + aux("y", "A(3)") + "</variables></model>",
                           "<includes><include resource=\"a.xml\"/></includes>"));
  EXPECT_EQ(value("y"), 7);
}

} // namespace
} // namespace cauce::conditions
