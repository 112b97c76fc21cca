// What all departments share in one step: the rates, made ready for use.
//
// Built once a step from `Rates`, then only read. Here bad numbers end: a hazard that is negative
// or NaN counts as 0, a probability is cut to [0, 1], shares need not add up (they are normalised;
// when all are 0 the last alternative is taken).
#pragma once

#include "cauce/people/journeys/choice.hpp"
#include "cauce/people/plan.hpp"

#include <array>
#include <cmath>
#include <span>
#include <vector>

namespace cauce::people {

inline constexpr double days_per_month = 365.25 / 12;
inline constexpr std::size_t road_event_count = 9;
inline constexpr std::size_t disposition_count = 7;
inline constexpr std::size_t move_count = 17;
/// Classes of those who wait: the standings, then those returned home.
inline constexpr std::size_t returned_class = status_count;
inline constexpr std::size_t class_count = status_count + 1;

/// Living in the United States: neither held nor waiting elsewhere.
constexpr bool in_the_us(std::size_t status) {
  return status >= static_cast<std::size_t>(Status::pending) &&
         status <= static_cast<std::size_t>(Status::lawful);
}

/// Those of the returned, in the place of `Move`.
enum class ReturnedMove : std::uint8_t { retry, reintegration };

inline double hazard(double rate) { return rate > 0.0 ? std::min(rate, 1e9) : 0.0; }
inline double probability(double p) { return p > 0.0 ? std::min(p, 1.0) : 0.0; }
inline double utility(double u) { return std::isfinite(u) ? std::clamp(u, -600.0, 600.0) : 0.0; }

/// Events of the road that befall the whole party; the others befall one of its members.
inline constexpr bool befalls_party(RoadEvent event) {
  return event != RoadEvent::sexual_violence && event != RoadEvent::injury &&
         event != RoadEvent::death;
}

/// Hazards a day on one link, by kind and smuggler.
struct LinkHazard {
  double party = 0.0;  ///< of events that befall the party
  double person = 0.0; ///< of those that befall one of its members, a member
};

/// Changes of standing of one country and kind in one class: cumulative hazards over a step,
/// without death from all causes.
struct ClassHazard {
  std::array<double, move_count> cumulative{};
  double total() const { return cumulative.back(); }
};

struct StepTables {
  StepTables(const Plan& plan, const Rates& rates, double months, std::int64_t month);

  const Plan& plan;
  const Rates& rates;
  double months;      ///< length of the step
  double days;        ///< the same
  std::int64_t month; ///< since the start

  /// Route choice by kind.
  std::array<journeys::NextLink, kind_count> next_link;
  /// By kind and smuggler (index kind * 2 + smuggler): km a day, and hazards by link.
  std::array<double, kind_count * 2> speed{};
  std::array<double, kind_count * 2> days_per_km{}; ///< 1 / speed; infinite where nobody moves
  std::vector<LinkHazard> link_hazard;              ///< [link][kind * 2 + smuggler]
  /// By kind: cumulative shares of sectors, for those who come to the border from the north of
  /// Mexico.
  std::array<std::vector<double>, kind_count> sector_cumulative;
  /// [country][kind][class]
  std::vector<ClassHazard> class_hazard;
  /// Cumulative shares of families of 2, 3, 4, 5, 6.
  std::array<double, 5> size_cumulative{};

  /// The hazard a day of one event on a link.
  double road_hazard(RoadEvent event, const RoadLink& link, std::size_t kind, bool smuggler) const;

  /// The link that `word` picks at a node, or no_index where there is no way on.
  std::uint16_t pick_link(std::size_t kind, std::size_t node, std::uint32_t word) const {
    const RoadNode& from = plan.nodes[node];
    const random::Threshold* thresholds = next_link[kind].thresholds.data() + from.first;
    const std::uint32_t draw = word >> 1;
    std::uint32_t index = 0;
    for (std::uint32_t i = 0; i < from.count; ++i)
      index += draw >= thresholds[i] ? 1U : 0U;
    return index < from.count ? plan.out_links[from.first + index] : no_index;
  }

  const LinkHazard& hazard_of(std::size_t link, std::size_t kind, bool smuggler) const {
    return link_hazard[link * kind_count * 2 + kind * 2 + (smuggler ? 1 : 0)];
  }
  const ClassHazard& class_of(std::size_t country, std::size_t kind, std::size_t place) const {
    return class_hazard[(country * kind_count + kind) * class_count + place];
  }
  /// rates[rate][country][kind]
  double by_country_kind(Rate rate, std::size_t country, std::size_t kind) const {
    return rates[rate][country * kind_count + kind];
  }
};

} // namespace cauce::people
