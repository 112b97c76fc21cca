// Setting out, and what befalls a party on the road: harm, apprehension by Mexico, giving up.
#include "cauce/people/shard.hpp"

#include "cauce/base/distributions.hpp"

namespace cauce::people {

void ShardStep::set_out(PersonId id, Past past, HomeState left_as, Luck& luck) {
  const std::size_t kind = kind_of(id);
  past.add_attempt();
  past.set_evader(false);
  past.set_arrived(false);
  past.set_smuggler(luck.uniform() <
                    probability(tables_.by_country_kind(Rate::smuggler_share, country_, kind)));
  tally_.departures[kind] += past.size();
  ++tally_.parties[kind];
  shard_.on_road[kind] += past.size();
  const std::uint32_t origin = plan_.origin_node[department_];
  tell(id, past, EventKind::departure, static_cast<std::size_t>(left_as), origin, 1.0);
  Traveller party{id, 0.0F, 0, past};
  const double days = luck.uniform() * tables_.days; // left of the step
  party.place = tables_.pick_way(kind, origin, luck.word());
  if (party.place >= plan_.ways.first_end)
    return give_up(party, luck);
  scratch_.took[party.place] += past.size();
  party.remaining_km = plan_.ways.length_km[party.place];
  scratch_.leavers.push_back({party, days});
}

bool ShardStep::road_event(Traveller& party, double& days, Luck& luck) {
  const std::size_t kind = kind_of(party.id);
  const RoadLink& link = plan_.links[party.place];
  const std::size_t row = row_of(party.id.kind(), party.past.smuggler());
  const std::uint32_t size = party.past.size();
  std::array<double, road_event_count> cumulative{};
  double sum = 0.0;
  for (std::size_t e = 0; e < road_event_count; ++e) {
    const auto event = static_cast<RoadEvent>(e);
    const double rate = tables_.road_hazard(event, link, row);
    cumulative[e] = sum += befalls_party(event) ? rate : rate * size;
  }
  const double x = luck.uniform() * sum;
  std::size_t e = 0;
  while (e + 1 < road_event_count && x >= cumulative[e])
    ++e;
  const auto event = static_cast<RoadEvent>(e);
  tally_.harms[e][kind] += befalls_party(event) ? size : 1;
  tell(party.id, party.past, EventKind::road_event, e, party.place,
       (cumulative[e] - (e == 0 ? 0.0 : cumulative[e - 1])) / sum);

  const double parting = tables_.rates()[Rate::road_separation][e];
  if (party.id.kind() == Kind::family && size > 1 && parting > 0.0 && event != RoadEvent::death &&
      luck.uniform() < parting)
    scratch_.parted.push_back(part_a_child(party, true));

  switch (event) {
  case RoadEvent::mexican_apprehension:
    return apprehended_in_mexico(party, luck);
  case RoadEvent::robbery:
  case RoadEvent::extortion:
  case RoadEvent::sexual_violence:
  case RoadEvent::injury:
    return true;
  case RoadEvent::kidnapping: {
    days -= hazard(tables_.rates()[Rate::kidnapping_days][0]) * luck.exponential();
    if (days > 0.0)
      return true;
    shard_.held.push_back(party);
    return false;
  }
  case RoadEvent::death:
    --shard_.on_road[kind];
    ++shard_.dead;
    ++tally_.road_deaths[link.corridor];
    party.past.set_size(size - 1);
    return size > 1;
  case RoadEvent::give_up:
    give_up(party, luck);
    return false;
  case RoadEvent::settle:
    leave_road(party.id, party.past);
    take_status(party.id, party.past, Status::mexico_settled, luck);
    return false;
  }
  return true;
}

Traveller ShardStep::part_a_child(Traveller& family, bool on_road) {
  const std::uint32_t size = family.past.size();
  Traveller child = family;
  child.id = family.id.child_parted(size);
  child.past.set_size(1);
  family.past.set_size(size - 1);
  --shard_.on_road[static_cast<std::size_t>(Kind::family)];
  ++shard_.on_road[static_cast<std::size_t>(Kind::child)];
  ++(on_road ? tally_.parted_on_road : tally_.parted_at_border);
  tell(child.id, child.past, EventKind::parted, on_road ? 1 : 0, family.place, 1.0);
  return child;
}

bool ShardStep::apprehended_in_mexico(const Traveller& party, Luck& luck) {
  const std::size_t kind = kind_of(party.id);
  const std::uint32_t size = party.past.size();
  tally_.mexico_apprehensions[kind] += size;
  const auto shares =
      tables_.rates()[Rate::mexico_outcome].subspan((country_ * kind_count + kind) * 3, 3);
  const double returned = hazard(shares[0]), asylum = hazard(shares[1]);
  const double sum = returned + asylum + hazard(shares[2]);
  const double x = luck.uniform() * sum;
  const auto outcome = x < returned            ? MexicoOutcome::returned
                       : x < returned + asylum ? MexicoOutcome::asylum
                                               : MexicoOutcome::released;
  const auto index = static_cast<std::size_t>(outcome);
  tell(party.id, party.past, EventKind::mexico_outcome, index, party.place,
       sum > 0.0 ? hazard(shares[index]) / sum : 1.0);
  if (outcome == MexicoOutcome::released)
    return true;
  leave_road(party.id, party.past);
  if (outcome == MexicoOutcome::returned) {
    come_home(party.id, party.past, Move::mexico_returned, luck);
  } else {
    tally_.asylum_claims += size;
    take_status(party.id, party.past, Status::mexico_asylum, luck);
  }
  return false;
}

void ShardStep::give_up(const Traveller& party, Luck& luck) {
  tally_.gave_up[kind_of(party.id)] += party.past.size();
  leave_road(party.id, party.past);
  come_home(party.id, party.past, Move::went_home, luck);
}

} // namespace cauce::people
