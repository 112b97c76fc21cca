// Every causal link and feedback loop of the sources runs in the compiled model: an edit that cuts
// a chain of links.csv or loops.csv is seen here.
#include "cauce/base/table.hpp"
#include "mean_field.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <set>

namespace cauce::system {
namespace {

const std::filesystem::path pack =
    std::filesystem::path(CAUCE_SOURCE_DIR) / "systems" / "northern-triangle";

Table table_of(const char* name) {
  Diagnostics findings;
  Table table = Table::read(pack / name, {}, findings);
  EXPECT_TRUE(findings.items().empty());
  return table;
}

std::vector<std::string> split(std::string_view text, std::string_view by) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(by, at), text.size());
    parts.emplace_back(text.substr(at, end - at));
    at = end + by.size();
  }
  return parts;
}

// Says where the chain is cut: "" when each variable is used by the next. What a stock or a smooth
// holds inside counts as itself.
std::string cut_of(const conditions::Model& model, const std::vector<std::string>& chain) {
  for (std::size_t i = 0; i + 1 < chain.size(); ++i) {
    const auto from = model.find(chain[i]), to = model.find(chain[i + 1]);
    if (!from || !to)
      return "no variable '" + (from ? chain[i + 1] : chain[i]) + "'";
    std::set<conditions::VariableId> seen = {*to};
    std::vector<conditions::VariableId> open = {*to};
    bool found = false;
    while (!open.empty() && !found) {
      const conditions::VariableId at = open.back();
      open.pop_back();
      for (const conditions::VariableId use : model.uses(at)) {
        found = found || use == *from;
        const bool inner = model.info(use).hidden;
        if (inner && seen.insert(use).second)
          open.push_back(use);
      }
    }
    if (!found)
      return "'" + chain[i] + "' is not used by '" + chain[i + 1] + "'";
  }
  return "";
}

TEST(Links, EachLinkOfTheSourcesRunsOrHasItsReason) {
  const auto system = real_pack();
  const Table links = table_of("links.csv");
  ASSERT_EQ(links.rows(), 157U);
  for (std::size_t row = 0; row < links.rows(); ++row) {
    const std::string name = links.cell(row, "from") + " -> " + links.cell(row, "to");
    if (links.cell(row, "status") == "context") {
      EXPECT_FALSE(links.cell(row, "reason").empty()) << name;
      continue;
    }
    ASSERT_EQ(links.cell(row, "status"), "exists") << name;
    const auto chain = split(links.cell(row, "chain"), " > ");
    EXPECT_GE(chain.size(), 2U) << name;
    EXPECT_EQ(cut_of(*system->model(), chain), "") << name;
  }
}

TEST(Loops, EachOfTheThirtyThreeCloses) {
  const auto system = real_pack();
  const Table loops = table_of("loops.csv");
  ASSERT_EQ(loops.rows(), 33U);
  for (std::size_t row = 0; row < loops.rows(); ++row) {
    const std::string name = loops.cell(row, "loop") + " " + loops.cell(row, "name");
    const auto chain = split(loops.cell(row, "chain"), " > ");
    ASSERT_GE(chain.size(), 3U) << name;
    EXPECT_EQ(chain.front(), chain.back()) << name;
    EXPECT_EQ(cut_of(*system->model(), chain), "") << name;
    // The loop passes a stock or a smooth: it takes time.
    const bool takes_time = std::any_of(chain.begin(), chain.end(), [&](const std::string& v) {
      const auto id = system->model()->find(v);
      const auto uses = id ? system->model()->uses(*id) : std::span<const conditions::VariableId>{};
      return id && (system->model()->info(*id).kind == conditions::Kind::stock ||
                    std::any_of(uses.begin(), uses.end(), [&](conditions::VariableId use) {
                      return system->model()->info(use).hidden;
                    }));
    });
    EXPECT_TRUE(takes_time) << name;
    RecordProperty(loops.cell(row, "loop"), loops.cell(row, "name"));
  }
}

TEST(Loops, WhatLoopsPassThroughPeopleIsFedByTheirCounts) {
  const auto system = real_pack();
  std::set<std::string> fed;
  for (const CountFeed& feed : system->count_feeds())
    fed.insert(system->model()->info(feed.variable).name);
  for (const char* variable : {"departures", "on the road", "apprehensions", "returns from us",
                               "mexico apprehensions", "mexico claims", "displaced people",
                               "residents", "returned at home", "retries", "pending cases"}) {
    const auto id = system->model()->find(variable);
    ASSERT_TRUE(id) << variable;
    EXPECT_TRUE(fed.contains(system->model()->info(*id).name)) << variable;
  }
}

TEST(Loops, ACutChainIsSeen) {
  const auto system = real_pack();
  EXPECT_EQ(cut_of(*system->model(), {"rents", "push"}), "");
  EXPECT_EQ(cut_of(*system->model(), {"push", "rents"}), "'push' is not used by 'rents'");
  EXPECT_EQ(cut_of(*system->model(), {"rents", "nothing"}), "no variable 'nothing'");
}

} // namespace
} // namespace cauce::system
