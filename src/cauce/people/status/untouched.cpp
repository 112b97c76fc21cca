#include "cauce/people/status/untouched.hpp"

#include "cauce/people/status/calendar.hpp"

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
  group.wait_for_next(key);
  groups_.push_back(group);
}

// Draws are made some ahead, since together they cost less.
void Untouched::Group::wait_for_next(random::Key key) {
  if (taken % fortunes.size() == 0) {
    std::array<std::uint64_t, std::tuple_size_v<decltype(fortunes)>> entities;
    std::iota(entities.begin(), entities.end(),
              std::uint64_t{department} << 40 | std::uint64_t{place} << 32 | taken);
    draw_fortunes(key, 0, Purpose::start, entities, fortunes);
  }
  left = calendar_budget(fortune().exponential / rest);
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

void Untouched::pass(random::Key key, std::span<const std::uint64_t> hazards,
                     std::vector<StandingRecord>& due, std::vector<std::uint32_t>& place) {
  for (Group& group : groups_) {
    std::uint64_t hazard = hazards[group.place];
    while (group.rest != 0 && group.left <= hazard) {
      hazard -= group.left;
      due.push_back({group.take(), group.past});
      place.push_back(group.place);
      if (group.rest != 0)
        group.wait_for_next(key);
    }
    group.left -= std::min(hazard, group.left);
  }
}

} // namespace cauce::people
