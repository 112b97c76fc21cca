// The evidence ledger and the model's overview, of the teaching system.
#include "cauce/study/evidence_ledger.hpp"
#include "cauce/study/model_page.hpp"

#include "support.hpp"

#include "cauce/base/files.hpp"

#include <algorithm>
#include <cmath>

namespace cauce::study {
namespace {

TEST(Ledger, HoldsEveryParameterSeriesAndLeverOnce) {
  const auto system = two_towns();
  const std::vector<LedgerRow> ledger = evidence_ledger(*system);
  const auto of_kind = [&](const char* kind) {
    return static_cast<std::size_t>(std::count_if(
        ledger.begin(), ledger.end(), [&](const LedgerRow& row) { return row.kind == kind; }));
  };
  EXPECT_EQ(of_kind("parameter"), system->parameters().size());
  EXPECT_EQ(of_kind("lever"), system->levers().size());
  EXPECT_EQ(of_kind("driver"), system->driver_table().names().size());
  EXPECT_EQ(of_kind("target"), system->targets().names().size());
  std::size_t counted = 0;
  for (const auto& [kind, statuses] : count_by_status(ledger)) {
    for (const auto& [status, count] : statuses)
      counted += count;
  }
  EXPECT_EQ(counted, ledger.size());
}

TEST(Ledger, SaysWhichEquationsUseANumber) {
  const std::vector<LedgerRow> ledger = evidence_ledger(*two_towns());
  const auto jobs = std::find_if(ledger.begin(), ledger.end(), [](const LedgerRow& row) {
    return row.kind == "lever" && row.name == "jobs";
  });
  ASSERT_NE(jobs, ledger.end());
  EXPECT_EQ(jobs->used_in, "hazard of leaving");
}

TEST(Ledger, TheNumberThatMovesLeavingMattersAndInItsDirection) {
  const auto system = two_towns(1.0);
  MatterRequest request;
  request.outcomes = {"departures"};
  request.policy = "jobs";
  request.from = Month::of(2005, 1);
  request.until = Month::of(2006, 12);
  request.assumed_only = false;
  request.farm.threads = 2;
  const MatterResult result = what_matters(system, request);
  ASSERT_FALSE(result.ranked.empty());
  for (std::size_t i = 1; i < result.ranked.size(); ++i)
    EXPECT_GE(result.ranked[i - 1].largest, result.ranked[i].largest);
  for (const Matter& matter : result.ranked) {
    const evidence::Parameter& parameter = system->parameters()[matter.parameter];
    if (parameter.name == "base departure hazard" || parameter.name == "jobs on leaving") {
      EXPECT_GT(matter.percent[0], 0.0) << parameter.key() << ": more of it, more leave";
    }
  }
}

TEST(Ledger, AKeptRankingIsReadAsItWasWritten) {
  const Folder folder;
  std::filesystem::copy(std::filesystem::path(CAUCE_SOURCE_DIR) / "systems" / "two-towns",
                        folder.path() / "pack", std::filesystem::copy_options::recursive);
  Diagnostics findings;
  const auto system = system::System::load(folder.path() / "pack", 10.0, findings);
  EXPECT_FALSE(read_matter(*system, findings));
  MatterResult made;
  made.outcomes = {"departures", "in_the_north"};
  made.ranked = {{1, {12.5, -3.0}, 0.125}, {0, {0.5, 0.25}, 0.005}};
  const std::filesystem::path file = folder.path() / "pack" / "matter.csv";
  write_text_atomic(file, matter_csv(*system, made) + "3,no such number,1,2,assumed,1,1,1\n");
  const auto read = read_matter(*system, findings);
  ASSERT_TRUE(read);
  EXPECT_EQ(findings.errors(), 0);
  EXPECT_EQ(read->outcomes, made.outcomes);
  ASSERT_EQ(read->ranked.size(), 2U); // what the pack has no more is left out
  EXPECT_EQ(read->ranked[0].parameter, 1U);
  EXPECT_EQ(read->ranked[0].percent, made.ranked[0].percent);
  EXPECT_DOUBLE_EQ(read->ranked[1].largest, 0.005);
  write_text_atomic(file, "parameter,largest_log_ratio,departures_percent\n" +
                              system->parameters()[0].key() + ",much,1\n");
  read_matter(*system, findings);
  EXPECT_EQ(findings.errors(), 1);
}

TEST(ModelPage, CountsEachLinkBetweenSectorsOnce) {
  const auto system = two_towns();
  const SectorLinks links = sector_links(*system->model());
  std::size_t variables = 0;
  for (const std::size_t count : links.variables)
    variables += count;
  std::size_t shown = 0, uses = 0, read = 0;
  for (std::uint32_t i = 0; i < system->model()->variables().size(); ++i) {
    if (system->model()->variables()[i].hidden)
      continue;
    ++shown;
    for (const auto used : system->model()->uses({i}))
      uses += system->model()->info(used).hidden ? 0 : 1;
  }
  for (const std::vector<std::size_t>& row : links.read) {
    for (const std::size_t count : row)
      read += count;
  }
  EXPECT_EQ(variables, shown);
  EXPECT_EQ(read, uses);
  const std::string page = model_page(*system);
  for (const std::string& sector : links.sectors)
    EXPECT_NE(page.find("| " + sector + " |"), std::string::npos) << sector;
}

} // namespace
} // namespace cauce::study
