// `cauce serve`: the web application and its API on a local port, until Ctrl-C.
#include "commands.hpp"

#include "cauce/serve/server.hpp"
#include "cauce/system/find_pack.hpp"

#include <csignal>
#include <fmt/format.h>
#include <map>
#include <memory>
#include <thread>

namespace cauce::app {

namespace {
struct ServeOptions {
  std::string pack{system::default_pack};
  serve::ServerOptions server;
};

// The built front end: beside the sources, or where it was installed.
std::filesystem::path find_front_end() {
  const std::filesystem::path program = system::program_folder();
  for (const std::filesystem::path& folder :
       {std::filesystem::path("web/app/dist"), program / "../../../web/app/dist",
        program / "../share/cauce/web"}) {
    std::error_code ignored;
    if (std::filesystem::is_regular_file(folder / "index.html", ignored))
      return folder;
  }
  return {};
}

void serve_until_stopped(ServeOptions options) {
  // Signals are taken by one thread of ours; all others, also those of the library, block them.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  options.server.service.pack = system::find_pack(options.pack);
  options.server.service.version = CAUCE_VERSION;
  if (options.server.web.empty())
    options.server.web = find_front_end();
  serve::Server server(options.server);
  fmt::print("Cauce answers on http://{}:{}/{}\n",
             options.server.host == "0.0.0.0" ? "127.0.0.1" : options.server.host, server.port(),
             server.has_front_end() ? "" : "api/system (the front end has not been built)");
  fmt::print("Ctrl-C ends it.\n");
  std::fflush(stdout);
  std::jthread stopper([&] {
    int signal = 0;
    sigwait(&signals, &signal);
    server.finish();
  });
  server.listen();
  // Where listening ended by itself, the stopper still waits.
  pthread_kill(stopper.native_handle(), SIGTERM);
}
} // namespace

void add_serve(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("serve", "The web application on a local port, until Ctrl-C");
  auto options = std::make_shared<ServeOptions>();
  serve::ServiceOptions& service = options->server.service;
  service.threads = std::max(1U, std::thread::hardware_concurrency());
  command->add_option("PACK", options->pack, "Folder or name of the pack")->capture_default_str();
  command->add_option("--port", options->server.port, "Port; 0 takes any free one")
      ->check(CLI::Range(0, 65535))
      ->capture_default_str();
  command
      ->add_option("--host", options->server.host,
                   "Address to bind to; anything but loopback lets other machines in")
      ->capture_default_str();
  command->add_option("--name", options->server.names,
                      "A further name by which it may be called (a proxy's); several times");
  command->add_option("--web", options->server.web, "Folder of the built front end");
  command->add_option("--members", service.full.members, "Members of the full ensemble")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command
      ->add_option("--scale", service.full.scale,
                   "One simulated person for each SCALE real ones in the full ensemble")
      ->check(CLI::Range(1.0, 1e6))
      ->capture_default_str();
  command->add_option("--preview-members", service.preview.members, "Members of a preview")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  command->add_option("--preview-scale", service.preview.scale, "Scale of a preview")
      ->check(CLI::Range(1.0, 1e6))
      ->capture_default_str();
  command
      ->add_option(
          "--draws", service.draws,
          "Where members' parameters come from unless a reader chooses: prior, or posterior "
          "(calibrated draws, for theories that have them)")
      ->transform(CLI::CheckedTransformer(std::map<std::string, study::Draws>{
          {"prior", study::Draws::prior}, {"posterior", study::Draws::posterior}}))
      ->default_str("posterior");
  command->add_option("--seed", service.seed, "Seed of all luck")->capture_default_str();
  command->add_option("--threads", service.threads, "Threads that simulate")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  command->add_option("--memory", service.memory_mib, "MiB kept for snapshots and finished runs")
      ->check(CLI::Range(64, 1 << 20))
      ->capture_default_str();
  command->callback([options] {
    serve::ServiceOptions& s = options->server.service;
    if (s.preview.members > s.full.members) {
      throw Error("U107", {}, "a preview cannot have more members than the full ensemble",
                  "raise --members or lower --preview-members");
    }
    serve_until_stopped(*options);
  });
}

} // namespace cauce::app
