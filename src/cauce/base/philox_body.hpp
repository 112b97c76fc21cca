// A batch of Philox blocks with the registers of one instruction set: included by random.cpp once
// for each, after `Register` (a vector of 64-bit lanes), `Halves` (of as many 32-bit lanes) and
// `product` (of the lower halves of lanes).
//
// Each word is held in a lane of 64 bits, whose upper half is of no account until it is stored:
// the product of two 32-bit words is one instruction, and nothing is shuffled.

constexpr std::size_t width = sizeof(Register) / sizeof(std::uint64_t);
// Registers a word that are mixed together, so that products follow each other without a wait.
constexpr std::size_t together = 2;

inline void mix(Register (&x)[4][together], Key key) {
  Register key_0 = Register{} + key.words[0], key_1 = Register{} + key.words[1];
  const Register multiplier_0 = Register{} + std::uint64_t{0xD2511F53};
  const Register multiplier_1 = Register{} + std::uint64_t{0xCD9E8D57};
#pragma GCC unroll 10
  for (int round = 0; round < 10; ++round) {
#pragma GCC unroll 2
    for (std::size_t i = 0; i < together; ++i) {
      const Register product_0 = product(x[0][i], multiplier_0);
      const Register product_1 = product(x[2][i], multiplier_1);
      x[0][i] = (product_1 >> 32) ^ x[1][i] ^ key_0;
      x[2][i] = (product_0 >> 32) ^ x[3][i] ^ key_1;
      x[1][i] = product_1;
      x[3][i] = product_0;
    }
    key_0 += std::uint64_t{0x9E3779B9};
    key_1 += std::uint64_t{0xBB67AE85};
  }
}

// Blocks of `entities` (as many as lanes mixed together) to the four arrays at `to`.
inline void mix_entities(const Batch& batch, const std::uint64_t* entities,
                         const std::array<std::uint32_t*, 4>& to) {
  Register x[4][together];
#pragma GCC unroll 2
  for (std::size_t i = 0; i < together; ++i) {
    std::memcpy(&x[0][i], entities + i * width, sizeof(Register));
    x[1][i] = x[0][i] >> 32;
    x[2][i] = Register{} + batch.step;
    x[3][i] = Register{} + batch.purpose;
  }
  mix(x, batch.key);
#pragma GCC unroll 4
  for (std::size_t k = 0; k < 4; ++k) {
#pragma GCC unroll 2
    for (std::size_t i = 0; i < together; ++i) {
      const Halves words = __builtin_convertvector(x[k][i], Halves);
      std::memcpy(to[k] + i * width, &words, sizeof words);
    }
  }
}

inline void mix_batch(const Batch& batch) {
  constexpr std::size_t lanes = width * together;
  std::array<std::uint64_t, lanes> entities{};
  for (std::size_t start = 0; start < batch.count; start += lanes) {
    const std::size_t filled = std::min(lanes, batch.count - start);
    const std::uint64_t* from = entities.data();
    if (batch.entities == nullptr) {
      for (std::size_t i = 0; i < lanes; ++i)
        entities[i] = batch.first + start + i;
    } else if (filled == lanes) {
      from = batch.entities + start;
    } else {
      std::copy_n(batch.entities + start, filled, entities.begin());
    }
    if (filled == lanes) {
      mix_entities(batch, from,
                   {batch.words[0] + start, batch.words[1] + start, batch.words[2] + start,
                    batch.words[3] + start});
      continue;
    }
    std::array<std::array<std::uint32_t, lanes>, 4> words;
    mix_entities(batch, from, {words[0].data(), words[1].data(), words[2].data(), words[3].data()});
    for (std::size_t k = 0; k < 4; ++k)
      std::copy_n(words[k].begin(), filled, batch.words[k] + start);
  }
}
