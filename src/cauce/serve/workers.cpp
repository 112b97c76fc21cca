#include "cauce/serve/workers.hpp"

#include <algorithm>

namespace cauce::serve {

using std::chrono::steady_clock;

namespace {
// After so many quick units in a row a waiting normal one begins.
constexpr std::size_t quick_before_normal = 8;
constexpr int pass_factor = 3;
constexpr std::chrono::milliseconds pass_free{200};
} // namespace

void Job::cancel() {
  cancelled_ = true;
  const std::lock_guard lock(mutex_);
  dropped_ = true;
  changed_.notify_all();
}

std::size_t Job::done() const {
  const std::lock_guard lock(mutex_);
  return done_;
}

bool Job::finished() const {
  const std::lock_guard lock(mutex_);
  return running_ == 0 && (dropped_ || begun_ == units_);
}

void Job::wait(std::size_t seen, std::chrono::milliseconds time) const {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, time, [&] {
    return done_ > seen || (running_ == 0 && (dropped_ || begun_ == units_));
  });
}

void Job::rethrow() const {
  const std::lock_guard lock(mutex_);
  if (failure_)
    std::rethrow_exception(failure_);
  if (cancelled_)
    throw Cancelled();
}

void Job::end_unit(std::exception_ptr failure) {
  const std::lock_guard lock(mutex_);
  --running_;
  if (!failure) {
    ++done_;
  } else {
    dropped_ = true;
    if (!failure_)
      failure_ = std::move(failure);
  }
  changed_.notify_all();
}

Workers::Workers(std::size_t threads, std::size_t most_active, std::size_t most_waiting)
    : most_active_(most_active), most_waiting_(most_waiting) {
  for (std::size_t t = 0; t < std::max<std::size_t>(threads, 1); ++t)
    pool_.emplace_back([this] { loop(); });
}

Workers::~Workers() { stop(); }

void Workers::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (const Queue* queue : {&quick_, &normal_}) {
      for (const auto& job : *queue)
        job->cancel();
    }
    work_there_.notify_all();
  }
  pool_.clear();
}

bool Workers::submit(const std::shared_ptr<Job>& job) {
  const std::lock_guard lock(mutex_);
  if (stopping_ || quick_.size() + normal_.size() >= most_waiting_)
    return false;
  if (job->urgency() == Urgency::quick) {
    quick_.push_back(job);
    quick_waiting_ = true;
  } else {
    normal_.push_back(job);
  }
  work_there_.notify_all();
  return true;
}

std::size_t Workers::ahead(const std::shared_ptr<Job>& job) const {
  const std::lock_guard lock(mutex_);
  std::size_t place = 0;
  for (const auto& other : normal_) {
    if (other == job)
      return place < most_active_ ? 0 : place - most_active_ + 1;
    ++place;
  }
  return 0;
}

std::size_t Workers::jobs() const {
  const std::lock_guard lock(mutex_);
  return quick_.size() + normal_.size();
}

Workers::Unit Workers::next_quick() {
  for (const auto& job : quick_) {
    const std::lock_guard lock(job->mutex_);
    if (job->dropped_ || job->begun_ == job->units_)
      continue;
    ++job->running_;
    return {job, job->begun_++};
  }
  quick_waiting_ = false;
  return {};
}

Workers::Unit Workers::next_normal() {
  std::shared_ptr<Job> chosen;
  std::size_t fewest = 0, place = 0;
  for (const auto& job : normal_) {
    if (place++ == most_active_)
      break;
    const std::lock_guard lock(job->mutex_);
    if (job->dropped_ || job->begun_ == job->units_)
      continue;
    if (!chosen || job->begun_ < fewest) {
      chosen = job;
      fewest = job->begun_;
    }
  }
  if (!chosen)
    return {};
  const std::lock_guard lock(chosen->mutex_);
  if (chosen->dropped_)
    return {};
  ++chosen->running_;
  return {chosen, chosen->begun_++};
}

void Workers::forget(const std::shared_ptr<Job>& job) {
  const std::lock_guard lock(mutex_);
  (job->urgency() == Urgency::quick ? quick_ : normal_).remove(job);
  work_there_.notify_all(); // another normal job may have become active
}

void Workers::run(const Unit& unit) {
  Job& job = *unit.job;
  const auto began = steady_clock::now();
  steady_clock::duration given{0};
  const bool yields = job.urgency() == Urgency::normal;
  std::exception_ptr failure;
  try {
    job.work_(unit.index, [&] {
      if (job.cancelled())
        throw Cancelled();
      if (yields && quick_waiting_)
        let_quick_pass(began, given);
    });
  } catch (...) {
    failure = std::current_exception();
  }
  job.end_unit(std::move(failure));
  if (job.finished())
    forget(unit.job);
}

void Workers::let_quick_pass(steady_clock::time_point began, steady_clock::duration& given) {
  const auto own = steady_clock::now() - began - given;
  if (given > pass_free + pass_factor * own)
    return;
  Unit unit;
  {
    const std::lock_guard lock(mutex_);
    unit = next_quick();
  }
  if (!unit.job)
    return;
  const auto start = steady_clock::now();
  run(unit);
  given += steady_clock::now() - start;
}

void Workers::loop() {
  std::unique_lock lock(mutex_);
  while (true) {
    // Jobs that were cancelled before they began leave here.
    for (Queue* queue : {&quick_, &normal_})
      queue->remove_if([](const std::shared_ptr<Job>& job) { return job->finished(); });
    Unit unit;
    if (quick_in_a_row_ < quick_before_normal)
      unit = next_quick();
    if (unit.job) {
      ++quick_in_a_row_;
    } else {
      unit = next_normal();
      quick_in_a_row_ = 0;
      if (!unit.job)
        unit = next_quick();
    }
    if (unit.job) {
      lock.unlock();
      run(unit);
      lock.lock();
      continue;
    }
    if (stopping_)
      return;
    // Also looks again by itself: a job may be cancelled while it waits.
    work_there_.wait_for(lock, std::chrono::milliseconds(250));
  }
}

} // namespace cauce::serve
