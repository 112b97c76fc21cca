#include "interrupt.hpp"

#include <csignal>
#include <string_view>
#include <unistd.h>

namespace cauce::app {

namespace {
std::atomic<bool> asked{false};
static_assert(std::atomic<bool>::is_always_lock_free); // else a handler may not touch it

void stop(int signal) {
  constexpr std::string_view words = "\nstopping when the runs under way have ended\n";
  asked.store(true);
  [[maybe_unused]] const auto ignored = ::write(STDERR_FILENO, words.data(), words.size());
  std::signal(signal, SIG_DFL);
}
} // namespace

const std::atomic<bool>* interrupted() {
  std::signal(SIGINT, stop);
  std::signal(SIGTERM, stop);
  return &asked;
}

} // namespace cauce::app
