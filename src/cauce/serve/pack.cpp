#include "cauce/serve/pack.hpp"

#include "cauce/base/files.hpp"
#include "cauce/base/table.hpp"
#include "cauce/people/stories.hpp"
#include "cauce/report/record.hpp"
#include "cauce/study/evidence_ledger.hpp"
#include "cauce/study/parts.hpp"
#include "cauce/study/posterior.hpp"
#include "cauce/study/runs.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <map>
#include <set>

namespace cauce::serve {

using system::Outcome;
using system::System;

namespace {
// By what people count, most important first: the outcomes of the scoreboard.
constexpr std::string_view headline_counts[] = {"apprehensions",   "departures", "arrivals",
                                                "returns_from_us", "victimised", "road_deaths"};
constexpr const char* action_forms[] = {"value", "factor", "add"};

std::string month_text(const std::optional<Month>& month) { return month ? month->text() : ""; }

json clock_json(const system::Clock& clock) {
  return {{"from", clock.from.text()},
          {"until", clock.until.text()},
          {"dataUntil", clock.data_until.text()},
          {"decision", clock.decision.text()},
          {"months", clock.until - clock.from + 1},
          {"decisionIndex", clock.decision - clock.from},
          {"dataUntilIndex", clock.data_until - clock.from}};
}

// A lever's path as [month index, value] where it changes; null where nothing is said.
json steps_json(const system::LeverPaths::Path& path, std::size_t element, int months) {
  json steps = json::array(), last;
  for (int m = 0; m < months; ++m) {
    const auto values = path.at(m);
    const json value = values.empty() ? json(nullptr) : number(values[element], 6);
    if (m == 0 || value != last)
      steps.push_back({m, value});
    last = value;
  }
  return steps;
}

json history_json(const Pack& pack, const system::LeverPaths::Path& path) {
  const auto& model = *pack.system->model();
  const system::Clock& clock = pack.system->manifest().clock;
  const int months = clock.until - clock.from + 1;
  json all = json::array();
  std::vector<json> steps;
  for (std::size_t e = 0; e < path.size; ++e)
    steps.push_back(steps_json(path, e, months));
  const bool same = std::all_of(steps.begin(), steps.end(),
                                [&](const json& one) { return one == steps.front(); });
  for (std::size_t e = 0; e < (same ? 1 : path.size); ++e) {
    all.push_back({{"place", same ? "" : model.element_name(path.variable, e)},
                   {"steps", std::move(steps[e])}});
  }
  return all;
}

// Where each policy puts the lever, after the decision and the ramp.
json requests_json(const Pack& pack, const policy::Lever& lever) {
  json list = json::array();
  const system::Clock& clock = pack.system->manifest().clock;
  for (const policy::Policy& policy : pack.system->policies()) {
    for (const policy::Action& action : policy.actions) {
      if (action.lever != lever.name || action.from < clock.decision)
        continue;
      const Month reached = action.from + std::max(0, action.ramp_months - 1);
      const auto value = policy::lever_value(policy, lever, action.place, reached);
      if (!value)
        continue;
      list.push_back({{"policy", policy.name},
                      {"place", action.place},
                      {"from", action.from.text()},
                      {"until", month_text(action.until)},
                      {"value", number(*value, 6)}});
    }
  }
  return list;
}

json levers_json(const Pack& pack) {
  json list = json::array();
  const auto enacted = pack.system->lever_paths(pack.baseline);
  const auto& levers = pack.system->levers();
  const auto& model = *pack.system->model();
  for (std::size_t l = 0; l < levers.size(); ++l) {
    const policy::Lever& lever = levers[l];
    const system::LeverPaths::Path& path = enacted->paths[l];
    json elements = json::array();
    for (std::size_t e = 0; path.size > 1 && e < path.size; ++e)
      elements.push_back(model.element_name(path.variable, e));
    list.push_back({{"name", lever.name},
                    {"title", text(lever.name_en, lever.name_es)},
                    {"doc", text(lever.doc_en, lever.doc_es)},
                    {"unit", lever.unit},
                    {"low", number(lever.low, 6)},
                    {"high", number(lever.high, 6)},
                    {"standing", lever.standing ? number(*lever.standing, 6) : json(nullptr)},
                    {"actor", lever.actor},
                    {"group", lever.group},
                    {"costUsdPerUnitMonth", lever.cost_usd_per_unit_month
                                                ? number(*lever.cost_usd_per_unit_month, 6)
                                                : json(nullptr)},
                    {"variable", lever.variable},
                    {"elements", std::move(elements)},
                    {"claims", id_list(lever.claims)},
                    {"source", lever.source_id},
                    {"status", lever.status},
                    {"history", history_json(pack, path)},
                    {"requests", requests_json(pack, lever)}});
  }
  return list;
}

json policies_json(const Pack& pack) {
  json list = json::array();
  for (const policy::Policy& policy : pack.system->policies()) {
    json actions = json::array();
    for (const policy::Action& action : policy.actions) {
      actions.push_back({{"lever", action.lever},
                         {"from", action.from.text()},
                         {"until", month_text(action.until)},
                         {"form", action_forms[static_cast<std::size_t>(action.form)]},
                         {"amount", number(action.amount, 6)},
                         {"rampMonths", action.ramp_months},
                         {"place", action.place},
                         {"why", text(action.why)},
                         {"source", action.source_id},
                         {"status", action.status}});
    }
    list.push_back({{"name", policy.name},
                    {"title", text(policy.title)},
                    {"summary", text(policy.summary)},
                    {"extends", policy.extends},
                    {"actions", std::move(actions)}});
  }
  return list;
}

json prior_json(const evidence::Prior& prior) {
  const bool fixed = prior.shape == evidence::Shape::fixed;
  return {{"distribution", evidence::shape_name(prior.shape)},
          {"value", number(prior.value, 6)},
          {"low", fixed ? json(nullptr) : number(prior.low, 6)},
          {"high", fixed ? json(nullptr) : number(prior.high, 6)}};
}

json belief_json(const policy::Belief& belief) {
  json one = prior_json(belief.prior);
  one["parameter"] = belief.name;
  one["element"] = belief.element;
  one["why"] = text(belief.why);
  return one;
}

json theories_json(const Pack& pack) {
  json list = json::array();
  for (const policy::Theory& theory : pack.system->theories()) {
    json changes = json::array();
    for (const policy::Belief& belief : theory.beliefs)
      changes.push_back(belief_json(belief));
    list.push_back({{"name", theory.name},
                    {"title", text(theory.title)},
                    {"summary", text(theory.summary)},
                    {"calibrated", study::has_posterior(*pack.system, theory.name)},
                    {"changes", std::move(changes)}});
  }
  return list;
}

json outcomes_json(const Pack& pack) {
  json list = json::array();
  std::set<std::string> observed;
  for (const system::TargetSpec& target : pack.system->manifest().targets)
    observed.insert(target.outcome);
  for (const Outcome& outcome : pack.system->outcomes()) {
    const system::OutcomeSpec& spec = *outcome.spec;
    list.push_back(
        {{"name", spec.name},
         {"title", text(spec.title)},
         {"doc", text(spec.doc)},
         {"unit", spec.unit},
         {"kind", spec.kind},
         {"section", spec.section},
         {"adds", study::adds_up(outcome)},
         {"placeAxis", outcome.place.name},
         {"places", study::places_of(*pack.system, outcome)},
         {"groupAxis", outcome.group.name},
         {"groups", outcome.group.name.empty() ? json::array() : json(outcome.group.elements)},
         {"total", study::has_total(outcome)},
         {"observed", observed.contains(spec.name)}});
  }
  return list;
}

json headline_json(const Pack& pack) {
  json names = json::array();
  for (const std::string_view count : headline_counts) {
    for (const system::OutcomeSpec& spec : pack.system->manifest().outcomes) {
      if (spec.count == count && spec.at.empty()) {
        names.push_back(spec.name);
        break;
      }
    }
  }
  return names;
}

json places_json(const Pack& pack) {
  json list = json::array();
  for (const evidence::Place& place : pack.system->places().all()) {
    if (place.kind != "country" && place.kind != "department")
      continue;
    const evidence::Place* parent = pack.system->places().find(place.parent);
    list.push_back({{"id", place.element},
                    {"code", place.code},
                    {"name", text(place.name_en, place.name_es)},
                    {"kind", place.kind},
                    {"parent", parent == nullptr ? "" : parent->element},
                    {"latitude", place.latitude},
                    {"longitude", place.longitude},
                    {"population", number(place.population_2010, 8)}});
  }
  return list;
}

json events_json(const Pack& pack) {
  json list = json::array();
  for (const evidence::Event& event : pack.events) {
    list.push_back({{"id", event.id},
                    {"from", event.start.text()},
                    {"until", month_text(event.end)},
                    {"place", event.place},
                    {"actor", event.actor},
                    {"category", event.category},
                    {"name", event.name},
                    {"summary", event.summary},
                    {"source", event.source_id},
                    {"status", event.status}});
  }
  return list;
}
} // namespace

Pack Pack::read(std::shared_ptr<const System> system, std::string version) {
  Pack pack;
  pack.info = report::read_pack_info(system->folder());
  Diagnostics findings;
  const auto& folder = system->folder();
  if (std::filesystem::exists(folder / "claims.csv"))
    pack.claims = evidence::read_claims(folder / "claims.csv", findings);
  if (std::filesystem::exists(folder / "events.csv")) {
    pack.events =
        evidence::read_events(folder / "events.csv", system->places(), system->sources(), findings);
  }
  pack.mechanisms =
      study::all_mechanisms(*system, study::read_mechanisms(folder / "mechanisms.csv", findings));
  findings.throw_if_errors();
  std::string hashes;
  for (const auto& [file, hash] : system->files())
    hashes += file + hash;
  pack.hash = hash_text(hashes);
  pack.version = std::move(version);
  pack.system = std::move(system);
  pack.learnt = learnt_of(pack);
  pack.matters = matters_of(pack);
  return pack;
}

json system_json(const Pack& pack, const Tier& preview, const Tier& full, std::uint64_t seed) {
  const system::PackManifest& manifest = pack.system->manifest();
  json sections = json::array();
  for (const system::OutcomeSpec& spec : manifest.outcomes) {
    if (std::find(sections.begin(), sections.end(), spec.section) == sections.end())
      sections.push_back(spec.section);
  }
  std::size_t variables = 0;
  for (const conditions::VariableInfo& info : pack.system->model()->variables())
    variables += info.hidden ? 0 : 1;
  return {{"format", 1},
          {"version", pack.version},
          {"pack",
           {{"name", manifest.name},
            {"title", text(manifest.title)},
            {"version", manifest.version},
            {"hash", pack.hash}}},
          {"clock", clock_json(manifest.clock)},
          {"ensembles",
           {{"preview", {{"members", preview.members}, {"scale", preview.scale}}},
            {"full", {{"members", full.members}, {"scale", full.scale}}},
            {"seed", std::to_string(seed)}}},
          {"baseline", pack.baseline},
          {"levers", levers_json(pack)},
          {"policies", policies_json(pack)},
          {"theories", theories_json(pack)},
          {"mixture", mixture_json(pack)},
          {"draws", draws_json(pack)},
          {"outcomes", outcomes_json(pack)},
          {"sections", std::move(sections)},
          {"headline", headline_json(pack)},
          {"places", places_json(pack)},
          {"events", events_json(pack)},
          {"counts",
           {{"sources", pack.system->sources().all().size()},
            {"parameters", pack.system->parameters().size()},
            {"claims", pack.claims.size()},
            {"variables", variables}}}};
}

json map_json(const Pack& pack) {
  // The titles of nodes are in their file only.
  std::map<std::string, std::string> titles;
  Diagnostics ignored; // the loader has said what is wrong
  const Table table = Table::read(pack.system->folder() / "network/nodes.csv",
                                  std::vector<std::string>{"node", "name"}, ignored);
  for (std::size_t row = 0; row < table.rows(); ++row)
    titles[table.cell(row, "node")] = table.cell(row, "name");
  const people::journeys::Network& network = pack.system->people()->network;
  json nodes = json::array(), links = json::array();
  for (const people::journeys::Node& node : network.nodes()) {
    nodes.push_back(
        {{"name", node.name},
         {"title", titles[node.name]},
         {"kind", people::journeys::node_kind_names()[static_cast<std::size_t>(node.kind)]},
         {"country", node.country},
         {"corridor", node.corridor},
         {"sector", node.sector},
         {"latitude", node.latitude},
         {"longitude", node.longitude}});
  }
  const Month zero = Month::of(0, 1);
  for (const people::journeys::Link& link : network.links()) {
    links.push_back(
        {{"from", network.node(link.from).name},
         {"to", network.node(link.to).name},
         {"corridor", link.corridor},
         {"mode", people::journeys::mode_names()[static_cast<std::size_t>(link.mode)]},
         {"km", number(link.length_km)},
         {"opens", link.opens == INT64_MIN ? "" : (zero + static_cast<int>(link.opens)).text()},
         {"closes", link.closes == INT64_MAX ? "" : (zero + static_cast<int>(link.closes)).text()},
         {"danger", number(link.danger)},
         {"enforcement", number(link.enforcement)}});
  }
  return {{"nodes", std::move(nodes)}, {"links", std::move(links)}};
}

json observed_json(const Pack& pack) {
  const system::Clock& clock = pack.system->manifest().clock;
  const auto months = static_cast<std::size_t>(clock.until - clock.from + 1);
  json list = json::array();
  for (const results::OutcomeInfo& outcome : study::outcome_infos(*pack.system)) {
    for (const report::ObservedSeries& series :
         report::observations_of(outcome, pack.info, clock.from, months)) {
      json points = json::array();
      for (const auto& [month, value] : series.points)
        points.push_back({month, number(value, 6)});
      list.push_back({{"outcome", series.outcome},
                      {"place", series.place},
                      {"group", series.group},
                      {"source", series.source},
                      {"status", series.status},
                      {"yearly", series.yearly},
                      {"points", std::move(points)}});
    }
  }
  return {{"series", std::move(list)}};
}

Matters matters_of(const Pack& pack) {
  Matters matters;
  Diagnostics findings;
  const auto kept = study::read_matter(*pack.system, findings);
  findings.throw_if_errors();
  if (!kept)
    return matters;
  for (std::size_t i = 0; i < kept->ranked.size(); ++i) {
    const study::Matter& matter = kept->ranked[i];
    json percent = json::object();
    for (std::size_t o = 0; o < kept->outcomes.size(); ++o)
      percent[kept->outcomes[o]] = matter.percent[o];
    matters[pack.system->parameters()[matter.parameter].key()] = {{"rank", i + 1},
                                                                  {"percent", std::move(percent)}};
  }
  return matters;
}

json parameter_json(const Pack& pack, const evidence::Parameter& parameter) {
  json one = prior_json(parameter.prior);
  one["name"] = parameter.name;
  one["title"] = text(pack.system->words().variable(parameter.name));
  one["element"] = parameter.element;
  one["key"] = parameter.key();
  one["unit"] = parameter.unit;
  one["sector"] = parameter.sector;
  one["status"] = parameter.status;
  one["source"] = parameter.source_id;
  one["note"] = text(pack.system->words().phrase(parameter.note_en));
  const auto learnt = pack.learnt.find(parameter.key());
  one["posterior"] = learnt == pack.learnt.end() ? json(nullptr) : learnt->second;
  const auto matters = pack.matters.find(parameter.key());
  one["matters"] = matters == pack.matters.end() ? json(nullptr) : matters->second;
  return one;
}

json parameters_json(const Pack& pack) {
  json list = json::array();
  for (const evidence::Parameter& parameter : pack.system->parameters()) {
    list.push_back(parameter_json(pack, parameter));
  }
  return {{"parameters", std::move(list)}};
}

json sources_json(const Pack& pack) {
  json list = json::array();
  for (const evidence::Source& source : pack.system->sources().all()) {
    const auto uses = pack.info.source_uses.find(source.id);
    list.push_back({{"id", source.id},
                    {"title", source.title},
                    {"publisher", source.publisher},
                    {"date", source.date},
                    {"url", source.url},
                    {"note", text(pack.system->words().phrase(source.note))},
                    {"uses", uses == pack.info.source_uses.end() ? 0 : uses->second}});
  }
  return {{"sources", std::move(list)}};
}

json fates_json() {
  json names = json::array();
  for (const people::Fate& fate : people::all_fates())
    names.push_back(fate.name);
  return {{"fates", std::move(names)}};
}

} // namespace cauce::serve
