// The work farm: results belong to tasks whatever does them; failures, cancelling, lost ranks.
#include "cauce/study/farm.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <set>
#include <string>
#include <thread>

namespace cauce::study {
namespace {

Bytes number_bytes(std::uint64_t value) {
  ByteWriter out;
  out.put(value);
  return out.take();
}

std::vector<Bytes> numbers(std::uint64_t count) {
  std::vector<Bytes> requests;
  for (std::uint64_t i = 0; i < count; ++i)
    requests.push_back(number_bytes(i));
  return requests;
}

Bytes cube_of(std::span<const std::byte> request, Helpers&) {
  const auto value = ByteReader(request).get<std::uint64_t>();
  return number_bytes(value * value * value);
}

TEST(Farm, ResultsStandInTheOrderOfTheirTasksForAnyThreads) {
  for (const std::size_t threads : {1U, 2U, 7U}) {
    Farm farm(cube_of, {.threads = threads});
    const auto results = farm.map(numbers(100));
    ASSERT_EQ(results.size(), 100U);
    for (std::uint64_t i = 0; i < 100; ++i)
      EXPECT_EQ(results[i], number_bytes(i * i * i));
  }
}

TEST(Farm, TellsEachFailureByItsTaskAndFinishesTheOthers) {
  Farm farm(
      [](std::span<const std::byte> request, Helpers&) {
        const auto value = ByteReader(request).get<std::uint64_t>();
        if (value % 5 == 3)
          throw std::runtime_error(fmt::format("cannot do {}", value));
        return Bytes{};
      },
      {.threads = 2});
  std::set<std::size_t> received;
  try {
    farm.run(numbers(30), [&](std::size_t task, const Bytes&) { received.insert(task); },
             {"members", [](std::size_t task) { return fmt::format("member {}", task); }});
    FAIL() << "failures must be told";
  } catch (const Errors& problems) {
    const std::string text = problems.what();
    EXPECT_NE(text.find("member 3: cannot do 3"), std::string::npos) << text;
    EXPECT_NE(text.find("member 13"), std::string::npos) << text;
    EXPECT_NE(text.find("and 3 more"), std::string::npos) << text;
  }
  EXPECT_EQ(received.size(), 24U);
}

TEST(Farm, StopsWhenAskedAndKeepsWhatItHas) {
  std::atomic<bool> cancel{false};
  Farm farm(cube_of, {.threads = 1, .cancel = &cancel});
  std::size_t received = 0;
  try {
    farm.run(numbers(1000), [&](std::size_t, const Bytes&) { cancel = ++received == 10; });
    FAIL() << "must stop";
  } catch (const Error& problem) {
    EXPECT_EQ(problem.diagnostic().code, "S104");
    EXPECT_NE(std::string(problem.what()).find("10 of 1000"), std::string::npos) << problem.what();
  }
  cancel = false; // what was left over of the first batch does not count in the second
  EXPECT_EQ(farm.map(numbers(5)).size(), 5U);
}

TEST(Farm, AsksForARequestWhenItIsHandedOut) {
  for (const std::size_t threads : {1U, 3U}) {
    Farm farm(cube_of, {.threads = threads});
    std::size_t asked = 0, received = 0;
    std::vector<Bytes> results(50);
    farm.run(
        results.size(),
        [&](std::size_t task) {
          ++asked;
          return number_bytes(task);
        },
        [&](std::size_t task, Bytes result) {
          EXPECT_LE(asked, ++received + threads) << "more are in memory than are worked on";
          results[task] = std::move(result);
        });
    EXPECT_EQ(asked, 50U);
    for (std::uint64_t i = 0; i < 50; ++i)
      EXPECT_EQ(results[i], number_bytes(i * i * i));
  }
}

TEST(Farm, TellsHowFarItIsAndEndsWithWhatTheWatcherThrows) {
  std::size_t calls = 0, last = 0;
  FarmOptions options{.threads = 2};
  options.watch = [&](const std::string& what, std::size_t done, std::size_t total) {
    EXPECT_EQ(what, "cubes");
    EXPECT_EQ(total, 50U);
    EXPECT_GE(done, last);
    last = done;
    if (++calls == 20 && done < total)
      throw std::runtime_error("enough");
  };
  Farm farm(cube_of, options);
  std::size_t received = 0;
  const auto receive = [&](std::size_t, const Bytes&) { ++received; };
  EXPECT_THROW(farm.run(numbers(50), receive, {"cubes", {}}), std::runtime_error);
  EXPECT_EQ(received, last);
  last = 0;
  farm.run(numbers(50), receive, {"cubes", {}});
  EXPECT_EQ(last, 50U);
}

TEST(Bytes, TooFewAreAnErrorAndNotAGuess) {
  const Bytes bytes = number_bytes(1'000'000);
  ByteReader in(bytes);
  EXPECT_THROW(in.get_all<double>(), Error);
}

struct Answer {
  std::string text;
  int status = 0;
};

Answer run_command(const std::string& command) {
  Answer answer;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr)
    return answer;
  std::array<char, 4096> block{};
  while (const std::size_t got = fread(block.data(), 1, block.size(), pipe))
    answer.text.append(block.data(), got);
  answer.status = WEXITSTATUS(pclose(pipe));
  return answer;
}

std::string mpirun(int ranks, const std::string& arguments) {
  return fmt::format(
      "OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 timeout --kill-after=5 60 mpirun "
      "--oversubscribe --bind-to none -np {} " CAUCE_FARM_RANKS " {} 2>&1",
      ranks, arguments);
}

class FarmRanks : public testing::Test {
 protected:
  void SetUp() override {
    if (std::system("command -v mpirun >/dev/null") != 0)
      GTEST_SKIP() << "no mpirun here";
  }
};

TEST_F(FarmRanks, GiveTheSameBytes) {
  const Answer alone = run_command(CAUCE_FARM_RANKS " 40 0 1");
  EXPECT_EQ(alone.status, 0);
  EXPECT_NE(alone.text.find("1521 3900\n"), std::string::npos);
  for (const int ranks : {2, 4}) {
    const Answer together = run_command(mpirun(ranks, "40 0 1"));
    EXPECT_EQ(together.status, 0);
    EXPECT_EQ(together.text, alone.text) << ranks << " ranks";
  }
}

TEST_F(FarmRanks, TellFailuresAsThreadsDo) {
  const Answer answer = run_command(mpirun(3, "120 0 1"));
  EXPECT_NE(answer.text.find("error S102: task 13: thirteen"), std::string::npos) << answer.text;
}

TEST_F(FarmRanks, GoOnWhenOneIsSilent) {
  const Answer answer = run_command(mpirun(3, "40 20 1 1.0"));
  EXPECT_NE(answer.text.find("warning S105: rank"), std::string::npos) << answer.text;
  EXPECT_NE(answer.text.find("1521 3900\n"), std::string::npos) << answer.text;
}

} // namespace
} // namespace cauce::study
