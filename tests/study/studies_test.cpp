// Studies on Two Towns: futures, what matters, what is robust, proposals, effects over time, files.
#include "support.hpp"

#include "cauce/base/files.hpp"
#include "cauce/study/costs.hpp"
#include "cauce/study/effects.hpp"
#include "cauce/study/optimisation.hpp"
#include "cauce/study/robustness.hpp"
#include "cauce/study/sensitivity.hpp"
#include "cauce/study/study_file.hpp"

#include <atomic>
#include <cmath>
#include <functional>
#include <set>

namespace cauce::study {
namespace {

std::string stopped(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& problem) {
    return std::string(problem.diagnostic().code) + " " + problem.what();
  }
  return "";
}

class Studies : public testing::Test {
 protected:
  static void SetUpTestSuite() { system_ = two_towns(); }
  static void TearDownTestSuite() { system_.reset(); }
  static RunsOptions months() {
    RunsOptions runs;
    runs.from = Month::of(2005, 1);
    runs.until = Month::of(2006, 12);
    runs.farm.threads = 2;
    return runs;
  }
  static ShockSpec cut() {
    ShockSpec shock;
    shock.name = "cut";
    shock.variable = "jobs";
    shock.form = ShockSpec::Form::value;
    shock.low = 0.0;
    shock.high = 0.5;
    shock.from = Month::of(2005, 6);
    shock.until = Month::of(2005, 12);
    shock.months = 6;
    shock.probability = 0.25;
    return shock;
  }
  static inline std::shared_ptr<const system::System> system_;
};

TEST_F(Studies, StopWhileTheyPrepareTheirRuns) {
  const std::atomic<bool> asked{true};
  RobustnessRequest robust;
  robust.policies = {"as-enacted", "jobs"};
  robust.objectives = {{"departures", true, {}}};
  robust.futures.theories = {"open"};
  robust.runs = months();
  robust.runs.farm.cancel = &asked;
  EXPECT_NE(
      stopped([&] { analyse_robustness(system_, robust); }).find("before the first was begun"),
      std::string::npos);
  EnsembleRequest ensemble = small_request();
  ensemble.cancel = &asked;
  EXPECT_TRUE(stopped([&] { run_ensemble(system_, ensemble); }).starts_with("S104"));
}

TEST_F(Studies, AFutureIsWhatItsPointSays) {
  FutureRequest request;
  request.theories = {"open", "jobs-pay"};
  request.shocks = {cut()};
  const FutureSpace space(system_, request);
  // theory, luck, three parameters, and of the shock: happens, begins, size
  ASSERT_EQ(space.inputs().size(), 8U);
  std::vector<double> point(space.dimensions(), 0.5);
  point[5] = 0.2; // below its probability: it happens
  point[6] = 0.999;
  point[7] = 0.5;
  const Future future = space.at(point);
  EXPECT_EQ(future.theory, 1U);
  ASSERT_EQ(future.shocks.size(), 1U);
  EXPECT_EQ(future.shocks[0].start, Month::of(2005, 12));
  EXPECT_DOUBLE_EQ(future.shocks[0].size, 0.25);
  const Levers jobs = system_->lever_paths("jobs");
  const Levers changed = space.levers(jobs, future);
  const Month start = system_->manifest().clock.from;
  EXPECT_EQ(first_difference(*jobs, *changed), Month::of(2005, 12) - start);
  const auto path = std::find_if(changed->paths.begin(), changed->paths.end(), [&](const auto& p) {
    return p.variable == *system_->model()->find("jobs programme");
  });
  EXPECT_DOUBLE_EQ(path->at(Month::of(2006, 5) - start)[0], 0.25);
  EXPECT_DOUBLE_EQ(path->at(Month::of(2006, 6) - start)[0], 1.0); // six months, then as planned
  point[5] = 0.3;
  EXPECT_TRUE(space.at(point).shocks.empty());
}

TEST_F(Studies, AFutureThatCannotBeIsToldWithANearMiss) {
  FutureRequest request;
  request.shocks = {cut()};
  request.shocks[0].variable = "jbos";
  try {
    const FutureSpace space(system_, request);
    FAIL();
  } catch (const Error& problem) {
    EXPECT_EQ(problem.diagnostic().code, "S109");
    EXPECT_NE(problem.diagnostic().hint.find("jobs"), std::string::npos);
  }
  request.shocks = {};
  request.parameters = {"no such parameter"};
  EXPECT_THROW(FutureSpace(system_, request), Error);
}

TEST_F(Studies, DeparturesDependOnTheTwoHazardsAndTheDifferenceOnWhatJobsDo) {
  // Near the steady state departures are N h r / (h + r): both hazards matter; jobs cannot while
  // there are none. At full scale, where luck matters less than either.
  const auto system = two_towns(1.0);
  SensitivityRequest request;
  request.policies = {"as-enacted"};
  request.measures = {"departures"};
  request.points = 32;
  request.runs = months();
  const auto result = analyse_sensitivity(system, request);
  const auto& rows = result.measures[0].rows;
  const std::set<std::string> hazards = {"base departure hazard", "return hazard"};
  EXPECT_EQ((std::set<std::string>{rows[0].input, rows[1].input}), hazards);
  EXPECT_GT(rows[0].sobol.total.value + rows[1].sobol.total.value, 0.8);
  const auto jobs = std::find_if(rows.begin(), rows.end(),
                                 [](const auto& row) { return row.input == "jobs on leaving"; });
  ASSERT_NE(jobs, rows.end());
  EXPECT_LT(jobs->sobol.total.value, 0.02);
  request.method = SensitivityMethod::morris;
  request.points = 4;
  request.policies = {"as-enacted", "jobs"};
  EXPECT_EQ(analyse_sensitivity(system, request).measures[0].rows[0].input, "jobs on leaving");
}

TEST_F(Studies, KnowingWhatJobsDoIsWorthMost) {
  InformationRequest request;
  request.policies = {"as-enacted", "jobs"};
  request.measure = "departures";
  request.futures_count = 128;
  request.runs = months();
  const auto result = value_of_information(system_, request);
  EXPECT_EQ(request.policies[result.choice], "jobs"); // on average they keep people
  EXPECT_EQ(result.rows[0].input, "jobs on leaving");
  EXPECT_GT(result.rows[0].value.value, result.rows[0].value.noise);
  // Nothing else decides which policy is better, so it is worth what knowing everything is worth.
  EXPECT_NEAR(result.rows[0].value.value, result.perfect, 0.15 * result.perfect);
}

TEST_F(Studies, JobsFailWhereJobsMakePeopleLeave) {
  RobustnessRequest request;
  request.policies = {"as-enacted", "jobs"};
  request.objectives = {{"departures", true, std::nullopt}, {"apprehensions", true, std::nullopt}};
  request.futures_count = 150;
  request.runs = months();
  const auto result = analyse_robustness(system_, request);
  bool told = false;
  for (const FailureScenario& scenario : result.scenarios) {
    if (scenario.policy != 1 || scenario.objective != 0)
      continue;
    told = told || scenario.words.find("jobs on leaving at least") != std::string::npos;
  }
  EXPECT_TRUE(told);
  EXPECT_LT(result.cells[1][0].value.mean, result.cells[0][0].value.mean);
  EXPECT_DOUBLE_EQ(std::min(result.cells[0][0].mean_regret, result.cells[1][0].mean_regret),
                   result.cells[1][0].mean_regret);
}

TEST_F(Studies, ProposalsKeepToTheBudgetAndShowTheTradeOff) {
  OptimisationRequest request;
  request.levers = {{"jobs", "", Month::of(2005, 1), 0.0, 2.0},
                    {"guards", "", Month::of(2005, 1), 0.2, 0.9}};
  request.objectives = {{"departures", true, std::nullopt}};
  request.cost_is_objective = true;
  request.budget_usd = 1e6; // 24 months of jobs at 40000 each would be 960000 a unit
  request.population = 8;
  request.generations = 3;
  request.futures_count = 4;
  request.runs = months();
  const auto result = optimise_policy(system_, request);
  ASSERT_FALSE(result.front.empty());
  for (const ProposedPolicy& proposed : result.front) {
    EXPECT_LE(*proposed.cost_usd, 1e6 * (1.0 + 1e-6));
    for (std::size_t l = 0; l < 2; ++l) {
      EXPECT_GE(proposed.levers[l], request.levers[l].low - 1e-9);
      EXPECT_LE(proposed.levers[l], request.levers[l].high + 1e-9);
    }
  }
  for (std::size_t i = 1; i < result.front.size(); ++i) // more departures only where it costs less
    EXPECT_LE(*result.front[i].cost_usd, *result.front[i - 1].cost_usd + 1e-6);
  request.cost_is_objective = false;
  EXPECT_THROW(optimise_policy(system_, request), Error); // one objective hides its cost
}

TEST_F(Studies, CostsAreLeverTimesUnitCostTimesMonths) {
  const auto jobs = system_->lever_paths("jobs"), history = system_->lever_paths("as-enacted");
  const auto cost = policy_cost(*system_, *jobs, *history, Month::of(2004, 7), Month::of(2005, 6));
  EXPECT_DOUBLE_EQ(cost.usd, 6 * 40000.0); // from January 2005 on
  EXPECT_TRUE(cost.unknown.empty());
}

TEST(Effects, ALullAndAWaveAreTwoTurns) {
  results::CubeShape shape;
  shape.policies = {"a", "b"};
  shape.theories = {"open"};
  shape.from = Month::of(2017, 1);
  shape.months = 36;
  shape.members = 4;
  results::OutcomeInfo outcome;
  outcome.name = "flow";
  outcome.unit = "persons/month";
  outcome.kind = "flow";
  outcome.places = {""};
  outcome.groups = {""};
  shape.outcomes = {outcome};
  results::Cube cube(shape);
  for (std::size_t m = 0; m < 4; ++m) {
    for (std::size_t month = 0; month < 36; ++month) {
      cube.block(0, 0, m)[month] = 100.0F;
      // Lower from month 6, higher from month 20; one odd month in between does not count.
      const float effect = month < 6 ? 0.0F : month == 12 ? 1.0F : month < 20 ? -10.0F : 30.0F;
      cube.block(1, 0, m)[month] = 100.0F + effect;
    }
  }
  const auto measure =
      make_measure("flow", shape.outcomes, shape.from, 36, shape.from, Month::of(2019, 12));
  const auto paths = effect_paths(cube, measure);
  ASSERT_EQ(paths.size(), 1U);
  ASSERT_EQ(paths[0].changes.size(), 2U);
  EXPECT_EQ(paths[0].changes[0].month, Month::of(2017, 7));
  EXPECT_FALSE(paths[0].changes[0].higher);
  EXPECT_EQ(paths[0].changes[1].month, Month::of(2018, 9));
  EXPECT_TRUE(paths[0].changes[1].higher);
  EXPECT_DOUBLE_EQ(paths[0].changes[1].members, 1.0);
  EXPECT_DOUBLE_EQ(paths[0].months[25].q50, 30.0);
}

TEST(StudyFile, TheExamplesAreRead) {
  const auto folder = std::filesystem::path(CAUCE_SOURCE_DIR) / "examples" / "studies";
  for (const char* name : {"two-towns.toml", "reference.toml", "robust.toml"}) {
    const StudyFile study = read_study(folder / name);
    EXPECT_EQ(study.name, std::filesystem::path(name).stem().string());
    EXPECT_TRUE(std::filesystem::exists(study.system / "system.toml"));
  }
}

TEST(StudyFile, EveryFaultIsToldWithItsLine) {
  Folder folder;
  const auto file = folder.path() / "bad.toml";
  write_text_atomic(file, "name = \"bad\"\nsystem = \"x\"\nmembers = 0\npolices = [\"a\"]\n"
                          "[robust]\ncount = 20\n[[robust.objective]]\noutcome = \"departures\"\n"
                          "better = \"lowest\"\n[[robust.futures.shock]]\nname = \"s\"\n"
                          "variable = \"v\"\nfrom = \"2018-13\"\nvalue = [2, 1]\n");
  try {
    read_study(file);
    FAIL();
  } catch (const Errors& problems) {
    const std::string text = problems.what();
    for (const char* part : {"bad.toml:3: error S111", "bad.toml:4: error B110", "policies",
                             "bad.toml:9: error S111", "bad.toml:13:", "bad.toml:14: error S111"})
      EXPECT_NE(text.find(part), std::string::npos) << part << " is not in\n" << text;
  }
  write_text_atomic(file, "name = \"bad\"\nsystem = \"x\"\n");
  EXPECT_THROW(read_study(file), Errors); // asks nothing
}

} // namespace
} // namespace cauce::study
