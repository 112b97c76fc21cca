// Units as products of powers of named units.
#pragma once

#include "cauce/conditions/document.hpp"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace cauce::conditions {

/// Exponent of each base unit; empty: dimensionless.
using Units = std::map<std::string, double>;

Units operator*(const Units& a, const Units& b);
Units operator/(const Units& a, const Units& b);
Units power(const Units& a, double exponent);
/// "persons/(month*household)"; "dimensionless" for none.
std::string to_string(const Units& units);

/// Reads units by the file's definitions and aliases; plurals count as their singular.
class UnitReader {
 public:
  explicit UnitReader(std::span<const UnitDefinition> definitions);
  /// nullopt when the text cannot be read as units. The empty text is not units.
  std::optional<Units> read(std::string_view text, int depth = 0) const;
  /// One unit by its canonical name.
  std::optional<Units> named(const std::string& key, int depth) const;

 private:
  std::map<std::string, std::string> aliases_;
  std::map<std::string, std::string> equations_;
};

} // namespace cauce::conditions
