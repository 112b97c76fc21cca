// Flee's own cases against what Flee itself gives on them, where the material is present.
#include "cauce/base/table.hpp"
#include "cauce/flee/run.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <gtest/gtest.h>
#include <map>
#include <sstream>

namespace cauce::flee {
namespace {

const std::filesystem::path material =
    std::filesystem::path(CAUCE_SOURCE_DIR) / ".." / "shared" / "conformance" / "flee";

Case read_conflict(const std::string& name) {
  Diagnostics findings;
  return read_case(material / name / "input", material / name / "validation",
                   material / "simsetting.yml", 0, findings);
}

struct Conflict {
  const char* name;
  int runs;
};

class FleesOwnCases : public testing::TestWithParam<Conflict> {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(material / "reference.csv"))
      GTEST_SKIP() << "no conformance material";
  }
};

TEST_P(FleesOwnCases, GiveWhatFleeGives) {
  const auto [name, runs] = GetParam();
  const Case c = read_conflict(name);
  std::vector<CaseResult> results;
  double mean = 0.0, squares = 0.0;
  for (int run = 0; run < runs; ++run) {
    results.push_back(run_case(c, static_cast<std::uint64_t>(run) + 1));
    const double error = results.back().mean_total_error();
    mean += error / runs;
    squares += error * error / runs;
  }
  const double deviation = std::sqrt(std::max(0.0, squares - mean * mean) * runs / (runs - 1));

  Diagnostics findings;
  const std::vector<std::string> none;
  const Table reference = Table::read(material / "reference.csv", none, findings);
  double flee = 0.0;
  int flee_runs = 0;
  for (std::size_t row = 0; row < reference.rows(); ++row) {
    if (reference.cell(row, "conflict") != name)
      continue;
    const double error = *reference.number(row, "mean_total_error", findings);
    // Each of Flee's runs lies in the spread of ours (4 deviations).
    EXPECT_NEAR(error, mean, 4.0 * deviation) << name;
    flee += error;
    ++flee_runs;
  }
  flee /= flee_runs;
  // The means agree within 4 standard errors of their difference.
  EXPECT_NEAR(mean, flee, 4.0 * deviation * std::sqrt(1.0 / runs + 1.0 / flee_runs)) << name;
  EXPECT_LT(deviation, 0.01 * mean);

  // Camp by camp, every 50 days: the counts are the same, and the simulated people are those of
  // Flee's runs but for the noise of both. Over several sets of seeds that was 0.1 to 0.6 percent
  // of all people, and at most 14 percent of a camp plus 500 (one run of Flee for the Central
  // African Republic); 1 and 20 are allowed.
  const Table camps = Table::read(material / "reference_camps.csv", none, findings);
  double difference = 0.0, people = 0.0;
  for (std::size_t row = 0; row < camps.rows(); ++row) {
    if (camps.cell(row, "conflict") != name)
      continue;
    const auto& names = results[0].camps;
    const auto camp = static_cast<std::size_t>(
        std::find(names.begin(), names.end(), camps.cell(row, "camp")) - names.begin());
    ASSERT_LT(camp, names.size());
    const auto day = static_cast<std::size_t>(*camps.number(row, "day", findings));
    EXPECT_EQ(static_cast<double>(results[0].days[day].counted[camp]),
              *camps.number(row, "data", findings));
    double average = 0.0;
    for (const CaseResult& result : results) {
      average += static_cast<double>(result.days[day].simulated[camp]) / runs;
    }
    const double apart = std::abs(*camps.number(row, "sim_mean", findings) - average);
    EXPECT_LT(apart, 0.2 * (average + 500.0)) << name << " " << names[camp] << " day " << day;
    difference += apart;
    people += average;
  }
  EXPECT_GT(people, 0.0);
  EXPECT_LT(difference, 0.01 * people) << name;
  EXPECT_TRUE(findings.ok());
}

INSTANTIATE_TEST_SUITE_P(All, FleesOwnCases,
                         testing::Values(Conflict{"mali", 6}, Conflict{"burundi", 4},
                                         Conflict{"car", 3}),
                         [](const auto& test) { return std::string(test.param.name); });

TEST_F(FleesOwnCases, TheTableHasFleesColumns) {
  Diagnostics findings;
  const Case c = read_case(material / "mali" / "input", material / "mali" / "validation",
                           material / "simsetting.yml", 3, findings);
  std::istringstream lines(to_csv(c, run_case(c, 1)));
  std::string header, first;
  std::getline(lines, header);
  std::getline(lines, first);
  EXPECT_EQ(header.substr(0, 75),
            "Day,Date,Fassala-Mbera sim,Fassala-Mbera data,Fassala-Mbera error,Mentao si");
  EXPECT_NE(header.find(
                ",Tabareybarey error,Total error,refugees in camps (UNHCR),total refugees "
                "(simulation),raw UNHCR refugee count,refugees in camps (simulation),refugee_debt"),
            std::string::npos);
  EXPECT_EQ(first.substr(0, 13), "0,2012-03-01,");
  EXPECT_EQ(std::count(header.begin(), header.end(), ','),
            std::count(first.begin(), first.end(), ','));
}

} // namespace
} // namespace cauce::flee
