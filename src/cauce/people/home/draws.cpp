#include "cauce/people/home/draws.hpp"

#include "cauce/base/instruction_set.hpp"
#include "cauce/people/home/binomials.hpp"
#include "cauce/people/luck.hpp"

#include <algorithm>
#include <numeric>

namespace cauce::people {

namespace {
constexpr std::size_t cell_count = counted_states * stratum_count;
constexpr std::size_t padded = 40; ///< cells, up to whole vectors
constexpr std::size_t settled = 0, victim = 1, displaced = 2;
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

} // namespace

// What a department's cells are exposed to: in, one department's hazards and luck; out, which
// outcomes of which cells are in doubt.
struct alignas(64) HomeExposure { // rows of whole lines of the cache first
  ByOutcome hazard, before;       // before: those of the outcomes before, summed up
  Cells trials;                   // persons
  std::array<Cells, 2> total;     // all hazards that compete; births
  std::array<std::uint64_t, home_outcome_count> doubtful; // which cells: bits
  std::array<std::array<std::uint32_t, padded>, 4> words{};
  std::array<double, kind_count> leavers; // expected, by kind
  Strata residents, income_down, income_up, child_change;
  std::array<std::array<double, kind_count>, counted_states> departure_factor;
  double months, birth, death;
  const std::int64_t* home;     // [state][stratum]
  const std::int64_t* returned; // [stratum]
  const double* departure;      // [stratum][kind]
  const double* victimisation;
  const double* displacement;
};

namespace {

// `hazard` of step_tables.hpp, for loops over lanes.
[[gnu::always_inline]] inline double bounded(double rate) {
  const double positive = rate > 0.0 ? rate : 0.0;
  return positive < 1e9 ? positive : 1e9;
}

// A whole number from 0 to 2^52 - 1 as a double, below the exponent of 2^52: in whole vectors.
[[gnu::always_inline]] inline double whole(std::uint64_t number) {
  return __builtin_bit_cast(double, 0x4330000000000000ULL | number) - 0x1p52;
}

[[gnu::always_inline]] inline void fill_trials(HomeExposure& x) {
  for (std::size_t i = 0; i < cell_count; ++i)
    x.trials[i] = whole(static_cast<std::uint64_t>(x.home[i]));
  for (std::size_t s = 0; s < stratum_count; ++s) {
    x.residents[s] = whole(static_cast<std::uint64_t>(x.returned[s])) + x.trials[s] +
                     x.trials[stratum_count + s] + x.trials[2 * stratum_count + s];
  }
}

// What is the same in all departments stands in the rows already (fill_common).
[[gnu::always_inline]] inline void fill_hazards(HomeExposure& x) {
  const auto fill = [&x](HomeOutcome outcome, std::size_t state, const Strata& values) {
    std::copy_n(values.begin(), stratum_count,
                x.hazard[number(outcome)].begin() + state * stratum_count);
  };
  for (std::size_t kind = 0; kind < kind_count; ++kind) {
    Strata own, times;
    for (std::size_t s = 0; s < stratum_count; ++s)
      own[s] = bounded(x.departure[s * kind_count + kind]);
    for (std::size_t state = 0; state < counted_states; ++state) {
      for (std::size_t s = 0; s < stratum_count; ++s)
        times[s] = own[s] * x.departure_factor[state][kind];
      fill(static_cast<HomeOutcome>(kind), state, times);
    }
  }
  Strata harm, flight;
  for (std::size_t s = 0; s < stratum_count; ++s) {
    harm[s] = bounded(x.victimisation[s]);
    flight[s] = bounded(x.displacement[s]);
  }
  fill(HomeOutcome::victimised, settled, harm);
  fill(HomeOutcome::newly_displaced, settled, flight);
  fill(HomeOutcome::newly_displaced, victim, flight);
  for (std::size_t state = 0; state < counted_states; ++state) {
    fill(HomeOutcome::income_down, state, x.income_down);
    fill(HomeOutcome::income_up, state, x.income_up);
    fill(HomeOutcome::child_change, state, x.child_change);
  }
  Cells& died = x.hazard[number(HomeOutcome::died)];
  std::fill_n(died.begin(), cell_count, x.death);
}

constexpr std::array<std::uint32_t, padded> bit_of_cell = [] {
  std::array<std::uint32_t, padded> bits{};
  for (std::size_t i = 0; i < padded; ++i)
    bits[i] = std::uint32_t{1} << (i % 32);
  return bits;
}();

// Bit i where a uniform with the first bits at `place` of words[i] may be at or above 1 -
// expected[i] (in units of its grid; a little too often rather than too seldom). Whole numbers
// throughout, and no branches, so that the loops vectorise.
[[gnu::always_inline]] inline std::uint64_t in_doubt(const std::array<std::uint32_t, padded>& words,
                                                     std::size_t place, const Cells& expected) {
  constexpr std::int32_t most = (1 << first_bits) - 1;
  constexpr double margin = 1.0 + 1e-6;
  std::array<std::uint32_t, padded> bit;
  for (std::size_t i = 0; i < padded; ++i) {
    const double bounded = expected[i] < most ? expected[i] : most;
    const auto reach = static_cast<std::int32_t>(expected[i] > 0.0 ? bounded + margin : 0.0);
    const auto bits = static_cast<std::int32_t>(words[i] >> (first_bits * place)) & most;
    bit[i] = bits + reach > most ? bit_of_cell[i] : 0;
  }
  std::uint32_t low = 0, high = 0;
  for (std::size_t i = 0; i < 32; ++i)
    low |= bit[i];
  for (std::size_t i = 32; i < padded; ++i)
    high |= bit[i];
  return std::uint64_t{high} << 32 | low;
}

// Summed in an order that does not depend on how wide vectors are.
[[gnu::always_inline]] inline double sum_of_products(const Cells& a, const Cells& b) {
  constexpr std::size_t abreast = 8;
  static_assert(padded == 5 * abreast);
  std::array<double, abreast> sum;
  for (std::size_t j = 0; j < abreast; ++j) {
    sum[j] = a[j] * b[j] + a[j + 8] * b[j + 8] + a[j + 16] * b[j + 16] + a[j + 24] * b[j + 24] +
             a[j + 32] * b[j + 32];
  }
  return ((sum[0] + sum[1]) + (sum[2] + sum[3])) + ((sum[4] + sum[5]) + (sum[6] + sum[7]));
}

// Of n persons n h / H (1 - exp(-H dt)) leave with hazard h, H the sum of all hazards.
[[gnu::always_inline]] inline void expect_leavers(HomeExposure& x) {
  Cells share;
  for (std::size_t i = 0; i < padded; ++i) {
    const double total = x.total[0][i];
    const double any = event_probability(total * x.months);
    share[i] = total > 0.0 ? x.trials[i] * any / total : 0.0;
  }
  for (std::size_t kind = 0; kind < kind_count; ++kind)
    x.leavers[kind] = sum_of_products(x.hazard[kind], share);
}

[[gnu::always_inline]] inline void expose(HomeExposure& x) {
  fill_trials(x);
  fill_hazards(x);
  Cells total{}, most;
  for (std::size_t outcome = 0; outcome < competing; ++outcome) {
    for (std::size_t i = 0; i < padded; ++i) {
      x.before[outcome][i] = total[i];
      total[i] += x.hazard[outcome][i];
    }
  }
  // The probability of an outcome, given none before, is at most h / H (exp(H dt) - 1), and that
  // at most h dt / (1 - H dt).
  for (std::size_t i = 0; i < padded; ++i) {
    const double left = 1.0 - total[i] * x.months;
    const double bound = x.trials[i] * x.months / (left > 0.0 ? left : 1e-300);
    x.total[0][i] = total[i];
    most[i] = bound * (1U << first_bits);
  }
  Cells expected{};
  for (std::size_t outcome = 0; outcome < competing; ++outcome) {
    for (std::size_t i = 0; i < padded; ++i)
      expected[i] = x.hazard[outcome][i] * most[i];
    x.doubtful[outcome] =
        in_doubt(x.words[outcome / outcomes_a_word], outcome % outcomes_a_word, expected);
  }
  const double left = 1.0 - x.birth * x.months;
  const double birth = x.birth * x.months / (left > 0.0 ? left : 1e-300) * (1U << first_bits);
  expected.fill(0.0);
  for (std::size_t s = 0; s < stratum_count; ++s) {
    x.hazard[births][s] = x.total[1][s] = x.birth;
    expected[s] = x.residents[s] * birth;
  }
  x.doubtful[births] =
      in_doubt(x.words[births / outcomes_a_word], births % outcomes_a_word, expected);
}

// What all departments have in common.
void fill_common(const StepTables& tables, HomeExposure& x) {
  const Rates& rates = tables.rates();
  x.months = tables.months;
  for (std::size_t kind = 0; kind < kind_count; ++kind) {
    x.departure_factor[0][kind] = 1.0;
    x.departure_factor[victim][kind] = hazard(rates[Rate::departure_factor_victim][kind]);
    x.departure_factor[displaced][kind] = hazard(rates[Rate::departure_factor_displaced][kind]);
  }
  x.trials.fill(0.0);
  for (Cells& row : x.hazard)
    row.fill(0.0);
  const auto recovery = [&](std::size_t state, double per_month) {
    std::fill_n(x.hazard[number(HomeOutcome::recovered)].begin() + state * stratum_count,
                stratum_count, per_month);
  };
  recovery(victim, hazard(rates[Rate::victim_recovery][0]));
  recovery(displaced, hazard(rates[Rate::displacement_end][0]));
  const double kin_loss = hazard(rates[Rate::kin_loss][0]);
  for (std::size_t i = 0; i < cell_count; ++i)
    x.hazard[number(HomeOutcome::kin_lost)][i] = (i % stratum_count & 2) != 0 ? kin_loss : 0.0;
  x.before[births].fill(0.0);
  x.total[1].fill(0.0);
}

void fill_department(const StepTables& tables, random::Key key, std::uint32_t step,
                     const HomePeople& people, HomeExposure& x) {
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

void HomeDraws::List::make_room(std::size_t more) {
  if (candidates_.size() < count_ + more)
    candidates_.resize(2 * (count_ + more));
}

// A counting sort.
std::span<const std::uint32_t> HomeDraws::List::order() {
  order_.resize(count_);
  std::array<std::uint32_t, most_size + 1> begin;
  std::exclusive_scan(of_size_.begin(), of_size_.end(), begin.begin(), 0U);
  for (std::uint32_t i = 0; i < count_; ++i)
    order_[begin[candidates_[i].size]++] = i;
  return order_;
}

void HomeDraws::List::clear() {
  count_ = 0;
  of_size_.fill(0);
}

void HomeDraws::draw(const StepTables& tables, random::Key key, std::uint32_t step,
                     std::span<const HomePeople> departments, bool expect) {
  expected_leavers_.resize(departments.size());
  trials_.resize(departments.size() * pools);
  happened_.assign(departments.size() * home_outcome_count, 0);
  events_.resize(departments.size() * home_outcome_count * cells_apart);
  HomeExposure x;
  fill_common(tables, x);
  for (std::size_t i = 0; i < departments.size(); ++i) {
    fill_department(tables, key, step, departments[i], x);
    run_kernel<expose>(x);
    if (expect) {
      run_kernel<expect_leavers>(x);
      expected_leavers_[i] = x.leavers;
    }
    double* const trials = &trials_[i * pools];
    std::copy(x.residents.begin(), x.residents.end(), std::copy_n(x.trials.begin(), cells, trials));
    list_doubts(x, i, departments[i].department);
  }
  for (List& list : lists_) {
    const std::span<const std::uint32_t> order = list.order();
    for (std::size_t start = 0; start < order.size(); start += lane_count) {
      draw_batch(tables.months, key, step, list,
                 order.subspan(start, std::min(lane_count, order.size() - start)));
    }
    list.clear();
  }
}

void HomeDraws::list_doubts(const HomeExposure& x, std::size_t i, std::size_t department) {
  constexpr std::uint32_t least = 126 * 2; // sign, exponent and a bit more of the float 1/2
  for (List& list : lists_)
    list.make_room(cells + stratum_count);
  std::array<std::uint8_t, cells> before{};
  for (std::size_t outcome = 0; outcome < home_outcome_count; ++outcome) {
    const bool birth = outcome == births; // apart from all others
    const Cells& hazard = x.hazard[outcome];
    const Cells& hazard_before = x.before[outcome];
    const Cells& total = x.total[birth ? 1 : 0];
    const auto& words = x.words[outcome / outcomes_a_word];
    const std::size_t shift = first_bits * (outcome % outcomes_a_word);
    const std::size_t first_pool = i * pools + (birth ? cells : 0);
    const std::size_t entity = department * entities_at_home + rest_entity + outcome * cell_count;
    const std::size_t event = (i * home_outcome_count + outcome) * cells_apart;
    for (std::uint64_t rest = x.doubtful[outcome]; rest != 0; rest &= rest - 1) {
      const auto cell = static_cast<std::size_t>(std::countr_zero(rest));
      const std::size_t pool = first_pool + cell;
      const auto mean = static_cast<float>(hazard[cell] * x.months * trials_[pool]);
      const std::uint32_t size = __builtin_bit_cast(std::uint32_t, mean) >> 22;
      List& list = lists_[birth ? 0 : before[cell]++];
      list.add({hazard[cell], hazard_before[cell], total[cell],
                static_cast<std::uint32_t>(entity + cell), static_cast<std::uint32_t>(pool),
                static_cast<std::uint32_t>(event + cell),
                static_cast<std::uint16_t>(words[cell] >> shift & ((1U << first_bits) - 1)),
                static_cast<std::uint8_t>(std::clamp(size, least, least + most_size) - least)});
    }
  }
}

void HomeDraws::draw_batch(double months, random::Key key, std::uint32_t step, const List& list,
                           std::span<const std::uint32_t> batch) {
  Lanes n, count;
  Doubts x;
  x.months = months;
  std::array<std::uint64_t, lane_count> entities;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const Candidate& candidate = list[batch[i]];
    n[i] = trials_[candidate.pool];
    x.hazard[i] = candidate.hazard;
    x.before[i] = candidate.before;
    x.total[i] = candidate.total;
    x.first[i] = static_cast<double>(candidate.first);
    entities[i] = candidate.entity;
  }
  for (std::size_t i = batch.size(); i < lane_count; ++i) {
    n[i] = x.hazard[i] = x.before[i] = x.total[i] = x.first[i] = 0.0;
    entities[i] = 0;
  }
  std::array<std::array<std::uint32_t, lane_count>, 2> not_used;
  random::philox_batch(key, entities, step, static_cast<std::uint32_t>(Purpose::home),
                       {x.high, x.low, not_used[0], not_used[1]});
  run_kernel<settle>(x);
  binomials(n, x.p, x.u, count);
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const Candidate& candidate = list[batch[i]];
    trials_[candidate.pool] = n[i] - count[i];
    events_[candidate.event] = count[i];
    happened_[candidate.event / cells_apart] |= std::uint64_t{count[i] != 0.0}
                                                << candidate.event % cells_apart;
  }
}

} // namespace cauce::people
