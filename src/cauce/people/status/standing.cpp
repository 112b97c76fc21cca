// Those with a standing, and those returned home: who moves in a step, and where to.
//
// Each class (standing or returned, by kind) has a calendar; see calendar.hpp. A party moves as
// one. Death befalls one member with the hazard of each: calendars run with six times the hazard of
// death, and a party of n takes n sixths of these events (thinning, Lewis and Shedler 1979); else
// it waits on.
#include "cauce/people/shard.hpp"

#include "cauce/base/distributions.hpp"

namespace cauce::people {

namespace {
constexpr double largest_party = 6.0;
} // namespace

void ShardStep::move_those_due() {
  const double death = hazard(tables_.rates()[Rate::death][department_]) * tables_.months;
  // All classes first, so that nobody moves twice; then in the same order, class after class.
  std::array<std::size_t, class_count * kind_count> end{};
  std::array<double, class_count * kind_count> total{};
  for (std::size_t i = 0; i < end.size(); ++i) {
    total[i] =
        tables_.class_of(country_, i % kind_count, i / kind_count).total() + largest_party * death;
    shard_.classes[i].advance(Calendar::fixed(total[i]), scratch_.due);
    end[i] = scratch_.due.size();
  }
  std::size_t moved = 0, i = 0;
  for_each_with_fortune(
      key_, step_, Purpose::standing, std::span<const StandingRecord>(scratch_.due),
      [](const StandingRecord& record) { return record.id.bits; },
      [&](const StandingRecord& record, const Fortune& fortune) {
        while (end[i] == moved)
          ++i;
        ++moved;
        move({record.id, record.past(), i / kind_count, total[i]}, fortune.luck());
      });
  scratch_.due.clear();
}

void ShardStep::move(const Due& due, Luck luck) {
  const double death = hazard(tables_.rates()[Rate::death][department_]) * tables_.months;
  const double x = luck.uniform() * due.total - largest_party * death;
  if (x < 0.0) {
    if (x + due.past.size() * death >= 0.0)
      return die_waiting(due, luck);
    return wait_in(due.place, due.id, due.past, luck);
  }
  if (due.place == returned_class)
    move_returned(due, x, luck);
  else
    change_status(due, x, luck);
}

void ShardStep::die_waiting(const Due& due, Luck& luck) {
  const std::size_t kind = kind_of(due.id);
  ++shard_.dead;
  if (due.place == returned_class) {
    ++tally_.deaths;
    --shard_.returned[due.id.stratum()];
    tell(due.id, due.past, EventKind::death_at_home, 1, department_, 1.0);
  } else {
    ++tally_.status_moves[due.place][static_cast<std::size_t>(Move::death)];
    tally_.cases_closed += due.place == static_cast<std::size_t>(Status::pending) ? 1 : 0;
    --shard_.standing[due.place][kind];
    tell(due.id, due.past, EventKind::status_move, static_cast<std::size_t>(Move::death), due.place,
         1.0);
  }
  Past past = due.past;
  past.set_size(past.size() - 1);
  if (past.size() == 0)
    return;
  wait_in(due.place, due.id, past, luck);
}

void ShardStep::move_returned(const Due& due, double x, Luck& luck) {
  const std::size_t kind = kind_of(due.id);
  const std::uint32_t size = due.past.size();
  const ClassHazard& hazards = tables_.class_of(country_, kind, returned_class);
  const double retry = hazards.cumulative[static_cast<std::size_t>(ReturnedMove::retry)];
  shard_.returned[due.id.stratum()] -= size;
  if (x < retry) {
    tally_.retries[kind] += size;
    tell(due.id, due.past, EventKind::retry, 0, department_, retry / hazards.total());
    return set_out(due.id, due.past, HomeState::returned, luck);
  }
  tell(due.id, due.past, EventKind::reintegration, 0, department_, 1.0 - retry / hazards.total());
  shard_.home[static_cast<std::size_t>(HomeState::settled)][due.id.stratum()] += size;
}

void ShardStep::change_status(const Due& due, double x, Luck& luck) {
  const std::size_t kind = kind_of(due.id);
  const std::uint32_t size = due.past.size();
  const ClassHazard& hazards = tables_.class_of(country_, kind, due.place);
  std::size_t index = 0;
  while (index + 1 < move_count && x >= hazards.cumulative[index])
    ++index;
  // Rounding may carry x to the very end: back to the last move that has a hazard.
  while (index > 0 && hazards.cumulative[index] == hazards.cumulative[index - 1])
    --index;
  const auto move = static_cast<Move>(index);
  if (move == Move::death)
    return die_waiting(due, luck);
  const bool decided = is_decision(static_cast<Status>(due.place), move);
  if (decided && scratch_.decisions[kind] < static_cast<std::int64_t>(size))
    return wait_in(due.place, due.id, due.past, luck); // no judge is free: the case waits on
  if (due.place == static_cast<std::size_t>(Status::pending)) {
    (decided ? tally_.cases_decided : tally_.cases_closed) += size;
    scratch_.decisions[kind] -= decided ? size : 0;
  }
  tally_.status_moves[due.place][index] += size;
  const double before = index == 0 ? 0.0 : hazards.cumulative[index - 1];
  tell(due.id, due.past, EventKind::status_move, index, due.place,
       (hazards.cumulative[index] - before) / hazards.total());
  shard_.standing[due.place][kind] -= size;

  if (index < status_count) {
    const bool comes_to_live = in_the_us(index) && !in_the_us(due.place);
    return take_status(due.id, comes_to_live ? arrive(due.id, due.past) : due.past,
                       static_cast<Status>(index), luck);
  }
  if (move == Move::onward) {
    const auto sector =
        static_cast<std::uint16_t>(random::pick(tables_.sector_cumulative[kind], luck.uniform()));
    shard_.on_road[kind] += size;
    shard_.at_border.push_back({due.id, 0.0F, sector, due.past});
    return;
  }
  const double again = probability(tables_.by_country_kind(Rate::evader_retry, country_, kind));
  if (move == Move::removed && due.past.evader() && luck.uniform() < again) {
    tally_.returns_from_us += size;
    tally_.retries[kind] += size;
    tell(due.id, due.past, EventKind::came_home, index, department_, 1.0);
    tell(due.id, due.past, EventKind::retry, 1, department_, again);
    return set_out(due.id, due.past, HomeState::returned, luck);
  }
  come_home(due.id, due.past, move, luck);
}

void ShardStep::take_status(PersonId id, Past past, Status status, Luck& luck) {
  const auto place = static_cast<std::size_t>(status);
  shard_.standing[place][kind_of(id)] += past.size();
  if (status == Status::pending)
    tally_.cases_received += past.size();
  wait_in(place, id, past, luck);
}

void ShardStep::come_home(PersonId id, Past past, Move by, Luck& luck) {
  const std::uint32_t size = past.size();
  if (by == Move::removed)
    tally_.returns_from_us += size;
  if (by == Move::mexico_returned) {
    tally_.returns_from_mexico += size;
    tally_.mexico_returns[kind_of(id)] += size;
  }
  tell(id, past, EventKind::came_home, static_cast<std::size_t>(by), department_, 1.0);
  shard_.returned[id.stratum()] += size;
  wait_in(returned_class, id, past, luck);
}

void ShardStep::wait_in(std::size_t place, PersonId id, Past past, Luck& luck) {
  scratch_.entries.push_back({id, past, static_cast<std::uint8_t>(place), luck.bits()});
}

void ShardStep::enter_classes() {
  std::array<std::uint64_t, fortune_batch> bits;
  std::array<double, fortune_batch> budgets;
  for (std::size_t start = 0; start < scratch_.entries.size(); start += fortune_batch) {
    const auto batch =
        std::span(scratch_.entries)
            .subspan(start, std::min(fortune_batch, scratch_.entries.size() - start));
    for (std::size_t i = 0; i < batch.size(); ++i)
      bits[i] = batch[i].bits;
    exponentials(std::span(bits).first(batch.size()), std::span(budgets).first(batch.size()));
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const Scratch::Entry& entry = batch[i];
      shard_.calendar(entry.place, kind_of(entry.id))
          .enter(entry.id, entry.past, Calendar::budget(budgets[i]));
    }
  }
  scratch_.entries.clear();
}

Past ShardStep::arrive(PersonId id, Past past) {
  if (past.arrived())
    return past;
  tally_.arrivals[kind_of(id)] += past.size();
  tally_.arrivals_from[id.stratum()] += past.size();
  past.set_arrived(true);
  return past;
}

} // namespace cauce::people
