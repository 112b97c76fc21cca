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
// person and step. A class of few people has one list for many steps: to look at all of them when
// one is due costs less than to sort them.
//
// In most steps most classes have nobody due, which their clocks tell without a look at the lists:
// the clocks of a department lie side by side.
#pragma once

#include "cauce/people/records.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace cauce::people {

/// A hazard over a step as calendars count it; 40 and above is certain. (Conversions of signed
/// numbers are one instruction.)
inline std::uint64_t calendar_hazard(double hazard) {
  return static_cast<std::uint64_t>(
      static_cast<std::int64_t>(std::min(hazard, 40.0) * 0x1p32 + 0.5));
}
/// The budget for a draw of Exp(1).
inline std::uint64_t calendar_budget(double exponential) {
  return static_cast<std::uint64_t>(static_cast<std::int64_t>(exponential * 0x1p32)) + 1;
}

/// Lets the clocks of a department's classes go on by a step's hazards: a bit for each (at most 64)
/// that reaches its hour. All of one length.
std::uint64_t advance_clocks(std::span<std::uint64_t> clocks, std::span<const std::uint64_t> hours,
                             std::span<const std::uint64_t> hazards);

/// The calendars of `count` classes.
template <std::size_t count> class Calendars {
  static_assert(count <= 64);

 public:
  /// Up to whole vectors: those beyond the classes have no hazard.
  static constexpr std::size_t slots = (count + 7) / 8 * 8;
  using Hazards = std::array<std::uint64_t, slots>; ///< of a step, by class
  static constexpr Hazards all_of(std::uint64_t value) {
    Hazards hazards{};
    hazards.fill(value);
    return hazards;
  }

  /// Exposed from the next `pass` on.
  void enter(std::size_t place, PersonId id, Past past, std::uint64_t budget) {
    Lists& own = lists_[place];
    const std::uint64_t due = now_[place] + budget;
    own.list_of(due).add({id, due << 16 | past.bits()});
    wake_[place] = own.wake();
  }

  /// Fetches what `enter` will write to.
  void expect(std::size_t place, std::uint64_t budget) {
    const std::vector<StandingRecord>& records =
        lists_[place].list_of(now_[place] + budget).records;
    __builtin_prefetch(records.data() + records.size(), 1);
  }

  /// Lets a step pass. A bit for each class in which something is to be done.
  std::uint64_t pass(const Hazards& hazards) { return advance_clocks(now_, wake_, hazards); }
  /// Fetches what `take_due` will read: first the class, then its nearest list.
  void expect_class(std::size_t place) const { __builtin_prefetch(&lists_[place]); }
  void expect_list(std::size_t place) const {
    __builtin_prefetch(lists_[place].near.records.data());
  }
  /// After `pass`, for a class of its bits: moves everyone who is due to the end of `due`.
  void take_due(std::size_t place, std::uint64_t hazard, std::vector<StandingRecord>& due) {
    Lists& own = lists_[place];
    std::uint64_t& now = now_[place];
    if (now > own.near_until) {
      if (now > rebase_at)
        rebase(place);
      const Horizons reach(hazard, own.near.records.size() + own.middle.records.size() +
                                       own.far.records.size());
      if (now + reach.near > own.far_from) {
        own.far_from = now + reach.far;
        own.far.take_due(own.far_from,
                         [&](const StandingRecord& record) { own.middle.add(record); });
      }
      own.near_until = now + reach.near;
      own.middle.take_due(own.near_until,
                          [&](const StandingRecord& record) { own.near.add(record); });
    }
    own.near.take_due(now, [&](const StandingRecord& record) { due.push_back(record); });
    wake_[place] = own.wake();
  }

  std::size_t memory() const {
    std::size_t records = 0;
    for (const Lists& own : lists_) {
      records +=
          own.near.records.capacity() + own.middle.records.capacity() + own.far.records.capacity();
    }
    return records * sizeof(StandingRecord);
  }
  template <typename Visit> void for_each(Visit&& visit) const {
    for (const Lists& own : lists_) {
      for (const List* list : {&own.near, &own.middle, &own.far}) {
        for (const StandingRecord& record : list->records)
          visit(record.id, record.past());
      }
    }
  }

  /// `archive` saves or restores each part in turn.
  template <typename Archive> void serialise(Archive& archive) {
    for (std::size_t i = 0; i < count; ++i) {
      Lists& own = lists_[i];
      archive(now_[i], own.near_until, own.far_from, own.near.records, own.middle.records,
              own.far.records);
      if constexpr (Archive::restores) {
        for (List* list : {&own.near, &own.middle, &own.far})
          list->find_earliest();
        wake_[i] = own.wake();
      }
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

  struct Lists {
    std::uint64_t near_until = 0; ///< all of `near` are due by then, and nobody else
    std::uint64_t far_from = 0;   ///< all of `far` are due later, and nobody else
    List near, middle, far;

    List& list_of(std::uint64_t due) {
      return due <= near_until ? near : due <= far_from ? middle : far;
    }
    /// Before it there is nothing to do.
    std::uint64_t wake() const { return std::min(near_until + 1, near.first_due()); }
  };

  // How far the two nearer lists of a class of `parties` should reach.
  struct Horizons {
    std::uint64_t near, far;

    Horizons(std::uint64_t hazard, std::size_t parties) {
      // Looks a step at one list: those due a step times all. Sorting costs about eight.
      const double size = static_cast<double>(parties);
      if (size * size * static_cast<double>(hazard) <= 8 * 0x1p32) {
        near = far = 64 * hazard;
        return;
      }
      // Square roots only, which are the same on every machine: t^(5/8) stands in for t^(2/3).
      const double step = static_cast<double>(hazard);
      const double t = std::sqrt(2.0 / (step * 0x1p-32));
      const double far_steps = std::clamp(t * std::sqrt(std::sqrt(t)), 1.0, 400.0);
      near = static_cast<std::uint64_t>(std::sqrt(far_steps) * step);
      far = static_cast<std::uint64_t>(far_steps * step);
    }
  };

  void rebase(std::size_t place) {
    Lists& own = lists_[place];
    std::uint64_t& now = now_[place];
    for (List* list : {&own.near, &own.middle, &own.far}) {
      for (StandingRecord& record : list->records) {
        const std::uint64_t due = std::max(record.due(), now) - now;
        record.bits = due << 16 | record.past().bits();
      }
      list->find_earliest();
    }
    now = own.near_until = own.far_from = 0;
  }

  // By class: the cumulative hazard, and before which there is nothing to do. Who has no hazard is
  // never woken: budgets are at least 1.
  Hazards now_{};
  Hazards wake_ = all_of(1);
  std::array<Lists, count> lists_;
};

} // namespace cauce::people
