// When those of one class move: own budgets against the class's cumulative hazard.
//
// Everyone who enters a class draws a budget E ~ Exp(1) and is due when the class's cumulative
// hazard has grown by E: exact for hazards that change with time (time change of a Poisson process,
// e.g. Gibson and Bruck 2000, J. Phys. Chem. A 104:1876), one draw a stay, and nobody's luck
// depends on who else is there. Hazards are whole multiples of 2^-32, so that sums have no order.
//
// Three lists, by when their people are due: the near one is looked at in each step, the middle one
// when the near horizon is passed, the far one when the far horizon is. With a step's hazard h and
// horizons of h^(-1/3) and h^(-2/3) steps all three cost about the same, some 3 h^(2/3) / 2 looks a
// person and step.
#pragma once

#include "cauce/people/records.hpp"

#include <algorithm>
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
    (due <= near_until_ ? near_
     : due <= far_from_ ? middle_
                        : far_)
        .push_back({id, due << 16 | past.bits()});
  }

  /// Lets `hazard` pass and moves everyone who is due to the end of `due`.
  void advance(std::uint64_t hazard, std::vector<StandingRecord>& due) {
    if (hazard == 0)
      return;
    now_ += hazard;
    if (now_ > near_until_)
      look_further(hazard);
    if (!near_.empty())
      split(near_, now_, due);
  }

  std::size_t size() const { return near_.size() + middle_.size() + far_.size(); }
  std::size_t memory() const {
    return (near_.capacity() + middle_.capacity() + far_.capacity()) * sizeof(StandingRecord);
  }
  template <typename Visit> void for_each(Visit&& visit) const {
    for (const auto* records : {&near_, &middle_, &far_}) {
      for (const StandingRecord& record : *records)
        visit(record.id, record.past());
    }
  }

  /// `archive` saves or restores each part in turn.
  template <typename Archive> void serialise(Archive& archive) {
    archive(now_, near_until_, far_from_, near_, middle_, far_);
  }

 private:
  // 48 bits hold a cumulative hazard of 65536; it begins again at 0 in time.
  static constexpr std::uint64_t rebase_at = std::uint64_t{1} << 47;

  void look_further(std::uint64_t hazard) {
    if (now_ > rebase_at)
      rebase();
    // Square roots only, which are the same on every machine: t^(5/8) stands in for t^(2/3).
    const double step = static_cast<double>(hazard);
    const double t = std::sqrt(2.0 / (step * 0x1p-32));
    const double far_steps = std::clamp(t * std::sqrt(std::sqrt(t)), 1.0, 400.0);
    const auto near = static_cast<std::uint64_t>(std::sqrt(far_steps) * step);
    if (now_ + near > far_from_) {
      far_from_ = now_ + static_cast<std::uint64_t>(far_steps * step);
      split(far_, far_from_, middle_);
    }
    near_until_ = now_ + near;
    split(middle_, near_until_, near_);
  }

  // Moves those due by `until` from one list to the end of another. The last of the list takes a
  // free place: its order changes, on which nothing depends, and those who stay are only read.
  static void split(std::vector<StandingRecord>& from, std::uint64_t until,
                    std::vector<StandingRecord>& to) {
    const std::uint64_t last = until << 16 | 0xffff;
    StandingRecord* const first = from.data();
    std::size_t size = from.size();
    for (std::size_t i = 0; i < size; ++i) {
      while (first[i].bits <= last)
        [[unlikely]] {
          to.push_back(first[i]);
          first[i] = first[--size];
          if (i == size)
            break;
        }
    }
    from.resize(size);
  }

  void rebase() {
    for (auto* records : {&near_, &middle_, &far_}) {
      for (StandingRecord& record : *records) {
        const std::uint64_t due = std::max(record.due(), now_) - now_;
        record.bits = due << 16 | record.past().bits();
      }
    }
    now_ = near_until_ = far_from_ = 0;
  }

  std::uint64_t now_ = 0;
  std::uint64_t near_until_ = 0; ///< all of near_ are due by then, and nobody else
  std::uint64_t far_from_ = 0;   ///< all of far_ are due later, and nobody else
  std::vector<StandingRecord> near_, middle_, far_;
};

} // namespace cauce::people
