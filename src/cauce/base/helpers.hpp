// Threads without work of their own help those that have some.
//
// Work that is over in a hundred microseconds and comes again at once (a step of the people) is too
// short for threads that are started or woken for it. So idle threads are lent; they watch for a
// fraction of a millisecond before they sleep.
#pragma once

#include "cauce/base/threads.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <vector>

namespace cauce {

class Helpers {
 public:
  /// Lends this thread to those who share work, until `enough()` holds: a cheap question, asked all
  /// the time while watching and after each `wake`.
  void lend(const std::function<bool()>& enough);

  /// Has those who sleep in `lend` ask again.
  void wake();

  /// Threads lent now.
  std::size_t lent() const { return lent_.load(std::memory_order_relaxed); }

  /// Calls `work(i, slot)` once for each i < `count`, in any order: on this thread, as slot 0, and
  /// on threads lent, with slots below `most` of their own. Failures as of `parallel_for`.
  template <typename Work> void share(std::size_t count, std::size_t most, Work&& work) {
    Pieces pieces(count);
    const auto part = [&](std::size_t slot) { pieces.work_off(slot, work); };
    if (count > 1 && most > 1 && lent() > 0)
      share_parts(most, part);
    else
      part(0);
    pieces.rethrow();
  }

 private:
  struct Shared; // work to which others may come
  void share_parts(std::size_t most, const std::function<void(std::size_t slot)>& part);
  bool help();

  std::mutex mutex_;
  std::vector<Shared*> shared_;        ///< by `mutex_`
  std::atomic<std::uint32_t> news_{0}; ///< rises when something is shared, and to wake
  std::atomic<std::size_t> lent_{0};
};

/// Threads that do nothing but help, as long as this lives.
class LentThreads {
 public:
  LentThreads(Helpers& helpers, std::size_t threads);
  ~LentThreads();
  LentThreads(const LentThreads&) = delete;
  LentThreads& operator=(const LentThreads&) = delete;

 private:
  Helpers& helpers_;
  std::atomic<bool> over_{false};
  std::vector<std::jthread> threads_;
};

} // namespace cauce
