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

struct Batch {
  Key key;
  std::uint32_t step, purpose;
  std::size_t count;
  const std::uint64_t* entities; ///< none: first, first + 1, ...
  std::uint64_t first;
  std::array<std::uint32_t*, 4> words;
};

[[gnu::always_inline]] inline void mix_batch(const Batch& batch) {
  Lanes x;
  for (std::size_t start = 0; start < batch.count; start += lanes) {
    const std::size_t filled = batch.count - start < lanes ? batch.count - start : lanes;
    std::array<std::uint64_t, lanes> entity;
    if (batch.entities == nullptr) {
      for (std::size_t i = 0; i < lanes; ++i)
        entity[i] = batch.first + start + i;
    } else if (filled == lanes) {
      for (std::size_t i = 0; i < lanes; ++i)
        entity[i] = batch.entities[start + i];
    } else {
      entity.fill(0);
      for (std::size_t i = 0; i < filled; ++i)
        entity[i] = batch.entities[start + i];
    }
    for (std::size_t i = 0; i < lanes; ++i) {
      x.words[0][i] = entity[i] & 0xFFFFFFFF;
      x.words[1][i] = entity[i] >> 32;
      x.words[2][i] = batch.step;
      x.words[3][i] = batch.purpose;
    }
    mix_lanes(x, batch.key.words[0], batch.key.words[1]);
    for (std::size_t k = 0; k < 4; ++k) {
      std::uint32_t* const to = batch.words[k] + start;
      if (filled == lanes) {
        for (std::size_t i = 0; i < lanes; ++i)
          to[i] = static_cast<std::uint32_t>(x.words[k][i]);
      } else {
        for (std::size_t i = 0; i < filled; ++i)
          to[i] = static_cast<std::uint32_t>(x.words[k][i]);
      }
    }
  }
}
} // namespace

void philox_batch(Key key, std::span<const std::uint64_t> entities, std::uint32_t step,
                  std::uint32_t purpose, const std::array<std::span<std::uint32_t>, 4>& words) {
  run_kernel<mix_batch>(
      Batch{key,
            step,
            purpose,
            entities.size(),
            entities.data(),
            0,
            {words[0].data(), words[1].data(), words[2].data(), words[3].data()}});
}

void philox_batch(Key key, std::uint64_t first, std::uint32_t step, std::uint32_t purpose,
                  const std::array<std::span<std::uint32_t>, 4>& words) {
  run_kernel<mix_batch>(
      Batch{key,
            step,
            purpose,
            words[0].size(),
            nullptr,
            first,
            {words[0].data(), words[1].data(), words[2].data(), words[3].data()}});
}

} // namespace cauce::random
