// How values become JSON: four significant digits for what was simulated (more would be noise),
// `null` for what is no number, texts in two languages.
#pragma once

#include "cauce/base/diagnostics.hpp"
#include "cauce/base/toml.hpp"
#include "cauce/results/cube.hpp"

#include <nlohmann/json.hpp>
#include <span>
#include <string>

namespace cauce::serve {

using nlohmann::json;

json number(double value, int digits = 4);
json text(const std::string& en, const std::string& es);
json text(const Bilingual& both);
json spread(const results::Spread& spread);

/// The spreads of months as one array a quantile: {"q05": [...], ...}.
json bands(std::span<const results::Spread> months, bool inner = true);

/// Ids joined by ';' as a list.
json id_list(const std::string& ids);

/// {"available": false, "reason": {...}}.
json unavailable(const std::string& en, const std::string& es);

/// Compact text; bytes of the pack's texts that are no UTF-8 are replaced.
std::string dump(const json& value);

} // namespace cauce::serve
