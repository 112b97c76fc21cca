// A file with many mistakes: all are told in one pass, each with its line, the variable and what to
// do.
#include "support.hpp"

namespace cauce::conditions {
namespace {

using namespace test;

TEST(Errors, AllMistakesOfAFileAreToldAtOnce) {
  const std::string lines =
      xmile("\n" + aux("price", "demand * 2 +") + "\n" +              // line 2
                aux("demand", "prise / 3") + "\n" +                   // 3
                aux("growth", "EXPP(2)") + "\n" +                     // 4
                aux("share", "SQRT(1, 2)") + "\n" +                   // 5
                aux("of", "x[nowhere]") + "\n" +                      // 6
                aux("x", "1, 2", over({"D"})) + "\n" +                // 7
                aux("y", "x", over({"E"})) + "\n" +                   // 8
                stock("s", "1", "<inflow>missing</inflow>") + "\n" +  // 9
                aux("twice", "1") + "\n" + aux("Twice", "2") + "\n" + // 10, 11
                aux("d", "SMTHN(1, 2, TIME)") + "\n" +                // 12
                aux("z", "(1 + 2"),                                   // 13
            "<start>0</start><stop>10</stop><dt>1</dt>",
            dim("D", {"a", "b"}) + dim("E", {"p", "q", "r"}));
  const std::string told = errors_of(lines);
  struct Mistake {
    int line;
    const char *code, *word, *cure;
  };
  for (const Mistake& m :
       {Mistake{2, "X104", "price", ""}, Mistake{3, "X201", "prise", "did you mean 'price'"},
        Mistake{4, "X202", "EXPP", "did you mean"}, Mistake{5, "X203", "SQRT", "takes 1 argument"},
        Mistake{6, "X206", "nowhere", ""}, Mistake{8, "X205", "'y'", ""},
        Mistake{9, "X", "missing", ""}, Mistake{11, "X", "wice", ""},
        Mistake{12, "X210", "SMTHN", "write the number"}, Mistake{13, "X104", "z", ""}}) {
    const std::string place = "test.xmile:" + std::to_string(m.line) + ":";
    std::size_t at = told.find(place);
    ASSERT_NE(at, std::string::npos) << place << "\n" << told;
    const std::string line = told.substr(at, told.find('\n', at) - at);
    EXPECT_NE(line.find(m.code), std::string::npos) << line;
    EXPECT_NE(line.find(m.word), std::string::npos) << line;
    EXPECT_NE(line.find(m.cure), std::string::npos) << line;
  }
}

// A name that is silently the number of an element is told; compared with its dimension it is what
// is meant.
TEST(Warnings, ANameThatIsAnElementIsNotAVariable) {
  const auto warnings = [](const std::string& variables) {
    Diagnostics findings;
    compile_model(
        xmile(variables, "<start>0</start><stop>1</stop><dt>1</dt>", dim("D", {"water", "land"})),
        "test.xmile", findings);
    return findings.text();
  };
  const std::string array = aux("x", "1, 2", over({"D"}));
  EXPECT_NE(warnings(array + aux("y", "2 * land")).find("X213"), std::string::npos);
  EXPECT_NE(warnings(array + aux("land", "1") + aux("y", "x[land]")).find("X213"),
            std::string::npos);
  EXPECT_EQ(warnings(array + aux("y", "IF D = land THEN 1 ELSE 2", over({"D"}))).find("X213"),
            std::string::npos);
  EXPECT_EQ(warnings(array + aux("y", "x[land]")).find("X213"), std::string::npos);
}

} // namespace
} // namespace cauce::conditions
