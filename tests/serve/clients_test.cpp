// Several clients and what they leave: closed tabs, a newer question, many at once.
#include "server_fixture.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <thread>

namespace cauce::serve {
namespace {

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
