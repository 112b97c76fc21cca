// `cauce follow`: the life courses of a few simulated people of one run, event by event.
//
// The run is made twice: once to find those who lived through the fates asked for, once more to
// write down their lives. Both are the same run, since a life is a function of its keys.
#include "commands.hpp"
#include "run_options.hpp"

#include "cauce/base/files.hpp"
#include "cauce/base/progress.hpp"
#include "cauce/people/stories.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <memory>
#include <nlohmann/json.hpp>

namespace cauce::app {

namespace {
struct FollowOptions {
  std::filesystem::path pack, out;
  std::string policy = "as-enacted", theory = "open", kind, department, fates = "left", until;
  std::string language = "en";
  std::size_t member = 0, members = 20, people = 3;
  std::uint64_t seed = 2017;
  double scale = 100.0;
  bool json = false;
};

// One name out of an axis' elements, as its index.
std::uint32_t element(const std::string& name, const std::vector<std::string>& known,
                      std::string_view what) {
  const auto found = std::find(known.begin(), known.end(), name);
  if (found == known.end()) {
    throw Error("U105", {}, fmt::format("unknown {} '{}'", what, name), did_you_mean(name, known));
  }
  return static_cast<std::uint32_t>(found - known.begin());
}

people::StoryRequest request_of(const FollowOptions& options, const people::Axes& axes) {
  const auto names = [&](people::Axis axis) -> const std::vector<std::string>& {
    return axes.elements[static_cast<std::size_t>(axis)];
  };
  people::StoryRequest request;
  request.most = options.people;
  if (!options.kind.empty()) {
    request.kind = static_cast<people::Kind>(
        element(options.kind, names(people::Axis::kind), "kind of party"));
  }
  if (!options.department.empty()) {
    std::string code = options.department;
    std::replace(code.begin(), code.end(), '-', '_');
    request.departments = {element(code, names(people::Axis::department), "department")};
  }
  Diagnostics findings;
  request.fates = people::parse_fates(options.fates, findings);
  findings.throw_if_errors();
  return request;
}

void run_with(people::EventSink& sink, system::Simulation simulation, Month until,
              const char* what) {
  Progress progress(what, static_cast<std::size_t>(until - simulation.month() + 1));
  simulation.listen(&sink);
  while (simulation.month() <= until) {
    simulation.run_month();
    progress.advance();
  }
}

// Steps to a date: "2014-06, week 2".
std::string date_of(std::uint32_t step, const system::Clock& clock, people::Language language) {
  const auto per_month = static_cast<std::uint32_t>(clock.steps_per_month);
  const Month month = clock.from + static_cast<int>(step / per_month);
  return fmt::format("{} {} {}", month.text(),
                     language == people::Language::english ? "week" : "semana",
                     step % per_month + 1);
}

std::string person_line(people::PersonId id, const people::Setup& setup, std::size_t number,
                        people::Language language) {
  const auto& axes = setup.axes.elements;
  const std::string& kind =
      axes[static_cast<std::size_t>(people::Axis::kind)][static_cast<std::size_t>(id.kind())];
  const std::string& place =
      axes[static_cast<std::size_t>(people::Axis::department)][id.department()];
  return language == people::Language::english
             ? fmt::format("Simulated person {} ({}, from {})", number, kind, place)
             : fmt::format("Persona simulada {} ({}, de {})", number, kind, place);
}

nlohmann::ordered_json event_json(const people::Event& event, const system::System& system) {
  nlohmann::ordered_json json;
  const people::Setup& setup = *system.people();
  json["date"] = date_of(event.step, system.manifest().clock, people::Language::english);
  json["event"] = std::string(people::event_name(event.kind));
  json["place"] = people::place_name(event, setup);
  json["persons"] = event.persons;
  json["probability"] = event.probability;
  json["en"] = people::in_words(event, setup, people::Language::english);
  json["es"] = people::in_words(event, setup, people::Language::spanish);
  return json;
}

std::string lives_json(const people::StoryTeller& teller, std::size_t matches,
                       const system::System& system) {
  nlohmann::ordered_json document;
  document["simulated"] = true;
  document["matches"] = matches;
  document["lives"] = nlohmann::json::array();
  for (const auto& [id, events] : teller.lives()) {
    nlohmann::ordered_json life;
    const auto& axes = system.people()->axes.elements;
    life["kind"] =
        axes[static_cast<std::size_t>(people::Axis::kind)][static_cast<std::size_t>(id.kind())];
    life["department"] = axes[static_cast<std::size_t>(people::Axis::department)][id.department()];
    life["events"] = nlohmann::json::array();
    for (const people::Event& event : events)
      life["events"].push_back(event_json(event, system));
    document["lives"].push_back(std::move(life));
  }
  return document.dump(2) + "\n";
}

void follow(const FollowOptions& options) {
  Diagnostics findings;
  const auto system = system::System::load(options.pack, options.scale, findings);
  const system::Clock& clock = system->manifest().clock;
  Month until = clock.data_until;
  if (!options.until.empty()) {
    const auto month = Month::parse(options.until);
    if (!month || *month < clock.from || *month > clock.until) {
      throw Error("U102", {},
                  fmt::format("--until {} is not a month of the pack's clock", options.until),
                  fmt::format("write {} to {}", clock.from.text(), clock.until.text()));
    }
    until = *month;
  }
  if (options.member >= options.members) {
    throw Error("U106", {},
                fmt::format("member {} is not one of {}", options.member, options.members),
                "members count from 0");
  }
  const people::StoryRequest request = request_of(options, system->people()->axes);
  const auto believed = policy::under_theory(system->parameters(), system->theory(options.theory));
  auto draws = evidence::draw_parameters(believed, options.members, options.seed);
  const system::Simulation start(system, {system->lever_paths(options.policy),
                                          std::move(draws[options.member]), options.seed,
                                          static_cast<std::uint32_t>(options.member)});
  people::StoryFinder finder(request);
  run_with(finder, start, until, "finding");
  people::StoryTeller teller(finder.chosen());
  if (finder.matches() > 0)
    run_with(teller, start, until, "telling");

  const people::Language language =
      options.language == "es" ? people::Language::spanish : people::Language::english;
  if (!options.out.empty())
    write_text_atomic(options.out, lives_json(teller, finder.matches(), *system));
  if (options.json) {
    fmt::print("{}", lives_json(teller, finder.matches(), *system));
    return;
  }
  fmt::print("{}\n",
             language == people::Language::english
                 ? fmt::format("{} simulated people lived through this ({} until {}, scale "
                               "1:{:g}); nobody here is a real person.",
                               finder.matches(), options.policy, until.text(), options.scale)
                 : fmt::format("{} personas simuladas vivieron esto ({} hasta {}, escala "
                               "1:{:g}); ninguna es una persona real.",
                               finder.matches(), options.policy, until.text(), options.scale));
  std::size_t number = 0;
  for (const auto& [id, events] : teller.lives()) {
    fmt::print("\n{}\n", person_line(id, *system->people(), ++number, language));
    for (const people::Event& event : events) {
      fmt::print("  {:<18} {}", date_of(event.step, clock, language),
                 people::in_words(event, *system->people(), language));
      if (event.probability < 1.0)
        fmt::print("  (p = {:.2g})", event.probability);
      fmt::print("\n");
    }
  }
}
} // namespace

void add_follow(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("follow", "Tell the lives of a few simulated people, event by event");
  auto options = std::make_shared<FollowOptions>();
  command->add_option("PACK", options->pack, "Folder of the pack")->required();
  command->add_option("--policy", options->policy, "Policy of the pack")->capture_default_str();
  command->add_option("--theory", options->theory, "Theory of the system")->capture_default_str();
  command->add_option("--fates", options->fates, "What they lived through, in order: returned,left")
      ->capture_default_str();
  command->add_option("--kind", options->kind, "Only adult, family or child");
  command->add_option("--department", options->department, "Only from this department, e.g. GT-HU");
  command->add_option("--people", options->people, "How many people")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command->add_option("--member", options->member, "Member of the ensemble, from 0")
      ->capture_default_str();
  command->add_option("--members", options->members, "Members of the ensemble")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  command->add_option("--seed", options->seed, "Seed of all luck")->capture_default_str();
  command->add_option("--scale", options->scale, "One simulated person for each SCALE real ones")
      ->check(CLI::Range(1.0, 1e6))
      ->capture_default_str();
  command->add_option("--until", options->until, "Last month, YYYY-MM");
  command->add_option("--language", options->language, "en or es")
      ->check(CLI::IsMember({"en", "es"}))
      ->capture_default_str();
  command->add_option("--out", options->out, "Write the lives as JSON to this file");
  command->add_flag("--json", options->json, "Print JSON");
  command->callback([options] { follow(*options); });
}

} // namespace cauce::app
