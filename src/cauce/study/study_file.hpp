// A study as a TOML file: which system, which policies under which theories, and what is asked.
// docs/studies.md lists every key.
#pragma once

#include "cauce/study/attribution.hpp"
#include "cauce/study/optimisation.hpp"
#include "cauce/study/robustness.hpp"
#include "cauce/study/sensitivity.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace cauce::study {

struct CompareSection {
  std::vector<std::string> outcomes; ///< none: all
  bool by_place = false, by_group = false, by_month = false;
  std::map<std::string, double> cost_of_lever; ///< USD a unit and month, besides levers.csv
};

/// Sections that the file has not are empty. Months, seed, farm and store of each are filled in by
/// `complete`.
struct StudyFile {
  std::filesystem::path file, system, store, out; ///< as if given from where the program runs
  std::string name;
  Bilingual title;
  double scale = 1.0;
  std::uint64_t seed = 2017;
  std::size_t members = 20;
  Draws draws = Draws::posterior; ///< of all sections but [sensitivity], which takes priors
  std::vector<std::string> policies, theories;
  std::optional<Month> from, until;
  std::optional<CompareSection> compare;
  std::optional<AttributionRequest> attribute;
  std::optional<SensitivityRequest> sensitivity;
  std::optional<InformationRequest> information;
  std::optional<RobustnessRequest> robust;
  std::optional<OptimisationRequest> optimise;
};

/// Reads a file strictly: unknown keys, wrong types and values are findings with file and line
/// (B110 to B113, S111). Paths are relative to the file's folder. Throws Errors with all findings.
StudyFile read_study(const std::filesystem::path& path);

/// Fills in what depends on the system and on how the program was started.
void complete(StudyFile& study, const system::System& system, const FarmOptions& farm);

} // namespace cauce::study
