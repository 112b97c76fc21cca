#include "cauce/study/evidence_ledger.hpp"

#include "cauce/study/arm_runs.hpp"
#include "cauce/study/runs.hpp"
#include "cauce/system/claims_check.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <limits>
#include <set>

namespace cauce::study {

using evidence::Observation;
using evidence::Parameter;
using evidence::Shape;
using system::System;

namespace {
std::string joined(const std::set<std::string>& names) {
  return fmt::format("{}", fmt::join(names, ";"));
}

std::string readers_of(const conditions::Model& model, const std::string& variable) {
  std::set<std::string> names;
  if (const auto id = model.find(variable)) {
    for (const conditions::VariableId reader : model.used_by(*id)) {
      if (!model.info(reader).hidden)
        names.insert(model.info(reader).name);
    }
  }
  return joined(names);
}

LedgerRow row_of(const Parameter& parameter, const conditions::Model& model) {
  LedgerRow row;
  row.kind = "parameter";
  row.name = parameter.name;
  row.element = parameter.element;
  row.unit = parameter.unit;
  row.sector = parameter.sector;
  row.status = parameter.status;
  row.source_id = parameter.source_id;
  row.distribution = evidence::shape_name(parameter.prior.shape);
  row.value = parameter.prior.value;
  if (parameter.prior.shape != Shape::fixed) {
    row.low = parameter.prior.low;
    row.high = parameter.prior.high;
  }
  row.used_in = readers_of(model, parameter.name);
  row.note = parameter.note_en;
  return row;
}

// All rows of a series as one line; what takes it is for the caller to say.
std::vector<LedgerRow> series_rows(const evidence::SeriesTable& table, const std::string& kind) {
  std::vector<LedgerRow> rows;
  for (const std::string& name : table.names()) {
    LedgerRow row;
    row.kind = kind;
    row.name = name;
    row.rows = 0;
    std::set<std::string> statuses, sources, units;
    std::optional<Month> first, last;
    for (const Observation& o : table.all()) {
      if (o.series != name)
        continue;
      ++row.rows;
      statuses.insert(o.status);
      units.insert(o.unit);
      if (!o.source_id.empty())
        sources.insert(o.source_id);
      const Month end = o.from + (o.months - 1);
      first = first ? std::min(*first, o.from) : o.from;
      last = last ? std::max(*last, end) : end;
    }
    row.unit = joined(units);
    row.status = joined(statuses);
    row.source_id = joined(sources);
    if (first) {
      row.from = first->text();
      row.until = last->text();
    }
    rows.push_back(std::move(row));
  }
  return rows;
}
} // namespace

std::vector<LedgerRow> evidence_ledger(const System& system) {
  std::vector<LedgerRow> ledger;
  const conditions::Model& model = *system.model();
  for (const Parameter& parameter : system.parameters())
    ledger.push_back(row_of(parameter, model));
  for (LedgerRow& row : series_rows(system.driver_table(), "driver")) {
    std::set<std::string> variables;
    for (const system::DriverSpec& driver : system.manifest().drivers) {
      if (driver.series == row.name)
        variables.insert(driver.variable);
    }
    row.used_in = joined(variables);
    ledger.push_back(std::move(row));
  }
  for (LedgerRow& row : series_rows(system.targets(), "target")) {
    std::set<std::string> outcomes;
    for (const system::TargetSpec& target : system.manifest().targets) {
      if (target.series == row.name)
        outcomes.insert(target.outcome);
    }
    for (const evidence::Proposition& test : system.claim_tests()) {
      if (test.observed.series == row.name)
        outcomes.insert("claim " + test.owner);
    }
    row.used_in = joined(outcomes);
    ledger.push_back(std::move(row));
  }
  for (const policy::Lever& lever : system.levers()) {
    LedgerRow row;
    row.kind = "lever";
    row.name = lever.name;
    row.unit = lever.unit;
    row.sector = lever.group;
    row.status = lever.status;
    row.source_id = lever.source_id;
    row.value = lever.standing;
    row.low = lever.low;
    row.high = lever.high;
    row.used_in = readers_of(model, lever.variable);
    row.note = lever.doc_en;
    ledger.push_back(std::move(row));
  }
  for (const system::Outcome& outcome : system.outcomes()) {
    if (outcome.spec->kind != "index" || outcome.count)
      continue;
    LedgerRow row;
    row.kind = "index";
    row.name = outcome.spec->name;
    row.unit = outcome.spec->unit;
    row.sector = outcome.spec->section;
    row.status = "constructed";
    row.used_in = readers_of(model, outcome.spec->variable);
    row.note = outcome.spec->doc.en;
    ledger.push_back(std::move(row));
  }
  return ledger;
}

std::map<std::string, std::map<std::string, std::size_t>>
count_by_status(const std::vector<LedgerRow>& ledger) {
  std::map<std::string, std::map<std::string, std::size_t>> counts;
  for (const LedgerRow& row : ledger)
    ++counts[row.kind][row.status];
  return counts;
}

namespace {
struct Measured {
  const system::Outcome* outcome = nullptr;
  std::vector<std::size_t> cells;
};

std::vector<Measured> measured_outcomes(const System& system, const MatterRequest& request) {
  std::vector<std::string> names = request.outcomes;
  const bool default_names = names.empty();
  if (default_names)
    names = {"departures", "apprehensions", "removals", "homicide_rate", "poverty_rate"};
  std::vector<Measured> measured;
  std::vector<std::string> known;
  for (const system::Outcome& outcome : system.outcomes())
    known.push_back(outcome.spec->name);
  for (const std::string& name : names) {
    const system::Outcome* outcome = system::find_outcome(system, name);
    if (outcome != nullptr)
      measured.push_back({outcome, system::cells_of(*outcome, "", "")});
    else if (!default_names)
      throw Error("S103", {}, fmt::format("the results have no outcome '{}'", name),
                  did_you_mean(name, known));
  }
  if (measured.empty())
    throw Error("S103", {}, "the pack has none of the outcomes to measure by",
                "name some with --outcome");
  return measured;
}

double level(const Measured& m, std::span<const float> block, std::size_t months,
             std::size_t cells) {
  std::vector<double> series(months);
  for (std::size_t month = 0; month < months; ++month) {
    for (const std::size_t cell : m.cells)
      series[month] += static_cast<double>(block[month * cells + m.outcome->offset + cell]);
  }
  return reduce(series, m.outcome->spec->is_flow(), evidence::Measure::level);
}
} // namespace

MatterResult what_matters(const std::shared_ptr<const System>& system,
                          const MatterRequest& request) {
  const std::vector<Measured> measured = measured_outcomes(*system, request);
  const auto believed = policy::under_theory(system->parameters(), system->theory(request.theory));
  const Levers levers = system->lever_paths(request.policy);
  std::vector<double> medians;
  for (const Parameter& parameter : believed)
    medians.push_back(quantile(parameter.prior, 0.5));

  MatterResult result;
  for (const Measured& m : measured)
    result.outcomes.push_back(m.outcome->spec->name);
  std::vector<RunSpec> specs;
  for (std::size_t p = 0; p < believed.size(); ++p) {
    const Parameter& parameter = believed[p];
    if (parameter.prior.shape == Shape::fixed ||
        (request.assumed_only && parameter.status != "assumed"))
      continue;
    result.ranked.push_back({p, {}, 0.0});
    for (const double u : {0.05, 0.95}) {
      auto draw = std::make_shared<std::vector<double>>(medians);
      (*draw)[p] = quantile(parameter.prior, u);
      specs.push_back({levers, std::move(draw), request.seed, 0,
                       fmt::format("{} at {}", parameter.key(), u < 0.5 ? "low" : "high")});
    }
  }
  Runs runs(system, {request.from, request.until, request.farm, request.store});
  result.served = runs.served();
  if (result.served)
    return result;
  std::vector<std::vector<double>> levels(specs.size());
  runs.run(specs,
           [&](std::size_t spec, std::span<const float> block) {
             for (const Measured& m : measured)
               levels[spec].push_back(level(m, block, runs.months(), runs.cells()));
           },
           {"parameters at low and high", {}});
  for (std::size_t i = 0; i < result.ranked.size(); ++i) {
    for (std::size_t o = 0; o < measured.size(); ++o) {
      const double ratio = levels[2 * i + 1][o] / levels[2 * i][o];
      result.ranked[i].percent.push_back(100.0 * (ratio - 1.0));
      if (ratio > 0.0)
        result.ranked[i].largest = std::max(result.ranked[i].largest, std::abs(std::log(ratio)));
    }
  }
  std::stable_sort(result.ranked.begin(), result.ranked.end(),
                   [](const Matter& a, const Matter& b) { return a.largest > b.largest; });
  return result;
}

} // namespace cauce::study
