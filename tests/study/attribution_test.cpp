// Attribution: all mechanisms frozen is the first policy to the last bit, the parts add up, and
// what a lever touches is where the difference comes from.
#include "support.hpp"

#include "cauce/results/store.hpp"
#include "cauce/study/attribution.hpp"
#include "cauce/study/freezing.hpp"

#include <cmath>
#include <map>
#include <numeric>

namespace cauce::study {
namespace {

std::shared_ptr<const system::System> northern_triangle(double scale) {
  Diagnostics findings;
  return system::System::load(
      std::filesystem::path(CAUCE_SOURCE_DIR) / "systems" / "northern-triangle", scale, findings);
}

TEST(Freezing, EverythingFrozenIsTheOtherRunBitForBit) {
  const auto system = northern_triangle(2000.0);
  const auto believed = policy::under_theory(system->parameters(), system->theory("open"));
  const auto draw = evidence::draw_parameters(believed, 1, 3)[0];
  const auto history = system->lever_paths("as-enacted");
  const auto agenda = system->lever_paths("miami-agenda");
  const Month parting = system->manifest().clock.from + *first_difference(*history, *agenda);
  // Two mechanisms, by whether the length of the sector's name is odd: any division will do.
  std::vector<std::size_t> mechanism_of;
  for (const auto& info : system->model()->variables())
    mechanism_of.push_back(info.hidden ? std::string::npos : info.group.size() % 2);
  system::Simulation trunk(system, {history, draw, 3, 0});
  while (trunk.month() < parting)
    trunk.run_month();
  const auto step = static_cast<std::uint32_t>((parting - system->manifest().clock.from) *
                                               system->manifest().clock.steps_per_month);
  PathRecorder record(seen_variables(*system, mechanism_of), step);
  system::Simulation one = trunk;
  one.watch(&record);
  std::vector<std::vector<double>> months;
  for (int m = 0; m < 30; ++m) {
    const auto values = one.run_month();
    months.emplace_back(values.begin(), values.end());
  }
  for (const std::uint64_t live : {0U, 1U, 3U}) {
    Freezer freezer(record, live);
    system::Simulation run = trunk;
    run.set_levers(agenda);
    run.watch(&freezer);
    system::Simulation plain = trunk;
    plain.set_levers(agenda);
    bool same_as_history = true, same_as_plain = true;
    for (int m = 0; m < 30; ++m) {
      const auto values = run.run_month();
      const auto free = plain.run_month();
      same_as_history = same_as_history && std::ranges::equal(values, months[m]);
      same_as_plain = same_as_plain && std::ranges::equal(values, free);
    }
    EXPECT_EQ(same_as_history, live == 0) << live;
    EXPECT_EQ(same_as_plain, live == 3) << live;
  }
}

TEST(Attribution, PartsAddUpToTheDifferenceForEveryMember) {
  AttributionRequest request;
  request.policy = "as-enacted";
  request.other = "jobs";
  request.members = 3;
  request.from = Month::of(2005, 1);
  request.until = Month::of(2007, 12);
  const auto system = two_towns();
  request.measures = {outcome_infos(*system)[0].name};
  request.farm.threads = 1;
  const auto result = attribute(system, request);
  ASSERT_EQ(result.measures.size(), 1U);
  const Attribution& a = result.measures[0];
  EXPECT_TRUE(a.exact);
  ASSERT_FALSE(a.parts.empty());
  for (std::size_t m = 0; m < 3; ++m) {
    double sum = 0.0;
    for (const AttributionPart& part : a.parts)
      sum += part.by_member[m];
    EXPECT_NEAR(sum, a.difference[m], 1e-6 * std::abs(a.difference[m]) + 1e-9);
    EXPECT_NE(a.difference[m], 0.0);
  }
  request.farm.threads = 2;
  const auto again = attribute(system, request);
  EXPECT_EQ(again.measures[0].parts[0].by_member, a.parts[0].by_member);
}

TEST(Attribution, MembersOfTheStoreAreNotRunAgainAndGiveTheSame) {
  const Folder folder;
  AttributionRequest request;
  request.policy = "as-enacted";
  request.other = "jobs";
  request.members = 2;
  request.from = Month::of(2005, 1);
  request.until = Month::of(2006, 12);
  const auto system = two_towns();
  request.measures = {outcome_infos(*system)[0].name};
  request.store = folder.path();
  const auto first = attribute(system, request);
  EXPECT_EQ(first.from_store, 0U);
  // One of them is lost, as after a stop before it was done.
  const std::string lost = results::Store::open(folder.path()).entries()[0].key;
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder.path())) {
    if (file.path().string().find(lost) != std::string::npos)
      std::filesystem::remove(file.path());
  }
  const auto more = attribute(system, request);
  EXPECT_EQ(more.from_store, 1U);
  request.store.clear();
  const auto anew = attribute(system, request);
  EXPECT_EQ(anew.from_store, 0U);
  EXPECT_EQ(more.measures[0].difference, anew.measures[0].difference);
  EXPECT_EQ(more.measures[0].parts[0].by_member, anew.measures[0].parts[0].by_member);
  EXPECT_EQ(more.measures[0].difference, first.measures[0].difference);
  request.store = folder.path();
  request.until = Month::of(2006, 11); // another measure
  EXPECT_EQ(attribute(system, request).from_store, 0U);
}

TEST(Attribution, SaysWhatCannotBeAttributed) {
  const auto system = two_towns();
  AttributionRequest request;
  request.policy = request.other = "jobs";
  request.from = Month::of(2005, 1);
  request.until = Month::of(2006, 12);
  request.measures = {outcome_infos(*system)[0].name};
  EXPECT_THROW(attribute(system, request), Error);
  request.policy = "as-enacted";
  request.mechanisms = {{"x", {"No such sector"}}};
  EXPECT_THROW(attribute(system, request), Error);
  request.mechanisms = {};
  request.measures = {"no_such_outcome"};
  EXPECT_THROW(attribute(system, request), Error);
}

} // namespace
} // namespace cauce::study
