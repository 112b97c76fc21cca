// Life at home: births, deaths, harm, displacement, changes of stratum, and leaving.
//
// People of one stratum and home state are exchangeable, so they are a count. Each is exposed to
// competing hazards h_i: in a step of dt months outcome i happens with probability
// h_i / H (1 - exp(-H dt)), H the sum, and the counts of outcomes are multinomial. They are drawn
// one after another as conditional binomials by inversion, departures first, each by a uniform of
// its own keyed by (department, state, stratum, outcome, step): a rate that rises never lowers the
// number of its events. All draws of a step are from the counts at its beginning.
#include "cauce/people/shard.hpp"

#include "cauce/base/distributions.hpp"

namespace cauce::people {

namespace {
constexpr std::size_t settled = 0, victim = 1, displaced = 2;

// Outcomes of a step at home, in the order in which they are drawn. Those of births follow.
enum Outcome : std::size_t {
  leave_adult,
  leave_family,
  leave_child,
  victimised,
  newly_displaced,
  recovered, // victims; the displaced: no longer
  income_down,
  income_up,
  child_change,
  kin_lost,
  died,
  outcome_count
};

// Uniforms by (state, outcome), a lane a stratum; births are one more row. A block gives two.
constexpr std::size_t rows = counted_states * outcome_count + 1;
constexpr std::size_t row_pairs = (rows + 1) / 2;
constexpr std::uint64_t entities_a_department = 4096;
constexpr std::uint64_t kin_entity = 4000;
static_assert(row_pairs * stratum_count < kin_entity);

constexpr std::size_t income_of(std::size_t stratum) { return stratum / 4; }
constexpr bool has_kin(std::size_t stratum) { return (stratum & 2) != 0; }
constexpr bool has_child(std::size_t stratum) { return (stratum & 1) != 0; }

double event_probability(double x) {
  Lanes lanes{};
  lanes[0] = x;
  event_probabilities(lanes, lanes);
  return lanes[0];
}

Lanes persons_of(const std::array<std::int64_t, stratum_count>& counts) {
  Lanes lanes{};
  for (std::size_t s = 0; s < stratum_count; ++s)
    lanes[s] = static_cast<double>(counts[s]);
  return lanes;
}
} // namespace

// The hazards of one home state: [outcome][stratum].
struct HomeHazards {
  std::array<Lanes, outcome_count> by_outcome{};

  HomeHazards(const StepTables& tables, std::size_t d, std::size_t state) {
    const Rates& rates = tables.rates();
    const double* departure = rates[Rate::departure].data() + d * stratum_count * kind_count;
    const double* victimisation = rates[Rate::victimisation].data() + d * stratum_count;
    const double* displacement = rates[Rate::displacement].data() + d * stratum_count;
    // secure_to_poor, poor_to_extreme, extreme_to_poor, poor_to_secure
    const double* income_moves = rates[Rate::income_move].data() + d * 4;
    std::array<double, kind_count> factor{1.0, 1.0, 1.0};
    for (std::size_t kind = 0; kind < kind_count && state != settled; ++kind) {
      factor[kind] = hazard(rates[state == victim ? Rate::departure_factor_victim
                                                  : Rate::departure_factor_displaced][kind]);
    }
    const double end =
        state == settled
            ? 0.0
            : hazard(rates[state == victim ? Rate::victim_recovery : Rate::displacement_end][0]);
    const double gain = hazard(rates[Rate::child_gain][d]),
                 loss = hazard(rates[Rate::child_loss][d]);
    const double kin_loss = hazard(rates[Rate::kin_loss][0]), death = hazard(rates[Rate::death][d]);
    for (std::size_t s = 0; s < stratum_count; ++s) {
      for (std::size_t kind = 0; kind < kind_count; ++kind) {
        by_outcome[leave_adult + kind][s] = hazard(departure[s * kind_count + kind]) * factor[kind];
      }
      if (state == settled)
        by_outcome[victimised][s] = hazard(victimisation[s]);
      if (state != displaced)
        by_outcome[newly_displaced][s] = hazard(displacement[s]);
      by_outcome[recovered][s] = end;
      const std::size_t income = income_of(s);
      if (income > 0)
        by_outcome[income_down][s] = hazard(income_moves[income == 2 ? 0 : 1]);
      if (income < 2)
        by_outcome[income_up][s] = hazard(income_moves[income == 0 ? 2 : 3]);
      by_outcome[child_change][s] = has_child(s) ? loss : gain;
      by_outcome[kin_lost][s] = has_kin(s) ? kin_loss : 0.0;
      by_outcome[died][s] = death;
    }
  }
};

void ShardStep::live_at_home() {
  constexpr std::size_t blocks = row_pairs * stratum_count;
  std::array<std::array<std::uint32_t, blocks>, 4> words;
  random::philox_batch(key_, department_ * entities_a_department, step_,
                       static_cast<std::uint32_t>(Purpose::home),
                       {words[0], words[1], words[2], words[3]});
  const auto uniforms_of = [&](std::size_t row) {
    Lanes lanes{};
    const std::size_t first = row / 2 * stratum_count, half = row % 2 * 2;
    for (std::size_t i = 0; i < stratum_count; ++i) {
      lanes[i] = random::uniform53(words[half][first + i], words[half + 1][first + i]);
    }
    return lanes;
  };

  const auto before = shard_.home;
  std::array<std::int64_t, stratum_count> residents = shard_.returned;
  for (std::size_t state = 0; state < counted_states; ++state) {
    std::array<Lanes, outcome_count> uniforms;
    for (std::size_t i = 0; i < outcome_count; ++i) {
      uniforms[i] = uniforms_of(state * outcome_count + i);
    }
    live(state, before[state], uniforms);
    for (std::size_t s = 0; s < stratum_count; ++s)
      residents[s] += before[state][s];
  }
  be_born(residents, uniforms_of(rows - 1));
  leave();
}

void ShardStep::live(std::size_t state, const std::array<std::int64_t, stratum_count>& persons,
                     std::span<const Lanes> uniforms) {
  const HomeHazards hazards(tables_, department_, state);
  Lanes sum{}, exposure, share;
  for (const Lanes& of_outcome : hazards.by_outcome) {
    for (std::size_t i = 0; i < lane_count; ++i)
      sum[i] += of_outcome[i];
  }
  for (std::size_t i = 0; i < lane_count; ++i)
    exposure[i] = sum[i] * tables_.months;
  event_probabilities(exposure, share);
  for (std::size_t i = 0; i < lane_count; ++i)
    share[i] = sum[i] > 0.0 ? share[i] / sum[i] : 0.0;

  // Conditional binomials: among those to whom nothing drawn before happened.
  std::array<std::array<std::int64_t, stratum_count>, outcome_count> happened{};
  Lanes others = persons_of(persons);
  Lanes rest;
  rest.fill(1.0);
  for (std::size_t outcome = 0; outcome < outcome_count; ++outcome) {
    Lanes conditional, count;
    double any = 0.0;
    for (std::size_t i = 0; i < lane_count; ++i) {
      const double p = hazards.by_outcome[outcome][i] * share[i];
      conditional[i] = p <= 0.0 ? 0.0 : rest[i] > p ? p / rest[i] : 1.0;
      rest[i] -= p;
      any += conditional[i] * others[i];
    }
    if (any == 0.0)
      continue;
    binomials(others, conditional, uniforms[outcome], count);
    for (std::size_t i = 0; i < lane_count; ++i)
      others[i] -= count[i];
    for (std::size_t s = 0; s < stratum_count; ++s) {
      happened[outcome][s] = static_cast<std::int64_t>(count[s]);
    }
  }

  auto& home = shard_.home;
  for (std::size_t s = 0; s < stratum_count; ++s) {
    const auto move = [&](Outcome outcome, std::size_t to_state, std::size_t to_stratum) {
      const std::int64_t n = happened[outcome][s];
      home[state][s] -= n;
      home[to_state][to_stratum] += n;
    };
    move(victimised, victim, s);
    move(newly_displaced, displaced, s);
    move(recovered, settled, s);
    if (income_of(s) > 0)
      move(income_down, state, s - 4);
    if (income_of(s) < 2)
      move(income_up, state, s + 4);
    move(child_change, state, s ^ 1);
    if (has_kin(s))
      move(kin_lost, state, s - 2);
    home[state][s] -= happened[died][s];
    shard_.dead += happened[died][s];
    tally_.deaths += happened[died][s];
    tally_.victimised[s] += happened[victimised][s];
    tally_.displaced += happened[newly_displaced][s];
    others_[state][s] = static_cast<std::int64_t>(others[s]);
    for (std::size_t kind = 0; kind < kind_count; ++kind) {
      const auto parties = static_cast<std::uint32_t>(
          std::min<std::int64_t>(happened[leave_adult + kind][s], most_leavers - 1));
      for (std::uint32_t ordinal = 0; ordinal < parties; ++ordinal) {
        scratch_.candidates.push_back(
            PersonId::of(static_cast<std::uint32_t>(department_), static_cast<std::uint32_t>(s),
                         static_cast<Kind>(kind), static_cast<HomeState>(state), step_, ordinal));
      }
    }
  }
}

void ShardStep::be_born(const std::array<std::int64_t, stratum_count>& residents,
                        const Lanes& uniforms) {
  Lanes probability, births;
  probability.fill(
      event_probability(hazard(tables_.rates()[Rate::birth][department_]) * tables_.months));
  binomials(persons_of(residents), probability, uniforms, births);
  for (std::size_t s = 0; s < stratum_count; ++s) {
    const auto n = static_cast<std::int64_t>(births[s]);
    shard_.home[settled][s] += n;
    shard_.born += n;
    tally_.births += n;
  }
}

void ShardStep::leave() {
  for_each_with_fortune(
      key_, step_, Purpose::departure, std::span<const PersonId>(scratch_.candidates),
      [](PersonId id) { return id.bits; },
      [&](PersonId id, const Fortune& fortune) {
        Luck luck = fortune.luck();
        const double size_luck = luck.uniform();
        const auto state = static_cast<std::size_t>(id.left_as());
        std::int64_t size = 1;
        if (id.kind() == Kind::family) {
          const auto wanted =
              static_cast<std::int64_t>(random::pick(tables_.size_cumulative, size_luck)) + 1;
          std::int64_t& others = others_[state][id.stratum()];
          const std::int64_t members = std::min(wanted, others);
          if (members == 0)
            return; // nobody left to make a family with: it stays
          others -= members;
          size += members;
        }
        shard_.home[state][id.stratum()] -= size;
        tally_.departures_first[kind_of(id)] += size;
        set_out(id, Past::of_size(static_cast<std::uint32_t>(size)), id.left_as(), luck);
      });
  scratch_.candidates.clear();
}

void ShardStep::gain_kin() {
  const double gained = hazard(tables_.rates()[Rate::kin_gained_per_arrival][0]);
  for (std::size_t stratum = 0; stratum < stratum_count; ++stratum) {
    const std::int64_t arrived = tally_.arrivals_from[stratum];
    if (arrived == 0 || has_kin(stratum) || gained == 0.0)
      continue;
    // The whole part for sure, one more with the probability of the fraction.
    const double u =
        random::uniform(key_, department_ * entities_a_department + kin_entity + stratum, step_,
                        static_cast<std::uint32_t>(Purpose::home));
    const double wanted = std::min(gained * static_cast<double>(arrived), 1e15) + u;
    std::int64_t& without = shard_.home[settled][stratum];
    const std::int64_t moved = std::min(static_cast<std::int64_t>(wanted), without);
    without -= moved;
    shard_.home[settled][stratum + 2] += moved;
  }
}

} // namespace cauce::people
