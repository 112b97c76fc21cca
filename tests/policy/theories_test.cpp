// Theories: overlays on priors that leave everything else as it was.
#include "cauce/policy/theories.hpp"

#include "evidence/files.hpp"

#include <gtest/gtest.h>

namespace cauce::policy {
namespace {

using evidence::Parameter;
using evidence::Prior;
using evidence::Shape;

std::vector<Parameter> parameters() {
  std::vector<Parameter> list(3);
  list[0].name = "violence effect";
  list[0].prior = {Shape::normal, 1.0, 0.0, 2.0};
  list[1].name = "aid effect";
  list[1].element = "Guatemala";
  list[1].prior = {Shape::uniform, 0.5, 0.0, 1.0};
  list[2] = list[1];
  list[2].element = "Honduras";
  return list;
}

TEST(Theories, OverlayPriorsAndCutLinks) {
  const testing_files::Folder folder;
  folder.write("t/roots.toml",
               "name = 'roots'\ntitle = {en = 'Roots', es = 'Raíces'}\n"
               "[[parameter]]\nname = 'aid effect'\nelement = 'Honduras'\n"
               "distribution = 'normal'\nvalue = -1\nlow = -2\nhigh = 0\nwhy.en = 'w'\n"
               "[[cut]]\nvariable = 'violence effect'\n");
  Diagnostics findings;
  const auto theories = read_theories(folder.path() / "t", parameters(), findings);
  EXPECT_EQ(findings.text(), "");
  ASSERT_EQ(theories.size(), 1U);
  EXPECT_EQ(theories[0].title.es, "Raíces");
  const auto believed = under_theory(parameters(), theories[0]);
  ASSERT_EQ(believed.size(), 3U);
  EXPECT_EQ(believed[0].prior.shape, Shape::fixed);
  EXPECT_EQ(believed[0].prior.value, 0.0);
  EXPECT_EQ(believed[1].prior.shape, Shape::uniform) << "the other element is as it was";
  EXPECT_EQ(believed[2].prior.value, -1.0);
  EXPECT_EQ(believed[2].prior.low, -2.0);
}

TEST(Theories, ABeliefWithoutElementHoldsForAllElements) {
  Theory theory;
  Belief belief;
  belief.name = "aid effect";
  belief.prior = {Shape::fixed, 3.0, 0.0, 0.0};
  theory.beliefs = {belief};
  const auto believed = under_theory(parameters(), theory);
  EXPECT_EQ(believed[0].prior.value, 1.0);
  EXPECT_EQ(believed[1].prior.value, 3.0);
  EXPECT_EQ(believed[2].prior.value, 3.0);
}

TEST(Theories, NoBeliefChangesNoDraw) {
  Theory theory;
  Belief belief;
  belief.name = "violence effect";
  belief.prior = {Shape::fixed, 3.0, 0.0, 0.0};
  theory.beliefs = {belief};
  const auto plain = evidence::draw_parameters(parameters(), 16, 5);
  const auto believed = evidence::draw_parameters(under_theory(parameters(), theory), 16, 5);
  for (std::size_t m = 0; m < 16; ++m) {
    EXPECT_EQ(believed[m][0], 3.0);
    EXPECT_EQ(believed[m][1], plain[m][1]) << "members differ between theories by the belief alone";
    EXPECT_EQ(believed[m][2], plain[m][2]);
  }
}

TEST(Theories, SayWhatIsWrong) {
  const testing_files::Folder folder;
  folder.write("t/bad.toml", "name = 'bads'\n"
                             "[[parameter]]\nname = 'violense effect'\nvalue = 1\n"
                             "[[parameter]]\nname = 'aid effect'\nelement = 'Peru'\n"
                             "distribution = 'uniform'\nvalue = 1\nlow = 3\nhigh = 2\n"
                             "[[cut]]\nvariabel = 'violence effect'\n");
  Diagnostics findings;
  read_theories(folder.path() / "t", parameters(), findings);
  const std::string text = folder.relative(findings.text());
  for (const char* part :
       {"t/bad.toml:1: error Y107: the theory is named 'bads' in a file named 'bad.toml'",
        "t/bad.toml:2: error Y109: unknown parameter 'violense effect' (did you mean 'violence "
        "effect'?)",
        "t/bad.toml:5: error E107: 'aid effect': prior 'uniform' needs low < high, found 3 and 2",
        "t/bad.toml:5: error Y109: unknown parameter 'aid effect[Peru]'",
        "error B111: missing key 'variable'", "error B110"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\nnot in\n" << text;
  }
}

TEST(Theories, ThePackItselfIsClean) {
  const std::filesystem::path pack =
      std::filesystem::path(CAUCE_SOURCE_DIR) / "systems/northern-triangle";
  Diagnostics findings;
  const auto sources = evidence::Sources::read(pack / "data/sources.csv", findings);
  const auto its = evidence::read_parameters(pack / "parameters.csv", sources, findings);
  const auto theories = read_theories(pack / "theories", its, findings);
  EXPECT_EQ(findings.errors(), 0) << findings.text();
  EXPECT_GE(theories.size(), 6U);
}

} // namespace
} // namespace cauce::policy
