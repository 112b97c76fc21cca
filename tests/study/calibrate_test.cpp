// Calibration on the teaching system, whose data were made with known hazards.
#include "support.hpp"

#include "cauce/base/files.hpp"
#include "cauce/study/calibrate.hpp"
#include "cauce/study/futures.hpp"
#include "cauce/study/probe.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <thread>

namespace cauce::study {
namespace {

namespace fs = std::filesystem;

CalibrationRequest request_in(const fs::path& folder) {
  CalibrationRequest request;
  request.until = Month::of(2004, 12);
  request.members = 40;
  request.iterations = 3;
  request.farm.threads = 2;
  request.folder = folder;
  return request;
}

const Learned& of(const Calibration& calibration, std::string_view name) {
  return *std::find_if(calibration.learned.begin(), calibration.learned.end(),
                       [&](const Learned& l) { return l.name == name; });
}

// The pack copied, with lines of one file changed.
std::shared_ptr<const system::System> changed(const fs::path& folder, const fs::path& file,
                                              std::string_view from, std::string_view to) {
  fs::copy(fs::path(CAUCE_SOURCE_DIR) / "systems" / "two-towns", folder,
           fs::copy_options::recursive);
  std::string text = read_text(folder / file);
  EXPECT_NE(text.find(from), std::string::npos);
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
  std::ofstream(folder / file) << text;
  Diagnostics findings;
  return system::System::load(folder, 10.0, findings);
}

TEST(Calibrate, FindsTheHazardsThatMadeTheData) {
  const Folder folder;
  const auto found = calibrate(two_towns(), request_in(folder.path()));
  ASSERT_TRUE(found);
  // data/targets.csv: hazards .022 and .009, errors of 5 percent; the priors say .02 and .01.
  const Learned& leaving = of(*found, "base departure hazard");
  EXPECT_LT(leaving.q05, 0.022);
  EXPECT_GT(leaving.q95, 0.022);
  // Importance sampling of the closed form with the same errors: .93 and .27 of the variance.
  EXPECT_GT(leaving.learned, 0.8);
  const Learned& returning = of(*found, "return hazard");
  EXPECT_LT(returning.q05, 0.009);
  EXPECT_GT(returning.q95, 0.009);
  EXPECT_GT(returning.learned, 0.1);
  EXPECT_LT(returning.learned, 0.45);
  EXPECT_LT(of(*found, "jobs on leaving").learned, 0.35); // no jobs came before 2005
  EXPECT_LT(found->misfit.back(), 0.2 * found->misfit.front());
  Diagnostics findings;
  const auto read = read_posterior(*two_towns(), "open", findings, folder.path());
  ASSERT_TRUE(read);
  EXPECT_FALSE(read->stale);
  ASSERT_EQ(read->draws.size(), 40U);
  EXPECT_EQ(read->draws[7].parameters, found->posterior.draws[7].parameters);
  EXPECT_EQ(read->people, people_probe(*two_towns(), read->until));
}

TEST(Calibrate, TheProbeIsTheSameEachTimeAndEndsWithTheDataOrThreeYears) {
  const auto pack = two_towns();
  const Month start = pack->manifest().clock.from;
  const std::string probe = people_probe(*pack, start + 11);
  EXPECT_EQ(probe, people_probe(*pack, start + 11));
  EXPECT_NE(probe, people_probe(*pack, start + 12)) << "a month more";
  EXPECT_EQ(people_probe(*pack, start + 40), people_probe(*pack, start + 50))
      << "three years at most";
}

TEST(Calibrate, KeepsAsManyDrawsAsAskedSpreadOverTheMembers) {
  const Folder folder;
  CalibrationRequest request = request_in(folder.path() / "all");
  const auto all = calibrate(two_towns(), request);
  request.folder = folder.path() / "ten";
  request.kept = 10;
  const auto ten = calibrate(two_towns(), request);
  ASSERT_EQ(ten->posterior.draws.size(), 10U);
  for (std::size_t k = 0; k < 10; ++k)
    EXPECT_EQ(ten->posterior.draws[k].parameters, all->posterior.draws[4 * k].parameters) << k;
  // What was learned is told of all members.
  EXPECT_EQ(read_text(folder.path() / "all" / "open.parameters.csv"),
            read_text(folder.path() / "ten" / "open.parameters.csv"));
}

TEST(Calibrate, LaterDataChangeNothing) {
  const Folder folder;
  CalibrationRequest request = request_in(folder.path() / "as-is");
  request.until = Month::of(2002, 12);
  request.members = 8;
  request.iterations = 2;
  const auto plain = calibrate(two_towns(), request);
  const auto noisy = changed(folder.path() / "pack", "data/targets.csv", ",2003,", ",2003,9");
  request.folder = folder.path() / "noisy";
  const auto other = calibrate(noisy, request);
  EXPECT_EQ(read_text(folder.path() / "as-is" / "open.draws.csv"),
            read_text(folder.path() / "noisy" / "open.draws.csv"));
  EXPECT_EQ(plain->posterior.inputs, other->posterior.inputs);
  request.until = Month::of(2003, 12); // where the change is seen
  const auto seen = calibrate(noisy, request);
  EXPECT_NE(seen->posterior.draws[0].parameters, other->posterior.draws[0].parameters);
}

TEST(Calibrate, StoppedAndRunAgainGivesTheSame) {
  const Folder folder;
  CalibrationRequest request = request_in(folder.path() / "whole");
  request.members = 24;
  request.farm.threads = 1;
  const auto whole = calibrate(two_towns(), request);
  EXPECT_EQ(whole->from_store, 0U);
  request.folder = folder.path() / "stopped";
  std::atomic<bool> stop = false;
  request.farm.cancel = &stop;
  const fs::path work = request.folder / ".work-open";
  {
    std::jthread watcher([&](std::stop_token done) {
      while (!done.stop_requested() &&
             (!fs::exists(work) ||
              std::distance(fs::directory_iterator(work), fs::directory_iterator()) < 5)) {
        std::this_thread::yield();
      }
      stop = true;
    });
    EXPECT_THROW(calibrate(two_towns(), request), Error);
  }
  EXPECT_FALSE(fs::exists(request.folder / "open.json"));
  request.farm.cancel = nullptr;
  request.farm.threads = 2;
  const auto resumed = calibrate(two_towns(), request);
  EXPECT_GE(resumed->from_store, 5U);
  EXPECT_EQ(resumed->runs + resumed->from_store, whole->runs);
  for (const char* file : {"open.draws.csv", "open.check.csv", "open.json"}) {
    EXPECT_EQ(read_text(folder.path() / "whole" / file), read_text(request.folder / file)) << file;
  }
  EXPECT_FALSE(fs::exists(work));
}

TEST(Posterior, IsStaleWhenWhatItRestsOnChanges) {
  const Folder folder;
  CalibrationRequest request = request_in(folder.path() / "posterior");
  request.members = 4;
  request.iterations = 1;
  calibrate(two_towns(), request);
  const auto prior = changed(folder.path() / "prior", "parameters.csv", "0.014", "0.015");
  Diagnostics findings;
  const auto read = read_posterior(*prior, "open", findings, request.folder);
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->stale);
  EXPECT_EQ(findings.warnings(), 1);
  std::ofstream(request.folder / "open.draws.csv") << "kind,name,element,first_step,end_step\n";
  Diagnostics damaged;
  EXPECT_FALSE(read_posterior(*two_towns(), "open", damaged, request.folder));
  EXPECT_EQ(damaged.errors(), 1);
}

TEST(Ensemble, TakesCalibratedDrawsWhenAsked) {
  const Folder folder;
  const auto pack = changed(folder.path() / "pack", "parameters.csv", "0.014", "0.015");
  CalibrationRequest request = request_in(posterior_folder(*pack));
  request.members = 4;
  request.iterations = 2;
  const auto found = calibrate(pack, request);
  EnsembleRequest ensemble = small_request();
  ensemble.draws = Draws::posterior;
  EXPECT_EQ(calibrated_theories(*pack, ensemble.theories, ensemble.draws),
            std::vector<std::string>{"open"});
  const auto specs = ensemble_specs(*pack, ensemble);
  EXPECT_EQ(*specs[2].parameters, found->posterior.draws[2].parameters); // open, member 2
  EXPECT_EQ(specs[3].shocks, nullptr);                                   // jobs-pay has none
  ensemble.draws = Draws::prior;
  EXPECT_NE(*ensemble_specs(*pack, ensemble)[2].parameters, *specs[2].parameters);
}

TEST(Futures, TakeWholeDrawsOfACalibratedTheoryAndQuantilesOfAnother) {
  const Folder folder;
  const auto pack = changed(folder.path() / "pack", "parameters.csv", "0.014", "0.015");
  CalibrationRequest calibration = request_in(posterior_folder(*pack));
  calibration.members = 4;
  calibration.iterations = 2;
  const auto found = calibrate(pack, calibration);
  FutureRequest request;
  request.theories = {"open", "jobs-pay"};
  request.luck = false;
  request.draws = Draws::posterior;
  const FutureSpace mixed(pack, request); // theory, draw, and quantiles for jobs-pay
  std::vector<double> point(mixed.dimensions(), 0.5);
  point[0] = 0.0;
  point[1] = 0.7; // the third of four draws
  const Future calibrated = mixed.at(point);
  EXPECT_EQ(*calibrated.parameters, found->posterior.draws[2].parameters);
  ASSERT_NE(calibrated.remembered, nullptr);
  EXPECT_EQ(calibrated.remembered->scores, found->posterior.draws[2].shocks->scores);
  point[0] = 0.9;
  const Future other = mixed.at(point);
  EXPECT_EQ(other.remembered, nullptr);
  const auto believed = policy::under_theory(pack->parameters(), pack->theory("jobs-pay"));
  for (std::size_t p = 0; p < believed.size(); ++p)
    EXPECT_DOUBLE_EQ((*other.parameters)[p], evidence::quantile(believed[p].prior, 0.5));

  request.theories = {"open"};
  const FutureSpace alone(pack, request);
  EXPECT_EQ(alone.dimensions(), 1U); // the draw; it holds every parameter
  const Future last = alone.at({0.999});
  EXPECT_EQ(*last.parameters, found->posterior.draws[3].parameters);
  for (std::size_t i = 0; i < alone.inputs().size(); ++i) {
    const auto named =
        std::find_if(believed.begin(), believed.end(), [&](const evidence::Parameter& p) {
          return p.key() == alone.inputs()[i].name;
        });
    ASSERT_NE(named, believed.end());
    EXPECT_EQ(last.values[i],
              (*last.parameters)[static_cast<std::size_t>(named - believed.begin())]);
  }
}

} // namespace
} // namespace cauce::study
