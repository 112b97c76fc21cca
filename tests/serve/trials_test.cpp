// What the server computes: quick answers and full runs, why, flows, journeys, lives.
#include "server_fixture.hpp"

#include "cauce/study/ensemble.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <map>
#include <set>

namespace cauce::serve {
namespace {

TEST_F(ServerTest, APreviewTellsBaseYoursAndTheDifference) {
  // Of the priors' members, whatever calibration the pack has. Without any enforcement nobody is
  // arrested: sure, however few and coarse the members are.
  std::string body = one_action;
  body.replace(body.find("1.3"), 3, "0.0");
  body.insert(1, R"("draws":"prior",)");
  const auto result = post("/api/preview", body);
  ASSERT_TRUE(result);
  ASSERT_EQ(result->status, 200) << result->body;
  const json answer = json::parse(result->body);
  EXPECT_EQ(answer["stage"], "preview");
  EXPECT_EQ(answer["months"], 101);
  EXPECT_EQ(answer["start"], 89);
  const json& series = answer["series"][0];
  EXPECT_EQ(series["base"]["q50"].size(), 101U);
  EXPECT_EQ(series["mine"]["q50"].size(), 12U);
  EXPECT_EQ(series["difference"]["q50"].size(), 12U);
  const json* moved = nullptr;
  for (const json& effect : answer["effects"]) {
    EXPECT_EQ(effect["lower"].get<int>() + effect["higher"].get<int>() + effect["equal"].get<int>(),
              answer["members"].get<int>());
    if (effect["outcome"] == "mexico_transit_apprehensions")
      moved = &effect;
  }
  ASSERT_NE(moved, nullptr);
  EXPECT_LT((*moved)["difference"]["q50"].get<double>(), 0.0) << "no enforcement, no arrests";
}

TEST_F(ServerTest, APreviewThatGrowsEndsAsTheWhole) {
  std::string body = one_action;
  body.replace(body.find("1.3"), 3, "1.37"); // not asked before
  body.replace(body.find("2018-05"), 7, "2027-12");
  body.insert(1, R"("grow":true,)");
  const std::vector<json> lines = lines_of(post("/api/preview", body)->body);
  ASSERT_FALSE(lines.empty());
  EXPECT_EQ(lines.back()["type"], "answer");
  const json& whole = lines.back()["answer"];
  EXPECT_EQ(whole["stage"], "preview");
  for (std::size_t i = 0; i + 1 < lines.size(); ++i) { // none where the machine is fast enough
    EXPECT_EQ(lines[i]["type"], "growing");
    const json& part = lines[i]["answer"];
    EXPECT_TRUE(part["effects"].empty());
    const json& some = part["series"][0]["mine"]["q50"];
    const json& all = whole["series"][0]["mine"]["q50"];
    ASSERT_LE(some.size(), all.size());
    EXPECT_TRUE(std::equal(some.begin(), some.end(), all.begin())) << "months that are there stay";
  }
}

TEST_F(ServerTest, TheSameQuestionHasTheSameAnswer) {
  json first = json::parse(post("/api/preview", one_action)->body);
  json second = json::parse(post("/api/preview", one_action)->body);
  EXPECT_TRUE(second["cached"].get<bool>());
  for (json* answer : {&first, &second}) {
    answer->erase("milliseconds");
    answer->erase("cached");
  }
  EXPECT_EQ(first, second);
}

TEST_F(ServerTest, NoChangeIsNoDifference) {
  const json answer = json::parse(post("/api/preview", R"({"until":"2018-05"})")->body);
  ASSERT_FALSE(answer["effects"].empty());
  for (const json& effect : answer["effects"])
    EXPECT_EQ(effect["difference"]["mean"], 0);
}

TEST_F(ServerTest, ARunStreamsAndEndsWithTheNumbersOfTheCommandLine) {
  const auto result =
      post("/api/run",
           R"({"policy":"held-2016","until":"2018-05","series":[{"outcome":"departures"}]})");
  ASSERT_TRUE(result);
  EXPECT_EQ(result->get_header_value("Content-Type"), "application/x-ndjson");
  const std::vector<json> lines = lines_of(result->body);
  ASSERT_FALSE(lines.empty());
  ASSERT_EQ(lines.back()["type"], "answer") << lines.back();
  const json& answer = lines.back()["answer"];
  EXPECT_TRUE(answer["final"].get<bool>());
  EXPECT_EQ(answer["members"], members);

  Diagnostics findings;
  study::EnsembleRequest request;
  request.policies = {"as-enacted", "held-2016"};
  request.draws = study::Draws::posterior;
  request.members = members;
  const auto system = system::System::load(
      std::filesystem::path(CAUCE_SOURCE_DIR) / "systems/northern-triangle", scale, findings);
  request.from = Month::of(2010, 1);
  request.until = Month::of(2018, 5);
  const auto ensemble = study::run_ensemble(system, request);
  const results::OutcomeInfo* departures = ensemble.cube.find("departures");
  std::vector<double> mine;
  for (std::size_t m = 0; m < members; ++m) {
    double sum = 0.0;
    for (std::size_t c = 0; c < departures->cells(); ++c)
      sum += static_cast<double>(ensemble.cube.value(1, 0, m, 100, departures->offset + c));
    mine.push_back(sum);
  }
  EXPECT_EQ(answer["series"][0]["mine"]["q50"].back(), number(results::spread(mine).q50));

  const auto exported = post("/api/export", R"({"policy":"held-2016","until":"2018-05",)"
                                            R"("format":"csv"})");
  EXPECT_EQ(exported->status, 200);
  EXPECT_TRUE(exported->body.starts_with("policy,theory,"));
  EXPECT_NE(exported->body.find("held-2016,open,departures"), std::string::npos);
  EXPECT_EQ(post("/api/export", R"({"policy":"nothing","until":"2018-05","format":"csv"})")->status,
            409);
}

TEST_F(ServerTest, TheLevelOfAQuickAnswerIsThatOfTheFullRun) {
  const json quick = json::parse(post("/api/preview", one_action)->body);
  const json full = lines_of(post("/api/run", one_action)->body).back()["answer"];
  ASSERT_EQ(full["members"], members);
  EXPECT_EQ(quick["members"], 1);
  EXPECT_EQ(quick["levelMembers"], members);
  EXPECT_EQ(quick["series"][0]["base"], full["series"][0]["base"]);
  ASSERT_EQ(quick["effects"].size(), full["effects"].size());
  for (std::size_t e = 0; e < quick["effects"].size(); ++e)
    EXPECT_EQ(quick["effects"][e]["base"], full["effects"][e]["base"]);
}

TEST_F(ServerTest, SharesOfTheChangesAddUp) {
  const auto result =
      post("/api/why", R"({"outcome":"apprehensions","until":"2017-12","actions":[)"
                       R"({"lever":"transit_enforcement_mexico","from":"2017-06","factor":1.3},)"
                       R"({"lever":"deterrence_messaging","from":"2017-06","value":0.2}]})");
  const json answer = lines_of(result->body).back();
  ASSERT_EQ(answer["type"], "answer") << answer;
  ASSERT_EQ(answer["parts"].size(), 2U);
  double sum = 0.0;
  for (const json& part : answer["parts"])
    sum += part["value"]["mean"].get<double>();
  const double total = answer["total"]["mean"];
  EXPECT_NEAR(sum, total, 2e-3 * std::abs(total) + 1.0); // four digits a part
}

TEST_F(ServerTest, PartsOfTheModelAddUpAndTellTheirError) {
  const auto result = post(
      "/api/why", R"({"outcome":"apprehensions","by":"mechanisms","until":"2017-12","actions":[)"
                  R"({"lever":"transit_enforcement_mexico","from":"2017-06","factor":0.0}]})");
  const std::vector<json> lines = lines_of(result->body);
  const json answer = lines.back();
  ASSERT_EQ(answer["type"], "answer") << answer;
  ASSERT_FALSE(answer["parts"].empty());
  double sum = 0.0, largest = 0.0;
  std::set<std::string> names;
  for (const json& part : answer["parts"]) {
    sum += part["value"]["mean"].get<double>();
    largest = std::max(largest, std::abs(part["value"]["mean"].get<double>()));
    EXPECT_GE(part["error"].get<double>(), 0.0);
    names.insert(part["mechanism"]);
  }
  // Each order's gains telescope, so the parts of sampled orders add up too.
  EXPECT_NEAR(sum, answer["total"]["mean"].get<double>(), 5e-3 * largest + 1.0);
  EXPECT_TRUE(names.contains("road")) << "the lever acts on the road";
  EXPECT_TRUE(std::any_of(lines.begin(), lines.end(),
                          [](const json& line) { return line["type"] == "partial"; }));
}

TEST_F(ServerTest, DrawsAndWeightsAreTheAskers) {
  const auto answer = [&](const char* more) {
    std::string body = one_action;
    body.insert(1, more);
    return json::parse(post("/api/preview", body)->body);
  };
  const json prior = answer(R"("draws":"prior",)"), posterior = answer("");
  EXPECT_EQ(prior["draws"], "prior");
  EXPECT_EQ(prior["calibrated"], 0);
  EXPECT_EQ(posterior["draws"], "posterior");
  EXPECT_EQ(posterior["calibrated"], members);
  EXPECT_NE(prior["id"], posterior["id"]);
  EXPECT_NE(prior["series"][0]["base"], posterior["series"][0]["base"]);
  EXPECT_NE(prior["command"].get<std::string>().find("--draws prior"), std::string::npos);
  // All weight on one theory is that theory.
  const json mixed = answer(R"("theory":"mixture","weights":{"roots":1,"open":0},)");
  EXPECT_EQ(mixed["id"], answer(R"("theory":"roots",)")["id"]);
  const json system = get_json("/api/system");
  EXPECT_EQ(system["draws"]["standard"], "posterior");
  EXPECT_EQ(system["draws"]["posterior"]["theories"].size(), system["theories"].size());
  ASSERT_GT(system["mixture"]["sets"].size(), 1U);
  for (const json& set : system["mixture"]["sets"])
    EXPECT_EQ(set["weights"].size(), system["theories"].size()) << set;
}

TEST_F(ServerTest, FlowsJourneysTheoriesAndLives) {
  const json flows = json::parse(post("/api/flows", one_action)->body);
  EXPECT_GT(flows["base"]["departures"].size(), 50U);
  EXPECT_EQ(flows["mine"]["sectors"].begin()->size(), 12U);
  const json journeys = json::parse(post("/api/journeys", one_action)->body);
  double left = 0.0;
  for (const json& link : journeys["mine"]["links"]) {
    if (link["from"] == "left")
      left += link["value"].get<double>();
  }
  EXPECT_NEAR(left, 100000.0, 100.0) << "everyone who leaves goes somewhere";
  // Of the cohort that is followed everyone is somewhere at the end, and what comes into a stage
  // leaves it or is there.
  const json& followed = journeys["mine"]["followed"];
  double there = 0.0;
  std::map<std::string, double> balance;
  for (const auto& [stage, persons] : followed["at"].items()) {
    there += persons.get<double>();
    balance[stage] -= persons.get<double>();
  }
  EXPECT_NEAR(there, 100000.0, 100.0);
  for (const json& link : followed["links"]) {
    balance[link["from"]] -= link["value"].get<double>();
    balance[link["to"]] += link["value"].get<double>();
  }
  for (const auto& [stage, rest] : balance)
    EXPECT_NEAR(rest, stage == "home" ? -100000.0 : 0.0, 200.0) << stage;
  const std::vector<json> theories = lines_of(post("/api/theories", one_action)->body);
  EXPECT_EQ(theories.size(), get_json("/api/system")["theories"].size() + 1);
  EXPECT_EQ(theories.back()["type"], "end");
  const json lives = json::parse(
      post("/api/lives", R"({"until":"2018-01","who":{"kind":"child","people":2}})")->body);
  EXPECT_TRUE(lives["simulated"].get<bool>());
  ASSERT_EQ(lives["lives"].size(), 2U);
  EXPECT_EQ(lives["lives"][0]["kind"], "child");
  EXPECT_FALSE(lives["lives"][0]["events"].empty());
  const json& departure = lives["lives"][0]["events"][0];
  ASSERT_EQ(departure["event"], "departure");
  const system::System& system = *running->server().service().pack().system;
  const auto& places = system.places().all();
  const auto home = std::find_if(places.begin(), places.end(), [&](const evidence::Place& place) {
    return place.element == lives["lives"][0]["department"];
  });
  ASSERT_NE(home, places.end());
  EXPECT_EQ(departure["text"]["es"], "sale de " + home->name_es) << "a name, not a code";
}

} // namespace
} // namespace cauce::serve
