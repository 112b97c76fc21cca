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

// Keys: a block for each cell gives the first bits of the uniforms of all its outcomes, three to a
// word; one for each outcome and cell the rest.
constexpr std::size_t first_bits = 10, outcomes_a_word = 3;
static_assert(home_outcome_count == 4 * outcomes_a_word);
constexpr std::uint64_t rest_entity = cell_count;
static_assert(rest_entity + home_outcome_count * cell_count <= kin_entity);
static_assert(cell_count <= 64 && cell_count <= padded);

using Cells = std::array<double, padded>;
using Strata = std::array<double, stratum_count>;
using ByOutcome = std::array<Cells, home_outcome_count>;

constexpr std::size_t number(HomeOutcome outcome) { return static_cast<std::size_t>(outcome); }
constexpr std::size_t births = number(HomeOutcome::born);

// What a department's cells are exposed to: in, one department's hazards and luck; out, which
// outcomes of which cells are in doubt.
struct alignas(64) Exposure { // rows of whole lines of the cache first
  ByOutcome hazard, before;   // before: those of the outcomes before, summed up
  Cells trials, total;        // persons; all hazards that compete
  Cells doubt; // a bit for each outcome, summed up: doubles, since loops over one type vectorise
  std::array<std::array<std::uint32_t, padded>, 4> words{};
  Strata residents, income_down, income_up, child_change, kin_loss;
  std::array<std::array<double, kind_count>, counted_states> departure_factor;
  std::array<double, counted_states> recovery;
  double months, birth, death;
  const std::int64_t* home;     // [state][stratum]
  const std::int64_t* returned; // [stratum]
  const double* departure;      // [stratum][kind]
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

// A whole number from 0 to 2^52 - 1 as a double, below the exponent of 2^52: in whole vectors.
[[gnu::always_inline]] inline double whole(std::uint64_t number) {
  return __builtin_bit_cast(double, 0x4330000000000000ULL | number) - 0x1p52;
}

[[gnu::always_inline]] inline void fill_trials(Exposure& x) {
  for (std::size_t i = 0; i < cell_count; ++i)
    x.trials[i] = whole(static_cast<std::uint64_t>(x.home[i]));
  for (std::size_t s = 0; s < stratum_count; ++s) {
    x.residents[s] = whole(static_cast<std::uint64_t>(x.returned[s])) + x.trials[s] +
                     x.trials[stratum_count + s] + x.trials[2 * stratum_count + s];
  }
}

[[gnu::always_inline]] inline void fill_hazards(Exposure& x) {
  for (std::size_t state = 0; state < counted_states; ++state) {
    const std::size_t begin = state * stratum_count;
    const auto row = [&](HomeOutcome outcome) { return x.hazard[number(outcome)].data() + begin; };
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
}

// `bit` where a uniform with these first bits may be at or above 1 - `expected` (in units of
// its grid; a little too often rather than too seldom), else 0.
[[gnu::always_inline]] inline double in_doubt(std::uint32_t word, std::size_t place,
                                              double expected, double bit) {
  constexpr std::uint32_t most = (1U << first_bits) - 1;
  const auto bits =
      static_cast<double>(static_cast<std::int32_t>(word >> (first_bits * place) & most));
  const double impossible = expected > 0.0 ? 0.0 : -2.0; // a sum: branches do not vectorise
  return bits + expected + impossible > most - 1e-6 ? bit : 0.0;
}

[[gnu::always_inline]] inline void expose(Exposure& x) {
  fill_trials(x);
  fill_hazards(x);
  Cells total{}, most;
  for (std::size_t outcome = 0; outcome < competing; ++outcome) {
    for (std::size_t i = 0; i < padded; ++i) {
      x.before[outcome][i] = total[i];
      total[i] += x.hazard[outcome][i];
    }
  }
  // The probability of an outcome, given none before, is at most h / H (exp(H dt) - 1), and that at
  // most h dt / (1 - H dt).
  for (std::size_t i = 0; i < padded; ++i) {
    const double left = 1.0 - total[i] * x.months;
    const double bound = x.trials[i] * x.months / (left > 0.0 ? left : 1e-300);
    x.total[i] = total[i];
    most[i] = bound * (1U << first_bits);
    x.doubt[i] = 0.0;
  }
  for (std::size_t outcome = 0; outcome < competing; ++outcome) {
    const auto bit = static_cast<double>(1U << outcome);
    const std::uint32_t* const words = x.words[outcome / outcomes_a_word].data();
    for (std::size_t i = 0; i < padded; ++i) {
      const double expected = x.hazard[outcome][i] * most[i];
      x.doubt[i] += in_doubt(words[i], outcome % outcomes_a_word, expected, bit);
    }
  }
  const double left = 1.0 - x.birth * x.months;
  const double birth = x.birth * x.months / (left > 0.0 ? left : 1e-300) * (1U << first_bits);
  for (std::size_t s = 0; s < stratum_count; ++s) {
    x.doubt[s] += in_doubt(x.words[births / outcomes_a_word][s], births % outcomes_a_word,
                           x.residents[s] * birth, static_cast<double>(1U << births));
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
  for (std::size_t i = cell_count; i < padded; ++i) {
    x.trials[i] = 0.0;
    for (Cells& row : x.hazard)
      row[i] = 0.0;
  }
}

void fill_department(const StepTables& tables, random::Key key, std::uint32_t step,
                     const HomePeople& people, Exposure& x) {
  const Rates& rates = tables.rates();
  const std::size_t d = people.department;
  x.birth = hazard(rates[Rate::birth][d]);
  x.death = hazard(rates[Rate::death][d]);
  x.departure = rates[Rate::departure].data() + d * stratum_count * kind_count;
  x.victimisation = rates[Rate::victimisation].data() + d * stratum_count;
  x.displacement = rates[Rate::displacement].data() + d * stratum_count;
  x.home = people.home->front().data();
  x.returned = people.returned->data();
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
  }
  const auto words = [&](std::size_t k) { return std::span(x.words[k]).first(cell_count); };
  random::philox_batch(key, d * entities_at_home, step, static_cast<std::uint32_t>(Purpose::home),
                       {words(0), words(1), words(2), words(3)});
}

// Outcomes in doubt side by side.
struct Doubts {
  Lanes hazard, before, total;                     // of the outcome, of those before it, of all
  Lanes first;                                     // the first bits of the uniform
  std::array<std::uint32_t, lane_count> high, low; // the rest, in words
  double months;
  Lanes p, u; // made of these
};

[[gnu::always_inline]] inline void settle(Doubts& x) {
  for (std::size_t i = 0; i < lane_count; ++i) {
    x.u[i] = x.first[i] * 0x1p-10 + whole(x.high[i]) * 0x1p-42 + whole(x.low[i] >> 21) * 0x1p-53;
    const double any = event_probability(x.total[i] * x.months);
    const double scale = x.total[i] > 0.0 ? any / x.total[i] : 0.0;
    const double p = x.hazard[i] * scale, rest = 1.0 - x.before[i] * scale;
    x.p[i] = rest > p ? p / rest : 1.0;
  }
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
        const std::uint32_t first =
            x.words[outcome / outcomes_a_word][cell] >> (first_bits * (outcome % outcomes_a_word)) &
            ((1U << first_bits) - 1);
        const std::uint64_t entity = departments[d].department * entities_at_home + rest_entity +
                                     outcome * cell_count + cell;
        const auto department = static_cast<std::uint32_t>(d);
        const auto own = static_cast<std::uint8_t>(cell);
        if (outcome == births) { // apart from all others
          candidates_[0].push_back({x.birth, 0.0, x.birth, entity, first, department,
                                    static_cast<std::uint8_t>(cells + cell),
                                    static_cast<std::uint8_t>(births), own});
          continue;
        }
        candidates_[before++].push_back({x.hazard[outcome][cell], x.before[outcome][cell],
                                         x.total[cell], entity, first, department, own,
                                         static_cast<std::uint8_t>(outcome), own});
      }
    }
  }
  for (std::vector<Candidate>& list : candidates_) {
    draw_all(tables.months, key, step, list);
    list.clear();
  }
}

void HomeDraws::draw_all(double months, random::Key key, std::uint32_t step,
                         std::span<const Candidate> candidates) {
  sort_by_mean(months, candidates);
  for (std::size_t start = 0; start < candidates.size(); start += lane_count) {
    draw_batch(months, key, step, candidates,
               std::span(order_).subspan(start, std::min(lane_count, candidates.size() - start)));
  }
}

// A counting sort by classes of sqrt(2) in the mean: sign, exponent and the first bit behind it of
// a float.
void HomeDraws::sort_by_mean(double months, std::span<const Candidate> candidates) {
  constexpr std::uint32_t classes = 24, least = 126 * 2; // from a mean of 1/2 to 2048
  std::array<std::uint32_t, classes + 1> begin{};
  size_.resize(candidates.size());
  order_.resize(candidates.size());
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const Candidate& candidate = candidates[i];
    const auto mean = static_cast<float>(candidate.hazard * months *
                                         trials_[candidate.department][candidate.pool]);
    const std::uint32_t size = __builtin_bit_cast(std::uint32_t, mean) >> 22;
    size_[i] = static_cast<std::uint8_t>(std::clamp(size, least, least + classes - 1) - least);
    ++begin[size_[i] + 1U];
  }
  for (std::size_t k = 1; k < begin.size(); ++k)
    begin[k] += begin[k - 1];
  for (std::size_t i = 0; i < candidates.size(); ++i)
    order_[begin[size_[i]]++] = static_cast<std::uint32_t>(i);
}

void HomeDraws::draw_batch(double months, random::Key key, std::uint32_t step,
                           std::span<const Candidate> candidates,
                           std::span<const std::uint32_t> batch) {
  Lanes n{}, count;
  Doubts x{};
  x.months = months;
  std::array<std::uint64_t, lane_count> entities{};
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const Candidate& candidate = candidates[batch[i]];
    n[i] = trials_[candidate.department][candidate.pool];
    x.hazard[i] = candidate.hazard;
    x.before[i] = candidate.before;
    x.total[i] = candidate.total;
    x.first[i] = static_cast<double>(static_cast<std::int32_t>(candidate.first));
    entities[i] = candidate.entity;
  }
  std::array<std::array<std::uint32_t, lane_count>, 2> not_used;
  random::philox_batch(key, entities, step, static_cast<std::uint32_t>(Purpose::home),
                       {x.high, x.low, not_used[0], not_used[1]});
  run_kernel<settle>(x);
  binomials(n, x.p, x.u, count);
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (count[i] == 0.0)
      continue;
    const Candidate& candidate = candidates[batch[i]];
    trials_[candidate.department][candidate.pool] -= count[i];
    events_[candidate.department][candidate.outcome][candidate.cell] = count[i];
    happened_[candidate.department][candidate.outcome] |= std::uint64_t{1} << candidate.cell;
  }
}

} // namespace cauce::people
