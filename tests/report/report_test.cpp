// The report's numbers against the same numbers worked out by hand, and its ways of failing.
#include "small_study.hpp"

#include "cauce/report/fate.hpp"
#include "cauce/report/members.hpp"
#include "cauce/report/record.hpp"
#include "cauce/report/report.hpp"

#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <rapidcheck.h>

namespace cauce::report {
namespace {

using nlohmann::json;
using namespace report_test;

std::string message_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  } catch (const Errors& errors) {
    return errors.what();
  }
  return "nothing was thrown";
}

json data_of(const Folder& folder, std::vector<std::string> calibrated = {}) {
  write_study(folder.path(), std::move(calibrated));
  const ResultsFile results(folder.path() / "results");
  const PackInfo pack = read_pack_info(folder.path() / "pack");
  ReportInput input;
  input.pack = &pack;
  input.results = &results;
  input.theory = "open";
  input.base = "history";
  return json::parse(report_data(input));
}

json find(const json& list, const std::map<std::string, std::string>& where) {
  for (const json& item : list) {
    bool all = true;
    for (const auto& [key, value] : where)
      all = all && item.at(key) == value;
    if (all)
      return item;
  }
  return nullptr;
}

TEST(ResultsFile, ReadsBackEveryValueThatWasWritten) {
  const Folder folder;
  write_study(folder.path());
  const ResultsFile results(folder.path() / "results");
  EXPECT_EQ(results.from(), Month::of(2017, 4));
  EXPECT_EQ(results.months(), small_months);
  EXPECT_EQ(results.decision(), small_decision);
  EXPECT_EQ(results.manifest().seed, 18446744073709551615U);
  ASSERT_EQ(results.outcomes().size(), 2U);
  const OutcomeValues values = results.read(results.outcomes()[0], 0);
  for (std::size_t p = 0; p < 2; ++p) {
    for (std::size_t m = 0; m < small_members; ++m) {
      for (std::size_t month = 0; month < small_months; ++month) {
        for (std::size_t cell = 0; cell < 8; ++cell)
          ASSERT_EQ(values.value(p, m, month, cell / 2, cell % 2),
                    departures(p, m, month, cell / 2, cell % 2));
      }
    }
  }
}

TEST(ResultsFile, SaysWhatIsWrongWithAFolder) {
  const Folder folder;
  EXPECT_NE(message_of([&] { ResultsFile file(folder.path()); }).find("B101"), std::string::npos);
  write_text_atomic(folder.path() / "manifest.json", "{\"program\": \"cauce\"}");
  EXPECT_NE(message_of([&] { ResultsFile file(folder.path()); }).find("H101"), std::string::npos);
  write_study(folder.path());
  const fs::path results = folder.path() / "results/results.nc";
  const std::string whole = read_text(results);
  write_text_atomic(results, whole.substr(0, whole.size() / 2)); // cut short
  EXPECT_NE(message_of([&] { ResultsFile file(folder.path() / "results"); }).find("H102"),
            std::string::npos);
  write_text_atomic(results, whole);
  const ResultsFile file(folder.path() / "results");
  const std::string unknown = message_of([&] { (void)file.policy("histroy"); });
  EXPECT_NE(unknown.find("H103"), std::string::npos);
  EXPECT_NE(unknown.find("did you mean 'history'"), std::string::npos);
}

TEST(Members, PartsOfAnOutcomeAddUpToItsTotal) {
  const Folder folder;
  write_study(folder.path());
  const ResultsFile results(folder.path() / "results");
  const PackInfo pack = read_pack_info(folder.path() / "pack");
  const results::OutcomeInfo& outcome = results.outcomes()[0];
  const OutcomeValues values = results.read(outcome, 0);
  const Division division = divide(outcome, pack, true);
  ASSERT_TRUE(division.additive);
  const auto value = [&](const char* place, const char* group) {
    const Part* part = division.find(place, group);
    EXPECT_NE(part, nullptr) << place << "," << group;
    return part == nullptr ? 0.0 : part_value(*part, values, 0, 3, 1);
  };
  EXPECT_DOUBLE_EQ(value("", ""), value("Aland", "") + value("Bland", ""));
  EXPECT_DOUBLE_EQ(value("", ""), value("", "adult") + value("", "family"));
  EXPECT_DOUBLE_EQ(value("Aland", ""), value("Aland", "adult") + value("Aland", "family"));
  // Departments AA_1 and AA_2, adults, month 1, member 3: 100 + 4 and 200 + 4.
  EXPECT_DOUBLE_EQ(value("Aland", "adult"), 308.0);
}

TEST(Members, RatesOfDepartmentsAreMeansWeightedByResidents) {
  const Folder folder;
  write_study(folder.path());
  const ResultsFile results(folder.path() / "results");
  const PackInfo pack = read_pack_info(folder.path() / "pack");
  const OutcomeValues values = results.read(results.outcomes()[1], 0);
  const Division division = divide(results.outcomes()[1], pack, false);
  EXPECT_FALSE(division.additive);
  // Rates 1, 2, 3, 4 with 3000, 1000, 500, 500 residents.
  EXPECT_DOUBLE_EQ(part_value(*division.find("Aland", ""), values, 0, 0, 0), 1.25);
  EXPECT_DOUBLE_EQ(part_value(*division.find("Bland", ""), values, 0, 0, 0), 3.5);
  EXPECT_DOUBLE_EQ(part_value(*division.find("", ""), values, 0, 0, 0), 1.7);
}

TEST(Members, ComparingIsPairedAndTurnsRoundWhenPoliciesAreExchanged) {
  EXPECT_TRUE(rc::check([](const std::vector<std::pair<unsigned short, unsigned short>>& drawn) {
    std::vector<double> a, b;
    for (const auto& [x, y] : drawn) {
      a.push_back(x);
      b.push_back(y);
    }
    const Paired there = compare(a, b), back = compare(b, a);
    RC_ASSERT(there.lower + there.higher + there.equal == drawn.size());
    RC_ASSERT(there.lower == back.higher);
    RC_ASSERT(there.equal == back.equal);
    if (!drawn.empty()) {
      RC_ASSERT(std::abs(there.difference.q50 + back.difference.q50) < 1e-9);
      RC_ASSERT(std::abs(there.difference.mean + back.difference.mean) < 1e-6);
    }
    const Paired same = compare(a, a);
    RC_ASSERT(same.equal == drawn.size());
  }));
}

TEST(Fate, WhatFlowsIntoAStageFlowsOutOfIt) {
  EXPECT_TRUE(rc::check([](unsigned short left, const std::array<unsigned short, 9>& drawn,
                           const std::array<unsigned char, 7>& decided) {
    FateTotals totals;
    totals["departures"] = left + 1.0;
    const char* names[] = {"mexico_apprehensions", "road_deaths",        "road_gave_up",
                           "border_arrivals",      "mexico_returns",     "port_encounters",
                           "apprehensions",        "entries_undetected", "crossing_deaths"};
    for (std::size_t i = 0; i < 9; ++i)
      totals[names[i]] = drawn[i];
    const char* dispositions[] = {"repatriated", "detained", "released", "hhs",
                                  "mpp",         "expelled", "agreement"};
    for (std::size_t i = 0; i < 7; ++i)
      totals[std::string("dispositions.") + dispositions[i]] = decided[i];
    std::map<std::string, double> in, out;
    for (const FateLink& link : fate_links(totals, 1000.0)) {
      RC_ASSERT(link.value > 0.0);
      out[link.from] += link.value;
      in[link.to] += link.value;
    }
    RC_ASSERT(std::abs(out["left"] - 1000.0) < 1e-6);
    for (const char* stage : {"border", "mexico_apprehended"})
      RC_ASSERT(std::abs(in[stage] - out[stage]) < 1e-6 * (1.0 + in[stage]));
    for (const char* stage : {"apprehended", "port", "encountered"}) { // unless none was decided
      if (out.contains(stage))
        RC_ASSERT(std::abs(in[stage] - out[stage]) < 1e-6 * (1.0 + in[stage]));
    }
  }));
}

TEST(Fate, ARoadWithoutEndingsIsElsewhere) {
  const auto links =
      fate_links({{"departures", 10.0}, {"border_arrivals", 0.0}, {"apprehensions", 0.0}}, 100.0);
  ASSERT_EQ(links.size(), 1U);
  EXPECT_EQ(links[0].to, "elsewhere");
  EXPECT_DOUBLE_EQ(links[0].value, 100.0);
  EXPECT_TRUE(fate_links({{"departures", 10.0}}, 100.0).empty()) << "arrivals were not recorded";
}

TEST(ReportData, SeriesHoldTheMembersQuantiles) {
  const Folder folder;
  const json data = data_of(folder);
  // Aland, month 0: members 0..4 add 4 m to 2 (100 + 200) + 2 x 10 = 620: quantiles of 620..636.
  const json base =
      find(data.at("series"),
           {{"policy", "history"}, {"outcome", "departures"}, {"place", "Aland"}, {"group", ""}});
  ASSERT_FALSE(base.is_null());
  EXPECT_EQ(base.at("start"), 0);
  const double expected[] = {620.8, 624.0, 628.0, 632.0, 635.2};
  for (std::size_t i = 0; i < 5; ++i)
    EXPECT_DOUBLE_EQ(base.at("q")[i][0], expected[i]) << i;
  const json other =
      find(data.at("series"),
           {{"policy", "other"}, {"outcome", "departures"}, {"place", "Aland"}, {"group", ""}});
  EXPECT_EQ(other.at("start"), small_decision) << "shared history is not repeated";
  EXPECT_EQ(other.at("q")[0].size(), small_months - small_decision);
}

TEST(ReportData, EffectsArePairedOverTheMonthsAfterTheDecision) {
  const Folder folder;
  const json data = data_of(folder);
  const json effect = find(data.at("effects"), {{"policy", "other"}, {"outcome", "departures"}});
  ASSERT_FALSE(effect.is_null());
  EXPECT_EQ(effect.at("from"), 2);
  EXPECT_EQ(effect.at("until"), 4) << "to the end of the data, August 2017";
  EXPECT_EQ(effect.at("lower"), 4);
  EXPECT_EQ(effect.at("higher"), 1);
  EXPECT_DOUBLE_EQ(effect.at("percent")[2], -50.0);
  EXPECT_GT(effect.at("percent")[4], 0.0);
  const json rate = find(data.at("effects"), {{"policy", "other"}, {"outcome", "rate"}});
  EXPECT_EQ(rate.at("equal"), small_members);
}

TEST(ReportData, TargetsAreJudgedBeforeAndAfterTheDecisionApart) {
  const Folder folder;
  const json data = data_of(folder);
  ASSERT_EQ(data.at("targets").size(), 3U);
  const json& before = data.at("targets")[0];
  EXPECT_EQ(before.at("place"), "Aland");
  EXPECT_EQ(before.at("group"), "adult");
  EXPECT_FALSE(before.at("after"));
  EXPECT_EQ(before.at("observed"), 610);
  EXPECT_EQ(before.at("median"), 610); // (304 + 306): member 2 of both months
  EXPECT_TRUE(before.at("hit"));
  EXPECT_EQ(before.at("inside"), 1);
  const json& later = data.at("targets")[1];
  EXPECT_TRUE(later.at("after"));
  EXPECT_FALSE(later.at("hit"));
  EXPECT_EQ(later.at("inside"), 0);
}

TEST(ReportData, ObservationsOfAllCountriesAreAddedUp) {
  const Folder folder;
  const json data = data_of(folder);
  const json aland = find(data.at("observations"), {{"place", "Aland"}, {"group", "adult"}});
  EXPECT_EQ(aland.at("points"), json({{0, 304}, {1, 306}, {2, 9000}}));
  EXPECT_TRUE(find(data.at("observations"), {{"place", "Aland"}, {"group", ""}}).is_null())
      << "families are not observed, so the country's total is not";
}

TEST(ReportData, SaysWhatThePackSays) {
  const Folder folder;
  const json data = data_of(folder);
  EXPECT_EQ(data.at("format"), 1);
  EXPECT_FALSE(data.contains("synthetic"));
  EXPECT_EQ(data.at("run").at("seed"), "18446744073709551615") << "seeds keep all 64 bits";
  EXPECT_EQ(data.at("clock").at("dataUntil"), 4);
  const json& other = data.at("policies")[1];
  EXPECT_EQ(other.at("before"), 1);
  ASSERT_EQ(other.at("actions").size(), 1U);
  EXPECT_EQ(other.at("actions")[0].at("change"), "factor");
  EXPECT_EQ(other.at("actions")[0].at("lever").at("es"), "Esfuerzo");
  EXPECT_EQ(data.at("sources")[0].at("uses"), 2 + 6 + 5 + 2 + 1)
      << "actions, places, observations, nodes, levers";
  EXPECT_TRUE(data.at("links")[0].at("assumed"));
  EXPECT_EQ(data.at("flows").size(), 2U * 4U);
}

TEST(Page, DataCannotEndTheScript) {
  const std::string page = "<script>/*CAUCE_DATA*/</script>";
  const json text = "</script><!-- <b>";
  const std::string filled = fill_template(page, text.dump(), "t.html");
  EXPECT_EQ(filled.find("</script>"), filled.rfind("</script>"));
  const std::string inside = filled.substr(8, filled.size() - 8 - 9);
  EXPECT_EQ(inside.find('<'), std::string::npos);
  EXPECT_EQ(json::parse(inside), text) << "and reads back as it was";
}

TEST(Page, ATemplateHasItsMarkerOnce) {
  EXPECT_NE(message_of([] { (void)fill_template("<html>", "{}", "t.html"); }).find("H105"),
            std::string::npos);
  EXPECT_NE(message_of([] {
              (void)fill_template("/*CAUCE_DATA*//*CAUCE_DATA*/", "{}", "t.html");
            }).find("H105"),
            std::string::npos);
}

TEST(Report, SaysWhetherItsTheoryWasFittedToData) {
  const Folder folder;
  EXPECT_EQ(data_of(folder).at("run").at("calibrated"), false);
  EXPECT_EQ(data_of(folder, {"another"}).at("run").at("calibrated"), false);
  EXPECT_EQ(data_of(folder, {"another", "open"}).at("run").at("calibrated"), true);
}

TEST(Page, IsWrittenWholeOrNotAtAll) {
  const Folder folder;
  write_study(folder.path());
  const ResultsFile results(folder.path() / "results");
  const PackInfo pack = read_pack_info(folder.path() / "pack");
  ReportInput input;
  input.pack = &pack;
  input.results = &results;
  input.theory = "open";
  input.base = "history";
  const fs::path shown = folder.path() / "template.html", out = folder.path() / "report.html";
  write_text_atomic(shown, "<p>/*CAUCE_DATA*/</p>");
  setenv("CAUCE_REPORT_TEMPLATE", shown.c_str(), 1);
  write_report(input, out);
  const std::string first = read_text(out);
  EXPECT_EQ(first.substr(0, 13), "<p>{\"series\":");
  write_report(input, out);
  EXPECT_EQ(read_text(out), first) << "the same input gives the same bytes";
  input.base = "nobody";
  EXPECT_NE(message_of([&] { write_report(input, folder.path() / "none.html"); }).find("H103"),
            std::string::npos);
  EXPECT_FALSE(fs::exists(folder.path() / "none.html"));
  setenv("CAUCE_REPORT_TEMPLATE", (folder.path() / "absent.html").c_str(), 1);
  EXPECT_NE(message_of([&] { write_report(input, out); }).find("absent.html"), std::string::npos);
  EXPECT_EQ(read_text(out), first) << "a report that was there stays as it was";
  unsetenv("CAUCE_REPORT_TEMPLATE");
}

TEST(PackInfo, AllFindingsOfAPackAreSaidAtOnce) {
  const Folder folder;
  write_pack(folder.path() / "pack");
  write_text_atomic(folder.path() / "pack/levers.csv", "lever\nx\n");
  write_text_atomic(folder.path() / "pack/network/nodes.csv", "node,kind\n");
  const std::string message = message_of([&] { (void)read_pack_info(folder.path() / "pack"); });
  EXPECT_NE(message.find("levers.csv"), std::string::npos);
  EXPECT_NE(message.find("nodes.csv"), std::string::npos);
}

} // namespace
} // namespace cauce::report
