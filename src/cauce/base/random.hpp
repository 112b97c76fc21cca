// Counter-based random numbers: Philox4x32 with ten rounds (Salmon, Moraes, Dror and Shaw 2011,
// "Parallel random numbers: as easy as 1, 2, 3", SC '11).
//
// A draw is a function of what it is for, not of when it is made: the key names the run (seed,
// member), the counter names the use (entity, step, purpose). So results do not depend on the
// number of threads or on the order of work, and two runs that differ in policy share their luck
// wherever they do the same thing.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace cauce::random {

/// Mixes 64 bits so that each input bit moves about half of the output bits (the finaliser of
/// SplitMix64, Steele, Lea and Flood 2014); a bijection.
constexpr std::uint64_t mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

/// Names a run: its seed and the member of its ensemble.
struct Key {
  std::array<std::uint32_t, 2> words{};

  /// All 64 bits of `seed` count. Two different pairs give the same key with probability 2^-64.
  static constexpr Key of(std::uint64_t seed, std::uint32_t member = 0) {
    const std::uint64_t mixed = mix(mix(seed) + member);
    return {{static_cast<std::uint32_t>(mixed), static_cast<std::uint32_t>(mixed >> 32)}};
  }
  friend constexpr bool operator==(const Key&, const Key&) = default;
};

/// Names a use of luck within a run: whose, when, and what for.
struct Counter {
  std::array<std::uint32_t, 4> words{};

  static constexpr Counter of(std::uint64_t entity, std::uint32_t step, std::uint32_t purpose) {
    return {{static_cast<std::uint32_t>(entity), static_cast<std::uint32_t>(entity >> 32), step,
             purpose}};
  }
  friend constexpr bool operator==(const Counter&, const Counter&) = default;
};

/// Four independent words of 32 random bits.
using Block = std::array<std::uint32_t, 4>;

/// The block of this key and counter.
constexpr Block philox(Key key, Counter counter) {
  constexpr std::uint32_t multiplier_0 = 0xD2511F53, multiplier_1 = 0xCD9E8D57;
  constexpr std::uint32_t weyl_0 = 0x9E3779B9, weyl_1 = 0xBB67AE85;
  Block x = counter.words;
  auto [key_0, key_1] = key.words;
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t product_0 = std::uint64_t{multiplier_0} * x[0];
    const std::uint64_t product_1 = std::uint64_t{multiplier_1} * x[2];
    x = {static_cast<std::uint32_t>(product_1 >> 32) ^ x[1] ^ key_0,
         static_cast<std::uint32_t>(product_1),
         static_cast<std::uint32_t>(product_0 >> 32) ^ x[3] ^ key_1,
         static_cast<std::uint32_t>(product_0)};
    key_0 += weyl_0;
    key_1 += weyl_1;
  }
  return x;
}

/// A uniform in [0, 1) on a grid of 2^-53, from two words. Use this one where small probabilities
/// count (binomials, waiting times).
constexpr double uniform53(std::uint32_t high, std::uint32_t low) {
  const std::uint64_t bits = (std::uint64_t{high} << 32 | low) >> 11;
  return static_cast<double>(bits) * 0x1p-53;
}

/// A uniform in [0, 1) on a grid of 2^-32, from one word.
constexpr double uniform32(std::uint32_t word) { return static_cast<double>(word) * 0x1p-32; }

/// The first and the second 53-bit uniform of a block.
constexpr double first_uniform(const Block& block) { return uniform53(block[0], block[1]); }
constexpr double second_uniform(const Block& block) { return uniform53(block[2], block[3]); }

/// One 53-bit uniform for this use: `first_uniform(philox(key, Counter::of(...)))`.
constexpr double uniform(Key key, std::uint64_t entity, std::uint32_t step, std::uint32_t purpose) {
  return first_uniform(philox(key, Counter::of(entity, step, purpose)));
}

/// An integer in [0, n) from one word (multiply-shift, Lemire 2019 without its rejection: no value
/// is off by more than n / 2^32 of its probability).
constexpr std::uint32_t below(std::uint32_t n, std::uint32_t word) {
  return static_cast<std::uint32_t>(std::uint64_t{n} * word >> 32);
}

/// The blocks of many entities at one step and for one purpose, by word: word k of entity i goes
/// to `words[k][i]`. All five spans have one length. The same bits as `philox`, several times
/// faster (a plain loop that the compiler turns into vector instructions, chosen at run time).
void philox_batch(Key key, std::span<const std::uint64_t> entities, std::uint32_t step,
                  std::uint32_t purpose, const std::array<std::span<std::uint32_t>, 4>& words);

/// The same for the entities first, first + 1, ... (as many as the spans are long).
void philox_batch(Key key, std::uint64_t first, std::uint32_t step, std::uint32_t purpose,
                  const std::array<std::span<std::uint32_t>, 4>& words);

/// A stream for one entity and purpose where the number of draws is not known beforehand: block
/// after block, the step counts up from `first_step`. Cheap to make; hold it for one task only.
class Stream {
 public:
  constexpr Stream(Key key, std::uint64_t entity, std::uint32_t purpose,
                   std::uint32_t first_step = 0)
      : key_(key), counter_(Counter::of(entity, first_step, purpose)) {}

  /// The next word.
  constexpr std::uint32_t word() {
    if (used_ == 4) {
      block_ = philox(key_, counter_);
      ++counter_.words[2];
      used_ = 0;
    }
    return block_[used_++];
  }
  /// The next 53-bit uniform in [0, 1).
  constexpr double uniform() {
    const std::uint32_t high = word();
    return uniform53(high, word());
  }

 private:
  Key key_;
  Counter counter_;
  Block block_{};
  unsigned used_ = 4;
};

} // namespace cauce::random
