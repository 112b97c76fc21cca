// The work farm: independent tasks handed out one by one to threads and, under mpirun, to ranks.
//
//   Farm farm(work, {.threads = 2});       // work: request bytes -> result bytes
//   if (farm.served())
//     return;                              // a helping rank: its part is done
//   farm.run(requests, [&](std::size_t task, Bytes result) { ... });
//
// A request says all that its task needs, so a helping rank does not follow the program: it comes
// to the same Farm (same pack, same `work`), serves until the first rank's Farm ends, and leaves.
// Whoever is free gets the next task. A result belongs to its task, not to who did it or when, so
// what is put together from them has the same bytes for any number of threads and ranks.
#pragma once

#include "cauce/base/helpers.hpp"
#include "cauce/study/bytes.hpp"

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cauce::study {

struct FarmOptions {
  std::size_t threads = 0; ///< of each rank; 0: as many as the rank has processors
  const std::atomic<bool>* cancel = nullptr; ///< set by others: no task is begun any more
  /// A rank that has not been heard of for so long is given up and its tasks go to others.
  double lost_after_seconds = 120.0;
  /// Told how far a batch is, besides the bar on the terminal: after each task and otherwise some
  /// twenty times a second, in the thread that runs the farm. What it throws ends the batch when
  /// the tasks in hand have ended, and what was received stays received.
  std::function<void(const std::string& what, std::size_t done, std::size_t total)> watch = {};
};

/// Throws Error S104 when somebody asked to stop: for the preparation of many tasks, which the farm
/// does not see.
void stop_if_cancelled(const FarmOptions& options, std::string_view what);

struct Batch {
  std::string what = "tasks"; ///< shown with the progress bar
  /// Names a task in messages of failure ("theory open member 3").
  std::function<std::string(std::size_t task)> describe;
};

class Farm {
 public:
  /// Threads of the farm that have no task are lent to `helpers` meanwhile.
  using Work = std::function<Bytes(std::span<const std::byte> request, Helpers& helpers)>;
  using Ask = std::function<Bytes(std::size_t task)>;
  using Receive = std::function<void(std::size_t task, Bytes result)>;

  /// `work` is called from many threads at once. In a helping rank this returns when the first
  /// rank's Farm has ended. Throws Error S106 (ranks without MPI).
  explicit Farm(Work work, FarmOptions options = {});
  ~Farm();
  Farm(const Farm&) = delete;
  Farm& operator=(const Farm&) = delete;

  bool served() const { return served_; }
  const FarmOptions& options() const { return options_; }
  std::size_t threads() const { return options_.threads; }
  int ranks() const;

  /// Does all tasks and calls `receive` for each, in this thread, in the order in which they end.
  /// All tasks are tried; then failures are thrown together as Errors (S102, the first three).
  /// Throws Error S104 when cancelled (what was received stays received), and what `receive`
  /// throws.
  void run(std::span<const Bytes> requests, const Receive& receive, const Batch& batch = {});

  /// The same for tasks 0 to `count` - 1, whose requests are made when they are handed out, in this
  /// thread: thousands of them need not be in memory together. `ask` gives the same again when a
  /// task has to be handed out again.
  void run(std::size_t count, const Ask& ask, const Receive& receive, const Batch& batch = {});

  /// The results in the order of the requests.
  std::vector<Bytes> map(std::span<const Bytes> requests, const Batch& batch = {});

 private:
  struct State;
  void serve();

  Work work_;
  FarmOptions options_;
  bool served_ = false;
  std::uint32_t batches_ = 0;
  std::unique_ptr<State> state_; ///< of the first rank
};

} // namespace cauce::study
