// Files that are whole or absent: text is read at once and written through a neighbour that is
// renamed into place, so that a crash or a full disk never leaves half a file under its name.
#pragma once

#include "cauce/base/diagnostics.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace cauce {

/// The whole file. Throws Error B101 (cannot be read) naming the cause and, where the folder
/// holds a similar name, the near miss.
std::string read_text(const std::filesystem::path& path);

/// Writes all of `text` or nothing. Throws Error B106 (cannot be written).
void write_text_atomic(const std::filesystem::path& path, std::string_view text);

/// Calls `write` with a temporary path beside `path`, then syncs and renames it to `path`. When
/// `write` throws, the temporary file is removed and `path` is as before. Throws Error B106.
void write_atomic(const std::filesystem::path& path,
                  const std::function<void(const std::filesystem::path&)>& write);

/// Makes the folder (and parents) and proves that files can be written in it. Throws Error B107.
void prepare_output_folder(const std::filesystem::path& folder);

/// 64-bit FNV-1a of the bytes, 16 hex digits: names inputs in manifests and caches.
std::string hash_text(std::string_view bytes);
std::uint64_t hash_bytes(std::string_view bytes, std::uint64_t start = 14695981039346656037ULL);

} // namespace cauce
