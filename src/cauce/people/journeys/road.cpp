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

#include <numeric>

namespace cauce::people {

namespace {
// Ends the step of a party whom absurd rates would keep busy forever.
constexpr int most_turns = 1000;

// `yes` where `mask` is all ones, `no` where it is 0.
float if_so(std::uint32_t mask, float yes, float no) {
  return __builtin_bit_cast(float, (__builtin_bit_cast(std::uint32_t, yes) & mask) |
                                       (__builtin_bit_cast(std::uint32_t, no) & ~mask));
}

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
  const std::size_t lane = batch.size++;
  batch.party[lane] = party;
  batch.luck[lane] = luck;
  batch.seed[lane] = seed;
  batch.remaining_km[lane] = party.remaining_km;
  batch.days[lane] = static_cast<float>(days);
  batch.budget[lane] = static_cast<float>(budget);
  batch.days_per_km[lane] = tables_.days_per_km[row_of(party)];
  batch.type[lane] = type_of(party);
  batch.thresholds[lane] =
      static_cast<std::uint32_t>(kind_of(party.id) * plan_.nodes.size() * (plan_.ways.choices - 1));
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
    stay(batch, lane, batch.remaining_km[lane]);
  batch.size = 0;
}

// Each goes to the end of its link and picks the next way, or is listed as `inside`. `Choices` is
// the most links out of a node when it is known to the compiler, else 0.
template <std::size_t Choices> void PeopleStep::pass_links(RoadBatch& batch) {
  const float* const link_hazard = tables_.link_hazard.data();
  const float* const length_km = plan_.ways.length_km.data();
  const std::uint16_t* const link_end = plan_.ways.end.data();
  const std::uint16_t* const next = tables_.next.data();
  const random::Threshold* const thresholds = tables_.thresholds.data();
  std::int64_t* const took = work_.took.data();
  const std::size_t choices = Choices != 0 ? Choices : plan_.ways.choices;
  const std::int32_t first_end = plan_.ways.first_end;
  std::size_t going = 0, ending = 0, inside = 0;
  for (const std::size_t lane : batch.going.view()) {
    Traveller& party = batch.party[lane];
    const std::size_t link = party.place;
    const float walk = batch.remaining_km[lane] * batch.days_per_km[lane];
    const float days = batch.days[lane] - walk;
    const float budget =
        batch.budget[lane] - walk * link_hazard[link * type_count + batch.type[lane]];
    // All ones when either is below 0, else 0.
    const std::uint32_t halts = static_cast<std::uint32_t>(
        static_cast<std::int32_t>(__builtin_bit_cast(std::uint32_t, days) |
                                  __builtin_bit_cast(std::uint32_t, budget)) >>
        31);
    const std::size_t node = link_end[link];
    const random::Threshold* const own = thresholds + batch.thresholds[lane] + node * (choices - 1);
    const std::uint32_t draw = batch.luck[lane].word() >> 1; // those who halt do without
    std::size_t slot = node * choices;
    for (std::size_t i = 0; i + 1 < choices; ++i)
      slot += draw >= own[i];
    const std::uint16_t way = next[slot];
    took[way] += party.past.size() & ~halts;
    party.place = static_cast<std::uint16_t>(way + ((link - way) & halts));
    batch.days[lane] = if_so(halts, batch.days[lane], days);
    batch.budget[lane] = if_so(halts, batch.budget[lane], budget);
    batch.remaining_km[lane] = if_so(halts, batch.remaining_km[lane], length_km[way]);
    const std::uint32_t on_a_link = static_cast<std::uint32_t>(way - first_end) >> 31 & ~halts;
    batch.going.lanes[going] = batch.ending.lanes[ending] = batch.inside.lanes[inside] =
        static_cast<std::uint16_t>(lane);
    going += on_a_link;
    ending += 1U - on_a_link + halts;
    inside += halts & 1U;
  }
  batch.going.size = going;
  batch.ending.size = ending;
  batch.inside.size = inside;
}

// Those who do not get to the end of their link: out of days or met by an event.
void PeopleStep::halt(RoadBatch& batch) {
  for (const std::size_t lane : batch.inside.view()) {
    Traveller& party = batch.party[lane];
    const float rate = tables_.link_hazard[party.place * type_count + batch.type[lane]];
    const float speed = tables_.speed[row_of(party)];
    const float days =
        std::min(batch.remaining_km[lane] * batch.days_per_km[lane], batch.days[lane]);
    if (rate * days <= batch.budget[lane]) {
      stay(batch, lane, batch.remaining_km[lane] - days * speed);
      continue;
    }
    const float waited = batch.budget[lane] / rate;
    party.remaining_km = std::max(batch.remaining_km[lane] - waited * speed, 0.0F);
    double left = static_cast<double>(batch.days[lane] - waited);
    if (!road_event(party, left, batch.luck[lane]))
      continue;
    batch.remaining_km[lane] = party.remaining_km;
    batch.days[lane] = static_cast<float>(left);
    batch.type[lane] = type_of(party);
    batch.budget[lane] = static_cast<float>(batch.luck[lane].exponential());
    batch.going.add(lane);
  }
}

void PeopleStep::stay(RoadBatch& batch, std::size_t lane, float remaining_km) {
  batch.party[lane].remaining_km = std::max(remaining_km, 0.0F);
  shard(batch.party[lane].id).moving.push_back(batch.party[lane]);
}

void PeopleStep::tell_of_links(const RoadBatch& batch) {
  if (sink_ == nullptr)
    return;
  for (const std::size_t lane : batch.going.view()) {
    const Traveller& party = batch.party[lane];
    tell(party.id, party.past, EventKind::took_link, 0, party.place, 1.0);
  }
}

// Those whose way has come to its end: at the border, or nowhere.
void PeopleStep::end_ways(RoadBatch& batch) {
  for (const std::size_t lane : batch.ending.view()) {
    const Traveller& party = batch.party[lane];
    if (party.place == plan_.ways.nowhere) {
      give_up(party, batch.luck[lane]);
      continue;
    }
    const auto sector = static_cast<std::uint16_t>(party.place - plan_.ways.first_end);
    reach_border(party, sector, static_cast<double>(batch.days[lane]),
                 Fortune{batch.seed[lane]}.other_luck());
  }
  batch.ending.size = 0;
}

} // namespace cauce::people
