// Delays that keep what is on the way when they change: DELAY MATERIAL, DELAY INFORMATION and DELAY
// CONVEYOR of Vensim. Their histories hold several rows a step, for each element and member.
//
// Material and information: the input, and the step in which it comes out. Conveyor: what got on,
// the way that the belt has gone before, the part of the first load that has not leaked since, and
// how far along the belt what comes off reaches; what got on at way S comes off at way S + 1.
#include "cauce/conditions/delays.hpp"
#include "cauce/conditions/operations.hpp"

#include <algorithm>
#include <cmath>

namespace cauce::conditions::detail {

namespace {

constexpr std::size_t conveyor_rows = 4;
constexpr double spare = 1e-9;

double steps_of(const RunState& s, double delay) {
  const double steps = std::round(delay / s.dt);
  return steps >= 1 ? std::min(steps, 1e15) : 1.0;
}

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
  double* const from = h.rows.data() + step * conveyor_rows * n;
  return {from, from + n, from + 2 * n, from + 3 * n};
}

// What comes off between two reaches of the belt.
double comes_off(const RunState& s, const Variable& variable, History& h, std::size_t n,
                 std::size_t lane, double from, const Rows& now) {
  const double to = now.reach[lane];
  const double first_pace = rows_of(h, 0, n).reach[lane];
  const double left = cleared(s, variable, lane, first_pace, to) -
                      cleared(s, variable, lane, first_pace, from); // of what was there at first
  double sum = s.at(variable.total)[lane] * left * now.kept[lane];
  // The way grows from step to step: the first that has not come off yet.
  std::size_t low = 0, high = h.count;
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

} // namespace

void start_material(RunState& s, std::uint32_t v) {
  const Variable& variable = s.program->variables[v];
  const std::size_t n = variable.size * s.members;
  History history;
  if (variable.delay_kind == DelayKind::conveyor) {
    history.rows.assign(conveyor_rows * n, 0.0);
    history.count = 1;
    const Rows first = rows_of(history, 0, n);
    for (std::size_t i = 0; i < n; ++i) {
      first.kept[i] = 1;
      first.reach[i] = pace(s, variable, i);
      s.at(v)[i] = comes_off(s, variable, history, n, i, 0.0, first);
    }
  }
  s.histories.insert_or_assign(v, std::move(history));
}

void remember_material(RunState& s, std::uint32_t v) {
  const Variable& variable = s.program->variables[v];
  const std::size_t n = variable.size * s.members;
  History& h = s.histories[v];
  const double* in = s.at(variable.source);
  if (variable.delay_kind == DelayKind::conveyor) {
    const Rows now = rows_of(h, h.count - 1, n);
    for (std::size_t i = 0; i < n; ++i)
      now.got_on[i] = in[i] * s.dt;
    return;
  }
  h.rows.insert(h.rows.end(), in, in + n);
  for (std::size_t i = 0; i < n; ++i)
    h.rows.push_back(static_cast<double>(h.count) + steps_of(s, s.at(variable.delay)[i]));
  ++h.count;
}

void recall_material(RunState& s, std::uint32_t v) {
  const Variable& variable = s.program->variables[v];
  const std::size_t n = variable.size * s.members;
  History& h = s.histories[v];
  double* out = s.at(v);
  if (variable.delay_kind == DelayKind::conveyor) {
    h.rows.resize(h.rows.size() + conveyor_rows * n);
    const Rows before = rows_of(h, h.count - 1, n), now = rows_of(h, h.count, n);
    for (std::size_t i = 0; i < n; ++i) {
      const double step = pace(s, variable, i);
      now.got_on[i] = 0;
      now.way[i] = before.reach[i]; // a new speed holds from the next step on
      now.kept[i] = before.kept[i] * std::max(0.0, 1 - s.at(variable.leak)[i] * s.dt);
      now.reach[i] = now.way[i] + step;
      out[i] = comes_off(s, variable, h, n, i, before.reach[i], now);
    }
    ++h.count;
    return;
  }
  const auto now = static_cast<double>(h.count);
  for (std::size_t i = 0; i < n; ++i) {
    if (now < h.rows[n + i])
      continue; // before the first input comes: the initial value stays
    double sum = 0, newest = out[i];
    bool any = false;
    for (std::size_t k = 0; k < h.count; ++k) {
      const double comes = h.rows[(2 * k + 1) * n + i];
      if (comes == now) {
        sum += h.rows[2 * k * n + i];
        any = true;
      }
      if (comes <= now)
        newest = h.rows[2 * k * n + i];
    }
    if (variable.delay_kind == DelayKind::information)
      out[i] = newest;
    else
      out[i] = any ? sum : variable.missing == none ? 0.0 : s.at(variable.missing)[i];
  }
}

} // namespace cauce::conditions::detail
