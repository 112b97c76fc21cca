// The server over HTTP on loopback: shapes, errors, hostile requests, cancelling, headers.
#include "cauce/serve/server.hpp"

#include "cauce/study/ensemble.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>
#include <httplib.h>
#include <random>
#include <set>
#include <sstream>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace cauce::serve {
namespace {

constexpr std::size_t members = 2;
constexpr double scale = 5000.0;

// One server for all tests: its start is most of what they cost.
class Running {
 public:
  Running() {
    web_ = std::filesystem::temp_directory_path() / fmt::format("cauce-serve-{}", ::getpid());
    std::filesystem::create_directories(web_ / "assets");
    std::ofstream(web_ / "index.html") << "<!doctype html><title>Cauce</title>";
    std::ofstream(web_ / "assets/a.js") << std::string(5000, 'x');
    ServerOptions options;
    options.port = 0;
    options.web = web_;
    options.service.pack = std::filesystem::path(CAUCE_SOURCE_DIR) / "systems/northern-triangle";
    options.service.preview = {1, scale};
    options.service.full = {members, scale};
    options.service.version = "test";
    server_ = std::make_unique<Server>(options);
    thread_ = std::jthread([this] { server_->listen(); });
    server_->service().wait_until_prepared();
  }
  ~Running() {
    server_->finish();
    thread_.join();
    std::filesystem::remove_all(web_);
  }
  int port() const { return server_->port(); }
  Server& server() { return *server_; }

 private:
  std::filesystem::path web_;
  std::unique_ptr<Server> server_;
  std::jthread thread_;
};

class ServerTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { running = std::make_unique<Running>(); }
  static void TearDownTestSuite() { running.reset(); }

  static httplib::Client client() {
    httplib::Client one("127.0.0.1", running->port());
    one.set_read_timeout(60);
    return one;
  }
  static httplib::Headers own() { return {{"X-Cauce-Client", "test-client-1"}}; }
  static httplib::Result post(const std::string& path, const std::string& body) {
    return client().Post(path, own(), body, "application/json");
  }
  static json get_json(const std::string& path) {
    const auto result = client().Get(path);
    EXPECT_TRUE(result);
    EXPECT_EQ(result->status, 200) << path << ": " << result->body;
    return json::parse(result->body);
  }
  static std::string code_of(const httplib::Result& result) {
    const json body = json::parse(result->body, nullptr, false);
    if (!body.is_object() || !body.contains("error"))
      return {};
    return body["error"]["code"].get<std::string>();
  }
  static std::vector<json> lines_of(const std::string& body) {
    std::vector<json> lines;
    std::istringstream in(body);
    for (std::string line; std::getline(in, line);)
      lines.push_back(json::parse(line));
    return lines;
  }
  // What the server says to these bytes, until it closes the connection.
  static std::string raw(const std::string& bytes) {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(running->port()));
    ::inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    EXPECT_EQ(::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    std::size_t sent = 0;
    while (sent < bytes.size()) {
      const ssize_t n = ::send(socket, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      if (n <= 0)
        break;
      sent += static_cast<std::size_t>(n);
    }
    ::shutdown(socket, SHUT_WR);
    std::string answer;
    char buffer[4096];
    for (ssize_t n = 0; (n = ::recv(socket, buffer, sizeof buffer, 0)) > 0;)
      answer.append(buffer, static_cast<std::size_t>(n));
    ::close(socket);
    return answer;
  }

  static inline std::unique_ptr<Running> running;
};

constexpr const char* one_action =
    R"({"actions":[{"lever":"transit_enforcement_mexico","from":"2017-06","factor":1.3}],)"
    R"("until":"2018-05","series":[{"outcome":"apprehensions"}]})";

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
  EXPECT_FALSE(get_json("/api/claims")["claims"].empty());
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
  const json evidence = get_json("/api/evidence");
  ASSERT_TRUE(evidence["available"].get<bool>());
  for (const json& target : evidence["targets"]) {
    for (const json& point : target["points"])
      EXPECT_EQ(point["from"].get<std::string>() >= "2017-06", target["after"].get<bool>());
  }
}

TEST_F(ServerTest, APreviewTellsBaseYoursAndTheDifference) {
  // Of the priors' members, whatever calibration the pack has: few and coarse, their effect is luck.
  std::string body = one_action;
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
  EXPECT_GT((*moved)["difference"]["q50"].get<double>(), 0.0) << "more enforcement, more arrests";
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
                  R"({"lever":"transit_enforcement_mexico","from":"2017-06","factor":1.3}]})");
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
  EXPECT_EQ(one["scenario"]["base"], "nothing");
  EXPECT_EQ(one["scenario"]["policy"], "nothing");
  ASSERT_EQ(one["scenario"]["actions"].size(), 1U);
  EXPECT_EQ(one["scenario"]["actions"][0]["lever"], "security_aid");
  EXPECT_EQ(one["scenario"]["series"][0]["group"], "family");

  // What somebody broke is said, not thrown.
  std::ofstream(folder / "verdicts/claims.json") << R"({"claims": [{"id": 7, "parts": 3}]})";
  EXPECT_FALSE(claims_json(pack)["verdicts"]["available"].get<bool>());
  fs::remove_all(folder);
}

TEST_F(ServerTest, MistakesAreExplained) {
  const struct {
    const char* path;
    const char* body;
    int status;
    const char* code;
  } cases[] = {
      {"/api/preview", "{", 400, "A101"},
      {"/api/preview", "[]", 400, "A101"},
      {"/api/preview", "", 400, "A101"},
      {"/api/preview", R"({"polcy":"x"})", 400, "A101"},
      {"/api/preview", R"({"policy":7})", 400, "A101"},
      {"/api/preview", R"({"policy":"as-enactd"})", 404, "A104"},
      {"/api/preview", R"({"policy":"../../etc/passwd"})", 404, "A104"},
      {"/api/preview", R"({"theory":"opn"})", 404, "A104"},
      {"/api/preview", R"({"series":[{"outcome":"apprehension"}]})", 404, "A104"},
      {"/api/preview", R"({"series":[{"outcome":"apprehensions","place":"France"}]})", 404, "A104"},
      {"/api/preview", R"({"actions":[{"lever":"transit_enforcement_mexico","from":"2017-06"}]})",
       400, "A101"},
      {"/api/preview",
       R"({"actions":[{"lever":"transit_enforcement_mexico","from":"2016-01","value":1}]})", 422,
       "A103"},
      {"/api/preview",
       R"({"actions":[{"lever":"transit_enforcement_mexic","from":"2017-06","value":1}]})", 404,
       "A104"},
      {"/api/preview",
       R"({"actions":[{"lever":"transit_enforcement_mexico","from":"June","value":1}]})", 422,
       "A103"},
      {"/api/preview",
       R"({"actions":[{"lever":"transit_enforcement_mexico","from":"2017-06","value":1e999}]})",
       400, "A101"},
      {"/api/preview", R"({"until":"2099-01"})", 422, "A103"},
      {"/api/preview", R"({"parameters":{"no such":1}})", 404, "A104"},
      {"/api/why", R"({})", 400, "A101"},
      {"/api/export", R"({"format":"exe"})", 400, "A101"},
      {"/api/lives", R"({"who":{"fates":["flew"]}})", 422, "A103"},
      {"/api/lives", R"({"who":{"people":100000}})", 422, "A103"},
      {"/api/nothing", "{}", 404, "A104"},
  };
  for (const auto& one : cases) {
    const auto result = post(one.path, one.body);
    ASSERT_TRUE(result) << one.body;
    EXPECT_EQ(result->status, one.status) << one.body << result->body;
    EXPECT_EQ(code_of(result), one.code) << one.body << result->body;
  }
  const json near = json::parse(post("/api/preview", R"({"policy":"as-enactd"})")->body);
  EXPECT_NE(near["error"]["hint"].get<std::string>().find("as-enacted"), std::string::npos);
  EXPECT_EQ(client().Get("/api/variable/no%20such")->status, 404);
  EXPECT_EQ(client().Get("/api/evidence?theory=none")->status, 404);
}

TEST_F(ServerTest, OnlyItsOwnPagesAreAnswered) {
  auto one = client();
  EXPECT_EQ(one.Get("/api/system", {{"Host", "evil.example"}})->status, 403);
  EXPECT_EQ(one.Get("/", {{"Host", "evil.example:8017"}})->status, 403);
  EXPECT_EQ(one.Get("/api/system", {{"Origin", "http://evil.example"}})->status, 403);
  EXPECT_EQ(one.Get("/api/system", {{"Origin", "null"}})->status, 403);
  EXPECT_EQ(one.Get("/api/system", {{"Sec-Fetch-Site", "cross-site"}})->status, 403);
  const std::string self = fmt::format("http://127.0.0.1:{}", running->port());
  EXPECT_EQ(one.Get("/api/system", {{"Origin", self}})->status, 200);
  // What a form of another site could send.
  EXPECT_EQ(client().Post("/api/run", "{}", "text/plain")->status, 415);
  EXPECT_EQ(client().Post("/api/run", "{}", "application/json")->status, 400);
  EXPECT_EQ(
      client().Post("/api/run", {{"X-Cauce-Client", "a b"}}, "{}", "application/json")->status,
      400);
  EXPECT_EQ(client().Put("/api/run", own(), "{}", "application/json")->status, 405);
  EXPECT_EQ(client().Delete("/api/run")->status, 405);
  EXPECT_EQ(client().Options("/api/run")->status, 405);
}

TEST_F(ServerTest, FilesOfTheFrontEndAndNoOthers) {
  auto one = client();
  one.set_decompress(false);
  const auto page = one.Get("/");
  EXPECT_EQ(page->status, 200);
  EXPECT_EQ(page->get_header_value("Cache-Control"), "no-cache");
  EXPECT_EQ(page->get_header_value("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(page->get_header_value("X-Frame-Options"), "DENY");
  EXPECT_EQ(page->get_header_value("Referrer-Policy"), "no-referrer");
  EXPECT_NE(page->get_header_value("Content-Security-Policy").find("default-src 'self'"),
            std::string::npos);
  const auto asset = one.Get("/assets/a.js", {{"Accept-Encoding", "gzip, br"}});
  EXPECT_EQ(asset->get_header_value("Content-Encoding"), "gzip");
  EXPECT_LT(asset->body.size(), 200U);
  EXPECT_NE(asset->get_header_value("Cache-Control").find("immutable"), std::string::npos);
  EXPECT_EQ(one.Get("/assets/a.js", {{"If-None-Match", asset->get_header_value("ETag")}})->status,
            304);
  EXPECT_EQ(one.Head("/assets/a.js")->status, 200);
  for (const char* path :
       {"/../etc/passwd", "/assets/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd",
        "/assets/..%2f..%2fetc%2fpasswd", "//etc/passwd", "/assets", "/a\\b"}) {
    const std::string answer =
        raw(fmt::format("GET {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n\r\n", path,
                        running->port()));
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 404") || answer.starts_with("HTTP/1.1 400"))
        << path << answer.substr(0, 60);
    EXPECT_EQ(answer.find("root:"), std::string::npos);
  }
}

TEST_F(ServerTest, HugeRequestsAreRefused) {
  const std::string host = fmt::format("Host: 127.0.0.1:{}\r\n", running->port());
  const std::string posted = "POST /api/preview HTTP/1.1\r\n" + host +
                             "Content-Type: application/json\r\nX-Cauce-Client: test-client-2\r\n";
  EXPECT_EQ(post("/api/preview", std::string(300 * 1024, ' ') + "{}")->status, 413);
  // A chunked body that never ends.
  std::string chunks;
  for (int i = 0; i < 40; ++i)
    chunks += "4000\r\n" + std::string(0x4000, ' ') + "\r\n";
  const std::string refused = raw(posted + "Transfer-Encoding: chunked\r\n\r\n" + chunks);
  EXPECT_TRUE(refused.starts_with("HTTP/1.1 413")) << refused.substr(0, 80);
  // Headers without end, and one too long.
  std::string headers;
  for (int i = 0; i < 4000; ++i)
    headers += fmt::format("X-{}: {}\r\n", i, std::string(40, 'a'));
  EXPECT_TRUE(raw("GET / HTTP/1.1\r\n" + host + headers + "\r\n").starts_with("HTTP/1.1 400"));
  const std::string address =
      raw("GET /" + std::string(3000, 'a') + " HTTP/1.1\r\n" + host + "Connection: close\r\n\r\n");
  EXPECT_TRUE(address.starts_with("HTTP/1.1 414")) << address.substr(0, 80);
  // Deep, long and repeated JSON.
  EXPECT_EQ(post("/api/preview", std::string(50000, '['))->status, 400);
  std::string actions = R"({"actions":[)";
  for (int i = 0; i < 300; ++i)
    actions += R"({"lever":"pandemic","from":"2017-06","value":0},)";
  actions.back() = ']';
  EXPECT_EQ(post("/api/preview", actions + "}")->status, 400);
  // A second request hidden in the body of a GET is not answered.
  const std::string smuggled =
      raw("GET /api/status HTTP/1.1\r\n" + host +
          "Content-Length: 40\r\n\r\nGET /api/system HTTP/1.1\r\n" + host + "\r\n");
  EXPECT_EQ(smuggled.find("HTTP/1.1", 8), std::string::npos);
}

// Bytes that are nearly a request: whatever comes back is a 4xx or a closed connection, and the
// server lives on.
TEST_F(ServerTest, GarbledRequestsNeverHurt) {
  std::mt19937 draw(8017); // the same garbling on every run
  const std::string whole = fmt::format(
      "POST /api/preview HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/json\r\n"
      "X-Cauce-Client: test-client-3\r\nContent-Length: {}\r\n\r\n{}",
      running->port(), std::string(one_action).size(), one_action);
  for (int round = 0; round < 150; ++round) {
    std::string bytes = whole;
    for (auto changes = 1 + draw() % 6; changes > 0; --changes) {
      const std::size_t at = draw() % bytes.size();
      switch (draw() % 3) {
      case 0:
        bytes[at] = static_cast<char>(draw() & 0xff);
        break;
      case 1:
        bytes.erase(at, 1 + draw() % 8);
        break;
      default:
        bytes.insert(at, std::string(1 + draw() % 8, static_cast<char>(draw() & 0xff)));
      }
    }
    const std::string answer = raw(bytes);
    EXPECT_TRUE(answer.empty() || answer.starts_with("HTTP/1.1 4") ||
                answer.starts_with("HTTP/1.1 2") || answer.starts_with("HTTP/1.1 100"))
        << answer.substr(0, 200);
  }
  EXPECT_EQ(client().Get("/api/status")->status, 200);
}

TEST_F(ServerTest, AClosedTabStopsItsWork) {
  auto one = client();
  std::atomic<int> pieces{0};
  httplib::Request request;
  request.method = "POST";
  request.path = "/api/theories";
  request.headers = own();
  request.headers.emplace("Content-Type", "application/json");
  request.body = R"({"until":"2027-12","actions":[{"lever":"transit_enforcement_mexico",)"
                 R"("from":"2017-07","factor":1.7}]})";
  request.content_receiver = [&](const char*, std::size_t, std::uint64_t, std::uint64_t) {
    return ++pieces < 1; // hang up at the first piece
  };
  one.send(request);
  one.stop();
  const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  json status;
  do {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    status = get_json("/api/status");
  } while (status["jobs"] != 0 && std::chrono::steady_clock::now() < patience);
  EXPECT_EQ(status["jobs"], 0);
}

TEST_F(ServerTest, ANewPreviewReplacesTheOldOneOfItsClient) {
  // Changed assumptions need a trunk of their own: long enough to be overtaken.
  const json parameters = get_json("/api/parameters")["parameters"];
  const auto changeable = std::find_if(parameters.begin(), parameters.end(),
                                       [](const json& p) { return p["distribution"] != "fixed"; });
  json slow = {{"until", "2027-12"},
               {"parameters", {{(*changeable)["key"].get<std::string>(), (*changeable)["low"]}}}};
  std::string first;
  std::jthread earlier([&] { first = post("/api/preview", slow.dump())->body; });
  while (get_json("/api/status")["jobs"] == 0 && first.empty())
    std::this_thread::yield();
  const auto second = post("/api/preview", one_action);
  earlier.join();
  EXPECT_EQ(json::parse(second->body)["stage"], "preview");
  const json told = json::parse(first);
  EXPECT_TRUE(told.contains("effects") || told["type"] == "cancelled") << told;
}

TEST_F(ServerTest, ManyAtOnceAreAllServed) {
  std::atomic<int> good{0};
  std::vector<std::jthread> users;
  for (int u = 0; u < 24; ++u) {
    users.emplace_back([&, u] {
      httplib::Client one("127.0.0.1", running->port());
      one.set_read_timeout(60);
      const json body = {{"until", "2017-12"},
                         {"actions",
                          {{{"lever", "transit_enforcement_mexico"},
                            {"from", "2017-06"},
                            {"factor", 1.0 + 0.01 * u}}}}};
      const auto result =
          one.Post("/api/preview", {{"X-Cauce-Client", fmt::format("user-{:04}", u)}}, body.dump(),
                   "application/json");
      if (result && result->status == 200 && json::parse(result->body).contains("effects"))
        ++good;
    });
  }
  users.clear();
  EXPECT_EQ(good, 24);
}

} // namespace
} // namespace cauce::serve
