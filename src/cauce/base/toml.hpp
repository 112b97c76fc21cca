// TOML files read strictly: each key is asked for by type, and what nobody asked for is a finding.
//
// Wraps toml++ so that every reader of the pack (policies, theories, system.toml, studies) says
// the same things in the same way, with file and line.
#pragma once

#include "cauce/base/diagnostics.hpp"
#include "cauce/base/month.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cauce {

/// A text in the two languages of readers.
struct Bilingual {
  std::string en;
  std::string es;
};

/// A table of a TOML file. Getters add findings: B111 missing key, B112 wrong type or value. After
/// the last getter call `finish()`, which adds B110 for each key that was never asked for (a near
/// miss is suggested).
class TomlTable {
 public:
  /// Reads a file. Throws Error B101 (cannot be read) or B113 (not TOML: line and reason).
  static TomlTable read(const std::filesystem::path& path, Diagnostics& findings);
  /// The same from text.
  static TomlTable parse(std::string_view text, std::string file, Diagnostics& findings);

  bool has(std::string_view key) const;
  /// The file, and the line of the key (or of the table).
  SourcePos where(std::string_view key = {}) const;

  std::string text(std::string_view key); ///< required
  std::string text(std::string_view key, std::string fallback);
  double number(std::string_view key); ///< required; integers are accepted
  std::optional<double> optional_number(std::string_view key);
  std::int64_t integer(std::string_view key, std::int64_t fallback);
  bool boolean(std::string_view key, bool fallback);
  std::optional<Month> optional_month(std::string_view key); ///< "2017-06", text or date
  Month month(std::string_view key);                         ///< required
  std::vector<std::string> texts(std::string_view key);      ///< a list of texts; empty if absent
  std::vector<double> numbers(std::string_view key);         ///< a list of numbers
  /// `key.en` and `key.es`; what is absent is empty.
  Bilingual bilingual(std::string_view key);
  /// A table under the key; an absent one is empty (and `has` says so).
  TomlTable table(std::string_view key);
  /// `[[key]]`: its tables in order; a single table counts as one.
  std::vector<TomlTable> tables(std::string_view key);
  /// All keys with their values as text ("at" tables); numbers and texts only.
  std::vector<std::pair<std::string, std::string>> text_pairs();

  void finish();

 private:
  struct State;
  explicit TomlTable(std::shared_ptr<State> state) : state_(std::move(state)) {}
  std::shared_ptr<State> state_;
};

} // namespace cauce
