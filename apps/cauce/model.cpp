// `cauce model PACK`: the reference of a pack's model, made from the model.
#include "commands.hpp"

#include "cauce/base/files.hpp"
#include "cauce/conditions/reference.hpp"
#include "cauce/study/model_page.hpp"

#include <fmt/format.h>
#include <memory>

namespace cauce::app {

void add_model(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "model", "Write the reference of a pack's model: sectors, coupling, equations, units");
  auto pack = std::make_shared<std::filesystem::path>();
  auto out = std::make_shared<std::filesystem::path>();
  command->add_option("PACK", *pack, "Folder of the pack")->required();
  command->add_option("--out", *out, "Markdown file; without it, standard output");
  command->callback([pack, out] {
    Diagnostics findings;
    const auto system = system::System::load(*pack, 1000.0, findings);
    const std::string page =
        study::model_page(*system) + "\n" + conditions::reference_text(*system->model());
    if (out->empty())
      fmt::print("{}", page);
    else
      write_text_atomic(*out, page);
  });
}

} // namespace cauce::app
