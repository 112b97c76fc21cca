// Life at home: births, deaths, harm, displacement, changes of stratum, and leaving.
//
// What befell whom is drawn for a few departments together (draws.hpp) from the counts at the
// beginning of the step; here it is carried out, department by department.
#include "cauce/people/shard.hpp"

#include "cauce/base/distributions.hpp"

namespace cauce::people {

void ShardStep::live_at_home() {
  for (const HomeEvent& event : scratch_.home_events)
    live(event);
  scratch_.home_events.clear();
  leave();
}

void ShardStep::live(const HomeEvent& event) {
  auto& home = shard_.home;
  const std::size_t state = event.state, s = event.stratum;
  const std::int64_t n = event.persons;
  const auto move = [&](HomeState to_state, std::size_t to_stratum) {
    home[state][s] -= n;
    home[static_cast<std::size_t>(to_state)][to_stratum] += n;
  };
  const auto own_state = static_cast<HomeState>(state);
  switch (event.outcome) {
  case HomeOutcome::leave_adult:
  case HomeOutcome::leave_family:
  case HomeOutcome::leave_child: {
    const auto kind = static_cast<Kind>(event.outcome);
    const auto parties = static_cast<std::uint32_t>(std::min<std::int64_t>(n, most_leavers - 1));
    for (std::uint32_t ordinal = 0; ordinal < parties; ++ordinal) {
      scratch_.candidates.push_back(PersonId::of(static_cast<std::uint32_t>(department_),
                                                 static_cast<std::uint32_t>(s), kind, own_state,
                                                 step_, ordinal));
    }
    return;
  }
  case HomeOutcome::victimised:
    tally_.victimised[s] += n;
    return move(HomeState::victim, s);
  case HomeOutcome::newly_displaced:
    tally_.displaced += n;
    return move(HomeState::displaced, s);
  case HomeOutcome::recovered:
    return move(HomeState::settled, s);
  case HomeOutcome::income_down:
    return move(own_state, s - 4);
  case HomeOutcome::income_up:
    return move(own_state, s + 4);
  case HomeOutcome::child_change:
    return move(own_state, s ^ 1U);
  case HomeOutcome::kin_lost:
    return move(own_state, s - 2);
  case HomeOutcome::died:
    home[state][s] -= n;
    shard_.dead += n;
    tally_.deaths += n;
    return;
  case HomeOutcome::born:
    home[state][s] += n;
    shard_.born += n;
    tally_.births += n;
    return;
  }
}

void ShardStep::leave() {
  for_each_with_fortune(
      key_, step_, Purpose::departure, std::span<const PersonId>(scratch_.candidates),
      [](PersonId id) { return id.bits; },
      [&](PersonId id, const Fortune& fortune) {
        Luck luck = fortune.luck();
        const double size_luck = luck.uniform();
        const auto state = static_cast<std::size_t>(id.left_as());
        std::int64_t size = 1;
        if (id.kind() == Kind::family) {
          const auto wanted =
              static_cast<std::int64_t>(random::pick(tables_.size_cumulative, size_luck)) + 1;
          std::int64_t& others = scratch_.others[state][id.stratum()];
          const std::int64_t members = std::min(wanted, others);
          if (members == 0)
            return; // nobody left to make a family with: it stays
          others -= members;
          size += members;
        }
        shard_.home[state][id.stratum()] -= size;
        tally_.departures_first[kind_of(id)] += size;
        set_out(id, Past::of_size(static_cast<std::uint32_t>(size)), id.left_as(), luck);
      });
  scratch_.candidates.clear();
}

void ShardStep::gain_kin() {
  const double gained = hazard(tables_.rates()[Rate::kin_gained_per_arrival][0]);
  for (std::size_t stratum = 0; stratum < stratum_count; ++stratum) {
    const std::int64_t arrived = tally_.arrivals_from[stratum];
    if (arrived == 0 || (stratum & 2) != 0 || gained == 0.0)
      continue;
    // The whole part for sure, one more with the probability of the fraction.
    const double u = random::uniform(key_, department_ * entities_at_home + kin_entity + stratum,
                                     step_, static_cast<std::uint32_t>(Purpose::home));
    const double wanted = std::min(gained * static_cast<double>(arrived), 1e15) + u;
    auto& settled = shard_.home[static_cast<std::size_t>(HomeState::settled)];
    std::int64_t& without = settled[stratum];
    const std::int64_t moved = std::min(static_cast<std::int64_t>(wanted), without);
    without -= moved;
    settled[stratum + 2] += moved;
  }
}

} // namespace cauce::people
