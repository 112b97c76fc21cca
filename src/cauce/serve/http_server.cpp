#include "cauce/serve/http_server.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace cauce::serve {

using Clock = std::chrono::steady_clock;

namespace {
constexpr int backlog = 512; // the library's is 5, which makes clients of a burst wait a second

int milliseconds_until(Clock::time_point deadline) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 60000));
}

// One socket as the library's stream, with the bounds of `HttpLimits`.
class BoundedStream : public httplib::Stream {
 public:
  BoundedStream(socket_t socket, const HttpLimits& limits) : socket_(socket), limits_(limits) {}

  // A next request: its bytes and its time count from here.
  void begin_request() {
    deadline_ = Clock::now() + std::chrono::seconds(limits_.request_seconds);
    used_ = 0;
    line_ends_ = 0;
    in_headers_ = true;
  }
  bool has_buffered() const { return begin_ < end_; }

  bool is_readable() const override {
    return has_buffered() || wait(POLLIN, milliseconds_until(deadline_));
  }
  // Whether the other side is still there; `write` waits for room by itself.
  bool is_writable() const override {
    pollfd poll_one{socket_, POLLRDHUP, 0};
    return ::poll(&poll_one, 1, 0) == 0;
  }

  ssize_t read(char* data, std::size_t size) override {
    if (!has_buffered()) {
      if (!wait(POLLIN, milliseconds_until(deadline_)))
        return -1;
      const ssize_t got = ::recv(socket_, buffer_.data(), buffer_.size(), 0);
      if (got <= 0)
        return got;
      begin_ = 0;
      end_ = static_cast<std::size_t>(got);
    }
    const std::size_t taken = std::min(size, end_ - begin_);
    std::memcpy(data, buffer_.data() + begin_, taken);
    begin_ += taken;
    return within_bounds(data, taken) ? static_cast<ssize_t>(taken) : -1;
  }

  ssize_t write(const char* data, std::size_t size) override {
    const auto deadline = Clock::now() + std::chrono::seconds(limits_.write_seconds);
    while (wait(POLLOUT, milliseconds_until(deadline))) {
      const ssize_t sent = ::send(socket_, data, size, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent >= 0)
        return sent;
      if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
        return -1;
    }
    return -1;
  }

  // Who the other side is plays no part.
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  socket_t socket() const override { return socket_; }

 private:
  bool wait(short what, int milliseconds) const {
    pollfd poll_one{socket_, what, 0};
    return ::poll(&poll_one, 1, milliseconds) > 0;
  }

  // Counts headers until the empty line, and then the body.
  bool within_bounds(const char* data, std::size_t size) {
    for (std::size_t i = 0; in_headers_ && i < size; ++i) {
      if (data[i] == '\n')
        ++line_ends_;
      else if (data[i] != '\r')
        line_ends_ = 0;
      if (line_ends_ == 2) {
        in_headers_ = false;
        used_ = 0;
      }
    }
    used_ += size;
    return used_ <= (in_headers_ ? limits_.header_bytes : limits_.body_bytes);
  }

  socket_t socket_;
  const HttpLimits& limits_;
  std::array<char, 8192> buffer_{};
  std::size_t begin_ = 0, end_ = 0;
  Clock::time_point deadline_{};
  std::size_t used_ = 0;
  int line_ends_ = 0;
  bool in_headers_ = true;
};

// Lets the client read the answer before the connection goes: what it still sends is thrown away
// for a moment, since closing with unread bytes would reset the connection.
void close_gently(socket_t socket) {
  ::shutdown(socket, SHUT_WR);
  const auto deadline = Clock::now() + std::chrono::milliseconds(500);
  std::array<char, 8192> waste{};
  std::size_t drained = 0;
  while (drained < (std::size_t{4} << 20)) {
    pollfd poll_one{socket, POLLIN, 0};
    if (::poll(&poll_one, 1, milliseconds_until(deadline)) <= 0)
      break;
    const ssize_t got = ::recv(socket, waste.data(), waste.size(), 0);
    if (got <= 0)
      break;
    drained += static_cast<std::size_t>(got);
  }
  ::close(socket);
}

void refuse(socket_t socket) {
  static const std::string body =
      R"({"error":{"code":"A121","message":"too many connections","hint":"try again"}})";
  static const std::string answer =
      fmt::format("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\nConnection: close\r\n"
                  "Content-Type: application/json\r\nX-Content-Type-Options: nosniff\r\n"
                  "Content-Length: {}\r\n\r\n{}",
                  body.size(), body);
  [[maybe_unused]] const ssize_t sent =
      ::send(socket, answer.data(), answer.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  close_gently(socket);
}

struct Counted {
  explicit Counted(std::atomic<std::size_t>& count) : count_(count) { ++count_; }
  ~Counted() { --count_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  std::atomic<std::size_t>& count_;
};

// Whether the request may carry a body, so that nothing after it can be trusted to be a request.
bool has_body(const httplib::Request& request) {
  return (request.method != "GET" && request.method != "HEAD") ||
         request.has_header("Content-Length") || request.has_header("Transfer-Encoding");
}
} // namespace

HttpServer::HttpServer(HttpLimits limits) : limits_(limits) {
  // Some threads more than connections, to refuse those beyond.
  new_task_queue = [this] { return new httplib::ThreadPool(limits_.connections + 8); };
  set_keep_alive_max_count(1000);
  set_tcp_nodelay(true);
}

int HttpServer::bind(const std::string& host, int port) {
  if (port == 0)
    port = bind_to_any_port(host);
  else if (!bind_to_port(host, port))
    port = -1;
  if (port > 0)
    ::listen(svr_sock_, backlog);
  return port;
}

void HttpServer::finish() {
  finishing_ = true;
  stop();
}

bool HttpServer::process_and_close_socket(socket_t socket) {
  const Counted counted(connections_);
  if (connections_ > limits_.connections) {
    refuse(socket);
    return false;
  }
  BoundedStream stream(socket, limits_);
  bool good = true, last = false;
  for (std::size_t served = 0; good && !last && !finishing_; ++served) {
    const int idle_limit = served == 0 ? limits_.request_seconds : limits_.idle_seconds;
    const auto idle_until = Clock::now() + std::chrono::seconds(idle_limit);
    bool there = stream.has_buffered();
    while (!there && !finishing_ && Clock::now() < idle_until) {
      // An idle connection gives way when others may be waiting for its thread.
      if (served > 0 && connections_ + 16 > limits_.connections)
        break;
      pollfd poll_one{socket, POLLIN, 0};
      there = ::poll(&poll_one, 1, std::min(200, milliseconds_until(idle_until))) > 0;
    }
    if (!there)
      break;
    stream.begin_request();
    bool closed = false;
    last = served + 1 >= keep_alive_max_count_;
    good = process_request(stream, last, closed, [&](httplib::Request& request) {
      const bool gzip =
          request.get_header_value("Accept-Encoding").find("gzip") != std::string::npos;
      request.headers.erase("Accept-Encoding");
      request.headers.erase(gzip_header);
      if (gzip)
        request.headers.emplace(gzip_header, "1");
      if (has_body(request)) {
        last = true;
        request.headers.erase("Connection");
        request.headers.emplace("Connection", "close");
      }
    });
    last = last || closed;
  }
  close_gently(socket);
  return good;
}

} // namespace cauce::serve
