#include "cauce/base/files.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace cauce {

namespace fs = std::filesystem;

namespace {
std::string near_file(const fs::path& path) {
  std::error_code problem;
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, problem)) {
    names.push_back(entry.path().filename().string());
  }
  if (problem)
    return "the folder does not exist";
  return did_you_mean(path.filename().string(), names);
}

bool sync_file(const fs::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY);
  if (file < 0)
    return false;
  const bool synced = ::fsync(file) == 0;
  return ::close(file) == 0 && synced;
}
} // namespace

std::string read_text(const fs::path& path) {
  std::error_code problem;
  if (fs::is_directory(path, problem)) {
    throw Error("B101", {path.generic_string()}, "is a folder, not a file");
  }
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    const int why = errno;
    throw Error("B101", {path.generic_string()},
                fmt::format("cannot be read: {}", std::strerror(why)),
                why == ENOENT ? near_file(path) : "check its permissions");
  }
  // Of a pipe, or a file that grows, the size is only a first guess.
  struct stat known = {};
  const bool sized = ::fstat(file, &known) == 0 && known.st_size > 0;
  std::string text(sized ? static_cast<std::size_t>(known.st_size) + 1 : 4096, '\0');
  std::size_t size = 0;
  ssize_t got = 0;
  do {
    if (size == text.size())
      text.resize(2 * size);
    got = ::read(file, text.data() + size, text.size() - size);
    size += got > 0 ? static_cast<std::size_t>(got) : 0;
  } while (got > 0 || (got < 0 && errno == EINTR));
  ::close(file);
  if (got < 0)
    throw Error("B101", {path.generic_string()}, "reading failed part-way");
  text.resize(size);
  return text;
}

void write_atomic(const fs::path& path, const std::function<void(const fs::path&)>& write) {
  // The process id keeps two runs that write the same name apart; the last rename wins whole.
  const fs::path temporary = fmt::format("{}.part{}", path.string(), ::getpid());
  std::error_code ignored;
  try {
    write(temporary);
    if (!sync_file(temporary)) {
      throw Error("B106", {path.generic_string()},
                  fmt::format("cannot be written: {}", std::strerror(errno)));
    }
    fs::rename(temporary, path);
  } catch (const fs::filesystem_error& problem) {
    fs::remove(temporary, ignored);
    throw Error("B106", {path.generic_string()},
                fmt::format("cannot be written: {}", problem.code().message()));
  } catch (...) {
    fs::remove(temporary, ignored);
    throw;
  }
}

void write_text_atomic(const fs::path& path, std::string_view text) {
  write_atomic(path, [&](const fs::path& temporary) {
    std::ofstream out(temporary, std::ios::binary | std::ios::trunc);
    out.write(text.data(), static_cast<std::streamsize>(text.size()));
    out.flush();
    if (!out) {
      throw Error("B106", {path.generic_string()},
                  fmt::format("cannot be written: {}", std::strerror(errno)),
                  "check the folder's permissions and the space on the disk");
    }
  });
}

void prepare_output_folder(const fs::path& folder) {
  std::error_code problem;
  fs::create_directories(folder, problem);
  if (problem || !fs::is_directory(folder)) {
    throw Error("B107", {folder.generic_string()},
                fmt::format("the output folder cannot be made: {}",
                            problem ? problem.message() : "a file of that name exists"),
                "choose another folder with --out");
  }
  const fs::path probe = folder / fmt::format(".writable{}", ::getpid());
  const bool writable = static_cast<bool>(std::ofstream(probe));
  fs::remove(probe, problem);
  if (!writable) {
    throw Error("B107", {folder.generic_string()}, "the output folder is not writable",
                "choose another folder with --out, or change its permissions");
  }
}

std::uint64_t hash_bytes(std::string_view bytes, std::uint64_t start) {
  std::uint64_t hash = start;
  for (const char c : bytes) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 1099511628211ULL;
  }
  return hash;
}

std::string hash_text(std::string_view bytes) { return fmt::format("{:016x}", hash_bytes(bytes)); }

} // namespace cauce
