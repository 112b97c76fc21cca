// Those who have left, as 16-byte records: who they are, and what of their past still matters.
//
// A party (an adult, a child, or a family of 2 to 6 who share one journey) is one record in exactly
// one container. Its id says where it comes from, and keys every later draw for it. An id is made
// from (department, stratum, kind, home state, step, ordinal within these), never from a running
// number: one more party that leaves shifts nobody else's luck.
#pragma once

#include "cauce/people/interface.hpp"

#include <algorithm>
#include <cstdint>

namespace cauce::people {

inline constexpr int kind_count = 3;
inline constexpr int home_state_count = 4;
inline constexpr int most_departments = 255;
inline constexpr std::uint32_t most_steps = (1U << 20) - 2;
inline constexpr std::uint32_t most_leavers = 1U << 24; ///< of one cell in one step

/// Names a party for life. The step is `abroad_from_start` for those abroad when the run begins.
struct PersonId {
  std::uint64_t bits = 0;

  static constexpr std::uint32_t abroad_from_start = (1U << 20) - 1;
  static constexpr std::uint64_t parted_mark = 1U << 27;

  static constexpr PersonId of(std::uint32_t department, std::uint32_t stratum, Kind kind,
                               HomeState state, std::uint32_t step, std::uint32_t ordinal) {
    return {std::uint64_t{department} << 56 | std::uint64_t{step} << 36 |
            std::uint64_t{stratum} << 32 | static_cast<std::uint64_t>(kind) << 30 |
            static_cast<std::uint64_t>(state) << 28 | ordinal};
  }
  /// A child parted from a family goes on under a name of its own: `number` is the size of the
  /// family before (1 to 7), which falls each time.
  constexpr PersonId child_parted(std::uint32_t number) const {
    const std::uint64_t kind_bits = std::uint64_t{3} << 30;
    return {(bits & ~(kind_bits | 0xfffffff)) | static_cast<std::uint64_t>(Kind::child) << 30 |
            parted_mark | std::uint64_t{ordinal() & (most_leavers - 1)} << 3 | number};
  }
  constexpr bool was_parted() const { return (bits & parted_mark) != 0; }

  constexpr std::uint32_t department() const { return static_cast<std::uint32_t>(bits >> 56); }
  constexpr std::uint32_t step() const { return static_cast<std::uint32_t>(bits >> 36) & 0xfffff; }
  constexpr std::uint32_t stratum() const { return static_cast<std::uint32_t>(bits >> 32) & 15; }
  constexpr Kind kind() const { return static_cast<Kind>(bits >> 30 & 3); }
  constexpr HomeState left_as() const { return static_cast<HomeState>(bits >> 28 & 3); }
  constexpr std::uint32_t ordinal() const { return static_cast<std::uint32_t>(bits) & 0xfffffff; }
  friend constexpr auto operator<=>(PersonId, PersonId) = default;
};

/// What of a party's past still matters, in 16 bits: size 1 to 6, attempts so far (3: or more),
/// whether it came to live in the US on this journey, was last caught evading, travels with a
/// smuggler, and the month of the last apprehension by the US (from 1; 0 is never; modulo 255, so
/// that what lies 21 years back may count as recent).
class Past {
 public:
  constexpr Past() = default;
  explicit constexpr Past(std::uint16_t bits) : bits_(bits) {}
  static constexpr Past of_size(std::uint32_t persons) {
    return Past(static_cast<std::uint16_t>(persons));
  }
  constexpr std::uint16_t bits() const { return bits_; }

  constexpr std::uint32_t size() const { return bits_ & 7U; }
  constexpr void set_size(std::uint32_t persons) { set(0, 7, persons); }
  constexpr std::uint32_t attempts() const { return bits_ >> 3 & 3U; }
  constexpr void add_attempt() { set(3, 3, std::min(attempts() + 1, 3U)); }
  constexpr bool arrived() const { return (bits_ >> 5 & 1U) != 0; }
  constexpr void set_arrived(bool on) { set(5, 1, on ? 1 : 0); }
  constexpr bool evader() const { return (bits_ >> 6 & 1U) != 0; }
  constexpr void set_evader(bool on) { set(6, 1, on ? 1 : 0); }
  constexpr bool smuggler() const { return (bits_ >> 7 & 1U) != 0; }
  constexpr void set_smuggler(bool on) { set(7, 1, on ? 1 : 0); }

  /// Apprehended in month `month` (from 0 on).
  constexpr void set_apprehended(std::uint32_t month) { set(8, 255, month % 255 + 1); }
  /// Was the last apprehension within 12 months before `month`?
  constexpr bool apprehended_within_year(std::uint32_t month) const {
    const std::uint32_t last = bits_ >> 8;
    return last != 0 && (month % 255 + 255 - (last - 1)) % 255 <= 12;
  }

 private:
  constexpr void set(int shift, std::uint32_t mask, std::uint32_t value) {
    bits_ = static_cast<std::uint16_t>((bits_ & ~(mask << shift)) | value << shift);
  }
  std::uint16_t bits_ = 0;
};

/// A party on the road: on which link and how far from its end; or at which sector.
struct Traveller {
  PersonId id;
  float remaining_km = 0.0F;
  std::uint16_t place = 0; ///< link; sector for those at the border
  Past past;
};
static_assert(sizeof(Traveller) == 16);

/// A party with a standing: `due` is the class's cumulative hazard at which it moves
/// (calendar.hpp).
struct StandingRecord {
  PersonId id;
  std::uint64_t bits = 0; ///< due << 16 | past

  std::uint64_t due() const { return bits >> 16; }
  Past past() const { return Past(static_cast<std::uint16_t>(bits)); }
};
static_assert(sizeof(StandingRecord) == 16);

} // namespace cauce::people
