// What the conditions tell the people, and what the people tell the conditions.
//
// `Rates` holds every number that the people act on: hazards a month, probabilities, shares. The
// system fills it each step from XMILE variables by the pack's coupling table; the people room
// decides nothing that an equation should say. `Counts` holds what happened in one step, in whole
// persons, and the stocks at its end. Both are flat arrays over named axes, so that the coupling
// can be written in the pack and checked: name, axes, unit.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cauce::people {

/// The axes of rates and counts. Department, country, corridor and sector come from the pack; the
/// others are what the kernel knows how to do, and are fixed here.
enum class Axis {
  country,
  department,
  stratum, ///< income x relatives x children, see below
  kind,    ///< travelling party: adult, family, child
  corridor,
  sector,
  size,        ///< persons in a family party: 2, 3, 4, 5, 6
  income_move, ///< secure_to_poor, poor_to_extreme, extreme_to_poor, poor_to_secure
  road_event,
  mexico_outcome,
  disposition,
  home_state,
  status,
  move,
};

/// Household kinds: index = (income * 2 + kin) * 2 + child.
/// income: extreme, poor, secure; kin: none, kin (a close relative in the US); child: nochild,
/// child (children under 18 at home). Names are "extreme_none_nochild" and so on.
inline constexpr int stratum_count = 12;
enum class Kind : std::uint8_t { adult, family, child };
/// Where a resident stands at home.
enum class HomeState : std::uint8_t { settled, victim, displaced, returned };
/// What may end or mark a day on the road. The first ends the leg in custody; give_up turns home;
/// settle stays in Mexico; death ends; the others are harms after which the journey goes on.
enum class RoadEvent : std::uint8_t {
  mexican_apprehension,
  robbery,
  extortion,
  kidnapping,
  sexual_violence,
  injury,
  death,
  give_up,
  settle
};
/// After an apprehension in Mexico.
enum class MexicoOutcome : std::uint8_t { returned, asylum, released };
/// After an encounter with US authorities.
enum class Disposition : std::uint8_t {
  repatriated, ///< expedited removal, reinstatement, voluntary return: custody, then home
  detained,    ///< ICE detention with a case
  released,    ///< into the interior with a notice to appear
  hhs,         ///< unaccompanied child transferred to HHS
  mpp,         ///< returned to Mexico to wait for a hearing
  expelled,    ///< Title 42
  agreement    ///< sent to an agreement country
};
/// The standing of those who are neither at home nor on the road.
enum class Status : std::uint8_t {
  custody, ///< awaiting repatriation
  detained,
  hhs,
  pending,
  ordered,
  undocumented,
  tps,
  daca,
  lawful,
  mpp,
  mexico_asylum,
  mexico_settled
};
inline constexpr int status_count = 12;
/// Where a change of status leads: to another status (same order as Status), or out of it.
enum class Move : std::uint8_t {
  custody,
  detained,
  hhs,
  pending,
  ordered,
  undocumented,
  tps,
  daca,
  lawful,
  mpp,
  mexico_asylum,
  mexico_settled,
  removed,         ///< returned home by the United States
  mexico_returned, ///< returned home by Mexico
  went_home,       ///< by own choice
  onward,          ///< on the road again, from the north of Mexico
  death
};

/// The fixed elements of an axis, in index order; empty for the axes that the pack names.
std::span<const std::string_view> fixed_elements(Axis axis);
std::string_view axis_name(Axis axis);

enum class Rate {
  birth,
  death,
  victimisation,
  victim_recovery,
  displacement,
  displacement_end,
  income_move,
  child_gain,
  child_loss,
  kin_loss,
  kin_gained_per_arrival,
  departure,
  departure_factor_victim,
  departure_factor_displaced,
  family_size_share,
  retry,
  reintegration,
  smuggler_share,
  corridor_utility,
  utility_per_100km,
  speed,
  smuggler_speed_factor,
  road_event,
  smuggler_factor,
  kidnapping_days,
  mexico_outcome,
  sector_utility,
  port_share,
  port_wait,
  turn_in_share,
  apprehension_probability,
  crossing_death,
  disposition,
  port_disposition,
  expelled_retry,
  evader_retry,
  border_separation,
  border_separation_member,
  separated_child,
  separated_head,
  road_separation,
  court_capacity,
  remittance,
  transfer_cost,
  status_move
};

enum class Count {
  // events of the step, persons
  births,
  deaths,
  victimised,
  displaced,
  departures,
  departures_first,
  parties,
  harms,
  road_deaths,
  road_gave_up,
  corridor_entries,
  mexico_apprehensions,
  mexico_returns,
  mexico_asylum_claims,
  border_arrivals,
  port_encounters,
  apprehensions,
  apprehensions_again,
  entries_undetected,
  crossing_deaths,
  dispositions,
  arrivals,
  status_moves,
  returns_from_us,
  returns_from_mexico,
  retries,
  separated_at_border,
  separated_on_road,
  cases_received,
  cases_decided,
  cases_closed,
  remittances_sent,
  remittance_costs,
  remittances_received,
  // stocks at the end of the step, persons
  residents,
  home,
  on_road,
  standing,
  abroad,
  court_backlog
};

/// The standings of the court queue: `pending` waits for a decision, which is `lawful` or
/// `ordered`.
constexpr bool is_decision(Status before, Move move) {
  return before == Status::pending && (move == Move::lawful || move == Move::ordered);
}

/// One named array: its axes (row-major, first axis outermost), unit and meaning.
struct Field {
  std::string_view name;
  std::vector<Axis> axes;
  std::string_view unit;
  std::string_view meaning;
  bool is_stock = false;
  /// A rate that nobody gives is 0 and means what its meaning says of 0; others must be given.
  bool optional = false;
};

/// All rates, in the order of `Rate`; all counts, in the order of `Count`.
std::span<const Field> rate_fields();
std::span<const Field> count_fields();

/// Names of the elements of every axis in a pack; `elements[int(axis)]`.
struct Axes {
  std::vector<std::vector<std::string>> elements;
  std::size_t size(Axis axis) const { return elements[static_cast<std::size_t>(axis)].size(); }
};

/// Flat arrays, one a field, sized for the axes of a pack; one after another in memory.
template <typename Name, typename Value> class FieldValues {
 public:
  FieldValues() = default;
  FieldValues(std::span<const Field> fields, const Axes& axes) {
    for (const Field& field : fields) {
      std::size_t size = 1;
      for (const Axis axis : field.axes)
        size *= axes.size(axis);
      begin_.push_back(values_.size());
      values_.resize(values_.size() + size);
    }
    begin_.push_back(values_.size());
  }
  std::span<Value> operator[](Name name) {
    const auto i = static_cast<std::size_t>(name);
    return {values_.data() + begin_[i], begin_[i + 1] - begin_[i]};
  }
  std::span<const Value> operator[](Name name) const {
    const auto i = static_cast<std::size_t>(name);
    return {values_.data() + begin_[i], begin_[i + 1] - begin_[i]};
  }
  /// Those of all fields, in their order.
  std::span<Value> all() { return values_; }
  std::span<const Value> all() const { return values_; }

 private:
  std::vector<Value> values_;
  std::vector<std::size_t> begin_; ///< of each field, and the end
};

using Rates = FieldValues<Rate, double>;
using Counts = FieldValues<Count, std::int64_t>;

} // namespace cauce::people
