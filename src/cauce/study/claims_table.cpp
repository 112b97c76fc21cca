#include "cauce/study/claims_table.hpp"

#include "cauce/base/table.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace cauce::study {

using evidence::Direction;
using evidence::Form;
using evidence::Proposition;

namespace {
const evidence::Claim* claim_of(const system::System& system, const std::string& id) {
  for (const evidence::Claim& claim : system.claims()) {
    if (claim.id == id)
      return &claim;
  }
  return nullptr;
}

const evidence::Prediction* prediction_of(const system::System& system, const Proposition& p) {
  for (const evidence::Prediction& prediction : system.predictions()) {
    if (prediction.proposition.owner == p.owner && prediction.proposition.part == p.part)
      return &prediction;
  }
  return nullptr;
}

std::string line_of(std::vector<std::string> cells) {
  for (std::string& cell : cells)
    cell = csv_cell(cell);
  return fmt::format("{}\n", fmt::join(cells, ","));
}

// Four significant digits: more would be noise of the members.
std::string rounded(double value) { return std::isnan(value) ? "" : fmt::format("{:.4g}", value); }

std::vector<std::string> what_is_compared(const Proposition& p, const std::string& unit) {
  return {p.arm, p.against, p.outcome, p.place, p.group, p.from.text(), p.until.text(), unit};
}

void append(std::vector<std::string>& cells, std::vector<std::string> more) {
  cells.insert(cells.end(), more.begin(), more.end());
}

std::vector<std::string> effect_cells(const Verdict& verdict) {
  return {std::to_string(verdict.effect.members),
          rounded(verdict.effect.q05),
          rounded(verdict.effect.q50),
          rounded(verdict.effect.q95),
          rounded(verdict.noise),
          rounded(verdict.scale)};
}

std::vector<std::string> observed_cells(const std::optional<Observed>& observed) {
  if (!observed)
    return {"", "", ""};
  return {rounded(observed->effect), observed->agrees ? "yes" : "no",
          observed->before_after ? "before and after" : "same quantity"};
}

using Json = nlohmann::ordered_json;

// Rounded as in the tables: more digits would be noise of the members.
Json number(double value) {
  return std::isnan(value) ? Json(nullptr) : Json(parse_number(rounded(value)).value_or(value));
}

Json verdict_json(const Verdict& v) {
  return {{"probability", number(v.probability)},
          {"right_way", number(v.right_way)},
          {"lower", number(v.lower)},
          {"none", number(v.none)},
          {"higher", number(v.higher)},
          {"q05", number(v.effect.q05)},
          {"q50", number(v.effect.q50)},
          {"q95", number(v.effect.q95)},
          {"members", v.effect.members},
          {"noise", number(v.noise)},
          {"scale", number(v.scale)}};
}

Json part_json(const system::System& system, const ClaimsResult& result,
               const PropositionResult& part) {
  const Proposition& p = part.proposition;
  Json json;
  json["part"] = p.part;
  json["words"] = proposition_words(p, part.unit);
  json["arm"] = p.arm;
  json["against"] = p.against;
  json["outcome"] = p.outcome;
  json["place"] = p.place;
  json["group"] = p.group;
  json["from"] = p.from.text();
  json["until"] = p.until.text();
  json["direction"] = evidence::direction_name(p.direction);
  json["margin"] = p.margin;
  json["value"] = p.value ? Json(*p.value) : Json(nullptr);
  json["unit"] = part.unit;
  json["note"] = p.note;
  const evidence::Prediction* prediction = prediction_of(system, p);
  for (std::size_t t = 0; t < result.theories.size(); ++t) {
    Json verdict = verdict_json(part.verdicts[t]);
    if (prediction != nullptr) {
      const auto expected = prediction->expected.find(result.theories[t]);
      verdict["expected"] = expected == prediction->expected.end()
                                ? ""
                                : std::string(evidence::direction_name(expected->second));
      verdict["kept"] = kept_word(*prediction, result.theories[t], part.verdicts[t]);
    }
    json["verdicts"][result.theories[t]] = std::move(verdict);
  }
  if (part.observed) {
    json["observed"] = {{"effect", part.observed->effect},
                        {"agrees", part.observed->agrees},
                        {"before_after", part.observed->before_after},
                        {"series", p.observed.series}};
  } else {
    json["observed"] = nullptr;
  }
  return json;
}

Json claims_array(const system::System& system, const ClaimsResult& result,
                  std::span<const ClaimResult> claims) {
  Json list = Json::array();
  for (const ClaimResult& claim : claims) {
    Json item;
    item["id"] = claim.id;
    if (const evidence::Claim* words = claim_of(system, claim.id)) {
      item["document"] = words->document;
      item["speaker"] = words->speaker;
      item["statement"] = words->statement;
      item["testable_as"] = words->testable_as;
      item["opposes"] = words->opposes;
    } else if (!claim.parts.empty()) {
      if (const auto* prediction = prediction_of(system, claim.parts[0].proposition)) {
        item["title"] = {{"en", prediction->title_en}, {"es", prediction->title_es}};
        item["decided"] = {{"en", prediction->decided_en}, {"es", prediction->decided_es}};
      }
    }
    for (std::size_t t = 0; t < result.theories.size(); ++t)
      item["probability"][result.theories[t]] = number(claim.probability[t]);
    item["parts"] = Json::array();
    for (const PropositionResult& part : claim.parts)
      item["parts"].push_back(part_json(system, result, part));
    list.push_back(std::move(item));
  }
  return list;
}
} // namespace

std::string proposition_words(const Proposition& p, const std::string& unit) {
  const std::string measured = p.relative ? "percent" : unit;
  const std::string base =
      p.form == Form::comparison ? fmt::format(" than under {}", p.against)
      : p.base_from ? fmt::format(" than in {} to {}", p.base_from->text(), p.base_until->text())
                    : "";
  const double value = p.value.value_or(0.0);
  switch (p.direction) {
  case Direction::lower:
  case Direction::higher: {
    const std::string_view way = evidence::direction_name(p.direction);
    return p.margin > 0.0 ? fmt::format("{} by at least {} {}{}", way, p.margin, measured, base)
                          : fmt::format("{}{}", way, base);
  }
  case Direction::same:
    return fmt::format("differs by less than {} {}{}", p.margin, measured,
                       p.form == Form::comparison ? " from " + p.against : "");
  case Direction::at_least:
    return fmt::format("at least {} {}", value, unit);
  case Direction::at_most:
    return fmt::format("at most {} {}", value, unit);
  case Direction::about:
    return fmt::format("{} {}, give or take {} {}", value, unit, p.margin, measured);
  }
  return {};
}

std::string_view kept_word(const evidence::Prediction& prediction, const std::string& theory,
                           const Verdict& verdict) {
  const auto expected = prediction.expected.find(theory);
  if (expected == prediction.expected.end())
    return "";
  constexpr double most = 2.0 / 3.0;
  const double kept = expected->second == Direction::lower    ? verdict.lower
                      : expected->second == Direction::higher ? verdict.higher
                                                              : verdict.none;
  if (kept >= most)
    return "as expected";
  return kept <= 1.0 - most ? "contrary" : "unclear";
}

std::string verdicts_csv(const system::System& system, const ClaimsResult& result) {
  std::string text =
      "claim_id,part,document,speaker,theory,arm,against,outcome,place,group,from,until,unit,"
      "proposition,members,effect_q05,effect_q50,effect_q95,noise,scale,probability,right_way,"
      "claim_probability,observed,observed_agrees,observed_how,opposes\n";
  for (const ClaimResult& claim : result.claims) {
    const evidence::Claim* words = claim_of(system, claim.id);
    for (const PropositionResult& part : claim.parts) {
      for (std::size_t t = 0; t < result.theories.size(); ++t) {
        const Verdict& verdict = part.verdicts[t];
        std::vector<std::string> cells = {
            claim.id, part.proposition.part, words == nullptr ? "" : words->document,
            words == nullptr ? "" : words->speaker, result.theories[t]};
        append(cells, what_is_compared(part.proposition, part.unit));
        append(cells, {proposition_words(part.proposition, part.unit)});
        append(cells, effect_cells(verdict));
        append(cells, {rounded(verdict.probability), rounded(verdict.right_way),
                       rounded(claim.probability[t])});
        append(cells, observed_cells(part.observed));
        append(cells, {words == nullptr ? "" : fmt::format("{}", fmt::join(words->opposes, ";"))});
        text += line_of(std::move(cells));
      }
    }
  }
  return text;
}

std::string predictions_csv(const system::System& system, const ClaimsResult& result) {
  std::string text =
      "prediction,part,title_en,title_es,theory,arm,against,outcome,place,group,from,until,unit,"
      "margin,members,effect_q05,effect_q50,effect_q95,noise,scale,lower,none,higher,expected,kept,"
      "observed,"
      "observed_agrees,observed_how,decided_en,decided_es\n";
  for (const ClaimResult& claim : result.predictions) {
    for (const PropositionResult& part : claim.parts) {
      const evidence::Prediction* prediction = prediction_of(system, part.proposition);
      if (prediction == nullptr)
        continue;
      for (std::size_t t = 0; t < result.theories.size(); ++t) {
        const Verdict& verdict = part.verdicts[t];
        const auto expected = prediction->expected.find(result.theories[t]);
        std::vector<std::string> cells = {claim.id, part.proposition.part, prediction->title_en,
                                          prediction->title_es, result.theories[t]};
        append(cells, what_is_compared(part.proposition, part.unit));
        append(cells, {number_text(part.proposition.margin)});
        append(cells, effect_cells(verdict));
        append(cells, {rounded(verdict.lower), rounded(verdict.none), rounded(verdict.higher),
                       expected == prediction->expected.end()
                           ? ""
                           : std::string(evidence::direction_name(expected->second)),
                       std::string(kept_word(*prediction, result.theories[t], verdict))});
        std::vector<std::string> observed = observed_cells(part.observed);
        if (part.observed) // which of the three it was, since no single direction is claimed
          observed[1] = std::abs(part.observed->effect) < part.proposition.margin ? "none"
                        : part.observed->effect < 0.0                             ? "lower"
                                                                                  : "higher";
        append(cells, std::move(observed));
        append(cells, {prediction->decided_en, prediction->decided_es});
        text += line_of(std::move(cells));
      }
    }
  }
  return text;
}

std::string verdicts_json(const system::System& system, const ClaimsResult& result) {
  Json json;
  json["members"] = result.members;
  json["repeats"] = result.repeats;
  json["seed"] = result.seed;
  json["theories"] = result.theories;
  json["claims"] = claims_array(system, result, result.claims);
  json["predictions"] = claims_array(system, result, result.predictions);
  return json.dump(1);
}

} // namespace cauce::study
