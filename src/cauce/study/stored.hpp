// Tasks of a farm whose results the run store keeps: what was computed once is not computed again,
// and a study that was stopped goes on with what is missing.
#pragma once

#include "cauce/study/farm.hpp"

#include <filesystem>
#include <string>

namespace cauce::study {

struct StoredTasks {
  std::filesystem::path store; ///< folder of the run store; none when empty
  /// Hash of all that a result depends on besides its request (pack, program, scale, ...).
  std::string fixed;
  std::string system, what; ///< the pack's name and the study's, for the store's catalogue
};

/// The results in the order of the requests; `from_store` is raised by those that were stored.
/// Throws what Farm::run and results::Store throw; results that came before are then in the store.
std::vector<Bytes> map_stored(Farm& farm, std::span<const Bytes> requests, const Batch& batch,
                              const StoredTasks& stored, std::size_t& from_store);

} // namespace cauce::study
