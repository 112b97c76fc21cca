#include "cauce/policy/theories.hpp"

#include "cauce/base/toml.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace cauce::policy {

namespace fs = std::filesystem;

namespace {
bool same(const evidence::Parameter& parameter, const Belief& belief) {
  return parameter.name == belief.name &&
         (belief.element.empty() || parameter.element == belief.element);
}

void check_known(const Belief& belief, std::span<const evidence::Parameter> parameters,
                 Diagnostics& findings) {
  if (std::any_of(parameters.begin(), parameters.end(),
                  [&](const evidence::Parameter& p) { return same(p, belief); })) {
    return;
  }
  std::vector<std::string> names;
  for (const evidence::Parameter& p : parameters)
    names.push_back(p.name);
  findings.error("Y109", belief.where,
                 belief.element.empty()
                     ? fmt::format("unknown parameter '{}'", belief.name)
                     : fmt::format("unknown parameter '{}[{}]'", belief.name, belief.element),
                 did_you_mean(belief.name, names));
}
} // namespace

std::vector<Theory> read_theories(const fs::path& folder,
                                  std::span<const evidence::Parameter> parameters,
                                  Diagnostics& findings) {
  std::vector<fs::path> files;
  std::error_code problem;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, problem)) {
    if (entry.path().extension() == ".toml")
      files.push_back(entry.path());
  }
  if (problem)
    throw Error("B101", {folder.generic_string()}, "the folder cannot be read");
  std::sort(files.begin(), files.end());
  std::vector<Theory> theories;
  for (const fs::path& file : files) {
    try {
      TomlTable root = TomlTable::read(file, findings);
      Theory theory;
      theory.where = {file.generic_string(), 0, 0};
      theory.name = root.text("name");
      theory.title = root.bilingual("title");
      theory.summary = root.bilingual("summary");
      for (TomlTable& table : root.tables("parameter")) {
        Belief belief;
        belief.where = table.where();
        belief.name = table.text("name");
        belief.element = table.text("element", "");
        const std::string distribution = table.text("distribution", "fixed");
        const double value = table.number("value");
        belief.prior = evidence::make_prior(distribution, value, table.optional_number("low"),
                                            table.optional_number("high"), "'" + belief.name + "'",
                                            belief.where, findings);
        belief.why = table.bilingual("why");
        table.finish();
        check_known(belief, parameters, findings);
        theory.beliefs.push_back(std::move(belief));
      }
      for (TomlTable& table : root.tables("cut")) {
        Belief belief;
        belief.where = table.where();
        belief.name = table.text("variable");
        belief.why = table.bilingual("why");
        table.finish();
        check_known(belief, parameters, findings);
        theory.beliefs.push_back(std::move(belief));
      }
      root.finish();
      if (theory.name != file.stem().string()) {
        findings.error("Y107", root.where("name"),
                       fmt::format("the theory is named '{}' in a file named '{}'", theory.name,
                                   file.filename().string()));
      }
      theories.push_back(std::move(theory));
    } catch (const Error& error) {
      findings.add(error.diagnostic());
    }
  }
  return theories;
}

std::vector<evidence::Parameter> under_theory(std::span<const evidence::Parameter> parameters,
                                              const Theory& theory) {
  std::vector<evidence::Parameter> believed(parameters.begin(), parameters.end());
  for (evidence::Parameter& parameter : believed) {
    for (const Belief& belief : theory.beliefs) {
      if (same(parameter, belief))
        parameter.prior = belief.prior;
    }
  }
  return believed;
}

} // namespace cauce::policy
