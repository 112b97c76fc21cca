// Progress of long work on the terminal: a bar with the time left, silent when not watched.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>

namespace cauce {

/// A bar on standard error, drawn at most ten times a second and only when it is a terminal (or
/// `CAUCE_PROGRESS=1`). `advance` may be called from any thread.
class Progress {
 public:
  Progress(std::string what, std::size_t total);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void advance(std::size_t done = 1);

 private:
  void draw(bool last);

  std::string what_;
  std::size_t total_;
  std::atomic<std::size_t> done_{0};
  bool shown_;
  std::mutex mutex_;
  std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::time_point drawn_;
};

} // namespace cauce
