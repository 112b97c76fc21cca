// What the server computes for its clients, apart from HTTP: trials of policies at two scales, and
// what is read off them. docs/api.md describes each answer.
//
// Every request becomes a job of the `Workers`. Finished runs are kept (bounded), so that the same
// scenario with another chart, its flows or its export answers at once. A client has at most one
// job of each kind: a new one cancels the one before; so does a connection that closes.
#pragma once

#include "cauce/people/stories.hpp"
#include "cauce/results/writers.hpp"
#include "cauce/serve/pack.hpp"
#include "cauce/serve/request.hpp"
#include "cauce/serve/workers.hpp"
#include "cauce/study/kept.hpp"
#include "cauce/study/trial.hpp"
#include "cauce/study/trial_answer.hpp"

#include <atomic>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace cauce::serve {

struct ServiceOptions {
  std::filesystem::path pack;
  Tier preview{2, 200.0};
  Tier full{20, 20.0};
  std::size_t why_members = 8; ///< of Why, lever by lever; at most those of the full run
  std::uint64_t seed = 2017;
  std::size_t threads = 2;
  std::size_t memory_mib = 1024; ///< for all that is kept
  std::size_t most_jobs = 256;   ///< accepted at once
  std::size_t most_active = 8;   ///< full runs in work at once
  std::string baseline = "as-enacted";
  study::Draws draws = study::Draws::posterior; ///< unless a request says otherwise
  std::string version;
};

/// Who asks, and how an answer is given while it grows.
struct Client {
  std::string id;
  std::function<bool()> gone;             ///< the connection was closed
  std::function<bool(const json&)> write; ///< one object of a stream; false when gone
};

class Service {
 public:
  /// Reads the pack at both scales. Throws what the readers throw.
  explicit Service(ServiceOptions options);
  ~Service();

  const Pack& pack() const { return pack_; }
  const ServiceOptions& options() const { return options_; }

  /// Computes the baseline of both ensembles in the background, with progress on the terminal.
  void prepare();
  /// Waits until the baseline is there (tests, benchmarks).
  void wait_until_prepared();
  /// Cancels all work; later requests are refused.
  void stop();

  json system() const;
  json status() const;
  /// Throws ApiError 404 for an unknown theory.
  json evidence(const std::string& theory);

  /// A scenario worked out at both scales. Throws ApiError 404 and 422.
  struct Asked {
    ScenarioRequest request;
    std::shared_ptr<const study::Trial> trial;
    std::vector<study::Part> series;
  };
  Asked ask(ScenarioRequest request) const;

  /// Where the client reads a stream and asks for it, the months that are there after a moment are
  /// written first.
  json preview(const Asked& asked, const Client& client);
  void run(const Asked& asked, const Client& client);
  void theories(const Asked& asked, const Client& client);
  json flows(const Asked& asked, const Client& client);
  json journeys(const Asked& asked, const Client& client);
  void why(const Asked& asked, const Client& client);
  void why_mechanisms(const Asked& asked, const Client& client);
  /// The feedback loops at work under yours, month by month.
  json loops(const Asked& asked, const Client& client);
  /// Throws ApiError 404, 422 before anything is computed.
  people::StoryRequest story_of(const Who& who) const;
  json lives(const Asked& asked, const people::StoryRequest& story, const Client& client);
  /// The file of /api/export: its text. Throws ApiError 409 A131 when the run was not computed.
  std::string export_csv(const Asked& asked) const;
  std::string export_html(const Asked& asked) const;

 private:
  using Runs = std::vector<study::MemberRun>;
  using SharedRuns = std::shared_ptr<const Runs>;
  struct Stage {
    SharedRuns runs;
    bool full = false, cached = false;
  };

  std::shared_ptr<Job> submit(const Client& client, const char* kind, Urgency urgency,
                              std::size_t units, Job::Work work);
  /// `wait`, and when that throws, waits until no unit runs that writes into what is the caller's.
  void wait_to_the_end(Job& job, const Client& client,
                       const std::function<void(std::size_t)>& on_done = {},
                       const std::function<void()>& on_look = {});
  /// Waits for the job; cancels it when the client is gone. Rethrows its failure.
  void wait(Job& job, const Client& client, const std::function<void(std::size_t)>& on_done = {},
            const std::function<void()>& on_look = {});
  SharedRuns kept(const study::Trial& trial, bool full) const;
  SharedRuns keep(const study::Trial& trial, bool full, Runs runs);
  /// The full runs when they are kept, else preview runs, computed where need be.
  Stage best(const Asked& asked, const Client& client, const char* kind);
  using Growing = std::function<void(const Runs& so_far, Month until)>;
  SharedRuns preview_runs(const Asked& asked, const Client& client, const char* kind, bool& cached,
                          const Growing& growing = {});
  bool has_full_base(const study::Trial& trial) const;
  Runs full_base(const study::Trial& trial) const;
  /// The level of a quick answer: the full baseline where that is in memory, else nothing.
  study::LevelOf level_for(const study::Trial& trial) const;
  json answer_json(const Asked& asked, std::span<const study::MemberRun> runs,
                   const study::LevelOf& level, const std::vector<study::Part>& effects,
                   const char* stage, const Tier& tier, double milliseconds, bool cached) const;
  /// What /api/why answers: a difference (each member's `totals`) and its parts.
  json taken_apart(const char* type, const char* method, const study::Part& part,
                   std::vector<double> totals, json parts) const;
  results::Cube cube_of(const Asked& asked, const Runs& runs) const;
  results::Manifest manifest_of(const Asked& asked) const;

  ServiceOptions options_;
  std::shared_ptr<const system::System> full_system_;
  Pack pack_; ///< with the preview's system
  std::unique_ptr<study::Trials> previews_, fulls_;
  std::vector<study::Part> totals_;
  mutable study::Kept<Runs> kept_;
  mutable study::Kept<study::Level> levels_;
  mutable std::mutex mutex_;
  std::map<std::string, std::weak_ptr<Job>> of_client_; ///< "client kind"
  void prepare_baseline();
  void say_what_does_not_fit(const study::Trial& trial) const;

  std::atomic<bool> ready_{false}, prepared_{false};
  std::atomic<std::size_t> prepared_members_{0};
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  std::shared_ptr<Job> preparing_;
  Workers workers_;
  std::atomic<bool> preparation_over_{false}; ///< whether or not it came to an end
  std::jthread preparer_;
};

/// The own policy of a scenario as a file of the pack's `policies` folder.
std::string policy_file(const study::Trial& trial);

/// How many members of a trial take calibrated draws: not those of a theory that has none.
std::size_t calibrated_members(const system::System& system, const study::Trial& trial);

} // namespace cauce::serve
