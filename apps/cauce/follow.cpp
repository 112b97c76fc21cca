// `cauce follow`: the life courses of a few simulated people of one run, event by event.
#include "commands.hpp"
#include "interrupt.hpp"
#include "study_options.hpp"

#include "cauce/base/files.hpp"
#include "cauce/study/lives.hpp"

#include <fmt/format.h>
#include <memory>
#include <nlohmann/json.hpp>

namespace cauce::app {

namespace {
struct FollowOptions {
  std::filesystem::path pack, out;
  study::LivesRequest request;
  std::string until, language = "en";
  double scale = 100.0;
  bool json = false;
};

// "2014-06 week 2"
std::string date_of(const study::LifeEvent& event, bool english) {
  return fmt::format("{} {} {}", event.month.text(), english ? "week" : "semana", event.week);
}

std::string lives_json(const study::Lives& told) {
  nlohmann::ordered_json document;
  document["simulated"] = true;
  document["matches"] = told.matches;
  document["lives"] = nlohmann::json::array();
  for (const study::Life& life : told.lives) {
    nlohmann::ordered_json one;
    one["kind"] = life.kind;
    one["department"] = life.department;
    one["events"] = nlohmann::json::array();
    for (const study::LifeEvent& event : life.events) {
      nlohmann::ordered_json json;
      json["date"] = date_of(event, true);
      json["event"] = event.event;
      json["place"] = event.place;
      json["persons"] = event.persons;
      json["probability"] = event.probability;
      json["en"] = event.en;
      json["es"] = event.es;
      one["events"].push_back(std::move(json));
    }
    document["lives"].push_back(std::move(one));
  }
  return document.dump(2) + "\n";
}

void print(const study::Lives& told, const FollowOptions& options, const std::string& draws) {
  const bool english = options.language == "en";
  fmt::print("{}\n", english
                         ? fmt::format("{} simulated people lived through this ({} until {}, scale "
                                       "1:{:g}); nobody here is a real person.",
                                       told.matches, options.request.policy,
                                       options.request.until.text(), options.scale)
                         : fmt::format("{} personas simuladas vivieron esto ({} hasta {}, escala "
                                       "1:{:g}); ninguna es una persona real.",
                                       told.matches, options.request.policy,
                                       options.request.until.text(), options.scale));
  if (english)
    fmt::print("{}\n", draws);
  std::size_t number = 0;
  for (const study::Life& life : told.lives) {
    fmt::print("\n{}\n", english ? fmt::format("Simulated person {} ({}, from {})", ++number,
                                               life.kind, life.department)
                                 : fmt::format("Persona simulada {} ({}, de {})", ++number,
                                               life.kind, life.department));
    for (const study::LifeEvent& event : life.events) {
      fmt::print("  {:<18} {}", date_of(event, english), english ? event.en : event.es);
      if (event.probability < 1.0)
        fmt::print("  (p = {:.2g})", event.probability);
      fmt::print("\n");
    }
  }
}

void follow(FollowOptions& options) {
  Diagnostics findings;
  const auto system = system::System::load(options.pack, options.scale, findings);
  options.request.until =
      month_option(options.until, "--until", system->manifest().clock.data_until);
  options.request.farm.cancel = interrupted();
  const study::Lives told = study::follow_lives(system, options.request);
  if (!options.out.empty())
    write_text_atomic(options.out, lives_json(told));
  if (options.json)
    fmt::print("{}", lives_json(told));
  else
    print(told, options, told_draws(*system, {options.request.theory}, options.request.draws));
}
} // namespace

void add_follow(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("follow", "Tell the lives of a few simulated people, event by event");
  auto options = std::make_shared<FollowOptions>();
  command->add_option("PACK", options->pack, "Folder of the pack")->required();
  command->add_option("--policy", options->request.policy, "Policy of the pack")
      ->capture_default_str();
  command->add_option("--theory", options->request.theory, "Theory of the system")
      ->capture_default_str();
  command
      ->add_option("--fates", options->request.fates,
                   "What they lived through, in order: returned,left")
      ->capture_default_str();
  command->add_option("--kind", options->request.kind, "Only adult, family or child");
  command->add_option("--department", options->request.department,
                      "Only from this department, e.g. GT-HU");
  command->add_option("--people", options->request.people, "How many people")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command->add_option("--member", options->request.member, "Member of the ensemble, from 0")
      ->capture_default_str();
  command->add_option("--members", options->request.members, "Members of the ensemble")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  add_draws_option(*command, options->request.draws);
  command->add_option("--seed", options->request.seed, "Seed of all luck")->capture_default_str();
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
