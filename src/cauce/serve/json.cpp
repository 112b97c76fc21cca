#include "cauce/serve/json.hpp"

#include <algorithm>
#include <cmath>

namespace cauce::serve {

json number(double value, int digits) {
  if (!std::isfinite(value))
    return nullptr;
  if (value == 0.0)
    return 0;
  const int power = digits - 1 - static_cast<int>(std::floor(std::log10(std::abs(value))));
  // Multiplied and divided by an exact power of ten, a double is the one nearest to its decimal.
  if (power > 22 || power < -22)
    return value;
  const double unit = std::pow(10.0, std::abs(power));
  const double rounded =
      power >= 0 ? std::round(value * unit) / unit : std::round(value / unit) * unit;
  if (std::abs(rounded) < 9e15 && rounded == std::round(rounded))
    return static_cast<std::int64_t>(rounded);
  return rounded;
}

json text(const std::string& en, const std::string& es) {
  return {{"en", en}, {"es", es.empty() ? en : es}};
}

json text(const Bilingual& both) { return text(both.en, both.es); }

json spread(const results::Spread& s) {
  json all;
  for (const auto& [name, value] : results::named(s))
    all[name] = number(value);
  return all;
}

json bands(std::span<const results::Spread> months, bool inner) {
  json q05 = json::array(), q25 = json::array(), q50 = json::array(), q75 = json::array(),
       q95 = json::array();
  for (const results::Spread& s : months) {
    q05.push_back(number(s.q05));
    q50.push_back(number(s.q50));
    q95.push_back(number(s.q95));
    if (inner) {
      q25.push_back(number(s.q25));
      q75.push_back(number(s.q75));
    }
  }
  json all = {{"q05", std::move(q05)}, {"q50", std::move(q50)}, {"q95", std::move(q95)}};
  if (inner) {
    all["q25"] = std::move(q25);
    all["q75"] = std::move(q75);
  }
  return all;
}

json id_list(const std::string& ids) {
  json list = json::array();
  std::size_t start = 0;
  while (start < ids.size()) {
    const std::size_t end = std::min(ids.find(';', start), ids.size());
    std::string id = ids.substr(start, end - start);
    id.erase(0, id.find_first_not_of(' '));
    id.erase(id.find_last_not_of(' ') + 1);
    if (!id.empty())
      list.push_back(std::move(id));
    start = end + 1;
  }
  return list;
}

json unavailable(const std::string& en, const std::string& es) {
  return {{"available", false}, {"reason", text(en, es)}};
}

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

} // namespace cauce::serve
