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

// The numbers that the paper prints for its own Bass model (Schoenberg, Davidsen, Eberlein 2020,
// table 3): a million people, 100 contacts a year, 1.5 percent of them persuade. A score rests on
// the changes over one step; ours carries the time of the step's end, and the table's agree with
// those of the step that begins at its times.
TEST(LoopsThatMatter, BassDiffusionHasThePublishedScores) {
  const auto model = compile(
      xmile(stock("potential adopters", "999999", "<outflow>adopting</outflow>") +
                stock("adopters", "1", "<inflow>adopting</inflow>") +
                flow("adopting", "adoption_from_word_of_mouth") +
                aux("adoption from word of mouth",
                    "potentials_contacts_with_adopters * adoption_fraction") +
                aux("potentials contacts with adopters",
                    "adopter_contacts * probability_of_contact_with_potentials") +
                aux("adopter contacts", "adopters * contact_rate") +
                aux("probability of contact with potentials", "potential_adopters / market_size") +
                aux("contact rate", "100") + aux("adoption fraction", "0.015") +
                aux("market size", "1000000"),
            "<start>0</start><stop>15</stop><dt>0.0625</dt>"));
  const LoopAnalysis analysis = analyse_loops(model);
  ASSERT_EQ(analysis.loops.size(), 2u);
  const auto share = [&](double time, int polarity) {
    for (std::size_t t = 0; t < analysis.times.size(); ++t) {
      if (std::abs(analysis.times[t] - time) < 1e-9)
        return analysis.loops[analysis.loops[0].polarity == polarity ? 0 : 1].shares[t];
    }
    return 0.0;
  };
  struct Row {
    double time, balancing, reinforcing;
  };
  constexpr double step = 0.0625;
  for (const Row& row : {Row{1, 0, 1}, Row{9.5, -0.465, 0.535}, Row{9.5625, -0.488, 0.512},
                         Row{9.625, -0.512, 0.488}, Row{14.9375, -1, 0}}) {
    EXPECT_NEAR(share(row.time + step, -1), row.balancing, 6e-4) << row.time;
    EXPECT_NEAR(share(row.time + step, 1), row.reinforcing, 6e-4) << row.time;
  }
}

// The yeast of the same paper (table 4): growth until 51.5, slowed by alcohol until 66, collapse by
// alcohol until 75, then the dying of few. A step's scores have the time of its beginning there;
// ours meet the table within one step of a half.
TEST(LoopsThatMatter, YeastPassesThroughThePublishedPhases) {
  constexpr double dt = 0.5;
  const auto model = compile(xmile(
      stock("cells", "1", "<inflow>births</inflow><outflow>deaths</outflow>") +
          stock("alcohol", "0", "<inflow>production</inflow>") +
          flow("births", "cells * (1.1 - 0.1 * alcohol) / 15") +
          flow("deaths", "cells * EXP(alcohol - 11) / 30") + flow("production", "0.01 * cells"),
      "<start>0</start><stop>100</stop><dt>0.5</dt>"));
  const LoopAnalysis analysis = analyse_loops(model);
  ASSERT_EQ(analysis.loops.size(), 4u);
  const auto runs_through = [&](const Loop& loop, const char* name) {
    return std::any_of(loop.variables.begin(), loop.variables.end(),
                       [&](VariableId id) { return model->info(id).name == name; });
  };
  std::string phases;
  std::vector<double> ends;
  for (std::size_t t = 0; t < analysis.times.size(); ++t) {
    const Loop& most = *std::max_element(analysis.loops.begin(), analysis.loops.end(),
                                         [&](const Loop& a, const Loop& b) {
                                           return std::abs(a.shares[t]) < std::abs(b.shares[t]);
                                         });
    const char phase = runs_through(most, "alcohol")  ? (runs_through(most, "births") ? '2' : '3')
                       : runs_through(most, "births") ? 'R'
                                                      : '1';
    if (phases.empty() || phases.back() != phase) {
      if (!phases.empty())
        ends.push_back(analysis.times[t - 1] - dt);
      phases += phase;
    }
  }
  EXPECT_EQ(phases, "R231");
  ASSERT_EQ(ends.size(), 3u);
  EXPECT_NEAR(ends[0], 51.5, dt + 1e-9);
  EXPECT_NEAR(ends[1], 66, dt + 1e-9);
  EXPECT_NEAR(ends[2], 75, dt + 1e-9);
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

// Yeast and alcohol (the second example of Schoenberg et al. 2020): births reinforce until alcohol
// slows them and then kills. The scores are held against the paper's formulas, computed here by
// hand on the difference equations: the change of one term alone over the change of the whole.
TEST(LoopsThatMatter, YeastScoresAreThoseOfThePapersFormulas) {
  const double dt = 0.0625;
  const auto model = compile(
      xmile(stock("cells", "1", "<inflow>births</inflow><outflow>deaths</outflow>") +
                stock("alcohol", "0", "<inflow>making</inflow>") +
                flow("births", "cells * (1.1 - 0.1 * alcohol) / 15") +
                flow("deaths", "cells * EXP(alcohol - 11)") + flow("making", "0.01 * cells"),
            "<start>0</start><stop>100</stop><dt>0.0625</dt>"));
  const LoopAnalysis analysis = analyse_loops(model);
  ASSERT_EQ(analysis.loops.size(), 4u);
  const auto loop = [&](const std::string& through, bool by_alcohol) -> const Loop& {
    for (const Loop& candidate : analysis.loops) {
      const std::string text = loop_text(*model, candidate);
      if (text.find(through) != std::string::npos &&
          (text.find("alcohol") != std::string::npos) == by_alcohol)
        return candidate;
    }
    throw std::runtime_error("no loop through " + through);
  };
  const auto births = [](double c, double a) { return c * (1.1 - 0.1 * a) / 15; };
  const auto deaths = [](double c, double a) { return c * std::exp(a - 11); };
  std::vector<double> c{1}, a{0};
  for (int n = 0; n < 1600; ++n) {
    c.push_back(c.back() + dt * (births(c[c.size() - 1], a.back()) - deaths(c.back(), a.back())));
    a.push_back(a.back() + dt * 0.01 * c[c.size() - 2]);
  }
  ASSERT_EQ(analysis.times.size(), 1599u);
  int first = -1, last = -1; // dominant loop at the beginning and at the end
  for (std::size_t t = 0; t < analysis.times.size(); t += 50) {
    const std::size_t n = t + 2; // the score at n: equations from n-1 to n, flows from n-2 to n-1
    const double dbirths = births(c[n], a[n]) - births(c[n - 1], a[n - 1]);
    const double flow_before = births(c[n - 1], a[n - 1]) - births(c[n - 2], a[n - 2]);
    const double deaths_before = deaths(c[n - 1], a[n - 1]) - deaths(c[n - 2], a[n - 2]);
    const double by_cells =
        std::abs((births(c[n], a[n - 1]) - births(c[n - 1], a[n - 1])) / dbirths);
    const double into = std::abs(flow_before / (flow_before - deaths_before));
    EXPECT_NEAR(loop("births", false).scores[t] / (by_cells * into), 1, 1e-6) << t;
    EXPECT_LE(loop("deaths", false).scores[t], 0);
    double most = 0;
    for (std::size_t l = 0; l < 4; ++l) {
      if (std::abs(analysis.loops[l].shares[t]) > most) {
        most = std::abs(analysis.loops[l].shares[t]);
        last = static_cast<int>(l);
      }
    }
    first = first < 0 ? last : first;
  }
  EXPECT_EQ(loop_text(*model, analysis.loops[static_cast<std::size_t>(first)]), "cells -> births");
  EXPECT_LT(analysis.loops[static_cast<std::size_t>(last)].polarity, 1);
}

// Inventory and workforce (the third example): two stocks that swing. What drives them shifts
// twice a swing, at distances of half a period of the eigenvalue.
TEST(LoopsThatMatter, InventoryAndWorkforceShiftTwiceASwing) {
  const auto model = compile(
      xmile(stock("inventory", "250", "<inflow>production</inflow><outflow>sales</outflow>") +
                stock("workforce", "10", "<inflow>hiring</inflow>") +
                flow("production", "10 * workforce") + flow("sales", "100") +
                flow("hiring", "(wanted - workforce) / 20") +
                aux("wanted", "(100 + (300 - inventory) / 4) / 10"),
            "<start>0</start><stop>400</stop><dt>0.125</dt>"));
  LoopOptions options;
  options.most_steps = 4000;
  const LoopAnalysis analysis = analyse_loops(model, options);
  ASSERT_EQ(analysis.loops.size(), 2u);
  // lambda^2 + lambda / 20 + 1 / 80 = 0
  const double half_period = 3.14159265358979 / std::sqrt(1.0 / 80 - 1.0 / 1600);
  const std::size_t lag = static_cast<std::size_t>(std::round(half_period / 0.125));
  const std::vector<double>& share = analysis.loops[0].shares;
  double apart = 0, spread = 0;
  for (std::size_t t = 100; t + 2 * lag < share.size(); ++t) {
    apart = std::max(apart, std::abs(std::abs(share[t]) - std::abs(share[t + lag])));
    spread = std::max(spread, std::abs(std::abs(share[t]) - std::abs(share[t + lag / 2])));
  }
  EXPECT_LT(apart, 0.05);
  EXPECT_GT(spread, 0.3);
}

// A flow that people produce counts as a link by its expected rate: with what was drawn equal to
// what was expected one step before, the Bass diffusion shifts where it did.
TEST(LoopsThatMatter, DrawnFlowsCountByWhatWasExpectedOfThem) {
  const auto model = compile(xmile(stock("potential", "9990", "<outflow>adoption</outflow>") +
                                       stock("adopters", "10", "<inflow>adoption</inflow>") +
                                       flow("adoption", "0.8 * adopters * potential / 10000"),
                                   "<start>0</start><stop>20</stop><dt>0.0625</dt>"));
  const VariableId adoption = *model->find("adoption"), adopters = *model->find("adopters"),
                   potential = *model->find("potential");
  LoopOptions options;
  options.drive = [&](conditions::Run& run) {
    run.set_all(adoption, run.steps() == 0
                              ? 0.8 * 10 * 0.999
                              : 0.8 * run.values(adopters)[0] * run.values(potential)[0] / 10000);
  };
  for (const Loop& loop : analyse_loops(model, options).loops) {
    for (const double score : loop.scores)
      EXPECT_EQ(score, 0); // set from outside: no loop
  }
  options.drawn = {adoption};
  const LoopAnalysis analysis = analyse_loops(model, options);
  ASSERT_EQ(analysis.periods.size(), 2u);
  EXPECT_NEAR(analysis.periods[1].from, std::log(9990.0 / 10.0) / 0.8, 0.3);
}

} // namespace
} // namespace cauce::conditions
