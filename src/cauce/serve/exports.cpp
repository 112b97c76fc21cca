// Files of a finished run: tidy CSV and the self-contained report. The writers of the command line
// write files, so an export passes through a temporary folder that goes with it.
#include "cauce/base/files.hpp"
#include "cauce/report/report.hpp"
#include "cauce/results/writers.hpp"
#include "cauce/serve/api_error.hpp"
#include "cauce/serve/service.hpp"
#include "cauce/study/ensemble.hpp"

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fmt/chrono.h>
#include <fmt/format.h>

namespace cauce::serve {

namespace fs = std::filesystem;

namespace {
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (fs::temp_directory_path() / "cauce-export-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
      throw ApiError(500, "A199", "no temporary folder could be made for the export");
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

[[noreturn]] void not_run() {
  throw ApiError(409, "A131", "this scenario has not been run to the end, or long ago",
                 "run it again, then export");
}
} // namespace

results::Cube Service::cube_of(const Asked& asked, const Runs& runs) const {
  const study::TrialRequest& trial = asked.trial->request;
  const Month from = asked.request.from, until = trial.until;
  study::EnsembleRequest request;
  request.policies = {trial.base};
  request.theories = {};
  request.members = runs.size();
  request.from = from;
  request.until = until;
  results::CubeShape shape = study::shape_of(*pack_.system, request);
  const bool two = std::any_of(runs.begin(), runs.end(),
                               [](const study::MemberRun& run) { return run.mine != run.base; });
  if (two)
    shape.policies.push_back(trial.actions.empty() ? trial.policy : "mine");
  shape.theories = {trial.theory};
  results::Cube cube(std::move(shape));
  const std::size_t cells = cube.shape().cells();
  for (std::size_t m = 0; m < runs.size(); ++m) {
    for (std::size_t p = 0; p < cube.shape().policies.size(); ++p) {
      const study::Block& after = p == 0 ? *runs[m].base : *runs[m].mine;
      const auto block = cube.block(p, 0, m);
      for (Month month = from; month <= until; ++month) {
        const auto record = month < after.from ? runs[m].past->record(month) : after.record(month);
        std::ranges::copy(record,
                          block.begin() + static_cast<std::ptrdiff_t>(
                                              static_cast<std::size_t>(month - from) * cells));
      }
    }
  }
  return cube;
}

results::Manifest Service::manifest_of(const Asked& asked) const {
  const study::TrialRequest& trial = asked.trial->request;
  results::Manifest manifest;
  manifest.version = pack_.version;
  manifest.command = fmt::format("cauce serve {}", options_.pack.generic_string());
  manifest.pack = pack_.system->manifest().name;
  manifest.pack_folder = options_.pack.generic_string();
  manifest.seed = options_.seed;
  manifest.scale = options_.full.scale;
  manifest.members = options_.full.members;
  manifest.from = asked.request.from.text();
  manifest.until = trial.until.text();
  manifest.decision = pack_.system->manifest().clock.decision.text();
  manifest.theories = {trial.theory};
  if (calibrated_members(*pack_.system, *asked.trial) == manifest.members)
    manifest.calibrated = manifest.theories;
  manifest.inputs = pack_.system->files();
  return manifest;
}

std::string Service::export_csv(const Asked& asked) const {
  const SharedRuns runs = kept(*asked.trial, true);
  if (!runs)
    not_run();
  const TemporaryFolder folder;
  results::write_summary(cube_of(asked, *runs), folder.path() / "summary.csv");
  return read_text(folder.path() / "summary.csv");
}

std::string Service::export_html(const Asked& asked) const {
  const SharedRuns runs = kept(*asked.trial, true);
  if (!runs)
    not_run();
  const TemporaryFolder folder;
  const results::Cube cube = cube_of(asked, *runs);
  results::Manifest manifest = manifest_of(asked);
  manifest.policies = cube.shape().policies;
  results::write_results(cube, manifest, folder.path());
  report::PackInfo info = pack_.info;
  policy::Policy mine = asked.trial->mine_policy;
  mine.name = "mine";
  mine.title = {"Mine", "Mía"};
  mine.extends = asked.trial->request.policy;
  info.policies.push_back(std::move(mine));
  const report::ResultsFile file(folder.path());
  report::ReportInput input;
  input.pack = &info;
  input.results = &file;
  input.theory = asked.trial->request.theory;
  input.base = asked.trial->request.base;
  input.generated = fmt::format("{:%Y-%m-%d}", fmt::gmtime(std::time(nullptr)));
  try {
    report::write_report(input, folder.path() / "report.html");
  } catch (const Error& error) {
    if (error.diagnostic().code != "H104")
      throw;
    throw ApiError(503, "A134", "the report's page has not been built on this server",
                   "`./run serve` builds it; all results are there as CSV");
  }
  return read_text(folder.path() / "report.html");
}

} // namespace cauce::serve
