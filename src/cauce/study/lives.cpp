#include "cauce/study/lives.hpp"

#include "cauce/base/progress.hpp"
#include "cauce/people/stories.hpp"
#include "cauce/system/simulation.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace cauce::study {

using people::Axis;
using system::System;

namespace {
// One name out of an axis' elements, as its index.
std::uint32_t element(const System& system, Axis axis, const std::string& name,
                      std::string_view what) {
  const auto& known = system.people()->axes.elements[static_cast<std::size_t>(axis)];
  const auto found = std::find(known.begin(), known.end(), name);
  if (found == known.end())
    throw Error("S113", {}, fmt::format("unknown {} '{}'", what, name), did_you_mean(name, known));
  return static_cast<std::uint32_t>(found - known.begin());
}

people::StoryRequest story_of(const System& system, const LivesRequest& request) {
  people::StoryRequest story;
  story.most = request.people;
  if (!request.kind.empty())
    story.kind =
        static_cast<people::Kind>(element(system, Axis::kind, request.kind, "kind of party"));
  if (!request.department.empty()) {
    std::string code = request.department;
    std::replace(code.begin(), code.end(), '-', '_');
    story.departments = {element(system, Axis::department, code, "department")};
  }
  Diagnostics findings;
  story.fates = people::parse_fates(request.fates, findings);
  findings.throw_if_errors();
  return story;
}

void listen(people::EventSink& sink, system::Simulation simulation, const LivesRequest& request,
            const std::string& what) {
  const auto months = static_cast<std::size_t>(request.until - simulation.month() + 1);
  Progress progress(what, months);
  simulation.listen(&sink);
  for (std::size_t done = 0; done < months;) {
    if (request.farm.cancel != nullptr && request.farm.cancel->load())
      throw Error("S104", {},
                  fmt::format("stopped after {} of {} months ({})", done, months, what));
    simulation.run_month();
    progress.advance();
    ++done;
    if (request.farm.watch)
      request.farm.watch(what, done, months);
  }
}
} // namespace

Lives follow_lives(const std::shared_ptr<const System>& system, const LivesRequest& request) {
  const system::Clock& clock = system->manifest().clock;
  if (request.until < clock.from || request.until > clock.until) {
    throw Error("S101", {},
                fmt::format("{} is not a month of the pack's clock, {} to {}", request.until.text(),
                            clock.from.text(), clock.until.text()));
  }
  if (request.member >= request.members) {
    throw Error("S114", {},
                fmt::format("member {} is not one of {}", request.member, request.members),
                "members count from 0");
  }
  const auto draws =
      member_draws(*system, request.theory, request.members, request.seed, request.draws);
  const PosteriorDraw& draw = draws[request.member];
  const system::Simulation start(system, {system->lever_paths(request.policy), draw.parameters,
                                          request.seed, static_cast<std::uint32_t>(request.member),
                                          draw.shocks});
  people::StoryFinder finder(story_of(*system, request));
  listen(finder, start, request, "finding");
  people::StoryTeller teller(finder.chosen());
  if (finder.matches() > 0)
    listen(teller, start, request, "telling");

  const people::Setup& setup = *system->people();
  const auto steps = static_cast<std::uint32_t>(clock.steps_per_month);
  const auto name = [&](Axis axis, std::size_t index) {
    return setup.axes.elements[static_cast<std::size_t>(axis)][index];
  };
  Lives result{finder.matches(), {}};
  for (const auto& [id, events] : teller.lives()) {
    Life life{name(Axis::kind, static_cast<std::size_t>(id.kind())),
              name(Axis::department, id.department()),
              {}};
    for (const people::Event& event : events) {
      life.events.push_back({clock.from + static_cast<int>(event.step / steps),
                             static_cast<int>(event.step % steps) + 1,
                             std::string(people::event_name(event.kind)),
                             people::place_name(event, setup), event.persons, event.probability,
                             people::in_words(event, setup, people::Language::english),
                             people::in_words(event, setup, people::Language::spanish)});
    }
    result.lives.push_back(std::move(life));
  }
  return result;
}

} // namespace cauce::study
