// The built front end, read into memory once at start: no request ever reaches the file system.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace cauce::serve {

struct StaticFile {
  std::string bytes, gzip; ///< `gzip` is empty where it would not be smaller
  std::string type;        ///< MIME type
  std::string etag;        ///< quoted hash of the bytes
  bool immutable = false;  ///< its name holds a hash of its content
};

class StaticFiles {
 public:
  StaticFiles() = default;
  /// Reads all regular files below `folder` (links are not followed), up to 64 MiB in sum; `x.gz`
  /// beside `x` becomes its compressed form. An absent folder gives no files. Throws Error A130
  /// when there is more, and those of `read_text`.
  static StaticFiles read(const std::filesystem::path& folder);

  /// The file at an address path ("/assets/a.js"); "/" is "/index.html". nullptr when unknown.
  const StaticFile* find(std::string_view path) const;
  bool empty() const { return files_.empty(); }

 private:
  std::map<std::string, StaticFile, std::less<>> files_;
};

/// The text compressed (gzip, zlib's level 6).
std::string gzip(std::string_view text);

} // namespace cauce::serve
