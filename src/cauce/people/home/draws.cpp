#include "cauce/people/home/draws.hpp"

#include "cauce/base/instruction_set.hpp"
#include "cauce/base/math.hpp"
#include "cauce/people/home/binomials.hpp"
#include "cauce/people/luck.hpp"

#include <algorithm>

namespace cauce::people {

namespace {
constexpr std::size_t cell_count = counted_states * stratum_count;
constexpr std::size_t padded = 40; ///< cells, up to whole vectors
constexpr std::size_t victim = 1, displaced = 2;
constexpr std::size_t competing = home_outcome_count - 1; // all but births
constexpr std::size_t blocks = home_outcome_count * cell_count / 2;
static_assert(blocks < kin_entity);
static_assert(cell_count <= 64 && cell_count <= padded);

using Cells = std::array<double, padded>;
using Strata = std::array<double, stratum_count>;
using ByOutcome = std::array<Cells, home_outcome_count>;

constexpr std::size_t number(HomeOutcome outcome) { return static_cast<std::size_t>(outcome); }
constexpr std::size_t births = number(HomeOutcome::born);

// What a department's cells are exposed to: in, one department's hazards and luck; out, which
// outcomes of which cells are in doubt, with what it takes to draw them.
struct alignas(64) Exposure { // rows of whole lines of the cache first
  ByOutcome p, u, rest;       // rest: probability of none of the outcomes before
  Cells trials;               // persons
  Cells doubt; // a bit for each outcome, summed up: doubles, since loops over one type vectorise
  std::array<std::array<std::uint32_t, blocks>, 4> words;
  Strata residents, income_down, income_up, child_change, kin_loss;
  std::array<std::array<double, kind_count>, counted_states> departure_factor;
  std::array<double, counted_states> recovery;
  double months, birth, death;
  const double* departure; // [stratum][kind]
  const double* victimisation;
  const double* displacement;
};

// 1 - exp(-x) without loss where x is small: x - x^2/2 + x^3/6 has a relative error below 1e-16
// under 1e-5.
[[gnu::always_inline]] inline double event_probability(double x) {
  const double series = x * (1.0 - x * (0.5 - x * (1.0 / 6.0)));
  const double whole = 1.0 - math::exp(-x);
  return x < 1e-5 ? series : whole;
}

// `hazard` of step_tables.hpp, for loops over lanes.
[[gnu::always_inline]] inline double bounded(double rate) {
  const double positive = rate > 0.0 ? rate : 0.0;
  return positive < 1e9 ? positive : 1e9;
}

[[gnu::always_inline]] inline void fill_hazards(Exposure& x) {
  for (std::size_t state = 0; state < counted_states; ++state) {
    const std::size_t begin = state * stratum_count;
    const auto row = [&](HomeOutcome outcome) { return x.p[number(outcome)].data() + begin; };
    for (std::size_t kind = 0; kind < kind_count; ++kind) {
      double* const leave = row(static_cast<HomeOutcome>(kind));
      const double factor = x.departure_factor[state][kind];
      for (std::size_t s = 0; s < stratum_count; ++s)
        leave[s] = bounded(x.departure[s * kind_count + kind]) * factor;
    }
    for (std::size_t s = 0; s < stratum_count; ++s) {
      row(HomeOutcome::victimised)[s] = state == 0 ? bounded(x.victimisation[s]) : 0.0;
      row(HomeOutcome::newly_displaced)[s] = state != displaced ? bounded(x.displacement[s]) : 0.0;
      row(HomeOutcome::recovered)[s] = x.recovery[state];
      row(HomeOutcome::income_down)[s] = x.income_down[s];
      row(HomeOutcome::income_up)[s] = x.income_up[s];
      row(HomeOutcome::child_change)[s] = x.child_change[s];
      row(HomeOutcome::kin_lost)[s] = x.kin_loss[s];
      row(HomeOutcome::died)[s] = x.death;
    }
  }
  for (std::size_t outcome = 0; outcome < home_outcome_count; ++outcome) {
    for (std::size_t i = cell_count; i < padded; ++i)
      x.p[outcome][i] = x.u[outcome][i] = 0.0;
  }
}

// A uniform of 53 bits from two words, as random::uniform53 makes it: both parts are exact. A word
// becomes a double below the exponent of 2^52, in whole vectors.
[[gnu::always_inline]] inline double uniform_of(std::uint32_t high, std::uint32_t low) {
  constexpr std::uint64_t bits = 0x4330000000000000ULL;
  const double of_high = __builtin_bit_cast(double, bits | high) - 0x1p52;
  const double of_low = __builtin_bit_cast(double, bits | low >> 11) - 0x1p52;
  return of_high * 0x1p-32 + of_low * 0x1p-53;
}

// Two uniforms a block: outcomes 2 k and 2 k + 1 of a cell share one.
[[gnu::always_inline]] inline void fill_uniforms(Exposure& x) {
  for (std::size_t outcome = 0; outcome < home_outcome_count; outcome += 2) {
    const std::size_t begin = outcome / 2 * cell_count;
    for (std::size_t i = 0; i < cell_count; ++i) {
      x.u[outcome][i] = uniform_of(x.words[0][begin + i], x.words[1][begin + i]);
      x.u[outcome + 1][i] = uniform_of(x.words[2][begin + i], x.words[3][begin + i]);
    }
  }
}

[[gnu::always_inline]] inline void expose(Exposure& x) {
  fill_hazards(x);
  fill_uniforms(x);
  Cells total{}, scale, most, rest;
  for (std::size_t outcome = 0; outcome < competing; ++outcome) {
    for (std::size_t i = 0; i < padded; ++i)
      total[i] += x.p[outcome][i];
  }
  for (std::size_t i = 0; i < padded; ++i) {
    const double any = event_probability(total[i] * x.months);
    scale[i] = total[i] > 0.0 ? any / total[i] : 0.0;
    most[i] = 1.0 / (1.0 - any); // a probability, made conditional, is at most times this
    rest[i] = 1.0;
    x.doubt[i] = 0.0;
  }
  for (std::size_t outcome = 0; outcome < competing; ++outcome) {
    const auto bit = static_cast<double>(1U << outcome);
    for (std::size_t i = 0; i < padded; ++i) {
      const double p = x.p[outcome][i] * scale[i];
      const double bound = 1.0 - x.trials[i] * (p * most[i]);
      x.p[outcome][i] = p;
      x.rest[outcome][i] = rest[i];
      x.doubt[i] += x.u[outcome][i] < bound ? 0.0 : bit;
      rest[i] -= p;
    }
  }
  for (std::size_t s = 0; s < stratum_count; ++s) {
    const double bound = 1.0 - x.residents[s] * x.birth;
    x.doubt[s] += x.u[births][s] < bound ? 0.0 : static_cast<double>(1U << births);
  }
}

// What all departments have in common.
void fill_common(const StepTables& tables, Exposure& x) {
  const Rates& rates = tables.rates();
  x.months = tables.months;
  for (std::size_t kind = 0; kind < kind_count; ++kind) {
    x.departure_factor[0][kind] = 1.0;
    x.departure_factor[victim][kind] = hazard(rates[Rate::departure_factor_victim][kind]);
    x.departure_factor[displaced][kind] = hazard(rates[Rate::departure_factor_displaced][kind]);
  }
  x.recovery = {0.0, hazard(rates[Rate::victim_recovery][0]),
                hazard(rates[Rate::displacement_end][0])};
  const double kin_loss = hazard(rates[Rate::kin_loss][0]);
  for (std::size_t s = 0; s < stratum_count; ++s)
    x.kin_loss[s] = (s & 2) != 0 ? kin_loss : 0.0;
  for (std::size_t i = cell_count; i < padded; ++i)
    x.trials[i] = 0.0;
}

void fill_department(const StepTables& tables, random::Key key, std::uint32_t step,
                     const HomePeople& people, Exposure& x) {
  const Rates& rates = tables.rates();
  const std::size_t d = people.department;
  x.birth = event_probability(hazard(rates[Rate::birth][d]) * tables.months);
  x.death = hazard(rates[Rate::death][d]);
  x.departure = rates[Rate::departure].data() + d * stratum_count * kind_count;
  x.victimisation = rates[Rate::victimisation].data() + d * stratum_count;
  x.displacement = rates[Rate::displacement].data() + d * stratum_count;
  // secure_to_poor, poor_to_extreme, extreme_to_poor, poor_to_secure
  const double* income_moves = rates[Rate::income_move].data() + d * 4;
  const double down[3] = {0.0, hazard(income_moves[1]), hazard(income_moves[0])};
  const double up[3] = {hazard(income_moves[2]), hazard(income_moves[3]), 0.0};
  const double child_change[2] = {hazard(rates[Rate::child_gain][d]),
                                  hazard(rates[Rate::child_loss][d])};
  for (std::size_t s = 0; s < stratum_count; ++s) {
    x.income_down[s] = down[s / 4];
    x.income_up[s] = up[s / 4];
    x.child_change[s] = child_change[s & 1];
    std::int64_t persons = (*people.returned)[s];
    for (std::size_t state = 0; state < counted_states; ++state) {
      const std::int64_t n = (*people.home)[state][s];
      x.trials[state * stratum_count + s] = static_cast<double>(n);
      persons += n;
    }
    x.residents[s] = static_cast<double>(persons);
  }
  random::philox_batch(key, d * entities_at_home, step, static_cast<std::uint32_t>(Purpose::home),
                       {x.words[0], x.words[1], x.words[2], x.words[3]});
}
} // namespace

void HomeDraws::draw(const StepTables& tables, random::Key key, std::uint32_t step,
                     std::span<const HomePeople> departments) {
  if (trials_.size() < departments.size()) {
    trials_.resize(departments.size());
    happened_.resize(departments.size());
    events_.resize(departments.size());
  }
  Exposure x;
  fill_common(tables, x);
  for (std::size_t d = 0; d < departments.size(); ++d) {
    fill_department(tables, key, step, departments[d], x);
    run_kernel<expose>(x);
    std::copy_n(x.trials.begin(), cells, trials_[d].begin());
    std::copy(x.residents.begin(), x.residents.end(), trials_[d].begin() + cells);
    happened_[d].fill(0);
    for (std::size_t cell = 0; cell < cells; ++cell) {
      std::size_t before = 0;
      for (auto doubt = static_cast<std::uint32_t>(x.doubt[cell]); doubt != 0; doubt &= doubt - 1) {
        const auto outcome = static_cast<std::size_t>(std::countr_zero(doubt));
        const auto department = static_cast<std::uint32_t>(d);
        const auto own = static_cast<std::uint8_t>(cell);
        if (outcome == births) { // apart from all others
          candidates_[0].push_back({x.u[births][cell], x.birth, department,
                                    static_cast<std::uint8_t>(cells + cell),
                                    static_cast<std::uint8_t>(births), own});
          continue;
        }
        const double p = x.p[outcome][cell], rest = x.rest[outcome][cell];
        const double conditional = p <= 0.0 ? 0.0 : rest > p ? p / rest : 1.0;
        candidates_[before++].push_back({x.u[outcome][cell], conditional, department, own,
                                         static_cast<std::uint8_t>(outcome), own});
      }
    }
  }
  for (std::vector<Candidate>& list : candidates_) {
    for (std::size_t start = 0; start < list.size(); start += lane_count)
      draw_batch(std::span(list).subspan(start, std::min(lane_count, list.size() - start)));
    list.clear();
  }
}

void HomeDraws::draw_batch(std::span<const Candidate> candidates) {
  Lanes n{}, p{}, u{}, count;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const Candidate& candidate = candidates[i];
    n[i] = trials_[candidate.department][candidate.pool];
    p[i] = candidate.p;
    u[i] = candidate.u;
  }
  binomials(n, p, u, count);
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (count[i] == 0.0)
      continue;
    const Candidate& candidate = candidates[i];
    trials_[candidate.department][candidate.pool] -= count[i];
    events_[candidate.department][candidate.outcome][candidate.cell] = count[i];
    happened_[candidate.department][candidate.outcome] |= std::uint64_t{1} << candidate.cell;
  }
}

} // namespace cauce::people
