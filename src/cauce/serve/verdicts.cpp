// Claims with their verdicts: what `cauce claims --out systems/PACK/verdicts` has stored, told
// claim by claim and theory by theory. Theories are never averaged.
#include "cauce/study/verdicts.hpp"
#include "cauce/base/files.hpp"
#include "cauce/serve/pack.hpp"
#include "cauce/study/claims.hpp"
#include "cauce/study/parts.hpp"
#include "cauce/system/claims_check.hpp"

#include <algorithm>
#include <set>

namespace cauce::serve {

namespace {
// As for predictions (docs/claims.md): two of three members one way are a verdict.
constexpr double most = 2.0 / 3.0;

// A file of the pack's `verdicts/`; null where there is none or it is no JSON.
json stored(const Pack& pack, const char* file) {
  const auto path = study::verdicts_folder(*pack.system) / file;
  if (!std::filesystem::exists(path))
    return nullptr;
  json value = json::parse(read_text(path), nullptr, false);
  return value.is_object() ? value : json(nullptr);
}

const json& member(const json& object, const char* key) {
  static const json nothing = json::array();
  const auto found = object.find(key); // the end of what is no object
  return found == object.end() ? nothing : *found;
}

std::string_view word_of(const json& probability, const json& right_way, bool directed) {
  if (!probability.is_number())
    return "untestable";
  if (probability.get<double>() >= most)
    return "supported";
  if (probability.get<double>() > 1.0 - most)
    return "undecided";
  return directed && right_way.is_number() && right_way.get<double>() >= most ? "weaker"
                                                                              : "contradicted";
}

// One word for all theories; where they part, that they do.
std::string_view word_of_all(const std::set<std::string_view>& words) {
  if (words.size() == 1)
    return *words.begin();
  const bool any_way =
      words.contains("supported") || words.contains("undecided") || words.contains("untestable");
  if (!any_way) // all of them short of the claim, some in its direction
    return "contradicted";
  return words.contains("supported") && (words.contains("contradicted") || words.contains("weaker"))
             ? "disputed"
             : "undecided";
}

// What a chart can show of a proposition: where the outcome has no total, its first place or group
// stands for all. The scenario of an outcome that charts do not know is worth opening all the same.
std::optional<study::Part> charted(const system::System& system, const std::string& name,
                                   std::string place, std::string group) {
  const system::Outcome* outcome = system::find_outcome(system, name);
  if (outcome == nullptr)
    return std::nullopt;
  if (!study::has_total(*outcome)) {
    const std::vector<std::string> places = study::places_of(system, *outcome);
    if (place.empty() && !places.empty())
      place = places.front();
    if (group.empty() && outcome->group.elements.size() > 1)
      group = outcome->group.elements.front();
  }
  try {
    return study::part_of(system, name, place, group);
  } catch (const Error&) {
    return std::nullopt;
  }
}

// A stored part as the pack's proposition; none where the pack has changed since.
const evidence::Proposition* proposition_of(const system::System& system, const std::string& owner,
                                            const std::string& part) {
  const auto is_it = [&](const evidence::Proposition& p) {
    return p.owner == owner && p.part == part;
  };
  const auto test = std::find_if(system.claim_tests().begin(), system.claim_tests().end(), is_it);
  if (test != system.claim_tests().end())
    return &*test;
  const auto prediction =
      std::find_if(system.predictions().begin(), system.predictions().end(),
                   [&](const evidence::Prediction& one) { return is_it(one.proposition); });
  return prediction == system.predictions().end() ? nullptr : &prediction->proposition;
}

// How large the effect of a stored verdict is, by the rule of study/claims.hpp; null where nothing
// says what is asked of it, or it has no number.
json size_of(const evidence::Proposition* asked, const json& verdict) {
  results::Spread effect;
  for (const auto& [key, number] : {std::pair<const char*, double*>{"q05", &effect.q05},
                                    {"q50", &effect.q50},
                                    {"q95", &effect.q95}}) {
    const json& value = member(verdict, key);
    if (!value.is_number())
      return nullptr;
    *number = value.get<double>();
  }
  if (asked == nullptr)
    return nullptr;
  return study::size_word(*asked, effect);
}

// What is compared, by its title: a policy's own, or that of an arm.
json title_of(const system::System& system, const std::string& name) {
  const auto policy = std::find_if(system.policies().begin(), system.policies().end(),
                                   [&](const policy::Policy& one) { return one.name == name; });
  return text(policy == system.policies().end() ? system.words().arm(name) : policy->title);
}

// An arm as a scenario of Explore; null where it holds what Explore cannot say (a what-if on a
// variable, an action before the decision).
json scenario_of(const Pack& pack, const json& part) {
  const system::System& system = *pack.system;
  const std::string arm_name = part.value("arm", ""), against = part.value("against", "");
  const auto named = [](const auto& all, const std::string& name) {
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.name == name; });
    return found == all.end() ? nullptr : &*found;
  };
  json scenario = {{"actions", json::array()}, {"until", part.value("until", "")}};
  if (named(system.policies(), against) != nullptr)
    scenario["base"] = against;
  else if (!against.empty())
    return nullptr;
  const policy::Policy* arm = named(system.policies(), arm_name);
  if (arm != nullptr) {
    scenario["policy"] = arm_name;
  } else {
    arm = named(system.arms(), arm_name);
    const policy::Policy* from = arm == nullptr ? nullptr : named(system.policies(), arm->extends);
    if (from == nullptr || !arm->moves.empty())
      return nullptr;
    scenario["policy"] = from->name;
    std::vector<policy::Action> known = from->actions;
    for (const policy::Action& action : arm->actions) {
      const auto same = std::find_if(known.begin(), known.end(), [&](const policy::Action& a) {
        return a.lever == action.lever && a.place == action.place && a.from == action.from &&
               a.until == action.until && a.form == action.form && a.amount == action.amount;
      });
      if (same != known.end()) {
        known.erase(same);
        continue;
      }
      if (action.from < system.manifest().clock.decision)
        return nullptr;
      static constexpr const char* forms[] = {"value", "factor", "add"};
      scenario["actions"].push_back({{"lever", action.lever},
                                     {"from", action.from.text()},
                                     {"until", action.until ? action.until->text() : ""},
                                     {forms[static_cast<std::size_t>(action.form)], action.amount},
                                     {"rampMonths", action.ramp_months},
                                     {"place", action.place}});
    }
  }
  if (const auto shown = charted(system, part.value("outcome", ""), part.value("place", ""),
                                 part.value("group", ""))) {
    scenario["series"] = json::array(
        {{{"outcome", shown->outcome}, {"place", shown->place}, {"group", shown->group}}});
  }
  return scenario;
}

json verdicts_of(const Pack& pack, const json& claim) {
  json parts = json::array(), theories = json::object();
  std::map<std::string, json> right_way; // by theory: the least of the parts
  bool directed = true;
  for (const json& part : member(claim, "parts")) {
    const std::string direction = part.value("direction", "");
    directed = directed && (direction == "lower" || direction == "higher");
    json one = part;
    one.erase("words"); // the page says it in the reader's language
    one["armTitle"] = title_of(*pack.system, part.value("arm", ""));
    one["note"] = text(pack.system->words().phrase(part.value("note", "")));
    one["againstTitle"] = title_of(*pack.system, part.value("against", ""));
    const evidence::Proposition* asked =
        proposition_of(*pack.system, claim.value("id", ""), part.value("part", ""));
    for (auto& [theory, verdict] : one["verdicts"].items()) {
      for (auto& [key, value] : verdict.items()) {
        if (value.is_number_float())
          value = number(value.get<double>());
      }
      verdict["size"] = size_of(asked, verdict);
      const json& right = verdict["right_way"];
      json& least = right_way[theory];
      if (!least.is_number() || (right.is_number() && right < least))
        least = right;
    }
    parts.push_back(std::move(one));
  }
  std::set<std::string_view> words;
  for (const auto& [theory, probability] : member(claim, "probability").items()) {
    const std::string_view word = word_of(probability, right_way[theory], directed);
    words.insert(word);
    theories[theory] = {{"verdict", word}, {"probability", probability}};
  }
  json scenario = parts.empty() ? json(nullptr) : scenario_of(pack, parts.front());
  return {{"verdict", word_of_all(words)},
          {"theories", std::move(theories)},
          {"parts", std::move(parts)},
          {"scenario", std::move(scenario)}};
}

// A list of the file; what is known of the file itself goes into `about`.
json told(const Pack& pack, const char* list, json& about) {
  const json file = stored(pack, "claims.json");
  if (member(file, list).empty()) {
    about = unavailable("No verdicts are stored with this pack: `cauce claims` makes them.",
                        "Este paquete no trae veredictos: `cauce claims` los hace.");
    return json::array();
  }
  const json manifest = stored(pack, "claims.manifest.json");
  about = {{"available", true},
           {"members", file.value("members", 0)},
           {"scale", manifest.is_object() ? manifest.value("scale", 0.0) : 0.0},
           {"stale", study::verdicts_stale(*pack.system).value_or(true)}};
  return member(file, list);
}
json prediction_of(const Pack& pack, const json& question) {
  json prediction = verdicts_of(pack, question);
  prediction.erase("verdict"); // a prediction claims nothing: each theory expects its own
  prediction.erase("theories");
  prediction["id"] = question.value("id", "");
  prediction["title"] = question.value("title", json::object());
  prediction["decided"] = question.value("decided", json::object());
  return prediction;
}

json damaged() {
  return unavailable(
      "The stored verdicts are damaged: make them again with `cauce claims`.",
      "Los veredictos guardados están dañados: hágalos de nuevo con `cauce claims`.");
}
} // namespace

json claims_json(const Pack& pack) {
  json list = json::array();
  const system::PackWords& words = pack.system->words();
  for (const evidence::Claim& claim : pack.claims) {
    list.push_back({{"id", claim.id},
                    {"document", claim.document},
                    {"speaker", text(words.phrase(claim.speaker))},
                    {"kind", claim.kind},
                    {"statement", text(words.statement(claim.id, claim.statement))},
                    {"cause", text(words.term(claim.cause))},
                    {"effect", text(words.term(claim.effect))},
                    {"sign", claim.sign},
                    {"place", claim.place},
                    {"period", claim.period},
                    {"value", claim.value_text},
                    {"unit", claim.unit},
                    {"lever", claim.lever},
                    {"metric", claim.metric},
                    {"test", text(words.test(claim.id, claim.testable_as))},
                    {"conflicts", claim.opposes},
                    {"house", evidence::house_name(claim.house)},
                    {"housedIn", claim.housed_in},
                    {"reason", text(words.phrase(claim.reason))}});
  }
  json verdicts, predictions;
  try {
    const json by_claim = told(pack, "claims", verdicts);
    for (const json& claim : by_claim)
      verdicts["byClaim"][claim.value("id", "")] = verdicts_of(pack, claim);
  } catch (const json::exception&) {
    verdicts = damaged();
  }
  try {
    const json questions = told(pack, "predictions", predictions);
    for (const json& question : questions)
      predictions["list"].push_back(prediction_of(pack, question));
  } catch (const json::exception&) {
    predictions = damaged();
  }
  return {{"claims", std::move(list)},
          {"verdicts", std::move(verdicts)},
          {"predictions", std::move(predictions)}};
}

} // namespace cauce::serve
