// Histories of inputs: PREVIOUS, DELAY FIXED and DELAY PROFILE (delays.hpp).
//
// A profile spreads an input over the times after it: the table's shape, scaled in time so that its
// mean is the delay and in height so that nothing is lost. Before the start the input was its
// initial value, or grew up to it at the given rate. What would come out within half a step of its
// entry comes out one step after it.
#include "cauce/conditions/delays.hpp"

#include "cauce/base/math.hpp"
#include "cauce/conditions/operations.hpp"

#include <algorithm>
#include <cmath>

namespace cauce::conditions::detail {

namespace {

// Parts of an input that come out 1, 2, ... steps later.
std::vector<double> response(const RunState& s, const Variable& variable, std::size_t at) {
  const std::vector<std::int32_t>& tables = s.program->variables[variable.spread].tables;
  if (tables.empty() || tables.front() < 0)
    return {1.0};
  const GraphicalFunction& gf = s.program->tables[static_cast<std::size_t>(tables.front())];
  const double first = gf.x.front(), last = gf.x.back();
  const double whole = operations::area_until(gf, last);
  // Mean of the profile, by parts: the integral of what has not yet come out.
  double mean = 0;
  constexpr int pieces = 1000;
  for (int i = 0; i < pieces; ++i) {
    const double x = first + (last - first) * (i + 0.5) / pieces;
    mean += (1 - operations::area_until(gf, x) / whole) * (last - first) / pieces;
  }
  mean += first;
  const double scale = s.at(variable.delay)[at] / mean; // time of the model per unit of the table
  const double steps = last * scale / s.dt;
  if (!(whole > 0) || !(mean > 0) || !(steps >= 1) || steps > 1e6)
    return {1.0};
  std::vector<double> parts;
  double out = 0;
  for (double k = 1; out < 1.0; ++k) {
    const double until = (k + 0.5) * s.dt / scale;
    const double now = until >= last ? 1.0 : operations::area_until(gf, until) / whole;
    parts.push_back(std::max(0.0, now - out));
    out = now;
  }
  return parts;
}

// Row 0 of the history is the input before the start.
void give_profile(RunState& s, std::uint32_t v) {
  const Variable& variable = s.program->variables[v];
  const std::size_t n = variable.size * s.members;
  const History& h = s.histories[v];
  double* out = s.at(v);
  for (std::size_t i = 0; i < n; ++i) {
    const std::vector<double> parts = response(s, variable, i);
    const double growth = variable.growth == none ? 0.0 : s.at(variable.growth)[i];
    double sum = 0;
    for (std::size_t k = 1; k <= parts.size(); ++k) {
      const double input =
          k < h.count
              ? h.rows[(h.count - k) * n + i]
              : h.rows[i] * math::exp(-growth * s.dt * static_cast<double>(k - h.count + 1));
      sum += parts[k - 1] * input;
    }
    out[i] = sum;
  }
}

} // namespace

void start_delays(RunState& s) {
  const Program& program = *s.program;
  for (std::uint32_t v = 0; v < program.variables.size(); ++v) {
    const Variable& variable = program.variables[v];
    if (variable.memory == Memory::profile) {
      const std::size_t n = variable.size * s.members;
      History history;
      history.rows.assign(s.at(v), s.at(v) + n);
      history.count = 1;
      s.histories.insert_or_assign(v, std::move(history));
      give_profile(s, v);
      continue;
    }
    if (variable.memory == Memory::history)
      s.histories.emplace(v, History{});
    if (variable.memory != Memory::fixed_delay)
      continue;
    if (variable.delay_kind != DelayKind::fixed) {
      start_material(s, v);
      continue;
    }
    History history;
    if (program.infos[variable.delay].constant) {
      double longest = 0;
      for (std::size_t i = 0; i < variable.size * s.members; ++i)
        longest = std::max(longest, s.at(variable.delay)[i]);
      const double rows = std::max(1.0, std::round(longest / s.dt));
      const double total = std::max(0.0, std::round((s.stop - s.start) / s.dt)) + 2;
      history.length = static_cast<std::size_t>(std::min(rows, std::max(total, 1.0)));
      if (rows * static_cast<double>(variable.size * s.members) > 1e8 && rows > total)
        history.length = 0;
    }
    s.histories.emplace(v, std::move(history));
  }
}

void remember(RunState& s) {
  const Program& program = *s.program;
  for (const std::uint32_t v : program.delays) {
    const Variable& variable = program.variables[v];
    const std::size_t n = variable.size * s.members;
    if (variable.delay_kind != DelayKind::fixed) {
      remember_material(s, v);
    } else if (variable.memory != Memory::reg) {
      History& h = s.histories[v];
      const double* in = s.at(variable.source);
      if (h.length == 0 || h.rows.size() < h.length * n)
        h.rows.insert(h.rows.end(), in, in + n);
      else
        std::copy(in, in + n, h.rows.begin() + static_cast<std::ptrdiff_t>(h.count % h.length * n));
      ++h.count;
    }
  }
}

void recall(RunState& s, const std::vector<double>& registers) {
  const Program& program = *s.program;
  std::size_t at = 0;
  for (const std::uint32_t v : program.delays) {
    const Variable& variable = program.variables[v];
    const std::size_t n = variable.size * s.members;
    if (variable.memory == Memory::reg) {
      std::copy_n(registers.begin() + static_cast<std::ptrdiff_t>(at), n, s.at(v));
      at += n;
    } else if (variable.memory == Memory::profile) {
      give_profile(s, v);
    } else if (variable.delay_kind != DelayKind::fixed) {
      recall_material(s, v);
    } else if (variable.memory == Memory::fixed_delay) {
      const History& h = s.histories[v];
      const double* delay = s.at(variable.delay);
      double* out = s.at(v);
      for (std::size_t i = 0; i < n; ++i) {
        const double back = std::round(delay[i] / s.dt);
        const std::size_t steps = back >= 1 ? static_cast<std::size_t>(std::min(back, 1e15)) : 1;
        if (steps > h.count)
          continue; // before the start: the initial value stays
        const std::size_t row = h.length ? (h.count - steps) % h.length : h.count - steps;
        out[i] = h.rows[row * n + i];
      }
    }
  }
}

std::vector<double> register_sources(const RunState& s) {
  std::vector<double> values;
  for (const std::uint32_t v : s.program->delays) {
    const Variable& variable = s.program->variables[v];
    if (variable.memory != Memory::reg)
      continue;
    const double* in = s.at(variable.source);
    values.insert(values.end(), in, in + variable.size * s.members);
  }
  return values;
}

} // namespace cauce::conditions::detail
