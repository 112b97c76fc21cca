// `cauce xmile check MODEL`: all findings of a file, units among them, without running it.
#include "xmile.hpp"

#include <cstdio>
#include <fmt/format.h>
#include <memory>
#include <string>

namespace cauce::app {

void add_xmile_check(CLI::App& xmile) {
  CLI::App* command =
      xmile.add_subcommand("check", "Find mistakes in a model: equations, arrays, cycles, units");
  auto path = std::make_shared<std::string>();
  command->add_option("MODEL", *path, "The XMILE file")->required();
  command->callback([path] {
    Diagnostics findings;
    const auto model = conditions::load_model(*path, findings);
    if (!findings.items().empty())
      fmt::print("{}\n", findings.text());
    std::size_t shown = 0, hidden = 0, elements = 0, without_units = 0;
    for (const conditions::VariableInfo& info : model->variables()) {
      ++(info.hidden ? hidden : shown);
      elements += info.size;
      without_units += !info.hidden && info.units.empty();
    }
    fmt::print("{}: {} variables ({} more inside delays and macros), {} elements, {} without "
               "units; {} warnings\n",
               *path, shown, hidden, elements, without_units, findings.warnings());
  });
}

} // namespace cauce::app
