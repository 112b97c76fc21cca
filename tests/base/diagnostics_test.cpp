// Findings as people read them, near misses, months, and the words behind the codes.
#include "cauce/base/diagnostics.hpp"
#include "cauce/base/error_codes.hpp"
#include "cauce/base/month.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <set>

namespace cauce {
namespace {

TEST(Diagnostics, SayFileLineCodeMessageAndHint) {
  Diagnostics findings;
  findings.error("B105", {"p.csv", 4, 0}, "'x' is not a number", "write 12.5");
  findings.warning("Y108", {"q.toml", 0, 0}, "outside its range");
  findings.note("B101", {"r.csv", 2, 7}, "said in passing");
  EXPECT_EQ(findings.text(), "p.csv:4: error B105: 'x' is not a number (write 12.5)\n"
                             "q.toml: warning Y108: outside its range\n"
                             "r.csv:2:7: note B101: said in passing");
  EXPECT_EQ(findings.errors(), 1);
  EXPECT_EQ(findings.warnings(), 1);
  EXPECT_FALSE(findings.ok());
  EXPECT_THROW(findings.throw_if_errors(), Errors);
}

TEST(Diagnostics, EqualFindingsAreSaidOnceAndCounted) {
  Diagnostics findings;
  for (int i = 0; i < 3; ++i)
    findings.warning("B110", {"f.toml", 2, 0}, "unknown key 'a'");
  findings.warning("B110", {"f.toml", 3, 0}, "unknown key 'a'");
  EXPECT_EQ(findings.text(), "f.toml:2: warning B110: unknown key 'a' (3 times)\n"
                             "f.toml:3: warning B110: unknown key 'a'");
  EXPECT_EQ(findings.warnings(), 2);
  EXPECT_NO_THROW(findings.throw_if_errors()) << "warnings end nothing";
}

TEST(NearestName, KnowsSlipsAndLeavesStrangersAlone) {
  const std::vector<std::string> known = {"development_aid", "asylum", "GT-GU"};
  EXPECT_EQ(did_you_mean("develpment_aid", known), "did you mean 'development_aid'?");
  EXPECT_EQ(nearest_name("ASYLUM", known), "asylum");
  EXPECT_EQ(nearest_name("aslyum", known), "asylum") << "two letters swapped";
  EXPECT_EQ(nearest_name("remittances", known), "");
  EXPECT_EQ(nearest_name("", known), "");
  EXPECT_EQ(nearest_name("asylum", {}), "");
}

TEST(NearestName, AlwaysFindsANameWithOneLetterChanged) {
  EXPECT_TRUE(rc::check([] {
    const std::size_t size = static_cast<std::size_t>(*rc::gen::inRange(3, 20));
    const std::string name =
        *rc::gen::container<std::string>(size, rc::gen::inRange<char>('a', 'n'));
    std::string slip = name;
    slip[static_cast<std::size_t>(*rc::gen::inRange(0, static_cast<int>(size)))] = 'z';
    const std::vector<std::string> known = {"0123456789", name, "ZZZZZZZZZZZZZZZZZZZZZZZZZZZ"};
    RC_ASSERT(nearest_name(slip, known) == name);
  }));
}

TEST(Month, ParsesMonthsAndDatesOnly) {
  EXPECT_EQ(Month::parse("2017-06"), Month::of(2017, 6));
  EXPECT_EQ(Month::parse("2017-06-15"), Month::of(2017, 6));
  for (const char* text : {"", "2017", "2017-13", "2017-00", "2017-6", "2017/06", "17-06-01x",
                           "2017-06-32", "2017-06-00", "-017-06", "2017- 6", "2017-06x", "abcd-ef"})
    EXPECT_EQ(Month::parse(text), std::nullopt) << text;
}

TEST(Month, CountsAcrossYearsAndReadsBack) {
  EXPECT_EQ(Month::of(2017, 11) + 3, Month::of(2018, 2));
  EXPECT_EQ(Month::of(2018, 2) - Month::of(2017, 11), 3);
  EXPECT_DOUBLE_EQ(Month::of(2017, 7).as_year(), 2017.5);
  EXPECT_TRUE(rc::check([] {
    const Month month = Month::of(*rc::gen::inRange(0, 9999), *rc::gen::inRange(1, 13));
    RC_ASSERT(Month::parse(month.text()) == month);
    Month next = month;
    ++next;
    RC_ASSERT(next - month == 1 && next > month && next - 1 == month);
  }));
}

TEST(ErrorCodes, AreDistinctAndExplained) {
  std::set<std::string_view> seen;
  for (const ErrorCode& code : base_error_codes()) {
    EXPECT_TRUE(seen.insert(code.code).second) << code.code;
    EXPECT_EQ(code.code.front(), 'B');
    EXPECT_GT(code.explanation.size(), code.title.size()) << code.code;
  }
}

} // namespace
} // namespace cauce
