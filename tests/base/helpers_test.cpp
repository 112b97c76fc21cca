// Idle threads that help: each piece once, by whoever comes, and nobody is left waiting.
#include "cauce/base/helpers.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>

namespace cauce {
namespace {

TEST(Helpers, DoEachPieceOnceInSlotsOfTheirOwn) {
  for (const std::size_t lent : {0U, 1U, 3U}) {
    Helpers helpers;
    const LentThreads threads(helpers, lent);
    EXPECT_EQ(helpers.lent(), lent);
    for (int round = 0; round < 200; ++round) {
      std::vector<int> done(37, 0);
      std::vector<std::atomic<int>> busy(3);
      std::atomic<int> clashes{0};
      helpers.share(done.size(), busy.size(), [&](std::size_t i, std::size_t slot) {
        ASSERT_LT(slot, busy.size());
        clashes += busy[slot].fetch_add(1);
        ++done[i];
        busy[slot].fetch_sub(1);
      });
      ASSERT_EQ(done, std::vector<int>(37, 1)) << "round " << round;
      ASSERT_EQ(clashes, 0) << "two calls in one slot at once";
    }
  }
}

TEST(Helpers, OthersTakePartWhileOneIsBusy) {
  Helpers helpers;
  const LentThreads threads(helpers, 1);
  std::atomic<bool> other_done{false};
  std::set<std::thread::id> who[2];
  // The first piece ends only when the other one has been done, by somebody else.
  helpers.share(2, 2, [&](std::size_t i, std::size_t slot) {
    who[slot].insert(std::this_thread::get_id());
    if (i == 1)
      other_done = true;
    while (!other_done)
      std::this_thread::yield();
  });
  EXPECT_EQ(who[0].size(), 1U);
  EXPECT_EQ(who[1].size(), 1U);
  EXPECT_NE(who[0], who[1]);
}

TEST(Helpers, AreWokenFromSleepAndServeSeveralAtOnce) {
  Helpers helpers;
  const LentThreads threads(helpers, 2);
  std::this_thread::sleep_for(std::chrono::milliseconds(20)); // long enough to fall asleep
  std::atomic<int> pieces{0};
  {
    std::vector<std::jthread> owners;
    for (int owner = 0; owner < 3; ++owner) {
      owners.emplace_back([&] {
        for (int round = 0; round < 300; ++round)
          helpers.share(5, 8, [&](std::size_t, std::size_t) { ++pieces; });
      });
    }
  }
  EXPECT_EQ(pieces, 3 * 300 * 5);
}

TEST(Helpers, RethrowTheLowestFailureWhenAllIsDone) {
  Helpers helpers;
  const LentThreads threads(helpers, 2);
  std::vector<int> done(100, 0);
  try {
    helpers.share(done.size(), 3, [&](std::size_t i, std::size_t) {
      ++done[i];
      if (i % 30 == 29)
        throw std::runtime_error(std::to_string(i));
    });
    FAIL() << "must throw";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "29");
  }
  EXPECT_EQ(done, std::vector<int>(100, 1));
}

TEST(Helpers, GiveThreadsBackWhenItIsEnough) {
  Helpers helpers;
  std::atomic<bool> enough{false};
  std::jthread idle([&] { helpers.lend([&] { return enough.load(); }); });
  while (helpers.lent() == 0)
    std::this_thread::yield();
  enough = true;
  helpers.wake();
  idle.join();
  EXPECT_EQ(helpers.lent(), 0U);
  int alone = 0;
  helpers.share(4, 4, [&](std::size_t, std::size_t slot) { alone += slot == 0 ? 1 : 0; });
  EXPECT_EQ(alone, 4);
}

} // namespace
} // namespace cauce
