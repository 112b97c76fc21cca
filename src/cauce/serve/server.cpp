#include "cauce/serve/server.hpp"

#include "cauce/base/files.hpp"
#include "cauce/serve/api_error.hpp"
#include "cauce/serve/guard.hpp"
#include "cauce/serve/http_server.hpp"
#include "cauce/serve/static_files.hpp"

#include <algorithm>
#include <atomic>
#include <fmt/format.h>
#include <functional>
#include <map>
#include <mutex>

namespace cauce::serve {

namespace {
constexpr std::size_t largest_body = std::size_t{256} << 10;
constexpr const char* json_type = "application/json";

json error_json(const std::string& code, const std::string& message, const std::string& hint) {
  return {{"error", {{"code", code}, {"message", message}, {"hint", hint}}}};
}

void send_error(httplib::Response& response, const ApiError& error) {
  response.status = error.status();
  if (error.status() == 503)
    response.set_header("Retry-After", "2");
  if (error.status() == 405)
    response.set_header("Allow", "GET, HEAD, POST");
  response.set_content(dump(error_json(error.code(), error.what(), error.hint())), json_type);
}

// Runs a handler; whatever it throws becomes an answer.
template <typename Handler> void answered(httplib::Response& response, Handler&& handler) {
  try {
    handler();
  } catch (const ApiError& error) {
    send_error(response, error);
  } catch (const Error& error) { // its text would name a file of this machine
    const Diagnostic& d = error.diagnostic();
    send_error(response, ApiError(500, "A199", d.message, d.hint));
  } catch (const std::bad_alloc&) {
    send_error(response, ApiError(503, "A121", "the server is out of memory", "ask for less"));
  } catch (const std::exception& problem) {
    send_error(response, ApiError(500, "A199", problem.what(), "please report it"));
  }
}

bool same_etag(const httplib::Request& request, const std::string& etag) {
  return request.get_header_value("If-None-Match").find(etag) != std::string::npos;
}

// The body, as far as it is allowed to be long: the library bounds neither chunks nor what they
// unpack to.
std::string read_body(const httplib::Request& request, const httplib::ContentReader& reader) {
  if (request.has_header("Content-Encoding"))
    throw ApiError(415, "A108", "a compressed body is not read");
  std::string body;
  bool too_large = request.get_header_value<std::uint64_t>("Content-Length") > largest_body;
  if (too_large) // the library has refused it already, and only says that reading failed
    throw ApiError(413, "A106", "the body is larger than 256 KiB");
  const bool whole = reader([&](const char* data, std::size_t size) {
    too_large = body.size() + size > largest_body;
    if (!too_large)
      body.append(data, size);
    return !too_large;
  });
  if (too_large)
    throw ApiError(413, "A106", "the body is larger than 256 KiB");
  if (!whole)
    throw ApiError(400, "A101", "the body broke off");
  return body;
}
} // namespace

class Server::Routes {
 public:
  explicit Routes(ServerOptions options);

  int port() const { return port_; }
  bool has_front_end() const { return !files_.empty(); }
  Service& service() { return service_; }
  void listen();
  void finish();

 private:
  using Response = httplib::Response;
  using Request = httplib::Request;
  struct Prepared {
    std::string bytes, gzip, etag;
  };
  using Streamed = std::function<void(const Client&)>;
  using Whole = std::function<json(const Client&)>;

  void route();
  void get(const Request& request, Response& response);
  void get_api(const Request& request, Response& response);
  void post(const Request& request, Response& response, const std::string& body);
  void send_file(const Request& request, Response& response) const;
  // An answer that stays the same as long as the server runs.
  void send_fixed(const Request& request, Response& response, const std::string& name,
                  const std::function<json()>& make);
  static void send_json(const Request& request, Response& response, const json& value);
  void stream(const Request& request, Response& response, Streamed work);
  void answer_when_done(const Request& request, Response& response, Whole work);
  json told_apart(const std::function<json()>& work) const;

  ServerOptions options_;
  Service service_;
  StaticFiles files_;
  HttpServer http_;
  int port_ = 0;
  std::unique_ptr<Guard> guard_;
  std::mutex mutex_;
  std::map<std::string, Prepared> fixed_;
  std::atomic<bool> finishing_{false};
};

Server::Routes::Routes(ServerOptions options)
    : options_(std::move(options)), service_(options_.service),
      files_(StaticFiles::read(options_.web)), http_(options_.limits) {
  port_ = http_.bind(options_.host, options_.port);
  if (port_ <= 0) {
    throw Error("A133", {},
                fmt::format("port {} of {} cannot be had", options_.port, options_.host),
                "is `cauce serve` running already? Another port: --port 8018");
  }
  guard_ = std::make_unique<Guard>(options_.host, port_, options_.names);
  route();
}

void Server::Routes::listen() {
  service_.prepare();
  http_.listen_after_bind();
}

void Server::Routes::finish() {
  if (finishing_.exchange(true))
    return;
  service_.stop(); // streams end with a word before their connections do
  http_.finish();
}

void Server::Routes::route() {
  http_.set_payload_max_length(largest_body);
  http_.set_pre_routing_handler([this](const Request& request, Response& response) {
    bool passed = false;
    answered(response, [&] {
      guard_->check(request);
      passed = true;
      if (request.method != "POST")
        get(request, response);
    });
    return passed && request.method == "POST" ? httplib::Server::HandlerResponse::Unhandled
                                              : httplib::Server::HandlerResponse::Handled;
  });
  http_.Post(".*", [this](const Request& request, Response& response,
                          const httplib::ContentReader& reader) {
    answered(response, [&] { post(request, response, read_body(request, reader)); });
  });
  http_.set_error_handler([](const Request&, Response& response) {
    if (!response.body.empty())
      return;
    const bool large = response.status == 413;
    const json body = error_json(
        large ? "A106" : "A101",
        large ? "the body is larger than 256 KiB" : "the request could not be understood", "");
    response.set_content(dump(body), json_type);
  });
  http_.set_post_routing_handler(
      [](const Request&, Response& response) { add_security_headers(response); });
}

void Server::Routes::get(const Request& request, Response& response) {
  if (request.path.starts_with("/api/"))
    get_api(request, response);
  else
    send_file(request, response);
}

void Server::Routes::send_file(const Request& request, Response& response) const {
  const StaticFile* file = files_.find(request.path);
  if (file == nullptr) {
    if (files_.empty() && request.path == "/") {
      throw ApiError(404, "A104", "the front end has not been built",
                     "build web/app (./run serve does), or use the addresses under /api/");
    }
    throw ApiError(404, "A104", "there is nothing at this address");
  }
  response.set_header("Cache-Control",
                      file->immutable ? "public, max-age=31536000, immutable" : "no-cache");
  response.set_header("ETag", file->etag);
  response.set_header("Vary", "Accept-Encoding");
  if (same_etag(request, file->etag)) {
    response.status = 304;
    return;
  }
  const bool packed = !file->gzip.empty() && request.has_header(gzip_header);
  if (packed)
    response.set_header("Content-Encoding", "gzip");
  response.set_content(packed ? file->gzip : file->bytes, file->type);
}

void Server::Routes::send_fixed(const Request& request, Response& response, const std::string& name,
                                const std::function<json()>& make) {
  const Prepared* prepared = nullptr;
  {
    const std::lock_guard lock(mutex_);
    auto found = fixed_.find(name);
    if (found == fixed_.end()) {
      Prepared made;
      made.bytes = dump(make());
      made.gzip = gzip(made.bytes);
      made.etag = "\"" + hash_text(made.bytes) + "\"";
      found = fixed_.emplace(name, std::move(made)).first;
    }
    prepared = &found->second; // entries never change or go
  }
  response.set_header("Cache-Control", "no-cache");
  response.set_header("ETag", prepared->etag);
  response.set_header("Vary", "Accept-Encoding");
  if (same_etag(request, prepared->etag)) {
    response.status = 304;
    return;
  }
  const bool packed = request.has_header(gzip_header) && !prepared->gzip.empty();
  if (packed)
    response.set_header("Content-Encoding", "gzip");
  response.set_content(packed ? prepared->gzip : prepared->bytes, json_type);
}

void Server::Routes::send_json(const Request& request, Response& response, const json& value) {
  response.set_header("Cache-Control", "no-store");
  std::string bytes = dump(value);
  if (request.has_header(gzip_header) && bytes.size() > 1400) {
    response.set_header("Content-Encoding", "gzip");
    bytes = gzip(bytes);
  }
  response.set_content(std::move(bytes), json_type);
}

void Server::Routes::get_api(const Request& request, Response& response) {
  const std::string& path = request.path;
  const Pack& pack = service_.pack();
  const std::map<std::string, std::function<json()>> fixed = {
      {"/api/system", [&] { return service_.system(); }},
      {"/api/map", [&] { return map_json(pack); }},
      {"/api/observed", [&] { return observed_json(pack); }},
      {"/api/parameters", [&] { return parameters_json(pack); }},
      {"/api/sources", [&] { return sources_json(pack); }},
      {"/api/variables", [&] { return variables_json(pack); }},
      {"/api/claims", [&] { return claims_json(pack); }},
      {"/api/fates", [&] { return fates_json(); }},
  };
  if (const auto found = fixed.find(path); found != fixed.end())
    return send_fixed(request, response, path, found->second);
  constexpr std::string_view variable = "/api/variable/";
  if (path.starts_with(variable))
    return send_json(request, response, variable_json(pack, path.substr(variable.size())));
  if (path == "/api/status")
    return send_json(request, response, service_.status());
  if (path == "/api/evidence") {
    const std::string theory =
        request.has_param("theory") ? request.get_param_value("theory") : std::string("open");
    return send_json(request, response, service_.evidence(theory.substr(0, 200)));
  }
  if (path == "/api/hindcast")
    return send_json(request, response, hindcast_json(pack));
  if (path == "/api/weights")
    return send_json(request, response, weights_json(pack));
  throw ApiError(404, "A104", "there is nothing at this address", "docs/api.md lists them");
}

void Server::Routes::post(const Request& request, Response& response, const std::string& body) {
  const std::string& path = request.path;
  static const std::vector<std::string> known = {"/api/preview", "/api/run",      "/api/theories",
                                                 "/api/flows",   "/api/journeys", "/api/loops",
                                                 "/api/why",     "/api/lives",    "/api/export"};
  if (std::find(known.begin(), known.end(), path) == known.end())
    throw ApiError(404, "A104", "there is nothing at this address", did_you_mean(path, known));
  const Pack& pack = service_.pack();
  const auto asked = std::make_shared<const Service::Asked>(service_.ask(
      read_scenario(parse_body(body), pack.system->manifest().clock, pack.baseline, pack.draws)));
  const ScenarioRequest& scenario = asked->request;
  if (path == "/api/preview" && scenario.grow) {
    return stream(request, response, [=, this](const Client& c) {
      c.write({{"type", "answer"}, {"answer", service_.preview(*asked, c)}});
    });
  }
  if (path == "/api/preview")
    return answer_when_done(request, response,
                            [=, this](const Client& c) { return service_.preview(*asked, c); });
  if (path == "/api/flows")
    return answer_when_done(request, response,
                            [=, this](const Client& c) { return service_.flows(*asked, c); });
  if (path == "/api/journeys")
    return answer_when_done(request, response,
                            [=, this](const Client& c) { return service_.journeys(*asked, c); });
  if (path == "/api/loops")
    return answer_when_done(request, response,
                            [=, this](const Client& c) { return service_.loops(*asked, c); });
  if (path == "/api/run")
    return stream(request, response, [=, this](const Client& c) { service_.run(*asked, c); });
  if (path == "/api/theories")
    return stream(request, response, [=, this](const Client& c) { service_.theories(*asked, c); });
  if (path == "/api/why") {
    if (scenario.why.outcome.empty())
      throw ApiError(400, "A101", "'outcome' is missing");
    return stream(request, response, [=, this](const Client& c) {
      asked->request.mechanisms ? service_.why_mechanisms(*asked, c) : service_.why(*asked, c);
    });
  }
  if (path == "/api/lives") {
    const people::StoryRequest story = service_.story_of(scenario.who);
    return answer_when_done(
        request, response, [=, this](const Client& c) { return service_.lives(*asked, story, c); });
  }
  if (scenario.format != "csv" && scenario.format != "html")
    throw ApiError(400, "A101", "'format' must be csv or html");
  const bool csv = scenario.format == "csv";
  std::string file = csv ? service_.export_csv(*asked) : service_.export_html(*asked);
  response.set_header("Cache-Control", "no-store");
  response.set_header("Content-Disposition", fmt::format("attachment; filename=\"cauce-{}.{}\"",
                                                         asked->trial->id, scenario.format));
  response.set_content(std::move(file), csv ? "text/csv; charset=utf-8" : "text/html");
}

json Server::Routes::told_apart(const std::function<json()>& work) const {
  try {
    return work();
  } catch (const Cancelled&) {
    return {{"type", "cancelled"}, {"reason", finishing_ ? "shutdown" : "replaced"}};
  } catch (const ApiError& error) {
    json body = error_json(error.code(), error.what(), error.hint());
    body["type"] = "error";
    return body;
  } catch (const Error& error) {
    json body = error_json("A199", error.diagnostic().message, error.diagnostic().hint);
    body["type"] = "error";
    return body;
  } catch (const std::exception& problem) {
    json body = error_json("A199", problem.what(), "please report it");
    body["type"] = "error";
    return body;
  }
}

void Server::Routes::stream(const Request& request, Response& response, Streamed work) {
  response.set_header("Cache-Control", "no-store");
  const std::string id = request.get_header_value(client_header);
  response.set_chunked_content_provider(
      "application/x-ndjson",
      [this, id, work = std::move(work)](std::size_t, httplib::DataSink& sink) {
        const Client client{id, [&] { return !sink.is_writable(); },
                            [&](const json& value) {
                              const std::string line = dump(value) + "\n";
                              return sink.write(line.data(), line.size());
                            }};
        const json last = told_apart([&] {
          work(client);
          return json(nullptr);
        });
        if (!last.is_null())
          client.write(last);
        sink.done();
        return true;
      });
}

void Server::Routes::answer_when_done(const Request& request, Response& response, Whole work) {
  const bool packed = request.has_header(gzip_header);
  const std::string id = request.get_header_value(client_header);
  response.set_header("Cache-Control", "no-store");
  if (packed)
    response.set_header("Content-Encoding", "gzip");
  response.set_chunked_content_provider(
      json_type, [this, id, packed, work = std::move(work)](std::size_t, httplib::DataSink& sink) {
        const Client client{id, [&] { return !sink.is_writable(); }, {}};
        const json value = told_apart([&] { return work(client); });
        const std::string bytes = packed ? gzip(dump(value)) : dump(value);
        sink.write(bytes.data(), bytes.size());
        sink.done();
        return true;
      });
}

Server::Server(ServerOptions options) : routes_(std::make_unique<Routes>(std::move(options))) {}
Server::~Server() { finish(); }
int Server::port() const { return routes_->port(); }
bool Server::has_front_end() const { return routes_->has_front_end(); }
Service& Server::service() { return routes_->service(); }
void Server::listen() { routes_->listen(); }
void Server::finish() { routes_->finish(); }

} // namespace cauce::serve
