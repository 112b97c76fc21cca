// Files of words: what readers of Spanish are told of a pack, held against what the pack has.
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

// A copy of the teaching pack without its words, and with those that a test writes.
class WordsOfACopy : public testing::Test {
 protected:
  WordsOfACopy() {
    fs::remove_all(folder_);
    fs::copy(fs::path(CAUCE_SOURCE_DIR) / "systems" / "two-towns", folder_,
             fs::copy_options::recursive);
    for (const char* file : {"variables.es.csv", "claims.en.csv", "claims.es.csv", "arms.en.csv",
                             "arms.es.csv", "phrases.es.csv"}) {
      EXPECT_TRUE(fs::remove(folder_ / file)) << file;
    }
  }
  ~WordsOfACopy() override { fs::remove_all(folder_); }

  void write(const std::string& rows) { write_file("variables.es.csv", "name,title,doc\n" + rows); }
  void write_file(const char* file, const std::string& text) {
    std::ofstream(folder_ / file) << text;
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

TEST_F(WordsOfACopy, APackWithoutThemIsShownInEnglish) {
  EXPECT_TRUE(load().items().empty());
  const PackWords& words = system_->words();
  EXPECT_EQ(words.variable("departure hazard").en, "departure hazard");
  EXPECT_EQ(words.variable("departure hazard").es, "departure hazard");
  EXPECT_EQ(words.variable_doc("guards", "Lever: share").es, "Lever: share");
  EXPECT_EQ(words.statement("jobs-keep-people", "A programme").es, "A programme");
  EXPECT_EQ(words.arm("some-guards").es, "some guards") << "its name says something";
  EXPECT_EQ(words.term("in_the_north").en, "in the north");
  EXPECT_EQ(words.term("in_the_north").es, "in the north");
}

TEST_F(WordsOfACopy, EachVariableIsToldInBothLanguages) {
  write(rows_for_all());
  const Diagnostics findings = load();
  EXPECT_TRUE(findings.items().empty()) << findings.text();
  const PackWords& words = system_->words();
  EXPECT_EQ(words.variable("guards").en, "guards");
  EXPECT_EQ(words.variable("guards").es, "es guards");
  EXPECT_EQ(words.variable("Leaving_AGAIN").es, "es leaving again") << "as equations name";
  EXPECT_EQ(words.variable_doc("guards", "Lever").en, "Lever");
  EXPECT_EQ(words.variable_doc("guards", "Lever").es, "doc, guards");
}

TEST_F(WordsOfACopy, ClaimsArmsAndPhrasesAreToldInBothLanguages) {
  write_file("claims.es.csv", "claim_id,statement,testable_as\n"
                              "jobs-keep-people,Un programa,menos salidas\n");
  write_file("claims.en.csv", "claim_id,testable_as\nguards-stop-people,fewer in the North\n");
  write_file("arms.en.csv", "arm,title\nsome-guards,Half are sent home\nrestless,Restless\n");
  write_file("arms.es.csv", "arm,title\nsome-guards,La mitad vuelve\n");
  write_file("phrases.es.csv", "english,spanish\nin the north,en el Norte\nmayor,alcalde\n");
  const Diagnostics findings = load();
  EXPECT_EQ(findings.errors(), 0) << findings.text();
  const PackWords& words = system_->words();
  EXPECT_EQ(words.statement("jobs-keep-people", "A programme").en, "A programme");
  EXPECT_EQ(words.statement("jobs-keep-people", "A programme").es, "Un programa");
  EXPECT_EQ(words.test("jobs-keep-people", "lower").es, "menos salidas");
  EXPECT_EQ(words.test("jobs-keep-people", "lower").en, "lower") << "as claims.csv has it";
  EXPECT_EQ(words.test("guards-stop-people", "lower").en, "fewer in the North");
  EXPECT_EQ(words.test("guards-stop-people", "lower").es, "fewer in the North")
      << "English before the notation";
  EXPECT_EQ(words.arm("some-guards").en, "Half are sent home");
  EXPECT_EQ(words.arm("some-guards").es, "La mitad vuelve");
  EXPECT_EQ(words.arm("restless").es, "Restless") << "English before the name";
  EXPECT_EQ(words.term("in_the_north").es, "en el Norte");
  EXPECT_EQ(words.phrase("mayor").es, "alcalde");
  EXPECT_EQ(words.phrase("Mayor").es, "Mayor") << "texts are compared as they are written";

  // Each file says for itself what it lacks.
  ASSERT_EQ(findings.items().size(), 5U) << findings.text();
  const std::map<std::string, std::string> lacks = {{"claims.en.csv", "3 of 4 lack words"},
                                                    {"claims.es.csv", "4 of 5 lack words"},
                                                    {"arms.en.csv", "2 of 4 lack words"},
                                                    {"arms.es.csv", "3 of 4 lack words"},
                                                    {"phrases.es.csv", "lack words here: 'jobs'"}};
  for (const Diagnostic& said : findings.items()) {
    EXPECT_EQ(said.code, "P333");
    const auto file = fs::path(said.where.file).filename().string();
    ASSERT_TRUE(lacks.contains(file)) << file;
    EXPECT_NE(said.message.find(lacks.at(file)), std::string::npos) << said.message;
  }
}

TEST_F(WordsOfACopy, RowsOfNothingAreWarnedOfOnceWithTheLineOfTheFirst) {
  const std::string rows = rows_for_all();
  const auto lines = static_cast<int>(std::count(rows.begin(), rows.end(), '\n'));
  write(rows + "guard,guardia,\nbells,campanas,\n");
  const Diagnostics findings = load();
  ASSERT_EQ(findings.items().size(), 1U) << findings.text();
  const Diagnostic& said = findings.items()[0];
  EXPECT_EQ(said.code, "P334");
  EXPECT_EQ(said.severity, Severity::warning) << "who edits equations need not edit words";
  EXPECT_NE(said.where.file.find("variables.es.csv"), std::string::npos);
  EXPECT_EQ(said.where.line, lines + 2) << "after the heading";
  EXPECT_NE(said.message.find("2 rows"), std::string::npos) << said.message;
  EXPECT_NE(said.message.find("'guard', 'bells'"), std::string::npos) << said.message;
  EXPECT_NE(said.hint.find("guards"), std::string::npos);
}

TEST_F(WordsOfACopy, WordsGivenTwiceAreAnErrorThatNamesBothLines) {
  write("guards,guardias,Palanca\n" + rows_for_all({"guards"}) + "Guards,vigilantes,Palanca\n");
  const Diagnostics findings = load();
  ASSERT_EQ(findings.items().size(), 1U) << findings.text();
  EXPECT_EQ(findings.items()[0].code, "P332");
  EXPECT_NE(findings.items()[0].hint.find("line 2"), std::string::npos);
}

TEST_F(WordsOfACopy, WhatIsMissingIsWarnedOfOnceAndShownInEnglish) {
  write(rows_for_all({"guards", "jobs programme"}) + "guards,guardias,\n");
  const Diagnostics findings = load();
  ASSERT_EQ(findings.items().size(), 1U) << findings.text();
  const Diagnostic& said = findings.items()[0];
  EXPECT_EQ(said.code, "P333");
  EXPECT_EQ(said.severity, Severity::warning);
  const std::size_t all = system_->model()->known_names().size();
  EXPECT_NE(said.message.find(fmt::format("2 of {} lack words", all)), std::string::npos)
      << said.message;
  EXPECT_NE(said.message.find("'jobs programme'"), std::string::npos) << "it has no row";
  EXPECT_NE(said.message.find("'guards'"), std::string::npos) << "its doc is empty";
  EXPECT_EQ(system_->words().variable("jobs programme").es, "jobs programme");
  EXPECT_EQ(system_->words().variable("guards").es, "guardias");
  EXPECT_EQ(system_->words().variable_doc("guards", "Lever").es, "Lever");

  write("guards,guardias,Palanca\n");
  const Diagnostics most = load();
  ASSERT_EQ(most.items().size(), 1U) << "one finding, not one a variable";
  EXPECT_NE(most.items()[0].message.find(fmt::format("and {} more", all - 1 - 5)),
            std::string::npos)
      << most.items()[0].message;
}

TEST_F(WordsOfACopy, AMissingColumnIsSaid) {
  write_file("variables.es.csv", "name,titel,doc\nguards,guardias,Palanca\n");
  const Diagnostics findings = load();
  EXPECT_GT(findings.errors(), 0);
  EXPECT_EQ(findings.items()[0].code, "B102");
}

// Stored runs, posteriors and verdicts are bound to the hashes of these files.
TEST_F(WordsOfACopy, WordsAreNoInputOfAnyNumber) {
  EXPECT_TRUE(load().items().empty());
  const auto without = system_->files();
  write(rows_for_all());
  write_file("claims.es.csv", "claim_id,statement,testable_as\njobs-keep-people,Un programa,x\n");
  write_file("arms.es.csv", "arm,title\nsome-guards,La mitad vuelve\n");
  write_file("phrases.es.csv", "english,spanish\nmayor,alcalde\n");
  load();
  EXPECT_EQ(system_->words().phrase("mayor").es, "alcalde");
  EXPECT_EQ(system_->files(), without);
}

// Both packs tell all in Spanish; loading warns of whatever has no words.
class WordsOfAPack : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    Diagnostics findings;
    system_ = System::load(fs::path(CAUCE_SOURCE_DIR) / "systems" / GetParam(), 1.0, findings);
    EXPECT_TRUE(findings.items().empty()) << findings.text();
  }
  std::shared_ptr<const System> system_;
};

TEST_P(WordsOfAPack, NoTwoVariablesShareASpanishTitle) {
  EXPECT_NE(system_->words().variable("departures").es, "departures");
  std::map<std::string, std::string> seen;
  for (const conditions::VariableInfo& info : system_->model()->variables()) {
    if (info.hidden)
      continue;
    const std::string title = system_->words().variable(info.name).es;
    EXPECT_TRUE(seen.emplace(title, info.name).second)
        << "'" << title << "' stands for " << seen[title] << " and " << info.name;
  }
}

TEST_P(WordsOfAPack, ClaimsKeepTheirFiguresInSpanish) {
  ASSERT_FALSE(system_->claims().empty());
  for (const evidence::Claim& claim : system_->claims()) {
    const Bilingual said = system_->words().statement(claim.id, claim.statement);
    EXPECT_NE(said.es, said.en) << claim.id;
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    for (std::size_t i = 0; i < said.en.size();) {
      if (!digit(said.en[i])) {
        ++i;
        continue;
      }
      std::size_t end = i;
      while (end < said.en.size() &&
             (digit(said.en[end]) ||
              (said.en[end] == ',' && end + 1 < said.en.size() && digit(said.en[end + 1]))))
        ++end;
      const std::string figure = said.en.substr(i, end - i);
      const bool decade = end < said.en.size() && said.en[end] == 's'; // "los años ochenta"
      EXPECT_TRUE(decade || said.es.find(figure) != std::string::npos)
          << claim.id << " loses " << figure;
      i = end;
    }
  }
}

TEST_P(WordsOfAPack, TestsOfClaimsAreToldWithoutNamesOfThePack) {
  for (const evidence::Claim& claim : system_->claims()) {
    const Bilingual said = system_->words().test(claim.id, claim.testable_as);
    EXPECT_EQ(said.en.find('_'), std::string::npos) << said.en;
    EXPECT_EQ(said.es.find('_'), std::string::npos) << said.es;
  }
}

TEST_P(WordsOfAPack, ArmsHaveTitlesInBothLanguages) {
  ASSERT_FALSE(system_->arms().empty());
  for (const policy::Policy& arm : system_->arms()) {
    const Bilingual title = system_->words().arm(arm.name);
    EXPECT_NE(title.en, title.es) << arm.name;
    EXPECT_LE(title.es.size(), 110U) << arm.name << ": a title, not a note";
  }
}

INSTANTIATE_TEST_SUITE_P(Packs, WordsOfAPack, testing::Values("northern-triangle", "two-towns"),
                         [](const auto& info) {
                           return std::string(info.index == 0 ? "NorthernTriangle" : "TwoTowns");
                         });

} // namespace
} // namespace cauce::system
