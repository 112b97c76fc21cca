// What all departments share in one step: the rates, made ready for use.
//
// Prepared once a step from `Rates`, then only read. Here bad numbers end: a hazard that is
// negative or NaN counts as 0, a probability is cut to [0, 1], shares need not add up (they are
// normalised; when all are 0 the last alternative is taken).
#pragma once

#include "cauce/base/math.hpp"
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

/// Of a hazard summed up over a time: 1 - exp(-x), without loss where x is small (x - x^2/2 + x^3/6
/// has a relative error below 1e-16 under 1e-5). For loops over lanes, so without branches.
[[gnu::always_inline]] inline double event_probability(double x) {
  const double series = x * (1.0 - x * (0.5 - x * (1.0 / 6.0)));
  const double whole = 1.0 - math::exp(-x);
  return x < 1e-5 ? series : whole;
}

/// Events of the road that befall the whole party; the others befall one of its members.
inline constexpr bool befalls_party(RoadEvent event) {
  return event != RoadEvent::sexual_violence && event != RoadEvent::injury &&
         event != RoadEvent::death;
}

/// What multiplies the hazard of an event on a link.
inline double link_factor(RoadEvent event, const RoadLink& link) {
  if (event == RoadEvent::mexican_apprehension)
    return link.enforcement;
  return event == RoadEvent::give_up || event == RoadEvent::settle ? 1.0 : link.danger;
}

/// Kind and smuggler: kind * 2 + smuggler.
inline constexpr std::size_t row_count = kind_count * 2;
constexpr std::size_t row_of(Kind kind, bool smuggler) {
  return static_cast<std::size_t>(kind) * 2 + (smuggler ? 1 : 0);
}
/// Parties that the road treats alike: adults, children, families of 1 to 6, each with a smuggler
/// or without.
inline constexpr std::size_t type_count = 16;
constexpr std::size_t type_of(Kind kind, std::uint32_t members, bool smuggler) {
  const std::size_t who = kind == Kind::adult ? 0 : kind == Kind::child ? 1 : 1 + members;
  return who * 2 + (smuggler ? 1 : 0);
}

/// Changes of standing of one country and kind in one class: cumulative hazards over a step,
/// without death from all causes.
struct ClassHazard {
  std::array<double, move_count> cumulative{};
  double total() const { return cumulative.back(); }
};

class StepTables {
 public:
  explicit StepTables(const Plan& plan);
  /// Everything of a step of `months` that begins in month `month` since the start. Keeps a
  /// reference to `rates`.
  void prepare(const Rates& rates, double months, std::int64_t month);

  const Plan& plan;
  double months = 0.0;    ///< length of the step
  double days = 0.0;      ///< the same
  std::int64_t month = 0; ///< since the start

  /// Route choice. Of the ways out of a node that one is picked whose index is the number of the
  /// node's thresholds that the draw has reached: [kind][node][fork_size], `Ways::choices` - 1
  /// thresholds, then as many ways as choices, then nothing.
  std::vector<std::uint32_t> forks;
  std::size_t fork_size;
  std::array<float, row_count> speed{};       ///< km a day
  std::array<float, row_count> days_per_km{}; ///< 1 / speed; huge where nobody moves
  std::vector<float> link_hazard;             ///< [link][type]: of any event, a day
  /// By kind: cumulative shares of sectors, for those who come to the border from the north of
  /// Mexico.
  std::array<std::vector<double>, kind_count> sector_cumulative;
  /// [country][kind][class]
  std::vector<ClassHazard> class_hazard;
  /// By country, the totals of these: [class][kind].
  std::vector<std::array<double, class_count * kind_count>> class_total;
  /// Cumulative shares of families of 2, 3, 4, 5, 6.
  std::array<double, 5> size_cumulative{};
  double mean_family = 0.0; ///< persons

  const Rates& rates() const { return *rates_; }

  /// The hazard a day of one event on a link.
  double road_hazard(RoadEvent event, const RoadLink& link, std::size_t row) const {
    return event_hazard_[link.corridor][static_cast<std::size_t>(event)][row] *
           link_factor(event, link);
  }

  /// The way that `word` picks at a node.
  std::uint16_t pick_way(std::size_t kind, std::size_t node, std::uint32_t word) const {
    const std::size_t others = plan.ways.choices - 1;
    const std::uint32_t* const fork = forks.data() + (kind * plan.nodes.size() + node) * fork_size;
    return static_cast<std::uint16_t>(fork[others + random::pick(std::span(fork, others), word)]);
  }
  const ClassHazard& class_of(std::size_t country, std::size_t kind, std::size_t place) const {
    return class_hazard[(country * kind_count + kind) * class_count + place];
  }
  /// rates[rate][country][kind]
  double by_country_kind(Rate rate, std::size_t country, std::size_t kind) const {
    return rates()[rate][country * kind_count + kind];
  }

 private:
  /// By row, padded to whole vectors.
  using Rows = std::array<double, 8>;
  struct RoadHazards; // a kernel

  void prepare_routes();
  void weigh_links(std::size_t kind);
  void set_forks(std::size_t kind);
  void prepare_road();
  void prepare_classes();

  const Rates* rates_ = nullptr;
  journeys::Access access_;
  std::int64_t dated_ = -1; ///< the month for which links are open or closed; -1: none
  /// [corridor][event]: hazards a day but for the link's danger and enforcement.
  std::vector<std::array<Rows, road_event_count>> event_hazard_;
  std::vector<std::uint32_t> road_links_; ///< those where hazards apply
  /// By kind: what its links weigh, and the rates (a km, by corridor) of which that was made.
  struct LinkWeights {
    std::vector<double> made_of, utility, weight;
  };
  std::array<LinkWeights, kind_count> links_;
  std::vector<double> wanted_, end_utility_, end_weight_, node_weight_, way_probability_;
};

} // namespace cauce::people
