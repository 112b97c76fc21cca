// Work spread over threads so that its result does not depend on how many there are.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace cauce {

/// Calls `work(i, slot)` once for each i < `count`, on up to `threads` threads, in any order: each
/// call must touch only what belongs to i, or to the slot (below `threads`): no two calls with the
/// same slot run at once. All calls finish even when some throw; then the exception of the lowest i
/// is rethrown.
template <typename Work>
void parallel_for_slots(std::size_t count, std::size_t threads, Work&& work) {
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::size_t failed = count;
  std::exception_ptr failure;
  const auto loop = [&](std::size_t slot) {
    for (std::size_t i = next++; i < count; i = next++) {
      try {
        work(i, slot);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (i < failed) {
          failed = i;
          failure = std::current_exception();
        }
      }
    }
  };
  const std::size_t helpers = std::min(threads, count);
  std::vector<std::jthread> pool;
  for (std::size_t t = 1; t < helpers; ++t)
    pool.emplace_back(loop, t);
  loop(0);
  pool.clear();
  if (failure)
    std::rethrow_exception(failure);
}

/// The same without slots: `work(i)`.
template <typename Work> void parallel_for(std::size_t count, std::size_t threads, Work&& work) {
  parallel_for_slots(count, threads, [&](std::size_t i, std::size_t) { work(i); });
}

} // namespace cauce
