// Histories of inputs: PREVIOUS, DELAY FIXED and HISTORY (delays.hpp).
//
// A fixed delay whose time is constant keeps as many inputs as it delays; one whose time varies,
// and HISTORY, can ask for any input of the run and keep them all (one number a step, element and
// member). Where a constant time is set to a longer one during a run, all is kept from then on, and
// what was dropped before is taken as the oldest input that is left.
#include "cauce/conditions/delays.hpp"

#include <algorithm>
#include <cmath>

namespace cauce::conditions::detail {

void keep_all(History& h, std::size_t n) {
  if (h.count > h.length) {
    const std::size_t oldest = h.count % h.length;
    std::rotate(h.rows.begin(), h.rows.begin() + static_cast<std::ptrdiff_t>(oldest * n),
                h.rows.end());
    h.first = h.count - h.length;
  }
  h.length = 0;
}

namespace {

double steps_back(const RunState& s, double delay) {
  const double steps = std::round(delay / s.dt);
  return steps >= 1 ? std::min(steps, 1e15) : 1.0;
}

void start_fixed(RunState& s, std::uint32_t v) {
  const Variable& variable = s.program->variables[v];
  History history;
  if (s.program->infos[variable.delay].constant) {
    double longest = 1;
    for (std::size_t i = 0; i < variable.size * s.members; ++i)
      longest = std::max(longest, steps_back(s, s.at(variable.delay)[i]));
    history.length = static_cast<std::size_t>(longest);
  }
  s.histories.insert_or_assign(v, std::move(history));
}

void recall_fixed(RunState& s, std::uint32_t v) {
  const Variable& variable = s.program->variables[v];
  const std::size_t n = variable.size * s.members;
  History& h = s.histories[v];
  const double* delay = s.at(variable.delay);
  double* out = s.at(v);
  for (std::size_t i = 0; i < n; ++i) {
    const auto steps = static_cast<std::size_t>(steps_back(s, delay[i]));
    if (steps > h.count)
      continue; // before the start: the initial value stays
    if (h.length && steps > h.length)
      keep_all(h, n);
    const std::size_t row = h.count - steps;
    out[i] = h.rows[(h.length ? row % h.length : std::max(row, h.first) - h.first) * n + i];
  }
}

void remember_row(RunState& s, std::uint32_t v) {
  const Variable& variable = s.program->variables[v];
  const std::size_t n = variable.size * s.members;
  History& h = s.histories[v];
  const double* in = s.at(variable.source);
  if (h.length == 0 || h.count < h.length)
    h.rows.insert(h.rows.end(), in, in + n);
  else
    std::copy(in, in + n, h.rows.begin() + static_cast<std::ptrdiff_t>(h.count % h.length * n));
  ++h.count;
}

} // namespace

void start_delays(RunState& s) {
  const Program& program = *s.program;
  for (std::uint32_t v = 0; v < program.variables.size(); ++v) {
    const Variable& variable = program.variables[v];
    if (s.pace != variable.pace)
      s.go_by(variable.pace);
    if (variable.memory == Memory::profile)
      start_profile(s, v);
    else if (variable.memory == Memory::history)
      s.histories.insert_or_assign(v, History{});
    else if (variable.memory != Memory::fixed_delay)
      continue;
    else if (variable.delay_kind == DelayKind::conveyor)
      start_belt(s, v);
    else if (variable.delay_kind != DelayKind::fixed)
      start_material(s, v);
    else
      start_fixed(s, v);
  }
}

void remember(RunState& s, const Pace& pace) {
  for (const std::uint32_t v : pace.delays) {
    const Variable& variable = s.program->variables[v];
    if (variable.delay_kind == DelayKind::conveyor)
      remember_belt(s, v);
    else if (variable.delay_kind != DelayKind::fixed)
      remember_material(s, v);
    else if (variable.memory != Memory::reg)
      remember_row(s, v);
  }
}

void recall(RunState& s, const Pace& pace, const std::vector<double>& registers) {
  std::size_t at = 0;
  for (const std::uint32_t v : pace.delays) {
    const Variable& variable = s.program->variables[v];
    if (variable.memory == Memory::reg) {
      const std::size_t n = variable.size * s.members;
      std::copy_n(registers.begin() + static_cast<std::ptrdiff_t>(at), n, s.at(v));
      at += n;
    } else if (variable.memory == Memory::profile) {
      recall_profile(s, v);
    } else if (variable.delay_kind == DelayKind::conveyor) {
      recall_belt(s, v);
    } else if (variable.delay_kind != DelayKind::fixed) {
      recall_material(s, v);
    } else if (variable.memory == Memory::fixed_delay) {
      recall_fixed(s, v);
    }
  }
}

std::vector<double> register_sources(const RunState& s, const Pace& pace) {
  std::vector<double> values;
  for (const std::uint32_t v : pace.delays) {
    const Variable& variable = s.program->variables[v];
    if (variable.memory != Memory::reg)
      continue;
    const double* in = s.at(variable.source);
    values.insert(values.end(), in, in + variable.size * s.members);
  }
  return values;
}

} // namespace cauce::conditions::detail
