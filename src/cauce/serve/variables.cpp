// The equations as the API tells them: the causal diagram, and one variable with all that is known
// of it.
#include "cauce/serve/api_error.hpp"
#include "cauce/serve/pack.hpp"

#include <algorithm>
#include <filesystem>
#include <map>

namespace cauce::serve {

using conditions::Model;
using conditions::VariableId;
using conditions::VariableInfo;

namespace {
std::map<std::uint32_t, std::string> levers_by_variable(const Pack& pack) {
  std::map<std::uint32_t, std::string> levers;
  for (const policy::Lever& lever : pack.system->levers()) {
    if (const auto id = pack.system->model()->find(lever.variable))
      levers[id->index] = lever.name;
  }
  return levers;
}

// Names of variables that are not the compiler's own; those stand for what they use.
json names_of(const Model& model, std::span<const VariableId> ids, bool uses, int depth = 0) {
  json names = json::array();
  const auto add = [&names](const json& name) {
    if (std::find(names.begin(), names.end(), name) == names.end())
      names.push_back(name);
  };
  for (const VariableId id : ids) {
    const VariableInfo& info = model.info(id);
    if (!info.hidden) {
      add(info.name);
    } else if (depth < 4) {
      for (const json& name :
           names_of(model, uses ? model.uses(id) : model.used_by(id), uses, depth + 1))
        add(name);
    }
  }
  return names;
}

json driver_json(const Pack& pack, VariableId id) {
  const Model& model = *pack.system->model();
  for (const system::DriverSpec& driver : pack.system->manifest().drivers) {
    if (model.find(driver.variable) == id)
      return {{"series", driver.series},
              {"title", text(pack.system->words().term(driver.series))},
              {"linear", driver.linear}};
  }
  return nullptr;
}
} // namespace

json variables_json(const Pack& pack) {
  const Model& model = *pack.system->model();
  const auto levers = levers_by_variable(pack);
  json variables = json::array(), links = json::array(), groups = json::array();
  std::map<std::string, std::size_t> number_of;
  std::vector<std::uint32_t> shown;
  for (std::uint32_t i = 0; i < model.variables().size(); ++i) {
    const VariableInfo& info = model.variables()[i];
    if (info.hidden)
      continue;
    number_of[info.name] = shown.size();
    shown.push_back(i);
    const auto lever = levers.find(i);
    variables.push_back({{"name", info.name},
                         {"title", text(pack.system->words().variable(info.name))},
                         {"group", info.group},
                         {"kind", conditions::kind_name(info.kind)},
                         {"unit", info.units},
                         {"constant", info.constant},
                         {"lever", lever == levers.end() ? "" : lever->second}});
    if (std::find(groups.begin(), groups.end(), info.group) == groups.end())
      groups.push_back(info.group);
  }
  for (const std::uint32_t i : shown) {
    const std::size_t to = number_of.at(model.variables()[i].name);
    for (const json& name : names_of(model, model.uses({i}), true)) {
      const std::size_t from = number_of.at(name.get<std::string>());
      const bool quiet = variables[from]["constant"].get<bool>() &&
                         variables[from]["lever"].get_ref<const std::string&>().empty();
      if (!quiet)
        links.push_back({from, to});
    }
  }
  return {{"variables", std::move(variables)},
          {"links", std::move(links)},
          {"groups", std::move(groups)}};
}

json variable_json(const Pack& pack, const std::string& name) {
  const Model& model = *pack.system->model();
  const auto id = model.find(name);
  if (!id || model.info(*id).hidden) {
    throw ApiError(404, "A104", "there is no variable '" + name.substr(0, 100) + "'",
                   did_you_mean(name.substr(0, 100), model.known_names()));
  }
  const VariableInfo& info = model.info(*id);
  const auto levers = levers_by_variable(pack);
  const auto lever = levers.find(id->index);
  json parameters = json::array(), beliefs = json::array(), outcomes = json::array();
  const auto concerns = [&](const std::string& parameter) {
    const auto variable = model.find(parameter);
    if (!variable)
      return false;
    const auto uses = model.uses(*id);
    return *variable == *id || std::find(uses.begin(), uses.end(), *variable) != uses.end();
  };
  for (const evidence::Parameter& parameter : pack.system->parameters()) {
    if (concerns(parameter.name))
      parameters.push_back(parameter_json(pack, parameter));
  }
  for (const policy::Theory& theory : pack.system->theories()) {
    for (const policy::Belief& belief : theory.beliefs) {
      if (concerns(belief.name)) {
        beliefs.push_back({{"theory", theory.name},
                           {"parameter", belief.name},
                           {"title", text(pack.system->words().variable(belief.name))},
                           {"element", belief.element},
                           {"value", number(belief.prior.value, 6)},
                           {"low", number(belief.prior.low, 6)},
                           {"high", number(belief.prior.high, 6)},
                           {"why", text(belief.why)}});
      }
    }
  }
  std::string people;
  for (const system::CountSpec& count : pack.system->manifest().counts) {
    if (model.find(count.variable) == *id)
      people = count.count;
  }
  for (const system::Outcome& outcome : pack.system->outcomes()) {
    const bool own = !outcome.count && outcome.variable == *id;
    if (own || (!people.empty() && outcome.spec->count == people))
      outcomes.push_back(outcome.spec->name);
  }
  return {{"name", info.name},
          {"title", text(pack.system->words().variable(info.name))},
          {"group", info.group},
          {"kind", conditions::kind_name(info.kind)},
          {"unit", info.units},
          {"doc", text(pack.system->words().variable_doc(info.name, info.doc))},
          {"equation", info.equation},
          {"dimensions", info.dimensions},
          {"size", info.size},
          {"constant", info.constant},
          {"uses", names_of(model, model.uses(*id), true)},
          {"usedBy", names_of(model, model.used_by(*id), false)},
          {"file", std::filesystem::path(info.where.file).filename().generic_string()},
          {"line", info.where.line},
          {"parameters", std::move(parameters)},
          {"lever", lever == levers.end() ? "" : lever->second},
          {"driver", driver_json(pack, *id)},
          {"people", people},
          {"outcomes", std::move(outcomes)},
          {"beliefs", std::move(beliefs)}};
}

} // namespace cauce::serve
