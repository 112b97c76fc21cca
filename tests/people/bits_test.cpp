// The same bits from every instruction set and any number of threads. The set is chosen once when a
// program starts: this program runs itself again with each.
#include "synthetic.hpp"

#include "cauce/base/helpers.hpp"
#include "cauce/base/instruction_set.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

namespace cauce::people {
namespace {

// A hash of two years of some people, all of them, after every kind of event.
std::uint64_t hash_of_a_run(std::size_t threads) {
  const auto setup = synthetic::setup({120'000, 20'000, 10, 1.0});
  const Rates rates = synthetic::rates(*setup);
  World world(setup, random::Key::of(41));
  Helpers helpers;
  const LentThreads lent(helpers, threads - 1);
  std::uint64_t hash = 0;
  for (std::uint32_t step = 0; step < 96; ++step)
    world.step(rates, 0.25, step, {nullptr, &helpers});
  for (const std::byte byte : world.save())
    hash = random::mix(hash ^ static_cast<std::uint64_t>(byte));
  return hash;
}

TEST(Bits, HashForThoseWhoCompare) {
  const std::uint64_t hash = hash_of_a_run(1);
  EXPECT_NE(hash, 0U);
  fmt::print("set {} hash {:016x}\n", static_cast<int>(instruction_set()), hash);
}

TEST(Bits, AreThoseOfOneThreadForAnyNumber) {
  const std::uint64_t one = hash_of_a_run(1);
  for (const std::size_t threads : {2, 3, 8})
    EXPECT_EQ(hash_of_a_run(threads), one) << threads << " threads";
}

TEST(Bits, AreTheSameForEveryInstructionSet) {
  const std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
  std::string first;
  int sets = 0;
  for (const char* const name : {"baseline", "avx2", "avx512"}) {
    const std::string command = fmt::format(
        "CAUCE_INSTRUCTIONS={} '{}' --gtest_filter=Bits.HashForThoseWhoCompare", name, self);
    std::FILE* const pipe = popen(command.c_str(), "r");
    ASSERT_NE(pipe, nullptr);
    std::string output;
    std::array<char, 256> part{};
    while (std::fgets(part.data(), static_cast<int>(part.size()), pipe) != nullptr)
      output += part.data();
    ASSERT_EQ(pclose(pipe), 0) << output;
    const auto at = output.find("set ");
    ASSERT_NE(at, std::string::npos) << output;
    const char set = output[at + 4];
    // Where the processor lacks a set, the best that it has is compared once more.
    sets += set - '0' >= sets ? 1 : 0;
    const std::string hash = output.substr(output.find("hash "), 21);
    if (first.empty())
      first = hash;
    EXPECT_EQ(hash, first) << name;
  }
  EXPECT_GE(sets, 1 + static_cast<int>(instruction_set()));
}

} // namespace
} // namespace cauce::people
