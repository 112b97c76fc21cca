// Propositions: what must hold of an effect, and rows that cannot be tested.
#include "cauce/evidence/propositions.hpp"

#include "files.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>

namespace cauce::evidence {
namespace {

Proposition wants(Direction direction, double margin, std::optional<double> value = {}) {
  Proposition p;
  p.direction = direction;
  p.margin = margin;
  p.value = value;
  return p;
}

TEST(Propositions, HoldBeyondTheirMarginAndOnlyThere) {
  EXPECT_TRUE(holds(wants(Direction::lower, 10), -10.0));
  EXPECT_FALSE(holds(wants(Direction::lower, 10), -9.9));
  EXPECT_FALSE(holds(wants(Direction::lower, 0), 0.0)) << "no effect is not lower";
  EXPECT_TRUE(holds(wants(Direction::higher, 5), 5.0));
  EXPECT_FALSE(holds(wants(Direction::higher, 5), -50.0));
  EXPECT_TRUE(holds(wants(Direction::same, 3), -2.9));
  EXPECT_FALSE(holds(wants(Direction::same, 3), 3.0));
  EXPECT_TRUE(holds(wants(Direction::at_least, 0, -3.0), -3.0));
  EXPECT_TRUE(holds(wants(Direction::at_most, 0, 100.0), 99.0));
  EXPECT_TRUE(holds(wants(Direction::about, 15, -60.0), -47.0));
  EXPECT_FALSE(holds(wants(Direction::about, 15, -60.0), -80.0));
}

TEST(Propositions, WithoutANumberNothingHolds) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const Direction direction : {Direction::lower, Direction::higher, Direction::same,
                                    Direction::at_least, Direction::at_most, Direction::about})
    EXPECT_FALSE(holds(wants(direction, 1, 0.0), nan)) << direction_name(direction);
}

TEST(Propositions, OfAFigureTheMarginIsAShareOfItsValue) {
  Proposition figure = wants(Direction::about, 10, 263000.0);
  figure.form = Form::figure;
  figure.relative = true;
  EXPECT_TRUE(holds(figure, 240000.0));
  EXPECT_FALSE(holds(figure, 230000.0));
}

constexpr std::string_view arms_header =
    "claim_id,part,form,arm,against,outcome,place,group,from,until,base_from,base_until,measure,"
    "direction,margin,margin_unit,value,series,series_place,series_group,note\n";

TEST(Propositions, RowsThatCannotBeTestedAreNamed) {
  const testing_files::Folder folder;
  Diagnostics findings;
  read_claim_tests(
      folder.write("t.csv",
                   std::string(arms_header) +
                       "a,,comparison,x,,deaths,,,2019-01,2019-12,,,,lower,5,percent,,,,,\n"
                       "b,,change,x,,deaths,,,2019-01,2019-12,,,,lower,5,percent,,,,,\n"
                       "c,,figure,x,,deaths,,,2019-12,2019-01,,,,lower,5,percent,,,,,\n"
                       "d,,comparison,x,y,deaths,,,2019-01,2019-12,,,,lover,5,percent,,,,,\n"
                       "e,,comparison,x,y,deaths,,,2019-01,2019-12,,,,same,0,percent,,,,,\n"),
      findings);
  EXPECT_EQ(folder.relative(findings.text()),
            "t.csv:2: error E116: 'a': 'against' is given in comparisons and only there\n"
            "t.csv:3: error E116: 'b': 'base_from' and 'base_until' are given in changes, and in "
            "comparisons that name a series, of which they are the earlier period\n"
            "t.csv:4: error E116: 'c': needs a period: 'from' and 'until', the last month not "
            "before the first\n"
            "t.csv:4: error E116: 'c': at_least, at_most and about need a 'value', which lower, "
            "higher and same do not have; a figure always has one\n"
            "t.csv:5: error E117: unknown direction 'lover' (did you mean 'lower'?)\n"
            "t.csv:6: error E116: 'e': 'same' needs a margin above 0");
}

TEST(Propositions, PredictionsSayWhatEachTheoryExpects) {
  const testing_files::Folder folder;
  Diagnostics findings;
  const auto predictions = read_predictions(
      folder.write("p.csv",
                   "prediction,part,title_en,title_es,form,arm,against,outcome,place,group,from,"
                   "until,base_from,base_until,measure,margin,margin_unit,expects:one,expects:two,"
                   "series,series_place,series_group,decided_en,decided_es,note\n"
                   "D1,,T,T,comparison,x,y,deaths,,,2019-01,2019-12,,,,2,percent,lower,,,,,,,\n"),
      findings);
  EXPECT_EQ(findings.text(), "");
  ASSERT_EQ(predictions.size(), 1U);
  EXPECT_EQ(predictions[0].expected.size(), 1U) << "the second theory is silent";
  EXPECT_EQ(predictions[0].expected.at("one"), Direction::lower);
}

} // namespace
} // namespace cauce::evidence
