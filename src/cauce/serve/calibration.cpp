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

json no_calibration() {
  return unavailable("No calibration is stored with this pack: `cauce hindcast` makes one.",
                     "Este paquete no trae una calibración: `cauce hindcast` hace una.");
}
} // namespace

json weights_json(const Pack& pack) {
  json weights = rows_of(pack, "weights.csv");
  if (weights.empty())
    return no_calibration();
  return {{"available", true},
          {"weights", std::move(weights)},
          {"decided", rows_of(pack, "decided.csv")}};
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

} // namespace cauce::serve
