// `cauce check PACK`: all findings of a pack at once; the last line counts them.
#include "commands.hpp"

#include "cauce/study/posterior.hpp"
#include "cauce/study/verdicts.hpp"
#include "cauce/system/claims_check.hpp"

#include <fmt/format.h>
#include <memory>
#include <nlohmann/json.hpp>

namespace cauce::app {

namespace {
nlohmann::ordered_json finding_json(const Diagnostic& d) {
  nlohmann::ordered_json json;
  json["severity"] = severity_name(d.severity);
  json["code"] = d.code;
  json["file"] = d.where.file;
  json["line"] = d.where.line;
  json["message"] = d.message;
  json["hint"] = d.hint;
  return json;
}

int check(const std::filesystem::path& pack, bool json) {
  Diagnostics findings;
  system::ClaimCount claims;
  try {
    const auto system = system::System::load(pack, 1.0, findings);
    claims = system::count_claims(*system);
    study::check_posteriors(*system, findings);
    study::check_verdicts(*system, findings);
  } catch (const Errors&) {
    // `findings` holds them all.
  } catch (const Error& error) {
    findings.add(error.diagnostic());
  }
  if (json) {
    nlohmann::ordered_json all = nlohmann::json::array();
    for (const Diagnostic& finding : findings.items())
      all.push_back(finding_json(finding));
    fmt::print("{}\n", all.dump(2));
  } else {
    if (!findings.items().empty())
      fmt::print("{}\n", findings.text());
    if (claims.claims > 0) {
      fmt::print(
          "{} of {} claims housed: {} executable ({} propositions), {} context, {} elsewhere "
          "in the pack\n",
          claims.housed, claims.claims, claims.executable, claims.propositions, claims.context,
          claims.claims - claims.executable - claims.context);
    }
    fmt::print("{}: {} errors, {} warnings\n", pack.generic_string(), findings.errors(),
               findings.warnings());
  }
  return findings.ok() ? 0 : 2;
}
} // namespace

void add_check(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "check", "Check a pack: syntax, units, sources, names; all findings at once");
  auto pack = std::make_shared<std::filesystem::path>();
  auto json = std::make_shared<bool>(false);
  command->add_option("PACK", *pack, "Folder of the pack")->required();
  command->add_flag("--json", *json, "Print JSON");
  command->callback([pack, json] {
    if (const int status = check(*pack, *json); status != 0)
      throw CLI::RuntimeError(status);
  });
}

} // namespace cauce::app
