// The run store: what is put is found, what is damaged is told, the catalogue can be lost.
#include "cauce/results/store.hpp"

#include "cauce/base/files.hpp"

#include <fstream>
#include <gtest/gtest.h>

namespace cauce::results {
namespace {

namespace fs = std::filesystem;

class StoreTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        fs::temp_directory_path() / (std::string("cauce-store-") +
                                     testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  static std::vector<std::byte> bytes(std::size_t count, int value) {
    return std::vector<std::byte>(count, static_cast<std::byte>(value));
  }
  static std::string key(std::uint64_t number) { return KeyMaker().add(number).key(); }

  fs::path folder_;
};

TEST_F(StoreTest, FindsWhatWasPutAndNothingElse) {
  {
    Store store = Store::open(folder_);
    EXPECT_FALSE(store.find(key(1)));
    store.put(key(1), bytes(1000, 7), {"towns", "one", "build 1"});
    store.put(key(2), {}, {"towns", "empty", "build 2"});
  }
  Store store = Store::open(folder_);
  EXPECT_EQ(store.find(key(1)), bytes(1000, 7));
  EXPECT_EQ(store.find(key(2)), bytes(0, 0));
  EXPECT_EQ(store.found(), 2U);
  ASSERT_EQ(store.entries().size(), 2U);
  EXPECT_EQ(store.prune("build 2"), 1U);
  EXPECT_FALSE(store.find(key(1)));
  EXPECT_TRUE(store.find(key(2)));
}

TEST_F(StoreTest, ADamagedCatalogueIsSetAsideAndMadeAnew) {
  Store::open(folder_).put(key(1), bytes(10, 1), {"towns", "one", "build 1"});
  std::ofstream(folder_ / "catalogue.sqlite", std::ios::binary) << std::string(5000, 'x');
  testing::internal::CaptureStderr();
  Store store = Store::open(folder_);
  EXPECT_NE(testing::internal::GetCapturedStderr().find("warning R112"), std::string::npos);
  ASSERT_EQ(store.entries().size(), 1U);
  EXPECT_EQ(store.entries()[0].label.what, "one");
  EXPECT_TRUE(fs::exists(folder_ / "catalogue.damaged"));
}

TEST_F(StoreTest, VerifyingRemovesWhatIsDamaged) {
  Store store = Store::open(folder_);
  for (std::uint64_t i = 0; i < 5; ++i)
    store.put(key(i), bytes(100, static_cast<int>(i)), {"towns", "run", "build"});
  const fs::path victim = folder_ / "runs" / key(3).substr(0, 2) / (key(3) + ".run");
  std::string text = read_text(victim);
  text.back() = 'x';
  std::ofstream(victim, std::ios::binary) << text;
  EXPECT_EQ(store.verify(), 1U);
  EXPECT_EQ(store.entries().size(), 4U);
}

TEST(KeyMaker, DependsOnEveryPieceAndItsPlace) {
  EXPECT_NE(KeyMaker().add("ab").add("c").key(), KeyMaker().add("a").add("bc").key());
  EXPECT_NE(KeyMaker().add("a").add("b").key(), KeyMaker().add("b").add("a").key());
  EXPECT_NE(KeyMaker().add(std::string(9, '\0')).key(),
            KeyMaker().add(std::string(10, '\0')).key());
  EXPECT_EQ(KeyMaker().add("abc").key(), KeyMaker().add("abc").key());
}

} // namespace
} // namespace cauce::results
