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
#include <limits>
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

  /// A step's hazard, and how far the two nearer lists should then reach: the same for all
  /// calendars with this hazard.
  struct Pace {
    std::uint64_t hazard = 0, near = 0, far = 0;

    Pace() = default;
    explicit Pace(std::uint64_t the_hazard) : hazard(the_hazard) {
      if (hazard == 0)
        return;
      // Square roots only, which are the same on every machine: t^(5/8) stands in for t^(2/3).
      const double step = static_cast<double>(hazard);
      const double t = std::sqrt(2.0 / (step * 0x1p-32));
      const double far_steps = std::clamp(t * std::sqrt(std::sqrt(t)), 1.0, 400.0);
      near = static_cast<std::uint64_t>(std::sqrt(far_steps) * step);
      far = static_cast<std::uint64_t>(far_steps * step);
    }
  };

  /// Room for so many who enter before the first step.
  void reserve(std::size_t parties) { far_.records.reserve(parties); }

  /// Exposed from the next `advance` on.
  void enter(PersonId id, Past past, std::uint64_t budget) {
    const std::uint64_t due = now_ + budget;
    List& list = due <= near_until_ ? near_ : due <= far_from_ ? middle_ : far_;
    list.add({id, due << 16 | past.bits()});
    wake_ = std::min(near_until_ + 1, near_.first_due());
  }

  /// Lets a step pass and moves everyone who is due to the end of `due`.
  void advance(const Pace& pace, std::vector<StandingRecord>& due) {
    if (pace.hazard == 0)
      return;
    now_ += pace.hazard;
    if (now_ >= wake_) [[unlikely]]
      wake(pace, due);
  }

  std::size_t size() const {
    return near_.records.size() + middle_.records.size() + far_.records.size();
  }
  std::size_t memory() const {
    return (near_.records.capacity() + middle_.records.capacity() + far_.records.capacity()) *
           sizeof(StandingRecord);
  }
  template <typename Visit> void for_each(Visit&& visit) const {
    for (const List* list : {&near_, &middle_, &far_}) {
      for (const StandingRecord& record : list->records)
        visit(record.id, record.past());
    }
  }

  /// `archive` saves or restores each part in turn.
  template <typename Archive> void serialise(Archive& archive) {
    archive(now_, near_until_, far_from_, near_.records, middle_.records, far_.records);
    if constexpr (Archive::restores) {
      for (List* list : {&near_, &middle_, &far_})
        list->find_earliest();
      wake_ = std::min(near_until_ + 1, near_.first_due());
    }
  }

 private:
  // 48 bits hold a cumulative hazard of 65536; it begins again at 0 in time.
  static constexpr std::uint64_t rebase_at = std::uint64_t{1} << 47;
  static constexpr std::uint64_t nobody = std::numeric_limits<std::uint64_t>::max();

  // Records in any order, on which nothing depends, and the least of their bits: a list of which
  // nobody is due yet is not looked at.
  struct List {
    std::vector<StandingRecord> records;
    std::uint64_t earliest = nobody;

    std::uint64_t first_due() const { return earliest >> 16; }
    void add(const StandingRecord& record) {
      earliest = std::min(earliest, record.bits);
      records.push_back(record);
    }
    void find_earliest() {
      earliest = nobody;
      for (const StandingRecord& record : records)
        earliest = std::min(earliest, record.bits);
    }
    // Hands over those due by `until`. The last takes a free place: those who stay are only read.
    template <typename Receive> void take_due(std::uint64_t until, Receive&& receive) {
      const std::uint64_t last = until << 16 | 0xffff;
      if (earliest > last)
        return;
      earliest = nobody;
      StandingRecord* const first = records.data();
      std::size_t size = records.size();
      for (std::size_t i = 0; i < size;) {
        if (first[i].bits <= last) [[unlikely]] {
          receive(first[i]);
          first[i] = first[--size];
        } else {
          earliest = std::min(earliest, first[i].bits);
          ++i;
        }
      }
      records.resize(size);
    }
  };

  void wake(const Pace& pace, std::vector<StandingRecord>& due) {
    if (now_ > near_until_) {
      if (now_ > rebase_at)
        rebase();
      if (now_ + pace.near > far_from_) {
        far_from_ = now_ + pace.far;
        far_.take_due(far_from_, [&](const StandingRecord& record) { middle_.add(record); });
      }
      near_until_ = now_ + pace.near;
      middle_.take_due(near_until_, [&](const StandingRecord& record) { near_.add(record); });
    }
    near_.take_due(now_, [&](const StandingRecord& record) { due.push_back(record); });
    wake_ = std::min(near_until_ + 1, near_.first_due());
  }

  void rebase() {
    for (List* list : {&near_, &middle_, &far_}) {
      for (StandingRecord& record : list->records) {
        const std::uint64_t due = std::max(record.due(), now_) - now_;
        record.bits = due << 16 | record.past().bits();
      }
      list->find_earliest();
    }
    now_ = near_until_ = far_from_ = 0;
  }

  std::uint64_t now_ = 0;
  std::uint64_t near_until_ = 0; ///< all of near_ are due by then, and nobody else
  std::uint64_t far_from_ = 0;   ///< all of far_ are due later, and nobody else
  std::uint64_t wake_ = 0;       ///< before it there is nothing to do
  List near_, middle_, far_;
};

} // namespace cauce::people
