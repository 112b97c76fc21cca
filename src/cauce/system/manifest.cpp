#include "cauce/system/manifest.hpp"

#include "cauce/base/toml.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace cauce::system {

namespace {
At at_of(TomlTable& table) {
  At at;
  TomlTable pinned = table.table("at");
  for (auto& [axis, element] : pinned.text_pairs())
    at[axis] = element;
  return at;
}

Clock read_clock(TomlTable table, Diagnostics& findings) {
  Clock clock;
  clock.from = table.month("from");
  clock.until = table.month("until");
  clock.data_until = table.month("data_until");
  clock.decision = table.month("decision");
  clock.steps_per_month = static_cast<int>(table.integer("steps_per_month", 4));
  table.finish();
  if (clock.until < clock.from) {
    findings.error("P104", table.where("until"),
                   fmt::format("the clock ends ({}) before it starts ({})", clock.until.text(),
                               clock.from.text()));
  }
  if (clock.steps_per_month < 1 || clock.steps_per_month > 31) {
    findings.error("P104", table.where("steps_per_month"), "steps_per_month must be 1 to 31");
  }
  return clock;
}

DriverSpec read_driver(TomlTable& table, Diagnostics& findings) {
  DriverSpec spec;
  spec.where = table.where();
  spec.series = table.text("series");
  spec.variable = table.text("variable");
  spec.group = table.text("group", "");
  spec.factor = table.optional_number("factor").value_or(1.0);
  const std::string interpolate = table.text("interpolate", "step");
  if (interpolate != "step" && interpolate != "linear") {
    findings.error("P104", table.where("interpolate"),
                   "interpolate must be \"step\" or \"linear\"");
  }
  spec.linear = interpolate == "linear";
  spec.at = at_of(table);
  return spec;
}

OutcomeSpec read_outcome(TomlTable& table, Diagnostics& findings) {
  OutcomeSpec spec;
  spec.where = table.where();
  spec.name = table.text("name");
  spec.count = table.text("count", "");
  spec.variable = table.text("variable", "");
  spec.unit = table.text("unit");
  spec.section = table.text("group", "");
  spec.axes = table.texts("axes");
  spec.kind = table.text("kind", "stock");
  if (spec.kind != "flow" && spec.kind != "stock" && spec.kind != "index") {
    findings.error("P104", table.where("kind"), "kind must be \"flow\", \"stock\" or \"index\"");
  }
  spec.at = at_of(table);
  spec.title = table.bilingual("title");
  spec.doc = table.bilingual("doc");
  if (spec.count.empty() == spec.variable.empty()) {
    findings.error("P104", spec.where,
                   fmt::format("outcome '{}' needs either 'count' or 'variable'", spec.name));
  }
  if (spec.axes.size() > 2) {
    findings.error("P104", table.where("axes"), "an outcome has at most two axes (place, group)");
  }
  return spec;
}

TargetSpec read_target(TomlTable& table, Diagnostics& findings) {
  TargetSpec spec;
  spec.where = table.where();
  spec.outcome = table.text("outcome");
  spec.series = table.text("series");
  spec.name = table.text("name", spec.series);
  spec.group = table.text("group", "");
  spec.at = at_of(table);
  spec.log_sd = table.optional_number("log_sd").value_or(0.1);
  spec.calibrate = table.boolean("calibrate", false);
  spec.pool_months = static_cast<int>(table.integer("pool_months", 3));
  spec.pool_places = table.boolean("pool_places", false);
  spec.title = table.bilingual("title");
  if (spec.log_sd <= 0.0) {
    findings.error("P104", table.where("log_sd"), "log_sd must be positive");
  }
  if (spec.pool_months < 1 || spec.pool_months > 12)
    findings.error("P104", table.where("pool_months"), "pool_months must be 1 to 12");
  return spec;
}
} // namespace

PackManifest read_pack_manifest(const std::filesystem::path& path, Diagnostics& findings) {
  TomlTable root = TomlTable::read(path, findings);
  PackManifest manifest;
  manifest.name = root.text("name");
  manifest.version = root.text("version", "");
  manifest.title = root.bilingual("title");
  if (root.has("clock"))
    manifest.clock = read_clock(root.table("clock"), findings);
  else
    findings.error("B111", root.where(), "missing table [clock]");
  TomlTable dimensions = root.table("dimensions");
  for (auto& [axis, dimension] : dimensions.text_pairs())
    manifest.dimensions[axis] = dimension;
  for (TomlTable& table : root.tables("driver")) {
    manifest.drivers.push_back(read_driver(table, findings));
    table.finish();
  }
  for (TomlTable& table : root.tables("rate")) {
    manifest.rates.push_back(
        {table.text("rate"), table.text("variable"), at_of(table), table.where()});
    table.finish();
  }
  for (TomlTable& table : root.tables("count")) {
    manifest.counts.push_back({table.text("count"), table.text("variable"),
                               table.boolean("per_month", true), at_of(table), table.where()});
    table.finish();
  }
  for (TomlTable& table : root.tables("shock")) {
    manifest.shocks.push_back({table.text("variable"), table.where()});
    table.finish();
  }
  for (TomlTable& table : root.tables("outcome")) {
    manifest.outcomes.push_back(read_outcome(table, findings));
    table.finish();
  }
  for (TomlTable& table : root.tables("target")) {
    manifest.targets.push_back(read_target(table, findings));
    table.finish();
  }
  root.finish();
  return manifest;
}

} // namespace cauce::system
