// Runs: sharing trunks changes nothing, threads change nothing, the store changes nothing.
#include "support.hpp"

#include "cauce/base/files.hpp"
#include "cauce/study/program_build.hpp"
#include "cauce/study/trunk.hpp"

#include <cstdlib>
#include <fstream>
#include <set>

namespace cauce::study {
namespace {

namespace fs = std::filesystem;

class TwoTowns : public testing::Test {
 protected:
  static void SetUpTestSuite() { system_ = two_towns(); }
  static void TearDownTestSuite() { system_.reset(); }
  static inline std::shared_ptr<const system::System> system_;
};

TEST_F(TwoTowns, EachRunIsThatOfASimulationOfItsOwn) {
  const EnsembleRequest request = small_request();
  const auto result = run_ensemble(system_, request);
  const auto specs = ensemble_specs(*system_, request);
  for (std::size_t i = 0; i < specs.size(); i += 4) {
    system::Simulation alone(
        system_, {specs[i].levers, *specs[i].parameters, request.seed, specs[i].member});
    const auto block = result.cube.block(i / 6, i / 3 % 2, i % 3);
    for (Month month = Month::of(2000, 1); month <= request.until; ++month) {
      const auto record = alone.run_month();
      if (month < request.from)
        continue;
      const auto row = static_cast<std::size_t>(month - request.from) * record.size();
      for (std::size_t c = 0; c < record.size(); ++c)
        ASSERT_EQ(block[row + c], static_cast<float>(record[c])) << specs[i].label;
    }
  }
}

TEST_F(TwoTowns, PoliciesThatPartAtDifferentMonthsShareWhatTheyCan) {
  // Three variants of a lever's path part from history in 2001, 2003 and 2003 (later apart in
  // 2005).
  const Levers history = system_->lever_paths("as-enacted");
  const auto changed = [&](std::initializer_list<std::pair<int, double>> steps) {
    auto levers = std::make_shared<system::LeverPaths>(*history);
    system::LeverPaths::Path& path = levers->paths[0];
    for (const auto& [month, value] : steps) {
      for (std::size_t m = static_cast<std::size_t>(month); m < path.silent.size(); ++m) {
        path.values[m * path.size] = value;
        path.silent[m] = 0;
      }
    }
    return levers;
  };
  TrunkTask task;
  task.from = Month::of(2000, 1);
  task.until = Month::of(2006, 12);
  task.seed = 5;
  const auto believed = policy::under_theory(system_->parameters(), system_->theory("open"));
  task.parameters = evidence::draw_parameters(believed, 1, 5)[0];
  task.levers = {history, changed({{12, 0.5}}), changed({{36, 0.4}}),
                 changed({{36, 0.4}, {60, 0.2}}), history};
  Helpers nobody;
  const TrunkResult together = run_trunk(system_, task, nobody);
  // 84 months of history, 72 from 2001 on, 48 and 24 from 2003 and 2005 on.
  EXPECT_EQ(together.months_simulated, 84U + 72U + 48U + 24U);
  for (std::size_t i = 0; i < task.levers.size(); ++i) {
    TrunkTask single = task;
    single.levers = {task.levers[i]};
    EXPECT_EQ(run_trunk(system_, single, nobody).blocks[0], together.blocks[i]) << i;
  }
  const TrunkTask copy = trunk_task(to_bytes(task));
  EXPECT_EQ(trunk_result(to_bytes(run_trunk(system_, copy, nobody))).blocks, together.blocks);
}

TEST_F(TwoTowns, TheStoreGivesTheSameBytesAndRunsNothingTwice) {
  Folder folder;
  EnsembleRequest request = small_request();
  const auto plain = run_ensemble(system_, request);
  request.store = folder.path();
  const auto first = run_ensemble(system_, request);
  EXPECT_EQ(first.from_store, 0U);
  const auto second = run_ensemble(system_, request);
  EXPECT_EQ(second.from_store, 18U);
  EXPECT_EQ(second.months_simulated, 0U);
  EXPECT_EQ(all_values(first.cube), all_values(plain.cube));
  EXPECT_EQ(all_values(second.cube), all_values(plain.cube));
  // Another study reuses what is the same: one policy and theory more, one less.
  request.policies = {"guarded-bridge", "as-enacted"};
  request.theories = {"jobs-hold", "open"};
  EXPECT_EQ(run_ensemble(system_, request).from_store, 6U);
  // Other luck, other months or another scale are other runs.
  request = small_request();
  request.store = folder.path();
  request.seed = 2;
  EXPECT_EQ(run_ensemble(system_, request).from_store, 0U);
  request = small_request();
  request.store = folder.path();
  EXPECT_EQ(run_ensemble(two_towns(20.0), request).from_store, 0U);
}

TEST_F(TwoTowns, ADamagedEntryIsToldAndComputedAgain) {
  Folder folder;
  EnsembleRequest request = small_request();
  request.store = folder.path();
  const auto first = run_ensemble(system_, request);
  std::size_t damaged = 0;
  for (const auto& file : fs::recursive_directory_iterator(folder.path() / "runs")) {
    if (file.path().extension() != ".run")
      continue;
    std::string text = read_text(file.path());
    if (damaged == 0)
      text[text.size() / 2] = static_cast<char>(text[text.size() / 2] ^ 1); // one bit
    else if (damaged == 1)
      text.resize(text.size() - 7); // cut short
    else
      break;
    std::ofstream(file.path(), std::ios::binary) << text;
    ++damaged;
  }
  testing::internal::CaptureStderr();
  const auto second = run_ensemble(system_, request);
  const std::string words = testing::internal::GetCapturedStderr();
  EXPECT_NE(words.find("warning R111: the stored run is damaged"), std::string::npos) << words;
  EXPECT_EQ(second.from_store, 16U);
  EXPECT_EQ(all_values(second.cube), all_values(first.cube));
  EXPECT_EQ(run_ensemble(system_, request).from_store, 18U);
}

TEST_F(TwoTowns, WhatWasDoneBeforeAStopIsKept) {
  Folder folder;
  EnsembleRequest request = small_request();
  const auto plain = run_ensemble(system_, request);
  request.store = folder.path();
  request.threads = 1;
  std::atomic<bool> cancel{false};
  request.cancel = &cancel;
  request.watch = [&](const std::string&, std::size_t done, std::size_t) { cancel = done == 2; };
  EXPECT_THROW(run_ensemble(system_, request), Error);
  cancel = false;
  request.watch = {};
  const auto rest = run_ensemble(system_, request);
  EXPECT_EQ(rest.from_store, 6U); // two members of three policies each
  EXPECT_EQ(all_values(rest.cube), all_values(plain.cube));
}

TEST(ProgramBuild, IsWhatTheLinkerWroteIntoThisProgram) {
  const std::string build = program_build();
  ASSERT_EQ(build.size(), 40U) << "no build id: then a hash of the file, 16 digits";
  std::string note("GNU\0", 4);
  for (std::size_t i = 0; i < build.size(); i += 2)
    note += static_cast<char>(std::stoi(build.substr(i, 2), nullptr, 16));
  EXPECT_NE(read_text("/proc/self/exe").find(note), std::string::npos);
}

} // namespace
} // namespace cauce::study
