// The queue: previews first, runs shared fairly, cancelled work stops, nothing is lost.
#include "cauce/serve/workers.hpp"

#include <gtest/gtest.h>

namespace cauce::serve {
namespace {

using std::chrono::milliseconds;

void finish(const Job& job) {
  while (!job.finished())
    job.wait(job.done(), milliseconds(50));
}

TEST(Workers, EveryUnitRunsOnce) {
  Workers workers(3, 2, 10);
  std::vector<std::atomic<int>> times(40);
  const auto job =
      std::make_shared<Job>(Urgency::normal, times.size(),
                            [&](std::size_t unit, const Job::EachMonth&) { ++times[unit]; });
  ASSERT_TRUE(workers.submit(job));
  finish(*job);
  for (const auto& count : times)
    EXPECT_EQ(count, 1);
  EXPECT_EQ(job->done(), times.size());
  EXPECT_NO_THROW(job->rethrow());
}

TEST(Workers, APreviewPassesALongUnitOnTheSameThread) {
  Workers workers(1, 2, 10);
  std::atomic<bool> started{false}, preview_done{false}, seen_inside{false};
  const auto run =
      std::make_shared<Job>(Urgency::normal, 1, [&](std::size_t, const Job::EachMonth& each_month) {
        started = true;
        for (int month = 0; month < 2000 && !preview_done; ++month) {
          std::this_thread::sleep_for(milliseconds(1));
          each_month();
        }
        seen_inside = preview_done.load();
      });
  ASSERT_TRUE(workers.submit(run));
  while (!started)
    std::this_thread::yield();
  const auto preview = std::make_shared<Job>(
      Urgency::quick, 1, [&](std::size_t, const Job::EachMonth&) { preview_done = true; });
  ASSERT_TRUE(workers.submit(preview));
  finish(*run);
  EXPECT_TRUE(seen_inside);
}

TEST(Workers, RunsShareTheThreadUnitByUnit) {
  Workers workers(1, 4, 10);
  std::mutex mutex;
  std::vector<int> order;
  std::atomic<bool> go{false};
  const auto gate =
      std::make_shared<Job>(Urgency::normal, 1, [&](std::size_t, const Job::EachMonth&) {
        while (!go)
          std::this_thread::yield();
      });
  ASSERT_TRUE(workers.submit(gate));
  std::vector<std::shared_ptr<Job>> jobs;
  for (int who = 0; who < 3; ++who) {
    jobs.push_back(
        std::make_shared<Job>(Urgency::normal, 4, [&, who](std::size_t, const Job::EachMonth&) {
          const std::lock_guard lock(mutex);
          order.push_back(who);
        }));
    ASSERT_TRUE(workers.submit(jobs.back()));
  }
  go = true;
  for (const auto& job : jobs)
    finish(*job);
  // Nobody gets a second unit before all have had a first, and so on.
  ASSERT_EQ(order.size(), 12U);
  for (std::size_t round = 0; round < 4; ++round) {
    std::vector<int> who(order.begin() + static_cast<std::ptrdiff_t>(3 * round),
                         order.begin() + static_cast<std::ptrdiff_t>(3 * round + 3));
    std::sort(who.begin(), who.end());
    EXPECT_EQ(who, (std::vector<int>{0, 1, 2}));
  }
}

TEST(Workers, ACancelledJobStopsAtItsNextMonthAndDropsTheRest) {
  Workers workers(1, 2, 10);
  std::atomic<int> months{0}, begun{0};
  const auto job =
      std::make_shared<Job>(Urgency::normal, 5, [&](std::size_t, const Job::EachMonth& each_month) {
        ++begun;
        while (true) {
          ++months;
          std::this_thread::sleep_for(milliseconds(1));
          each_month();
        }
      });
  ASSERT_TRUE(workers.submit(job));
  while (months < 3)
    std::this_thread::yield();
  job->cancel();
  finish(*job);
  EXPECT_EQ(begun, 1);
  EXPECT_EQ(job->done(), 0U);
  EXPECT_THROW(job->rethrow(), Cancelled);
  // The thread is free again.
  const auto next =
      std::make_shared<Job>(Urgency::normal, 1, [](std::size_t, const Job::EachMonth&) {});
  ASSERT_TRUE(workers.submit(next));
  finish(*next);
  EXPECT_EQ(next->done(), 1U);
}

TEST(Workers, AFailureEndsItsJobAndIsTold) {
  Workers workers(2, 2, 10);
  const auto job =
      std::make_shared<Job>(Urgency::quick, 3, [](std::size_t unit, const Job::EachMonth&) {
        if (unit == 0)
          throw std::runtime_error("unit 0");
      });
  ASSERT_TRUE(workers.submit(job));
  finish(*job);
  EXPECT_THROW(job->rethrow(), std::runtime_error);
}

TEST(Workers, TheQueueIsBounded) {
  Workers workers(1, 1, 2);
  std::atomic<bool> go{false};
  const auto wait = [&](std::size_t, const Job::EachMonth&) {
    while (!go)
      std::this_thread::yield();
  };
  EXPECT_TRUE(workers.submit(std::make_shared<Job>(Urgency::normal, 1, wait)));
  EXPECT_TRUE(workers.submit(std::make_shared<Job>(Urgency::normal, 1, wait)));
  EXPECT_FALSE(workers.submit(std::make_shared<Job>(Urgency::normal, 1, wait)));
  go = true;
}

} // namespace
} // namespace cauce::serve
