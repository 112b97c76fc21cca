#include "cauce/people/luck.hpp"

#include "cauce/base/instruction_set.hpp"
#include "cauce/base/math.hpp"

#include <algorithm>
#include <cassert>

namespace cauce::people {

namespace {
// 1 - u for a uniform u on a grid of 2^-52, in (0, 1]: mantissa bits below the exponent of 1.
[[gnu::always_inline]] inline double from_one_down(std::uint64_t bits) {
  return 2.0 - __builtin_bit_cast(double, bits >> 12 | 0x3ff0000000000000ULL);
}

// A batch of blocks costs as much as this many one by one.
constexpr std::size_t fewest_for_a_batch = 4;

[[gnu::always_inline]] inline void minus_logs(const std::uint64_t* bits, double* values,
                                              std::size_t count) {
  for (std::size_t i = 0; i < count; ++i)
    values[i] = -math::log(from_one_down(bits[i]));
}
} // namespace

double Luck::exponential() { return -math::log(from_one_down(bits())); }

void exponentials(std::span<const std::uint64_t> bits, std::span<double> values) {
  run_kernel<minus_logs>(bits.data(), values.data(), bits.size());
}

void draw_fortunes(random::Key key, std::uint32_t step, Purpose purpose,
                   std::span<const std::uint64_t> entities, std::span<Fortune> fortunes) {
  assert(entities.size() <= fortune_batch && fortunes.size() == entities.size());
  const std::size_t count = entities.size();
  if (count < fewest_for_a_batch) {
    for (std::size_t i = 0; i < count; ++i) {
      const random::Block block = random::philox(
          key, random::Counter::of(entities[i], step, static_cast<std::uint32_t>(purpose)));
      const std::uint64_t bits = std::uint64_t{block[2]} << 32 | block[3];
      fortunes[i] = {std::uint64_t{block[0]} << 32 | block[1], -math::log(from_one_down(bits))};
    }
    return;
  }
  std::array<std::array<std::uint32_t, fortune_batch>, 4> words;
  const auto first = [&](std::size_t k) { return std::span(words[k]).first(count); };
  random::philox_batch(key, entities, step, static_cast<std::uint32_t>(purpose),
                       {first(0), first(1), first(2), first(3)});
  std::array<std::uint64_t, fortune_batch> bits;
  std::array<double, fortune_batch> values;
  for (std::size_t i = 0; i < count; ++i)
    bits[i] = std::uint64_t{words[2][i]} << 32 | words[3][i];
  run_kernel<minus_logs>(bits.data(), values.data(), count);
  for (std::size_t i = 0; i < count; ++i) {
    fortunes[i] = {std::uint64_t{words[0][i]} << 32 | words[1][i], values[i]};
  }
}

} // namespace cauce::people
