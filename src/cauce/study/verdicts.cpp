#include "cauce/study/verdicts.hpp"

#include "cauce/base/files.hpp"
#include "cauce/study/posterior.hpp"
#include "cauce/study/probe.hpp"

#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>

namespace cauce::study {

namespace fs = std::filesystem;

fs::path verdicts_folder(const system::System& system) { return system.folder() / "verdicts"; }

std::vector<std::pair<std::string, std::string>>
verdict_inputs(const system::System& system, const std::vector<std::string>& theories) {
  std::vector<std::pair<std::string, std::string>> files;
  for (const auto& [file, hash] : system.files()) {
    if (file != "claims.csv" && file != "events.csv" && file != "data/sources.csv")
      files.emplace_back(file, hash);
  }
  for (auto& file : posterior_files(system, theories, Draws::posterior))
    files.push_back(std::move(file));
  return files;
}

namespace {
fs::path manifest_file(const system::System& system) {
  return verdicts_folder(system) / "claims.manifest.json";
}
} // namespace

std::optional<bool> verdicts_stale(const system::System& system) {
  const fs::path notes = manifest_file(system);
  if (!fs::exists(verdicts_folder(system) / "claims.json"))
    return std::nullopt;
  if (!fs::exists(notes))
    return true;
  const auto manifest = nlohmann::json::parse(read_text(notes), nullptr, false);
  try {
    const auto made = manifest.at("inputs").get<std::map<std::string, std::string>>();
    const auto now =
        verdict_inputs(system, manifest.at("theories").get<std::vector<std::string>>());
    return made != std::map<std::string, std::string>(now.begin(), now.end());
  } catch (const nlohmann::json::exception&) {
    return true;
  }
}

void check_verdicts(const system::System& system, Diagnostics& findings) {
  const auto stale = verdicts_stale(system);
  if (!stale)
    return;
  const char* made_with = nullptr;
  if (*stale) {
    made_with = "with other equations, draws, data or claims than the pack now has";
  } else {
    const auto manifest = nlohmann::json::parse(read_text(manifest_file(system)));
    if (manifest.value("people", "") != people_probe(system, system.manifest().clock.data_until))
      made_with = "by a program whose people draw otherwise";
  }
  if (made_with != nullptr) {
    findings.warning("S125", {(verdicts_folder(system) / "claims.json").generic_string()},
                     fmt::format("the verdicts were made {}", made_with),
                     "run cauce claims again with --out and this folder");
  }
}

} // namespace cauce::study
