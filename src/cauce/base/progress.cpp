#include "cauce/base/progress.hpp"

#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <unistd.h>

namespace cauce {

namespace {
std::string clock_text(double seconds) {
  const int whole = static_cast<int>(seconds + 0.5);
  if (whole < 3600)
    return fmt::format("{}:{:02}", whole / 60, whole % 60);
  return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}
} // namespace

Progress::Progress(std::string what, std::size_t total)
    : what_(std::move(what)), total_(total),
      shown_(::isatty(STDERR_FILENO) != 0 || std::getenv("CAUCE_PROGRESS") != nullptr),
      start_(std::chrono::steady_clock::now()), drawn_(start_) {}

Progress::~Progress() {
  if (shown_)
    draw(true);
}

void Progress::advance(std::size_t done) {
  done_ += done;
  if (!shown_)
    return;
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock)
    return;
  const auto now = std::chrono::steady_clock::now();
  if (now - drawn_ < std::chrono::milliseconds(100))
    return;
  drawn_ = now;
  draw(false);
}

void Progress::draw(bool last) {
  const std::size_t done = done_;
  const double share = total_ == 0 ? 1.0 : static_cast<double>(done) / static_cast<double>(total_);
  const double elapsed =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  constexpr int width = 30;
  const int filled = static_cast<int>(share * width);
  const std::string bar(static_cast<std::size_t>(filled < width ? filled : width), '#');
  const std::string time = last          ? clock_text(elapsed)
                           : share > 0.0 ? clock_text(elapsed * (1.0 - share) / share) + " left"
                                         : std::string("...");
  fmt::print(stderr, "\r{} [{:<30}] {}/{} {}   {}", what_, bar, done, total_, time,
             last ? "\n" : "");
  std::fflush(stderr);
}

} // namespace cauce
