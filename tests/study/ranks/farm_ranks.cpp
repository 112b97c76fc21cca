// farm_ranks TASKS MILLISECONDS THREADS [LOST_AFTER]: squares of the task numbers by the farm, each
// after a sleep, written to standard output by the first rank in the order of the tasks. Task 13
// fails when there are more than 100. With LOST_AFTER, rank 2 freezes at its third task.
#include "cauce/study/farm.hpp"
#include "cauce/study/ranks.hpp"

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fmt/format.h>
#include <thread>
#include <unistd.h>

using namespace cauce::study;

int main(int, char** argv) {
  const auto tasks = static_cast<std::size_t>(std::atol(argv[1]));
  const std::chrono::milliseconds pause(std::atol(argv[2]));
  FarmOptions options;
  options.threads = static_cast<std::size_t>(std::atol(argv[3]));
  const bool freezes = argv[4] != nullptr && launched_rank() == 2;
  std::atomic<int> mine{0};
  if (argv[4] != nullptr)
    options.lost_after_seconds = std::atof(argv[4]);
  Farm farm(
      [&](std::span<const std::byte> request, cauce::Helpers&) {
        ByteReader in(request);
        const auto number = in.get<std::uint64_t>();
        std::this_thread::sleep_for(pause);
        if (freezes && ++mine == 3)
          kill(getpid(), SIGSTOP);
        if (tasks > 100 && number == 13)
          throw std::runtime_error("thirteen");
        ByteWriter out;
        out.put(number * number);
        out.put_all(std::span<const double>(std::vector<double>(number * 100, 0.5)));
        return out.take();
      },
      options);
  if (farm.served())
    return 0;
  std::vector<Bytes> requests;
  for (std::uint64_t t = 0; t < tasks; ++t) {
    ByteWriter out;
    out.put(t);
    requests.push_back(out.take());
  }
  try {
    for (int round = 0; round < 2; ++round) { // a second batch finds the helpers still there
      for (const Bytes& bytes : farm.map(requests)) {
        ByteReader in(bytes);
        fmt::print("{} ", in.get<std::uint64_t>());
        fmt::print("{}\n", in.get_all<double>().size());
      }
    }
  } catch (const std::exception& problem) {
    fmt::print("{}\n", problem.what());
    return 2;
  }
  return 0;
}
