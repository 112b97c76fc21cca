// Stories: found and told lives are those of the run, whole and in order.
#include "synthetic.hpp"

#include "cauce/people/stories.hpp"

#include <gtest/gtest.h>

namespace cauce::people {
namespace {

constexpr std::uint32_t steps = 120;

void run(const std::shared_ptr<const people::Setup>& people, EventSink* sink) {
  const Rates rates = synthetic::rates(*people);
  World world(people, random::Key::of(41));
  for (std::uint32_t step = 0; step < steps; ++step)
    world.step(rates, 0.25, step, {sink});
}

// Counts for itself who matches.
class Everyone : public EventSink {
 public:
  void record(const Event& event) override { lives[event.id].push_back(event); }
  std::map<PersonId, std::vector<Event>> lives;
};

TEST(Stories, ThoseFoundLivedThroughItInOrder) {
  const auto people = synthetic::setup({300'000, 10'000, 4, 1.0});
  Diagnostics findings;
  StoryRequest request;
  request.kind = Kind::child;
  request.fates = parse_fates("returned,left", findings);
  ASSERT_TRUE(findings.ok());
  request.most = 5;
  StoryFinder finder(request);
  run(people, &finder);
  const auto chosen = finder.chosen();
  ASSERT_EQ(chosen.size(), 5U);

  Everyone everyone;
  run(people, &everyone);
  std::size_t matches = 0;
  for (const auto& [id, life] : everyone.lives) {
    if (id.kind() != Kind::child)
      continue;
    const auto home = std::find_if(life.begin(), life.end(), [](const Event& event) {
      return event.kind == EventKind::came_home;
    });
    matches += std::any_of(home, life.end(),
                           [](const Event& event) { return event.kind == EventKind::departure; });
  }
  EXPECT_EQ(finder.matches(), matches);
  EXPECT_GT(matches, 5U);

  StoryTeller teller(chosen);
  run(people, &teller);
  for (const PersonId id : chosen) {
    const auto& told = teller.lives().at(id);
    const auto& lived = everyone.lives.at(id);
    ASSERT_EQ(told.size(), lived.size());
    EXPECT_EQ(told.front().kind == EventKind::departure, id.step() != PersonId::abroad_from_start);
    for (std::size_t i = 0; i < told.size(); ++i) {
      EXPECT_EQ(told[i].step, lived[i].step);
      EXPECT_EQ(told[i].kind, lived[i].kind);
      EXPECT_GT(told[i].probability, 0.0);
      EXPECT_LE(told[i].probability, 1.0);
      if (i > 0) {
        EXPECT_GE(told[i].step, told[i - 1].step);
      }
      EXPECT_FALSE(in_words(told[i], *people, Language::english).empty());
      EXPECT_FALSE(in_words(told[i], *people, Language::spanish).empty());
    }
  }
}

TEST(Stories, UnknownFatesAreNamedWithTheNearest) {
  Diagnostics findings;
  const auto fates = parse_fates("kidnaped,left,returnd", findings);
  EXPECT_EQ(fates.size(), 1U);
  EXPECT_EQ(findings.errors(), 2);
  EXPECT_NE(findings.text().find("J013: unknown fate 'kidnaped' (did you mean 'kidnapped'?)"),
            std::string::npos)
      << findings.text();
}

TEST(Stories, WordsNameThePlace) {
  const auto people = synthetic::setup({1000, 0, 2, 1.0});
  Event event;
  event.kind = EventKind::apprehension;
  event.what = 0;
  event.place = 7;
  EXPECT_EQ(in_words(event, *people, Language::english), "is apprehended at laredo");
  EXPECT_EQ(in_words(event, *people, Language::spanish), "es aprehendido en laredo");
}

} // namespace
} // namespace cauce::people
