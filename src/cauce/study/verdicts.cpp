#include "cauce/study/verdicts.hpp"

#include "cauce/base/files.hpp"
#include "cauce/study/posterior.hpp"

#include <algorithm>
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

std::optional<bool> verdicts_stale(const system::System& system) {
  const fs::path folder = verdicts_folder(system), notes = folder / "claims.manifest.json";
  if (!fs::exists(folder / "claims.json"))
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
  if (verdicts_stale(system).value_or(false)) {
    findings.warning("S125", {(verdicts_folder(system) / "claims.json").generic_string()},
                     "the verdicts were made with other equations, draws, data or claims than the "
                     "pack now has",
                     "run cauce claims again with --out and this folder");
  }
}

} // namespace cauce::study
