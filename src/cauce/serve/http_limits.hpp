// What one client may take of the server's threads, memory and time.
#pragma once

#include <cstddef>

namespace cauce::serve {

struct HttpLimits {
  std::size_t connections = 320;    ///< at once; each holds a thread
  std::size_t header_bytes = 32768; ///< request line and headers of one request
  std::size_t body_bytes = 1 << 20; ///< as sent, with the overhead of chunks
  int request_seconds = 10;         ///< to send one request
  int idle_seconds = 5;             ///< between two requests of a connection
  int write_seconds = 10;           ///< a client that takes nothing for so long is dropped
};

} // namespace cauce::serve
