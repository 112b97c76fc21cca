// What a calibration left in the pack's `posterior/`, as tables (docs/calibration.md says what each
// column holds). They are read when they are asked for, so that a calibration made meanwhile shows.
#include "cauce/base/table.hpp"
#include "cauce/serve/pack.hpp"

#include <filesystem>

namespace cauce::serve {

namespace {
// One object a row; numbers where a cell is one. Empty where there is no such file.
json rows_of(const Pack& pack, const char* file) {
  json rows = json::array();
  const auto path = pack.system->folder() / "posterior" / file;
  if (!std::filesystem::exists(path))
    return rows;
  Diagnostics ignored; // `cauce check` says what is wrong with the pack's files
  const Table table = Table::read(path, {}, ignored);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    json one = json::object();
    for (const std::string& column : table.columns()) {
      const std::string& cell = table.cell(row, column);
      const auto value = parse_number(cell);
      one[column] = value ? number(*value, 6) : json(cell);
    }
    rows.push_back(std::move(one));
  }
  return rows;
}

std::string cell(const json& row, const char* column) {
  const json& value = row.value(column, json(""));
  return value.is_string() ? value.get<std::string>() : value.dump();
}

json no_calibration() {
  return unavailable("No calibration is stored with this pack: `cauce hindcast` makes one.",
                     "Este paquete no trae una calibración: `cauce hindcast` hace una.");
}
} // namespace

json weights_json(const Pack& pack) {
  json weights = rows_of(pack, "weights.csv");
  if (weights.empty())
    return no_calibration();
  return {{"available", true}, {"weights", std::move(weights)}};
}

json hindcast_json(const Pack& pack) {
  json fans = rows_of(pack, "fans.csv");
  if (fans.empty())
    return no_calibration();
  return {{"available", true},
          {"fans", std::move(fans)},
          {"skill", rows_of(pack, "skill.csv")},
          {"rolling", rows_of(pack, "rolling.csv")}};
}

json mixture_json(const Pack& pack) {
  json sets = json::array();
  sets.push_back({{"id", "equal"}, {"weights", json::object()}});
  for (const policy::Theory& theory : pack.system->theories())
    sets[0]["weights"][theory.name] = 1;
  for (const json& row : rows_of(pack, "weights.csv")) {
    const std::string from = cell(row, "from"), until = cell(row, "until"),
                      knowledge = cell(row, "knowledge");
    const std::string id = from + " " + until + " " + knowledge;
    if (sets.back()["id"] != id) {
      sets.push_back({{"id", id},
                      {"from", from},
                      {"until", until},
                      {"knowledge", knowledge},
                      {"weights", json::object()},
                      {"q05", json::object()},
                      {"q95", json::object()}});
    }
    const std::string theory = cell(row, "theory");
    sets.back()["weights"][theory] = row.value("stacking", json(0));
    sets.back()["q05"][theory] = row.value("q05", json(0));
    sets.back()["q95"][theory] = row.value("q95", json(0));
  }
  return {{"sets", std::move(sets)}};
}

json draws_json(const Pack& pack) {
  json theories = json::array(), stale = json::array();
  std::string until;
  std::size_t draws = 0;
  Diagnostics ignored; // staleness is told below, damage when the draws are asked for
  for (const policy::Theory& theory : pack.system->theories()) {
    const auto posterior = study::read_posterior(*pack.system, theory.name, ignored);
    if (!posterior)
      continue;
    theories.push_back(theory.name);
    if (posterior->stale)
      stale.push_back(theory.name);
    until = posterior->until.text();
    draws = posterior->draws.size();
  }
  const bool calibrated = pack.draws == study::Draws::posterior && !theories.empty();
  json posterior = theories.empty() ? no_calibration()
                                    : json{{"available", true},
                                           {"until", until},
                                           {"draws", draws},
                                           {"theories", std::move(theories)},
                                           {"stale", std::move(stale)}};
  return {{"standard", calibrated ? "posterior" : "prior"}, {"posterior", std::move(posterior)}};
}

Learnt learnt_of(const Pack& pack) {
  Learnt learnt;
  for (const policy::Theory& theory : pack.system->theories()) {
    for (const json& row : rows_of(pack, (theory.name + ".parameters.csv").c_str())) {
      const std::string element = cell(row, "element"), name = cell(row, "name");
      learnt[element.empty() ? name : name + "[" + element + "]"][theory.name] = {
          {"q05", row.value("q05", json())},
          {"q50", row.value("q50", json())},
          {"q95", row.value("q95", json())},
          {"learned", row.value("learned", json())}};
    }
  }
  return learnt;
}

} // namespace cauce::serve
