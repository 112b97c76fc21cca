// The files of a run: results.nc, summary.csv and manifest.json, each whole or absent.
#pragma once

#include "cauce/results/cube.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace cauce::results {

/// What a reader needs to do the run again.
struct Manifest {
  std::string version;     ///< of the program
  std::string command;     ///< the command line
  std::string pack;        ///< its name
  std::string pack_folder; ///< as given on the command line
  std::uint64_t seed = 0;
  double scale = 1.0;
  std::size_t members = 0;
  std::string from, until; ///< months
  std::string decision;    ///< the month from which policies may differ
  std::vector<std::string> policies, theories;
  std::vector<std::string> calibrated; ///< theories whose members' parameters are calibrated draws
  std::vector<std::pair<std::string, double>> settings;    ///< what else decides, by name
  std::vector<std::pair<std::string, std::string>> inputs; ///< file and hash of its bytes
  std::string people; ///< probe of the program (study/probe.hpp); empty where none was taken
};

/// NetCDF-4: one float variable an outcome, with dimensions policy, theory, member, time, and its
/// place and group axes; coordinates hold the names; `time` counts days since 1970-01-01. Content
/// depends on nothing but the cube. Throws Error R101 (the library's words).
void write_netcdf(const Cube& cube, const std::filesystem::path& path);

/// Tidy rows policy,theory,variable,place,group,month,mean,q05,q25,q50,q75,q95 over the members.
void write_summary(const Cube& cube, const std::filesystem::path& path);

void write_manifest(const Manifest& manifest, const std::filesystem::path& path);

/// All three in `folder` (which exists).
void write_results(const Cube& cube, const Manifest& manifest, const std::filesystem::path& folder);

} // namespace cauce::results
