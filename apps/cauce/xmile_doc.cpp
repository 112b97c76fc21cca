// `cauce xmile doc MODEL`: the model's reference, made from its own equations and texts.
#include "xmile.hpp"

#include "cauce/base/files.hpp"
#include "cauce/conditions/reference.hpp"

#include <fmt/format.h>
#include <memory>
#include <string>

namespace cauce::app {

void add_xmile_doc(CLI::App& xmile) {
  CLI::App* command = xmile.add_subcommand(
      "doc", "Write a readable reference of a model (Markdown with typeset equations)");
  auto path = std::make_shared<std::string>();
  auto out = std::make_shared<std::string>();
  command->add_option("MODEL", *path, "The XMILE file")->required();
  command->add_option("--out", *out, "Markdown file; without it, standard output");
  command->callback([path, out] {
    const std::string text = conditions::reference_text(*load_and_warn(*path, false));
    if (out->empty())
      fmt::print("{}", text);
    else
      write_text_atomic(*out, text);
  });
}

} // namespace cauce::app
