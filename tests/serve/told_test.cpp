// What the server tells of the pack and of verdicts beside it, over HTTP on loopback.
#include "server_fixture.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>
#include <set>
#include <unistd.h>

namespace cauce::serve {
namespace {

TEST_F(ServerTest, TheSystemIsTold) {
  const json system = get_json("/api/system");
  EXPECT_EQ(system["pack"]["name"], "northern-triangle");
  EXPECT_EQ(system["clock"]["decisionIndex"], 89);
  EXPECT_GT(system["levers"].size(), 30U);
  for (const json& lever : system["levers"]) {
    EXPECT_FALSE(lever["title"]["en"].get<std::string>().empty());
    EXPECT_FALSE(lever["title"]["es"].get<std::string>().empty());
    EXPECT_LE(lever["low"].get<double>(), lever["high"].get<double>());
    ASSERT_FALSE(lever["history"].empty());
    EXPECT_EQ(lever["history"][0]["steps"][0][0], 0);
  }
  for (const json& outcome : system["outcomes"]) {
    EXPECT_TRUE(outcome["kind"] == "flow" || outcome["kind"] == "stock" ||
                outcome["kind"] == "index");
  }
  EXPECT_EQ(system["mixture"]["sets"][0]["id"], "equal");
}

TEST_F(ServerTest, LinksOfTheMapNameItsNodes) {
  const json map = get_json("/api/map");
  std::set<std::string> names;
  for (const json& node : map["nodes"])
    EXPECT_TRUE(names.insert(node["name"]).second);
  for (const json& link : map["links"]) {
    EXPECT_TRUE(names.contains(link["from"]));
    EXPECT_TRUE(names.contains(link["to"]));
  }
}

TEST_F(ServerTest, TheOtherDescriptionsHaveTheirParts) {
  EXPECT_FALSE(get_json("/api/observed")["series"].empty());
  EXPECT_FALSE(get_json("/api/parameters")["parameters"].empty());
  EXPECT_FALSE(get_json("/api/sources")["sources"].empty());
  const json claims = get_json("/api/claims")["claims"];
  const auto claim = std::find_if(claims.begin(), claims.end(), [](const json& one) {
    return one["id"] == "displacement-becomes-migration";
  });
  ASSERT_NE(claim, claims.end());
  EXPECT_EQ((*claim)["statement"]["en"].get<std::string>().find("People uprooted at home"), 0U);
  EXPECT_EQ((*claim)["statement"]["es"].get<std::string>().find("Las personas desarraigadas"), 0U);
  EXPECT_EQ((*claim)["cause"]["en"], "internal displacement");
  EXPECT_EQ((*claim)["cause"]["es"], "desplazamiento interno");
  EXPECT_EQ((*claim)["speaker"]["es"], "quien escribe (implícito)") << "found by its English";
  EXPECT_FALSE(get_json("/api/fates")["fates"].empty());
  EXPECT_EQ(get_json("/api/weights")["available"].get<bool>(),
            std::filesystem::exists(std::filesystem::path(CAUCE_SOURCE_DIR) /
                                    "systems/northern-triangle/posterior/weights.csv"));
  const json variables = get_json("/api/variables");
  for (const json& link : variables["links"]) {
    EXPECT_LT(link[0].get<std::size_t>(), variables["variables"].size());
    EXPECT_LT(link[1].get<std::size_t>(), variables["variables"].size());
  }
  const json one = get_json("/api/variable/court%20wait");
  EXPECT_FALSE(one["equation"].get<std::string>().empty());
  EXPECT_EQ(one["outcomes"], json::array({"court_wait"}));
  EXPECT_EQ(get_json("/api/variable/COURT_WAIT"), one);
  const json waiting = {{"en", "court wait"}, {"es", "espera de una decisión"}};
  EXPECT_EQ(one["title"], waiting);
  EXPECT_EQ(one["doc"]["en"], "Mean wait for a decision.");
  EXPECT_EQ(one["doc"]["es"], "Espera media de una decisión.");
  bool listed = false;
  for (const json& variable : variables["variables"])
    listed = listed || variable["title"] == waiting;
  EXPECT_TRUE(listed);
  const json parameters = get_json("/api/parameters")["parameters"];
  EXPECT_TRUE(std::any_of(parameters.begin(), parameters.end(), [](const json& parameter) {
    return parameter["name"] == "price elasticity" &&
           parameter["title"]["es"] == "elasticidad al precio";
  }));
  const json evidence = get_json("/api/evidence");
  ASSERT_TRUE(evidence["available"].get<bool>());
  for (const json& target : evidence["targets"]) {
    for (const json& point : target["points"])
      EXPECT_EQ(point["from"].get<std::string>() >= "2017-06", target["after"].get<bool>());
  }
}

// A pack with verdicts beside it, as `cauce claims --out` writes them.
TEST(Verdicts, AreToldByTheoryWithTheScenarioBehindThem) {
  namespace fs = std::filesystem;
  const fs::path folder = fs::temp_directory_path() / fmt::format("cauce-verdicts-{}", ::getpid());
  fs::remove_all(folder);
  fs::copy(fs::path(CAUCE_SOURCE_DIR) / "systems/northern-triangle", folder,
           fs::copy_options::recursive);
  fs::remove_all(folder / "verdicts");
  Diagnostics findings;
  const Pack pack = Pack::read(system::System::load(folder, scale, findings), "test");
  EXPECT_FALSE(claims_json(pack)["verdicts"]["available"].get<bool>());

  fs::create_directory(folder / "verdicts");
  std::ofstream(folder / "verdicts/claims.json") << R"({"members": 9, "claims": [{"id": "a",
    "probability": {"open": 0.9, "roots": 0.1, "structural": 0.2},
    "parts": [{"part": "", "arm": "security-aid-up", "against": "nothing", "outcome": "apprehensions",
      "place": "", "group": "family", "until": "2019-12", "direction": "lower",
      "verdicts": {"open": {"right_way": 1.0}, "roots": {"right_way": 0.8},
                   "structural": {"right_way": 0.2}}}]}]})";
  const json told = claims_json(pack);
  const json& verdicts = told["verdicts"];
  ASSERT_TRUE(verdicts["available"].get<bool>());
  EXPECT_TRUE(verdicts["stale"].get<bool>()) << "nothing says what they were made with";
  EXPECT_FALSE(told["predictions"]["available"].get<bool>());
  const json& one = verdicts["byClaim"]["a"];
  EXPECT_EQ(one["theories"]["open"]["verdict"], "supported");
  EXPECT_EQ(one["theories"]["roots"]["verdict"], "weaker");
  EXPECT_EQ(one["theories"]["structural"]["verdict"], "contradicted");
  EXPECT_EQ(one["verdict"], "disputed");
  const json& part = one["parts"][0];
  EXPECT_EQ(part["armTitle"]["en"], "Security aid up 30%");
  EXPECT_EQ(part["armTitle"]["es"], "30% más ayuda en seguridad");
  EXPECT_EQ(part["againstTitle"]["es"], "Nada nuevo después de mayo de 2017") << "a policy's own";
  EXPECT_EQ(one["scenario"]["base"], "nothing");
  EXPECT_EQ(one["scenario"]["policy"], "nothing");
  ASSERT_EQ(one["scenario"]["actions"].size(), 1U);
  EXPECT_EQ(one["scenario"]["actions"][0]["lever"], "security_aid");
  EXPECT_EQ(one["scenario"]["series"][0]["group"], "family");

  // What has no total over countries is charted for the first of them, so that the page shows it.
  std::ofstream(folder / "verdicts/claims.json") << R"({"claims": [{"id": "a",
      "probability": {"open": 0.9}, "parts": [{"arm": "security-aid-up", "against": "nothing",
      "outcome": "gdp_growth", "place": "", "group": "", "direction": "lower",
      "verdicts": {"open": {"right_way": 1.0}}}]}]})";
  const json growth = claims_json(pack)["verdicts"]["byClaim"]["a"]["scenario"]["series"];
  ASSERT_EQ(growth.size(), 1U);
  EXPECT_EQ(growth[0]["outcome"], "gdp_growth");
  EXPECT_EQ(growth[0]["place"], "Guatemala");

  // How large an effect is, is worked out by the margin of the pack's own test (0.003).
  std::ofstream(folder / "verdicts/claims.json")
      << R"({"claims": [{"id": "organisers-security-brings-prosperity", "probability": {"open": 0.0},
      "parts": [{"part": "", "verdicts": {
        "open": {"q05": 1e-5, "q50": 2e-5, "q95": 3e-5}, "roots": {"q05": 0.0, "q50": 0.0, "q95": 0.0},
        "structural": {"q05": 3e-3, "q50": 4e-3, "q95": 5e-3}, "none": {"q50": null}}},
        {"part": "no more", "verdicts": {"open": {"q05": 1.0, "q50": 2.0, "q95": 3.0}}}]}]})";
  const json parts =
      claims_json(pack)["verdicts"]["byClaim"]["organisers-security-brings-prosperity"]["parts"];
  EXPECT_EQ(parts[0]["verdicts"]["open"]["size"], "about none");
  EXPECT_EQ(parts[0]["verdicts"]["roots"]["size"], "none");
  EXPECT_EQ(parts[0]["verdicts"]["structural"]["size"], "some");
  EXPECT_TRUE(parts[0]["verdicts"]["none"]["size"].is_null()) << "it has no number";
  EXPECT_TRUE(parts[1]["verdicts"]["open"]["size"].is_null()) << "the pack has no such test";

  // What somebody broke is said, not thrown.
  std::ofstream(folder / "verdicts/claims.json") << R"({"claims": [{"id": 7, "parts": 3}]})";
  EXPECT_FALSE(claims_json(pack)["verdicts"]["available"].get<bool>());
  fs::remove_all(folder);
}

} // namespace
} // namespace cauce::serve
