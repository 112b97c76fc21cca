// cpp-httplib's server with bounds of our own around each connection.
//
// The library (0.11, Debian 12) limits neither the headers of a request in sum, nor chunked bodies,
// nor the time that a client may take to send them; it compresses with Brotli's slowest level, and
// leaves an unread body in the way of the next request. So this class reads and writes the sockets
// itself: headers and bodies have a largest size and a deadline, a connection that carried a body
// ends with it, connections beyond the limit are refused with 503, and a closed connection is
// noticed while an answer is still being worked out. Answers are compressed by us (answers.hpp):
// `gzip_header` tells a handler whether the client would take it.
#pragma once

#include "cauce/serve/http_limits.hpp"

#include <atomic>
#include <cstddef>
#include <httplib.h>
#include <string>

namespace cauce::serve {

/// Set on requests whose client accepts gzip; whatever a client sends under this name is removed.
inline constexpr const char* gzip_header = "X-Cauce-Gzip";

class HttpServer : public httplib::Server {
 public:
  explicit HttpServer(HttpLimits limits = {});

  /// Binds to `host` and `port` (0: any free one); the port, or -1 when it cannot be had.
  int bind(const std::string& host, int port);
  /// Ends `listen_after_bind`, and connections that wait for a next request.
  void finish();
  std::size_t connections() const { return connections_; }

 private:
  bool process_and_close_socket(socket_t socket) override;

  HttpLimits limits_;
  std::atomic<std::size_t> connections_{0};
  std::atomic<bool> finishing_{false};
};

} // namespace cauce::serve
