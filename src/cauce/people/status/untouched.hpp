// Those abroad since before the run began, while nothing has happened to them: counts, not records.
//
// Of one class they are alike but for the stratum that they come from, and each has a budget of
// Exp(1) of its own (calendar.hpp). Of these only the least matters: the least of n is Exp(1) / n,
// and from there on those of the others begin anew (Renyi 1953, "On the theory of order
// statistics", Acta Math. Acad. Sci. Hung. 4:191). So there is one draw for each who moves,
// whatever the number of those who stay, and who moves is anyone with equal probability.
#pragma once

#include "cauce/people/luck.hpp"
#include "cauce/people/status/calendar.hpp"
#include "cauce/people/step_tables.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <vector>

namespace cauce::people {

/// [class][kind]
using ClassCalendars = Calendars<class_count * kind_count>;

/// One department's.
class Untouched {
 public:
  /// Persons of one class: by stratum how many, and the ordinal of the first.
  struct Persons {
    std::array<std::uint32_t, stratum_count> first{}, count{};
  };

  /// Adds the people of one class, [class][kind] = `place`, each a party of one with the same past.
  /// `key` names the run: the same in `pass`.
  void add(random::Key key, std::uint32_t department, std::uint32_t place, Past past,
           const Persons& persons);

  /// Lets a step pass with these cumulative hazards of the step by [class][kind]: whoever is due
  /// goes to the end of `due`, their classes to the end of `place`.
  void pass(random::Key key, const ClassCalendars::Hazards& hazards,
            std::vector<StandingRecord>& due, std::vector<std::uint32_t>& place);

  /// Calls `visit(id, past)` for each who has not moved, one by one.
  template <typename Visit> void for_each(Visit&& visit) const {
    for (const Group& group : groups_) {
      for (std::size_t s = 0; s < stratum_count; ++s) {
        for (std::uint32_t i = 0; i < group.persons.count[s]; ++i)
          visit(group.id(s, i), Past(static_cast<std::uint16_t>(group.past)));
      }
    }
  }
  std::size_t memory() const { return groups_.capacity() * sizeof(Group); }
  template <typename Archive> void serialise(Archive& archive) {
    archive(clock_, hour_, groups_);
    if constexpr (Archive::restores)
      index();
  }

 private:
  struct Group {
    std::uint32_t department = 0, place = 0;
    std::uint32_t rest = 0;  // persons
    std::uint32_t taken = 0; // so many have moved
    Persons persons;
    std::uint64_t past = 0;           // its bits
    std::array<Fortune, 16> fortunes; // when each is due and who it is: of this one and its like

    PersonId id(std::size_t stratum, std::uint32_t i) const {
      return PersonId::of(department, static_cast<std::uint32_t>(stratum),
                          static_cast<Kind>(place % kind_count), HomeState::settled,
                          PersonId::abroad_from_start, persons.first[stratum] + i);
    }
    const Fortune& fortune() const { return fortunes[taken % fortunes.size()]; }
    PersonId take();
    // The hazard until the next of them is due.
    std::uint64_t wait_for_next(random::Key key);
  };
  // Saved as it lies in memory: nothing in it may be left to chance.
  static_assert(sizeof(Group) == 4 * sizeof(std::uint32_t) + sizeof(Persons) +
                                     sizeof(std::uint64_t) + 16 * sizeof(Fortune));
  static constexpr std::uint64_t never = std::numeric_limits<std::int64_t>::max();
  void index();

  // By [class][kind], side by side: the hazard since the last of them was due, and that at which
  // the next one is.
  ClassCalendars::Hazards clock_{};
  ClassCalendars::Hazards hour_ = ClassCalendars::all_of(never);
  std::vector<Group> groups_;
  std::array<std::uint8_t, ClassCalendars::slots> group_of_{}; // place in groups_
};

} // namespace cauce::people
