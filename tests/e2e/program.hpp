// Runs the built program as a person would, and keeps what it printed.
#pragma once

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

namespace cauce::e2e {

namespace fs = std::filesystem;

struct Outcome {
  int status = -1; ///< exit status; 128 + signal when killed
  std::string out;
  std::string err;
};

inline std::string read_file(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return std::move(text).str();
}

/// A folder of its own for each test, removed at its end.
class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "cauce-test-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

/// Runs `cauce ARGUMENTS` through the shell; `before` stands before the program ("ulimit -f 4;",
/// "mpirun -np 2").
inline Outcome cauce(const std::string& arguments, const std::string& before = "") {
  const Folder folder;
  const std::string out = (folder.path() / "out").string(), err = (folder.path() / "err").string();
  const std::string command =
      before + " " + CAUCE_BINARY + " " + arguments + " >" + out + " 2>" + err + " </dev/null";
  const int raw = std::system(command.c_str());
  Outcome outcome;
  outcome.status = WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
  outcome.out = read_file(out);
  outcome.err = read_file(err);
  return outcome;
}

inline fs::path northern_triangle() {
  return fs::path(CAUCE_SOURCE_DIR) / "systems" / "northern-triangle";
}

/// A copy of the pack that a test may spoil.
inline fs::path pack_copy(const Folder& folder) {
  const fs::path copy = folder.path() / "pack";
  fs::copy(northern_triangle(), copy, fs::copy_options::recursive);
  return copy;
}

/// Replaces the first `from` in a file; the test fails when it is not there.
inline void edit(const fs::path& file, const std::string& from, const std::string& to) {
  std::string text = read_file(file);
  const auto at = text.find(from);
  ASSERT_NE(at, std::string::npos) << "'" << from << "' is not in " << file;
  text.replace(at, from.size(), to);
  std::ofstream(file, std::ios::binary) << text;
}

} // namespace cauce::e2e
