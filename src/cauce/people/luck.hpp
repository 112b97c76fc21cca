// The luck of one party in one step and for one purpose: as many draws as it takes.
//
// Seeded by a Philox block that is keyed by (run, party, step, purpose), continued by SplitMix64
// (Steele, Lea and Flood 2014), which passes BigCrush and costs a tenth: the number of draws a
// party needs in a step is not known beforehand and is small (under 100). Blocks are made in
// batches, and so is the exponential draw that most uses begin with.
#pragma once

#include "cauce/base/random.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace cauce::people {

/// What a draw is for. Values are part of the law of a run: do not renumber.
enum class Purpose : std::uint32_t { home = 0x100, departure, road, standing, start, court };

class Luck {
 public:
  constexpr Luck() = default;
  explicit constexpr Luck(std::uint64_t seed) : state_(seed) {}

  /// 64 bits.
  constexpr std::uint64_t bits() {
    const std::uint64_t value = random::mix(state_);
    state_ += 0x9e3779b97f4a7c15ULL;
    return value;
  }
  /// A word for thresholds.
  constexpr std::uint32_t word() { return static_cast<std::uint32_t>(bits() >> 32); }
  /// A uniform in [0, 1) on a grid of 2^-53.
  constexpr double uniform() { return static_cast<double>(bits() >> 11) * 0x1p-53; }
  /// A draw of Exp(1).
  double exponential();

 private:
  std::uint64_t state_ = 0;
};

/// What one block gives: a seed and a draw of Exp(1).
struct Fortune {
  std::uint64_t seed = 0;
  double exponential = 0.0;

  Luck luck() const { return Luck(seed); }
  /// Luck for another use in the same step, apart from `luck()`.
  Luck other_luck() const { return Luck(random::mix(seed ^ 0x6a09e667f3bcc909ULL)); }
};

/// The most that one call may ask for.
inline constexpr std::size_t fortune_batch = 256;

/// fortunes[i] is that of entity i in this step for this purpose; at most `fortune_batch`.
void draw_fortunes(random::Key key, std::uint32_t step, Purpose purpose,
                   std::span<const std::uint64_t> entities, std::span<Fortune> fortunes);

/// Turns 64 random bits each into draws of Exp(1).
void exponentials(std::span<const std::uint64_t> bits, std::span<double> values);

/// Calls `visit(item, fortune)` for each item in order; `entity(item)` keys its fortune.
template <typename Item, typename Entity, typename Visit>
void for_each_with_fortune(random::Key key, std::uint32_t step, Purpose purpose,
                           std::span<Item> items, Entity&& entity, Visit&& visit) {
  std::array<std::uint64_t, fortune_batch> entities;
  std::array<Fortune, fortune_batch> fortunes;
  for (std::size_t start = 0; start < items.size(); start += fortune_batch) {
    const auto batch = items.subspan(start, std::min(fortune_batch, items.size() - start));
    for (std::size_t i = 0; i < batch.size(); ++i)
      entities[i] = entity(batch[i]);
    draw_fortunes(key, step, purpose, std::span(entities).first(batch.size()),
                  std::span(fortunes).first(batch.size()));
    for (std::size_t i = 0; i < batch.size(); ++i)
      visit(batch[i], fortunes[i]);
  }
}

} // namespace cauce::people
