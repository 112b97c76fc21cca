// What is read off finished runs: charts and effects, flows, fates of journeys, several theories at
// once, and the share that each change has in the difference.
#include "cauce/report/fate.hpp"
#include "cauce/serve/api_error.hpp"
#include "cauce/serve/service.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <map>
#include <set>

namespace cauce::serve {

using std::chrono::steady_clock;
using study::MemberRun;
using study::Trial;

namespace {
json effect_json(const study::TrialEffect& effect) {
  return {{"outcome", effect.part.outcome},    {"base", spread(effect.base)},
          {"mine", spread(effect.mine)},       {"difference", spread(effect.difference)},
          {"percent", spread(effect.percent)}, {"lower", effect.lower},
          {"higher", effect.higher},           {"equal", effect.equal}};
}

json effects_json(const std::vector<study::TrialEffect>& effects) {
  json list = json::array();
  for (const study::TrialEffect& effect : effects)
    list.push_back(effect_json(effect));
  return list;
}

json warnings_json(const Pack& pack, const Trial& trial) {
  json list = json::array();
  for (const study::TrialWarning& warning : trial.warnings) {
    const policy::Lever* lever = policy::find_lever(pack.system->levers(), warning.lever);
    const std::string en = lever->name_en, es = lever->name_es;
    if (warning.kind == study::TrialWarning::Kind::range) {
      list.push_back(
          {{"code", "range"},
           {"levers", json::array({warning.lever})},
           {"text",
            text(fmt::format("{} stands at {:.3g} from {}, outside the range of evidence, {:g} to "
                             "{:g}.",
                             en, warning.value, warning.month.text(), warning.low, warning.high),
                 fmt::format("{} vale {:.3g} desde {}, fuera del rango con evidencia, {:g} a {:g}.",
                             es, warning.value, warning.month.text(), warning.low,
                             warning.high))}});
    } else {
      list.push_back(
          {{"code", "contradiction"},
           {"levers", json::array({warning.lever})},
           {"text", text(fmt::format("Two actions on {} start in {}; the later one in the list "
                                     "holds.",
                                     en, warning.month.text()),
                         fmt::format("Dos acciones sobre {} empiezan en {}; vale la última de la "
                                     "lista.",
                                     es, warning.month.text()))}});
    }
  }
  const Month data_until = pack.system->manifest().clock.data_until;
  if (trial.request.until > data_until) {
    list.push_back(
        {{"code", "after-data"},
         {"levers", json::array()},
         {"text", text(fmt::format("After {} the outer world (prices, weather, homicide) is held "
                                   "as it was last observed.",
                                   data_until.text()),
                       fmt::format("Después de {} el mundo exterior (precios, clima, homicidios) "
                                   "queda como se observó por última vez.",
                                   data_until.text()))}});
  }
  return list;
}

std::string command_of(const Trial& trial, const Tier& tier, const ServiceOptions& options) {
  if (!trial.request.parameters.empty() || trial.request.theory == study::mixture_name)
    return {}; // no single command of the program says this
  const std::string mine = trial.request.actions.empty() ? trial.request.policy : "mine";
  return fmt::format("cauce compare {} --policy {} --policy {} --theory {} --members {} --scale "
                     "{:g} --seed {} --until {}{}",
                     options.pack.generic_string(), trial.request.base, mine, trial.request.theory,
                     options.full.members, tier.scale, options.seed, trial.request.until.text(),
                     trial.request.draws == study::Draws::prior ? " --draws prior" : "");
}

// Means over the members by month of each element of an outcome's places.
json elements_json(const system::System& system, std::span<const MemberRun> runs, bool mine,
                   std::string_view count, const char* axis, Month from, Month until) {
  json all = json::object();
  for (const system::Outcome& outcome : system.outcomes()) {
    const system::OutcomeSpec& spec = *outcome.spec;
    const bool by_place = outcome.place.name == axis, by_group = outcome.group.name == axis;
    if (spec.count != count || !spec.at.empty() || (!by_place && !by_group))
      continue;
    for (const std::string& element : by_place ? outcome.place.elements : outcome.group.elements) {
      const study::Part part =
          study::part_of(system, spec.name, by_place ? element : "", by_place ? "" : element);
      json months = json::array();
      for (Month m = from; m <= until; ++m) {
        double sum = 0.0;
        for (const MemberRun& run : runs) {
          const study::Block& after = mine ? *run.mine : *run.base;
          sum += part.value(m < after.from ? run.past->record(m) : after.record(m));
        }
        months.push_back(number(sum / static_cast<double>(runs.size())));
      }
      all[element] = std::move(months);
    }
    break;
  }
  return all;
}
} // namespace

std::size_t calibrated_members(const system::System& system, const Trial& trial) {
  if (trial.request.draws == study::Draws::prior)
    return 0;
  return static_cast<std::size_t>(
      std::count_if(trial.theories.begin(), trial.theories.end(), [&](const std::string& theory) {
        return study::has_posterior(system, theory);
      }));
}

json Service::answer_json(const Asked& asked, std::span<const MemberRun> runs,
                          const study::LevelOf& level, const std::vector<study::Part>& effects,
                          const char* stage, const Tier& tier, double milliseconds,
                          bool cached) const {
  const Trial& trial = *asked.trial;
  const study::TrialAnswer answer =
      study::answer_of(runs, level, asked.request.from, trial.request.until, asked.series, effects);
  json series = json::array();
  for (const study::TrialSeries& one : answer.series) {
    series.push_back({{"outcome", one.part.outcome},
                      {"place", one.part.place},
                      {"group", one.part.group},
                      {"unit", one.part.spec->unit},
                      {"kind", one.part.spec->kind},
                      {"base", bands(one.base)},
                      {"mine", bands(one.mine)},
                      {"difference", bands(one.difference, false)}});
  }
  return {{"id", trial.id},
          {"stage", stage},
          {"final", std::string_view(stage) == "final"},
          {"base", trial.request.base},
          {"policy", trial.request.policy},
          {"theory", trial.request.theory},
          {"draws", trial.request.draws == study::Draws::posterior ? "posterior" : "prior"},
          {"calibrated", calibrated_members(*pack_.system, trial)},
          {"members", answer.members},
          {"levelMembers", answer.level_members},
          {"scale", tier.scale},
          {"seed", std::to_string(options_.seed)},
          {"from", answer.from.text()},
          {"months", trial.request.until - answer.from + 1},
          {"start", answer.start - answer.from},
          {"series", std::move(series)},
          {"effects", effects_json(answer.effects)},
          {"warnings", warnings_json(pack_, trial)},
          {"milliseconds", number(milliseconds)},
          {"cached", cached},
          {"version", pack_.version},
          {"packHash", pack_.hash},
          {"command", command_of(trial, tier, options_)},
          {"policyFile", trial.request.actions.empty() ? "" : policy_file(trial)}};
}

json Service::flows(const Asked& asked, const Client& client) {
  const Stage stage = best(asked, client, "flows");
  const study::Trial& trial = *asked.trial;
  const Month from = asked.request.from, until = trial.request.until;
  const Month start = std::max(from, pack_.system->manifest().clock.decision);
  const auto flows_of = [&](bool mine) {
    const Month first = mine ? start : from;
    const auto of = [&](std::string_view count, const char* axis) {
      return elements_json(*pack_.system, *stage.runs, mine, count, axis, first, until);
    };
    return json{{"departures", of("departures", "department")},
                {"corridors", of("corridor_entries", "corridor")},
                {"sectors", of("border_arrivals", "sector")},
                {"returns", of("returns_from_us", "department")}};
  };
  return {{"id", trial.id},
          {"stage", stage.full ? "final" : "preview"},
          {"members", stage.runs->size()},
          {"from", from.text()},
          {"months", until - from + 1},
          {"start", start - from},
          {"base", flows_of(false)},
          {"mine", flows_of(true)}};
}

void Service::theories(const Asked& asked, const Client& client) {
  std::vector<Asked> under;
  for (const policy::Theory& theory : pack_.system->theories()) {
    ScenarioRequest request = asked.request;
    request.trial.theory = theory.name;
    under.push_back(ask(std::move(request)));
  }
  const std::size_t members = options_.preview.members;
  std::vector<Runs> runs(under.size(), Runs(members));
  std::vector<std::atomic<std::size_t>> done(under.size());
  const auto job = submit(client, "theories", Urgency::normal, under.size() * members,
                          [&](std::size_t unit, const Job::EachMonth& each_month) {
                            const std::size_t t = unit / members, m = unit % members;
                            runs[t][m] = previews_->run(*under[t].trial, m, each_month);
                            ++done[t];
                          });
  std::set<std::size_t> told;
  const auto tell = [&](std::size_t) {
    for (std::size_t t = 0; t < under.size(); ++t) {
      if (done[t] < members || !told.insert(t).second)
        continue;
      const study::TrialAnswer answer = study::answer_of(
          runs[t], {}, under[t].request.from, under[t].trial->request.until, {}, totals_);
      if (!client.write({{"type", "theory"},
                         {"theory", under[t].request.trial.theory},
                         {"members", members},
                         {"scale", options_.preview.scale},
                         {"effects", effects_json(answer.effects)}}))
        job->cancel();
    }
  };
  wait_to_the_end(*job, client, tell);
  tell(0);
  client.write({{"type", "end"}});
}

std::string policy_file(const Trial& trial) {
  static constexpr const char* forms[] = {"value", "factor", "add"};
  std::string file = fmt::format("name = \"mine\"\ntitle.en = \"Mine\"\ntitle.es = \"Mía\"\n"
                                 "summary.en = \"\"\nsummary.es = \"\"\nextends = \"{}\"\n",
                                 trial.request.policy);
  for (const policy::Action& action : trial.request.actions) {
    file += fmt::format("\n[[action]]\nlever = \"{}\"\nfrom = \"{}\"\n", action.lever,
                        action.from.text());
    if (action.until)
      file += fmt::format("until = \"{}\"\n", action.until->text());
    file += fmt::format("{} = {}\n", forms[static_cast<std::size_t>(action.form)], action.amount);
    if (action.ramp_months > 0)
      file += fmt::format("ramp_months = {}\n", action.ramp_months);
    if (!action.place.empty())
      file += fmt::format("place = \"{}\"\n", action.place);
    file += "status = \"assumed\"\n";
  }
  return file;
}

} // namespace cauce::serve
