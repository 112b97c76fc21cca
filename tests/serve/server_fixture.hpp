// A server over HTTP on loopback with a small ensemble, and how the tests talk to it.
#pragma once

#include "cauce/serve/server.hpp"

#include <arpa/inet.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>
#include <httplib.h>
#include <memory>
#include <sstream>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace cauce::serve {

inline constexpr std::size_t members = 2;
inline constexpr double scale = 5000.0;

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

inline constexpr const char* one_action =
    R"({"actions":[{"lever":"transit_enforcement_mexico","from":"2017-06","factor":1.3}],)"
    R"("until":"2018-05","series":[{"outcome":"apprehensions"}]})";

} // namespace cauce::serve
