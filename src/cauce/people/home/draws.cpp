#include "cauce/people/home/draws.hpp"

#include "cauce/base/instruction_set.hpp"
#include "cauce/base/math.hpp"
#include "cauce/people/home/binomials.hpp"
#include "cauce/people/luck.hpp"

#include <algorithm>

namespace cauce::people {

namespace {
constexpr std::size_t cells_a_department = counted_states * stratum_count;
constexpr std::size_t cell_count = home_group * cells_a_department;
constexpr std::size_t settled = 0, victim = 1, displaced = 2;
constexpr std::size_t competing = home_outcome_count - 1; // all but births
constexpr std::size_t blocks_a_department = home_outcome_count * cells_a_department / 2;
static_assert(blocks_a_department < kin_entity);

using Cells = std::array<double, cell_count>;
using ByOutcome = std::array<Cells, home_outcome_count>;

struct Survivors {
  std::array<std::uint16_t, cell_count> cells;
  std::size_t size = 0;
};

std::size_t number(HomeOutcome outcome) { return static_cast<std::size_t>(outcome); }

// The hazards of one department's cells: hazards[outcome][first + cell].
void fill_hazards(const Rates& rates, std::size_t d, std::size_t first, ByOutcome& hazards) {
  const double* departure = rates[Rate::departure].data() + d * stratum_count * kind_count;
  const double* victimisation = rates[Rate::victimisation].data() + d * stratum_count;
  const double* displacement = rates[Rate::displacement].data() + d * stratum_count;
  // secure_to_poor, poor_to_extreme, extreme_to_poor, poor_to_secure
  const double* income_moves = rates[Rate::income_move].data() + d * 4;
  const double down[3] = {0.0, hazard(income_moves[1]), hazard(income_moves[0])};
  const double up[3] = {hazard(income_moves[2]), hazard(income_moves[3]), 0.0};
  const double child_change[2] = {hazard(rates[Rate::child_gain][d]),
                                  hazard(rates[Rate::child_loss][d])};
  const double kin_loss[2] = {0.0, hazard(rates[Rate::kin_loss][0])};
  const double death = hazard(rates[Rate::death][d]);
  const double recovery[counted_states] = {0.0, hazard(rates[Rate::victim_recovery][0]),
                                           hazard(rates[Rate::displacement_end][0])};
  for (std::size_t state = 0; state < counted_states; ++state) {
    const std::size_t begin = first + state * stratum_count;
    const auto row = [&](HomeOutcome outcome) { return hazards[number(outcome)].data() + begin; };
    for (std::size_t kind = 0; kind < kind_count; ++kind) {
      double factor = 1.0;
      if (state != settled) {
        factor = hazard(rates[state == victim ? Rate::departure_factor_victim
                                              : Rate::departure_factor_displaced][kind]);
      }
      double* const leave = row(static_cast<HomeOutcome>(kind));
      for (std::size_t s = 0; s < stratum_count; ++s)
        leave[s] = hazard(departure[s * kind_count + kind]) * factor;
    }
    for (std::size_t s = 0; s < stratum_count; ++s) {
      row(HomeOutcome::victimised)[s] = state == settled ? hazard(victimisation[s]) : 0.0;
      row(HomeOutcome::newly_displaced)[s] = state != displaced ? hazard(displacement[s]) : 0.0;
      row(HomeOutcome::recovered)[s] = recovery[state];
      row(HomeOutcome::income_down)[s] = down[s / 4];
      row(HomeOutcome::income_up)[s] = up[s / 4];
      row(HomeOutcome::child_change)[s] = child_change[s & 1];
      row(HomeOutcome::kin_lost)[s] = kin_loss[s >> 1 & 1];
      row(HomeOutcome::died)[s] = death;
    }
  }
}

// 1 - exp(-x) without loss where x is small: x - x^2/2 + x^3/6 has a relative error below 1e-16
// under 1e-5.
[[gnu::always_inline]] inline double event_probability(double x) {
  const double series = x * (1.0 - x * (0.5 - x * (1.0 / 6.0)));
  const double whole = 1.0 - math::exp(-x);
  return x < 1e-5 ? series : whole;
}

// Hazards to probabilities of the step, in place; `most` is what a probability is at most divided
// by to make it conditional on nothing before.
[[gnu::always_inline]] inline void to_probabilities(double months, ByOutcome& hazards,
                                                    Cells& most) {
  Cells total{}, scale;
  for (std::size_t outcome = 0; outcome < competing; ++outcome) {
    for (std::size_t i = 0; i < cell_count; ++i)
      total[i] += hazards[outcome][i];
  }
  for (std::size_t i = 0; i < cell_count; ++i) {
    const double any = event_probability(total[i] * months);
    scale[i] = total[i] > 0.0 ? any / total[i] : 0.0;
    most[i] = 1.0 / (1.0 - any);
  }
  for (std::size_t outcome = 0; outcome < competing; ++outcome) {
    for (std::size_t i = 0; i < cell_count; ++i)
      hazards[outcome][i] *= scale[i];
  }
}

// bound[i] is 1 - n p, at or below which a uniform means none.
[[gnu::always_inline]] inline void bounds(const Cells& trials, const Cells& p, const Cells& most,
                                          Cells& bound) {
  for (std::size_t i = 0; i < cell_count; ++i)
    bound[i] = 1.0 - trials[i] * (p[i] * most[i]);
}

[[gnu::always_inline]] inline void subtract(Cells& from, const Cells& what) {
  for (std::size_t i = 0; i < cell_count; ++i)
    from[i] -= what[i];
}

void list_survivors(const Cells& bound, const Cells& u, std::size_t cells, Survivors& survivors) {
  std::size_t size = 0;
  for (std::size_t i = 0; i < cells; ++i) {
    survivors.cells[size] = static_cast<std::uint16_t>(i);
    size += !(u[i] < bound[i]);
  }
  survivors.size = size;
}

// The uniforms of a department, two a block.
void fill_uniforms(random::Key key, std::uint32_t step, std::size_t d, std::size_t first,
                   ByOutcome& uniforms) {
  std::array<std::array<std::uint32_t, blocks_a_department>, 4> words;
  random::philox_batch(key, d * entities_at_home, step, static_cast<std::uint32_t>(Purpose::home),
                       {words[0], words[1], words[2], words[3]});
  for (std::size_t outcome = 0; outcome < home_outcome_count; ++outcome) {
    const std::size_t begin = outcome / 2 * cells_a_department;
    const auto& high = words[outcome % 2 * 2];
    const auto& low = words[outcome % 2 * 2 + 1];
    for (std::size_t i = 0; i < cells_a_department; ++i)
      uniforms[outcome][first + i] = random::uniform53(high[begin + i], low[begin + i]);
  }
}
} // namespace

void draw_at_home(const StepTables& tables, random::Key key, std::uint32_t step,
                  std::span<const HomeDraw> departments) {
  const std::size_t cells = departments.size() * cells_a_department;
  ByOutcome p{}, uniforms{};
  Cells others{}, residents{}, most, bound, rest;
  Cells& born = p[number(HomeOutcome::born)];
  for (std::size_t i = 0; i < departments.size(); ++i) {
    const HomeDraw& draw = departments[i];
    const std::size_t first = i * cells_a_department;
    fill_hazards(tables.rates(), draw.department, first, p);
    fill_uniforms(key, step, draw.department, first, uniforms);
    const double birth =
        event_probability(hazard(tables.rates()[Rate::birth][draw.department]) * tables.months);
    for (std::size_t s = 0; s < stratum_count; ++s) {
      std::int64_t persons = (*draw.returned)[s];
      for (std::size_t state = 0; state < counted_states; ++state) {
        const std::int64_t n = (*draw.home)[state][s];
        others[first + state * stratum_count + s] = static_cast<double>(n);
        persons += n;
      }
      residents[first + s] = static_cast<double>(persons);
      born[first + s] = birth;
    }
  }
  run_kernel<to_probabilities>(tables.months, p, most);

  rest.fill(1.0);
  Survivors survivors;
  const auto draw_outcome = [&](std::size_t outcome, Cells& trials, bool one_of_several) {
    for (std::size_t start = 0; start < survivors.size; start += lane_count) {
      const auto batch =
          std::span(survivors.cells).subspan(start, std::min(lane_count, survivors.size - start));
      Lanes n{}, conditional{}, u{}, count;
      for (std::size_t i = 0; i < batch.size(); ++i) {
        const std::size_t cell = batch[i];
        n[i] = trials[cell];
        u[i] = uniforms[outcome][cell];
        const double own = p[outcome][cell];
        conditional[i] = own <= 0.0 ? 0.0 : rest[cell] > own ? own / rest[cell] : 1.0;
      }
      binomials(n, conditional, u, count);
      for (std::size_t i = 0; i < batch.size(); ++i) {
        if (count[i] == 0.0)
          continue;
        const std::size_t cell = batch[i], own = cell % cells_a_department;
        if (one_of_several)
          trials[cell] -= count[i];
        departments[cell / cells_a_department].events->push_back(
            {static_cast<HomeOutcome>(outcome), static_cast<std::uint8_t>(own / stratum_count),
             static_cast<std::uint8_t>(own % stratum_count), static_cast<std::int64_t>(count[i])});
      }
    }
  };
  // Births first: nothing befalls those who are born in the step, so that their order is free.
  Cells one;
  one.fill(1.0);
  run_kernel<bounds>(residents, born, one, bound);
  list_survivors(bound, uniforms[number(HomeOutcome::born)], cells, survivors);
  draw_outcome(number(HomeOutcome::born), residents, false);
  for (std::size_t outcome = 0; outcome < competing; ++outcome) {
    run_kernel<bounds>(others, p[outcome], most, bound);
    list_survivors(bound, uniforms[outcome], cells, survivors);
    draw_outcome(outcome, others, true);
    run_kernel<subtract>(rest, p[outcome]);
  }
  for (std::size_t i = 0; i < cells; ++i) {
    const std::size_t own = i % cells_a_department;
    (*departments[i / cells_a_department].others)[own / stratum_count][own % stratum_count] =
        static_cast<std::int64_t>(others[i]);
  }
}

} // namespace cauce::people
