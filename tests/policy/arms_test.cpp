// arms.csv: a policy with actions added on levers, or what-ifs on variables.
#include "cauce/policy/arms.hpp"

#include "cauce/base/files.hpp"

#include <filesystem>
#include <gtest/gtest.h>

namespace cauce::policy {
namespace {

std::vector<Policy> read(const std::string& rows, Diagnostics& findings) {
  const std::filesystem::path file =
      std::filesystem::temp_directory_path() /
      (std::string("cauce-arms-") + testing::UnitTest::GetInstance()->current_test_info()->name() +
       ".csv");
  write_text_atomic(file, "arm,policy,target,name,place,form,amount,from,until,ramp_months,note\n" +
                              rows);
  Lever aid;
  aid.name = "aid";
  aid.high = 3.0;
  aid.standing = 1.0;
  Policy base;
  base.name = "history";
  Action early;
  early.lever = "aid";
  early.from = Month::of(2015, 1);
  early.form = Action::Form::value;
  early.amount = 2.0;
  base.actions = {early};
  const std::vector<Policy> arms = read_arms(file, {aid}, {base}, findings);
  std::filesystem::remove(file);
  return arms;
}

TEST(Arms, AddTheirActionsToThePolicyTheyStartFrom) {
  Diagnostics findings;
  const auto arms = read("more,history,lever,aid,,factor,1.5,2017-06,,,\n"
                         "more,history,variable,violence,North,add,0.2,2017-06,2018-05,,\n",
                         findings);
  EXPECT_EQ(findings.text(), "");
  ASSERT_EQ(arms.size(), 1U);
  EXPECT_EQ(arms[0].extends, "history");
  Lever aid;
  aid.name = "aid";
  aid.standing = 1.0;
  EXPECT_EQ(lever_value(arms[0], aid, "", Month::of(2016, 1)), 2.0) << "history holds";
  EXPECT_EQ(lever_value(arms[0], aid, "", Month::of(2017, 6)), 3.0) << "half above history";
  ASSERT_EQ(arms[0].moves.size(), 1U);
  EXPECT_EQ(arms[0].moves[0].place, "North");
  EXPECT_EQ(arms[0].moves[0].until, Month::of(2018, 5));
}

TEST(Arms, WhatIsNotUnderstoodIsSaid) {
  Diagnostics findings;
  read("a,histry,lever,aid,,factor,2,2017-06,,,\n"
       "b,history,lever,ayd,,factor,2,2017-06,,,\n"
       "c,history,thing,aid,,factor,2,2017-06,,,\n"
       "d,history,lever,aid,,twice,2,2017-06,,,\n"
       "e,history,lever,aid,,factor,2,June,,,\n"
       "f,history,lever,aid,,factor,2,2017-06,2016-01,,\n"
       "history,history,lever,aid,,factor,2,2017-06,,,\n",
       findings);
  const std::string text = findings.text();
  for (const char* said :
       {"unknown policy 'histry' (did you mean 'history'?)",
        "unknown lever 'ayd' (did you mean 'aid'?)",
        "the target is lever or variable, found 'thing'",
        "the form is value, factor or add, found 'twice'", "'from' is a month (2017-06)",
        "the action ends (2016-01) before it starts (2017-06)",
        "arm 'history' has the name of a policy"})
    EXPECT_NE(text.find(said), std::string::npos) << said << "\n" << text;
}

} // namespace
} // namespace cauce::policy
