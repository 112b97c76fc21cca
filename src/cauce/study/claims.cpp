#include "cauce/study/claims.hpp"

#include "cauce/study/finer.hpp"
#include "cauce/system/claims_check.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <functional>
#include <limits>
#include <map>
#include <numeric>

namespace cauce::study {

using evidence::Direction;
using evidence::Form;
using evidence::Observation;
using evidence::Proposition;
using system::System;

namespace {
constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

double effect_of(const Proposition& p, double value, double base) {
  if (p.form == Form::figure)
    return value;
  if (!p.relative)
    return value - base;
  return base == 0.0 ? nothing : 100.0 * (value / base - 1.0);
}

// Periods of a change may differ in length, so its flows are compared by month.
double per_month(const System& system, const Proposition& p, Month from, Month until) {
  const bool flow = system::find_outcome(system, p.outcome)->spec->is_flow();
  return p.form == Form::change && flow && p.measure == evidence::Measure::level
             ? 1.0 / (until - from + 1)
             : 1.0;
}

// The unit of the effect: flows that were summed lose their "a month".
std::string unit_of(const System& system, const Proposition& p) {
  if (p.relative && p.form != Form::figure)
    return "percent";
  if (p.measure == evidence::Measure::surges)
    return "surges";
  const system::OutcomeSpec& spec = *system::find_outcome(system, p.outcome)->spec;
  const std::size_t slash = spec.unit.find("/month");
  return spec.is_flow() && p.form != Form::change ? spec.unit.substr(0, slash) : spec.unit;
}

// The readings of one proposition: its value, and what that is compared with.
struct Pair {
  std::size_t value = 0;
  std::optional<std::size_t> base;
};

class Planner {
 public:
  Planner(const System& system, ArmRequest& request) : system_(system), request_(request) {}

  Pair add(const Proposition& p) {
    const system::Outcome* outcome = system::find_outcome(system_, p.outcome);
    if (outcome == nullptr) {
      throw Error("S103", p.where, fmt::format("the results have no outcome '{}'", p.outcome));
    }
    Reading reading{arm(p.arm), p.outcome, system::cells_of(*outcome, p.place, p.group),
                    p.from,     p.until,   p.measure};
    Pair pair{index(reading), std::nullopt};
    if (p.form == Form::comparison) {
      reading.arm = arm(p.against);
      pair.base = index(reading);
    } else if (p.form == Form::change) {
      reading.from = *p.base_from;
      reading.until = *p.base_until;
      pair.base = index(reading);
    }
    return pair;
  }

 private:
  std::size_t arm(const std::string& name) {
    const auto found = std::find(request_.arms.begin(), request_.arms.end(), name);
    if (found != request_.arms.end())
      return static_cast<std::size_t>(found - request_.arms.begin());
    request_.arms.push_back(name);
    return request_.arms.size() - 1;
  }
  std::size_t index(const Reading& reading) {
    const auto found = std::find(request_.readings.begin(), request_.readings.end(), reading);
    if (found != request_.readings.end())
      return static_cast<std::size_t>(found - request_.readings.begin());
    request_.readings.push_back(reading);
    return request_.readings.size() - 1;
  }

  const System& system_;
  ArmRequest& request_;
};

// What one member, or its repetition, shows of a proposition.
class Effects {
 public:
  Effects(const System& system, const Proposition& p, const ArmResult& runs, const Pair& pair)
      : p_(p), runs_(runs), pair_(pair), share_(per_month(system, p, p.from, p.until)),
        base_share_(p.base_from ? per_month(system, p, *p.base_from, *p.base_until) : 1.0) {}
  double of(std::size_t theory, std::size_t member) const {
    return effect_of(p_, share_ * runs_.value(theory, member, pair_.value),
                     pair_.base ? base_share_ * runs_.value(theory, member, *pair_.base) : 0.0);
  }
  std::size_t members() const { return runs_.members; }

  // Adds the members of a theory that ran twice, and what each says of an effect's variance: two
  // runs that differ in luck alone differ by twice that of one.
  void add_luck(std::size_t theory, double& variances, std::size_t& pairs) const {
    for (std::size_t m = 0; m < runs_.repeats; ++m) {
      const double difference = of(theory, m) - of(theory, runs_.members + m);
      if (std::isnan(difference))
        continue;
      variances += difference * difference / 2.0;
      ++pairs;
    }
  }

 private:
  const Proposition& p_;
  const ArmResult& runs_;
  Pair pair_;
  double share_, base_share_;
};

// What the members that ran twice say of luck, all theories and scales together: the variance of
// counts is proportional to the scale, so what is kept is that at full scale.
class Luck {
 public:
  void add(const Effects& effects, std::size_t theory, double scale) {
    double variances = 0.0;
    effects.add_luck(theory, variances, pairs_);
    sum_ += variances / scale;
  }
  double noise(double scale) const {
    return pairs_ == 0 ? nothing : std::sqrt(scale * sum_ / static_cast<double>(pairs_));
  }

 private:
  double sum_ = 0.0;
  std::size_t pairs_ = 0;
};

// `hold` tells for each member whether the proposition holds in it.
Verdict verdict_of(const Proposition& p, const Effects& of_members, std::size_t theory,
                   std::vector<std::uint8_t>& hold) {
  Verdict verdict;
  std::vector<double> effects;
  double counted = 0.0;
  hold.assign(of_members.members(), 0);
  for (std::size_t m = 0; m < of_members.members(); ++m) {
    const double effect = of_members.of(theory, m);
    effects.push_back(effect);
    const bool held = holds(p, effect);
    hold[m] = held ? 1 : 0;
    if (std::isnan(effect))
      continue;
    counted += 1.0;
    verdict.probability += held ? 1.0 : 0.0;
    const bool way = p.direction == Direction::lower    ? effect < 0.0
                     : p.direction == Direction::higher ? effect > 0.0
                                                        : held;
    verdict.right_way += way ? 1.0 : 0.0;
    if (std::abs(effect) < p.margin)
      verdict.none += 1.0;
    else
      (effect < 0.0 ? verdict.lower : verdict.higher) += 1.0;
  }
  for (double* share :
       {&verdict.probability, &verdict.right_way, &verdict.lower, &verdict.none, &verdict.higher})
    *share = counted > 0.0 ? *share / counted : nothing;
  verdict.effect = results::spread(std::move(effects));
  return verdict;
}

// The margin or value that a proposition sets; a figure's margin in percent is one of its value.
double asked_of(const Proposition& p) {
  const double scale = p.form == Form::figure && p.relative ? *p.value / 100.0 : 1.0;
  return std::max(p.margin * scale, std::abs(p.value.value_or(0.0)));
}

double interval_of(const results::Spread& effect) { return effect.q95 - effect.q05; }

// Whether sampling noise can be set beside an interval.
bool has_noise(const Verdict& verdict) {
  return !std::isnan(verdict.noise) && verdict.effect.members > 1;
}

// A proposition that is asked for, and what the runs so far say of it.
struct Judged {
  const Proposition* proposition = nullptr;
  Pair pair;
  Luck luck = {};
  std::vector<Verdict> verdicts = {};               // by theory
  std::vector<std::vector<std::uint8_t>> hold = {}; // [theory][member]

  void judge(const System& system, const ArmResult& runs, std::span<const std::size_t> theories,
             double scale) {
    const Effects effects(system, *proposition, runs, pair);
    for (const std::size_t t : theories)
      luck.add(effects, t, scale);
    verdicts.resize(runs.theories());
    hold.resize(runs.theories());
    for (const std::size_t t : theories) {
      verdicts[t] = verdict_of(*proposition, effects, t, hold[t]);
      verdicts[t].scale = scale;
      verdicts[t].noise = luck.noise(scale);
    }
  }
};

// Judges again, on finer people, what misses the rule of noise and may be thought to keep it there.
std::optional<FinerPass> judge_finer(const System& system, ArmRuns& runs, std::span<Judged> judged,
                                     double scale, double work, double first_work) {
  std::vector<FinerItem> items;
  std::vector<std::size_t> owners; // of the items, into `judged`
  for (std::size_t j = 0; j < judged.size(); ++j) {
    for (std::size_t t = 0; t < judged[j].verdicts.size(); ++t) {
      const Verdict& verdict = judged[j].verdicts[t];
      const double interval = interval_of(verdict.effect);
      if (!has_noise(verdict) || noise_is_small(verdict.noise, interval) ||
          !noise_would_be_small(verdict.noise, interval, scale / verdict.scale))
        continue;
      items.push_back({t, {judged[j].pair.value}});
      if (judged[j].pair.base)
        items.back().readings.push_back(*judged[j].pair.base);
      owners.push_back(j);
    }
  }
  const FinerChoice choice = choose_finer(runs, items, work / month_work(scale));
  if (choice.items.empty())
    return std::nullopt;
  std::vector<ReadingList> wanted(runs.request().theories.size());
  std::map<std::size_t, std::vector<std::size_t>> theories; // of a proposition
  for (const std::size_t i : choice.items) {
    ReadingList& list = wanted[items[i].theory];
    list.insert(list.end(), items[i].readings.begin(), items[i].readings.end());
    theories[owners[i]].push_back(items[i].theory);
  }
  for (ReadingList& list : wanted) {
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
  }
  const ArmResult finer = runs.run(scale, wanted);
  for (const auto& [j, of] : theories)
    judged[j].judge(system, finer, of, scale);
  return FinerPass{scale, choice.items.size(), choice.months * month_work(scale) / first_work};
}

std::vector<ClaimResult> put_together(const System& system, std::span<const Judged> judged) {
  std::vector<ClaimResult> claims;
  // [claim][theory][member]: whether all its parts hold so far.
  std::map<std::string, std::vector<std::vector<std::uint8_t>>> all_hold;
  for (const Judged& one : judged) {
    const Proposition& p = *one.proposition;
    auto claim = std::find_if(claims.begin(), claims.end(),
                              [&](const ClaimResult& c) { return c.id == p.owner; });
    if (claim == claims.end()) {
      claims.push_back({p.owner, {}, {}});
      claim = claims.end() - 1;
    }
    const auto [hold, fresh] = all_hold.try_emplace(p.owner, one.hold);
    for (std::size_t t = 0; !fresh && t < one.hold.size(); ++t) {
      std::transform(one.hold[t].begin(), one.hold[t].end(), hold->second[t].begin(),
                     hold->second[t].begin(), std::bit_and<>());
    }
    claim->parts.push_back({p, unit_of(system, p), one.verdicts, observed_effect(system, p)});
  }
  for (ClaimResult& claim : claims) {
    for (const std::vector<std::uint8_t>& members : all_hold[claim.id]) {
      claim.probability.push_back(
          static_cast<double>(std::count(members.begin(), members.end(), 1)) /
          static_cast<double>(members.size()));
    }
  }
  return claims;
}

void require_known(const ClaimsRequest& request, std::span<const Proposition> claims,
                   std::span<const Proposition> predictions) {
  std::vector<std::string> known;
  for (const auto& propositions : {claims, predictions}) {
    for (const Proposition& p : propositions)
      known.push_back(p.owner);
  }
  if (known.empty())
    throw Error("S110", {}, "the pack has nothing that can be executed",
                "claims are tested by claim_tests.csv, predictions by predictions.csv");
  for (const std::string& id : request.ids) {
    if (std::find(known.begin(), known.end(), id) == known.end())
      throw Error("S110", {}, fmt::format("nothing executable is named '{}'", id),
                  did_you_mean(id, known));
  }
}

// One series at one place over a span: the finest observations that cover it without overlap.
std::optional<double> observed_at(std::vector<const Observation*> rows, Month from, Month until,
                                  bool flow) {
  std::sort(rows.begin(), rows.end(), [](const Observation* a, const Observation* b) {
    return a->months != b->months ? a->months < b->months : a->from < b->from;
  });
  std::vector<bool> covered(static_cast<std::size_t>(until - from + 1), false);
  double sum = 0.0;
  std::size_t months = 0;
  for (const Observation* row : rows) {
    if (row->from < from || row->from + (row->months - 1) > until)
      continue;
    const auto first = static_cast<std::size_t>(row->from - from);
    const auto length = static_cast<std::size_t>(row->months);
    const auto begin = covered.begin() + static_cast<std::ptrdiff_t>(first);
    const auto end = begin + static_cast<std::ptrdiff_t>(length);
    if (std::find(begin, end, true) != end)
      continue;
    std::fill(begin, end, true);
    months += length;
    sum += flow ? row->value : row->value * static_cast<double>(length);
  }
  if (months == 0 || (flow && months < covered.size()))
    return std::nullopt;
  return flow ? sum : sum / static_cast<double>(months);
}

std::optional<double> observed_level(const System& system, const Proposition& p, Month from,
                                     Month until) {
  const system::Outcome* outcome = system::find_outcome(system, p.outcome);
  std::map<std::string, std::vector<const Observation*>> by_place;
  for (const Observation& row : system.targets().all()) {
    if (row.series == p.observed.series && row.group == p.observed.group &&
        (p.observed.place.empty() || row.place == p.observed.place))
      by_place[row.place].push_back(&row);
  }
  if (by_place.empty() || outcome == nullptr)
    return std::nullopt;
  double sum = 0.0;
  for (auto& [place, rows] : by_place) {
    const auto value = observed_at(std::move(rows), from, until, outcome->spec->is_flow());
    if (!value)
      return std::nullopt;
    sum += *value;
  }
  return outcome->spec->kind == "index" ? sum / static_cast<double>(by_place.size()) : sum;
}

std::vector<Proposition> propositions_of(std::span<const evidence::Prediction> predictions) {
  std::vector<Proposition> all;
  for (const evidence::Prediction& prediction : predictions)
    all.push_back(prediction.proposition);
  return all;
}
} // namespace

std::optional<Observed> observed_effect(const System& system, const Proposition& p) {
  if (p.observed.empty())
    return std::nullopt;
  const auto value = observed_level(system, p, p.from, p.until);
  if (!value)
    return std::nullopt;
  Observed observed;
  if (p.form == Form::figure) {
    observed.effect = *value;
  } else {
    if (!p.base_from)
      return std::nullopt;
    const auto base = observed_level(system, p, *p.base_from, *p.base_until);
    if (!base)
      return std::nullopt;
    observed.effect = effect_of(p, *value * per_month(system, p, p.from, p.until),
                                *base * per_month(system, p, *p.base_from, *p.base_until));
    observed.before_after = p.form == Form::comparison;
  }
  observed.agrees = holds(p, observed.effect);
  return observed;
}

ClaimsResult run_claims(const std::shared_ptr<const System>& system, const ClaimsRequest& request) {
  std::vector<Proposition> claims, predictions;
  if (request.claims)
    claims.assign(system->claim_tests().begin(), system->claim_tests().end());
  if (request.predictions)
    predictions = propositions_of(system->predictions());
  require_known(request, claims, predictions);
  ClaimsResult result;
  result.theories = request.theories;
  if (result.theories.empty()) {
    for (const policy::Theory& theory : system->theories())
      result.theories.push_back(theory.name);
  }
  ArmRequest arms;
  arms.theories = result.theories;
  arms.members = request.members;
  arms.repeats = std::min(request.members, request.repeats.value_or(request.members / 25));
  arms.seed = request.seed;
  arms.draws = request.draws;
  arms.farm = request.farm;
  arms.store = request.store;
  Planner planner(*system, arms);
  std::vector<Judged> judged;
  const auto plan = [&](const std::vector<Proposition>& propositions) {
    for (const Proposition& p : propositions) {
      const auto& ids = request.ids;
      if (ids.empty() || std::find(ids.begin(), ids.end(), p.owner) != ids.end())
        judged.push_back({&p, planner.add(p)});
    }
    return judged.size();
  };
  const std::size_t of_claims = plan(claims);
  plan(predictions);
  ArmRuns runs(system, std::move(arms));
  result.served = runs.served();
  if (runs.served())
    return result;
  const ArmResult first = runs.run();
  std::vector<std::size_t> all(result.theories.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  for (Judged& one : judged)
    one.judge(*system, first, all, runs.scale());
  result.arms = runs.request().arms.size();
  result.members = first.members;
  result.repeats = first.repeats;
  result.seed = request.seed;
  result.runs = first.runs;
  result.from_store = first.from_store;
  result.months_a_member = first.months / first.runs;

  const double first_work =
      static_cast<double>(result.months_a_member * all.size()) * month_work(runs.scale());
  double work = request.finer_budget * first_work;
  std::vector<double> scales = request.finer;
  std::sort(scales.rbegin(), scales.rend());
  for (const double scale : scales) {
    const auto pass = scale >= 1.0 && scale < runs.scale()
                          ? judge_finer(*system, runs, judged, scale, work, first_work)
                          : std::nullopt;
    if (pass) {
      work -= pass->work * first_work;
      result.finer.push_back(*pass);
    }
  }
  const std::span<const Judged> done = judged;
  result.claims = put_together(*system, done.first(of_claims));
  result.predictions = put_together(*system, done.subspan(of_claims));
  return result;
}

std::string_view size_word(const Proposition& proposition, const results::Spread& effect) {
  if (std::isnan(effect.q50))
    return "";
  // Numbers of a figure are no differences.
  if (proposition.form != Form::figure && effect.q05 == 0.0 && effect.q95 == 0.0)
    return "none";
  const double counts = std::max(asked_of(proposition), interval_of(effect)) / 100.0;
  return std::abs(effect.q50) < counts ? "about none" : "some";
}

NoiseCheck check_noise(const ClaimsResult& result) {
  NoiseCheck check;
  std::vector<double> ratios;
  for (const auto* list : {&result.claims, &result.predictions}) {
    for (const ClaimResult& claim : *list) {
      for (const PropositionResult& part : claim.parts) {
        const double decides = asked_of(part.proposition);
        for (const Verdict& verdict : part.verdicts) {
          if (!has_noise(verdict))
            continue;
          ++check.verdicts;
          const double interval = interval_of(verdict.effect);
          if (noise_is_small(verdict.noise, interval))
            ++check.within;
          else if (verdict.noise <= decides / 10.0)
            ++check.small;
          if (interval > 0.0)
            ratios.push_back(verdict.noise / interval);
        }
      }
    }
  }
  check.ratio = results::spread(std::move(ratios));
  return check;
}

} // namespace cauce::study
