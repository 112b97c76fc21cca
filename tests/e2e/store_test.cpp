// Studies that are killed, run out of disk or are spread over ranks end with the same bytes.
#include "program.hpp"

#include <gtest/gtest.h>

namespace cauce::e2e {
namespace {

std::string compare_towns(const fs::path& out, const std::string& more = "", int members = 12) {
  return "compare " + (fs::path(CAUCE_SOURCE_DIR) / "systems" / "two-towns").string() +
         " --policy as-enacted --policy jobs --theory open --theory jobs-pay --threads 1 "
         "--members " +
         std::to_string(members) + " --out " + out.string() + " " + more;
}

TEST(Store, KilledAtAnyTimeAndStartedAgainItEndsWithTheSameBytes) {
  const Folder folder;
  ASSERT_EQ(cauce(compare_towns(folder.path() / "plain")).status, 0);
  const std::string stored =
      compare_towns(folder.path() / "out", "--store " + (folder.path() / "store").string());
  for (const char* seconds : {"0.2", "0.25", "0.3", "0.4"})
    cauce(stored, std::string("timeout -s KILL ") + seconds);
  const Outcome last = cauce(stored);
  ASSERT_EQ(last.status, 0) << last.err;
  for (const char* file : {"results.nc", "summary.csv"})
    EXPECT_EQ(read_file(folder.path() / "out" / file), read_file(folder.path() / "plain" / file));
}

TEST(Store, AFullDiskIsToldAndNothingIsLost) {
  const Folder folder;
  const std::string store = "--store " + (folder.path() / "store").string();
  ASSERT_EQ(cauce(compare_towns(folder.path() / "a", store, 1)).status, 0);
  // No file may grow beyond 4 KiB: a run of this length does not fit.
  const Outcome full =
      cauce(compare_towns(folder.path() / "b", store), "trap '' XFSZ; ulimit -f 8;");
  EXPECT_EQ(full.status, 2);
  EXPECT_NE(full.err.find("error B106"), std::string::npos) << full.err;
  const Outcome again = cauce(compare_towns(folder.path() / "c", store, 1));
  EXPECT_NE(again.out.find("(4 runs from the store)"), std::string::npos) << again.out;
}

constexpr const char* two_ranks =
    "OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 timeout --kill-after=5 60 mpirun "
    "--oversubscribe --bind-to none -np 2";

class Ranks : public ::testing::Test {
 protected:
  void SetUp() override {
    if (std::system("command -v mpirun >/dev/null") != 0)
      GTEST_SKIP() << "no mpirun here";
  }
};

TEST_F(Ranks, GiveTheBytesThatThreadsGive) {
  const Folder folder;
  ASSERT_EQ(cauce(compare_towns(folder.path() / "plain")).status, 0);
  const Outcome ranks = cauce(compare_towns(folder.path() / "ranks"), two_ranks);
  ASSERT_EQ(ranks.status, 0) << ranks.err;
  EXPECT_EQ(read_file(folder.path() / "ranks" / "results.nc"),
            read_file(folder.path() / "plain" / "results.nc"));
}

TEST_F(Ranks, CalibrateToTheBytesOfOneProcess) {
  const Folder folder;
  const auto calibrate = [&](const char* name) {
    return "calibrate " + (fs::path(CAUCE_SOURCE_DIR) / "systems" / "northern-triangle").string() +
           " --theory open --until 2012-09 --members 6 --iterations 2 --scale 5000 --threads 1 "
           "--out " +
           (folder.path() / name).string();
  };
  ASSERT_EQ(cauce(calibrate("one")).status, 0);
  const Outcome ranks = cauce(calibrate("two"), two_ranks);
  ASSERT_EQ(ranks.status, 0) << ranks.err;
  for (const char* file :
       {"open.draws.csv", "open.parameters.csv", "open.check.csv", "open.json"}) {
    const std::string one = read_file(folder.path() / "one" / file);
    EXPECT_FALSE(one.empty()) << file;
    EXPECT_EQ(read_file(folder.path() / "two" / file), one) << file;
  }
}

} // namespace
} // namespace cauce::e2e
