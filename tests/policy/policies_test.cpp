// Policies: what a lever's value is in each month, how policies extend one another, and that every
// mistake in a file is named.
#include "cauce/policy/policies.hpp"

#include "evidence/files.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace cauce::policy {
namespace {

constexpr Month may = Month::of(2017, 5), june = Month::of(2017, 6), july = Month::of(2017, 7);

Action action(Month from, Action::Form form, double amount, int ramp = 0,
              std::optional<Month> until = {}, std::string place = "") {
  Action a;
  a.lever = "aid";
  a.from = from;
  a.until = until;
  a.form = form;
  a.amount = amount;
  a.ramp_months = ramp;
  a.place = std::move(place);
  return a;
}

Lever aid() {
  Lever lever;
  lever.name = "aid";
  lever.low = 0.0;
  lever.high = 10.0;
  lever.standing = 2.0;
  return lever;
}

Policy policy(std::vector<Action> actions) {
  Policy p;
  p.actions = std::move(actions);
  return p;
}

TEST(LeverValue, StandsAtItsDefaultWithoutActions) {
  EXPECT_EQ(lever_value(policy({}), aid(), "Guatemala", june), 2.0);
  Lever none = aid();
  none.standing.reset();
  EXPECT_EQ(lever_value(policy({}), none, "Guatemala", june), std::nullopt);
}

TEST(LeverValue, HoldsFromTheFirstToTheLastMonth) {
  const Policy p = policy({action(june, Action::Form::value, 5.0, 0, july)});
  EXPECT_EQ(lever_value(p, aid(), "", may), 2.0);
  EXPECT_EQ(lever_value(p, aid(), "", june), 5.0);
  EXPECT_EQ(lever_value(p, aid(), "", july), 5.0);
  EXPECT_EQ(lever_value(p, aid(), "", july + 1), 2.0) << "the default holds again";
}

TEST(LeverValue, RampsLinearlyAndThenStays) {
  const Policy p = policy({action(june, Action::Form::value, 5.0, 3)});
  EXPECT_EQ(lever_value(p, aid(), "", may), 2.0);
  EXPECT_DOUBLE_EQ(*lever_value(p, aid(), "", june), 3.0);
  EXPECT_DOUBLE_EQ(*lever_value(p, aid(), "", june + 1), 4.0);
  EXPECT_DOUBLE_EQ(*lever_value(p, aid(), "", june + 2), 5.0);
  EXPECT_DOUBLE_EQ(*lever_value(p, aid(), "", june + 30), 5.0);
}

TEST(LeverValue, FactorsAndSumsBuildOnEarlierActions) {
  const Policy p =
      policy({action(may, Action::Form::value, 4.0), action(june, Action::Form::factor, 1.5),
              action(july, Action::Form::add, -1.0)});
  EXPECT_EQ(lever_value(p, aid(), "", may), 4.0);
  EXPECT_EQ(lever_value(p, aid(), "", june), 6.0);
  EXPECT_EQ(lever_value(p, aid(), "", july), 5.0);
}

TEST(LeverValue, LaterValuesReplaceEarlierOnesAndPlacesStandApart) {
  const Policy p = policy({action(may, Action::Form::value, 4.0),
                           action(june, Action::Form::value, 7.0, 0, {}, "Honduras")});
  EXPECT_EQ(lever_value(p, aid(), "Honduras", july), 7.0);
  EXPECT_EQ(lever_value(p, aid(), "Guatemala", july), 4.0);
}

TEST(LeverValue, ARampNeverLeavesTheSpanBetweenOldAndNew) {
  EXPECT_TRUE(rc::check([] {
    const double target = *rc::gen::inRange(-100, 100) / 7.0;
    const int ramp = *rc::gen::inRange(0, 40), at = *rc::gen::inRange(-5, 60);
    const Policy p = policy({action(june, Action::Form::value, target, ramp)});
    const double value = lever_value(p, aid(), "", june + at).value();
    const double next = lever_value(p, aid(), "", june + at + 1).value();
    RC_ASSERT(value >= std::min(2.0, target) - 1e-12 && value <= std::max(2.0, target) + 1e-12);
    RC_ASSERT((next - value) * (target - 2.0) >= -1e-12); // towards its target, never back
    if (at < 0)
      RC_ASSERT(value == 2.0);
    if (at >= ramp)
      RC_ASSERT(std::abs(value - target) < 1e-12);
  }));
}

class PolicyFiles : public ::testing::Test {
 protected:
  PolicyFiles() {
    sources = evidence::Sources::read(
        folder.write("sources.csv", "source_id,title,publisher,date,url,note\nwb,T,P,2017,u,\n"),
        findings);
    levers = read_levers(
        folder.write("levers.csv",
                     std::string(lever_header) +
                         "development_aid,aid flow,usd/month,0,10,2,US,aid,,,A,A,d,d,wb,seen\n"
                         "asylum_rate,asylum,share,0,1,,US,law,,,A,A,d,d,,assumed\n"),
        sources, findings);
    EXPECT_EQ(findings.text(), "");
  }
  std::string said() const { return folder.relative(findings.text()); }
  std::vector<Policy> read() {
    return read_policies(folder.path() / "policies", levers, sources, findings);
  }

  static constexpr std::string_view lever_header =
      "lever,variable,unit,low,high,default,actor,group,cost_usd_per_unit_month,claims,name_en,"
      "name_es,doc_en,doc_es,source_id,status\n";
  testing_files::Folder folder;
  Diagnostics findings;
  evidence::Sources sources;
  std::vector<Lever> levers;
};

TEST_F(PolicyFiles, ExtendsInTheOrderOfTheirStarts) {
  folder.write("policies/base.toml",
               "name = 'base'\ntitle.en = 'Base'\n"
               "[[action]]\nlever = 'development_aid'\nfrom = '2017-06'\nvalue = 4\n"
               "[[action]]\nlever = 'development_aid'\nfrom = '2019-01'\nvalue = 1\n");
  folder.write("policies/more.toml",
               "name = 'more'\nextends = 'base'\n"
               "[[action]]\nlever = 'development_aid'\nfrom = '2017-06'\nfactor = 2\n");
  const auto policies = read();
  EXPECT_EQ(findings.text(), "");
  ASSERT_EQ(policies.size(), 2U);
  EXPECT_EQ(policies[0].name, "base");
  EXPECT_EQ(policies[0].title.en, "Base");
  ASSERT_EQ(policies[1].actions.size(), 3U);
  EXPECT_EQ(lever_value(policies[1], levers[0], "", june), 8.0) << "its own after what it extends";
  EXPECT_EQ(lever_value(policies[1], levers[0], "", Month::of(2019, 1)), 1.0);
}

TEST_F(PolicyFiles, SaysEveryFaultOfTheFileInOnePass) {
  folder.write("policies/bad.toml",
               "name = 'bad'\ntitel.en = 'x'\n"
               "[[action]]\nlever = 'develpment_aid'\nfrom = '2017-06'\nvalue = 1\n"
               "[[action]]\nlever = 'development_aid'\nfrom = '2017-13'\nvalue = 1\n"
               "[[action]]\nlever = 'development_aid'\nfrom = '2017-06'\n"
               "until = '2017-01'\nvalue = 1\nfactor = 2\n"
               "[[action]]\nlever = 'development_aid'\nfrom = '2017-06'\nvalue = 11\n"
               "[[action]]\nlever = 'asylum_rate'\nfrom = '2017-06'\nadd = 0.1\n"
               "ramp_months = -3\nsource_id = 'wbb'\n");
  read();
  const std::string text = said();
  for (const char* part :
       {"bad.toml:2: error B110", "did you mean 'title'?",
        "bad.toml:4: error Y103: unknown lever 'develpment_aid' (did you mean 'development_aid'?)",
        "bad.toml:9: error B112",
        "bad.toml:11: error Y104: an action needs exactly one of 'value', 'factor', 'add'",
        "bad.toml:11: error Y105: the action ends (2017-01) before it starts (2017-06)",
        "bad.toml:17: warning Y108: development_aid = 11 is outside the lever's range 0 to 10",
        "bad.toml:21: error Y104: lever 'asylum_rate' has no default, so an action on it needs "
        "'value'",
        "bad.toml:21: error Y110: ramp_months cannot be negative, found -3",
        "bad.toml:21: error E102: unknown source 'wbb' (did you mean 'wb'?)"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\nnot in\n" << text;
  }
  EXPECT_EQ(findings.errors(), 8) << text;
  EXPECT_EQ(findings.warnings(), 1) << text;
}

TEST_F(PolicyFiles, CirclesAndUnknownPoliciesAreNamed) {
  folder.write("policies/a.toml", "name = 'a'\nextends = 'b'\n");
  folder.write("policies/b.toml", "name = 'b'\nextends = 'a'\n");
  folder.write("policies/held.toml", "name = 'held'\nextends = 'held-2106'\n");
  folder.write("policies/held-2016.toml", "name = 'held_2016'\n");
  read();
  EXPECT_EQ(
      said(),
      "policies/held-2016.toml:1: error Y107: the policy is named 'held_2016' in a file named "
      "'held-2016.toml'\n"
      "policies/a.toml: error Y106: 'a' extends itself in a circle\n"
      "policies/b.toml: error Y106: 'b' extends itself in a circle\n"
      "policies/held.toml: error Y106: 'held' extends the unknown policy 'held-2106' (did you "
      "mean 'held-2016'?)");
}

TEST_F(PolicyFiles, AFileThatIsNotTomlDoesNotHideTheOthers) {
  folder.write("policies/a.toml", "name = = 'a'\n");
  folder.write("policies/b.toml", "name = 'b'\n");
  const auto policies = read();
  ASSERT_EQ(policies.size(), 1U);
  EXPECT_EQ(policies[0].name, "b");
  EXPECT_EQ(findings.errors(), 1);
  EXPECT_NE(said().find("policies/a.toml:1"), std::string::npos) << said();
}

TEST_F(PolicyFiles, LeversOutOfOrderOrTwice) {
  read_levers(folder.write("l.csv", std::string(lever_header) +
                                        "x,v,u,3,1,2,US,g,,,A,A,d,d,wb,seen\n"
                                        "y,v,u,0,1,2,US,g,,,A,A,d,d,wb,seen\n"
                                        "y,v,u,0,1,,US,g,,,A,A,d,d,,seen\n"),
              sources, findings);
  EXPECT_EQ(said(), "l.csv:2: error Y102: lever 'x' needs low <= default <= high and low < high, "
                    "found 3, 2, 1\n"
                    "l.csv:3: error Y102: lever 'y' needs low <= default <= high and low < high, "
                    "found 0, 2, 1\n"
                    "l.csv:4: error E110: a number that is 'seen' needs a source (give its "
                    "source_id, or mark it assumed)\n"
                    "l.csv:4: error Y101: lever 'y' is given twice");
}

TEST_F(PolicyFiles, ThePackItselfIsClean) {
  const std::filesystem::path pack =
      std::filesystem::path(CAUCE_SOURCE_DIR) / "systems/northern-triangle";
  const auto its_sources = evidence::Sources::read(pack / "data/sources.csv", findings);
  const auto its_levers = read_levers(pack / "levers.csv", its_sources, findings);
  const auto policies = read_policies(pack / "policies", its_levers, its_sources, findings);
  EXPECT_EQ(findings.errors(), 0) << findings.text();
  EXPECT_GE(policies.size(), 5U);
  for (const Policy& p : policies) {
    for (const Lever& lever : its_levers) {
      for (Month month = Month::of(2010, 1); month < Month::of(2028, 1); ++month) {
        const auto value = lever_value(p, lever, "", month);
        if (value && lever.standing) {
          EXPECT_GE(*value, lever.low - 1e-9) << p.name << " " << lever.name << " " << month.text();
          EXPECT_LE(*value, lever.high + 1e-9)
              << p.name << " " << lever.name << " " << month.text();
        }
      }
    }
  }
}

} // namespace
} // namespace cauce::policy
