// Mistaken, foreign, huge and garbled requests: each gets its 4xx, and no file but its own.
#include "server_fixture.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <random>

namespace cauce::serve {
namespace {

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

} // namespace
} // namespace cauce::serve
