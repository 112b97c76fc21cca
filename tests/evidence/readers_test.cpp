// Readers of sources, places, series, claims, events and the people at the start.
#include "cauce/evidence/claims.hpp"
#include "cauce/evidence/events.hpp"
#include "cauce/evidence/places.hpp"
#include "cauce/evidence/population.hpp"
#include "cauce/evidence/series.hpp"

#include "evidence/files.hpp"

#include <gtest/gtest.h>
#include <numeric>
#include <rapidcheck.h>

namespace cauce::evidence {
namespace {

constexpr std::string_view places_header =
    "code,element,name_en,name_es,kind,parent,latitude,longitude,area_km2,population_2010,"
    "source_id,status\n";

class Readers : public ::testing::Test {
 protected:
  Readers() {
    sources = Sources::read(
        folder.write("sources.csv",
                     "source_id,title,publisher,date,url,note\nine,Census,INE,2010,u,\n"
                     "cbp,Monthly,CBP,2018,u,\n"),
        findings);
    places = Places::read(
        folder.write("places.csv",
                     std::string(places_header) +
                         "GT,Guatemala,Guatemala,Guatemala,country,,15,-90,1,300,ine,seen\n"
                         "GT-GU,GT_GU,G,G,department,GT,14.6,-90.5,1,100,ine,seen\n"
                         "GT-QC,GT_QC,Q,Q,department,GT,15,-91,1,200,ine,seen\n"
                         "HN,Honduras,Honduras,Honduras,country,,15,-87,1,50,ine,seen\n"
                         "HN-CR,HN_CR,C,C,department,HN,15.5,-88,1,50,ine,seen\n"),
        findings);
    EXPECT_EQ(findings.text(), "");
  }
  std::string said() const { return folder.relative(findings.text()); }

  testing_files::Folder folder;
  Diagnostics findings;
  Sources sources;
  Places places;
  const std::vector<std::string> departments = {"GT_GU", "GT_QC", "HN_CR"};
  const std::vector<std::string> strata = {"rural", "urban", "coast"};
};

TEST_F(Readers, SourcesMayBeJoinedAndAreNamedWhenUnknown) {
  sources.check("ine; cbp", "seen", {"f.csv", 3, 0}, findings);
  EXPECT_EQ(findings.text(), "");
  sources.check("ine;cpb", "derived", {"f.csv", 4, 0}, findings);
  EXPECT_EQ(findings.text(), "f.csv:4: error E102: unknown source 'cpb' (did you mean 'cbp'?)");
}

TEST_F(Readers, PlacesOutOfRangeTwiceOrWithoutParent) {
  Places::read(folder.write("p.csv", std::string(places_header) +
                                         "GT,Guatemala,G,G,country,,95,-90,1,300,ine,seen\n"
                                         "GT,Guatemala,G,G,country,,15,-90,1,300,ine,seen\n"
                                         "GT-GU,GT_GU,G,G,department,GTT,15,-90,1,-5,ine,seen\n"),
               findings);
  EXPECT_EQ(said(),
            "p.csv:2: error E103: GT must lie between -90 and 90, found 95 (column 'latitude')\n"
            "p.csv:3: error E104: place 'GT' is given twice\n"
            "p.csv:4: error E103: GT-GU must lie between 0 and 10000000000, found -5 (column "
            "'population_2010')\n"
            "p.csv:4: error E105: unknown parent 'GTT' (did you mean 'GT'?)");
}

TEST_F(Readers, SeriesKnowMonthsYearsAndFiscalYears) {
  const SeriesTable series = SeriesTable::read(
      folder.write("s.csv", "series,place,group,period,value,unit,status,source_id,note\n"
                            "apprehensions,GT,family,2018-05,10,persons,seen,cbp,\n"
                            "apprehensions,GT,family,2017,20,persons,seen,cbp,\n"
                            "apprehensions,GT,family,FY2017,30,persons,seen,cbp,\n"),
      places, sources, findings);
  EXPECT_EQ(findings.text(), "");
  ASSERT_EQ(series.all().size(), 3U);
  EXPECT_EQ(series.all()[0].from, Month::of(2018, 5));
  EXPECT_EQ(series.all()[0].months, 1);
  EXPECT_EQ(series.all()[1].from, Month::of(2017, 1));
  EXPECT_EQ(series.all()[1].months, 12);
  EXPECT_EQ(series.all()[2].from, Month::of(2016, 10)) << "fiscal 2017 begins in October 2016";
  EXPECT_EQ(series.all()[2].months, 12);
  EXPECT_EQ(series.names(), std::vector<std::string>{"apprehensions"});
}

TEST_F(Readers, SeriesSayWhatIsWrong) {
  SeriesTable::read(folder.write("s.csv",
                                 "series,place,group,period,value,unit,status,source_id,note\n"
                                 "a,GT,x,2018-5,10,persons,seen,cbp,\n"
                                 "a,GT-GQ,x,2018-05,10,persons,seen,cbp,\n"
                                 "a,GT,x,2018-06,10,persons,seen,,\n"
                                 "a,GT,x,2018-06,11,persons,seen,cbp,\n"),
                    places, sources, findings);
  EXPECT_EQ(
      said(),
      "s.csv:2: error E108: period '2018-5' is not understood (write 2017, 2017-06 or FY2017)\n"
      "s.csv:3: error E105: unknown place 'GT-GQ' (did you mean 'GT-GU'?)\n"
      "s.csv:4: error E110: a number that is 'seen' needs a source (give its source_id, or "
      "mark it assumed)\n"
      "s.csv:5: error E109: a of GT x in 2018-06 is given twice");
}

TEST_F(Readers, ResidentsAddUpToThePopulationExactly) {
  const auto residents = read_residents(
      folder.write("strata.csv", "department,stratum,share,source_id,status\n"
                                 "GT-GU,rural,0.3335,ine,seen\nGT-GU,urban,0.3335,ine,seen\n"
                                 "GT-GU,coast,0.333,ine,seen\nGT-QC,rural,1,ine,seen\n"
                                 "HN-CR,urban,0.5,ine,seen\nHN-CR,coast,0.5,ine,seen\n"),
      places, departments, strata, sources, findings);
  EXPECT_EQ(findings.text(), "");
  EXPECT_EQ(residents, (std::vector<std::int64_t>{34, 33, 33, 200, 0, 0, 0, 25, 25}))
      << "33.35, 33.35 and 33.3 of 100: the person left goes to a largest remainder";
}

TEST_F(Readers, LargestRemainderIsWithinOnePersonOfTheShare) {
  EXPECT_TRUE(rc::check([&] {
    const int a = *rc::gen::inRange(0, 1001), b = *rc::gen::inRange(0, 1001 - a);
    const double shares[] = {a / 1000.0, b / 1000.0, (1000 - a - b) / 1000.0};
    Diagnostics found;
    std::string text = "department,stratum,share,source_id,status\n"
                       "GT-QC,rural,1,ine,seen\nHN-CR,urban,1,ine,seen\n";
    for (std::size_t s = 0; s < 3; ++s)
      text += fmt::format("GT-GU,{},{},ine,seen\n", strata[s], shares[s]);
    const auto residents = read_residents(folder.write("strata.csv", text), places, departments,
                                          strata, sources, found);
    RC_ASSERT(found.text() == "");
    RC_ASSERT(residents[0] + residents[1] + residents[2] == 100);
    for (std::size_t s = 0; s < 3; ++s)
      RC_ASSERT(std::abs(static_cast<double>(residents[s]) - 100.0 * shares[s]) < 1.0);
  }));
}

TEST_F(Readers, StrataThatDoNotDivideAWhole) {
  read_residents(folder.write("strata.csv", "department,stratum,share,source_id,status\n"
                                            "GT-GU,rural,0.9,ine,seen\nGT-QC,rurl,1,ine,seen\n"
                                            "HN-CR,urban,1.5,ine,seen\nGT,rural,1,ine,seen\n"),
                 places, departments, strata, sources, findings);
  EXPECT_EQ(said(), "strata.csv:3: error E111: unknown stratum 'rurl' (did you mean 'rural'?)\n"
                    "strata.csv:4: error E103: a share must lie between 0 and 1, found 1.5\n"
                    "strata.csv:5: error E105: 'GT' is a country, which does not belong here\n"
                    "strata.csv: error E112: the shares of GT_GU sum to 0.9, not 1\n"
                    "strata.csv: error E112: the shares of GT_QC sum to 0, not 1\n"
                    "strata.csv: error E112: the shares of HN_CR sum to 0, not 1");
}

TEST_F(Readers, NationalsAbroadAreNeverNegative) {
  const std::vector<std::string> countries = {"Guatemala", "Honduras"};
  const std::vector<std::string> kinds = {"adult", "child"};
  const std::vector<std::string> statuses = {"unlawful", "lawful"};
  const std::string header = "country,kind,status,persons,source_id,evidence\n";
  const auto abroad = read_abroad(
      folder.write("abroad.csv", header +
                                     "HN,adult,lawful,700.4,ine,seen\n"
                                     "HN,adult,lawful,1,ine,seen\nGT,child,unlawful,3,ine,seen\n"),
      places, countries, kinds, statuses, sources, findings);
  EXPECT_EQ(findings.text(), "");
  EXPECT_EQ(abroad, (std::vector<std::int64_t>{0, 0, 3, 0, 0, 701, 0, 0}));
  read_abroad(folder.write("abroad.csv", header + "HN,adult,lawful,-5,ine,seen\n"
                                                  "HN,adults,lawfull,1e300,ine,seen\n"),
              places, countries, kinds, statuses, sources, findings);
  EXPECT_EQ(said(),
            "abroad.csv:2: error E103: persons must lie between 0 and 10000000000, found -5\n"
            "abroad.csv:3: error E111: unknown kind 'adults' (did you mean 'adult'?)\n"
            "abroad.csv:3: error E111: unknown status 'lawfull' (did you mean 'lawful'?)\n"
            "abroad.csv:3: error E103: persons must lie between 0 and 10000000000, found "
            "1e+300");
}

TEST_F(Readers, DiasporaSharesSumToOneACountry) {
  const std::vector<int> country_of = {0, 0, 1};
  const std::string header = "department,share,source_id,status\n";
  const auto shares = read_diaspora(
      folder.write("d.csv",
                   header + "GT-GU,0.25,ine,seen\nGT-QC,0.75,ine,seen\nHN-CR,1,ine,seen\n"),
      places, departments, country_of, sources, findings);
  EXPECT_EQ(findings.text(), "");
  EXPECT_EQ(shares, (std::vector<double>{0.25, 0.75, 1.0}));
  read_diaspora(folder.write("d.csv", header + "GT-GU,0.25,ine,seen\nGT-QC,0.7,ine,seen\n"
                                               "HN-CR,1,ine,seen\n"),
                places, departments, country_of, sources, findings);
  EXPECT_EQ(said(), "d.csv: error E112: the shares of GT's departments sum to 0.95, not 1");
  EXPECT_TRUE(read_diaspora(folder.path() / "d.csv", places, {}, {}, sources, findings).empty());
}

constexpr std::string_view claims_header =
    "claim_id,document,speaker,kind,statement,cause,effect,sign,place,period,value,unit,lever,"
    "metric,testable_as,house,housed_in,reason,opposes\n";

TEST_F(Readers, ClaimsAreReadWhole) {
  const auto claims = read_claims(
      folder.write("claims.csv",
                   std::string(claims_header) +
                       "aid-cuts,doc,Pence,causal,\"Aid, he said, lowers it.\",aid,migration,-,NT,"
                       "2016/2017,-60,percent,aid,apprehensions,falls,test,,,no-effect\n"
                       "no-effect,doc,MSF,prediction,It does not,aid,migration,,NT,2017,2018-03,,"
                       ",,,lever,aid;trade,,aid-cuts;\n"),
      findings);
  EXPECT_EQ(findings.text(), "");
  ASSERT_EQ(claims.size(), 2U);
  EXPECT_EQ(claims[0].statement, "Aid, he said, lowers it.");
  EXPECT_EQ(claims[0].sign, "-");
  EXPECT_EQ(claims[0].value, -60.0);
  EXPECT_EQ(claims[0].opposes, std::vector<std::string>{"no-effect"});
  EXPECT_EQ(claims[0].house, House::test);
  EXPECT_EQ(claims[1].house, House::lever);
  EXPECT_EQ(claims[1].housed_in, (std::vector<std::string>{"aid", "trade"}));
  EXPECT_FALSE(claims[1].value.has_value()) << "a month is not a number";
}

TEST_F(Readers, ClaimsThatAreNotUnderstood) {
  read_claims(folder.write("claims.csv", std::string(claims_header) +
                                             "one,d,s,casual,x,,,plus,,,,,,,,test,,,\n"
                                             "two,d,s,causal,x,,,+,,,,,,,,test,,,on\n"
                                             "two,d,s,causal,x,,,+,,,,,,,,test,,,\n"
                                             "three,d,s,causal,x,,,+,,,,,,,,test,,,one\n"),
              findings);
  EXPECT_EQ(said(),
            "claims.csv:2: error E113: unknown kind of claim 'casual' (did you mean 'causal'?)\n"
            "claims.csv:2: error E113: the sign of a claim is +, - or empty, found 'plus'\n"
            "claims.csv:4: error E104: claim 'two' is given twice\n"
            "claims.csv:3: error E113: 'two' opposes the unknown claim 'on' (did you mean "
            "'one'?)\n"
            "claims.csv:5: error E113: 'three' opposes 'one', which does not oppose it (write the "
            "opposition in both rows)");
}

TEST_F(Readers, EveryClaimHasAHouse) {
  read_claims(folder.write("claims.csv", std::string(claims_header) +
                                             "one,d,s,causal,x,,,,,,,,,,,,,,\n"
                                             "two,d,s,causal,x,,,,,,,,,,,levre,,,\n"
                                             "three,d,s,causal,x,,,,,,,,,,,event,,,\n"
                                             "four,d,s,context,x,,,,,,,,,,,context,,,\n"
                                             "five,d,s,context,x,,,,,,,,,,,context,,why,\n"),
              findings);
  EXPECT_EQ(
      said(),
      "claims.csv:2: error E118: claim 'one' has no house (say test, lever, policy, event, "
      "actor, series, or context with the reason)\n"
      "claims.csv:3: error E118: unknown house 'levre' of claim 'two' (did you mean "
      "'lever'?)\n"
      "claims.csv:4: error E118: claim 'three' is housed as event, but 'housed_in' names "
      "none\n"
      "claims.csv:5: error E118: claim 'four' is context, but 'reason' does not say why it is "
      "out of reach");
}

TEST_F(Readers, EventsHaveDatesOfThreeKinds) {
  const std::string header =
      "event_id,start,end,place,actor,category,name,summary,intensity_hint,source_id,status\n";
  const auto events =
      read_events(folder.write("e.csv", header + "a,2017-06-15,2018,GT,x,aid,n,s,0.5,ine,seen\n"
                                                 "b,2017,,HN,x,aid,n,s,,ine,recalled\n"),
                  places, sources, findings);
  EXPECT_EQ(findings.text(), "");
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].start, Month::of(2017, 6));
  EXPECT_EQ(events[0].end, Month::of(2018, 12));
  EXPECT_EQ(events[0].intensity_hint, 0.5);
  EXPECT_EQ(events[1].start, Month::of(2017, 1));
  EXPECT_FALSE(events[1].end.has_value());
  read_events(folder.write("e.csv", header + "a,2017-06,2016,GT,x,aid,n,s,2,ine,seen\n"
                                             "b,June,,HX,x,aid,n,s,,ine,seen\n"),
              places, sources, findings);
  EXPECT_EQ(said(), "e.csv:2: error E114: event 'a' ends (2016) before it starts (2017-06)\n"
                    "e.csv:2: error E103: intensity_hint must lie between 0 and 1, found 2\n"
                    "e.csv:3: error E105: unknown place 'HX' (did you mean 'HN'?)\n"
                    "e.csv:3: error E108: date 'June' is not understood (write 2017, 2017-06 or "
                    "2017-06-15)");
}

} // namespace
} // namespace cauce::evidence
