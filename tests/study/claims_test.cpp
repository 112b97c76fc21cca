// Claims and predictions of the teaching system, whose theories part on purpose.
#include "cauce/study/claims_table.hpp"

#include "cauce/base/files.hpp"
#include "cauce/results/writers.hpp"
#include "cauce/study/finer.hpp"
#include "cauce/study/probe.hpp"
#include "cauce/study/stretch.hpp"
#include "cauce/study/verdicts.hpp"
#include "support.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>

namespace cauce::study {
namespace {

ClaimsRequest request(std::vector<std::string> ids, std::size_t members = 8) {
  ClaimsRequest wanted;
  wanted.ids = std::move(ids);
  wanted.members = members;
  wanted.farm.threads = 2;
  return wanted;
}

const ClaimResult& claim(const ClaimsResult& result, const std::string& id) {
  const auto found = std::find_if(result.claims.begin(), result.claims.end(),
                                  [&](const ClaimResult& c) { return c.id == id; });
  EXPECT_NE(found, result.claims.end()) << id;
  return *found;
}

std::size_t theory(const ClaimsResult& result, const std::string& name) {
  return static_cast<std::size_t>(std::find(result.theories.begin(), result.theories.end(), name) -
                                  result.theories.begin());
}

TEST(Claims, OpposedClaimsStandSideBySideAndEachTheoryJudgesThem) {
  const ClaimsResult result = run_claims(two_towns(), request({}));
  ASSERT_EQ(result.claims.size(), 4U);
  const std::size_t hold = theory(result, "jobs-hold"), pay = theory(result, "jobs-pay");
  EXPECT_EQ(claim(result, "jobs-keep-people").probability[hold], 1.0);
  EXPECT_EQ(claim(result, "jobs-pay-journeys").probability[hold], 0.0);
  EXPECT_EQ(claim(result, "jobs-keep-people").probability[pay], 0.0);
  EXPECT_EQ(claim(result, "jobs-pay-journeys").probability[pay], 1.0);
  for (std::size_t t = 0; t < result.theories.size(); ++t)
    EXPECT_EQ(claim(result, "guards-stop-people").probability[t], 1.0) << result.theories[t];
}

TEST(Claims, AWhatIfMovesWhatDependsOnItAndIsForgottenWhenItEnds) {
  const ClaimsResult result = run_claims(two_towns(1.0), request({"restless-valley-empties"}, 4));
  const ClaimResult& restless = claim(result, "restless-valley-empties");
  ASSERT_EQ(restless.parts.size(), 2U);
  const Verdict& soon = restless.parts[0].verdicts[0];
  // A quarter more of those at home leave; over the year the home empties a little faster.
  EXPECT_GT(soon.effect.q50, 15.0);
  EXPECT_LT(soon.effect.q50, 25.0);
  EXPECT_NEAR(restless.parts[1].verdicts[0].effect.q50, 0.0, 3.0);
}

TEST(Claims, SharesOfMembersSumToOneAndTheEffectHasTheirSigns) {
  const ClaimsResult result = run_claims(two_towns(), request({"T1"}));
  ASSERT_TRUE(result.claims.empty());
  ASSERT_EQ(result.predictions.size(), 1U);
  const PropositionResult& part = result.predictions[0].parts[0];
  for (std::size_t t = 0; t < result.theories.size(); ++t) {
    const Verdict& verdict = part.verdicts[t];
    EXPECT_NEAR(verdict.lower + verdict.none + verdict.higher, 1.0, 1e-12);
  }
  EXPECT_EQ(part.verdicts[theory(result, "jobs-hold")].lower, 1.0);
  EXPECT_EQ(part.verdicts[theory(result, "jobs-pay")].higher, 1.0);
  const std::string table = predictions_csv(*two_towns(), result);
  EXPECT_NE(table.find("lower,as expected"), std::string::npos) << table;
  EXPECT_NE(table.find("higher,as expected"), std::string::npos) << table;
}

TEST(Claims, DoNotDependOnThreadsAndAStoreGivesTheSameBytes) {
  const auto system = two_towns();
  ClaimsRequest one = request({}, 3), three = request({}, 3);
  one.farm.threads = 1;
  three.farm.threads = 3;
  const std::string expected = verdicts_csv(*system, run_claims(system, one));
  EXPECT_EQ(verdicts_csv(*system, run_claims(system, three)), expected);
  const Folder folder;
  three.store = folder.path() / "store";
  const ClaimsResult first = run_claims(system, three);
  EXPECT_EQ(first.from_store, 0U);
  const ClaimsResult again = run_claims(system, three);
  EXPECT_EQ(again.from_store, again.runs) << "all members are in the store";
  EXPECT_EQ(verdicts_csv(*system, again), expected);
}

TEST(Claims, WhatWasStoppedGoesOnWithTheMissingMembers) {
  const auto system = two_towns();
  const ClaimsRequest whole = request({}, 3);
  const std::string expected = verdicts_csv(*system, run_claims(system, whole));
  const Folder folder;
  std::atomic<bool> stop = false;
  ClaimsRequest stopped = whole;
  stopped.store = folder.path() / "store";
  stopped.farm.threads = 1;
  stopped.farm.cancel = &stop;
  stopped.farm.watch = [&](const std::string&, std::size_t done, std::size_t) { stop = done >= 4; };
  EXPECT_THROW(run_claims(system, stopped), Error);
  stopped.farm.cancel = nullptr;
  stopped.farm.watch = {};
  const ClaimsResult rest = run_claims(system, stopped);
  EXPECT_LT(rest.from_store, rest.runs);
  EXPECT_GE(rest.from_store, 4U);
  EXPECT_EQ(verdicts_csv(*system, rest), expected);
}

TEST(Claims, SamplingNoiseIsSeenByRepeatingMembersAndFallsWithTheScale) {
  double noise[2];
  for (const bool fine : {false, true}) {
    ClaimsRequest twice = request({"guards-stop-people"}, 6);
    twice.theories = {"open"};
    twice.repeats = 6;
    const ClaimsResult result = run_claims(two_towns(fine ? 1.0 : 100.0), twice);
    EXPECT_EQ(result.repeats, 6U);
    noise[fine ? 1 : 0] = result.claims[0].parts[0].verdicts[0].noise;
    const NoiseCheck check = check_noise(result);
    EXPECT_EQ(check.verdicts, 1U);
    const results::Spread& effect = result.claims[0].parts[0].verdicts[0].effect;
    EXPECT_NEAR(check.ratio.q50, noise[fine ? 1 : 0] / (effect.q95 - effect.q05), 1e-12);
  }
  EXPECT_GT(noise[0], 0.0);
  EXPECT_LT(noise[1], 0.5 * noise[0]);
  EXPECT_TRUE(std::isnan(run_claims(two_towns(), request({"guards-stop-people"}, 2))
                             .claims[0]
                             .parts[0]
                             .verdicts[0]
                             .noise));
}

bool same_effect(const Verdict& a, const Verdict& b) {
  return a.effect.q05 == b.effect.q05 && a.effect.q50 == b.effect.q50 &&
         a.effect.q95 == b.effect.q95 && a.probability == b.probability;
}

TEST(Claims, WhatIsTooNoisyIsJudgedAgainOnFinerPeople) {
  ClaimsRequest asked = request({"guards-stop-people", "restless-valley-empties", "T1"}, 6);
  asked.repeats = 6;
  const auto system = two_towns(40.0);
  const ClaimsResult coarse = run_claims(system, asked);
  const ClaimsResult fine = run_claims(two_towns(1.0), asked);
  asked.finer = {1.0, 2000.0}; // one of them is not finer
  EXPECT_EQ(verdicts_csv(*system, run_claims(system, asked)), verdicts_csv(*system, coarse))
      << "nothing may be spent";
  asked.finer_budget = 1000.0;
  const Folder folder;
  asked.store = folder.path() / "store";
  const ClaimsResult both = run_claims(system, asked);
  ASSERT_EQ(both.finer.size(), 1U);
  std::size_t again = 0, kept = 0;
  const auto look = [&](const std::vector<ClaimResult>& of, const std::vector<ClaimResult>& at_40,
                        const std::vector<ClaimResult>& at_1) {
    for (std::size_t c = 0; c < of.size(); ++c) {
      for (std::size_t p = 0; p < of[c].parts.size(); ++p) {
        for (std::size_t t = 0; t < both.theories.size(); ++t) {
          const Verdict& verdict = of[c].parts[p].verdicts[t];
          const bool finer = verdict.scale == 1.0;
          (finer ? again : kept) += 1;
          EXPECT_EQ(finer ? 1.0 : 40.0, verdict.scale);
          // The very members that a run of all at that scale has.
          EXPECT_TRUE(same_effect(verdict, (finer ? at_1 : at_40)[c].parts[p].verdicts[t]));
        }
      }
    }
  };
  look(both.claims, coarse.claims, fine.claims);
  look(both.predictions, coarse.predictions, fine.predictions);
  EXPECT_EQ(again, both.finer[0].verdicts);
  EXPECT_GT(again, 0U);
  EXPECT_GE(check_noise(both).within, check_noise(coarse).within + 1);
  EXPECT_EQ(verdicts_csv(*system, run_claims(system, asked)), verdicts_csv(*system, both))
      << "from the store";
}

TEST(Finer, ChoosesWhatSettlesMostForAMonthWithinTheBudget) {
  const auto system = two_towns();
  ArmRequest request;
  request.arms = {"as-enacted", "jobs", "guarded-bridge"};
  request.theories = {"open", "jobs-pay"};
  request.members = 1;
  const Month start = system->manifest().clock.from;
  const auto reading = [&](std::size_t arm, int months) {
    return Reading{arm, "departures", {0}, start, start + (months - 1), {}};
  };
  request.readings = {reading(0, 12), reading(1, 84), reading(2, 84), reading(0, 6)};
  const ArmRuns runs(system, request);
  const std::vector<FinerItem> items = {{0, {0}}, {0, {1}}, {0, {1, 2}}, {1, {3}}, {0, {3}}};
  const auto chosen = [&](double months) { return choose_finer(runs, items, months); };
  EXPECT_TRUE(chosen(5.0).items.empty());
  // A year settles items 0 and 4 at six months each, half a year item 3.
  EXPECT_EQ(chosen(12.0).items, (std::vector<std::size_t>{0, 4}));
  EXPECT_EQ(chosen(12.0).months, 12.0);
  EXPECT_EQ(chosen(18.0).items, (std::vector<std::size_t>{0, 3, 4}));
  const FinerChoice all = chosen(1e6);
  EXPECT_EQ(all.items, (std::vector<std::size_t>{0, 1, 2, 3, 4}));
  // The budget of all is what all take together: not more, and nothing is left out.
  EXPECT_EQ(chosen(all.months).items.size(), items.size());
  EXPECT_LT(chosen(all.months - 1.0).items.size(), items.size());
  const ArmResult run = ArmRuns(system, request).run(10.0, {{0, 1, 2, 3}, {3}});
  EXPECT_EQ(static_cast<double>(run.months), all.months);
  EXPECT_TRUE(std::isnan(run.value(1, 0, 0)));
  EXPECT_FALSE(std::isnan(run.value(1, 0, 3)));
}

TEST(Finer, PredictsTheIntervalThatIsLeftWhenNoiseFalls) {
  // Of an interval that is all noise nothing helps; of a wide one a quarter of the noise does.
  EXPECT_FALSE(noise_would_be_small(1.0, 3.0, 0.01));
  EXPECT_FALSE(noise_is_small(1.0, 6.0));
  EXPECT_TRUE(noise_would_be_small(1.0, 6.0, 0.2));
  EXPECT_FALSE(noise_would_be_small(1.0, 6.0, 0.9));
  EXPECT_TRUE(noise_is_small(1.0, 10.0));
}

TEST(Stretches, ShareEachMonthInWhichTheLeversAgree) {
  const auto system = two_towns();
  const Month start = system->manifest().clock.from;
  const auto path = [&](std::initializer_list<double> months) {
    auto levers = std::make_shared<system::LeverPaths>();
    levers->paths.push_back({0, 1, months, {}});
    return Levers(levers);
  };
  // The second leaves the first in month 2, the third goes with the second until 3, the fourth is
  // the first again, the fifth differs from the start, the sixth is of no interest.
  const std::vector<Levers> levers = {path({1, 1, 1, 1}), path({1, 1, 2, 2}), path({1, 1, 2, 3}),
                                      path({1, 1, 1, 1}), path({5, 1, 1, 1}), path({6, 6, 6, 6})};
  const std::vector<Month> last = {start + 2, start + 3, start + 3, start + 1, start, start - 1};
  const std::vector<Stretch> stretches = share_months(levers, last, start);
  ASSERT_EQ(stretches.size(), 2U);
  EXPECT_EQ(stretches[0].runs, (std::vector<std::size_t>{0, 1, 2, 3}));
  EXPECT_EQ(stretches[0].end, start + 2);
  ASSERT_EQ(stretches[0].then.size(), 2U);
  EXPECT_EQ(stretches[0].then[0].runs, (std::vector<std::size_t>{0}));
  EXPECT_EQ(stretches[0].then[0].end, start + 3);
  EXPECT_EQ(stretches[0].then[1].runs, (std::vector<std::size_t>{1, 2}));
  EXPECT_EQ(stretches[0].then[1].then.size(), 2U);
  EXPECT_EQ(stretches[0].months(), 2U + 1U + 1U + 2U);
  EXPECT_EQ(stretches[1].runs, (std::vector<std::size_t>{4}));
  EXPECT_EQ(stretches[1].months(), 1U);
}

TEST(Verdicts, OfAPackAreStaleWhenWhatTheyRestOnHasChanged) {
  const Folder folder;
  const std::filesystem::path pack = folder.path() / "pack";
  std::filesystem::copy(std::filesystem::path(CAUCE_SOURCE_DIR) / "systems" / "two-towns", pack,
                        std::filesystem::copy_options::recursive);
  const auto load = [&] {
    Diagnostics findings;
    return system::System::load(pack, 10.0, findings);
  };
  EXPECT_FALSE(verdicts_stale(*load()).has_value());
  std::filesystem::create_directory(pack / "verdicts");
  write_text_atomic(pack / "verdicts" / "claims.json", "{}");
  EXPECT_TRUE(verdicts_stale(*load()).value());
  results::Manifest manifest;
  manifest.theories = {"open"};
  manifest.inputs = verdict_inputs(*load(), manifest.theories);
  results::write_manifest(manifest, pack / "verdicts" / "claims.manifest.json");
  EXPECT_FALSE(verdicts_stale(*load()).value());
  const auto touch = [&](const char* file) {
    write_text_atomic(pack / file, read_text(pack / file) + "\n");
  };
  touch("claims.csv"); // words only
  write_text_atomic(pack / "variables.es.csv", "name,title,doc\nguards,guardias,Palanca\n");
  EXPECT_FALSE(verdicts_stale(*load()).value());
  const auto warning = [&] {
    Diagnostics findings;
    check_verdicts(*load(), findings);
    return findings.text();
  };
  EXPECT_NE(warning().find("people draw otherwise"), std::string::npos) << warning();
  manifest.people = people_probe(*load(), load()->manifest().clock.data_until);
  results::write_manifest(manifest, pack / "verdicts" / "claims.manifest.json");
  EXPECT_EQ(warning(), "");
  touch("arms.csv");
  EXPECT_NE(warning().find("S125"), std::string::npos) << warning();
}

TEST(Claims, AnEffectIsNextToNothingBesideWhatIsAskedOrBesideItsInterval) {
  evidence::Proposition p;
  p.margin = 0.003;
  EXPECT_EQ(size_word(p, results::spread({4e-7, 5e-7, 6e-7})), "about none");
  p.margin = 0.0;
  EXPECT_EQ(size_word(p, results::spread({4e-7, 5e-7, 6e-7})), "some") << "small, but sure";
  EXPECT_EQ(size_word(p, results::spread({-7e-4, 5e-7, 7e-4})), "about none");
  EXPECT_EQ(size_word(p, results::spread({0.0, 0.0, 0.0})), "none");
  EXPECT_EQ(size_word(p, results::spread({})), "");
  p.form = evidence::Form::figure;
  p.value = 1000.0;
  p.margin = 20.0;
  p.relative = true; // 200 of the figure's own unit: the value is the larger
  EXPECT_EQ(size_word(p, results::spread({0.0, 0.0, 0.0})), "about none") << "no difference of two";
  EXPECT_EQ(size_word(p, results::spread({9.0, 9.0, 9.0})), "about none");
  EXPECT_EQ(size_word(p, results::spread({11.0, 11.0, 11.0})), "some");
}

TEST(Claims, AnUnknownOneIsNamedWithItsNearMiss) {
  try {
    run_claims(two_towns(), request({"jobs-kep-people"}));
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "error S110: nothing executable is named 'jobs-kep-people' (did you "
                               "mean 'jobs-keep-people'?)");
  }
}

TEST(Claims, NamesThatThePackDoesNotHaveAreErrors) {
  const Folder folder;
  const std::filesystem::path pack = folder.path() / "pack";
  std::filesystem::copy(std::filesystem::path(CAUCE_SOURCE_DIR) / "systems" / "two-towns", pack,
                        std::filesystem::copy_options::recursive);
  std::string tests = read_text(pack / "claim_tests.csv");
  tests.replace(tests.find("departures"), 10, "departurs");
  tests.replace(tests.find("guarded-bridge"), 14, "guarded-brigde");
  write_text_atomic(pack / "claim_tests.csv", tests);
  std::string claims = read_text(pack / "claims.csv");
  claims.replace(claims.find("context,,A"), 10, "event,fire,A");
  write_text_atomic(pack / "claims.csv", claims);
  Diagnostics findings;
  EXPECT_THROW(system::System::load(pack, 10.0, findings), Errors);
  const std::string text = findings.text();
  for (const char* said : {"unknown outcome 'departurs' (did you mean 'departures'?)",
                           "unknown arm or policy 'guarded-brigde' (did you mean "
                           "'guarded-bridge'?)",
                           "unknown event 'fire'"})
    EXPECT_NE(text.find(said), std::string::npos) << said << "\n" << text;
}

TEST(Moves, AMovedStockGoesOnAsIfItWereNotMoved) {
  const auto system = two_towns();
  const auto believed = policy::under_theory(system->parameters(), system->theory("open"));
  const std::vector<double> draw = evidence::draw_parameters(believed, 1, 5)[0];
  system::Simulation plain(system, {system->lever_paths("as-enacted"), draw, 5, 0});
  system::Simulation moved(system, {system->lever_paths("more-seem-gone"), draw, 5, 0});
  const auto stock = *system->model()->find("in the north expected");
  const auto reader = *system->model()->find("returns expected");
  while (plain.month() < Month::of(2008, 1)) {
    plain.run_month();
    moved.run_month();
    const auto expected = plain.equations().values(stock), now = moved.equations().values(stock);
    ASSERT_TRUE(std::equal(now.begin(), now.end(), expected.begin())) << plain.month().text();
  }
  // The flow is its own, so it goes on too; what others of the model read differs.
  EXPECT_EQ(moved.equations().values(reader)[0], plain.equations().values(reader)[0]);
  const auto departures = *system->model()->find("departures");
  EXPECT_EQ(moved.equations().values(departures).size(),
            plain.equations().values(departures).size());
}

TEST(Reduce, SumsFlowsAveragesStocksAndCountsSurges) {
  const std::array<double, 3> three = {1.0, 2.0, 6.0};
  EXPECT_EQ(reduce(three, true, evidence::Measure::level), 9.0);
  EXPECT_EQ(reduce(three, false, evidence::Measure::level), 3.0);
  // Two waves of a year each, a year of calm before, between and after.
  std::vector<double> waves;
  for (const double level : {10.0, 30.0, 10.0, 30.0, 10.0})
    waves.insert(waves.end(), 12, level);
  EXPECT_EQ(reduce(waves, true, evidence::Measure::surges), 2.0);
  const std::vector<double> steady(60, 10.0);
  EXPECT_EQ(reduce(steady, true, evidence::Measure::surges), 0.0);
}

} // namespace
} // namespace cauce::study
