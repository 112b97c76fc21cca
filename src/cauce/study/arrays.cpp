#include "cauce/study/arrays.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <limits>

namespace cauce::study {

using results::Arrays;
using results::LabelledArray;

namespace {
constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

// The names of `all`, each once, in their order.
class Names {
 public:
  std::size_t add(const std::string& name) {
    const auto found = std::find(names_.begin(), names_.end(), name);
    if (found != names_.end())
      return static_cast<std::size_t>(found - names_.begin());
    names_.push_back(name);
    return names_.size() - 1;
  }
  const std::vector<std::string>& all() const { return names_; }

 private:
  std::vector<std::string> names_;
};

std::vector<std::string> names_of(const std::vector<Measure>& measures) {
  std::vector<std::string> names;
  for (const Measure& measure : measures)
    names.push_back(measure.text);
  return names;
}

// The axis `outcome`, with the unit of each.
void add_outcomes(Arrays& arrays, const std::vector<Measure>& measures) {
  arrays.axes.push_back({"outcome", names_of(measures)});
  LabelledArray units{"unit", "", "unit of the outcome", {"outcome"}, {}};
  for (const Measure& measure : measures)
    units.words.push_back(measure.unit);
  arrays.arrays.push_back(std::move(units));
}

// Values over axes whose lengths are known, put in place one by one.
LabelledArray blank(const Arrays& arrays, std::string name, std::string title,
                    std::vector<std::string> axes) {
  std::size_t size = 1;
  for (const std::string& axis : axes) {
    for (const results::ArrayAxis& known : arrays.axes)
      size *= known.name == axis ? known.length() : 1;
  }
  return {std::move(name), "", std::move(title), std::move(axes),
          std::vector<double>(size, unknown)};
}

template <typename Result> std::vector<Measure> measures_in(const Result& result) {
  std::vector<Measure> measures;
  for (const auto& one : result.measures)
    measures.push_back(one.measure);
  return measures;
}
} // namespace

Arrays arrays_of(const AttributionResult& result, const AttributionRequest& request) {
  Names mechanisms;
  for (const Attribution& one : result.measures) {
    for (const AttributionPart& part : one.parts)
      mechanisms.add(part.mechanism);
  }
  Arrays arrays{fmt::format("Cauce: {} less {}, {} to {}, theory {}, by mechanism", request.other,
                            request.policy, request.from.text(), request.until.text(),
                            request.theory),
                {},
                {}};
  add_outcomes(arrays, measures_in(result));
  arrays.axes.push_back({"mechanism", mechanisms.all()});
  arrays.axes.push_back({"member", {}, request.members});
  LabelledArray parts = blank(arrays, "part", "part of the mechanism in the difference",
                              {"outcome", "mechanism", "member"});
  LabelledArray errors = blank(arrays, "error", "error of the mean part, 0 where it is exact",
                               {"outcome", "mechanism"});
  LabelledArray whole = blank(arrays, "difference", "the difference, which the parts add up to",
                              {"outcome", "member"});
  for (std::size_t o = 0; o < result.measures.size(); ++o) {
    const Attribution& one = result.measures[o];
    for (const AttributionPart& part : one.parts) {
      const std::size_t row = o * mechanisms.all().size() + mechanisms.add(part.mechanism);
      errors.values[row] = part.error;
      std::copy(part.by_member.begin(), part.by_member.end(),
                parts.values.begin() + static_cast<std::ptrdiff_t>(row * request.members));
    }
    std::copy(one.difference.begin(), one.difference.end(),
              whole.values.begin() + static_cast<std::ptrdiff_t>(o * request.members));
  }
  for (LabelledArray* array : {&parts, &errors, &whole})
    arrays.arrays.push_back(std::move(*array));
  return arrays;
}

Arrays arrays_of(const SensitivityResult& result, const SensitivityRequest& request) {
  Names inputs;
  for (const Sensitivity& one : result.measures) {
    for (const SensitivityRow& row : one.rows)
      inputs.add(row.input);
  }
  Arrays arrays{
      fmt::format("Cauce: what outcomes depend on, {}",
                  fmt::join(request.policies.rbegin(), request.policies.rend(), " less ")),
      {},
      {}};
  add_outcomes(arrays, measures_in(result));
  arrays.axes.push_back({"input", inputs.all()});
  const auto add = [&](const std::string& name, const std::string& title, auto&& value) {
    LabelledArray array = blank(arrays, name, title, {"outcome", "input"});
    for (std::size_t o = 0; o < result.measures.size(); ++o) {
      for (const SensitivityRow& row : result.measures[o].rows)
        array.values[o * inputs.all().size() + inputs.add(row.input)] = value(row);
    }
    arrays.arrays.push_back(std::move(array));
  };
  const auto add_interval = [&](const std::string& name, const std::string& title, auto&& of) {
    add(name, title, [&](const SensitivityRow& row) { return of(row).value; });
    add(name + "_low", title + ", low end of the 90 percent interval",
        [&](const SensitivityRow& row) { return of(row).low; });
    add(name + "_high", title + ", high end of the 90 percent interval",
        [&](const SensitivityRow& row) { return of(row).high; });
  };
  if (request.method == SensitivityMethod::morris) {
    add_interval("mu_star", "mean absolute effect of the input's whole range",
                 [](const SensitivityRow& row) { return row.morris.mean_abs; });
    add("mu", "mean effect", [](const SensitivityRow& row) { return row.morris.mean; });
    add("sigma", "standard deviation of the effect",
        [](const SensitivityRow& row) { return row.morris.spread; });
  } else {
    add_interval("first", "first-order index",
                 [](const SensitivityRow& row) { return row.sobol.first; });
    add_interval("total", "total index", [](const SensitivityRow& row) { return row.sobol.total; });
  }
  LabelledArray mean = blank(arrays, "mean", "mean over the futures", {"outcome"});
  LabelledArray deviation =
      blank(arrays, "standard_deviation", "standard deviation over the futures", {"outcome"});
  for (std::size_t o = 0; o < result.measures.size(); ++o) {
    mean.values[o] = result.measures[o].mean;
    deviation.values[o] = result.measures[o].standard_deviation;
  }
  arrays.arrays.push_back(std::move(mean));
  arrays.arrays.push_back(std::move(deviation));
  return arrays;
}

Arrays arrays_of(const InformationResult& result, const InformationRequest& request) {
  Arrays arrays{fmt::format("Cauce: what knowing an input is worth for a decision by {}",
                            result.measure.title),
                {},
                {}};
  const std::string& unit = result.measure.unit;
  std::vector<std::string> inputs;
  LabelledArray value{"value", unit, "worth of knowing the input exactly", {"input"}, {}};
  LabelledArray noise{
      "noise", unit, "what an input that does not matter would seem to be worth", {"input"}, {}};
  for (const InformationRow& row : result.rows) {
    inputs.push_back(row.input);
    value.values.push_back(row.value.value);
    noise.values.push_back(row.value.noise);
  }
  arrays.axes = {{"input", inputs}, {"policy", request.policies}};
  arrays.arrays = {value,
                   noise,
                   {"mean", unit, "mean outcome", {"policy"}, result.means},
                   {"best_share",
                    "1",
                    "share of futures in which the policy is the best",
                    {"policy"},
                    result.best_shares},
                   {"perfect", unit, "worth of knowing everything", {}, {result.perfect}}};
  return arrays;
}

Arrays arrays_of(const RobustnessResult& result, const RobustnessRequest& request) {
  Arrays arrays{"Cauce: policies in many futures", {}, {}};
  add_outcomes(arrays, result.measures);
  std::vector<std::string> inputs;
  LabelledArray categories{
      "input_names", "", "names that the input's numbers 0, 1, ... stand for", {"input"}, {}};
  for (const FutureInput& input : result.inputs) {
    inputs.push_back(input.name);
    categories.words.push_back(fmt::format("{}", fmt::join(input.categories, ";")));
  }
  arrays.axes.push_back({"policy", request.policies});
  arrays.axes.push_back({"future", {}, result.futures.size()});
  arrays.axes.push_back({"input", inputs});
  LabelledArray known =
      blank(arrays, "input_value", "what the future has of the input", {"future", "input"});
  for (std::size_t f = 0; f < result.futures.size(); ++f) {
    for (std::size_t i = 0; i < inputs.size(); ++i)
      known.values[f * inputs.size() + i] = result.futures[f].values[i];
  }
  LabelledArray values =
      blank(arrays, "value", "outcome of the policy", {"outcome", "policy", "future"});
  const std::vector<std::string> over = {"outcome", "policy"};
  LabelledArray mean = blank(arrays, "mean", "mean over the futures", over);
  LabelledArray q05 = blank(arrays, "q05", "5 percent of futures are below", over);
  LabelledArray q95 = blank(arrays, "q95", "5 percent of futures are above", over);
  LabelledArray mean_regret = blank(arrays, "mean_regret", "mean regret", over);
  LabelledArray regret_90 = blank(arrays, "regret_90", "regret at 90 percent", over);
  LabelledArray worst = blank(arrays, "worst_regret", "worst regret", over);
  LabelledArray enough =
      blank(arrays, "good_enough", "share of futures in which it is good enough", over);
  const std::size_t policies = request.policies.size(), futures = result.futures.size();
  for (std::size_t o = 0; o < result.measures.size(); ++o) {
    for (std::size_t p = 0; p < policies; ++p) {
      const std::size_t at = o * policies + p;
      std::copy(result.values[o][p].begin(), result.values[o][p].end(),
                values.values.begin() + static_cast<std::ptrdiff_t>(at * futures));
      const RobustnessCell& cell = result.cells[p][o];
      mean.values[at] = cell.value.mean;
      q05.values[at] = cell.value.q05;
      q95.values[at] = cell.value.q95;
      mean_regret.values[at] = cell.mean_regret;
      regret_90.values[at] = cell.regret_90;
      worst.values[at] = cell.worst_regret;
      enough.values[at] = cell.satisficing.value_or(unknown);
    }
  }
  for (LabelledArray* array :
       {&categories, &known, &values, &mean, &q05, &q95, &mean_regret, &regret_90, &worst, &enough})
    arrays.arrays.push_back(std::move(*array));
  return arrays;
}

Arrays arrays_of(const OptimisationResult& result, const OptimisationRequest& request) {
  Arrays arrays{
      "Cauce: settings of levers of which none is better than another on all objectives", {}, {}};
  add_outcomes(arrays, result.measures);
  std::vector<std::string> levers;
  for (const LeverChoice& choice : request.levers) {
    levers.push_back(choice.element.empty() ? choice.lever : choice.lever + "@" + choice.element);
  }
  arrays.axes.push_back({"proposal", {}, result.front.size()});
  arrays.axes.push_back({"lever", levers});
  LabelledArray stands{"stands_at", "", "where the lever stands", {"proposal", "lever"}, {}};
  LabelledArray value{"value", "", "mean outcome", {"proposal", "outcome"}, {}};
  LabelledArray cost{"cost", "USD", "cost beyond the policy's own", {"proposal"}, {}};
  for (const ProposedPolicy& proposed : result.front) {
    stands.values.insert(stands.values.end(), proposed.levers.begin(), proposed.levers.end());
    value.values.insert(value.values.end(), proposed.measures.begin(), proposed.measures.end());
    cost.values.push_back(proposed.cost_usd.value_or(unknown));
  }
  LabelledArray reference{
      "reference", "", "outcome of the policy itself", {"outcome"}, result.reference};
  for (LabelledArray* array : {&stands, &value, &cost, &reference})
    arrays.arrays.push_back(std::move(*array));
  return arrays;
}

Arrays arrays_of(const std::vector<Measure>& measures,
                 const std::vector<std::vector<EffectPath>>& paths, Month from) {
  Names theories, policies;
  std::size_t months = 0;
  for (const std::vector<EffectPath>& of_outcome : paths) {
    for (const EffectPath& path : of_outcome) {
      theories.add(path.theory);
      policies.add(path.policy);
      months = std::max(months, path.months.size());
    }
  }
  std::vector<std::string> names;
  for (std::size_t m = 0; m < months; ++m)
    names.push_back((from + static_cast<int>(m)).text());
  Arrays arrays{"Cauce: effects of policies, paired differences from the first", {}, {}};
  add_outcomes(arrays, measures);
  arrays.axes.push_back({"theory", theories.all()});
  arrays.axes.push_back({"policy", policies.all()});
  arrays.axes.push_back({"month", names});
  for (const auto& [name, ignored] : results::named(results::Spread{})) {
    LabelledArray array = blank(arrays, std::string(name), "difference over the members",
                                {"outcome", "theory", "policy", "month"});
    for (std::size_t o = 0; o < paths.size(); ++o) {
      for (const EffectPath& path : paths[o]) {
        const std::size_t row =
            (o * theories.all().size() + theories.add(path.theory)) * policies.all().size() +
            policies.add(path.policy);
        for (std::size_t m = 0; m < path.months.size(); ++m) {
          for (const auto& [key, value] : results::named(path.months[m])) {
            if (key == name)
              array.values[row * months + m] = value;
          }
        }
      }
    }
    arrays.arrays.push_back(std::move(array));
  }
  return arrays;
}

Arrays arrays_of(const ClaimsResult& result, const std::vector<ClaimResult>& claims) {
  std::vector<std::string> names;
  std::vector<const PropositionResult*> parts;
  for (const ClaimResult& claim : claims) {
    for (const PropositionResult& part : claim.parts) {
      const std::string& name = part.proposition.part;
      names.push_back(name.empty() ? claim.id : claim.id + ":" + name);
      parts.push_back(&part);
    }
  }
  Arrays arrays{"Cauce: what is claimed, under each theory",
                {{"proposition", names}, {"theory", result.theories}},
                {}};
  const auto say = [&](const char* name, const char* title, auto&& of) {
    LabelledArray array{name, "", title, {"proposition"}, {}};
    for (const PropositionResult* part : parts)
      array.words.push_back(of(*part));
    arrays.arrays.push_back(std::move(array));
  };
  say("claim", "claim or prediction",
      [](const PropositionResult& p) { return p.proposition.owner; });
  say("arm", "policy or what-if", [](const PropositionResult& p) { return p.proposition.arm; });
  say("against", "what it is compared with",
      [](const PropositionResult& p) { return p.proposition.against; });
  say("outcome", "outcome", [](const PropositionResult& p) { return p.proposition.outcome; });
  say("place", "place, all where empty",
      [](const PropositionResult& p) { return p.proposition.place; });
  say("group", "group, all where empty",
      [](const PropositionResult& p) { return p.proposition.group; });
  say("from", "first month", [](const PropositionResult& p) { return p.proposition.from.text(); });
  say("until", "last month", [](const PropositionResult& p) { return p.proposition.until.text(); });
  say("unit", "unit of the effect", [](const PropositionResult& p) { return p.unit; });
  const auto add = [&](const char* name, const char* title, auto&& of) {
    LabelledArray array{name, "", title, {"proposition", "theory"}, {}};
    for (const PropositionResult* part : parts) {
      for (const Verdict& verdict : part->verdicts)
        array.values.push_back(of(verdict));
    }
    arrays.arrays.push_back(std::move(array));
  };
  add("probability", "share of members in which it holds",
      [](const Verdict& v) { return v.probability; });
  add("right_way", "share of members whose effect has the claimed sign",
      [](const Verdict& v) { return v.right_way; });
  add("lower", "share of members beyond the margin, lower",
      [](const Verdict& v) { return v.lower; });
  add("none", "share of members within the margin", [](const Verdict& v) { return v.none; });
  add("higher", "share of members beyond the margin, higher",
      [](const Verdict& v) { return v.higher; });
  add("effect_q05", "effect, 5 percent of members are below",
      [](const Verdict& v) { return v.effect.q05; });
  add("effect_q50", "effect, median of the members", [](const Verdict& v) { return v.effect.q50; });
  add("effect_q95", "effect, 5 percent of members are above",
      [](const Verdict& v) { return v.effect.q95; });
  add("noise", "sampling noise of one member's effect", [](const Verdict& v) { return v.noise; });
  add("scale", "one simulated person for so many", [](const Verdict& v) { return v.scale; });
  return arrays;
}

} // namespace cauce::study
