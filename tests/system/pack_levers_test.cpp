// Each lever of the pack really moves what the sources say that it moves, and no combination of
// extreme levers breaks the equations.
#include "cauce/base/table.hpp"
#include "cauce/evidence/parameters.hpp"
#include "cauce/system/simulation.hpp"
#include "mean_field.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <set>

namespace cauce::system {
namespace {

constexpr int decision = 89; // 2017-06, months since the start of 2010
constexpr int end_of_2023 = 168;

// Metrics whose outcome is a count of people: the variable that expects the same.
const std::map<std::string, std::string> expected_by = {
    {"emigration_flow", "emigration flow"},      {"border_apprehensions", "border apprehensions"},
    {"deportations_us", "returns from us"},      {"detained_population", "in detention"},
    {"daca_holders", "deferred action"},         {"tps_holders", "temporary protected"},
    {"undocumented_population", "undocumented"}, {"mexico_asylum_claims", "mexico claims"}};

std::string variable_of(const System& system, const std::string& metric) {
  if (const auto known = expected_by.find(metric); known != expected_by.end())
    return known->second;
  for (const OutcomeSpec& outcome : system.manifest().outcomes) {
    if (outcome.name == metric)
      return outcome.variable;
  }
  return "";
}

// lever -> metrics, from the claims of the sources.
std::map<std::string, std::set<std::string>> claimed() {
  Diagnostics findings;
  const Table claims = Table::read(std::filesystem::path(CAUCE_SOURCE_DIR) / "systems" /
                                       "northern-triangle" / "claims.csv",
                                   {}, findings);
  std::map<std::string, std::set<std::string>> moved;
  for (std::size_t row = 0; row < claims.rows(); ++row) {
    const std::string& lever = claims.cell(row, "lever");
    const std::string& metric = claims.cell(row, "metric");
    if (!lever.empty() && !metric.empty() && lever.find(';') == std::string::npos &&
        metric.find(';') == std::string::npos)
      moved[lever].insert(metric);
  }
  return moved;
}

using Totals = std::map<std::string, std::vector<double>>;

// The sum over 2017-06 to 2023-12 of each element of each variable.
Totals totals(MeanField& field, const std::set<std::string>& variables) {
  Totals sums;
  field.run(end_of_2023, [&](int month) {
    if (month < decision)
      return;
    for (const std::string& name : variables) {
      const auto values = field.values(name);
      auto& sum = sums[name];
      sum.resize(values.size(), 0.0);
      for (std::size_t i = 0; i < values.size(); ++i)
        sum[i] += values[i];
    }
  });
  return sums;
}

double largest_change(const std::vector<double>& a, const std::vector<double>& b) {
  double most = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i)
    most = std::max(most, std::abs(a[i] - b[i]) / std::max(std::abs(a[i]), 1e-9));
  return most;
}

class Levers : public testing::Test {
 protected:
  static void SetUpTestSuite() { system_ = real_pack(); }
  static void TearDownTestSuite() { system_.reset(); }
  // A draw, so that contested effects whose centre is 0 have a size.
  static std::vector<double> drawn() {
    const auto believed = policy::under_theory(system_->parameters(), system_->theory("open"));
    return evidence::draw_parameters(believed, 8, 5)[3];
  }
  static inline std::shared_ptr<const System> system_;
};

TEST_F(Levers, AllThatTheSourcesNameAreThereWithTheirClaims) {
  const auto moved = claimed();
  EXPECT_EQ(moved.size(), 34U);
  for (const auto& [lever, metrics] : moved) {
    const auto known = std::find_if(system_->levers().begin(), system_->levers().end(),
                                    [&](const policy::Lever& l) { return l.name == lever; });
    ASSERT_NE(known, system_->levers().end()) << lever;
    EXPECT_FALSE(known->claims.empty()) << lever;
    EXPECT_TRUE(known->cost_usd_per_unit_month.has_value()) << lever;
    for (const std::string& metric : metrics)
      EXPECT_NE(variable_of(*system_, metric), "") << lever << " -> " << metric;
  }
}

TEST_F(Levers, EachMovesWhatTheClaimsNameAtOneEndOrTheOther) {
  const auto moved = claimed();
  const std::vector<double> parameters = drawn();
  std::set<std::string> watched;
  for (const auto& [lever, metrics] : moved) {
    for (const std::string& metric : metrics)
      watched.insert(variable_of(*system_, metric));
  }
  MeanField standing(system_, parameters, "nothing");
  const Totals base = totals(standing, watched);
  for (const policy::Lever& lever : system_->levers()) {
    const auto metrics = moved.find(lever.name);
    if (metrics == moved.end())
      continue;
    MeanField low(system_, parameters, "nothing"), high(system_, parameters, "nothing");
    low.hold(lever.name, lever.low, decision);
    high.hold(lever.name, lever.high, decision);
    const Totals at_low = totals(low, watched), at_high = totals(high, watched);
    for (const std::string& metric : metrics->second) {
      const std::string variable = variable_of(*system_, metric);
      EXPECT_GT(std::max(largest_change(base.at(variable), at_low.at(variable)),
                         largest_change(base.at(variable), at_high.at(variable))),
                1e-6)
          << lever.name << " does not move " << metric;
    }
  }
}

// Rates that are probabilities; the others are hazards, factors, speeds, times.
const std::set<std::string_view> probabilities = {
    "family_size_share", "smuggler_share",          "mexico_outcome",
    "port_share",        "turn_in_share",           "crossing_death",
    "disposition",       "port_disposition",        "expelled_retry",
    "evader_retry",      "apprehension_probability"};

// What is wrong with the numbers of the equations, whatever the levers: "" when nothing is.
std::string fault(const MeanField& field) {
  const conditions::Model& model = *field.system().model();
  for (std::uint32_t v = 0; v < model.variables().size(); ++v) {
    const conditions::VariableInfo& info = model.info({v});
    const bool people = info.kind == conditions::Kind::stock && info.units == "persons";
    for (const double value : field.equations().values({v})) {
      if (!std::isfinite(value))
        return info.name + " is no finite number";
      if (people && value < -1e-6)
        return info.name + " is negative";
    }
  }
  for (const RateFeed& feed : field.system().rate_feeds()) {
    const people::Field& rate = people::rate_fields()[static_cast<std::size_t>(feed.rate)];
    const bool utility = rate.name.find("utility") != std::string_view::npos;
    for (const double value : field.equations().values(feed.variable)) {
      if (!utility && value < -1e-12)
        return std::string(rate.name) + " is negative";
      if (probabilities.contains(rate.name) && value > 1.0 + 1e-9)
        return std::string(rate.name) + " is above 1";
    }
  }
  for (const OutcomeSpec& outcome : field.system().manifest().outcomes) {
    if (outcome.unit != "share" || outcome.variable.empty())
      continue;
    for (const double value : field.values(outcome.variable)) {
      if (value < 0.0 || value > 1.0)
        return outcome.name + " is no share";
    }
  }
  return "";
}

// Runs to the end of 2027 with levers held from the decision on; the first fault with its month.
std::string first_fault(const std::shared_ptr<const System>& system,
                        const std::vector<double>& parameters,
                        const std::vector<std::pair<std::string, double>>& held) {
  MeanField field(system, parameters, "nothing");
  for (const auto& [lever, value] : held)
    field.hold(lever, value, decision);
  std::string found;
  field.run(216, [&](int month) {
    if (found.empty() && month % 12 == 11) {
      found = fault(field);
      if (!found.empty())
        found += " in month " + std::to_string(month);
    }
  });
  return found;
}

TEST_F(Levers, NoDrawOfExtremePoliciesBreaksTheEquations) {
  const auto believed = policy::under_theory(system_->parameters(), system_->theory("open"));
  const auto draws = evidence::draw_parameters(believed, 64, 7);
  EXPECT_TRUE(rc::check("levers at their ends, several at once", [&] {
    const auto& parameters = draws[*rc::gen::inRange<std::size_t>(0, draws.size())];
    std::vector<std::pair<std::string, double>> held;
    for (const policy::Lever& lever : system_->levers()) {
      const int end = *rc::gen::inRange(0, 6);
      if (end < 2)
        held.emplace_back(lever.name, end == 0 ? lever.low : lever.high);
    }
    RC_ASSERT(first_fault(system_, parameters, held) == "");
  }));
}

TEST_F(Levers, AllAtTheirLowAndAllAtTheirHighEndsBreakNothing) {
  std::vector<std::pair<std::string, double>> low, high;
  for (const policy::Lever& lever : system_->levers()) {
    low.emplace_back(lever.name, lever.low);
    high.emplace_back(lever.name, lever.high);
  }
  EXPECT_EQ(first_fault(system_, central_values(*system_), low), "");
  EXPECT_EQ(first_fault(system_, central_values(*system_), high), "");
}

TEST_F(Levers, ExtremePoliciesKeepPeopleWhole) {
  const auto system = real_pack(4000);
  for (const bool high : {false, true}) {
    Scenario scenario{nullptr, central_values(*system), 3, 0};
    auto paths = std::make_shared<LeverPaths>(*system->lever_paths("nothing"));
    for (std::size_t i = 0; i < paths->paths.size(); ++i) {
      auto& path = paths->paths[i];
      const policy::Lever& lever = system->levers()[i];
      for (std::size_t m = decision; m * path.size < path.values.size(); ++m) {
        for (std::size_t e = 0; e < path.size; ++e)
          path.values[m * path.size + e] = high ? lever.high : lever.low;
        if (!path.silent.empty())
          path.silent[m] = 0;
      }
    }
    scenario.levers = paths;
    Simulation simulation(system, scenario);
    const std::int64_t start = simulation.world().total();
    for (int month = 0; month < 216; ++month) {
      const std::span<const double> recorded = simulation.run_month();
      for (const Outcome& outcome : system->outcomes()) {
        for (const double value : recorded.subspan(outcome.offset, outcome.size))
          ASSERT_TRUE(std::isfinite(value)) << outcome.spec->name << simulation.month().text();
      }
      const people::World& world = simulation.world();
      ASSERT_EQ(world.total() + world.dead() - world.born(), start);
      ASSERT_EQ(world.count_everyone(), world.total());
    }
  }
}

} // namespace
} // namespace cauce::system
