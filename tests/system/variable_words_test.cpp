// variables.es.csv: what readers of Spanish are told of the variables, held against the equations.
#include "cauce/system/system.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <unistd.h>

namespace cauce::system {
namespace {
namespace fs = std::filesystem;

// A copy of the teaching pack, with words or without.
class Words : public testing::Test {
 protected:
  Words() {
    fs::remove_all(folder_);
    fs::copy(fs::path(CAUCE_SOURCE_DIR) / "systems" / "two-towns", folder_,
             fs::copy_options::recursive);
  }
  ~Words() override { fs::remove_all(folder_); }

  void write(const std::string& rows) {
    std::ofstream(folder_ / "variables.es.csv") << "name,title,doc\n" << rows;
  }
  // One row for each variable of the pack but those named in `without`.
  std::string rows_for_all(std::initializer_list<std::string> without = {}) {
    Diagnostics findings;
    std::string rows;
    const auto system = System::load(folder_, 1.0, findings);
    for (const std::string& name : system->model()->known_names()) {
      if (std::find(without.begin(), without.end(), name) == without.end())
        rows += fmt::format("{0},es {0},\"doc, {0}\"\n", name);
    }
    return rows;
  }
  // What loading says; `system` stays empty when there is an error.
  Diagnostics load() {
    Diagnostics findings;
    try {
      system_ = System::load(folder_, 1.0, findings);
    } catch (const Errors& errors) {
      return errors.findings();
    }
    return findings;
  }

  fs::path folder_ = fs::temp_directory_path() / fmt::format("cauce-words-{}", ::getpid());
  std::shared_ptr<const System> system_;
};

TEST_F(Words, APackWithoutThemShowsTheNamesOfTheEquations) {
  EXPECT_TRUE(load().items().empty());
  const Bilingual title = system_->words().title("departure hazard");
  EXPECT_EQ(title.en, "departure hazard");
  EXPECT_EQ(title.es, "departure hazard");
  EXPECT_EQ(system_->words().doc("guards", "Lever: share").es, "Lever: share");
}

TEST_F(Words, EachVariableIsToldInBothLanguages) {
  write(rows_for_all());
  const Diagnostics findings = load();
  EXPECT_TRUE(findings.items().empty()) << findings.text();
  EXPECT_EQ(system_->words().title("guards").en, "guards");
  EXPECT_EQ(system_->words().title("guards").es, "es guards");
  EXPECT_EQ(system_->words().title("Leaving_AGAIN").es, "es leaving again") << "as equations name";
  EXPECT_EQ(system_->words().doc("guards", "Lever").en, "Lever");
  EXPECT_EQ(system_->words().doc("guards", "Lever").es, "doc, guards");
}

TEST_F(Words, ARowOfNoVariableIsAnErrorWithItsLine) {
  const std::string rows = rows_for_all();
  const auto lines = static_cast<int>(std::count(rows.begin(), rows.end(), '\n'));
  write(rows + "guard,guardia,\n");
  const Diagnostics findings = load();
  ASSERT_EQ(findings.items().size(), 1u) << findings.text();
  const Diagnostic& said = findings.items()[0];
  EXPECT_EQ(said.code, "P304");
  EXPECT_EQ(said.severity, Severity::error);
  EXPECT_NE(said.where.file.find("variables.es.csv"), std::string::npos);
  EXPECT_EQ(said.where.line, lines + 2) << "after the heading";
  EXPECT_NE(said.message.find("'guard'"), std::string::npos);
  EXPECT_NE(said.hint.find("guards"), std::string::npos);
}

TEST_F(Words, AVariableGivenTwiceIsAnErrorThatNamesBothLines) {
  write("guards,guardias,Palanca\n" + rows_for_all({"guards"}) + "Guards,vigilantes,Palanca\n");
  const Diagnostics findings = load();
  ASSERT_EQ(findings.items().size(), 1u) << findings.text();
  EXPECT_EQ(findings.items()[0].code, "P332");
  EXPECT_NE(findings.items()[0].hint.find("line 2"), std::string::npos);
}

TEST_F(Words, WhatIsMissingIsWarnedOfOnceAndShownInEnglish) {
  write(rows_for_all({"guards", "jobs programme"}) + "guards,guardias,\n");
  const Diagnostics findings = load();
  ASSERT_EQ(findings.items().size(), 1u) << findings.text();
  const Diagnostic& said = findings.items()[0];
  EXPECT_EQ(said.code, "P333");
  EXPECT_EQ(said.severity, Severity::warning);
  const std::size_t all = system_->model()->known_names().size();
  EXPECT_NE(said.message.find(fmt::format("2 of {} variables", all)), std::string::npos)
      << said.message;
  EXPECT_NE(said.message.find("jobs programme"), std::string::npos) << "it has no row";
  EXPECT_NE(said.message.find("guards"), std::string::npos) << "its doc is empty";
  EXPECT_EQ(system_->words().title("jobs programme").es, "jobs programme");
  EXPECT_EQ(system_->words().title("guards").es, "guardias");
  EXPECT_EQ(system_->words().doc("guards", "Lever").es, "Lever");

  write("guards,guardias,Palanca\n");
  const Diagnostics most = load();
  ASSERT_EQ(most.items().size(), 1u) << "one finding, not one a variable";
  EXPECT_NE(most.items()[0].message.find(fmt::format("and {} more", all - 1 - 5)),
            std::string::npos)
      << most.items()[0].message;
}

TEST_F(Words, AMissingColumnIsSaid) {
  std::ofstream(folder_ / "variables.es.csv") << "name,titel,doc\nguards,guardias,Palanca\n";
  const Diagnostics findings = load();
  EXPECT_GT(findings.errors(), 0);
  EXPECT_EQ(findings.items()[0].code, "B102");
}

// Stored runs, posteriors and verdicts are bound to the hashes of these files.
TEST_F(Words, WordsAreNoInputOfAnyNumber) {
  EXPECT_TRUE(load().items().empty());
  const auto without = system_->files();
  write(rows_for_all());
  load();
  EXPECT_EQ(system_->files(), without);
}

TEST(WordsOfThePack, NoTwoVariablesShareASpanishTitle) {
  Diagnostics findings;
  const auto system =
      System::load(fs::path(CAUCE_SOURCE_DIR) / "systems" / "northern-triangle", 1.0, findings);
  EXPECT_TRUE(findings.items().empty()) << findings.text();
  EXPECT_EQ(system->words().title("apprehensions").es, "aprehensiones");
  std::map<std::string, std::string> seen;
  for (const conditions::VariableInfo& info : system->model()->variables()) {
    if (info.hidden)
      continue;
    const std::string title = system->words().title(info.name).es;
    EXPECT_TRUE(seen.emplace(title, info.name).second)
        << "'" << title << "' stands for " << seen[title] << " and " << info.name;
  }
}

} // namespace
} // namespace cauce::system
