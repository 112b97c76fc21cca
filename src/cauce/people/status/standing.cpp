// Those with a standing, and those returned home: who moves in a step, and where to.
//
// Each class (standing or returned, by kind) has a calendar; see calendar.hpp. A party moves as
// one. Death befalls one member with the hazard of each: calendars of families run with six times
// the hazard of death, and a family of n takes n sixths of these events (thinning, Lewis and
// Shedler 1979); else it waits on.
#include "cauce/people/people_step.hpp"

#include "cauce/base/distributions.hpp"

#include <bit>

namespace cauce::people {

namespace {
constexpr double largest_party(std::size_t kind) {
  return kind == static_cast<std::size_t>(Kind::family) ? 6.0 : 1.0;
}

// Who is the first to move by one of competing hazards, whose sum is `total` over the step.
double share_of_movers(double hazard, double total) {
  return hazard > 0.0 ? hazard / total * event_probability(total) : 0.0;
}
} // namespace

// What the calendars of a department's classes are to let pass: as a rule the same as for the
// department before.
void PeopleStep::set_pace(std::size_t department) {
  const std::size_t country = plan_.country[department];
  const double death = hazard_of_death(department);
  if (work_.pace_of == country && work_.pace_with == death)
    return;
  work_.pace_of = country;
  work_.pace_with = death;
  for (std::size_t i = 0; i < class_count * kind_count; ++i) {
    const std::size_t kind = i % kind_count, place = i / kind_count;
    const double total = tables_.class_total[country][i] + largest_party(kind) * death;
    work_.pace[i] = calendar_hazard(total);
    if (!expect_)
      continue;
    const ClassHazard& hazards = tables_.class_of(country, kind, place);
    const std::size_t move = place == returned_class ? static_cast<std::size_t>(ReturnedMove::retry)
                                                     : static_cast<std::size_t>(Move::removed);
    const double before = move == 0 ? 0.0 : hazards.cumulative[move - 1];
    const double share = share_of_movers(hazards.cumulative[move] - before, total);
    (place == returned_class ? work_.retry_share[kind] : work_.removed_share[i]) = share;
  }
}

// Budgets have no memory, so that of those in a class the same share moves whoever they are.
void PeopleStep::expect_moves(Shard& own) {
  Expectation& expectation = own.expectation;
  expectation.retried = {};
  expectation.were_removed = 0;
  expectation.removed = 0.0;
  for (std::size_t kind = 0; kind < kind_count; ++kind) {
    expectation.retrying[kind] =
        static_cast<double>(own.returned_as[kind]) * work_.retry_share[kind];
    for (std::size_t status = 0; status < status_count; ++status) {
      expectation.removed += static_cast<double>(own.standing[status][kind]) *
                             work_.removed_share[status * kind_count + kind];
    }
  }
}

void PeopleStep::move_those_due() {
  // All classes first, so that nobody moves twice; then in the same order, class after class. What
  // has to be looked at is fetched beforehand: most of it has not been touched for long.
  work_.woken.clear();
  for (std::size_t d = first_; d < end_; ++d) {
    set_pace(d);
    if (expect_)
      expect_moves(shards_[d]);
    shards_[d].untouched.pass(key_, work_.pace, work_.due, work_.due_in);
    ClassCalendars& classes = shards_[d].classes;
    for (std::uint64_t rest = classes.pass(work_.pace); rest != 0; rest &= rest - 1) {
      const auto i = static_cast<std::size_t>(std::countr_zero(rest));
      classes.expect_class(i);
      work_.woken.push_back({d, i, work_.pace[i]});
    }
  }
  constexpr std::size_t ahead = 8; // enough to hide a read from memory
  for (std::size_t i = 0; i < work_.woken.size() + ahead; ++i) {
    if (i < work_.woken.size())
      shards_[work_.woken[i].department].classes.expect_list(work_.woken[i].place);
    if (i < ahead)
      continue;
    const Work::Woken& woken = work_.woken[i - ahead];
    shards_[woken.department].classes.take_due(woken.place, woken.hazard, work_.due);
    work_.due_in.resize(work_.due.size(), static_cast<std::uint32_t>(woken.place));
  }
  auto in = work_.due_in.cbegin();
  for_each_with_fortune(
      key_, step_, Purpose::standing, std::span<const StandingRecord>(work_.due),
      [](const StandingRecord& record) { return record.id.bits; },
      [&](const StandingRecord& record, const Fortune& fortune) {
        const std::size_t place = *in++;
        const double death = hazard_of_death(record.id.department());
        const double total = tables_.class_total[country(record.id)][place] +
                             largest_party(kind_of(record.id)) * death;
        move({record.id, record.past(), place / kind_count, death, total}, fortune.luck());
      });
  work_.due.clear();
  work_.due_in.clear();
}

void PeopleStep::move(const Due& due, Luck luck) {
  const double x = luck.uniform() * due.total - largest_party(kind_of(due.id)) * due.death;
  if (x < 0.0) {
    if (x + due.past.size() * due.death >= 0.0)
      return die_waiting(due, luck);
    return wait_in(due.place, due.id, due.past, luck);
  }
  if (due.place == returned_class)
    move_returned(due, x, luck);
  else
    change_status(due, x, luck);
}

void PeopleStep::die_waiting(const Due& due, Luck& luck) {
  const std::size_t kind = kind_of(due.id);
  Shard& own = shard(due.id);
  ++own.dead;
  if (due.place == returned_class) {
    ++of_department(Count::deaths, due.id);
    --own.returned[due.id.stratum()];
    --own.returned_as[kind];
    tell(due.id, due.past, EventKind::death_at_home, 1, due.id.department(), 1.0);
  } else {
    ++of_status_move(due.id, due.place, static_cast<std::size_t>(Move::death));
    if (due.place == static_cast<std::size_t>(Status::pending))
      ++of_country(Count::cases_closed, due.id);
    --own.standing[due.place][kind];
    tell(due.id, due.past, EventKind::status_move, static_cast<std::size_t>(Move::death), due.place,
         1.0);
  }
  Past past = due.past;
  past.set_size(past.size() - 1);
  if (past.size() == 0)
    return;
  wait_in(due.place, due.id, past, luck);
}

void PeopleStep::move_returned(const Due& due, double x, Luck& luck) {
  const std::size_t kind = kind_of(due.id);
  const std::uint32_t size = due.past.size();
  const ClassHazard& hazards = tables_.class_of(country(due.id), kind, returned_class);
  const double retry = hazards.cumulative[static_cast<std::size_t>(ReturnedMove::retry)];
  Shard& own = shard(due.id);
  own.returned[due.id.stratum()] -= size;
  own.returned_as[kind] -= size;
  if (x < retry) {
    own.expectation.retried[kind] += size;
    of_country_and_kind(Count::retries, due.id) += size;
    tell(due.id, due.past, EventKind::retry, 0, due.id.department(), retry / hazards.total());
    return set_out(due.id, due.past, HomeState::returned, luck);
  }
  tell(due.id, due.past, EventKind::reintegration, 0, due.id.department(),
       1.0 - retry / hazards.total());
  own.home[static_cast<std::size_t>(HomeState::settled)][due.id.stratum()] += size;
}

void PeopleStep::change_status(const Due& due, double x, Luck& luck) {
  const std::size_t kind = kind_of(due.id);
  const std::uint32_t size = due.past.size();
  const ClassHazard& hazards = tables_.class_of(country(due.id), kind, due.place);
  std::size_t index = random::pick(hazards.cumulative, x);
  // Rounding may carry x to the very end: back to the last move that has a hazard.
  while (index > 0 && hazards.cumulative[index] == hazards.cumulative[index - 1])
    --index;
  const auto move = static_cast<Move>(index);
  if (move == Move::death)
    return die_waiting(due, luck);
  const bool decided = is_decision(static_cast<Status>(due.place), move);
  std::int64_t& decisions = decisions_[due.id.department()][kind];
  if (decided && decisions < static_cast<std::int64_t>(size))
    return wait_in(due.place, due.id, due.past, luck); // no judge is free: the case waits on
  if (due.place == static_cast<std::size_t>(Status::pending)) {
    of_country(decided ? Count::cases_decided : Count::cases_closed, due.id) += size;
    decisions -= decided ? size : 0;
  }
  of_status_move(due.id, due.place, index) += size;
  const double before = index == 0 ? 0.0 : hazards.cumulative[index - 1];
  tell(due.id, due.past, EventKind::status_move, index, due.place,
       (hazards.cumulative[index] - before) / hazards.total());
  Shard& own = shard(due.id);
  own.standing[due.place][kind] -= size;
  own.expectation.were_removed += move == Move::removed ? size : 0;

  if (index < status_count) {
    const bool comes_to_live = in_the_us(index) && !in_the_us(due.place);
    return take_status(due.id, comes_to_live ? arrive(due.id, due.past) : due.past,
                       static_cast<Status>(index), luck);
  }
  if (move == Move::onward) {
    const auto sector =
        static_cast<std::uint16_t>(random::pick(tables_.sector_cumulative[kind], luck.uniform()));
    own.on_road[kind] += size;
    own.at_border.push_back({due.id, 0.0F, sector, due.past});
    return;
  }
  const double again =
      probability(tables_.by_country_kind(Rate::evader_retry, country(due.id), kind));
  if (move == Move::removed && due.past.evader() && luck.uniform() < again) {
    of_department(Count::returns_from_us, due.id) += size;
    of_country_and_kind(Count::retries, due.id) += size;
    tell(due.id, due.past, EventKind::came_home, index, due.id.department(), 1.0);
    tell(due.id, due.past, EventKind::retry, 1, due.id.department(), again);
    return set_out(due.id, due.past, HomeState::returned, luck);
  }
  come_home(due.id, due.past, move, luck);
}

void PeopleStep::take_status(PersonId id, Past past, Status status, Luck& luck) {
  const auto place = static_cast<std::size_t>(status);
  shard(id).standing[place][kind_of(id)] += past.size();
  if (status == Status::pending)
    of_country(Count::cases_received, id) += past.size();
  wait_in(place, id, past, luck);
}

void PeopleStep::come_home(PersonId id, Past past, Move by, Luck& luck) {
  const std::uint32_t size = past.size();
  if (by == Move::removed)
    of_department(Count::returns_from_us, id) += size;
  if (by == Move::mexico_returned) {
    of_department(Count::returns_from_mexico, id) += size;
    of_country_and_kind(Count::mexico_returns, id) += size;
  }
  tell(id, past, EventKind::came_home, static_cast<std::size_t>(by), id.department(), 1.0);
  shard(id).returned[id.stratum()] += size;
  shard(id).returned_as[kind_of(id)] += size;
  wait_in(returned_class, id, past, luck);
}

void PeopleStep::wait_in(std::size_t place, PersonId id, Past past, Luck& luck) {
  work_.entries.push_back({id, past, static_cast<std::uint8_t>(place), luck.bits()});
}

void PeopleStep::enter_classes() {
  std::array<std::uint64_t, fortune_batch> bits;
  std::array<double, fortune_batch> budgets;
  for (std::size_t start = 0; start < work_.entries.size(); start += fortune_batch) {
    const auto batch = std::span(work_.entries)
                           .subspan(start, std::min(fortune_batch, work_.entries.size() - start));
    for (std::size_t i = 0; i < batch.size(); ++i)
      bits[i] = batch[i].bits;
    exponentials(std::span(bits).first(batch.size()), std::span(budgets).first(batch.size()));
    const auto place_of = [](const Work::Entry& entry) {
      return entry.place * kind_count + kind_of(entry.id);
    };
    constexpr std::size_t ahead = 8; // enough to hide a read from memory
    for (std::size_t i = 0; i < batch.size(); ++i) {
      if (i + ahead < batch.size()) {
        const Work::Entry& next = batch[i + ahead];
        shard(next.id).classes.expect(place_of(next), calendar_budget(budgets[i + ahead]));
      }
      const Work::Entry& entry = batch[i];
      shard(entry.id).classes.enter(place_of(entry), entry.id, entry.past,
                                    calendar_budget(budgets[i]));
    }
  }
  work_.entries.clear();
}

Past PeopleStep::arrive(PersonId id, Past past) {
  if (past.arrived())
    return past;
  of_department_and_kind(Count::arrivals, id) += past.size();
  work_.arrivals_from[id.department() * stratum_count + id.stratum()] += past.size();
  past.set_arrived(true);
  return past;
}

} // namespace cauce::people
