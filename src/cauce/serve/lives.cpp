// Lives of a few simulated people under yours: one member at the preview's scale, run twice from
// the clock's start, once to find who lived through the fates asked for and once to write them
// down.
#include "cauce/people/flows.hpp"
#include "cauce/people/stories.hpp"
#include "cauce/serve/api_error.hpp"
#include "cauce/serve/service.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace cauce::serve {

using people::Axis;
using people::Event;
using people::EventKind;

namespace {
std::string spaced(std::string words) {
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

// What happened in words; a department stands in them by its name, not its code.
std::string told(const Event& event, const system::System& system, people::Language language) {
  std::string words = people::in_words(event, *system.people(), language);
  const std::string place = people::place_name(event, *system.people());
  for (const evidence::Place& known : system.places().all()) {
    if (place.empty() || (known.code != place && known.element != place))
      continue;
    words.resize(words.size() - place.size());
    return words + (language == people::Language::english ? known.name_en : known.name_es);
  }
  return spaced(std::move(words));
}

json event_json(const Event& event, const system::System& system) {
  const people::Setup& setup = *system.people();
  const auto steps = static_cast<std::uint32_t>(system.manifest().clock.steps_per_month);
  const Month month = system.manifest().clock.from + static_cast<int>(event.step / steps);
  const auto position = people::coordinates(event, setup);
  return {{"date", month.text()},
          {"week", event.step % steps + 1},
          {"event", people::event_name(event.kind)},
          {"persons", event.persons},
          {"probability", number(event.probability, 3)},
          {"place", people::place_name(event, setup)},
          {"text", text(told(event, system, people::Language::english),
                        told(event, system, people::Language::spanish))},
          {"latitude", position ? json(position->latitude) : json(nullptr)},
          {"longitude", position ? json(position->longitude) : json(nullptr)}};
}

std::uint32_t element(const system::System& system, Axis axis, std::string name, const char* what) {
  const auto& known = system.people()->axes.elements[static_cast<std::size_t>(axis)];
  if (axis == Axis::department)
    std::replace(name.begin(), name.end(), '-', '_');
  const auto found = std::find(known.begin(), known.end(), name);
  if (found == known.end()) {
    throw ApiError(404, "A104", fmt::format("there is no {} '{}'", what, name),
                   did_you_mean(name, known));
  }
  return static_cast<std::uint32_t>(found - known.begin());
}
} // namespace

people::StoryRequest Service::story_of(const Who& who) const {
  people::StoryRequest story;
  story.most = who.people;
  if (!who.kind.empty())
    story.kind =
        static_cast<people::Kind>(element(*pack_.system, Axis::kind, who.kind, "kind of party"));
  if (!who.department.empty())
    story.departments = {element(*pack_.system, Axis::department, who.department, "department")};
  std::string fates;
  for (const std::string& fate : who.fates)
    fates += (fates.empty() ? "" : ",") + fate;
  Diagnostics findings;
  story.fates = people::parse_fates(fates.empty() ? "left" : fates, findings);
  if (!findings.ok())
    throw ApiError(422, "A103", findings.items().front().message, findings.items().front().hint);
  return story;
}

json Service::lives(const Asked& asked, const people::StoryRequest& story, const Client& client) {
  people::StoryFinder finder(story);
  std::unique_ptr<people::StoryTeller> teller;
  const auto job = submit(client, "lives", Urgency::normal, 1,
                          [&](std::size_t, const Job::EachMonth& each_month) {
                            const auto listen = [&](people::EventSink& sink) {
                              system::Simulation simulation = previews_->at_start(*asked.trial, 0);
                              simulation.listen(&sink);
                              while (simulation.month() <= asked.trial->request.until) {
                                simulation.run_month();
                                each_month();
                              }
                            };
                            listen(finder);
                            teller = std::make_unique<people::StoryTeller>(finder.chosen());
                            if (finder.matches() > 0)
                              listen(*teller);
                          });
  wait(*job, client);
  const auto& axes = pack_.system->people()->axes.elements;
  json lives = json::array();
  for (const auto& [id, events] : teller->lives()) {
    json list = json::array();
    for (const Event& event : events)
      list.push_back(event_json(event, *pack_.system));
    lives.push_back(
        {{"kind", axes[static_cast<std::size_t>(Axis::kind)][static_cast<std::size_t>(id.kind())]},
         {"department", axes[static_cast<std::size_t>(Axis::department)][id.department()]},
         {"events", std::move(list)}});
  }
  return {{"simulated", true},
          {"matches", finder.matches()},
          {"scale", options_.preview.scale},
          {"member", 0},
          {"theory", asked.trial->request.theory},
          {"lives", std::move(lives)}};
}

} // namespace cauce::serve
