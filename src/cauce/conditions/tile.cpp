// One tile of a run: its initial values, evaluation of all parts in order, and the step from stocks
// to stocks.
#include "cauce/conditions/tile.hpp"

#include "cauce/conditions/delays.hpp"
#include "cauce/conditions/kernels.hpp"
#include "cauce/conditions/machines.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace cauce::conditions::detail {

namespace {

Override& override_of(RunState& s, std::uint32_t v) {
  auto [entry, fresh] = s.overrides.try_emplace(v);
  if (fresh) {
    const std::size_t n = s.program->variables[v].size * s.members;
    entry->second.values.assign(s.at(v), s.at(v) + n);
    entry->second.members.assign(s.members, 0);
  }
  return entry->second;
}

// A variable with memory takes a value as its state once the run has begun.
bool is_state(const RunState& s, std::uint32_t v) {
  return s.initialised && s.program->variables[v].memory != Memory::none;
}

void mark(RunState& s, std::uint32_t v) {
  s.changed[v] = 1;
  ++s.version[v];
  ++s.constants;
  s.any_changed = true;
}

void apply_override(RunState& s, std::uint32_t v, const Override& o) {
  double* out = s.at(v);
  const std::size_t n = s.program->variables[v].size;
  if (o.held == s.members) {
    std::copy(o.values.begin(), o.values.end(), out);
    return;
  }
  for (std::size_t m = 0; m < s.members; ++m) {
    if (!o.members[m])
      continue;
    for (std::size_t e = 0; e < n; ++e)
      out[e * s.members + m] = o.values[e * s.members + m];
  }
}

} // namespace

void Tile::set(std::uint32_t v, std::size_t member, std::span<const double> elements) {
  Tile& s = *this;
  const std::size_t size = elements.size();
  double* now = s.at(v);
  if (is_state(s, v)) {
    for (std::size_t e = 0; e < size; ++e)
      now[e * s.members + member] = elements[e];
    mark(s, v);
    return;
  }
  Override& o = override_of(s, v);
  bool differs = !o.members[member];
  for (std::size_t e = 0; e < size; ++e) {
    const std::size_t at = e * s.members + member;
    differs = differs ||
              std::bit_cast<std::uint64_t>(now[at]) != std::bit_cast<std::uint64_t>(elements[e]);
    o.values[at] = now[at] = elements[e];
  }
  if (!o.members[member]) {
    o.members[member] = 1;
    ++o.held;
  }
  s.overridden[v] = o.held == s.members ? 2 : 1;
  if (differs)
    mark(s, v);
}

void Tile::release(std::uint32_t v) {
  overridden[v] = 0;
  if (overrides.erase(v))
    mark(*this, v);
}

namespace {

// One part, by its vector program or the scalar evaluator; overrides hold.
void compute(Tile& s, std::uint32_t p) {
  const Part& part = s.program->parts[p];
  const std::uint8_t overridden = s.overridden[part.target];
  if (overridden == 2)
    return;
  if (s.oracle || !s.program->vectors)
    evaluate_part(s, part);
  else
    run_vectors(s, s.scratch, p);
  if (overridden)
    apply_override(s, part.target, s.overrides.at(part.target));
}

} // namespace

void Tile::initialise() {
  Tile& s = *this;
  const Program& program = *s.program;
  s.time = s.start;
  s.steps = 0;
  s.initialised = false;
  s.histories.clear();
  s.arrivals.clear();
  for (const auto& [v, o] : s.overrides)
    apply_override(s, v, o);
  for (const std::uint32_t p : program.start_order)
    compute(s, p);
  // Overridden states begin as set, then integrate.
  for (auto entry = s.overrides.begin(); entry != s.overrides.end();) {
    if (program.variables[entry->first].memory != Memory::none) {
      s.overridden[entry->first] = 0;
      entry = s.overrides.erase(entry);
    } else
      ++entry;
  }
  for (std::uint32_t v = 0; v < program.variables.size(); ++v) {
    const Variable& variable = program.variables[v];
    if (variable.memory == Memory::stock && variable.non_negative) {
      for (std::size_t i = 0; i < variable.size * s.members; ++i)
        s.at(v)[i] = std::max(0.0, s.at(v)[i]);
    }
  }
  start_delays(s);
  start_machines(s);
  s.initialised = true;
  std::fill(s.changed.begin(), s.changed.end(), std::uint8_t{1});
  for (std::uint64_t& version : s.version)
    ++version;
  ++s.constants;
  s.any_changed = true;
  evaluate();
}

namespace {

bool machines_vary(const Program& program) {
  const auto varies = [&](std::uint32_t v) { return v != none && !program.infos[v].constant; };
  return std::any_of(program.conveyors.begin(), program.conveyors.end(), [&](const Conveyor& c) {
    return varies(c.capacity) || varies(c.in_limit) || varies(c.arrest) ||
           std::any_of(c.leaks.begin(), c.leaks.end(),
                       [&](const Conveyor::Leak& leak) { return varies(leak.fraction); });
  });
}

} // namespace

void Tile::evaluate() {
  Tile& s = *this;
  const Program& program = *s.program;
  if (s.any_changed) {
    for (const std::uint32_t p : program.constant_order) {
      const std::uint32_t target = program.parts[p].target;
      bool stale = s.changed[target] != 0;
      for (const std::uint32_t r : program.constant_reads[p])
        stale = stale || s.changed[r] != 0;
      if (!stale)
        continue;
      compute(s, p);
      s.changed[target] = 1;
      ++s.version[target];
      ++s.constants;
    }
    std::fill(s.changed.begin(), s.changed.end(), std::uint8_t{0});
    s.any_changed = false;
  }
  // What conveyors let out depends on capacities, arrests and the like of this instant, and these
  // on other variables: where they change in time all is computed once more with what is known
  // then.
  for (int pass = machines_vary(program) ? 0 : 1; pass < 2; ++pass) {
    release_flows(s);
    if (!program.conveyors.empty() || !program.queues.empty()) {
      for (const auto& [v, o] : s.overrides) {
        if (program.variables[v].computed_by_machine)
          apply_override(s, v, o);
      }
    }
    for (const std::uint32_t p : program.varying_order)
      compute(s, p);
  }
}

namespace {

// Net flow of a stock: inflows less outflows, in the order of the file.
void net_flow(const RunState& s, const Variable& stock, AlignedVector<double>& net) {
  const std::size_t n = stock.size * s.members;
  net.assign(n, 0.0);
  for (const Flow& flow : stock.flows) {
    const double* in = s.at(flow.variable);
    if (flow.sign > 0)
      for (std::size_t i = 0; i < n; ++i)
        net[i] += in[i];
    else
      for (std::size_t i = 0; i < n; ++i)
        net[i] -= in[i];
  }
}

void hold_at_zero(RunState& s) {
  for (const std::uint32_t v : s.program->stocks) {
    const Variable& variable = s.program->variables[v];
    if (!variable.non_negative)
      continue;
    double* x = s.at(v);
    for (std::size_t i = 0; i < variable.size * s.members; ++i)
      x[i] = x[i] < 0.0 ? 0.0 : x[i];
  }
}

} // namespace

namespace {

// What SHIFT IF TRUE changes of each stock in this step, by shift: moved elements less what was
// there.
std::vector<std::vector<double>> shifted(const RunState& s) {
  std::vector<std::vector<double>> changes;
  for (const Shift& shift : s.program->shifts) {
    const Variable& stock = s.program->variables[shift.stock];
    std::vector<double> change(stock.size * s.members, 0.0);
    std::vector<std::uint32_t> positions(shift.grid.axes.size(), 0);
    const double* x = s.at(shift.stock);
    for (std::size_t point = 0; point < shift.grid.points(); ++point) {
      std::size_t rest = point;
      for (std::size_t i = positions.size(); i-- > 0;) {
        positions[i] = static_cast<std::uint32_t>(rest % shift.grid.axes[i].size());
        rest /= shift.grid.axes[i].size();
      }
      const std::size_t first = element_of(s, shift.grid, stock, shift.grid.indices, positions, 0);
      for (std::size_t m = 0; m < s.members; ++m) {
        const std::size_t lane = point * s.members + m;
        if (s.at(shift.condition)[lane] == 0.0)
          continue;
        const auto place = [&](std::size_t k) { return (first + k) * s.members + m; };
        const std::size_t last = shift.size - 1;
        for (std::size_t k = 1; k <= last; ++k)
          change[place(k)] = x[place(k - 1)] - x[place(k)];
        if (s.at(shift.gather)[lane] != 0.0)
          change[place(last)] = x[place(last - 1)];
        change[place(0)] = s.at(shift.enters)[lane] - x[place(0)];
      }
    }
    changes.push_back(std::move(change));
  }
  return changes;
}

void add_shifts(RunState& s, const std::vector<std::vector<double>>& changes) {
  for (std::size_t k = 0; k < changes.size(); ++k) {
    double* x = s.at(s.program->shifts[k].stock);
    for (std::size_t i = 0; i < changes[k].size(); ++i)
      x[i] += changes[k][i];
  }
}

} // namespace

void Tile::advance() {
  Tile& s = *this;
  const Program& program = *s.program;
  const std::vector<std::vector<double>> shifts = shifted(s);
  remember(s);
  const std::vector<double> registers = register_sources(s);
  advance_machines(s);
  for (const std::uint32_t v : program.stocks) {
    const Variable& stock = program.variables[v];
    double* x = s.at(v);
    const std::size_t n = stock.size * s.members;
    if (stock.flows.size() == 1) {
      const double* in = s.at(stock.flows[0].variable);
      s.kernels->add_scaled(x, in, stock.flows[0].sign * s.dt, n);
      continue;
    }
    net_flow(s, stock, s.scratch.net);
    s.kernels->add_scaled(x, s.scratch.net.data(), s.dt, n);
  }
  add_shifts(s, shifts);
  hold_at_zero(s);
  ++s.steps;
  s.time = s.start + static_cast<double>(s.steps) * s.dt;
  recall(s, registers);
}

namespace {

// Flows into conveyors and queues that an equation gives.
std::vector<std::uint32_t> machine_inflows(const Program& program) {
  std::vector<std::uint32_t> flows;
  for (const Conveyor& conveyor : program.conveyors)
    flows.insert(flows.end(), conveyor.inflows.begin(), conveyor.inflows.end());
  for (const Queue& queue : program.queues)
    flows.insert(flows.end(), queue.inflows.begin(), queue.inflows.end());
  std::sort(flows.begin(), flows.end());
  flows.erase(std::unique(flows.begin(), flows.end()), flows.end());
  std::erase_if(flows, [&](std::uint32_t v) { return program.variables[v].computed_by_machine; });
  return flows;
}

} // namespace

void Tile::step() {
  Tile& s = *this;
  const Program& program = *s.program;
  evaluate();
  if (s.method == Method::euler) {
    advance();
    return;
  }
  const std::vector<std::vector<double>> shifts = shifted(s);
  remember(s);
  const std::vector<double> registers = register_sources(s);
  const double began = s.time;
  std::vector<AlignedVector<double>> first, sum;
  AlignedVector<double> net;
  // What flows into conveyors and queues counts as it does for the stocks that it comes from.
  const std::vector<std::uint32_t> entering = machine_inflows(program);
  std::vector<AlignedVector<double>> entered;
  for (const std::uint32_t v : entering)
    entered.emplace_back(s.at(v), s.at(v) + program.variables[v].size * s.members);
  for (const std::uint32_t v : program.stocks) {
    first.emplace_back(s.at(v), s.at(v) + program.variables[v].size * s.members);
    net_flow(s, program.variables[v], net);
    sum.push_back(net);
  }
  // One stage: stocks at `fraction` of a step along `slopes`, then the slopes there.
  std::vector<AlignedVector<double>> slopes = sum;
  const auto stage = [&](double fraction) {
    for (std::size_t k = 0; k < program.stocks.size(); ++k) {
      double* x = s.at(program.stocks[k]);
      for (std::size_t i = 0; i < first[k].size(); ++i)
        x[i] = first[k][i] + fraction * s.dt * slopes[k][i];
    }
    s.time = began + fraction * s.dt;
    evaluate();
    for (std::size_t k = 0; k < program.stocks.size(); ++k)
      net_flow(s, program.variables[program.stocks[k]], slopes[k]);
  };
  const auto add = [&](double weight) {
    for (std::size_t k = 0; k < sum.size(); ++k) {
      for (std::size_t i = 0; i < sum[k].size(); ++i)
        sum[k][i] += weight * slopes[k][i];
    }
    for (std::size_t k = 0; k < entered.size(); ++k) {
      for (std::size_t i = 0; i < entered[k].size(); ++i)
        entered[k][i] += weight * s.at(entering[k])[i];
    }
  };
  double divisor = 2;
  if (s.method == Method::rk2) {
    stage(1.0);
    add(1.0);
  } else {
    stage(0.5);
    add(2.0);
    stage(0.5);
    add(2.0);
    stage(1.0);
    add(1.0);
    divisor = 6;
  }
  for (std::size_t k = 0; k < program.stocks.size(); ++k) {
    double* x = s.at(program.stocks[k]);
    for (std::size_t i = 0; i < first[k].size(); ++i)
      x[i] = first[k][i] + s.dt / divisor * sum[k][i];
  }
  for (std::size_t k = 0; k < entered.size(); ++k) {
    for (std::size_t i = 0; i < entered[k].size(); ++i)
      s.at(entering[k])[i] = entered[k][i] / divisor;
  }
  add_shifts(s, shifts);
  hold_at_zero(s);
  advance_machines(s);
  ++s.steps;
  s.time = s.start + static_cast<double>(s.steps) * s.dt;
  recall(s, registers);
}

} // namespace cauce::conditions::detail
