#include "cauce/serve/request.hpp"

#include "cauce/serve/api_error.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace cauce::serve {

using nlohmann::json;

namespace {
constexpr int most_depth = 8;
constexpr std::size_t most_actions = 200, most_series = 60, most_parameters = 500,
                      longest_name = 200, most_fates = 8, most_people = 20;

[[noreturn]] void malformed(const std::string& what, const std::string& hint = {}) {
  throw ApiError(400, "A101", what, hint);
}
[[noreturn]] void impossible(const std::string& what, const std::string& hint = {}) {
  throw ApiError(422, "A103", what, hint);
}

void check_keys(const json& object, std::initializer_list<std::string_view> known,
                const std::string& where) {
  if (!object.is_object())
    malformed(fmt::format("{} must be an object", where));
  std::vector<std::string> names(known.begin(), known.end());
  for (const auto& [key, value] : object.items()) {
    if (std::find(names.begin(), names.end(), key) == names.end()) {
      malformed(fmt::format("{} has an unknown key '{}'", where, key.substr(0, longest_name)),
                did_you_mean(key.substr(0, longest_name), names));
    }
  }
}

std::string text_of(const json& object, const char* key, const std::string& otherwise) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null())
    return otherwise;
  if (!found->is_string())
    malformed(fmt::format("'{}' must be a text", key));
  auto value = found->get<std::string>();
  if (value.size() > longest_name)
    malformed(fmt::format("'{}' is too long", key));
  return value;
}

std::string needed_text(const json& object, const char* key) {
  std::string value = text_of(object, key, "");
  if (value.empty())
    malformed(fmt::format("'{}' is missing", key));
  return value;
}

double number_of(const json& value, const std::string& what) {
  if (!value.is_number())
    malformed(fmt::format("{} must be a number", what));
  const auto number = value.get<double>();
  if (!std::isfinite(number))
    impossible(fmt::format("{} is no usable number", what));
  return number;
}

Month month_of(const std::string& text, const char* key) {
  const auto month = text.size() == 7 ? Month::parse(text) : std::nullopt;
  if (!month)
    impossible(fmt::format("'{}' is not a month: '{}'", key, text), "write it as 2017-06");
  return *month;
}

Month month_of(const json& object, const char* key, Month otherwise) {
  const std::string text = text_of(object, key, "");
  return text.empty() ? otherwise : month_of(text, key);
}

policy::Action action_of(const json& object) {
  check_keys(object, {"lever", "from", "until", "value", "factor", "add", "rampMonths", "place"},
             "an action");
  policy::Action action;
  action.lever = needed_text(object, "lever");
  action.place = text_of(object, "place", "");
  action.from = month_of(needed_text(object, "from"), "from");
  if (const std::string until = text_of(object, "until", ""); !until.empty())
    action.until = month_of(until, "until");
  const std::pair<const char*, policy::Action::Form> forms[] = {
      {"value", policy::Action::Form::value},
      {"factor", policy::Action::Form::factor},
      {"add", policy::Action::Form::add}};
  int given = 0;
  for (const auto& [key, form] : forms) {
    if (!object.contains(key))
      continue;
    ++given;
    action.form = form;
    action.amount = number_of(object.at(key), fmt::format("'{}'", key));
  }
  if (given != 1)
    malformed(
        fmt::format("the action on '{}' needs exactly one of value, factor, add", action.lever));
  if (object.contains("rampMonths")) {
    const double ramp = number_of(object.at("rampMonths"), "'rampMonths'");
    if (ramp < 0 || ramp > 600 || ramp != std::floor(ramp))
      impossible("'rampMonths' must be a whole number from 0 to 600");
    action.ramp_months = static_cast<int>(ramp);
  }
  return action;
}

const json& list_of(const json& object, const char* key, std::size_t most) {
  static const json empty = json::array();
  const auto found = object.find(key);
  if (found == object.end() || found->is_null())
    return empty;
  if (!found->is_array())
    malformed(fmt::format("'{}' must be a list", key));
  if (found->size() > most)
    malformed(fmt::format("'{}' has more than {} items", key, most));
  return *found;
}

// An object of numbers by name.
std::map<std::string, double> numbers_of(const json& body, const char* key) {
  std::map<std::string, double> numbers;
  const auto found = body.find(key);
  if (found == body.end() || found->is_null())
    return numbers;
  if (!found->is_object() || found->size() > most_parameters)
    malformed(fmt::format("'{}' must be an object of at most {}", key, most_parameters));
  for (const auto& [name, value] : found->items()) {
    if (name.size() > longest_name)
      malformed(fmt::format("a name in '{}' is too long", key));
    numbers[name] = number_of(value, fmt::format("'{}' of '{}'", name, key));
  }
  return numbers;
}

Who who_of(const json& object) {
  check_keys(object, {"kind", "department", "fates", "people"}, "'who'");
  Who who;
  who.kind = text_of(object, "kind", "");
  who.department = text_of(object, "department", "");
  for (const json& fate : list_of(object, "fates", most_fates)) {
    if (!fate.is_string() || fate.get_ref<const std::string&>().size() > longest_name)
      malformed("'fates' must be texts");
    who.fates.push_back(fate.get<std::string>());
  }
  if (object.contains("people")) {
    const double people = number_of(object.at("people"), "'people'");
    if (people < 1 || people > static_cast<double>(most_people) || people != std::floor(people))
      impossible(fmt::format("'people' must be a whole number from 1 to {}", most_people));
    who.people = static_cast<std::size_t>(people);
  }
  return who;
}
} // namespace

json parse_body(std::string_view body) {
  bool too_deep = false;
  const auto callback = [&](int depth, json::parse_event_t, json&) {
    too_deep = too_deep || depth > most_depth;
    return !too_deep;
  };
  try {
    json value = json::parse(body.begin(), body.end(), callback);
    if (too_deep)
      malformed("the body is nested too deeply");
    if (!value.is_object())
      malformed("the body must be an object");
    return value;
  } catch (const json::exception& problem) {
    malformed(std::string("the body is not JSON: ") + problem.what());
  }
}

ScenarioRequest read_scenario(const json& body, const system::Clock& clock,
                              const std::string& baseline, study::Draws draws) {
  check_keys(body,
             {"base", "policy", "actions", "theory", "weights", "draws", "parameters", "from",
              "until", "series", "outcome", "place", "group", "by", "grow", "format", "who"},
             "the scenario");
  ScenarioRequest request;
  request.trial.base = text_of(body, "base", baseline);
  request.trial.policy = text_of(body, "policy", request.trial.base);
  request.trial.theory = text_of(body, "theory", "open");
  for (const json& action : list_of(body, "actions", most_actions))
    request.trial.actions.push_back(action_of(action));
  request.trial.parameters = numbers_of(body, "parameters");
  request.trial.weights = numbers_of(body, "weights");
  const std::string own_draws = text_of(body, "draws", "");
  if (!own_draws.empty() && own_draws != "prior" && own_draws != "posterior")
    impossible("'draws' must be prior or posterior");
  request.trial.draws = own_draws.empty()          ? draws
                        : own_draws == "posterior" ? study::Draws::posterior
                                                   : study::Draws::prior;
  request.from = month_of(body, "from", clock.from);
  request.trial.until = month_of(body, "until", clock.data_until);
  if (request.from < clock.from || request.from > request.trial.until ||
      request.trial.until > clock.until || request.trial.until < clock.decision) {
    impossible(fmt::format("months {} to {} are not possible", request.from.text(),
                           request.trial.until.text()),
               fmt::format("'from' is at least {}, 'until' between {} and {}", clock.from.text(),
                           clock.decision.text(), clock.until.text()));
  }
  for (const json& one : list_of(body, "series", most_series)) {
    check_keys(one, {"outcome", "place", "group"}, "a series");
    request.series.push_back(
        {needed_text(one, "outcome"), text_of(one, "place", ""), text_of(one, "group", "")});
  }
  request.why = {text_of(body, "outcome", ""), text_of(body, "place", ""),
                 text_of(body, "group", "")};
  const std::string by = text_of(body, "by", "levers");
  if (by != "levers" && by != "mechanisms")
    impossible("'by' must be levers or mechanisms");
  request.mechanisms = by == "mechanisms";
  if (const auto found = body.find("grow"); found != body.end()) {
    if (!found->is_boolean())
      malformed("'grow' must be true or false");
    request.grow = found->get<bool>();
  }
  request.format = text_of(body, "format", "");
  if (const auto found = body.find("who"); found != body.end())
    request.who = who_of(*found);
  return request;
}

} // namespace cauce::serve
