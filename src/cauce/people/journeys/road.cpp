// The road: parties walk on side by side, link after link, and meet what a day on the road may
// bring.
//
// Continuous within a step: a party passes as many links as its speed allows, hazards accumulate by
// the days on each link (competing exponential waiting times; what is left of a step after an event
// goes on). Hazards of events that befall one member (death, injury, sexual violence) count once a
// member. The next link is chosen at each node by the recursive logit of choice.hpp.
//
// A batch of parties goes in turns, a link or what is left of one in each. Whether a party reaches
// the end of its link, which way it picks there and into which list it goes is worked out without a
// branch that depends on chance, which the processor would guess wrong; all else (halting inside a
// link, events, the border) comes once or twice a step. Draws belong to the parties: their order
// changes nothing.
#include "cauce/people/people_step.hpp"

#include <bit>
#include <numeric>

namespace cauce::people {

namespace {
// Ends the step of a party whom absurd rates would keep busy forever.
constexpr int most_turns = 1000;

std::size_t row_of(const Traveller& party) {
  return row_of(party.id.kind(), party.past.smuggler());
}
std::uint32_t type_of(const Traveller& party) {
  return static_cast<std::uint32_t>(
      type_of(party.id.kind(), party.past.size(), party.past.smuggler()));
}
} // namespace

// A party that has `days` of the step left, and its luck.
void PeopleStep::join(const Traveller& party, double days, Luck luck, double budget,
                      std::uint64_t seed) {
  RoadBatch& batch = work_.batch;
  RoadBatch::Lane& own = batch.lanes[batch.size++];
  own.party = party;
  own.luck = luck;
  own.remaining_km = party.remaining_km;
  own.days = static_cast<float>(days);
  own.budget = static_cast<float>(budget);
  own.days_per_km = tables_.days_per_km[row_of(party)];
  own.type = type_of(party);
  own.forks =
      static_cast<std::uint32_t>(kind_of(party.id) * plan_.nodes.size() * tables_.fork_size);
  own.seed = seed;
  if (batch.size == RoadBatch::capacity)
    travel(batch);
}

// Movers, those held who may be freed, those who set out in this step: in this order for each
// department. A department whose parties fit into one batch is not split between two, so that what
// becomes of them has the order that it has for the department alone.
void PeopleStep::travel() {
  std::vector<Work::OnTheWay>& all = work_.on_the_way;
  constexpr double held = -1.0; // in place of days
  auto again = work_.leavers.cbegin();
  const auto last_again = again + static_cast<std::ptrdiff_t>(work_.first_from_home);
  auto from_home = last_again;
  const auto take = [&](auto& next, auto last, std::size_t department) {
    for (; next != last && next->party.id.department() == department; ++next)
      all.push_back(*next);
  };
  work_.ends.clear();
  for (std::size_t d = first_; d < end_; ++d) {
    for (const Traveller& party : shards_[d].moving)
      all.push_back({party, tables_.days});
    for (const Traveller& party : shards_[d].held)
      all.push_back({party, held});
    shards_[d].moving.clear();
    shards_[d].held.clear();
    take(again, last_again, d);
    take(from_home, work_.leavers.cend(), d);
    work_.ends.push_back(all.size());
  }
  const double mean_days = hazard(tables_.rates()[Rate::kidnapping_days][0]);
  RoadBatch& batch = work_.batch;
  std::size_t joined = 0, department = 0, end = 0;
  for_each_with_fortune(
      key_, step_, Purpose::road, std::span<const Work::OnTheWay>(all),
      [](const Work::OnTheWay& one) { return one.party.id.bits; },
      [&](const Work::OnTheWay& one, const Fortune& fortune) {
        if (joined == end) {
          while (work_.ends[department] == joined)
            ++department;
          end = work_.ends[department];
          if (batch.size + (end - joined) > RoadBatch::capacity)
            travel(batch);
        }
        ++joined;
        if (one.days != held) {
          return join(one.party, one.days, fortune.luck(), fortune.exponential, fortune.seed);
        }
        // Exponential times have no memory: what is left is as long as the whole.
        const double held_days = mean_days * fortune.exponential;
        if (held_days > tables_.days)
          return shard(one.party.id).held.push_back(one.party);
        tell(one.party.id, one.party.past, EventKind::freed, 0, one.party.place, 1.0);
        Luck luck = fortune.luck();
        const double budget = luck.exponential();
        join(one.party, tables_.days - held_days, luck, budget, fortune.seed);
      });
  travel(batch);
  for (const Traveller& child : work_.parted)
    shard(child.id).moving.push_back(child);
  work_.parted.clear();
  all.clear();
  work_.leavers.clear();
}

void PeopleStep::travel(RoadBatch& batch) {
  batch.going.size = batch.size;
  std::iota(batch.going.lanes.begin(), batch.going.lanes.end(), std::uint16_t{0});
  for (int turn = 0; turn < most_turns && batch.going.size != 0; ++turn) {
    if (plan_.ways.choices == 3)
      pass_links<3>(batch);
    else
      pass_links<0>(batch);
    tell_of_links(batch);
    end_ways(batch);
    halt(batch);
  }
  for (const std::size_t lane : batch.going.view())
    stay(batch.lanes[lane], batch.lanes[lane].remaining_km);
  batch.size = 0;
}

// Each goes to the end of its link and picks the next way, or is listed as `inside`. `Choices` is
// the most links out of a node when it is known to the compiler, else 0.
template <std::size_t Choices> void PeopleStep::pass_links(RoadBatch& batch) {
  const float* const link_hazard = tables_.link_hazard.data();
  const float* const length_km = plan_.ways.length_km.data();
  const std::uint16_t* const link_end = plan_.ways.end.data();
  const std::uint32_t* const forks = tables_.forks.data();
  std::int64_t* const took = work_.took.data();
  const std::size_t others = (Choices != 0 ? Choices : plan_.ways.choices) - 1;
  const std::size_t fork_size = Choices != 0 ? std::bit_ceil(2 * Choices - 1) : tables_.fork_size;
  const std::uint32_t first_end = plan_.ways.first_end;
  std::size_t going = 0, ending = 0, inside = 0;
  for (const std::uint16_t lane : batch.going.view()) {
    RoadBatch::Lane& own = batch.lanes[lane];
    const std::size_t link = own.party.place;
    const float walk = own.remaining_km * own.days_per_km;
    const float days = own.days - walk;
    const float budget = own.budget - walk * link_hazard[link * type_count + own.type];
    // 1 when either is below 0.
    const std::uint32_t halts =
        (__builtin_bit_cast(std::uint32_t, days) | __builtin_bit_cast(std::uint32_t, budget)) >> 31;
    const std::uint32_t* const fork = forks + own.forks + link_end[link] * fork_size;
    const std::uint32_t draw = own.luck.word() >> 1; // those who halt do without
    std::size_t choice = others;
    for (std::size_t i = 0; i < others; ++i)
      choice += draw >= fork[i];
    const std::uint32_t way = fork[choice];
    // Those who halt stay as they are: what they would be is written where nobody reads.
    RoadBatch::Lane& after = batch.lanes[halts != 0 ? RoadBatch::capacity : lane];
    after.party.place = static_cast<std::uint16_t>(way);
    after.remaining_km = length_km[way];
    after.days = days;
    after.budget = budget;
    took[way] += own.party.past.size() & (halts - 1);
    const std::uint32_t on_a_link = (way - first_end) >> 31 & ~halts;
    batch.going.lanes[going] = batch.ending.lanes[ending] = batch.inside.lanes[inside] = lane;
    going += on_a_link;
    ending += 1U - on_a_link - halts;
    inside += halts;
  }
  batch.going.size = going;
  batch.ending.size = ending;
  batch.inside.size = inside;
}

// Those who do not get to the end of their link: out of days or met by an event.
void PeopleStep::halt(RoadBatch& batch) {
  for (const std::size_t lane : batch.inside.view()) {
    RoadBatch::Lane& own = batch.lanes[lane];
    Traveller& party = own.party;
    const float rate = tables_.link_hazard[party.place * type_count + own.type];
    const float speed = tables_.speed[row_of(party)];
    const float days = std::min(own.remaining_km * own.days_per_km, own.days);
    if (rate * days <= own.budget) {
      stay(own, own.remaining_km - days * speed);
      continue;
    }
    const float waited = own.budget / rate;
    party.remaining_km = std::max(own.remaining_km - waited * speed, 0.0F);
    double left = static_cast<double>(own.days - waited);
    if (!road_event(party, left, own.luck))
      continue;
    own.remaining_km = party.remaining_km;
    own.days = static_cast<float>(left);
    own.type = type_of(party);
    own.budget = static_cast<float>(own.luck.exponential());
    batch.going.add(lane);
  }
}

void PeopleStep::stay(RoadBatch::Lane& own, float remaining_km) {
  own.party.remaining_km = std::max(remaining_km, 0.0F);
  shard(own.party.id).moving.push_back(own.party);
}

void PeopleStep::tell_of_links(const RoadBatch& batch) {
  if (sink_ == nullptr)
    return;
  for (const std::size_t lane : batch.going.view()) {
    const Traveller& party = batch.lanes[lane].party;
    tell(party.id, party.past, EventKind::took_link, 0, party.place, 1.0);
  }
}

// Those whose way has come to its end: at the border, or nowhere.
void PeopleStep::end_ways(RoadBatch& batch) {
  for (const std::size_t lane : batch.ending.view()) {
    RoadBatch::Lane& own = batch.lanes[lane];
    if (own.party.place == plan_.ways.nowhere) {
      give_up(own.party, own.luck);
      continue;
    }
    const auto sector = static_cast<std::uint16_t>(own.party.place - plan_.ways.first_end);
    reach_border(own.party, sector, static_cast<double>(own.days), Fortune{own.seed}.other_luck());
  }
  batch.ending.size = 0;
}

} // namespace cauce::people
