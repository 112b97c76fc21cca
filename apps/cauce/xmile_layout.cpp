// `cauce xmile layout MODEL`: the model with a diagram, so that it opens well in other tools.
#include "xmile.hpp"

#include "cauce/base/files.hpp"
#include "cauce/conditions/layout.hpp"

#include <fmt/format.h>
#include <memory>
#include <string>

namespace cauce::app {

void add_xmile_layout(CLI::App& xmile) {
  CLI::App* command = xmile.add_subcommand(
      "layout", "Give a model a laid-out diagram: one box a group, nothing overlapping");
  auto path = std::make_shared<std::string>();
  auto out = std::make_shared<std::string>();
  command->add_option("MODEL", *path, "The XMILE file")->required();
  command->add_option("--out", *out, "The file with views; it may be the model itself")->required();
  command->callback([path, out] {
    Diagnostics findings;
    const std::string text = conditions::with_views(read_text(*path), *path, findings);
    if (!findings.ok())
      throw Errors(findings);
    write_text_atomic(*out, text);
    fmt::print("{} written with its diagram\n", *out);
  });
}

} // namespace cauce::app
