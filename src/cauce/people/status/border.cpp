// The border: at a port of entry or between ports, turned in, caught or undetected, and what the
// United States then decides.
//
// Each attempt uses luck of its own, keyed by (party, step), whose draws come in a fixed order: a
// change of one probability leaves the luck of the others as it is. Port waits are exponential.
#include "cauce/people/people_step.hpp"

#include "cauce/base/distributions.hpp"

#include <algorithm>

namespace cauce::people {

// Takes one list of each department's.
std::span<const Traveller> PeopleStep::gather(std::vector<Traveller> Shard::*list) {
  work_.travellers.clear();
  for (std::size_t d = first_; d < end_; ++d) {
    std::vector<Traveller>& own = shards_[d].*list;
    work_.travellers.insert(work_.travellers.end(), own.begin(), own.end());
    own.clear();
  }
  return work_.travellers;
}

void PeopleStep::wait_at_ports() {
  const double mean_months = hazard(tables_.rates()[Rate::port_wait][0]);
  for_each_with_fortune(
      key_, step_, Purpose::road, gather(&Shard::at_port),
      [](const Traveller& party) { return party.id.bits; },
      [&](const Traveller& party, const Fortune& fortune) {
        if (fortune.exponential * mean_months > tables_.months) {
          return shard(party.id).at_port.push_back(party);
        }
        Luck luck = fortune.luck();
        enter_port(party, luck);
      });
}

void PeopleStep::try_again_at_border() {
  for_each_with_fortune(
      key_, step_, Purpose::road, gather(&Shard::at_border),
      [](const Traveller& party) { return party.id.bits; },
      [&](const Traveller& party, const Fortune& fortune) {
        work_.counts[Count::border_arrivals][party.place * kind_count + kind_of(party.id)] +=
            party.past.size();
        tell(party.id, party.past, EventKind::border_arrival, 0, party.place, 1.0);
        Luck luck = fortune.luck();
        cross(party, luck);
      });
}

void PeopleStep::reach_border(Traveller party, std::uint16_t sector, double days, Luck luck) {
  const std::size_t kind = kind_of(party.id);
  party.place = sector;
  party.remaining_km = 0.0F;
  work_.counts[Count::border_arrivals][sector * kind_count + kind] += party.past.size();
  const double port =
      probability(tables_.by_country_kind(Rate::port_share, country(party.id), kind));
  const bool to_port = luck.uniform() < port;
  tell(party.id, party.past, EventKind::border_arrival, to_port ? 1 : 0, sector,
       to_port ? port : 1.0 - port);
  if (!to_port)
    return cross(party, luck);
  const double mean_days = hazard(tables_.rates()[Rate::port_wait][0]) * days_per_month;
  if (luck.exponential() * mean_days > days)
    shard(party.id).at_port.push_back(party);
  else
    enter_port(party, luck);
}

void PeopleStep::enter_port(Traveller party, Luck& luck) {
  of_country_and_kind(Count::port_encounters, party.id) += party.past.size();
  tell(party.id, party.past, EventKind::port_encounter, 0, party.place, 1.0);
  party.past.set_evader(false);
  decide(party, Rate::port_disposition, luck);
}

void PeopleStep::cross(Traveller party, Luck& luck) {
  const std::size_t kind = kind_of(party.id);
  const std::size_t sector = party.place;
  const double death_luck = luck.uniform(), turn_in_luck = luck.uniform(),
               caught_luck = luck.uniform(), parting_luck = luck.uniform();
  const double death = probability(tables_.rates()[Rate::crossing_death][sector]);
  // (1 - p)^n >= 1 - n p: below that all live, without an exponential.
  const bool all_live = death_luck < 1.0 - party.past.size() * death - 1e-12;
  const auto deaths = static_cast<std::uint32_t>(
      all_live ? 0 : random::binomial(party.past.size(), death, death_luck));
  if (deaths != 0) {
    tell(party.id, party.past, EventKind::crossing_death, deaths, sector, death);
    shard(party.id).on_road[kind] -= deaths;
    shard(party.id).dead += deaths;
    work_.counts[Count::crossing_deaths][sector] += deaths;
    party.past.set_size(party.past.size() - deaths);
    if (party.past.size() == 0)
      return;
  }
  const double turn_in =
      probability(tables_.by_country_kind(Rate::turn_in_share, country(party.id), kind));
  const double caught =
      probability(tables_.rates()[Rate::apprehension_probability][sector * kind_count + kind]);
  const bool turns_in = turn_in_luck < turn_in;
  const std::uint32_t size = party.past.size();
  if (!turns_in && caught_luck >= caught) {
    of_country_and_kind(Count::entries_undetected, party.id) += size;
    tell(party.id, party.past, EventKind::undetected, 0, sector, (1.0 - turn_in) * (1.0 - caught));
    leave_road(party.id, party.past);
    return take_status(party.id, arrive(party.id, party.past), Status::undocumented, luck);
  }
  tell(party.id, party.past, EventKind::apprehension, turns_in ? 1 : 0, sector,
       turns_in ? turn_in : (1.0 - turn_in) * caught);
  of_country_and_kind(Count::apprehensions, party.id) += size;
  if (party.past.apprehended_within_year(month_))
    of_country_and_kind(Count::apprehensions_again, party.id) += size;
  party.past.set_apprehended(month_);
  party.past.set_evader(!turns_in);
  if (party.id.kind() == Kind::family && size > 1 &&
      parting_luck < tables_.rates()[Rate::border_separation][country(party.id)])
    return part_family(party, luck);
  decide(party, Rate::disposition, luck);
}

// Unless the conditions say otherwise as under "zero tolerance" in 2018: the children of a family
// are unaccompanied from then on and go to HHS, the parent into detention for prosecution. One
// adult is taken to lead a family. All count as dispositions of families.
void PeopleStep::part_family(Traveller party, Luck& luck) {
  constexpr auto family = static_cast<std::size_t>(Kind::family);
  const auto hand_over = [&](const Traveller& to, Rate rate, Disposition otherwise) {
    const auto shares = tables_.rates()[rate];
    if (std::ranges::any_of(shares, [](double share) { return share > 0.0; }))
      decide(to, family, shares, luck);
    else
      carry_out(to, family, {otherwise, 1.0, 1.0}, luck);
  };
  const double each =
      probability(tables_.rates()[Rate::border_separation_member][country(party.id)]);
  for (std::uint32_t members = party.past.size() - 1; members > 0; --members) {
    if (each == 0.0 || luck.uniform() < each)
      hand_over(part_a_child(party, false), Rate::separated_child, Disposition::hhs);
  }
  hand_over(party, Rate::separated_head, Disposition::detained);
}

void PeopleStep::decide(const Traveller& party, Rate rate, Luck& luck) {
  const std::size_t kind = kind_of(party.id);
  const auto shares = tables_.rates()[rate].subspan(
      (country(party.id) * kind_count + kind) * disposition_count, disposition_count);
  decide(party, kind, shares, luck);
}

void PeopleStep::decide(const Traveller& party, std::size_t counted_as,
                        std::span<const double> shares, Luck& luck) {
  const double disposition_luck = luck.uniform(), retry_luck = luck.uniform();
  std::array<double, disposition_count> cumulative{};
  double sum = 0.0;
  for (std::size_t i = 0; i < disposition_count; ++i)
    cumulative[i] = sum += hazard(shares[i]);
  const std::size_t index = random::pick(cumulative, disposition_luck * sum);
  carry_out(
      party, counted_as,
      {static_cast<Disposition>(index), sum > 0.0 ? hazard(shares[index]) / sum : 1.0, retry_luck},
      luck);
}

void PeopleStep::carry_out(const Traveller& party, std::size_t counted_as, const Decision& decision,
                           Luck& luck) {
  const PersonId id = party.id;
  const Disposition disposition = decision.disposition;
  const auto index = static_cast<std::size_t>(disposition);
  of_disposition(id, counted_as, index) += party.past.size();
  tell(id, party.past, EventKind::disposition, index, party.place, decision.probability);
  const double again =
      probability(tables_.by_country_kind(Rate::expelled_retry, country(id), kind_of(id)));
  if (disposition == Disposition::expelled && decision.retry_luck < again) {
    shard(id).at_border.push_back(party); // still on the road
    return;
  }
  leave_road(id, party.past);
  switch (disposition) {
  case Disposition::repatriated:
    return take_status(id, party.past, Status::custody, luck);
  case Disposition::detained:
    return take_status(id, party.past, Status::detained, luck);
  case Disposition::released:
    return take_status(id, arrive(id, party.past), Status::pending, luck);
  case Disposition::hhs:
    return take_status(id, party.past, Status::hhs, luck);
  case Disposition::mpp:
    return take_status(id, party.past, Status::mpp, luck);
  case Disposition::expelled:
  // Most of those sent to an agreement country went home from there.
  case Disposition::agreement:
    return come_home(id, party.past, Move::removed, luck);
  }
}

} // namespace cauce::people
