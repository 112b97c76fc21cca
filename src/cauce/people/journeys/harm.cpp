// Setting out, and what befalls a party on the road: harm, apprehension by Mexico, giving up.
#include "cauce/people/people_step.hpp"

#include "cauce/base/distributions.hpp"

namespace cauce::people {

void PeopleStep::set_out(PersonId id, Past past, HomeState left_as, Luck& luck) {
  const std::size_t kind = kind_of(id);
  past.add_attempt();
  past.set_evader(false);
  past.set_arrived(false);
  past.set_smuggler(luck.uniform() <
                    probability(tables_.by_country_kind(Rate::smuggler_share, country(id), kind)));
  of_department_and_kind(Count::departures, id) += past.size();
  ++of_department_and_kind(Count::parties, id);
  shard(id).on_road[kind] += past.size();
  const std::uint32_t origin = plan_.origin_node[id.department()];
  tell(id, past, EventKind::departure, static_cast<std::size_t>(left_as), origin, 1.0);
  Traveller party{id, 0.0F, 0, past};
  const double days = luck.uniform() * tables_.days; // left of the step
  party.place = tables_.pick_way(kind, origin, luck.word());
  if (party.place >= plan_.ways.first_end)
    return give_up(party, luck);
  work_.took[party.place] += past.size();
  party.remaining_km = plan_.ways.length_km[party.place];
  work_.leavers.push_back({party, days});
}

bool PeopleStep::road_event(Traveller& party, double& days, Luck& luck) {
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
  const std::size_t e = random::pick(cumulative, x);
  const auto event = static_cast<RoadEvent>(e);
  work_.counts[Count::harms][(e * plan_.countries + country(party.id)) * kind_count + kind] +=
      befalls_party(event) ? size : 1;
  tell(party.id, party.past, EventKind::road_event, e, party.place,
       (cumulative[e] - (e == 0 ? 0.0 : cumulative[e - 1])) / sum);

  const double parting = tables_.rates()[Rate::road_separation][e];
  if (party.id.kind() == Kind::family && size > 1 && parting > 0.0 && event != RoadEvent::death &&
      luck.uniform() < parting)
    work_.parted.push_back(part_a_child(party, true));

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
    shard(party.id).held.push_back(party);
    return false;
  }
  case RoadEvent::death:
    --shard(party.id).on_road[kind];
    ++shard(party.id).dead;
    ++work_.counts[Count::road_deaths][link.corridor];
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

Traveller PeopleStep::part_a_child(Traveller& family, bool on_road) {
  const std::uint32_t size = family.past.size();
  Traveller child = family;
  child.id = family.id.child_parted(size);
  child.past.set_size(1);
  family.past.set_size(size - 1);
  auto& counted = shard(child.id).on_road;
  --counted[static_cast<std::size_t>(Kind::family)];
  ++counted[static_cast<std::size_t>(Kind::child)];
  ++of_country(on_road ? Count::separated_on_road : Count::separated_at_border, child.id);
  tell(child.id, child.past, EventKind::parted, on_road ? 1 : 0, family.place, 1.0);
  return child;
}

bool PeopleStep::apprehended_in_mexico(const Traveller& party, Luck& luck) {
  const std::size_t kind = kind_of(party.id);
  const std::uint32_t size = party.past.size();
  of_country_and_kind(Count::mexico_apprehensions, party.id) += size;
  const auto shares =
      tables_.rates()[Rate::mexico_outcome].subspan((country(party.id) * kind_count + kind) * 3, 3);
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
    of_country(Count::mexico_asylum_claims, party.id) += size;
    take_status(party.id, party.past, Status::mexico_asylum, luck);
  }
  return false;
}

void PeopleStep::give_up(const Traveller& party, Luck& luck) {
  of_country_and_kind(Count::road_gave_up, party.id) += party.past.size();
  leave_road(party.id, party.past);
  come_home(party.id, party.past, Move::went_home, luck);
}

} // namespace cauce::people
