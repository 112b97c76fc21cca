// Priors and draws: quantiles meet the figures that define them, draws cover their prior, and one
// parameter's draws do not depend on which others there are.
#include "cauce/evidence/parameters.hpp"

#include "evidence/files.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace cauce::evidence {
namespace {

Parameter parameter(const std::string& name, Prior prior) {
  Parameter p;
  p.name = name;
  p.prior = prior;
  return p;
}

TEST(Quantile, MeetsMedianAndPercentiles) {
  for (const Prior prior :
       {Prior{Shape::normal, 2.0, -1.0, 4.0}, Prior{Shape::lognormal, 2.0, 0.5, 3.0},
        Prior{Shape::logitnormal, 0.3, 0.1, 0.9}}) {
    EXPECT_NEAR(quantile(prior, 0.05), prior.low, 1e-12);
    EXPECT_NEAR(quantile(prior, 0.50), prior.value, 1e-12);
    EXPECT_NEAR(quantile(prior, 0.95), prior.high, 1e-12);
  }
}

TEST(Quantile, UniformAndTriangularStayWithinTheirBounds) {
  const Prior uniform{Shape::uniform, 0.0, 2.0, 6.0};
  EXPECT_DOUBLE_EQ(quantile(uniform, 0.25), 3.0);
  const Prior triangular{Shape::triangular, 3.0, 2.0, 6.0};
  EXPECT_DOUBLE_EQ(quantile(triangular, 0.0), 2.0);
  EXPECT_DOUBLE_EQ(quantile(triangular, 0.25), 3.0) << "(mode - low) / (high - low) lies below it";
  EXPECT_NEAR(quantile(triangular, 1.0 - 1e-15), 6.0, 1e-6);
}

TEST(Quantile, NeverDecreasesAndStaysWhereTheDistributionLives) {
  EXPECT_TRUE(rc::check([] {
    const double low = *rc::gen::inRange(1, 400) / 1000.0;
    const double value = low + *rc::gen::inRange(1, 300) / 1000.0;
    const double high = value + *rc::gen::inRange(1, 250) / 1000.0;
    const auto shape = static_cast<Shape>(*rc::gen::inRange(0, 6));
    const Prior prior{shape, value, low, high};
    const int at = *rc::gen::inRange(0, 10000);
    const double below = quantile(prior, at / 10000.0);
    const double above = quantile(prior, (at + 1) / 10000.0 - 1e-12);
    RC_ASSERT(std::isfinite(below));
    RC_ASSERT(below <= above + 1e-14);
    if (shape == Shape::fixed)
      RC_ASSERT(below == value);
    if (shape == Shape::uniform || shape == Shape::triangular)
      RC_ASSERT(below >= low && below <= high);
    if (shape == Shape::lognormal)
      RC_ASSERT(below > 0.0);
    if (shape == Shape::logitnormal)
      RC_ASSERT(below > 0.0 && below < 1.0);
  }));
}

TEST(DrawParameters, PutsOneMemberInEachSlice) {
  constexpr std::size_t members = 40;
  const std::vector<Parameter> parameters = {parameter("a", {Shape::uniform, 0.5, 0.0, 1.0}),
                                             parameter("b", {Shape::uniform, 0.5, 0.0, 1.0})};
  const auto draws = draw_parameters(parameters, members, 7);
  ASSERT_EQ(draws.size(), members);
  for (std::size_t p = 0; p < 2; ++p) {
    std::vector<int> hits(members, 0);
    for (const auto& member : draws)
      ++hits.at(static_cast<std::size_t>(member[p] * members));
    EXPECT_EQ(hits, std::vector<int>(members, 1));
  }
  double product = 0.0;
  for (const auto& member : draws)
    product += (member[0] - 0.5) * (member[1] - 0.5);
  EXPECT_LT(std::abs(product / members * 12.0), 0.5) << "the two orders are unrelated";
}

TEST(DrawParameters, DoNotDependOnTheOtherParameters) {
  const Parameter a = parameter("a", {Shape::lognormal, 1.0, 0.5, 3.0});
  const Parameter b = parameter("b", {Shape::normal, 0.0, -1.0, 1.0});
  Parameter b_believed = b;
  b_believed.prior = {Shape::fixed, 9.0, 0.0, 0.0};
  const auto alone = draw_parameters(std::vector{a}, 12, 99);
  const auto both = draw_parameters(std::vector{b, a}, 12, 99);
  const auto believed = draw_parameters(std::vector{b_believed, a}, 12, 99);
  const auto other_seed = draw_parameters(std::vector{a}, 12, 100);
  for (std::size_t m = 0; m < 12; ++m) {
    EXPECT_EQ(alone[m][0], both[m][1]);
    EXPECT_EQ(alone[m][0], believed[m][1]);
    EXPECT_EQ(believed[m][0], 9.0);
    EXPECT_NE(alone[m][0], other_seed[m][0]);
  }
}

TEST(DrawParameters, EstimateTheMeanBetterThanIndependentDraws) {
  // A stratified mean of n uniforms has standard deviation 1 / sqrt(12 n^3) against 1 / sqrt(12 n).
  const std::vector<Parameter> parameters = {parameter("a", {Shape::uniform, 0.5, 0.0, 1.0})};
  constexpr std::size_t members = 50;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    double sum = 0.0;
    for (const auto& member : draw_parameters(parameters, members, seed))
      sum += member[0];
    EXPECT_NEAR(sum / members, 0.5, 6.0 / std::sqrt(12.0 * std::pow(members, 3.0)));
  }
}

constexpr std::string_view parameters_header =
    "name,element,value,unit,distribution,low,high,sector,source_id,status,note_en\n";

TEST(ReadParameters, SaysEveryFaultOfTheFileInOnePass) {
  const testing_files::Folder folder;
  Diagnostics findings;
  const Sources sources = Sources::read(
      folder.write("sources.csv", "source_id,title,publisher,date,url,note\nwb-2017,T,P,2017,u,\n"),
      findings);
  const auto path =
      folder.write("parameters.csv", std::string(parameters_header) +
                                         "a,,1,person,lognormal,-0.2,3,road,wb-2017,seen,\n"
                                         "b,,1,person,lognormale,0.2,3,road,wb-2017,seen,\n"
                                         "c,,5,person,triangular,0,3,road,wb-2017,seen,\n"
                                         "d,,x,person,fixed,,,road,,assumed,\n"
                                         "e,,1,person,normal,0,,road,wb-2071,seen,\n"
                                         "f,Guatemala,1,person,fixed,,,road,,seen,\n"
                                         "f,Guatemala,2,person,fixed,,,road,,guess,\n"
                                         "g,,0.5,share,logitnormal,0.2,1,road,wb-2017,seen,\n"
                                         "h,,0.5,share,uniform,3,1,road,wb-2017,seen,\n");
  read_parameters(path, sources, findings);
  EXPECT_EQ(
      folder.relative(findings.text()),
      "parameters.csv:2: error E107: 'a': prior 'lognormal' needs low > 0, found -0.2 "
      "(column 'low')\n"
      "parameters.csv:3: error E106: 'b': unknown distribution 'lognormale' (did you mean "
      "'lognormal'?)\n"
      "parameters.csv:4: error E107: 'c': prior 'triangular' needs its value between low and "
      "high, found 5 outside 0 to 3\n"
      "parameters.csv:5: error B105: 'x' is not a number (column 'value') (write a decimal "
      "number such as 12.5)\n"
      "parameters.csv:6: error E102: unknown source 'wb-2071' (did you mean 'wb-2017'?)\n"
      "parameters.csv:6: error E107: 'e': prior 'normal' needs 'low' and 'high'\n"
      "parameters.csv:7: error E110: a number that is 'seen' needs a source (give its "
      "source_id, or mark it assumed)\n"
      "parameters.csv:8: error E101: status 'guess' is not known (use seen, derived, recalled "
      "or assumed)\n"
      "parameters.csv:8: error E110: a number that is 'guess' needs a source (give its "
      "source_id, or mark it assumed)\n"
      "parameters.csv:8: error E104: parameter 'f[Guatemala]' is given twice\n"
      "parameters.csv:9: error E107: 'g': prior 'logitnormal' needs 0 < low and high < 1, "
      "found 0.2 and 1\n"
      "parameters.csv:10: error E107: 'h': prior 'uniform' needs low < high, found 3 and 1");
}

TEST(ReadParameters, ReadsThePackItself) {
  const std::filesystem::path pack =
      std::filesystem::path(CAUCE_SOURCE_DIR) / "systems/northern-triangle";
  Diagnostics findings;
  const Sources sources = Sources::read(pack / "data/sources.csv", findings);
  const auto parameters = read_parameters(pack / "parameters.csv", sources, findings);
  EXPECT_EQ(findings.errors() + findings.warnings(), 0) << findings.text();
  EXPECT_GT(parameters.size(), 50U);
  for (const auto& member : draw_parameters(parameters, 20, 1)) {
    EXPECT_TRUE(
        std::all_of(member.begin(), member.end(), [](double v) { return std::isfinite(v); }));
  }
}

TEST(ReadParameters, CountsWhatIsAssumedButFixed) {
  const testing_files::Folder folder;
  const std::string header =
      "name,element,value,unit,distribution,low,high,sector,source_id,status,note_en\n";
  const auto file = folder.write("parameters.csv", header + "a,,1,dmnl,fixed,,,Road,,assumed,\n" +
                                                       "b,,1,dmnl,uniform,0,2,Road,,assumed,\n" +
                                                       "c,,1,dmnl,fixed,,,Road,,assumed,\n");
  Diagnostics findings;
  EXPECT_EQ(read_parameters(file, Sources{}, findings).size(), 3U);
  ASSERT_EQ(findings.items().size(), 1U) << findings.text();
  EXPECT_EQ(findings.items()[0].severity, Severity::note);
  EXPECT_EQ(findings.items()[0].code, "E115");
  EXPECT_TRUE(findings.items()[0].message.starts_with("2 assumed parameters"));
}

TEST(ReadParameters, AnEmptyOrBrokenFileIsAFindingAndNotACrash) {
  const testing_files::Folder folder;
  for (const char* text :
       {"", "\n\n", "name\n", "\"", "value,value\n1,2\n", "\xff\xfe\x00garbage"}) {
    Diagnostics findings;
    read_parameters(folder.write("p.csv", text), Sources{}, findings);
    EXPECT_GT(findings.errors(), 0) << text;
  }
}

} // namespace
} // namespace cauce::evidence
