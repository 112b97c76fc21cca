// The run store: members that were simulated once are not simulated again.
//
// A folder with one file a run (whole or absent, with a checksum of its content) and a catalogue
// in SQLite that says what each is. A run is named by a key: the hash of all that it depends on.
// The files are the truth: a catalogue that is lost or damaged is written anew from them. Nothing
// is used whose checksum is wrong: it is removed with a warning, and the caller computes it again.
#pragma once

#include "cauce/base/diagnostics.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace cauce::results {

/// The hash of what a run depends on, fed piece by piece: 128 bits, two FNV-1a streams over
/// 8-byte words that are mixed at the end.
class KeyMaker {
 public:
  KeyMaker& add(std::span<const std::byte> bytes);
  KeyMaker& add(std::string_view text);
  KeyMaker& add(std::uint64_t value);
  KeyMaker& add(std::span<const double> values) { return add(std::as_bytes(values)); }
  /// 32 hex digits.
  std::string key() const;

 private:
  void word(std::uint64_t value);
  std::uint64_t a_ = 14695981039346656037ULL, b_ = 0x9ae16a3b2f90404fULL;
};

/// What the catalogue tells people of an entry.
struct EntryLabel {
  std::string system;  ///< the pack's name
  std::string what;    ///< "held-2016, open, member 3"
  std::string program; ///< version and build
};

struct StoreEntry {
  std::string key;
  EntryLabel label;
  std::uint64_t bytes = 0;
  std::string made; ///< UTC, "2026-05-01 12:00:00"
};

class Store {
 public:
  /// Opens or makes the folder. A damaged catalogue is set aside with a warning on standard error
  /// (R112) and made anew from the files. Throws Error B107 (cannot be made), R113 (SQLite's
  /// words).
  static Store open(const std::filesystem::path& folder);
  ~Store();
  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;

  /// The bytes under this key. An entry that fails its checksum is removed with a warning (R111)
  /// and nothing is returned.
  std::optional<std::vector<std::byte>> find(const std::string& key);

  /// Keeps bytes under a key. Throws Error B106 (the disk is full, ...), R113; what was kept before
  /// stays.
  void put(const std::string& key, std::span<const std::byte> bytes, const EntryLabel& label);

  /// All entries in order of their keys.
  std::vector<StoreEntry> entries();
  /// Reads every entry; removes those whose checksum is wrong and returns how many there were.
  std::size_t verify();
  /// Removes entries made by another program than `keep`; returns how many.
  std::size_t prune(const std::string& keep);

  std::size_t found() const { return found_; } ///< by `find`, since opened

 private:
  struct Catalogue;
  explicit Store(std::filesystem::path folder);
  std::filesystem::path file_of(const std::string& key) const;
  void rebuild();
  void remove(const std::string& key);

  std::filesystem::path folder_;
  std::unique_ptr<Catalogue> catalogue_;
  std::size_t found_ = 0;
};

} // namespace cauce::results
