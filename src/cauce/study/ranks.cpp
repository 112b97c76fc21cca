#include "cauce/study/ranks.hpp"

#include "cauce/base/table.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <fstream>
#include <list>
#include <sched.h>
#include <thread>
#include <unistd.h>
#ifdef CAUCE_MPI
#include <mpi.h>
#endif

namespace cauce::study {

namespace {
int from_environment(std::initializer_list<const char*> names, int otherwise) {
  for (const char* name : names) {
    if (const char* text = std::getenv(name)) {
      if (const auto value = parse_number(text))
        return static_cast<int>(*value);
    }
  }
  return otherwise;
}

// Open MPI's mpirun, then PMIx and PMI (`srun --mpi=pmix` or `--mpi=pmi2`).
int launched_size() {
  return from_environment({"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"},
                          std::getenv("PMIX_RANK") != nullptr
                              ? from_environment({"SLURM_STEP_NUM_TASKS", "SLURM_NTASKS"}, 1)
                              : 1);
}

std::size_t bound_processors() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof(set), &set) != 0)
    return std::max(1U, std::thread::hardware_concurrency());
  return static_cast<std::size_t>(CPU_COUNT(&set));
}
} // namespace

int launched_rank() {
  return from_environment({"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"}, 0);
}

Ranks& Ranks::session() {
  static Ranks ranks; // MPI is begun and ended once a process: the standard allows no second time
  return ranks;
}

#ifdef CAUCE_MPI

namespace {
// mpirun (4.1) sometimes waits for ever after an abort with a frozen rank. All is written by then,
// so a process that outlives this one ends mpirun, should it still be there after five seconds.
void end_launcher_if_it_hangs() {
  const pid_t launcher = getppid();
  const std::string name = fmt::format("/proc/{}/comm", launcher);
  std::string comm;
  std::getline(std::ifstream(name), comm);
  if (comm != "mpirun" && comm != "mpiexec" && comm != "orterun" && comm != "prterun")
    return;
  std::fflush(nullptr);
  if (fork() != 0)
    return;
  setsid();
  for (int file = 0; file < 1024; ++file)
    close(file); // or a reader of our output would wait for us
  sleep(5);
  std::string still;
  std::getline(std::ifstream(name), still);
  if (still == comm)
    kill(launcher, SIGKILL);
  _exit(0);
}
} // namespace

struct Ranks::Outbox {
  struct Letter {
    Bytes bytes;
    MPI_Request request = MPI_REQUEST_NULL;
  };
  std::list<Letter> letters;
  bool begun = false;
};

Ranks::Ranks() : outbox_(std::make_unique<Outbox>()), processors_(bound_processors()) {
  if (launched_size() <= 1)
    return;
  int provided = MPI_THREAD_SINGLE;
  MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided);
  outbox_->begun = true;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
  MPI_Comm_size(MPI_COMM_WORLD, &size_);
  MPI_Comm node = MPI_COMM_NULL;
  MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, rank_, MPI_INFO_NULL, &node);
  int neighbours = 1;
  MPI_Comm_size(node, &neighbours);
  MPI_Comm_free(&node);
  const long online = sysconf(_SC_NPROCESSORS_ONLN);
  if (static_cast<long>(processors_) >= online) { // not bound: share the node
    processors_ = std::max<std::size_t>(1, processors_ / static_cast<std::size_t>(neighbours));
  }
}

Ranks::~Ranks() {
  if (!outbox_->begun)
    return;
  if (!abandoned_) {
    // A helper may wait in its next farm while this process ends early, with an error.
    for (int r = 1; rank_ == 0 && r < size_; ++r)
      send(r, session_end, {});
    MPI_Finalize();
    return;
  }
  // Finalising would wait for the rank that is gone for ever.
  end_launcher_if_it_hangs();
  MPI_Abort(MPI_COMM_WORLD, 0);
}

void Ranks::send(int to, int tag, Bytes bytes) {
  outbox_->letters.push_back({std::move(bytes), MPI_REQUEST_NULL});
  Outbox::Letter& letter = outbox_->letters.back();
  MPI_Isend(letter.bytes.data(), static_cast<int>(letter.bytes.size()), MPI_BYTE, to, tag,
            MPI_COMM_WORLD, &letter.request);
}

bool Ranks::sent() {
  std::erase_if(outbox_->letters, [](Outbox::Letter& letter) {
    int done = 0;
    MPI_Test(&letter.request, &done, MPI_STATUS_IGNORE);
    return done != 0;
  });
  return outbox_->letters.empty();
}

std::optional<RankMessage> Ranks::receive() {
  if (size_ == 1)
    return std::nullopt;
  int there = 0;
  MPI_Status status;
  MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &there, &status);
  if (there == 0)
    return std::nullopt;
  int count = 0;
  MPI_Get_count(&status, MPI_BYTE, &count);
  RankMessage message{status.MPI_SOURCE, status.MPI_TAG, Bytes(static_cast<std::size_t>(count))};
  MPI_Recv(message.bytes.data(), count, MPI_BYTE, status.MPI_SOURCE, status.MPI_TAG, MPI_COMM_WORLD,
           MPI_STATUS_IGNORE);
  return message;
}

#else

struct Ranks::Outbox {};

Ranks::Ranks() : outbox_(std::make_unique<Outbox>()), processors_(bound_processors()) {
  if (launched_size() > 1) {
    throw Error("S106", {},
                fmt::format("{} ranks were started, but this program was built without MPI",
                            launched_size()),
                "install libopenmpi-dev, configure and build again, or start one process");
  }
}
Ranks::~Ranks() = default;
void Ranks::send(int, int, Bytes) {}
bool Ranks::sent() { return true; }
std::optional<RankMessage> Ranks::receive() { return std::nullopt; }

#endif

} // namespace cauce::study
