// `cauce xmile run|check|loops|doc|layout`: work with a system-dynamics model on its own.
#include "xmile.hpp"

#include "commands.hpp"

namespace cauce::app {

void add_xmile(CLI::App& app) {
  CLI::App* xmile = app.add_subcommand("xmile", "Run, check, explain and document an XMILE model");
  xmile->require_subcommand(1);
  add_xmile_run(*xmile);
  add_xmile_check(*xmile);
  add_xmile_loops(*xmile);
  add_xmile_doc(*xmile);
  add_xmile_layout(*xmile);
}

} // namespace cauce::app
