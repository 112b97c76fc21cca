#include "cauce/base/helpers.hpp"

#include <chrono>
#include <thread>

namespace cauce {

namespace {
using Clock = std::chrono::steady_clock;

// As long as what lies between two steps of the people takes: equations, outcomes.
constexpr std::chrono::microseconds watch{200};

void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}
} // namespace

struct Helpers::Shared {
  const std::function<void(std::size_t slot)>& part;
  std::size_t most;      ///< slots
  std::size_t begun = 1; ///< by the mutex; slot 0 is with whoever shares
  std::atomic<std::size_t> ended{1};
};

void Helpers::lend(const std::function<bool()>& enough) {
  ++lent_;
  while (!enough()) {
    const std::uint32_t seen = news_;
    if (help())
      continue;
    const auto until = Clock::now() + watch;
    const auto quiet = [&] { return news_.load(std::memory_order_relaxed) == seen; };
    while (quiet() && Clock::now() < until) {
      for (int i = 0; i < 64 && quiet(); ++i)
        pause();
    }
    if (quiet() && !enough())
      news_.wait(seen);
  }
  --lent_;
}

void Helpers::wake() {
  ++news_;
  news_.notify_all();
}

bool Helpers::help() {
  Shared* shared = nullptr;
  std::size_t slot = 0;
  {
    const std::lock_guard lock(mutex_);
    for (Shared* const open : shared_) {
      if (open->begun < open->most) {
        shared = open;
        slot = open->begun++;
        break;
      }
    }
  }
  if (shared == nullptr)
    return false;
  shared->part(slot);
  shared->ended.fetch_add(1, std::memory_order_release);
  return true;
}

void Helpers::share_parts(std::size_t most, const std::function<void(std::size_t slot)>& part) {
  Shared shared{part, most};
  {
    const std::lock_guard lock(mutex_);
    shared_.push_back(&shared);
  }
  wake();
  part(0);
  {
    const std::lock_guard lock(mutex_);
    std::erase(shared_, &shared);
  }
  // Nobody comes any more; each of those who came has at most one piece in hand.
  for (int i = 0; shared.ended.load(std::memory_order_acquire) < shared.begun; ++i) {
    if (i < 1000)
      pause();
    else
      std::this_thread::yield();
  }
}

LentThreads::LentThreads(Helpers& helpers, std::size_t threads) : helpers_(helpers) {
  for (std::size_t t = 0; t < threads; ++t)
    threads_.emplace_back([this] { helpers_.lend([this] { return over_.load(); }); });
  while (helpers_.lent() < threads)
    std::this_thread::yield();
}

LentThreads::~LentThreads() {
  over_ = true;
  helpers_.wake();
}

} // namespace cauce
