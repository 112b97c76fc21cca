// Where a pack is looked for by its name.
#include "cauce/base/diagnostics.hpp"
#include "cauce/system/find_pack.hpp"

#include <cstdlib>
#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

namespace cauce::system {
namespace {
namespace fs = std::filesystem;

class FindPack : public testing::Test {
 protected:
  FindPack() {
    fs::remove_all(root_);
    unsetenv("CAUCE_SYSTEMS");
    make("systems/valley");
    make("systems/coast");
    make("besides/island");
    fs::create_directories(root_ / "notes" / "deeper");
    fs::current_path(root_ / "notes" / "deeper");
  }
  ~FindPack() override {
    fs::current_path(before_);
    fs::remove_all(root_);
  }
  void make(const char* folder) {
    fs::create_directories(root_ / folder);
    std::ofstream(root_ / folder / "system.toml") << "name = \"x\"\n";
  }
  fs::path before_ = fs::current_path();
  // Of each process its own: tests run beside one another.
  fs::path root_ = fs::temp_directory_path() / fmt::format("cauce-find-pack-{}", ::getpid());
};

TEST_F(FindPack, ByNameInSystemsOfTheNearestFolderAbove) {
  EXPECT_EQ(find_pack("valley"), root_ / "systems" / "valley");
  make("notes/systems/valley");
  EXPECT_EQ(find_pack("valley"), root_ / "notes" / "systems" / "valley");
  EXPECT_THROW(find_pack("coast"), Error) << "only the nearest is looked at";
}

TEST_F(FindPack, AFolderIsItselfAndTheEnvironmentComesFirst) {
  EXPECT_EQ(find_pack("../../systems/coast"), "../../systems/coast");
  make("own/valley");
  setenv("CAUCE_SYSTEMS", (root_ / "own").c_str(), 1);
  EXPECT_EQ(find_pack("valley"), root_ / "own" / "valley");
}

TEST_F(FindPack, BesidesComeLastAndAllAreNamedWhenThereIsNone) {
  EXPECT_EQ(find_pack("island", {root_ / "besides"}), root_ / "besides" / "island");
  try {
    find_pack("iland", {root_ / "besides"});
    FAIL() << "there is none";
  } catch (const Error& error) {
    EXPECT_EQ(error.diagnostic().code, "P325");
    EXPECT_NE(error.diagnostic().message.find((root_ / "besides").string()), std::string::npos);
    EXPECT_NE(error.diagnostic().hint.find("island"), std::string::npos);
  }
}

} // namespace
} // namespace cauce::system
