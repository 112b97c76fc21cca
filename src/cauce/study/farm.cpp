#include "cauce/study/farm.hpp"

#include "cauce/base/progress.hpp"
#include "cauce/study/ranks.hpp"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <fmt/format.h>
#include <mutex>
#include <optional>
#include <thread>
#include <unistd.h>

namespace cauce::study {

namespace {
using Clock = std::chrono::steady_clock;
using std::chrono::duration;
using namespace std::chrono_literals;

// What ranks tell each other. Helpers: hello, result, alive; the first rank: task, stop.
enum Tag : int { hello = 1, task, result, alive, stop };

// Between looks at the mailbox: the longer nothing has happened, the longer, since a look costs
// tens of microseconds that tasks on the same processor would use.
constexpr auto poll_pause = 200us, longest_pause = 5000us;
std::chrono::microseconds next_pause(std::chrono::microseconds pause, bool any) {
  return any ? std::chrono::microseconds(poll_pause)
             : std::min(2 * pause, std::chrono::microseconds(longest_pause));
}

constexpr auto alive_every = 5s;

struct Task {
  std::uint32_t batch = 0;
  std::uint64_t number = 0;
  Bytes request;
};

struct Outcome {
  std::uint32_t batch = 0;
  std::uint64_t number = 0;
  bool good = false;
  Bytes bytes; ///< the result, or the words of the failure
};

Bytes bytes_of(std::string_view text) {
  const auto raw = std::as_bytes(std::span(text.data(), text.size()));
  return {raw.begin(), raw.end()};
}

// Threads that take tasks from a queue and leave outcomes, and help one another when there are no
// more; the owner's thread does all else.
class Crew {
 public:
  Crew(std::size_t threads, const Farm::Work& work) : work_(work) {
    for (std::size_t t = 0; t < threads; ++t)
      pool_.emplace_back([this](const std::stop_token& token) { labour(token); });
  }
  ~Crew() {
    for (std::jthread& thread : pool_)
      thread.request_stop();
    helpers_.wake();
  }
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  std::size_t free() const { return pool_.size() - busy_; }
  void give(Task task) {
    ++busy_;
    {
      const std::lock_guard lock(mutex_);
      tasks_.push_back(std::move(task));
    }
    ++waiting_;
    helpers_.wake();
  }
  /// An outcome, waiting for one up to `patience`.
  std::optional<Outcome> take(std::chrono::microseconds patience) {
    std::unique_lock lock(mutex_);
    done_.wait_for(lock, patience, [&] { return !outcomes_.empty(); });
    if (outcomes_.empty())
      return std::nullopt;
    Outcome outcome = std::move(outcomes_.front());
    outcomes_.pop_front();
    --busy_;
    return outcome;
  }

 private:
  void labour(const std::stop_token& token) {
    while (true) {
      helpers_.lend([&] { return waiting_ > 0 || token.stop_requested(); });
      if (token.stop_requested())
        return;
      Task task;
      {
        const std::lock_guard lock(mutex_);
        if (tasks_.empty())
          continue; // another thread took it
        task = std::move(tasks_.front());
        tasks_.pop_front();
        --waiting_;
      }
      Outcome outcome{task.batch, task.number, true, {}};
      try {
        outcome.bytes = work_(task.request, helpers_);
      } catch (const std::exception& problem) {
        outcome.good = false;
        outcome.bytes = bytes_of(problem.what());
      }
      {
        const std::lock_guard lock(mutex_);
        outcomes_.push_back(std::move(outcome));
      }
      done_.notify_one();
    }
  }

  const Farm::Work& work_;
  std::mutex mutex_;
  Helpers helpers_;
  std::atomic<std::size_t> waiting_{0}; ///< tasks
  std::condition_variable done_;
  std::deque<Task> tasks_;
  std::deque<Outcome> outcomes_;
  std::size_t busy_ = 0; ///< tasks given whose outcome was not taken; the owner's thread only
  std::vector<std::jthread> pool_;
};

Bytes to_bytes(const Outcome& outcome) {
  ByteWriter out;
  out.put(outcome.batch);
  out.put(outcome.number);
  out.put(outcome.good);
  out.put_raw(outcome.bytes);
  return out.take();
}

Outcome outcome_of(std::span<const std::byte> bytes) {
  ByteReader in(bytes);
  Outcome outcome;
  outcome.batch = in.get<std::uint32_t>();
  outcome.number = in.get<std::uint64_t>();
  outcome.good = in.get<bool>();
  outcome.bytes.assign(in.rest().begin(), in.rest().end());
  return outcome;
}

// What the first rank knows of a helping one. Kept between batches, since a helper may still be at
// work on a task of a batch that was cancelled.
struct Helper {
  std::string host;
  std::size_t threads = 0;
  std::deque<std::uint64_t> tasks; ///< handed out in this batch and not answered
  std::size_t stale = 0;           ///< tasks of earlier batches not answered
  Clock::time_point heard = Clock::now();
  bool lost = false;
  bool can_take() const { return !lost && tasks.size() + stale < threads; }
};
} // namespace

void stop_if_cancelled(const FarmOptions& options, std::string_view what) {
  if (options.cancel != nullptr && options.cancel->load())
    throw Error("S104", {}, fmt::format("stopped before the first was begun ({})", what),
                "what is in the run store is kept: the same command goes on from there");
}

// The first rank's view of all who work for it.
struct Farm::State {
  Crew crew;
  std::vector<Helper> helpers; ///< by rank; [0] is unused
  State(std::size_t threads, const Work& work) : crew(threads, work) {}
};

Farm::Farm(Work work, FarmOptions options) : work_(std::move(work)), options_(std::move(options)) {
  Ranks& ranks = Ranks::session();
  if (options_.threads == 0)
    options_.threads = ranks.processors();
  if (ranks.rank() > 0) {
    if (!ranks.ended())
      serve();
    served_ = true;
    return;
  }
  state_ = std::make_unique<State>(options_.threads, work_);
  state_->helpers.resize(static_cast<std::size_t>(ranks.size()));
}

Farm::~Farm() {
  if (served_)
    return;
  Ranks& ranks = Ranks::session();
  for (int r = 1; r < ranks.size(); ++r) {
    if (!state_->helpers[static_cast<std::size_t>(r)].lost)
      ranks.send(r, Tag::stop, {});
  }
  // Helpers finish what they have in hand; what they still send is read, so that none waits on us.
  const auto patience = Clock::now() + duration<double>(options_.lost_after_seconds);
  while (!ranks.sent() && Clock::now() < patience) {
    while (ranks.receive()) {
    }
    std::this_thread::sleep_for(poll_pause);
  }
}

int Farm::ranks() const { return Ranks::session().size(); }

void Farm::serve() {
  Ranks& ranks = Ranks::session();
  Crew crew(options_.threads, work_);
  ByteWriter greeting;
  char host[256] = {};
  gethostname(host, sizeof(host) - 1);
  greeting.put_text(host);
  greeting.put(static_cast<std::uint64_t>(options_.threads));
  ranks.send(0, Tag::hello, greeting.take());
  auto spoken = Clock::now();
  bool stopped = false;
  std::chrono::microseconds pause = poll_pause;
  while (!stopped) {
    bool any = false;
    while (auto message = ranks.receive()) {
      any = true;
      if (message->tag == Tag::stop || message->tag == session_end) {
        stopped = true;
        if (message->tag == session_end)
          ranks.set_ended();
        break;
      }
      ByteReader in(message->bytes);
      Task given;
      given.batch = in.get<std::uint32_t>();
      given.number = in.get<std::uint64_t>();
      given.request.assign(in.rest().begin(), in.rest().end());
      crew.give(std::move(given));
    }
    while (const auto outcome = crew.take(pause)) {
      ranks.send(0, Tag::result, to_bytes(*outcome));
      spoken = Clock::now();
      any = true;
    }
    pause = next_pause(pause, any);
    ranks.sent();
    if (Clock::now() - spoken > alive_every) {
      ranks.send(0, Tag::alive, {});
      spoken = Clock::now();
    }
  }
  const auto patience = Clock::now() + 2s; // nobody waits for what was not asked for any more
  while (!ranks.sent() && Clock::now() < patience)
    std::this_thread::sleep_for(poll_pause);
}

void Farm::run(std::span<const Bytes> requests, const Receive& receive, const Batch& batch) {
  run(
      requests.size(), [requests](std::size_t task) { return requests[task]; }, receive, batch);
}

void Farm::run(std::size_t total, const Ask& ask, const Receive& receive, const Batch& batch) {
  Ranks& ranks = Ranks::session();
  State& state = *state_;
  const std::uint32_t number = ++batches_;
  Progress progress(batch.what, total);
  std::deque<std::uint64_t> open;
  for (std::size_t t = 0; t < total; ++t)
    open.push_back(t);
  std::vector<std::uint8_t> done(total, 0);
  std::vector<std::pair<std::size_t, std::string>> failures;
  std::size_t ended = 0;
  for (Helper& helper : state.helpers) {
    helper.stale += helper.tasks.size();
    helper.tasks.clear();
    helper.heard = Clock::now();
  }

  const auto accept = [&](Outcome outcome) {
    if (outcome.batch != number || done[outcome.number] != 0)
      return; // of a batch that was cancelled, or of a rank that was given up and came back
    done[outcome.number] = 1;
    ++ended;
    if (outcome.good) {
      receive(outcome.number, std::move(outcome.bytes));
    } else {
      failures.emplace_back(
          outcome.number,
          std::string(reinterpret_cast<const char*>(outcome.bytes.data()), outcome.bytes.size()));
    }
    progress.advance();
  };
  const auto read_mail = [&] {
    bool any = false;
    while (auto message = ranks.receive()) {
      any = true;
      Helper& helper = state.helpers[static_cast<std::size_t>(message->rank)];
      helper.heard = Clock::now();
      if (message->tag == Tag::hello) {
        ByteReader in(message->bytes);
        helper.host = in.get_text();
        helper.threads = in.get<std::uint64_t>();
      } else if (message->tag == Tag::result) {
        Outcome outcome = outcome_of(message->bytes);
        if (outcome.batch != number && helper.stale > 0)
          --helper.stale;
        std::erase(helper.tasks, outcome.batch == number ? outcome.number : total);
        helper.lost = false;
        accept(std::move(outcome));
      }
    }
    return any;
  };
  const auto hand_out = [&] {
    while (!open.empty() && state.crew.free() > 0) {
      state.crew.give({number, open.front(), ask(open.front())});
      open.pop_front();
    }
    for (std::size_t r = 1; r < state.helpers.size(); ++r) {
      Helper& helper = state.helpers[r];
      while (!open.empty() && helper.can_take()) {
        ByteWriter out;
        out.put(number);
        out.put(open.front());
        out.put_raw(ask(open.front()));
        ranks.send(static_cast<int>(r), Tag::task, out.take());
        helper.tasks.push_back(open.front());
        open.pop_front();
      }
    }
  };
  const auto give_up_silent = [&] {
    for (std::size_t r = 1; r < state.helpers.size(); ++r) {
      Helper& helper = state.helpers[r];
      const double silent = duration<double>(Clock::now() - helper.heard).count();
      if (helper.lost || helper.tasks.empty() || silent < options_.lost_after_seconds)
        continue;
      fmt::print(stderr,
                 "warning S105: rank {} on {} has not been heard of for {:.0f} s: its {} tasks go "
                 "to others\n",
                 r, helper.host, silent, helper.tasks.size());
      helper.lost = true;
      ranks.give_up_waiting();
      for (const std::uint64_t t : helper.tasks)
        open.push_back(t);
      helper.tasks.clear();
    }
  };

  std::chrono::microseconds pause = poll_pause;
  while (ended < total) {
    if (options_.cancel != nullptr && options_.cancel->load()) {
      throw Error("S104", {},
                  fmt::format("stopped when {} of {} were done ({})", ended, total, batch.what),
                  "what is in the run store is kept: the same command goes on from there");
    }
    hand_out();
    const bool mail = ranks.size() > 1 && read_mail();
    const std::chrono::microseconds patience = mail ? 0us : ranks.size() > 1 ? pause : 50ms;
    auto outcome = state.crew.take(patience);
    pause = next_pause(pause, mail || outcome);
    if (outcome)
      accept(std::move(*outcome));
    if (options_.watch)
      options_.watch(batch.what, ended, total);
    ranks.sent();
    give_up_silent();
  }
  if (failures.empty())
    return;
  std::sort(failures.begin(), failures.end());
  Diagnostics findings;
  for (std::size_t f = 0; f < failures.size() && f < 3; ++f) {
    const auto& [t, words] = failures[f];
    findings.error("S102", {},
                   fmt::format("{}: {}",
                               batch.describe ? batch.describe(t) : fmt::format("task {}", t),
                               words));
  }
  if (failures.size() > 3)
    findings.error("S102", {}, fmt::format("and {} more", failures.size() - 3));
  findings.throw_if_errors();
}

std::vector<Bytes> Farm::map(std::span<const Bytes> requests, const Batch& batch) {
  std::vector<Bytes> results(requests.size());
  run(
      requests, [&](std::size_t t, Bytes bytes) { results[t] = std::move(bytes); }, batch);
  return results;
}

} // namespace cauce::study
