#include "cauce/people/home/oracle.hpp"

#include <algorithm>
#include <cmath>

namespace cauce::people {

namespace {
constexpr std::size_t cell_count = 3 * stratum_count;
constexpr std::uint32_t person_purpose = 0x200, family_purpose = 0x201;
constexpr std::uint8_t gone = 0xff;

// What may happen to a person of one cell: cumulative probabilities, and the cell it leads to.
struct Risks {
  struct Risk {
    double below; // happens when the uniform is below this and not below the one before
    enum What : std::uint8_t {
      leave_adult,
      leave_family,
      leave_child,
      victim,
      displaced,
      die,
      move
    } what;
    std::uint8_t to;
  };
  std::vector<Risk> list;
  double any = 0.0;
};

Risks risks_of(const Rates& rates, std::size_t d, std::size_t state, std::size_t s, double months) {
  struct Hazard {
    double h;
    Risks::Risk::What what;
    std::size_t to;
  };
  std::vector<Hazard> hazards;
  const auto cell = [](std::size_t in_state, std::size_t stratum) {
    return in_state * stratum_count + stratum;
  };
  const auto to_same = [&](std::size_t stratum, double h) {
    hazards.push_back({h, Risks::Risk::move, cell(state, stratum)});
  };
  for (std::size_t kind = 0; kind < 3; ++kind) {
    double h = rates[Rate::departure][(d * stratum_count + s) * 3 + kind];
    if (state == 1)
      h *= rates[Rate::departure_factor_victim][kind];
    if (state == 2)
      h *= rates[Rate::departure_factor_displaced][kind];
    hazards.push_back({h, static_cast<Risks::Risk::What>(kind), gone});
  }
  if (state == 0) {
    hazards.push_back(
        {rates[Rate::victimisation][d * stratum_count + s], Risks::Risk::victim, cell(1, s)});
  }
  if (state != 2) {
    hazards.push_back(
        {rates[Rate::displacement][d * stratum_count + s], Risks::Risk::displaced, cell(2, s)});
  }
  if (state == 1)
    hazards.push_back({rates[Rate::victim_recovery][0], Risks::Risk::move, cell(0, s)});
  if (state == 2)
    hazards.push_back({rates[Rate::displacement_end][0], Risks::Risk::move, cell(0, s)});
  const auto moves = rates[Rate::income_move].subspan(d * 4, 4);
  const std::size_t income = s / 4;
  if (income == 2)
    to_same(s - 4, moves[0]);
  if (income == 1)
    to_same(s - 4, moves[1]);
  if (income == 0)
    to_same(s + 4, moves[2]);
  if (income == 1)
    to_same(s + 4, moves[3]);
  to_same(s ^ 1U, s % 2 != 0 ? rates[Rate::child_loss][d] : rates[Rate::child_gain][d]);
  if (s / 2 % 2 != 0)
    to_same(s - 2, rates[Rate::kin_loss][0]);
  hazards.push_back({rates[Rate::death][d], Risks::Risk::die, gone});

  double sum = 0.0;
  for (const Hazard& hazard : hazards)
    sum += hazard.h;
  Risks risks;
  risks.any = -std::expm1(-sum * months);
  double below = 0.0;
  for (const Hazard& hazard : hazards) {
    below += sum > 0.0 ? hazard.h / sum * risks.any : 0.0;
    risks.list.push_back({below, hazard.what, static_cast<std::uint8_t>(hazard.to)});
  }
  return risks;
}
} // namespace

HomeOracle::HomeOracle(const Setup& setup, std::size_t department, random::Key key)
    : department_(department), key_(key) {
  for (std::size_t s = 0; s < stratum_count; ++s) {
    cells_.insert(cells_.end(),
                  static_cast<std::size_t>(setup.residents[department * stratum_count + s]),
                  static_cast<std::uint8_t>(s));
  }
}

HomeOracle::Events HomeOracle::step(const Rates& rates, double months, std::uint32_t step_index) {
  std::array<Risks, cell_count> risks;
  for (std::size_t cell = 0; cell < cell_count; ++cell) {
    risks[cell] = risks_of(rates, department_, cell / stratum_count, cell % stratum_count, months);
  }
  const double birth = -std::expm1(-rates[Rate::birth][department_] * months);
  Events events;
  std::vector<std::uint8_t> next = cells_, newborn;
  std::vector<std::size_t> families; // who begins one
  std::array<std::vector<std::size_t>, cell_count> others;
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    const std::uint8_t cell = cells_[i];
    const random::Block block =
        random::philox(key_, random::Counter::of(i, step_index, person_purpose));
    if (random::second_uniform(block) < birth) {
      newborn.push_back(static_cast<std::uint8_t>(cell % stratum_count));
    }
    const double u = random::first_uniform(block);
    const Risks& own = risks[cell];
    if (u >= own.any)
      continue;
    const auto risk = std::find_if(own.list.begin(), own.list.end() - 1,
                                   [u](const Risks::Risk& r) { return u < r.below; });
    next[i] = risk->to;
    switch (risk->what) {
    case Risks::Risk::leave_family:
      families.push_back(i);
      break;
    case Risks::Risk::leave_adult:
    case Risks::Risk::leave_child:
      ++events.departures[risk->what];
      ++events.parties[risk->what];
      break;
    case Risks::Risk::victim:
      ++events.victimised;
      break;
    case Risks::Risk::displaced:
      ++events.displaced;
      break;
    case Risks::Risk::die:
      ++events.deaths;
      break;
    case Risks::Risk::move:
      break;
    }
    if (risk->to == cell)
      next[i] = cell;
  }
  if (!families.empty()) {
    // Members: any of the same cell to whom nothing happened.
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      if (next[i] == cells_[i])
        others[cells_[i]].push_back(i);
    }
    const auto shares = rates[Rate::family_size_share];
    for (const std::size_t first : families) {
      const double u = random::uniform(key_, first, step_index, family_purpose);
      std::size_t members = 1;
      double below = shares[0];
      while (members < shares.size() && u >= below)
        below += shares[members++];
      auto& of_cell = others[cells_[first]];
      members = std::min(members, of_cell.size());
      if (members == 0) {
        next[first] = cells_[first];
        continue;
      }
      for (std::size_t m = 0; m < members; ++m) {
        next[of_cell.back()] = gone;
        of_cell.pop_back();
      }
      events.departures[1] += static_cast<std::int64_t>(members + 1);
      ++events.parties[1];
    }
  }
  std::erase(next, gone);
  next.insert(next.end(), newborn.begin(), newborn.end());
  events.births = static_cast<std::int64_t>(newborn.size());
  cells_ = std::move(next);
  return events;
}

std::array<std::array<std::int64_t, stratum_count>, 3> HomeOracle::residents() const {
  std::array<std::array<std::int64_t, stratum_count>, 3> counts{};
  for (const std::uint8_t cell : cells_)
    ++counts[cell / stratum_count][cell % stratum_count];
  return counts;
}

} // namespace cauce::people
