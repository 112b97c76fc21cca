#include "cauce/serve/static_files.hpp"

#include "cauce/base/files.hpp"

#include <fmt/format.h>
#include <zlib.h>

namespace cauce::serve {

namespace fs = std::filesystem;

namespace {
constexpr std::size_t most_bytes = std::size_t{64} << 20;

std::string type_of(const fs::path& path) {
  static const std::map<std::string, std::string> types = {
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".mjs", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".json", "application/json"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".ico", "image/x-icon"},
      {".webp", "image/webp"},
      {".woff2", "font/woff2"},
      {".txt", "text/plain; charset=utf-8"},
      {".webmanifest", "application/manifest+json"},
  };
  const auto found = types.find(path.extension().string());
  return found == types.end() ? "application/octet-stream" : found->second;
}
} // namespace

std::string gzip(std::string_view text) {
  z_stream stream{};
  // 15 bits of window, 16 for gzip's header.
  if (deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    return {};
  std::string packed(deflateBound(&stream, static_cast<uLong>(text.size())) + 32, '\0');
  std::string input(text); // zlib takes a pointer to what is not const
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  const int result = deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return result == Z_STREAM_END ? packed : std::string();
}

StaticFiles StaticFiles::read(const fs::path& folder) {
  StaticFiles result;
  std::error_code problem;
  if (!fs::is_directory(folder, problem))
    return result;
  std::size_t total = 0;
  std::map<std::string, std::string> packed;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file() || entry.is_symlink())
      continue;
    const std::string name = "/" + entry.path().lexically_relative(folder).generic_string();
    if (name.find("/.") != std::string::npos)
      continue;
    std::string bytes = read_text(entry.path());
    total += bytes.size();
    if (total > most_bytes) {
      throw Error("A130", {folder.generic_string()}, "the front end is larger than 64 MiB",
                  "is this the folder of the built front end?");
    }
    if (name.ends_with(".gz")) {
      packed[name.substr(0, name.size() - 3)] = std::move(bytes);
      continue;
    }
    StaticFile file;
    file.type = type_of(entry.path());
    file.etag = "\"" + hash_text(bytes) + "\"";
    file.immutable = name.starts_with("/assets/");
    file.bytes = std::move(bytes);
    result.files_[name] = std::move(file);
  }
  for (auto& [name, file] : result.files_) {
    const auto own = packed.find(name);
    file.gzip = own != packed.end() ? own->second : gzip(file.bytes);
    if (file.gzip.size() >= file.bytes.size())
      file.gzip.clear();
  }
  return result;
}

const StaticFile* StaticFiles::find(std::string_view path) const {
  const auto found = files_.find(path == "/" ? std::string_view("/index.html") : path);
  return found == files_.end() ? nullptr : &found->second;
}

} // namespace cauce::serve
