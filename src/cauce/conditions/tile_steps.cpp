// Steps of one tile, from stocks to stocks, by Euler and Runge-Kutta.
//
// A submodel with settings of its own goes by a pace of its own (program.hpp). Each pace steps from
// the same instant, with what belongs to the others held as it was then; one that takes several
// steps in one of the file's evaluates its own equations between them. One that takes longer steps
// stands still until the last of the file's steps in it.
#include "cauce/conditions/tile.hpp"

#include "cauce/conditions/delays.hpp"
#include "cauce/conditions/kernels.hpp"
#include "cauce/conditions/machines.hpp"

#include <algorithm>
#include <cmath>

namespace cauce::conditions::detail {

namespace {

// The step of the file with which a pace that begins at `start` does.
std::uint64_t first_step(const FileClock& file, double start) {
  return static_cast<std::uint64_t>(
      std::max(0.0, std::ceil((start - file.start) / file.dt - 1e-6)));
}

} // namespace

void RunState::go_by(std::uint32_t which) {
  const Pace& own = program->paces[which];
  pace = which;
  start = own.start ? std::max(file.start, *own.start) : file.start;
  stop = own.stop ? std::min(file.stop, *own.stop) : file.stop;
  dt = file.dt / own.steps * own.every;
  method = which == 0 ? file.method : own.method;
  steps = which == 0     ? file.steps
          : time > start ? static_cast<std::uint64_t>((time - start) / dt + 1e-3)
                         : 0;
}

std::uint64_t RunState::steps_since(std::uint32_t which) const {
  const Pace& own = program->paces[which];
  return file.steps - std::min(file.steps, own.start ? first_step(file, *own.start) : 0);
}

bool RunState::runs(std::uint32_t which) const {
  const Pace& own = program->paces[which];
  return (!own.start || file.steps >= first_step(file, *own.start)) &&
         (!own.stop || file.steps < first_step(file, *own.stop));
}

bool RunState::stands_still(std::uint32_t which) const {
  const std::uint32_t every = program->paces[which].every;
  return every > 1 && runs(which) && steps_since(which) % every != 0;
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

void hold_at_zero(RunState& s, const Pace& pace) {
  for (const std::uint32_t v : pace.stocks) {
    const Variable& variable = s.program->variables[v];
    if (!variable.non_negative)
      continue;
    double* x = s.at(v);
    for (std::size_t i = 0; i < variable.size * s.members; ++i)
      x[i] = x[i] < 0.0 ? 0.0 : x[i];
  }
}

// What SHIFT IF TRUE changes of each stock in this step, by shift: moved elements less what was
// there.
std::vector<std::vector<double>> shifted(const RunState& s) {
  std::vector<std::vector<double>> changes;
  for (const Shift& shift : s.program->shifts) {
    const Variable& stock = s.program->variables[shift.stock];
    if (stock.pace != s.pace) {
      changes.emplace_back();
      continue;
    }
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

// Flows into conveyors and queues that an equation gives.
std::vector<std::uint32_t> machine_inflows(const Program& program, std::uint32_t pace) {
  std::vector<std::uint32_t> flows;
  for (const Variable& variable : program.variables) {
    if (variable.pace != pace)
      continue;
    if (variable.memory == Memory::conveyor) {
      const Conveyor& conveyor = program.conveyors[variable.machine];
      flows.insert(flows.end(), conveyor.inflows.begin(), conveyor.inflows.end());
    } else if (variable.memory == Memory::queue) {
      const Queue& queue = program.queues[variable.machine];
      flows.insert(flows.end(), queue.inflows.begin(), queue.inflows.end());
    }
  }
  std::sort(flows.begin(), flows.end());
  flows.erase(std::unique(flows.begin(), flows.end()), flows.end());
  std::erase_if(flows, [&](std::uint32_t v) { return program.variables[v].computed_by_machine; });
  return flows;
}

// What a pace has reached: the values of its variables with memory.
std::vector<double> states_of(const RunState& s, const Pace& pace) {
  std::vector<double> values;
  for (const std::uint32_t v : pace.states)
    values.insert(values.end(), s.at(v), s.at(v) + s.program->variables[v].size * s.members);
  return values;
}

void put_states(RunState& s, const Pace& pace, const std::vector<double>& values) {
  auto from = values.begin();
  for (const std::uint32_t v : pace.states) {
    const auto n = static_cast<std::ptrdiff_t>(s.program->variables[v].size * s.members);
    std::copy(from, from + n, s.at(v));
    from += n;
  }
}

} // namespace

void Tile::advance() {
  const Paced paced(*this);
  take_paces(false);
}

void Tile::step() {
  const Paced paced(*this);
  if (!evaluated || any_changed)
    evaluate();
  take_paces(true);
}

void Tile::take_paces(bool by_their_methods) {
  const std::vector<Pace>& paces = program->paces;
  const auto arrive = [&] { // at the file's next instant
    ++file.steps;
    evaluated = false;
    time = file.start + static_cast<double>(file.steps) * file.dt;
    go_by(0);
  };
  if (paces.size() == 1) {
    take_step(by_their_methods);
    arrive();
    return;
  }
  const AlignedVector<double> at_first = values;
  const double began = time;
  std::vector<std::vector<double>> reached(paces.size());
  for (std::uint32_t p = 0; p < paces.size(); ++p) {
    time = began;
    go_by(p);
    // A longer step is taken in the last of the file's steps within it.
    if (!runs(p) || (steps_since(p) + 1) % paces[p].every != 0)
      continue;
    for (std::uint32_t k = 0; k < paces[p].steps; ++k) {
      if (k > 0) {
        time = began + k * dt;
        ++steps;
        evaluate_varying(p);
      }
      take_step(by_their_methods);
    }
    reached[p] = states_of(*this, paces[p]);
    std::copy(at_first.begin(), at_first.end(), values.begin());
  }
  for (std::uint32_t p = 0; p < paces.size(); ++p) {
    if (!reached[p].empty())
      put_states(*this, paces[p], reached[p]);
  }
  arrive();
}

void Tile::take_step(bool by_its_method) {
  if (!by_its_method || method == Method::euler)
    take_euler();
  else
    take_runge_kutta();
}

void Tile::take_euler() {
  Tile& s = *this;
  const Pace& own = program->paces[pace];
  const std::vector<std::vector<double>> shifts = shifted(s);
  remember(s, own);
  const std::vector<double> registers = register_sources(s, own);
  advance_machines(s, pace);
  for (const std::uint32_t v : own.stocks) {
    const Variable& stock = program->variables[v];
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
  hold_at_zero(s, own);
  recall(s, own, registers);
}

void Tile::take_runge_kutta() {
  Tile& s = *this;
  const Pace& own = program->paces[pace];
  const std::vector<std::vector<double>> shifts = shifted(s);
  remember(s, own);
  const std::vector<double> registers = register_sources(s, own);
  const double began = s.time;
  std::vector<AlignedVector<double>> first, sum;
  AlignedVector<double> net;
  // What flows into conveyors and queues counts as it does for the stocks that it comes from.
  const std::vector<std::uint32_t> entering = machine_inflows(*program, pace);
  std::vector<AlignedVector<double>> entered;
  entered.reserve(entering.size());
  for (const std::uint32_t v : entering)
    entered.emplace_back(s.at(v), s.at(v) + program->variables[v].size * s.members);
  for (const std::uint32_t v : own.stocks) {
    first.emplace_back(s.at(v), s.at(v) + program->variables[v].size * s.members);
    net_flow(s, program->variables[v], net);
    sum.push_back(net);
  }
  // One stage: stocks at `fraction` of a step along `slopes`, then the slopes there.
  std::vector<AlignedVector<double>> slopes = sum;
  const auto stage = [&](double fraction) {
    for (std::size_t k = 0; k < own.stocks.size(); ++k) {
      double* x = s.at(own.stocks[k]);
      for (std::size_t i = 0; i < first[k].size(); ++i)
        x[i] = first[k][i] + fraction * s.dt * slopes[k][i];
    }
    s.time = began + fraction * s.dt;
    evaluate_varying(pace);
    for (std::size_t k = 0; k < own.stocks.size(); ++k)
      net_flow(s, program->variables[own.stocks[k]], slopes[k]);
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
  for (std::size_t k = 0; k < own.stocks.size(); ++k) {
    double* x = s.at(own.stocks[k]);
    for (std::size_t i = 0; i < first[k].size(); ++i)
      x[i] = first[k][i] + s.dt / divisor * sum[k][i];
  }
  for (std::size_t k = 0; k < entered.size(); ++k) {
    for (std::size_t i = 0; i < entered[k].size(); ++i)
      s.at(entering[k])[i] = entered[k][i] / divisor;
  }
  add_shifts(s, shifts);
  hold_at_zero(s, own);
  advance_machines(s, pace);
  recall(s, own, registers);
}

} // namespace cauce::conditions::detail
