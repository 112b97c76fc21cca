#include "cauce/people/status/untouched.hpp"

#include <bit>
#include <numeric>

namespace cauce::people {

void Untouched::add(random::Key key, std::uint32_t department, std::uint32_t place, Past past,
                    const Persons& persons) {
  Group group;
  group.department = department;
  group.place = place;
  group.past = past.bits();
  group.rest = std::accumulate(persons.count.begin(), persons.count.end(), 0U);
  group.persons = persons;
  if (group.rest == 0)
    return;
  hour_[place] = group.wait_for_next(key);
  groups_.push_back(group);
  index();
}

void Untouched::index() {
  for (std::size_t i = 0; i < groups_.size(); ++i)
    group_of_[groups_[i].place] = static_cast<std::uint8_t>(i);
}

// Draws are made some ahead, since together they cost less.
std::uint64_t Untouched::Group::wait_for_next(random::Key key) {
  if (taken % fortunes.size() == 0) {
    std::array<std::uint64_t, std::tuple_size_v<decltype(fortunes)>> entities;
    std::iota(entities.begin(), entities.end(),
              std::uint64_t{department} << 40 | std::uint64_t{place} << 32 | taken);
    draw_fortunes(key, 0, Purpose::start, entities, fortunes);
  }
  return calendar_budget(fortune().exponential / rest);
}

PersonId Untouched::Group::take() {
  std::uint32_t n = random::below(rest, static_cast<std::uint32_t>(fortune().seed >> 32));
  std::size_t stratum = 0;
  while (n >= persons.count[stratum])
    n -= persons.count[stratum++];
  // Of one stratum they are all alike: the last is as good as any, and leaves no gap.
  --rest;
  ++taken;
  return id(stratum, --persons.count[stratum]);
}

void Untouched::pass(random::Key key, const ClassCalendars::Hazards& hazards,
                     std::vector<StandingRecord>& due, std::vector<std::uint32_t>& place) {
  for (std::uint64_t rest = advance_clocks(clock_, hour_, hazards); rest != 0; rest &= rest - 1) {
    const auto i = static_cast<std::size_t>(std::countr_zero(rest));
    Group& group = groups_[group_of_[i]];
    while (clock_[i] >= hour_[i]) {
      clock_[i] -= hour_[i];
      due.push_back({group.take(), group.past});
      place.push_back(group.place);
      hour_[i] = group.rest != 0 ? group.wait_for_next(key) : never;
    }
  }
}

} // namespace cauce::people
