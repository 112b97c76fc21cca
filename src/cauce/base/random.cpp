// Batches of Philox blocks. Each word is held in 64 bits while it is mixed: the product of two
// 32-bit words then is one vector instruction (pmuludq), and the loop has no shuffles.
#include "cauce/base/random.hpp"

#include "cauce/base/instruction_set.hpp"

namespace cauce::random {

namespace {
constexpr std::size_t lanes = 64;

struct Lanes {
  std::array<std::array<std::uint64_t, lanes>, 4> words;
};

[[gnu::always_inline]] inline void mix_lanes(Lanes& x, std::uint32_t key_0, std::uint32_t key_1) {
  constexpr std::uint64_t low = 0xFFFFFFFF;
  for (int round = 0; round < 10; ++round) {
    for (std::size_t i = 0; i < lanes; ++i) {
      const std::uint64_t product_0 = (x.words[0][i] & low) * 0xD2511F53U;
      const std::uint64_t product_1 = (x.words[2][i] & low) * 0xCD9E8D57U;
      x.words[0][i] = (product_1 >> 32) ^ x.words[1][i] ^ key_0;
      x.words[2][i] = (product_0 >> 32) ^ x.words[3][i] ^ key_1;
      x.words[1][i] = product_1 & low;
      x.words[3][i] = product_0 & low;
    }
    key_0 += 0x9E3779B9;
    key_1 += 0xBB67AE85;
  }
}

// `entity(i)` names the entity of place i.
template <typename Entity>
void batch(Key key, std::uint32_t step, std::uint32_t purpose, std::size_t count,
           const std::array<std::span<std::uint32_t>, 4>& words, Entity entity) {
  Lanes x;
  for (std::size_t start = 0; start < count; start += lanes) {
    const std::size_t filled = count - start < lanes ? count - start : lanes;
    for (std::size_t i = 0; i < lanes; ++i) {
      const std::uint64_t e = i < filled ? entity(start + i) : 0;
      x.words[0][i] = e & 0xFFFFFFFF;
      x.words[1][i] = e >> 32;
      x.words[2][i] = step;
      x.words[3][i] = purpose;
    }
    run_kernel<mix_lanes>(x, key.words[0], key.words[1]);
    for (std::size_t k = 0; k < 4; ++k) {
      for (std::size_t i = 0; i < filled; ++i) {
        words[k][start + i] = static_cast<std::uint32_t>(x.words[k][i]);
      }
    }
  }
}
} // namespace

void philox_batch(Key key, std::span<const std::uint64_t> entities, std::uint32_t step,
                  std::uint32_t purpose, const std::array<std::span<std::uint32_t>, 4>& words) {
  batch(key, step, purpose, entities.size(), words,
        [entities](std::size_t i) { return entities[i]; });
}

void philox_batch(Key key, std::uint64_t first, std::uint32_t step, std::uint32_t purpose,
                  const std::array<std::span<std::uint32_t>, 4>& words) {
  batch(key, step, purpose, words[0].size(), words, [first](std::size_t i) { return first + i; });
}

} // namespace cauce::random
