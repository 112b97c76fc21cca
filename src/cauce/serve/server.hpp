// The HTTP side: addresses to functions of `Service`, guards before them, errors as answers.
#pragma once

#include "cauce/serve/http_limits.hpp"
#include "cauce/serve/service.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace cauce::serve {

struct ServerOptions {
  std::string host = "127.0.0.1";
  int port = 8017;                ///< 0: any free one
  std::vector<std::string> names; ///< further names under which it may be called
  std::filesystem::path web;      ///< folder of the built front end; may be absent
  ServiceOptions service;
  HttpLimits limits;
};

class Server {
 public:
  /// Reads pack and front end, and binds. Throws what `Service` and `StaticFiles` throw, and Error
  /// A133 when the port cannot be had.
  explicit Server(ServerOptions options);
  ~Server();

  int port() const;
  bool has_front_end() const;
  Service& service();

  /// Answers until `finish`; then all work is cancelled and all connections are closed.
  void listen();
  /// From any thread.
  void finish();

 private:
  class Routes;
  std::unique_ptr<Routes> routes_;
};

} // namespace cauce::serve
