// Files are whole or absent, and work on threads gives one result.
#include "cauce/base/files.hpp"
#include "cauce/base/threads.hpp"

#include "evidence/files.hpp"

#include <gtest/gtest.h>
#include <numeric>

namespace cauce {
namespace {

using testing_files::Folder;

std::string code_of(const std::function<void()>& work, std::string* message = nullptr) {
  try {
    work();
  } catch (const Error& error) {
    if (message != nullptr)
      *message = error.what();
    return error.diagnostic().code;
  }
  return "";
}

TEST(Files, AreReadWholeOrNamed) {
  const Folder folder;
  const std::string bytes("a\0b\r\n\xff", 6);
  folder.write("levers.csv", bytes);
  EXPECT_EQ(read_text(folder.path() / "levers.csv"), bytes);
  std::string message;
  EXPECT_EQ(code_of([&] { read_text(folder.path() / "lever.csv"); }, &message), "B101");
  EXPECT_NE(message.find("did you mean 'levers.csv'?"), std::string::npos) << message;
  EXPECT_EQ(code_of([&] { read_text(folder.path()); }), "B101") << "a folder is not a file";
  EXPECT_EQ(code_of([&] { read_text(folder.path() / "none/x.csv"); }, &message), "B101");
  EXPECT_NE(message.find("the folder does not exist"), std::string::npos) << message;
}

TEST(Files, OfNoStatedSizeAreReadToTheirEnd) {
  const std::string maps = read_text("/proc/self/maps"); // its size is said to be 0
  EXPECT_GT(maps.size(), std::size_t{4096});
  EXPECT_EQ(maps.back(), '\n');
  const Folder folder;
  EXPECT_EQ(read_text(folder.write("empty.csv", "")), "");
}

TEST(Files, AWriterThatFailsLeavesTheOldFileAndNothingElse) {
  const Folder folder;
  const auto path = folder.write("summary.csv", "old");
  EXPECT_THROW(write_atomic(path,
                            [](const std::filesystem::path& temporary) {
                              std::ofstream(temporary) << "half";
                              throw std::runtime_error("the disk is full");
                            }),
               std::runtime_error);
  EXPECT_EQ(read_text(path), "old");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
  write_text_atomic(path, "new");
  EXPECT_EQ(read_text(path), "new");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(Files, PlacesThatCannotBeWrittenAreSaid) {
  const Folder folder;
  EXPECT_EQ(code_of([&] { write_text_atomic(folder.path() / "none/x", "y"); }), "B106");
  folder.write("taken", "a file");
  std::filesystem::create_directory(folder.path() / "folder");
  EXPECT_EQ(code_of([&] { write_text_atomic(folder.path() / "folder", "y"); }), "B106");
  EXPECT_EQ(code_of([&] { prepare_output_folder(folder.path() / "taken"); }), "B107");
  EXPECT_EQ(code_of([&] { prepare_output_folder(folder.path() / "taken/below"); }), "B107");
  prepare_output_folder(folder.path() / "a/b/c");
  EXPECT_TRUE(std::filesystem::is_empty(folder.path() / "a/b/c")) << "the probe is gone";
}

TEST(Hash, IsFnv1a) { // published test vectors of FNV-1a, 64 bits
  EXPECT_EQ(hash_text(""), "cbf29ce484222325");
  EXPECT_EQ(hash_text("a"), "af63dc4c8601ec8c");
  EXPECT_EQ(hash_text("foobar"), "85944171f73967e8");
  EXPECT_EQ(hash_bytes("bar", hash_bytes("foo")), hash_bytes("foobar"));
}

TEST(ParallelFor, DoesEachPieceOnceAndRethrowsTheFirstFailure) {
  for (const std::size_t threads : {1U, 2U, 7U}) {
    std::vector<int> done(1000, 0);
    parallel_for(done.size(), threads, [&](std::size_t i) { ++done[i]; });
    EXPECT_EQ(done, std::vector<int>(1000, 1));
    std::fill(done.begin(), done.end(), 0);
    try {
      parallel_for(done.size(), threads, [&](std::size_t i) {
        ++done[i];
        if (i % 300 == 299)
          throw std::runtime_error(std::to_string(i));
      });
      FAIL();
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), "299") << "the lowest, whatever finished first";
    }
    EXPECT_EQ(done, std::vector<int>(1000, 1)) << "one failure does not stop the rest";
  }
  parallel_for(0, 4, [](std::size_t) { FAIL(); });
}

} // namespace
} // namespace cauce
