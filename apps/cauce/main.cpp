// `cauce`: reads the command line, runs one subcommand, and turns what goes wrong into one clear
// message and exit status 2 (1 is kept for "ran, and the answer is no").
#include "commands.hpp"
#include "run_options.hpp"

#include "cauce/base/diagnostics.hpp"

#include <cstdio>
#include <exception>
#include <fmt/format.h>
#include <new>

int main(int argc, char** argv) {
  CLI::App app{"Cauce: what moves people from northern Central America to the United States, and "
               "what policies do to it"};
  app.name("cauce");
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string("cauce ") + CAUCE_VERSION);
  cauce::app::set_command_line(argc, argv);
  cauce::app::add_run(app);
  cauce::app::add_compare(app);
  cauce::app::add_attribute(app);
  cauce::app::add_sensitivity(app);
  cauce::app::add_study(app);
  cauce::app::add_follow(app);
  cauce::app::add_calibrate(app);
  cauce::app::add_check(app);
  cauce::app::add_hindcast(app);
  cauce::app::add_claims(app);
  cauce::app::add_evidence(app);
  cauce::app::add_model(app);
  cauce::app::add_report(app);
  cauce::app::add_serve(app);
  cauce::app::add_explain(app);
  cauce::app::add_xmile(app);
  cauce::app::add_flee(app);
  try {
    app.parse(argc, argv);
    return 0;
  } catch (const CLI::ParseError& problem) {
    return app.exit(problem) == 0 ? 0 : 2;
  } catch (const cauce::Error& problem) {
    fmt::print(stderr, "{}\n", problem.what());
  } catch (const cauce::Errors& problems) {
    fmt::print(stderr, "{}\n", problems.what());
  } catch (const std::bad_alloc&) {
    fmt::print(stderr, "error U100: out of memory (try a larger --scale or fewer --members)\n");
  } catch (const std::exception& problem) {
    fmt::print(stderr, "error U199: {} (a fault of the program: please report it)\n",
               problem.what());
  }
  return 2;
}
