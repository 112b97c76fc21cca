// Who computes next: the threads that simulate for all clients, and the fair queue before them.
//
// A job is a number of units (one member of an ensemble each). Quick jobs (previews) go first, in
// the order of their arrival. Of the others only a few are in work at once, so that memory stays
// bounded, and those share the threads unit by unit: the one with the fewest units begun is next,
// so a long run never holds up a short one. A unit calls `each_month` as it goes: that is where a
// cancelled job stops, and where a long unit lets waiting previews pass (for at most three times
// its own time, so that it ends even when previews never cease).
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace cauce::serve {

enum class Urgency { quick, normal };

/// Thrown through a unit's work when its job was cancelled.
class Cancelled : public std::exception {
 public:
  const char* what() const noexcept override { return "cancelled"; }
};

class Job {
 public:
  using EachMonth = std::function<void()>;
  using Work = std::function<void(std::size_t unit, const EachMonth& each_month)>;

  Job(Urgency urgency, std::size_t units, Work work)
      : urgency_(urgency), units_(units), work_(std::move(work)) {}

  Urgency urgency() const { return urgency_; }
  std::size_t units() const { return units_; }

  /// Its units end at their next month; those not begun are dropped.
  void cancel();
  bool cancelled() const { return cancelled_; }

  /// Units that ended well.
  std::size_t done() const;
  /// All units have ended or been dropped, and none is running.
  bool finished() const;
  /// Waits until more than `seen` units are done, the job is finished, or the time is up.
  void wait(std::size_t seen, std::chrono::milliseconds time) const;
  /// Rethrows the first failure of a unit, or Cancelled.
  void rethrow() const;

 private:
  friend class Workers;
  void end_unit(std::exception_ptr failure);

  Urgency urgency_;
  std::size_t units_;
  Work work_;
  std::atomic<bool> cancelled_{false};
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::size_t begun_ = 0, running_ = 0, done_ = 0;
  bool dropped_ = false; // nothing more will begin
  std::exception_ptr failure_;
};

class Workers {
 public:
  /// `most_active` normal jobs are in work at once; at most `most_waiting` jobs are accepted.
  Workers(std::size_t threads, std::size_t most_active, std::size_t most_waiting);
  ~Workers();

  /// False when the queue is full or the workers are stopping.
  bool submit(const std::shared_ptr<Job>& job);
  /// Normal jobs that are to end before this one begins; 0 when it is in work.
  std::size_t ahead(const std::shared_ptr<Job>& job) const;

  std::size_t jobs() const;
  std::size_t threads() const { return pool_.size(); }
  /// Cancels everything and ends the threads.
  void stop();

 private:
  using Queue = std::list<std::shared_ptr<Job>>;
  struct Unit {
    std::shared_ptr<Job> job;
    std::size_t index = 0;
  };
  void loop();
  Unit next_quick();  // under the lock; empty when there is none
  Unit next_normal(); // under the lock
  void run(const Unit& unit);
  void forget(const std::shared_ptr<Job>& job);
  void let_quick_pass(std::chrono::steady_clock::time_point began,
                      std::chrono::steady_clock::duration& given);

  std::size_t most_active_, most_waiting_;
  mutable std::mutex mutex_;
  std::condition_variable work_there_;
  Queue quick_, normal_;
  std::atomic<bool> quick_waiting_{false};
  std::size_t quick_in_a_row_ = 0;
  bool stopping_ = false;
  std::vector<std::jthread> pool_;
};

} // namespace cauce::serve
