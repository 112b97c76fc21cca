// What an analyst asks, for Python: attribution, sensitivity, claims, calibration, hindcast, lives.
// Each returns plain lists, dictionaries and arrays; python/cauce/studies.py names their axes.
#include "bindings.hpp"

#include "cauce/study/attribution.hpp"
#include "cauce/study/calibrate.hpp"
#include "cauce/study/claims_table.hpp"
#include "cauce/study/lives.hpp"
#include "cauce/study/rolling.hpp"
#include "cauce/study/sensitivity.hpp"
#include "cauce/study/skill.hpp"

#include <algorithm>
#include <limits>
#include <pybind11/stl.h>

namespace py = pybind11;

namespace cauce::python {

using system::System;

namespace {
using SharedSystem = std::shared_ptr<System>;
using Names = std::vector<std::string>;
constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

// One array a number of the items: columns(items, {{"mean", &Item::mean}, ...}).
template <typename Item>
py::dict columns(const std::vector<Item>& items,
                 std::initializer_list<std::pair<const char*, double Item::*>> names) {
  py::dict out;
  for (const auto& [name, member] : names) {
    std::vector<double> values;
    for (const Item& item : items)
      values.push_back(item.*member);
    out[name] = array_of(std::move(values), {items.size()});
  }
  return out;
}

py::dict measure_dict(const study::Measure& measure) {
  py::dict out;
  out["outcome"] = measure.text;
  out["title"] = measure.title;
  out["unit"] = measure.unit;
  return out;
}

py::list attribute(const SharedSystem& system, const std::string& policy, const std::string& other,
                   const std::string& theory, Names outcomes,
                   const std::vector<std::pair<std::string, Names>>& mechanisms,
                   std::size_t members, std::uint64_t seed, std::size_t order_pairs,
                   bool calibrated, const std::string& from, const std::string& until,
                   std::size_t threads, py::object tell) {
  const system::Clock& clock = system->manifest().clock;
  study::AttributionRequest request;
  request.policy = policy;
  request.other = other;
  request.theory = theory;
  request.measures = std::move(outcomes);
  for (const auto& [name, sectors] : mechanisms)
    request.mechanisms.push_back({name, sectors});
  request.members = members;
  request.seed = seed;
  request.order_pairs = order_pairs;
  request.draws = calibrated ? study::Draws::posterior : study::Draws::prior;
  request.from = month_of(from, clock.decision);
  request.until = month_of(until, clock.data_until);
  request.farm.threads = threads;
  request.farm.watch = watched(std::move(tell));
  study::AttributionResult result;
  {
    const py::gil_scoped_release release;
    result = study::attribute(system, request);
  }
  if (result.served)
    leave_rank();
  py::list out;
  for (study::Attribution& a : result.measures) {
    py::dict one = measure_dict(a.measure);
    Names names;
    std::vector<double> values, errors;
    for (const study::AttributionPart& part : a.parts) {
      names.push_back(part.mechanism);
      values.insert(values.end(), part.by_member.begin(), part.by_member.end());
      errors.push_back(part.error);
    }
    one["mechanisms"] = names;
    one["parts"] = array_of(std::move(values), {names.size(), members});
    one["errors"] = array_of(std::move(errors), {names.size()});
    one["difference"] = array_of(std::move(a.difference), {members});
    one["exact"] = a.exact;
    out.append(std::move(one));
  }
  return out;
}

py::list sensitivity(const SharedSystem& system, Names policies, Names outcomes, Names theories,
                     bool morris, std::size_t points, Names parameters, bool by_sector, bool luck,
                     std::uint64_t seed, const std::string& from, const std::string& until,
                     std::size_t threads, const std::string& store, py::object tell) {
  const system::Clock& clock = system->manifest().clock;
  study::SensitivityRequest request;
  request.method = morris ? study::SensitivityMethod::morris : study::SensitivityMethod::sobol;
  request.policies = std::move(policies);
  request.measures = std::move(outcomes);
  request.futures.theories = std::move(theories);
  request.futures.parameters = std::move(parameters);
  request.futures.sectors = by_sector;
  request.futures.luck = luck;
  request.points = points;
  request.seed = seed;
  request.runs.from = month_of(from, clock.decision);
  request.runs.until = month_of(until, clock.data_until);
  request.runs.farm.threads = threads;
  request.runs.farm.watch = watched(std::move(tell));
  request.runs.store = store;
  study::SensitivityResult result;
  {
    const py::gil_scoped_release release;
    result = study::analyse_sensitivity(system, request);
  }
  if (result.served)
    leave_rank();
  py::list out;
  for (const study::Sensitivity& s : result.measures) {
    py::dict one = measure_dict(s.measure);
    one["mean"] = s.mean;
    one["standard_deviation"] = s.standard_deviation;
    Names names;
    for (const study::SensitivityRow& row : s.rows)
      names.push_back(row.input);
    one["inputs"] = names;
    py::dict numbers;
    const auto put = [&](const char* name, auto number) {
      std::vector<double> values;
      for (const study::SensitivityRow& row : s.rows)
        values.push_back(number(row));
      numbers[name] = array_of(std::move(values), {s.rows.size()});
    };
    using Row = study::SensitivityRow;
    if (morris) {
      put("mu_star", [](const Row& r) { return r.morris.mean_abs.value; });
      put("mu_star_low", [](const Row& r) { return r.morris.mean_abs.low; });
      put("mu_star_high", [](const Row& r) { return r.morris.mean_abs.high; });
      put("mu", [](const Row& r) { return r.morris.mean; });
      put("sigma", [](const Row& r) { return r.morris.spread; });
    } else {
      put("first", [](const Row& r) { return r.sobol.first.value; });
      put("first_low", [](const Row& r) { return r.sobol.first.low; });
      put("first_high", [](const Row& r) { return r.sobol.first.high; });
      put("total", [](const Row& r) { return r.sobol.total.value; });
      put("total_low", [](const Row& r) { return r.sobol.total.low; });
      put("total_high", [](const Row& r) { return r.sobol.total.high; });
    }
    one["numbers"] = std::move(numbers);
    out.append(std::move(one));
  }
  return out;
}

// The table as the command line writes it.
std::string claims(const SharedSystem& system, Names ids, Names theories, std::size_t members,
                   std::uint64_t seed, bool calibrated, bool predictions, std::size_t threads,
                   const std::string& store, std::vector<double> finer, double finer_budget,
                   py::object tell) {
  study::ClaimsRequest request;
  request.finer = std::move(finer);
  request.finer_budget = finer_budget;
  (predictions ? request.claims : request.predictions) = false;
  request.draws = calibrated ? study::Draws::posterior : study::Draws::prior;
  request.ids = std::move(ids);
  request.theories = std::move(theories);
  request.members = members;
  request.seed = seed;
  request.farm.threads = threads;
  request.farm.watch = watched(std::move(tell));
  request.store = store;
  study::ClaimsResult result;
  std::string table;
  {
    const py::gil_scoped_release release;
    result = study::run_claims(system, request);
    if (!result.served)
      table = predictions ? study::predictions_csv(*system, result)
                          : study::verdicts_csv(*system, result);
  }
  if (result.served)
    leave_rank();
  return table;
}

py::dict calibration_dict(const System& system, study::Calibration calibration) {
  py::dict out;
  out["theory"] = calibration.posterior.theory;
  out["until"] = calibration.posterior.until.text();
  out["runs"] = calibration.runs;
  const std::size_t iterations = calibration.misfit.size();
  out["misfit"] = array_of(std::move(calibration.misfit), {iterations});

  Names parameters, units;
  std::vector<double> draws;
  for (std::size_t p = 0; p < system.parameters().size(); ++p) {
    parameters.push_back(system.parameters()[p].key());
    units.push_back(system.parameters()[p].unit);
    for (const study::PosteriorDraw& draw : calibration.posterior.draws)
      draws.push_back(draw.parameters[p]);
  }
  out["draws"] =
      array_of(std::move(draws), {parameters.size(), calibration.posterior.draws.size()});
  out["parameters"] = std::move(parameters);
  out["units"] = std::move(units);

  using study::Learned;
  py::dict learned = columns<Learned>(calibration.learned, {{"prior_q05", &Learned::prior_q05},
                                                            {"prior_q50", &Learned::prior_q50},
                                                            {"prior_q95", &Learned::prior_q95},
                                                            {"q05", &Learned::q05},
                                                            {"q50", &Learned::q50},
                                                            {"q95", &Learned::q95},
                                                            {"learned", &Learned::learned},
                                                            {"shift", &Learned::shift}});
  Names names;
  for (const Learned& l : calibration.learned)
    names.push_back(l.element.empty() ? l.name : l.name + "[" + l.element + "]");
  learned["name"] = std::move(names);
  out["learned"] = std::move(learned);

  using study::SeriesFit;
  py::dict fits =
      columns<SeriesFit>(calibration.fits, {{"prior_log_error", &SeriesFit::prior_error},
                                            {"log_error", &SeriesFit::error},
                                            {"discrepancy", &SeriesFit::discrepancy},
                                            {"inside_50", &SeriesFit::inside_50},
                                            {"inside_90", &SeriesFit::inside_90}});
  Names targets, places, groups;
  std::vector<double> allowed;
  for (const SeriesFit& fit : calibration.fits) {
    const study::DataSeries& series = calibration.series[fit.series];
    targets.push_back(series.target);
    places.push_back(series.place);
    groups.push_back(series.group);
    allowed.push_back(series.log_sd);
  }
  fits["target"] = std::move(targets);
  fits["place"] = std::move(places);
  fits["group"] = std::move(groups);
  fits["log_sd"] = array_of(std::move(allowed), {calibration.fits.size()});
  out["series"] = std::move(fits);

  using study::Check;
  py::dict checks = columns<Check>(calibration.checks, {{"prior_q05", &Check::prior_q05},
                                                        {"prior_q50", &Check::prior_q50},
                                                        {"prior_q95", &Check::prior_q95},
                                                        {"q05", &Check::q05},
                                                        {"q50", &Check::q50},
                                                        {"q95", &Check::q95}});
  Names months;
  std::vector<std::size_t> series_of;
  std::vector<int> lengths;
  std::vector<double> observed;
  for (const Check& check : calibration.checks) {
    const study::Datum& datum = calibration.data[check.datum];
    series_of.push_back(datum.series);
    months.push_back(datum.from.text());
    lengths.push_back(datum.months);
    observed.push_back(datum.observed);
  }
  checks["series"] = std::move(series_of);
  checks["from"] = std::move(months);
  checks["months"] = std::move(lengths);
  checks["observed"] = array_of(std::move(observed), {calibration.checks.size()});
  out["checks"] = std::move(checks);
  return out;
}

py::dict calibrate(const SharedSystem& system, const std::string& theory, const std::string& until,
                   std::size_t members, int iterations, std::uint64_t seed, std::size_t threads,
                   const std::string& folder, py::object tell) {
  study::CalibrationRequest request;
  request.theory = theory;
  request.until = month_of(until, system->manifest().clock.decision - 1);
  request.members = members;
  request.iterations = iterations;
  request.seed = seed;
  request.farm.threads = threads;
  request.farm.watch = watched(std::move(tell));
  request.folder = folder.empty() ? study::posterior_folder(*system).generic_string() : folder;
  std::optional<study::Calibration> calibration;
  {
    const py::gil_scoped_release release;
    calibration = study::calibrate(system, request);
  }
  if (!calibration)
    leave_rank();
  return calibration_dict(*system, std::move(*calibration));
}

// Sizes [theory x knowledge][series][month][member], short ensembles filled up with NaN.
py::array_t<double> forecasts_of(const study::Hindcast& hindcast) {
  std::size_t members = 0;
  for (const study::Forecast& forecast : hindcast.forecasts)
    members = std::max(members, forecast.values[0][0].size());
  std::vector<double> values;
  for (const study::Forecast& forecast : hindcast.forecasts) {
    for (const auto& series : forecast.values) {
      for (std::vector<double> month : series) {
        month.resize(members, unknown);
        values.insert(values.end(), month.begin(), month.end());
      }
    }
  }
  return array_of(std::move(values),
                  {hindcast.forecasts.size(), hindcast.series.size(), hindcast.months(), members});
}

py::dict skill_dict(const std::vector<study::Skill>& skills) {
  using study::Skill;
  py::dict skill = columns<Skill>(skills, {{"crps", &Skill::crps},
                                           {"crps_log", &Skill::crps_log},
                                           {"log_score", &Skill::log_score},
                                           {"inside_50", &Skill::inside_50},
                                           {"inside_90", &Skill::inside_90},
                                           {"first_year_ratio", &Skill::first_year}});
  Names forecasters, kinds, series, knowledge;
  std::vector<int> months;
  for (const Skill& s : skills) {
    forecasters.push_back(s.forecaster);
    kinds.push_back(s.kind);
    series.push_back(s.series);
    knowledge.emplace_back(s.kind == "baseline" ? "" : study::knowledge_name(s.knowledge));
    months.push_back(s.months);
  }
  skill["forecaster"] = std::move(forecasters);
  skill["kind"] = std::move(kinds);
  skill["series"] = std::move(series);
  skill["knowledge"] = std::move(knowledge);
  skill["months"] = std::move(months);
  return skill;
}

py::dict judgement_dict(const study::Judgement& judgement) {
  using study::TheoryWeight;
  py::dict weights =
      columns<TheoryWeight>(judgement.weights, {{"stacking", &TheoryWeight::stacking},
                                                {"q05", &TheoryWeight::q05},
                                                {"q95", &TheoryWeight::q95},
                                                {"pseudo_bma", &TheoryWeight::pseudo_bma},
                                                {"log_density", &TheoryWeight::log_density}});
  Names theories, known;
  for (const TheoryWeight& w : judgement.weights) {
    theories.push_back(w.theory);
    known.emplace_back(study::knowledge_name(w.knowledge));
  }
  weights["theory"] = std::move(theories);
  weights["knowledge"] = std::move(known);
  py::dict out;
  out["skill"] = skill_dict(judgement.skills);
  out["weights"] = std::move(weights);
  return out;
}

py::dict hindcast(const SharedSystem& system, Names theories, const std::string& origin,
                  const std::string& until, const std::string& judged_until, std::uint64_t seed,
                  std::size_t threads, const std::string& folder, py::object tell) {
  const system::Clock& clock = system->manifest().clock;
  study::HindcastRequest request;
  request.theories = std::move(theories);
  request.origin = month_of(origin, clock.decision);
  request.until = month_of(until, clock.data_until);
  request.seed = seed;
  request.farm.threads = threads;
  request.farm.watch = watched(std::move(tell));
  request.folder = folder;
  const int months =
      std::min(month_of(judged_until, request.until), request.until) - request.origin + 1;
  if (months < 1)
    throw Error("U102", {}, "the last month lies before the origin");
  std::optional<study::Hindcast> made;
  study::Judgement judgement;
  {
    const py::gil_scoped_release release;
    made = study::hindcast(system, request);
    if (made)
      judgement = study::judge(*made, study::all_forecasters(*made, *system, months), months, seed);
  }
  if (!made)
    leave_rank();
  py::dict out = judgement_dict(judgement);
  Names series;
  std::vector<double> observed;
  for (std::size_t s = 0; s < made->series.size(); ++s) {
    series.push_back(made->series[s].name);
    observed.insert(observed.end(), made->observed[s].begin(), made->observed[s].end());
  }
  out["observed"] = array_of(std::move(observed), {series.size(), made->months()});
  out["series"] = std::move(series);
  out["origin"] = made->origin.text();
  out["forecasts"] = forecasts_of(*made);
  return out;
}

py::dict rolling_hindcast(const SharedSystem& system, Names theories, const Names& origins,
                          int months, std::size_t members, int iterations, std::uint64_t seed,
                          std::size_t threads, const std::string& folder, py::object tell) {
  study::RollingRequest request;
  request.theories = std::move(theories);
  for (const std::string& origin : origins)
    request.origins.push_back(month_of(origin, system->manifest().clock.decision));
  request.months = months;
  request.members = members;
  request.iterations = iterations;
  request.seed = seed;
  request.farm.threads = threads;
  request.farm.watch = watched(std::move(tell));
  request.folder = folder;
  std::optional<std::vector<study::OriginSkill>> made;
  {
    const py::gil_scoped_release release;
    made = study::rolling_origins(system, request);
  }
  if (!made)
    leave_rank();
  std::vector<study::Skill> skills;
  Names at;
  for (study::OriginSkill& one : *made) {
    at.push_back(one.origin.text());
    skills.push_back(std::move(one.skill));
  }
  py::dict out = skill_dict(skills);
  out["origin"] = std::move(at);
  return out;
}

py::tuple follow(const SharedSystem& system, const std::string& fates, const std::string& policy,
                 const std::string& theory, const std::string& kind, const std::string& department,
                 std::size_t people, std::size_t member, std::size_t members, std::uint64_t seed,
                 bool calibrated, const std::string& until, py::object tell) {
  study::LivesRequest request;
  request.draws = calibrated ? study::Draws::posterior : study::Draws::prior;
  request.fates = fates;
  request.policy = policy;
  request.theory = theory;
  request.kind = kind;
  request.department = department;
  request.people = people;
  request.member = member;
  request.members = members;
  request.seed = seed;
  request.until = month_of(until, system->manifest().clock.data_until);
  request.farm.watch = watched(std::move(tell));
  study::Lives told;
  {
    const py::gil_scoped_release release;
    told = study::follow_lives(system, request);
  }
  py::list rows;
  for (std::size_t person = 0; person < told.lives.size(); ++person) {
    const study::Life& life = told.lives[person];
    for (const study::LifeEvent& event : life.events) {
      py::dict row;
      row["person"] = person + 1;
      row["kind"] = life.kind;
      row["department"] = life.department;
      row["month"] = event.month.text();
      row["week"] = event.week;
      row["event"] = event.event;
      row["place"] = event.place;
      row["persons"] = event.persons;
      row["probability"] = event.probability;
      row["en"] = event.en;
      row["es"] = event.es;
      rows.append(std::move(row));
    }
  }
  return py::make_tuple(told.matches, std::move(rows));
}
} // namespace

void leave_rank() {
  PyErr_SetObject(PyExc_SystemExit, py::int_(0).ptr());
  throw py::error_already_set();
}

void bind_studies(py::class_<System, std::shared_ptr<System>>& type) {
  using namespace py::literals;
  type.def("attribute", &attribute, "policy"_a, "other"_a, "theory"_a, "outcomes"_a, "mechanisms"_a,
           "members"_a, "seed"_a, "order_pairs"_a, "calibrated"_a, "start"_a, "until"_a,
           "threads"_a, "tell"_a);
  type.def("sensitivity", &sensitivity, "policies"_a, "outcomes"_a, "theories"_a, "morris"_a,
           "points"_a, "parameters"_a, "by_sector"_a, "luck"_a, "seed"_a, "start"_a, "until"_a,
           "threads"_a, "store"_a, "tell"_a);
  type.def("claims", &claims, "ids"_a, "theories"_a, "members"_a, "seed"_a, "calibrated"_a,
           "predictions"_a, "threads"_a, "store"_a, "finer"_a, "finer_budget"_a, "tell"_a);
  type.def("calibrate", &calibrate, "theory"_a, "until"_a, "members"_a, "iterations"_a, "seed"_a,
           "threads"_a, "folder"_a, "tell"_a);
  type.def("hindcast", &hindcast, "theories"_a, "origin"_a, "until"_a, "judged_until"_a, "seed"_a,
           "threads"_a, "folder"_a, "tell"_a);
  type.def("rolling_hindcast", &rolling_hindcast, "theories"_a, "origins"_a, "months"_a,
           "members"_a, "iterations"_a, "seed"_a, "threads"_a, "folder"_a, "tell"_a);
  type.def("follow", &follow, "fates"_a, "policy"_a, "theory"_a, "kind"_a, "department"_a,
           "people"_a, "member"_a, "members"_a, "seed"_a, "calibrated"_a, "until"_a, "tell"_a);
}

} // namespace cauce::python
