// Arrays with named axes mapped onto each other: how an XMILE variable feeds a rate of the people,
// how a count of people feeds an XMILE variable, how an outcome is taken from either.
//
// Both sides are row-major arrays. Axes are matched by name, in any order. An axis that only the
// target has is broadcast; one that only the source has is summed. An axis may be pinned to one
// element (`at`). Country stands in for department where one side has only the country: broadcast
// to its departments, or summed over them.
#pragma once

#include "cauce/base/diagnostics.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace cauce::system {

/// One axis of one side: its canonical name ("country", "kind") and number of elements.
struct ArrayAxis {
  std::string name;
  std::vector<std::string> elements;
};

/// Elements that an axis is pinned to, by axis name.
using Pinned = std::map<std::string, std::string>;

/// What a map needs to know of the pack: the country index of each department.
struct PlaceTree {
  std::span<const int> country_of_department;
};

/// Which elements of the source are added into which of the target.
class ArrayMap {
 public:
  struct Pair {
    std::uint32_t source;
    std::uint32_t target;
  };
  /// Pairs in which both indices go on by fixed steps; most maps are one or a few of these.
  struct Run {
    std::uint32_t source, target;
    std::uint32_t source_step, target_step;
    std::uint32_t length;
  };

  /// Matches `source` to `target`. `pinned` fixes axes of whichever side has them. Adds P301
  /// (axes cannot be matched) or P302 (unknown element) to `findings`, at `where`.
  static ArrayMap make(std::span<const ArrayAxis> source, std::span<const ArrayAxis> target,
                       const Pinned& pinned, const PlaceTree& places, const SourcePos& where,
                       Diagnostics& findings);

  /// target[t] += the sum of source[s] over its pairs, times `factor`; other targets are left.
  template <typename Source, typename Target>
  void add(std::span<const Source> source, std::span<Target> target, double factor) const {
    for (const Run& run : runs_) {
      const Source* const from = source.data() + run.source;
      Target* const to = target.data() + run.target;
      const auto value = [factor](Source x) {
        return static_cast<Target>(static_cast<double>(x) * factor);
      };
      if (run.source_step == 1 && run.target_step == 1) {
        for (std::size_t i = 0; i < run.length; ++i)
          to[i] += value(from[i]);
      } else {
        for (std::size_t i = 0; i < run.length; ++i)
          to[i * run.target_step] += value(from[i * run.source_step]);
      }
    }
  }
  /// target[t] = the sum of source[s] over its pairs; targets without a pair are left.
  void assign(std::span<const double> source, std::span<double> target) const {
    if (each_once_) {
      for (const Run& run : runs_) {
        const double* const from = source.data() + run.source;
        double* const to = target.data() + run.target;
        if (run.source_step == 1 && run.target_step == 1) {
          std::copy_n(from, run.length, to);
        } else {
          for (std::size_t i = 0; i < run.length; ++i)
            to[i * run.target_step] = from[i * run.source_step];
        }
      }
      return;
    }
    for (const Run& run : runs_) {
      for (std::size_t i = 0; i < run.length; ++i)
        target[run.target + i * run.target_step] = 0.0;
    }
    add(source, target, 1.0);
  }
  /// Every pair, by target, then source.
  std::vector<Pair> pairs() const;

 private:
  std::vector<Run> runs_;  // in the order of their pairs: sums have one order everywhere
  bool each_once_ = false; // no target has more than one source
};

} // namespace cauce::system
