// DELAY CONVEYOR of Vensim: material on a belt whose speed changes, which leaks.
//
// Of each step are kept what got on, the way that the belt has gone before, the part of the first
// load that has not leaked since, and how far along the belt what comes off reaches; what got on at
// way S comes off at way S + 1. Steps whose load has come off everywhere are forgotten: what is
// kept grows only while the belt slows down.
#include "cauce/conditions/delays.hpp"
#include "cauce/conditions/operations.hpp"

#include <algorithm>
#include <cmath>

namespace cauce::conditions::detail {

namespace {

constexpr double spare = 1e-9;

// The belt goes this part of its length in a step.
double pace(const RunState& s, const Variable& variable, std::size_t lane) {
  return s.dt / std::max(s.at(variable.delay)[lane], s.dt);
}

// The part of the initial content that has come off once the belt went `way`.
double cleared(const RunState& s, const Variable& variable, std::size_t lane, double first_pace,
               double way) {
  const double whole = std::max(s.at(variable.clearing)[lane], s.dt) / s.dt * first_pace;
  const double part = std::clamp(way / whole, 0.0, 1.0);
  if (variable.spread == none)
    return part;
  const auto table = s.program->variables[variable.spread].tables.front();
  const GraphicalFunction& gf = s.program->tables[static_cast<std::size_t>(table)];
  const double first = gf.x.front(), last = gf.x.back();
  const double area = operations::area_until(gf, last);
  if (!(area > 0))
    return part;
  return operations::area_until(gf, first + part * (last - first)) / area;
}

struct Rows {
  double* got_on;
  double* way;
  double* kept;
  double* reach;
};
Rows rows_of(History& h, std::size_t step, std::size_t n) {
  double* const from = h.rows.data() + (step - h.first) * belt_rows * n;
  return {from, from + n, from + 2 * n, from + 3 * n};
}

// What comes off between two reaches of the belt.
double comes_off(const RunState& s, const Variable& variable, History& h, std::size_t n,
                 std::size_t lane, double from, const Rows& now) {
  const double to = now.reach[lane];
  const double first_pace = h.before[lane];
  const double left = cleared(s, variable, lane, first_pace, to) -
                      cleared(s, variable, lane, first_pace, from); // of what was there at first
  double sum = s.at(variable.total)[lane] * left * now.kept[lane];
  // The way grows from step to step: the first that has not come off yet.
  std::size_t low = h.first, high = h.count;
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (rows_of(h, middle, n).way[lane] + 1 < from - spare)
      low = middle + 1;
    else
      high = middle;
  }
  for (std::size_t k = low; k < h.count; ++k) {
    const Rows then = rows_of(h, k, n);
    if (then.way[lane] + 1 >= to - spare)
      break;
    if (then.kept[lane] > 0)
      sum += then.got_on[lane] * now.kept[lane] / then.kept[lane];
  }
  return sum / s.dt;
}

// Forgets the first half of the steps once their load has come off for all elements and members, so
// that each step is moved once on the average. (What is on a belt whose time is not a number never
// counts.)
void forget(History& h, std::size_t n) {
  const std::size_t middle = h.first + (h.count - h.first) / 2;
  const Rows then = rows_of(h, middle, n), last = rows_of(h, h.count - 1, n);
  for (std::size_t i = 0; i < n; ++i) {
    if (then.way[i] + 1 >= last.reach[i] - spare)
      return;
  }
  h.rows.erase(h.rows.begin(),
               h.rows.begin() + static_cast<std::ptrdiff_t>((middle - h.first) * belt_rows * n));
  h.first = middle;
}

} // namespace

void start_belt(RunState& s, std::uint32_t v) {
  const Variable& variable = s.program->variables[v];
  const std::size_t n = variable.size * s.members;
  History history;
  history.rows.assign(belt_rows * n, 0.0);
  history.count = 1;
  const Rows first = rows_of(history, 0, n);
  for (std::size_t i = 0; i < n; ++i) {
    first.kept[i] = 1;
    first.reach[i] = pace(s, variable, i);
  }
  history.before.assign(first.reach, first.reach + n);
  for (std::size_t i = 0; i < n; ++i)
    s.at(v)[i] = comes_off(s, variable, history, n, i, 0.0, first);
  s.histories.insert_or_assign(v, std::move(history));
}

void remember_belt(RunState& s, std::uint32_t v) {
  const Variable& variable = s.program->variables[v];
  const std::size_t n = variable.size * s.members;
  History& h = s.histories[v];
  const double* in = s.at(variable.source);
  const Rows now = rows_of(h, h.count - 1, n);
  for (std::size_t i = 0; i < n; ++i)
    now.got_on[i] = in[i] * s.dt;
}

void recall_belt(RunState& s, std::uint32_t v) {
  const Variable& variable = s.program->variables[v];
  const std::size_t n = variable.size * s.members;
  History& h = s.histories[v];
  forget(h, n);
  h.rows.resize(h.rows.size() + belt_rows * n);
  const Rows before = rows_of(h, h.count - 1, n), now = rows_of(h, h.count, n);
  double* out = s.at(v);
  for (std::size_t i = 0; i < n; ++i) {
    const double step = pace(s, variable, i);
    now.got_on[i] = 0;
    now.way[i] = before.reach[i]; // a new speed holds from the next step on
    now.kept[i] = before.kept[i] * std::max(0.0, 1 - s.at(variable.leak)[i] * s.dt);
    now.reach[i] = now.way[i] + step;
    out[i] = comes_off(s, variable, h, n, i, before.reach[i], now);
  }
  ++h.count;
}

} // namespace cauce::conditions::detail
