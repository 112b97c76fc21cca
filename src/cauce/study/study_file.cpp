#include "cauce/study/study_file.hpp"

#include "cauce/base/table.hpp"

#include <cmath>
#include <fmt/format.h>

namespace cauce::study {

namespace fs = std::filesystem;

namespace {
// An integer of at least `least`; a finding S111 otherwise.
std::size_t count(TomlTable& table, std::string_view key, std::size_t otherwise, std::size_t least,
                  Diagnostics& findings) {
  const std::int64_t value = table.integer(key, static_cast<std::int64_t>(otherwise));
  if (value < static_cast<std::int64_t>(least)) {
    findings.error("S111", table.where(key),
                   fmt::format("'{}' must be at least {}, found {}", key, least, value));
    return otherwise;
  }
  return static_cast<std::size_t>(value);
}

template <typename T>
std::vector<T> first_if(const std::vector<T>& mine, const std::vector<T>& otherwise) {
  return mine.empty() ? otherwise : mine;
}

std::map<std::string, double> costs(TomlTable table) {
  std::map<std::string, double> costs;
  for (const auto& [lever, text] : table.text_pairs())
    costs[lever] = parse_number(text).value_or(std::nan(""));
  return costs;
}

ShockSpec read_shock(TomlTable& table, Diagnostics& findings) {
  ShockSpec shock;
  shock.name = table.text("name");
  shock.variable = table.has("lever") ? table.text("lever") : table.text("variable");
  shock.element = table.text("at", "");
  shock.from = table.month("from");
  shock.until = table.optional_month("until").value_or(shock.from);
  shock.months = static_cast<int>(table.integer("months", 0));
  shock.probability = table.optional_number("probability").value_or(1.0);
  const char* forms[] = {"value", "factor", "add"};
  int given = 0;
  for (int form = 0; form < 3; ++form) {
    if (!table.has(forms[form]))
      continue;
    ++given;
    shock.form = static_cast<ShockSpec::Form>(form);
    const std::vector<double> range = table.numbers(forms[form]);
    if (range.empty() || range.size() > 2 || range.front() > range.back()) {
      findings.error("S111", table.where(forms[form]),
                     fmt::format("'{}' takes [low, high] or [size]", forms[form]));
    } else {
      shock.low = range.front();
      shock.high = range.back();
    }
  }
  if (given != 1) {
    findings.error("S111", table.where(), "a shock has exactly one of value, factor and add");
  }
  table.finish();
  return shock;
}

Draws read_draws(TomlTable& table, Draws otherwise, Diagnostics& findings) {
  const std::string draws = table.text("draws", otherwise == Draws::prior ? "prior" : "auto");
  if (draws != "auto" && draws != "prior")
    findings.error("S111", table.where("draws"), "'draws' is \"auto\" or \"prior\"");
  return draws == "prior" ? Draws::prior : Draws::posterior;
}

// `draws`: unless the table says otherwise.
FutureRequest read_futures(TomlTable table, const std::vector<std::string>& theories, Draws draws,
                           Diagnostics& findings) {
  FutureRequest futures;
  futures.draws = read_draws(table, draws, findings);
  futures.theories = first_if(table.texts("theories"), theories);
  futures.luck = table.boolean("luck", true);
  futures.sectors = table.boolean("by_sector", false);
  futures.parameters = table.texts("parameters");
  for (TomlTable& shock : table.tables("shock"))
    futures.shocks.push_back(read_shock(shock, findings));
  table.finish();
  return futures;
}

std::vector<Objective> read_objectives(TomlTable& table, Diagnostics& findings) {
  std::vector<Objective> objectives;
  for (TomlTable& entry : table.tables("objective")) {
    Objective objective;
    objective.measure = entry.text("outcome");
    const std::string better = entry.text("better", "lower");
    if (better != "lower" && better != "higher")
      findings.error("S111", entry.where("better"), "'better' is \"lower\" or \"higher\"");
    objective.lower_is_better = better != "higher";
    objective.threshold = entry.optional_number("good_enough");
    entry.finish();
    objectives.push_back(std::move(objective));
  }
  if (objectives.empty())
    findings.error("S111", table.where(), "at least one [[...objective]] is needed");
  return objectives;
}

void read_sections(TomlTable& root, StudyFile& study, Diagnostics& findings) {
  if (root.has("compare")) {
    TomlTable table = root.table("compare");
    CompareSection& compare = study.compare.emplace();
    compare.outcomes = table.texts("outcomes");
    compare.by_place = table.boolean("by_place", false);
    compare.by_group = table.boolean("by_group", false);
    compare.by_month = table.boolean("by_month", false);
    compare.cost_of_lever = costs(table.table("cost_usd_per_unit_month"));
    table.finish();
  }
  if (root.has("attribute")) {
    TomlTable table = root.table("attribute");
    AttributionRequest& attribute = study.attribute.emplace();
    const auto policies = first_if(table.texts("policies"), study.policies);
    if (policies.size() != 2) {
      findings.error("S111", table.where("policies"),
                     "[attribute] needs exactly two policies (its own, or the study's)");
    } else {
      attribute.policy = policies[0];
      attribute.other = policies[1];
    }
    attribute.theory =
        table.text("theory", study.theories.empty() ? "open" : study.theories.front());
    attribute.measures = table.texts("outcomes");
    attribute.order_pairs = count(table, "orders", 12, 2, findings);
    attribute.members = count(table, "members", study.members, 1, findings);
    for (TomlTable& mechanism : table.tables("mechanism")) {
      attribute.mechanisms.push_back({mechanism.text("name"), mechanism.texts("sectors")});
      mechanism.finish();
    }
    table.finish();
  }
  if (root.has("sensitivity")) {
    TomlTable table = root.table("sensitivity");
    SensitivityRequest& sensitivity = study.sensitivity.emplace();
    const std::string method = table.text("method", "sobol");
    if (method != "sobol" && method != "morris")
      findings.error("S111", table.where("method"), "'method' is \"sobol\" or \"morris\"");
    sensitivity.method = method == "morris" ? SensitivityMethod::morris : SensitivityMethod::sobol;
    sensitivity.policies = first_if(table.texts("policies"), study.policies);
    sensitivity.measures = table.texts("outcomes");
    sensitivity.points = count(table, "points", 64, 2, findings);
    // Indices need inputs that vary by themselves: each parameter by its prior.
    sensitivity.futures =
        read_futures(table.table("futures"), study.theories, Draws::prior, findings);
    table.finish();
  }
  if (root.has("information")) {
    TomlTable table = root.table("information");
    InformationRequest& information = study.information.emplace();
    information.policies = first_if(table.texts("policies"), study.policies);
    information.measure = table.text("outcome");
    const std::string better = table.text("better", "lower");
    if (better != "lower" && better != "higher")
      findings.error("S111", table.where("better"), "'better' is \"lower\" or \"higher\"");
    information.lower_is_better = better != "higher";
    information.futures_count = count(table, "count", 256, 16, findings);
    information.futures =
        read_futures(table.table("futures"), study.theories, study.draws, findings);
    table.finish();
  }
  if (root.has("robust")) {
    TomlTable table = root.table("robust");
    RobustnessRequest& robust = study.robust.emplace();
    robust.policies = first_if(table.texts("policies"), study.policies);
    robust.futures_count = count(table, "count", 500, 16, findings);
    robust.objectives = read_objectives(table, findings);
    robust.futures = read_futures(table.table("futures"), study.theories, study.draws, findings);
    table.finish();
  }
  if (root.has("optimise")) {
    TomlTable table = root.table("optimise");
    OptimisationRequest& optimise = study.optimise.emplace();
    optimise.policy = table.text("policy", "as-enacted");
    optimise.futures_count = count(table, "count", 8, 1, findings);
    optimise.population = count(table, "population", 24, 8, findings);
    optimise.generations = count(table, "generations", 10, 1, findings);
    optimise.budget_usd = table.optional_number("budget_usd");
    optimise.cost_is_objective = table.boolean("cost", false);
    optimise.cost_of_lever = costs(table.table("cost_usd_per_unit_month"));
    for (TomlTable& lever : table.tables("lever")) {
      optimise.levers.push_back({lever.text("lever"), lever.text("at", ""), lever.month("from"),
                                 lever.number("low"), lever.number("high")});
      lever.finish();
    }
    optimise.objectives = read_objectives(table, findings);
    optimise.futures = read_futures(table.table("futures"), study.theories, study.draws, findings);
    table.finish();
  }
}
} // namespace

StudyFile read_study(const fs::path& path) {
  Diagnostics findings;
  TomlTable root = TomlTable::read(path, findings);
  StudyFile study;
  study.file = path;
  const fs::path folder = path.parent_path();
  study.name = root.text("name");
  study.title = root.bilingual("title");
  study.system = folder / root.text("system");
  study.store = root.has("store") ? folder / root.text("store") : fs::path();
  study.out = root.has("out") ? folder / root.text("out") : fs::path();
  study.scale = root.optional_number("scale").value_or(1.0);
  if (!(study.scale >= 1.0))
    findings.error("S111", root.where("scale"), "'scale' must be at least 1");
  study.seed = static_cast<std::uint64_t>(root.integer("seed", 2017));
  study.members = count(root, "members", 20, 1, findings);
  study.draws = read_draws(root, Draws::posterior, findings);
  study.policies = root.texts("policies");
  study.theories = root.texts("theories");
  if (study.theories.empty())
    study.theories = {"open"};
  study.from = root.optional_month("from");
  study.until = root.optional_month("until");
  read_sections(root, study, findings);
  root.finish();
  if (!study.compare && !study.attribute && !study.sensitivity && !study.information &&
      !study.robust && !study.optimise) {
    findings.error("S111", root.where(), "the study asks nothing",
                   "add [compare], [attribute], [sensitivity], [information], [robust] or "
                   "[optimise]");
  }
  if (study.compare && study.policies.empty())
    findings.error("S111", root.where("compare"), "[compare] needs 'policies'");
  findings.throw_if_errors();
  return study;
}

void complete(StudyFile& study, const system::System& system, const FarmOptions& farm) {
  const system::Clock& clock = system.manifest().clock;
  const RunsOptions runs{study.from.value_or(clock.decision),
                         study.until.value_or(clock.data_until), farm, study.store};
  study.from = runs.from;
  study.until = runs.until;
  const auto set = [&](auto& section) {
    if (section) {
      section->seed = study.seed;
      section->runs = runs;
    }
  };
  set(study.sensitivity);
  set(study.information);
  set(study.robust);
  set(study.optimise);
  if (study.attribute) {
    study.attribute->seed = study.seed;
    study.attribute->from = runs.from;
    study.attribute->until = runs.until;
    study.attribute->draws = study.draws;
    study.attribute->farm = farm;
    study.attribute->store = study.store;
  }
}

} // namespace cauce::study
