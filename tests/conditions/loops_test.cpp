// Loops that matter: dominance shifts where the papers say it does.
#include "support.hpp"

#include "cauce/conditions/loops.hpp"

#include <algorithm>
#include <cmath>

namespace cauce::conditions {
namespace {

using namespace test;

// The Bass diffusion of Schoenberg et al. (2020): word of mouth dominates until the inflection of
// adopters (half of the market without external adoption), the exhausted market after it.
TEST(LoopsThatMatter, BassDiffusionShiftsAtTheInflection) {
  const auto model = compile(xmile(stock("potential", "9990", "<outflow>adoption</outflow>") +
                                       stock("adopters", "10", "<inflow>adoption</inflow>") +
                                       flow("adoption", "contacts * potential / market") +
                                       aux("contacts", "rate * adopters") + aux("rate", "0.8") +
                                       aux("market", "10000"),
                                   "<start>0</start><stop>20</stop><dt>0.0625</dt>"));
  const LoopAnalysis analysis = analyse_loops(model);
  ASSERT_EQ(analysis.loops.size(), 2u);
  EXPECT_TRUE(analysis.complete);
  ASSERT_EQ(analysis.periods.size(), 2u);
  EXPECT_EQ(analysis.loops[analysis.periods[0].loops[0]].polarity, 1);
  EXPECT_EQ(analysis.loops[analysis.periods[1].loops[0]].polarity, -1);
  const double inflection = std::log(9990.0 / 10.0) / 0.8;
  EXPECT_NEAR(analysis.periods[1].from, inflection, 0.25);
  for (std::size_t t = 0; t < analysis.times.size(); ++t) {
    EXPECT_NEAR(std::abs(analysis.loops[0].shares[t]) + std::abs(analysis.loops[1].shares[t]), 1,
                1e-9);
  }
}

// Goal seeking has one balancing loop, whose score is -1: it explains all there is.
TEST(LoopsThatMatter, OneLoopExplainsEverything) {
  const auto model =
      compile(xmile(stock("x", "100", "<outflow>out</outflow>") + flow("out", "x / 5"),
                    "<start>0</start><stop>10</stop><dt>0.25</dt>"));
  const LoopAnalysis analysis = analyse_loops(model);
  ASSERT_EQ(analysis.loops.size(), 1u);
  EXPECT_EQ(analysis.loops[0].polarity, -1);
  for (const double score : analysis.loops[0].scores)
    EXPECT_NEAR(score, -1, 1e-6);
}

// The same model over an array of equal elements has the same loops and scores.
TEST(LoopsThatMatter, ArraysOfEqualElementsScoreAsOne) {
  const auto text = [](const std::string& shape) {
    return xmile(stock("p", "99", shape + "<outflow>f</outflow>") +
                     stock("a", "1", shape + "<inflow>f</inflow>") +
                     flow("f", "0.5 * a * p / 100", shape),
                 "<start>0</start><stop>20</stop><dt>0.25</dt>", dim("D", {"u", "v", "w"}));
  };
  const LoopAnalysis one = analyse_loops(compile(text(""))),
                     three = analyse_loops(compile(text(over({"D"}))));
  ASSERT_EQ(one.loops.size(), three.loops.size());
  for (std::size_t t = 0; t < one.times.size(); ++t)
    EXPECT_NEAR(one.loops[0].shares[t], three.loops[0].shares[t], 1e-6);
}

// When loops are too many to list, strongest paths find the one that dominates.
TEST(LoopsThatMatter, StrongestPathsFindTheDominantLoop) {
  std::string text;
  for (int i = 0; i < 6; ++i) {
    std::string sum;
    for (int j = 0; j < 6; ++j)
      sum += (j ? " + " : "") + std::string(i == j ? "0.3" : "0.001") + " * s" + std::to_string(j);
    text += stock("s" + std::to_string(i), std::to_string(i + 1),
                  "<inflow>f" + std::to_string(i) + "</inflow>") +
            flow("f" + std::to_string(i), sum);
  }
  const auto model = compile(xmile(text, "<start>0</start><stop>5</stop><dt>0.25</dt>"));
  LoopOptions few;
  few.most_loops = 50;
  const LoopAnalysis all = analyse_loops(model), searched = analyse_loops(model, few);
  EXPECT_TRUE(all.complete);
  EXPECT_FALSE(searched.complete);
  EXPECT_GT(all.loops.size(), 50u);
  const auto key = [](const Loop& loop) {
    std::vector<std::uint32_t> ids;
    for (const VariableId id : loop.variables)
      ids.push_back(id.index);
    std::sort(ids.begin(), ids.end());
    return ids;
  };
  for (int l = 0; l < 6; ++l) {
    EXPECT_EQ(key(all.loops[static_cast<std::size_t>(l)]).size(), 2u);
    bool found = false;
    for (const Loop& loop : searched.loops)
      found = found || key(loop) == key(all.loops[static_cast<std::size_t>(l)]);
    EXPECT_TRUE(found);
  }
}

} // namespace
} // namespace cauce::conditions
