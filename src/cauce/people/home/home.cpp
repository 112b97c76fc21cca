// Life at home: births, deaths, harm, displacement, changes of stratum, and leaving.
//
// What befell whom is drawn (draws.hpp) from the counts at the beginning of the step; here it is
// carried out, department by department.
#include "cauce/people/people_step.hpp"

#include "cauce/base/distributions.hpp"

namespace cauce::people {

void PeopleStep::draw_at_home() {
  work_.at_home.clear();
  for (std::size_t d = first_; d < end_; ++d)
    work_.at_home.push_back({d, &shards_[d].home, &shards_[d].returned});
  work_.home.draw(tables_, key_, step_, work_.at_home, expect_);
  for (std::size_t d = first_; expect_ && d < end_; ++d) {
    std::array<double, kind_count>& leaving = shards_[d].expectation.leaving;
    leaving = work_.home.expected_leavers(d - first_);
    leaving[static_cast<std::size_t>(Kind::family)] *= tables_.mean_family;
  }
}

void PeopleStep::live_at_home() {
  for (std::size_t d = first_; d < end_; ++d)
    work_.home.for_each_event(d - first_, [&](const HomeEvent& event) { live(d, event); });
  leave();
}

void PeopleStep::live(std::size_t department, const HomeEvent& event) {
  Shard& shard = shards_[department];
  auto& home = shard.home;
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
      work_.candidates.push_back(PersonId::of(static_cast<std::uint32_t>(department),
                                              static_cast<std::uint32_t>(s), kind, own_state, step_,
                                              ordinal));
    }
    return;
  }
  case HomeOutcome::victimised:
    work_.counts[Count::victimised][department * stratum_count + s] += n;
    return move(HomeState::victim, s);
  case HomeOutcome::newly_displaced:
    work_.counts[Count::displaced][department] += n;
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
    shard.dead += n;
    work_.counts[Count::deaths][department] += n;
    return;
  case HomeOutcome::born:
    home[state][s] += n;
    shard.born += n;
    work_.counts[Count::births][department] += n;
    return;
  }
}

void PeopleStep::leave() {
  work_.first_from_home = work_.leavers.size();
  for_each_with_fortune(
      key_, step_, Purpose::departure, std::span<const PersonId>(work_.candidates),
      [](PersonId id) { return id.bits; },
      [&](PersonId id, const Fortune& fortune) {
        Luck luck = fortune.luck();
        const double size_luck = luck.uniform();
        const auto state = static_cast<std::size_t>(id.left_as());
        std::int64_t size = 1;
        if (id.kind() == Kind::family) {
          const auto wanted =
              static_cast<std::int64_t>(random::pick(tables_.size_cumulative, size_luck)) + 1;
          double& others = work_.home.others(id.department() - first_, state, id.stratum());
          const std::int64_t members = std::min(wanted, static_cast<std::int64_t>(others));
          if (members == 0)
            return; // nobody left to make a family with: it stays
          others -= static_cast<double>(members);
          size += members;
        }
        shard(id).home[state][id.stratum()] -= size;
        of_department_and_kind(Count::departures_first, id) += size;
        set_out(id, Past::of_size(static_cast<std::uint32_t>(size)), id.left_as(), luck);
      });
  work_.candidates.clear();
}

void PeopleStep::gain_kin() {
  const double gained = hazard(tables_.rates()[Rate::kin_gained_per_arrival][0]);
  for (std::size_t i = first_ * stratum_count; i < end_ * stratum_count; ++i) {
    const std::int64_t arrived = work_.arrivals_from[i];
    work_.arrivals_from[i] = 0;
    const std::size_t department = i / stratum_count, stratum = i % stratum_count;
    if (arrived == 0 || (stratum & 2) != 0 || gained == 0.0)
      continue;
    // The whole part for sure, one more with the probability of the fraction.
    const double u = random::uniform(key_, department * entities_at_home + kin_entity + stratum,
                                     step_, static_cast<std::uint32_t>(Purpose::home));
    const double wanted = std::min(gained * static_cast<double>(arrived), 1e15) + u;
    auto& settled = shards_[department].home[static_cast<std::size_t>(HomeState::settled)];
    std::int64_t& without = settled[stratum];
    const std::int64_t moved = std::min(static_cast<std::int64_t>(wanted), without);
    without -= moved;
    settled[stratum + 2] += moved;
  }
}

} // namespace cauce::people
