// The road: parties set out, choose link after link, and meet what a day on the road may bring.
//
// Continuous within a step: a party passes as many links as its speed allows, hazards accumulate by
// the days on each link (competing exponential waiting times; what is left of a step after an event
// goes on). Hazards of events that befall one member (death, injury, sexual violence) count once a
// member. The next link is chosen at each node by the recursive logit of choice.hpp.
#include "cauce/people/shard.hpp"

#include "cauce/base/distributions.hpp"

namespace cauce::people {

namespace {
// Ends the step of a party whom absurd rates would keep busy forever.
constexpr int most_turns = 1000;
} // namespace

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
  const std::uint16_t link = tables_.pick_link(kind, origin, luck.word());
  if (link == no_index)
    return give_up(party, luck);
  party.place = link;
  if (plan_.links[link].enters_corridor) {
    tally_.corridor_entries[plan_.links[link].corridor] += past.size();
  }
  party.remaining_km = static_cast<float>(plan_.links[link].length_km);
  scratch_.leavers.push_back({party, days});
}

void ShardStep::travel() {
  std::vector<Traveller>& movers = scratch_.travellers;
  std::vector<Traveller>& prisoners = scratch_.prisoners;
  movers.swap(shard_.moving);
  prisoners.swap(shard_.held);
  const auto entity = [](const Traveller& party) { return party.id.bits; };
  for_each_with_fortune(key_, step_, Purpose::road, std::span<const Traveller>(movers), entity,
                        [&](const Traveller& party, const Fortune& fortune) {
                          travel(party, tables_.days, fortune.luck(), fortune.exponential, fortune);
                        });
  const double mean_days = hazard(tables_.rates[Rate::kidnapping_days][0]);
  for_each_with_fortune(key_, step_, Purpose::road, std::span<const Traveller>(prisoners), entity,
                        [&](const Traveller& party, const Fortune& fortune) {
                          // Exponential times have no memory: what is left is as long as the whole.
                          const double held_days = mean_days * fortune.exponential;
                          if (held_days > tables_.days)
                            return shard_.held.push_back(party);
                          tell(party.id, party.past, EventKind::freed, 0, party.place, 1.0);
                          Luck luck = fortune.luck();
                          const double budget = luck.exponential();
                          travel(party, tables_.days - held_days, luck, budget, fortune);
                        });
  for_each_with_fortune(
      key_, step_, Purpose::road, std::span<const Scratch::Leaver>(scratch_.leavers),
      [](const Scratch::Leaver& leaver) { return leaver.party.id.bits; },
      [&](const Scratch::Leaver& leaver, const Fortune& fortune) {
        travel(leaver.party, leaver.days, fortune.luck(), fortune.exponential, fortune);
      });
  movers.clear();
  prisoners.clear();
  scratch_.leavers.clear();
}

void ShardStep::travel(Traveller party, double days, Luck luck, double budget,
                       const Fortune& fortune) {
  const std::size_t kind = kind_of(party.id);
  const bool smuggler = party.past.smuggler();
  const std::size_t row = kind * 2 + (smuggler ? 1 : 0);
  const double speed = tables_.speed[row];
  const double days_per_km = tables_.days_per_km[row];
  double remaining = static_cast<double>(party.remaining_km);
  for (int turn = 0; turn < most_turns; ++turn) {
    const RoadLink& link = plan_.links[party.place];
    const LinkHazard& hazards = tables_.hazard_of(party.place, kind, smuggler);
    const double rate = hazards.party + party.past.size() * hazards.person;
    const double walk = remaining > 0.0 ? remaining * days_per_km : 0.0;
    const double here = std::min(walk, days);
    if (rate * here > budget) {
      const double waited = budget / rate;
      days -= waited;
      remaining = std::max(remaining - waited * speed, 0.0);
      party.remaining_km = static_cast<float>(remaining);
      if (!road_event(party, days, luck))
        return;
      budget = luck.exponential();
      continue;
    }
    budget -= rate * here;
    if (walk > days) {
      remaining -= days * speed;
      break;
    }
    days -= here;
    remaining = 0.0;
    if (link.sector != no_index)
      return reach_border(party, link.sector, days, fortune.other_luck());
    const std::uint16_t next = tables_.pick_link(kind, link.to, luck.word());
    if (next == no_index)
      return give_up(party, luck);
    party.place = next;
    remaining = plan_.links[next].length_km;
    if (plan_.links[next].enters_corridor) {
      tally_.corridor_entries[plan_.links[next].corridor] += party.past.size();
    }
    tell(party.id, party.past, EventKind::took_link, 0, next, 1.0);
  }
  party.remaining_km = static_cast<float>(std::max(remaining, 0.0));
  shard_.moving.push_back(party);
}

bool ShardStep::road_event(Traveller& party, double& days, Luck& luck) {
  const std::size_t kind = kind_of(party.id);
  const RoadLink& link = plan_.links[party.place];
  const std::uint32_t size = party.past.size();
  std::array<double, road_event_count> cumulative{};
  double sum = 0.0;
  for (std::size_t e = 0; e < road_event_count; ++e) {
    const auto event = static_cast<RoadEvent>(e);
    const double rate = tables_.road_hazard(event, link, kind, party.past.smuggler());
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

  switch (event) {
  case RoadEvent::mexican_apprehension:
    return apprehended_in_mexico(party, luck);
  case RoadEvent::robbery:
  case RoadEvent::extortion:
  case RoadEvent::sexual_violence:
  case RoadEvent::injury:
    return true;
  case RoadEvent::kidnapping: {
    days -= hazard(tables_.rates[Rate::kidnapping_days][0]) * luck.exponential();
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

bool ShardStep::apprehended_in_mexico(const Traveller& party, Luck& luck) {
  const std::size_t kind = kind_of(party.id);
  const std::uint32_t size = party.past.size();
  tally_.mexico_apprehensions[kind] += size;
  const auto shares =
      tables_.rates[Rate::mexico_outcome].subspan((country_ * kind_count + kind) * 3, 3);
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
