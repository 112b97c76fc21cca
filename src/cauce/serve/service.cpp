#include "cauce/serve/service.hpp"

#include "cauce/base/progress.hpp"
#include "cauce/serve/api_error.hpp"
#include "cauce/study/fit.hpp"

#include <algorithm>
#include <cstdio>
#include <fmt/format.h>
#include <fstream>
#include <unistd.h>

namespace cauce::serve {

using std::chrono::steady_clock;
using study::MemberRun;
using study::Trial;

namespace {
constexpr std::chrono::milliseconds look_again{50};    // whether the client is still there
constexpr std::chrono::milliseconds look_for_part{25}; // whether a preview has grown enough
constexpr std::size_t fewest_growing = 6;         // months worth showing before a preview is whole
constexpr std::size_t partial_stages[] = {4, 10}; // members after which a run is shown

std::shared_ptr<const system::System> load(const ServiceOptions& options, double scale) {
  Diagnostics findings;
  return system::System::load(options.pack, scale, findings);
}

study::TrialOptions trial_options(const ServiceOptions& options, std::size_t members,
                                  std::size_t mib) {
  study::TrialOptions trials;
  trials.members = members;
  trials.seed = options.seed;
  trials.memory = mib << 20;
  trials.baseline = options.baseline;
  return trials;
}

double milliseconds_since(steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(steady_clock::now() - start).count();
}

double resident_mib() {
  std::ifstream statm("/proc/self/statm");
  double pages = 0.0, resident = 0.0;
  statm >> pages >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1 << 20);
}
} // namespace

Service::Service(ServiceOptions options)
    : options_(std::move(options)), full_system_(load(options_, options_.full.scale)),
      pack_(Pack::read(load(options_, options_.preview.scale), options_.version)),
      previews_(std::make_unique<study::Trials>(
          pack_.system, trial_options(options_, options_.full.members, options_.memory_mib / 8))),
      fulls_(std::make_unique<study::Trials>(
          full_system_, trial_options(options_, options_.full.members, options_.memory_mib / 2))),
      totals_(study::totals(*pack_.system)), kept_((options_.memory_mib << 20) / 4),
      levels_((options_.memory_mib << 20) / 32),
      workers_(options_.threads, options_.most_active, options_.most_jobs) {
  pack_.baseline = options_.baseline;
  pack_.draws = options_.draws;
}

Service::~Service() { stop(); }

void Service::stop() {
  {
    const std::lock_guard lock(mutex_);
    if (preparing_)
      preparing_->cancel();
  }
  workers_.stop();
  if (preparer_.joinable())
    preparer_.join();
}

void Service::prepare() {
  preparer_ = std::jthread([this] {
    prepare_baseline();
    preparation_over_ = true;
    preparation_over_.notify_all();
  });
}

void Service::prepare_baseline() {
  study::TrialRequest request;
  request.base = options_.baseline;
  request.draws = options_.draws;
  request.until = pack_.system->manifest().clock.until;
  const auto trial = std::make_shared<const Trial>(previews_->resolve(request));
  for (const bool full : {false, true}) {
    study::Trials& trials = full ? *fulls_ : *previews_;
    const std::size_t members = full ? options_.full.members : options_.preview.members;
    Progress progress(full ? "computing the baseline" : "computing the quick baseline", members);
    auto job =
        std::make_shared<Job>(full ? Urgency::normal : Urgency::quick, members,
                              [&, trial](std::size_t unit, const Job::EachMonth& each_month) {
                                trials.run_base(*trial, unit, each_month);
                                progress.advance();
                                if (full)
                                  ++prepared_members_;
                              });
    {
      const std::lock_guard lock(mutex_);
      preparing_ = job;
    }
    if (!workers_.submit(job))
      return;
    while (!job->finished())
      job->wait(job->done(), std::chrono::seconds(1));
    if (job->done() < members) {
      if (!job->cancelled())
        fmt::print(stderr, "the baseline could not be computed; trials will say why\n");
      return;
    }
    (full ? prepared_ : ready_) = true;
  }
  say_what_does_not_fit(*trial);
}

void Service::say_what_does_not_fit(const Trial& trial) const {
  const std::size_t members = options_.full.members;
  std::size_t kept = 0;
  for (std::size_t m = 0; m < members; ++m)
    kept += fulls_->has_base(trial, m) ? 1 : 0;
  if (kept == members)
    return;
  fmt::print(stderr,
             "--memory {} keeps the past of {} of {} members: full runs simulate it again for the "
             "others; some {} MiB would keep all\n",
             options_.memory_mib, kept, members,
             options_.memory_mib * (members + 1) / std::max<std::size_t>(kept, 1));
}

void Service::wait_until_prepared() { preparation_over_.wait(false); }

std::shared_ptr<Job> Service::submit(const Client& client, const char* kind, Urgency urgency,
                                     std::size_t units, Job::Work work) {
  auto job = std::make_shared<Job>(urgency, units, std::move(work));
  {
    const std::lock_guard lock(mutex_);
    if (of_client_.size() > 4 * options_.most_jobs)
      std::erase_if(of_client_, [](const auto& entry) { return entry.second.expired(); });
    std::weak_ptr<Job>& place = of_client_[client.id + " " + kind];
    if (const auto earlier = place.lock())
      earlier->cancel();
    place = job;
  }
  if (!workers_.submit(job))
    throw ApiError(503, "A121", "the server is full or shutting down", "try again in a moment");
  return job;
}

void Service::wait(Job& job, const Client& client, const std::function<void(std::size_t)>& on_done,
                   const std::function<void()>& on_look) {
  std::size_t seen = 0;
  while (!job.finished()) {
    job.wait(seen, on_look ? look_for_part : look_again);
    if (client.gone && client.gone())
      job.cancel();
    if (const std::size_t done = job.done(); done > seen) {
      seen = done;
      if (on_done && !job.cancelled())
        on_done(done);
    }
    if (on_look && !job.finished())
      on_look();
  }
  job.rethrow();
}

void Service::wait_to_the_end(Job& job, const Client& client,
                              const std::function<void(std::size_t)>& on_done,
                              const std::function<void()>& on_look) {
  try {
    wait(job, client, on_done, on_look);
  } catch (...) {
    job.cancel();
    while (!job.finished())
      job.wait(job.done(), look_again);
    throw;
  }
}

Service::SharedRuns Service::kept(const Trial& trial, bool full) const {
  return kept_.find(trial.id + (full ? " full" : " preview"));
}

Service::SharedRuns Service::keep(const Trial& trial, bool full, Runs runs) {
  std::size_t bytes = 1024;
  for (const MemberRun& run : runs)
    bytes += (run.mine->values.size() + run.past->values.size() / 4) * sizeof(float);
  return kept_.put(trial.id + (full ? " full" : " preview"),
                   std::make_shared<const Runs>(std::move(runs)), bytes);
}

Service::Asked Service::ask(ScenarioRequest request) const {
  try {
    Asked asked;
    asked.trial = std::make_shared<const Trial>(previews_->resolve(request.trial));
    for (const SeriesName& name : request.series)
      asked.series.push_back(study::part_of(*pack_.system, name.outcome, name.place, name.group));
    if (!request.why.outcome.empty())
      study::part_of(*pack_.system, request.why.outcome, request.why.place, request.why.group);
    asked.request = std::move(request);
    return asked;
  } catch (const Error& error) {
    const Diagnostic& d = error.diagnostic();
    const bool unknown = d.code == "P310" || d.code == "P311" || d.code == "S103" ||
                         d.message.starts_with("there is no");
    throw ApiError(unknown ? 404 : 422, unknown ? "A104" : "A103", d.message, d.hint);
  }
}

Service::SharedRuns Service::preview_runs(const Asked& asked, const Client& client,
                                          const char* kind, bool& cached, const Growing& growing) {
  const Trial& trial = *asked.trial;
  SharedRuns runs = kept(trial, false);
  cached = runs != nullptr;
  if (cached)
    return runs;
  const std::size_t members = options_.preview.members;
  Runs made(members);
  // What there is of each member, when somebody wants it before it is whole and the base is there.
  struct Part {
    std::mutex mutex;
    study::Block mine;
  };
  std::vector<Part> parts(members);
  bool grows = growing != nullptr;
  for (std::size_t m = 0; m < members; ++m) {
    parts[m].mine.from = pack_.system->manifest().clock.decision;
    parts[m].mine.cells = pack_.system->recorded_size();
    grows = grows && previews_->has_base(trial, m);
  }
  const bool recording = grows;
  const auto job = submit(client, kind, Urgency::quick, members,
                          [&](std::size_t unit, const Job::EachMonth& each_month) {
                            const auto keep_record = [&](std::span<const double> record) {
                              const std::lock_guard lock(parts[unit].mutex);
                              for (const double value : record)
                                parts[unit].mine.values.push_back(static_cast<float>(value));
                            };
                            made[unit] = previews_->run(trial, unit, each_month,
                                                        recording ? study::EachRecord(keep_record)
                                                                  : study::EachRecord());
                          });
  const auto look = [&] {
    if (!grows)
      return;
    Runs so_far;
    std::size_t months = SIZE_MAX;
    for (std::size_t m = 0; m < members; ++m) {
      so_far.push_back(previews_->run_base(trial, m));
      const std::lock_guard lock(parts[m].mutex);
      so_far.back().mine = std::make_shared<const study::Block>(parts[m].mine);
      months = std::min(months, so_far.back().mine->months());
    }
    if (months < fewest_growing)
      return;
    grows = false; // once
    growing(so_far, pack_.system->manifest().clock.decision + static_cast<int>(months) - 1);
  };
  wait_to_the_end(*job, client, {}, look);
  return keep(trial, false, std::move(made));
}

bool Service::has_full_base(const Trial& trial) const {
  for (std::size_t m = 0; m < options_.full.members; ++m) {
    if (!fulls_->has_base(trial, m))
      return false;
  }
  return true;
}

Service::Runs Service::full_base(const Trial& trial) const {
  Runs runs;
  for (std::size_t m = 0; m < options_.full.members; ++m)
    runs.push_back(fulls_->run_base(trial, m));
  return runs;
}

study::LevelOf Service::level_for(const Trial& trial) const {
  if (!has_full_base(trial))
    return {};
  const Month until = trial.request.until;
  const std::string base =
      fmt::format("{}|{}|{}", trial.base_key, fmt::join(trial.theories, ","), until.index());
  return [this, &trial, until, base](const study::Part& part) {
    const std::string key = fmt::format("{}|{}|{}|{}", base, part.outcome, part.place, part.group);
    if (auto level = levels_.find(key))
      return level;
    auto level =
        std::make_shared<const study::Level>(study::level_of(part, full_base(trial), until));
    const std::size_t bytes =
        level->months.size() * (sizeof(std::vector<double>) + 8 * level->months.front().size());
    return levels_.put(key, std::move(level), bytes);
  };
}

json Service::preview(const Asked& asked, const Client& client) {
  const auto start = steady_clock::now();
  bool cached = false;
  const study::LevelOf level = level_for(*asked.trial);
  const auto growing = [&](const Runs& so_far, Month until) {
    Asked shorter = asked;
    auto trial = std::make_shared<Trial>(*asked.trial);
    trial->request.until = until;
    shorter.trial = std::move(trial);
    // Effects would be of another period than the one asked for.
    client.write({{"type", "growing"},
                  {"answer", answer_json(shorter, so_far, level, {}, "growing", options_.preview,
                                         milliseconds_since(start), false)}});
  };
  const SharedRuns runs =
      preview_runs(asked, client, "preview", cached,
                   client.write && asked.request.grow ? Growing(growing) : Growing());
  return answer_json(asked, *runs, level, totals_, "preview", options_.preview,
                     milliseconds_since(start), cached);
}

void Service::run(const Asked& asked, const Client& client) {
  const auto start = steady_clock::now();
  const std::size_t members = options_.full.members;
  const auto answer = [&](std::span<const MemberRun> runs, const char* stage, bool cached) {
    return client.write({{"type", "answer"},
                         {"answer", answer_json(asked, runs, {}, totals_, stage, options_.full,
                                                milliseconds_since(start), cached)}});
  };
  if (const SharedRuns runs = kept(*asked.trial, true)) {
    answer(*runs, "final", true);
    return;
  }
  struct Collected {
    std::mutex mutex;
    std::map<std::size_t, MemberRun> runs;
  } collected;
  const auto job = submit(client, "run", Urgency::normal, members,
                          [&](std::size_t unit, const Job::EachMonth& each_month) {
                            MemberRun run = fulls_->run(*asked.trial, unit, each_month);
                            const std::lock_guard lock(collected.mutex);
                            collected.runs[unit] = std::move(run);
                          });
  const auto so_far = [&] {
    Runs runs;
    const std::lock_guard lock(collected.mutex);
    for (const auto& [member, run] : collected.runs)
      runs.push_back(run);
    return runs;
  };
  if (const std::size_t ahead = workers_.ahead(job); ahead > 0)
    client.write({{"type", "queued"}, {"ahead", ahead}});
  std::size_t next_stage = 0;
  wait_to_the_end(*job, client, [&](std::size_t done) {
    bool there = client.write({{"type", "progress"}, {"done", done}, {"total", members}});
    if (next_stage < std::size(partial_stages) && done >= partial_stages[next_stage] &&
        done < members) {
      ++next_stage;
      there = answer(so_far(), "partial", false);
    }
    if (!there)
      job->cancel();
  });
  const SharedRuns runs = keep(*asked.trial, true, so_far());
  answer(*runs, "final", false);
}

Service::Stage Service::best(const Asked& asked, const Client& client, const char* kind) {
  if (SharedRuns runs = kept(*asked.trial, true))
    return {std::move(runs), true, true};
  Stage stage;
  stage.runs = preview_runs(asked, client, kind, stage.cached);
  return stage;
}

json Service::system() const {
  return system_json(pack_, options_.preview, options_.full, options_.seed);
}

json Service::status() const {
  json preparing = nullptr;
  if (!prepared_) {
    preparing = {{"what", text("computing the baseline", "calculando la línea de base")},
                 {"done", prepared_members_.load()},
                 {"total", options_.full.members}};
  }
  return {{"ready", ready_.load()},
          {"preparing", std::move(preparing)},
          {"jobs", workers_.jobs()},
          {"memoryMiB", number(resident_mib())},
          {"keptMiB",
           number(static_cast<double>(kept_.bytes() + previews_->memory() + fulls_->memory()) /
                  (1 << 20))},
          {"uptimeSeconds", number(milliseconds_since(started_) / 1000.0)}};
}

json Service::evidence(const std::string& theory) {
  ScenarioRequest request;
  request.trial.base = options_.baseline;
  request.trial.theory = theory;
  request.trial.draws = options_.draws;
  request.from = pack_.system->manifest().clock.from;
  request.trial.until = pack_.system->manifest().clock.data_until;
  const Asked asked = ask(request);
  if (!has_full_base(*asked.trial)) {
    return unavailable("The baseline under this theory has not been computed yet; a full run under "
                       "it does so.",
                       "La línea de base con esta teoría aún no se ha calculado; una corrida "
                       "completa con ella lo hace.");
  }
  Runs runs = full_base(*asked.trial);
  for (MemberRun& run : runs)
    run.mine = run.base;
  const results::Cube cube = cube_of(asked, runs);
  const Month decision = pack_.system->manifest().clock.decision;
  json targets = json::array();
  for (const study::FitSeries& series : study::fit(cube, *pack_.system, 0, 0)) {
    for (const bool after : {false, true}) {
      json points = json::array();
      std::size_t inside = 0;
      for (const study::FitPoint& point : series.points) {
        if ((point.from >= decision) != after)
          continue;
        inside += point.inside ? 1 : 0;
        points.push_back({{"from", point.from.text()},
                          {"months", point.months},
                          {"observed", number(point.observed)},
                          {"q05", number(point.model.q05)},
                          {"q50", number(point.model.q50)},
                          {"q95", number(point.model.q95)},
                          {"inside", point.inside}});
      }
      if (points.empty())
        continue;
      const auto share = static_cast<double>(inside) / static_cast<double>(points.size());
      targets.push_back({{"target", series.target},
                         {"outcome", series.outcome},
                         {"series", series.series},
                         {"place", series.place},
                         {"group", series.group},
                         {"unit", series.unit},
                         {"title", text(series.title_en, series.title_es)},
                         {"after", after},
                         {"points", std::move(points)},
                         {"shareInside", number(share, 3)},
                         {"logError", number(series.log_error, 3)}});
    }
  }
  return {{"available", true},
          {"theory", theory},
          {"members", runs.size()},
          {"scale", options_.full.scale},
          {"targets", std::move(targets)}};
}

} // namespace cauce::serve
