// Work spread over threads so that its result does not depend on how many there are.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace cauce {

/// Pieces of work, of which any number of threads take one after another.
class Pieces {
 public:
  explicit Pieces(std::size_t count) : count_(count), failed_(count) {}

  /// Calls `work(i, slot)` for pieces that nobody has taken, until there are none. `slot` is the
  /// caller's alone.
  template <typename Work> void work_off(std::size_t slot, Work& work) {
    for (std::size_t i = next_++; i < count_; i = next_++) {
      try {
        work(i, slot);
      } catch (...) {
        const std::lock_guard lock(mutex_);
        if (i < failed_) {
          failed_ = i;
          failure_ = std::current_exception();
        }
      }
    }
  }

  /// When all are done: throws what the lowest piece that failed threw.
  void rethrow() const {
    if (failure_)
      std::rethrow_exception(failure_);
  }

 private:
  std::size_t count_, failed_;
  std::atomic<std::size_t> next_{0};
  std::mutex mutex_;
  std::exception_ptr failure_;
};

/// Calls `work(i)` once for each i < `count`, on up to `threads` threads, in any order: each call
/// must touch only what belongs to i. All calls finish even when some throw; then the exception of
/// the lowest i is rethrown.
template <typename Work> void parallel_for(std::size_t count, std::size_t threads, Work&& work) {
  Pieces pieces(count);
  const auto call = [&work](std::size_t i, std::size_t) { work(i); };
  {
    std::vector<std::jthread> pool;
    for (std::size_t t = 1; t < std::min(threads, count); ++t)
      pool.emplace_back([&, t] { pieces.work_off(t, call); });
    pieces.work_off(0, call);
  }
  pieces.rethrow();
}

} // namespace cauce
