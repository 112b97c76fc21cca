#include "cauce/study/stored.hpp"

#include "cauce/results/store.hpp"
#include "cauce/study/program_build.hpp"
#include "cauce/study/runs.hpp"

#include <fmt/format.h>
#include <optional>

namespace cauce::study {

std::vector<Bytes> map_stored(Farm& farm, std::span<const Bytes> requests, const Batch& batch,
                              const StoredTasks& stored, std::size_t& from_store) {
  std::vector<Bytes> results(requests.size());
  std::optional<results::Store> store;
  if (!stored.store.empty())
    store.emplace(results::Store::open(stored.store));
  std::vector<std::string> keys;
  std::vector<std::size_t> missing;
  std::vector<Bytes> asked;
  for (std::size_t t = 0; t < requests.size(); ++t) {
    stop_if_cancelled(farm.options(), batch.what);
    keys.push_back(results::KeyMaker().add(stored.fixed).add(requests[t]).key());
    std::optional<Bytes> found = store ? store->find(keys.back()) : std::nullopt;
    if (found) {
      results[t] = std::move(*found);
      ++from_store;
      continue;
    }
    missing.push_back(t);
    asked.push_back(requests[t]);
  }
  const std::string program = fmt::format("build {}", program_build());
  const auto name = [&](std::size_t index) {
    const std::size_t task = missing[index];
    return batch.describe ? batch.describe(task) : fmt::format("task {}", task);
  };
  farm.run(asked,
           [&](std::size_t index, Bytes bytes) {
             if (store) {
               store->put(
                   keys[missing[index]], bytes,
                   {stored.system, fmt::format("{}, {}", stored.what, name(index)), program});
             }
             results[missing[index]] = std::move(bytes);
           },
           {batch.what, name});
  return results;
}

} // namespace cauce::study
