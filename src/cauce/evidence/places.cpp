#include "cauce/evidence/places.hpp"

#include "cauce/base/table.hpp"

#include <fmt/format.h>

namespace cauce::evidence {

Places Places::read(const std::filesystem::path& path, Diagnostics& findings) {
  const std::vector<std::string> required = {
      "code",     "element",   "name_en",  "name_es",         "kind",      "parent",
      "latitude", "longitude", "area_km2", "population_2010", "source_id", "status"};
  const Table table = Table::read(path, required, findings);
  Places places;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    Place place;
    place.where = table.where(row);
    place.code = table.cell(row, "code");
    place.element = table.cell(row, "element");
    place.name_en = table.cell(row, "name_en");
    place.name_es = table.cell(row, "name_es");
    place.kind = table.cell(row, "kind");
    place.parent = table.cell(row, "parent");
    place.source_id = table.cell(row, "source_id");
    place.status = table.cell(row, "status");
    const auto number = [&](std::string_view column, double low, double high) {
      const double value = table.number(row, column, findings, 0.0).value_or(0.0);
      if (value < low || value > high) {
        findings.error("E103", place.where,
                       fmt::format("{} must lie between {} and {}, found {} (column '{}')",
                                   place.code, low, high, value, column));
      }
      return value;
    };
    place.latitude = number("latitude", -90, 90);
    place.longitude = number("longitude", -180, 180);
    place.area_km2 = number("area_km2", 0, 2e7);
    place.population_2010 = number("population_2010", 0, 1e10);
    if (places.find(place.code) != nullptr) {
      findings.error("E104", place.where, fmt::format("place '{}' is given twice", place.code));
      continue;
    }
    places.places_.push_back(std::move(place));
  }
  for (const Place& place : places.places_) {
    if (place.parent.empty() || places.find(place.parent) != nullptr)
      continue;
    findings.error("E105", place.where, fmt::format("unknown parent '{}'", place.parent),
                   did_you_mean(place.parent, places.codes()));
  }
  return places;
}

const Place* Places::find(std::string_view code) const {
  for (const Place& place : places_) {
    if (place.code == code)
      return &place;
  }
  return nullptr;
}

const Place* Places::find_element(std::string_view element) const {
  for (const Place& place : places_) {
    if (place.element == element)
      return &place;
  }
  return nullptr;
}

std::vector<std::string> Places::codes() const {
  std::vector<std::string> codes;
  for (const Place& place : places_)
    codes.push_back(place.code);
  return codes;
}

} // namespace cauce::evidence
