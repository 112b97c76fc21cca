// When those of one class move: own budgets against the class's cumulative hazard.
//
// Everyone who enters a class draws a budget E ~ Exp(1) and is due when the class's cumulative
// hazard has grown by E: exact for hazards that change with time (time change of a Poisson process,
// e.g. Gibson and Bruck 2000, J. Phys. Chem. A 104:1876), one draw a stay, and nobody's luck
// depends on who else is there. Hazards are whole multiples of 2^-32, so that sums have no order.
//
// Two lists: those due before a horizon, looked at in each step, and the far ones, looked at only
// when the horizon is passed. With a step's hazard h and horizons of sqrt(2/h) steps both cost the
// same, some sqrt(2 h) looks a person and step.
#pragma once

#include "cauce/people/records.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

namespace cauce::people {

class Calendar {
public:
  /// A hazard over a step as the calendar counts it; 40 and above is certain.
  static std::uint64_t fixed(double hazard) {
    return static_cast<std::uint64_t>(std::min(hazard, 40.0) * 0x1p32 + 0.5);
  }
  /// The budget for a draw of Exp(1).
  static std::uint64_t budget(double exponential) {
    return static_cast<std::uint64_t>(exponential * 0x1p32) + 1;
  }

  /// Exposed from the next `advance` on.
  void enter(PersonId id, Past past, std::uint64_t budget) {
    const std::uint64_t due = now_ + budget;
    (due <= horizon_ ? near_ : far_).push_back({id, due << 16 | past.bits()});
  }

  /// Lets `hazard` pass and moves everyone who is due to the end of `due`.
  void advance(std::uint64_t hazard, std::vector<StandingRecord>& due) {
    if (hazard == 0) return;
    now_ += hazard;
    if (now_ > horizon_) look_far(hazard);
    if (!near_.empty()) split(near_, now_, due);
  }

  std::size_t size() const { return near_.size() + far_.size(); }
  std::size_t memory() const {
    return (near_.capacity() + far_.capacity()) * sizeof(StandingRecord);
  }
  template <typename Visit> void for_each(Visit&& visit) const {
    for (const StandingRecord& record : near_) visit(record.id, record.past());
    for (const StandingRecord& record : far_) visit(record.id, record.past());
  }

  /// `archive` saves or restores each part in turn.
  template <typename Archive> void serialise(Archive& archive) {
    archive(now_, horizon_, near_, far_);
  }

private:
  // 48 bits hold a cumulative hazard of 65536; it begins again at 0 in time.
  static constexpr std::uint64_t rebase_at = std::uint64_t{1} << 47;

  void look_far(std::uint64_t hazard) {
    if (now_ > rebase_at) rebase();
    const double step = static_cast<double>(hazard) * 0x1p-32;
    const double steps = std::clamp(std::sqrt(2.0 / step), 1.0, 64.0);
    horizon_ = now_ + static_cast<std::uint64_t>(steps * static_cast<double>(hazard));
    split(far_, horizon_, near_);
  }

  // Moves those due by `until` from one list to the end of another; both keep their order. Writes
  // each record to both places and counts on, since who is due cannot be predicted.
  static void split(std::vector<StandingRecord>& from, std::uint64_t until,
                    std::vector<StandingRecord>& to) {
    constexpr std::size_t batch = 128;
    std::array<StandingRecord, batch> due;
    const std::uint64_t last = until << 16 | 0xffff;
    std::size_t kept = 0;
    for (std::size_t start = 0; start < from.size(); start += batch) {
      const std::size_t end = std::min(start + batch, from.size());
      std::size_t moved = 0;
      for (std::size_t i = start; i < end; ++i) {
        const StandingRecord record = from[i];
        const bool is_due = record.bits <= last;
        from[kept] = record;
        due[moved] = record;
        kept += is_due ? 0 : 1;
        moved += is_due ? 1 : 0;
      }
      to.insert(to.end(), due.begin(), due.begin() + static_cast<std::ptrdiff_t>(moved));
    }
    from.resize(kept);
  }

  void rebase() {
    for (auto* records : {&near_, &far_}) {
      for (StandingRecord& record : *records) {
        const std::uint64_t due = std::max(record.due(), now_) - now_;
        record.bits = due << 16 | record.past().bits();
      }
    }
    now_ = 0;
  }

  std::uint64_t now_ = 0;
  std::uint64_t horizon_ = 0;
  std::vector<StandingRecord> near_, far_;
};

} // namespace cauce::people
