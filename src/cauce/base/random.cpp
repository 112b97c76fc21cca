// Batches of Philox blocks, for the instruction sets of instruction_set.hpp. GCC 12 makes three
// products of one (or the slow vpmullq) where it is not told that upper halves do not count.
#include "cauce/base/random.hpp"

#include "cauce/base/instruction_set.hpp"

#include <algorithm>
#include <cstring>

#ifdef CAUCE_SEVERAL_INSTRUCTION_SETS
#include <immintrin.h>
#endif

namespace cauce::random {

namespace {
struct Batch {
  Key key;
  std::uint32_t step, purpose;
  std::size_t count;
  const std::uint64_t* entities; ///< none: first, first + 1, ...
  std::uint64_t first;
  std::array<std::uint32_t*, 4> words;
};

#ifdef CAUCE_SEVERAL_INSTRUCTION_SETS
namespace baseline {
using Register [[gnu::vector_size(16)]] = std::uint64_t;
using Halves [[gnu::vector_size(8)]] = std::uint32_t;
inline Register product(Register a, Register b) {
  return reinterpret_cast<Register>(
      _mm_mul_epu32(reinterpret_cast<__m128i>(a), reinterpret_cast<__m128i>(b)));
}
#include "cauce/base/philox_body.hpp"
} // namespace baseline

#pragma GCC push_options
#pragma GCC target("avx2")
namespace avx2 {
using Register [[gnu::vector_size(32)]] = std::uint64_t;
using Halves [[gnu::vector_size(16)]] = std::uint32_t;
inline Register product(Register a, Register b) {
  return reinterpret_cast<Register>(
      _mm256_mul_epu32(reinterpret_cast<__m256i>(a), reinterpret_cast<__m256i>(b)));
}
#include "cauce/base/philox_body.hpp"
} // namespace avx2
#pragma GCC pop_options

#pragma GCC push_options
#pragma GCC target("avx512f,avx512dq,avx512vl,prefer-vector-width=512")
namespace avx512 {
using Register [[gnu::vector_size(64)]] = std::uint64_t;
using Halves [[gnu::vector_size(32)]] = std::uint32_t;
inline Register product(Register a, Register b) {
  return reinterpret_cast<Register>(
      _mm512_maskz_mul_epu32(0xff, reinterpret_cast<__m512i>(a), reinterpret_cast<__m512i>(b)));
}
#include "cauce/base/philox_body.hpp"
} // namespace avx512
#pragma GCC pop_options

void mix_batch(const Batch& batch) {
  switch (instruction_set()) {
  case InstructionSet::avx512:
    return avx512::mix_batch(batch);
  case InstructionSet::avx2:
    return avx2::mix_batch(batch);
  case InstructionSet::baseline:
    return baseline::mix_batch(batch);
  }
}
#else
void mix_batch(const Batch& batch) {
  for (std::size_t i = 0; i < batch.count; ++i) {
    const std::uint64_t entity = batch.entities == nullptr ? batch.first + i : batch.entities[i];
    const Block block = philox(batch.key, Counter::of(entity, batch.step, batch.purpose));
    for (std::size_t k = 0; k < 4; ++k)
      batch.words[k][i] = block[k];
  }
}
#endif
} // namespace

void philox_batch(Key key, std::span<const std::uint64_t> entities, std::uint32_t step,
                  std::uint32_t purpose, const std::array<std::span<std::uint32_t>, 4>& words) {
  mix_batch(Batch{key,
                  step,
                  purpose,
                  entities.size(),
                  entities.data(),
                  0,
                  {words[0].data(), words[1].data(), words[2].data(), words[3].data()}});
}

void philox_batch(Key key, std::uint64_t first, std::uint32_t step, std::uint32_t purpose,
                  const std::array<std::span<std::uint32_t>, 4>& words) {
  mix_batch(Batch{key,
                  step,
                  purpose,
                  words[0].size(),
                  nullptr,
                  first,
                  {words[0].data(), words[1].data(), words[2].data(), words[3].data()}});
}

} // namespace cauce::random
