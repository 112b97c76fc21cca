// Who may ask: requests are answered only when they come to this server under its own name.
//
// A page of another site that resolves its own name to 127.0.0.1 (DNS rebinding) sends that name as
// Host; one that posts across sites sends its own Origin, and cannot add the header X-Cauce-Client
// without asking first, which no answer of ours allows.
#pragma once

#include <httplib.h>
#include <string>
#include <string_view>
#include <vector>

namespace cauce::serve {

inline constexpr const char* client_header = "X-Cauce-Client";

class Guard {
 public:
  /// `host` and `port` are what the server is bound to; `names` are further names under which it
  /// may be called (a reverse proxy's, a machine's).
  Guard(const std::string& host, int port, const std::vector<std::string>& names);

  /// Throws ApiError 403 A110 (Host, Origin or Sec-Fetch-Site of somebody else), 405 A105, 414
  /// A107, 415 A108 (a POST that is not JSON), 400 A102 (a POST without a good client id).
  void check(const httplib::Request& request) const;

  bool is_own_host(std::string_view host) const;

 private:
  std::vector<std::string> hosts_; ///< "127.0.0.1:8017", lower case
};

/// Headers that every answer has.
void add_security_headers(httplib::Response& response);

/// 8 to 64 letters, digits, '-' and '_'.
bool is_client_id(std::string_view id);

} // namespace cauce::serve
