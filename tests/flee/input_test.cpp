// Reading cases: formats, counts, and what is said of broken files.
#include "small_case.hpp"

#include <rapidcheck.h>

namespace cauce::flee {
namespace {

std::map<std::string, std::string> good_files() {
  SmallCase small;
  small.locations =
      std::string(location_header) + "a,r,home,1,1,conflict_zone,0,1000\nb,r,abroad,1,2,camp,,50\n";
  small.routes = "#name1,name2,distance,forced_redirection\na,b,100,0\n";
  small.counts = {{"b", "2020-01-01,10\n2020-01-03,30\n"}};
  small.days = 3;
  return small.files();
}

bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(FleeRows, KeepQuotesCommentsAndLines) {
  Diagnostics findings;
  const Rows rows = parse_rows("\"#name\",\"x\"\r\n\n \"a, b\" , 2\n# note\n\"say \"\"hi\"\"\",\n",
                               "f.csv", findings);
  EXPECT_EQ(rows.header[0], "name");
  ASSERT_EQ(rows.rows.size(), 2U);
  EXPECT_EQ(rows.rows[0][0], "a, b");
  EXPECT_EQ(rows.rows[0][1], "2");
  EXPECT_EQ(rows.rows[0].line, 3);
  EXPECT_EQ(rows.rows[1][0], "say \"hi\"");
  EXPECT_EQ(rows.rows[1][7], "");
  EXPECT_TRUE(findings.ok());
  parse_rows("a\n\"b\n", "f.csv", findings);
  EXPECT_TRUE(says(findings.text(), "f.csv:2: error W101"));
}

TEST(FleeRows, DatesAreCheckedAgainstTheCalendar) {
  EXPECT_EQ(day_text(*parse_day("2012-02-29")), "2012-02-29");
  EXPECT_EQ(day_text(*parse_day("2012-2-9")), "2012-02-09");
  for (const char* wrong :
       {"2013-02-29", "2012-13-01", "29-02-2012x", "2012/02/01", "", "2012-01", "2012--01-01"}) {
    EXPECT_FALSE(parse_day(wrong)) << wrong;
  }
  EXPECT_EQ((*parse_day("2013-01-01") - *parse_day("2012-01-01")).count(), 366);
}

TEST(FleeInput, ReadsAGoodCase) { EXPECT_EQ(faults_of(good_files()), ""); }

TEST(FleeInput, SaysAllFaultsOfAllFilesAtOnce) {
  auto files = good_files();
  files["locations.csv"] +=
      "c,r,home,1,1,castle,,5\nd,r,home,x,1,town,,7.5\nb,r,home,1,1,town,,\nshort,row\n";
  files["routes.csv"] += "a,bb,10,0\na,b,long,0\nb,a,-3,0\n";
  files["closures.csv"] += "country,home,abrod,1,2\nroof,a,b,1,2\nlocation,e,,x,2\n";
  files["b.csv"] += "2020-02-31,5\n2020-02-01,many\n";
  const std::string text = faults_of(files);
  EXPECT_TRUE(says(text, "locations.csv:4: error W122: unknown location type 'castle'")) << text;
  EXPECT_TRUE(says(text, "locations.csv:5: error W102: the latitude"));
  EXPECT_TRUE(says(
      text, "locations.csv:5: error W102: the population should be a whole number, found '7.5'"));
  EXPECT_TRUE(says(text, "locations.csv:6: error W121: 'b'"));
  EXPECT_TRUE(says(text, "locations.csv:7: error W103"));
  EXPECT_TRUE(says(text, "routes.csv:3: error W123: 'bb' is not in locations.csv"));
  EXPECT_TRUE(
      says(text, "routes.csv:4: error W102: the distance should be a number, found 'long'"));
  EXPECT_TRUE(says(text, "routes.csv:5: error W124: the distance is -3 km"));
  EXPECT_TRUE(says(text, "closures.csv:2: warning W123: 'abrod' is not a country"));
  EXPECT_TRUE(says(text, "did you mean 'abroad'?"));
  EXPECT_TRUE(says(text, "closures.csv:3: warning W125: unknown kind of closure 'roof'"));
  EXPECT_TRUE(says(text, "closures.csv:4: error W102: closure_start"));
  EXPECT_TRUE(says(text, "b.csv:4: error W104: '2020-02-31' is not a date"));
  EXPECT_TRUE(says(text, "b.csv:5: error W102: the count"));
}

TEST(FleeInput, MissingFilesAndRowsAreNamed) {
  const auto without = [](const std::string& name, const std::string& text = "") {
    auto files = good_files();
    files.erase(name);
    if (!text.empty())
      files[name] = text;
    return faults_of(files);
  };
  for (const char* name :
       {"locations.csv", "routes.csv", "sim_period.csv", "data_layout.csv", "b.csv"}) {
    const std::string text = without(name);
    EXPECT_TRUE(says(text, "error B101") && says(text, name)) << name << ": " << text;
  }
  EXPECT_TRUE(says(without("sim_period.csv", "StartDate,2020-01-01\n"),
                   "error W120: no line 'Length,days'"));
  EXPECT_TRUE(says(without("sim_period.csv", "StartDate,soon\nLength,-2\n"), "W104"));
  EXPECT_TRUE(says(without("locations.csv", "#name\n"), "W127"));
  EXPECT_TRUE(says(without("data_layout.csv", "total,total.csv\nbb,b.csv\n"),
                   "error W130: no counts for the camp 'b'"));
  EXPECT_TRUE(says(without("b.csv", "Date,Count\n"), "W131"));
  EXPECT_EQ(without("closures.csv"), "");
  EXPECT_TRUE(says(without("conflicts.csv", "#Day,a\n0,1\n"),
                   "error W126: has 1 days, and the simulation runs for 3"));
}

TEST(FleeInput, AConflictWithoutAPlaceIsLeftOutWithAWarning) {
  SmallCase small;
  small.locations =
      std::string(location_header) + "a,r,home,1,1,conflict_zone,0,1000\nb,r,abroad,1,2,camp,,50\n";
  small.routes = "a,b,100\n";
  small.counts = {{"b", "2020-01-01,10\n"}};
  small.conflicts = "#Day, a, Aa\n0, 1, 1\n";
  std::string warnings;
  const Case c = read_small(small, &warnings);
  EXPECT_EQ(c.input.conflict_places.size(), 1U);
  EXPECT_TRUE(says(warnings, "warning W123: 'Aa' is not in locations.csv")) << warnings;
}

TEST(FleeInput, NobodyToDisplaceIsSaidWithItsDay) {
  auto files = good_files();
  files["conflicts.csv"] = "#Day,a\n0,1\n1,0\n2,0\n";
  const Folder folder(files);
  Diagnostics findings;
  const Case c = read_case(folder.path(), folder.path(), "", 0, findings);
  try {
    run_case(c, 1);
    FAIL() << "10 people came from nowhere";
  } catch (const Error& problem) {
    EXPECT_TRUE(says(problem.what(), "W140: day 1: 10 people are displaced"));
  }
}

TEST(FleeInput, PopulationsAndCountsAreHastened) {
  auto files = good_files();
  files["simsetting.yml"] = "optimisations:\n  hasten: 10\n";
  const Folder folder(files);
  Diagnostics findings;
  const Case c =
      read_case(folder.path(), folder.path(), folder.path() / "simsetting.yml", 0, findings);
  EXPECT_EQ(c.input.locations[0].population, 100);
  EXPECT_EQ(c.input.locations[1].capacity, 5.0);
  EXPECT_EQ(c.data.count(1, 2), 3);
}

TEST(FleeData, InterpolatesAndHoldsTheEnds) {
  auto files = good_files();
  files["sim_period.csv"] = "StartDate,2019-12-30\nLength,8\n";
  const Folder folder(files);
  Diagnostics findings;
  const RefugeeData data =
      RefugeeData::read(folder.path(), *parse_day("2019-12-30"), 8, 1, findings);
  const std::vector<std::int64_t> expected{10, 10, 10, 20, 30, 30, 30, 30};
  for (int day = 0; day < 8; ++day)
    EXPECT_EQ(data.count(1, day), expected[static_cast<std::size_t>(day)]) << day;
}

TEST(FleeData, AddsFilesOfOneCampAndCountsTheTotalOnDayZero) {
  const Folder folder({{"data_layout.csv", "total,t.csv\ncamp,one.csv,two.csv\n"},
                       {"t.csv", "2020-01-01,7\n"},
                       {"one.csv", "2020-01-01,100\n2020-01-05,200\n"},
                       {"two.csv", "2020-01-01,5\n2020-01-03,15\n2020-01-05,25\n"}});
  Diagnostics findings;
  const RefugeeData data =
      RefugeeData::read(folder.path(), *parse_day("2020-01-01"), 6, 1, findings);
  EXPECT_EQ(data.count(1, 0), 105);
  EXPECT_EQ(data.count(1, 2), 215); // Flee adds the next count of the first file, not one between
  EXPECT_EQ(data.count(1, 4), 225);
  EXPECT_EQ(data.daily_difference(0, true), 7 + 105);
  EXPECT_EQ(data.daily_difference(4, true), 225 - 220);
  EXPECT_EQ(data.daily_difference(0, false), 7);
}

TEST(FleeData, CorrectionsScaleWhatCameBefore) {
  const Folder folder(
      {{"data_layout.csv", "total,t.csv\ncamp,c.csv\n"},
       {"t.csv", "2020-01-01,0\n"},
       {"c.csv", "2020-01-01,100\n2020-01-03,400\n2020-01-05,200\n2020-01-06,210\n"},
       {"good.csv", "\"camp\",\"2020-01-05\",\"normalize\"\n"},
       {"odd.csv", "camp,2020-01-04\nkamp,2020-01-05\ncamp,yesterday\n"}});
  Diagnostics findings;
  RefugeeData data = RefugeeData::read(folder.path(), *parse_day("2020-01-01"), 6, 1, findings);
  data.correct(folder.path() / "good.csv", findings);
  EXPECT_EQ(data.count(1, 0), 50);
  EXPECT_EQ(data.count(1, 2), 200);
  EXPECT_EQ(data.count(1, 4), 200);
  EXPECT_EQ(data.count(1, 5), 210);
  EXPECT_EQ(findings.text(), "");
  data.correct(folder.path() / "odd.csv", findings);
  EXPECT_TRUE(says(findings.text(), "odd.csv:1: warning W132"));
  EXPECT_TRUE(says(findings.text(), "odd.csv:2: error W123: 'kamp'"));
  EXPECT_TRUE(says(findings.text(), "odd.csv:3: error W104"));
}

// Whatever bytes stand in the files, reading ends with findings or a case that runs.
TEST(FleeInput, SurvivesMangledFiles) {
  EXPECT_TRUE(rc::check([] {
    auto files = good_files();
    const char* names[] = {"locations.csv", "routes.csv",      "closures.csv",  "sim_period.csv",
                           "b.csv",         "data_layout.csv", "simsetting.yml"};
    std::string& text = files[names[*rc::gen::inRange(0, 7)]];
    for (int i = *rc::gen::inRange(1, 6); i > 0; --i) {
      const auto at = *rc::gen::inRange<std::size_t>(0, text.size() + 1);
      const std::string bit = *rc::gen::element<std::string>(",", "\"", "\n", "-", "9", "e", "#",
                                                             " ", ":", "[", "\t", "nan", "b");
      if (*rc::gen::arbitrary<bool>() && at < text.size()) {
        text.erase(at, 1);
      } else {
        text.insert(at, bit);
      }
    }
    const Folder folder(files);
    Diagnostics findings;
    try {
      const Case c =
          read_case(folder.path(), folder.path(), folder.path() / "simsetting.yml", 5, findings);
      const CaseResult result = run_case(c, 1);
      RC_ASSERT(result.days.size() == 5U);
    } catch (const Errors&) {
    } catch (const Error&) {
    }
  }));
}

} // namespace
} // namespace cauce::flee
