// Philox against the published known answers, against Random123, and its uniforms and batches.
#include "cauce/base/random.hpp"

#include <Random123/philox.h>
#include <cmath>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <set>
#include <vector>

namespace cauce::random {
namespace {

TEST(Random, PhiloxGivesThePublishedKnownAnswers) {
  // Random123 distribution, file kat_vectors, lines "philox4x32 10".
  EXPECT_EQ(philox(Key{{0, 0}}, Counter{{0, 0, 0, 0}}),
            (Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox(Key{{0xffffffff, 0xffffffff}},
                   Counter{{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}}),
            (Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox(Key{{0xa4093822, 0x299f31d0}},
                   Counter{{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}}),
            (Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Random, PhiloxEqualsRandom123Everywhere) {
  EXPECT_TRUE(rc::check([](std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d,
                           std::uint32_t k, std::uint32_t l) {
    const r123::Philox4x32 engine;
    const auto theirs = engine({{a, b, c, d}}, {{k, l}});
    const Block ours = philox(Key{{k, l}}, Counter{{a, b, c, d}});
    for (std::size_t i = 0; i < 4; ++i)
      RC_ASSERT(ours[i] == theirs[i]);
  }));
}

TEST(Random, BatchesGiveTheSameBitsAsSingleBlocks) {
  EXPECT_TRUE(rc::check([](std::uint64_t seed, std::uint32_t step, std::uint32_t purpose) {
    const auto count = *rc::gen::inRange<std::size_t>(0, 200);
    const auto entities =
        *rc::gen::container<std::vector<std::uint64_t>>(count, rc::gen::arbitrary<std::uint64_t>());
    const Key key = Key::of(seed, 3);
    std::array<std::vector<std::uint32_t>, 4> words;
    for (auto& column : words)
      column.resize(count);
    philox_batch(key, entities, step, purpose, {words[0], words[1], words[2], words[3]});
    for (std::size_t i = 0; i < count; ++i) {
      const Block block = philox(key, Counter::of(entities[i], step, purpose));
      for (std::size_t k = 0; k < 4; ++k)
        RC_ASSERT(words[k][i] == block[k]);
    }
    const std::uint64_t first = count == 0 ? seed : entities[0];
    philox_batch(key, first, step, purpose, {words[0], words[1], words[2], words[3]});
    for (std::size_t i = 0; i < count; ++i) {
      const Block block = philox(key, Counter::of(first + i, step, purpose));
      for (std::size_t k = 0; k < 4; ++k)
        RC_ASSERT(words[k][i] == block[k]);
    }
  }));
}

TEST(Random, EverySeedBitAndMemberChangesTheKey) {
  std::set<std::array<std::uint32_t, 2>> keys;
  for (int bit = 0; bit < 64; ++bit)
    keys.insert(Key::of(std::uint64_t{1} << bit).words);
  for (std::uint32_t member = 0; member < 1000; ++member)
    keys.insert(Key::of(0, member).words);
  EXPECT_EQ(keys.size(), 1064U);
}

TEST(Random, UniformsStayBelowOneAndReachItsNeighbour) {
  EXPECT_EQ(uniform53(0, 0), 0.0);
  EXPECT_EQ(uniform53(0xffffffff, 0xffffffff), 1.0 - 0x1p-53);
  EXPECT_LT(uniform32(0xffffffff), 1.0);
  EXPECT_EQ(below(7, 0xffffffff), 6U);
  EXPECT_EQ(below(7, 0), 0U);
}

// Chi-square over 256 cells of the top and bottom bytes of each word, 2^20 blocks with neighbouring
// counters: with 255 degrees of freedom, 400 is beyond the 1 - 1e-8 quantile. A cell that is off by
// 2 percent would add 1.6 to it, all cells off by 2 percent some 400.
TEST(Random, BytesOfNeighbouringCountersAreUniform) {
  const Key key = Key::of(20170601);
  std::array<std::vector<double>, 8> cells;
  for (auto& column : cells)
    column.assign(256, 0.0);
  const std::uint32_t count = 1U << 20;
  for (std::uint32_t i = 0; i < count; ++i) {
    const Block block = philox(key, Counter::of(i, 5, 9));
    for (std::size_t k = 0; k < 4; ++k) {
      cells[2 * k][block[k] & 255] += 1.0;
      cells[2 * k + 1][block[k] >> 24] += 1.0;
    }
  }
  const double expected = count / 256.0;
  for (const auto& column : cells) {
    double chi_square = 0.0;
    for (const double seen : column)
      chi_square += (seen - expected) * (seen - expected) / expected;
    EXPECT_LT(chi_square, 400.0);
    EXPECT_GT(chi_square, 140.0); // too even would be as wrong
  }
}

TEST(Random, AStreamIsTheBlocksOneAfterAnother) {
  const Key key = Key::of(7, 1);
  Stream stream(key, 42, 5, 100);
  for (std::uint32_t step = 100; step < 103; ++step) {
    const Block block = philox(key, Counter::of(42, step, 5));
    for (const std::uint32_t expected : block)
      EXPECT_EQ(stream.word(), expected);
  }
  EXPECT_EQ(Stream(key, 42, 5).uniform(), uniform(key, 42, 0, 5));
}

} // namespace
} // namespace cauce::random
