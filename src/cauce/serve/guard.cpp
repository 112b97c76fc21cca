#include "cauce/serve/guard.hpp"

#include "cauce/serve/api_error.hpp"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>

namespace cauce::serve {

namespace {
constexpr std::size_t longest_address = 2048;

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}
} // namespace

Guard::Guard(const std::string& host, int port, const std::vector<std::string>& names) {
  std::vector<std::string> all = {"127.0.0.1", "localhost", "[::1]", "ip6-localhost"};
  if (host != "0.0.0.0" && host != "::" && !host.empty())
    all.push_back(host.find(':') == std::string::npos ? host : "[" + host + "]");
  all.insert(all.end(), names.begin(), names.end());
  for (const std::string& name : all) {
    hosts_.push_back(fmt::format("{}:{}", lower(name), port));
    if (port == 80)
      hosts_.push_back(lower(name));
  }
  for (const std::string& name : names) // a proxy calls by its own port
    hosts_.push_back(lower(name));
}

bool Guard::is_own_host(std::string_view host) const {
  return std::find(hosts_.begin(), hosts_.end(), lower(host)) != hosts_.end();
}

void Guard::check(const httplib::Request& request) const {
  if (request.get_header_value_count("Host") != 1 ||
      !is_own_host(request.get_header_value("Host"))) {
    throw ApiError(403, "A110", "this server does not go by that name",
                   "open it as http://127.0.0.1:PORT, or start it with --name NAME");
  }
  if (request.has_header("Origin")) {
    const std::string origin = request.get_header_value("Origin");
    const std::size_t scheme = origin.find("://");
    if (scheme == std::string::npos || !is_own_host(std::string_view(origin).substr(scheme + 3)))
      throw ApiError(403, "A110", "requests from other sites are not answered");
  }
  const std::string site = request.get_header_value("Sec-Fetch-Site");
  if (request.path.starts_with("/api/") && !site.empty() && site != "same-origin" &&
      site != "none") {
    throw ApiError(403, "A110", "requests from other sites are not answered");
  }
  if (request.method != "GET" && request.method != "HEAD" && request.method != "POST")
    throw ApiError(405, "A105", "only GET, HEAD and POST are answered");
  if (request.target.size() > longest_address)
    throw ApiError(414, "A107", "the address is too long");
  if (request.method != "POST")
    return;
  const std::string type = request.get_header_value("Content-Type");
  if (lower(type.substr(0, type.find(';'))) != "application/json")
    throw ApiError(415, "A108", "a POST must be application/json");
  if (!is_client_id(request.get_header_value(client_header))) {
    throw ApiError(400, "A102", "the header X-Cauce-Client is missing or malformed",
                   "send 8 to 64 letters, digits, '-' or '_', the same from one page");
  }
}

bool is_client_id(std::string_view id) {
  return id.size() >= 8 && id.size() <= 64 && std::all_of(id.begin(), id.end(), [](char c) {
           return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
         });
}

void add_security_headers(httplib::Response& response) {
  response.set_header("Content-Security-Policy",
                      "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: "
                      "blob:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
                      "form-action 'none'; object-src 'none'");
  response.set_header("X-Content-Type-Options", "nosniff");
  response.set_header("Referrer-Policy", "no-referrer");
  response.set_header("X-Frame-Options", "DENY");
  response.set_header("Cross-Origin-Opener-Policy", "same-origin");
  response.set_header("Cross-Origin-Resource-Policy", "same-origin");
  response.set_header("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
}

} // namespace cauce::serve
