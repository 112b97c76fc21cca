// One tile of a run: values that are set, initial values, and the evaluation of all parts in order.
// Its steps are in tile_steps.cpp.
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

// One part, by its vector program or the scalar evaluator; overrides hold.
void Tile::compute(std::uint32_t p) {
  Tile& s = *this;
  const Part& part = program->parts[p];
  const std::uint8_t held = overridden[part.target];
  if (held == 2)
    return;
  if (pace != program->variables[part.target].pace)
    go_by(program->variables[part.target].pace);
  if (oracle || !program->vectors)
    evaluate_part(s, part);
  else
    run_vectors(s, scratch, p);
  if (held)
    apply_override(s, part.target, overrides.at(part.target));
}

void Tile::initialise() {
  Tile& s = *this;
  const Program& program = *s.program;
  s.time = s.start;
  s.steps = 0;
  const Paced paced(s);
  s.initialised = s.evaluated = false;
  s.histories.clear();
  s.arrivals.clear();
  for (const auto& [v, o] : s.overrides)
    apply_override(s, v, o);
  for (const std::uint32_t p : program.start_order)
    compute(p);
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
  s.go_by(0);
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
  const Paced paced(s);
  if (s.any_changed) {
    for (const std::uint32_t p : program->constant_order) {
      const std::uint32_t target = program->parts[p].target;
      bool stale = s.changed[target] != 0;
      for (const std::uint32_t r : program->constant_reads[p])
        stale = stale || s.changed[r] != 0;
      if (!stale)
        continue;
      compute(p);
      s.changed[target] = 1;
      ++s.version[target];
      ++s.constants;
    }
    std::fill(s.changed.begin(), s.changed.end(), std::uint8_t{0});
    s.any_changed = false;
  }
  evaluate_varying(none);
  // What depends on capacities that vary is nearer to what it should be with each evaluation.
  evaluated = !machines_vary(*program);
}

void Tile::evaluate_varying(std::uint32_t which) {
  Tile& s = *this;
  std::vector<bool> still(program->paces.size());
  for (std::uint32_t p = 1; p < still.size(); ++p)
    still[p] = stands_still(p);
  // What conveyors let out depends on capacities, arrests and the like of this instant, and these
  // on other variables: where they change in time all is computed once more with what is known
  // then.
  for (int pass = machines_vary(*program) ? 0 : 1; pass < 2; ++pass) {
    release_flows(s, which);
    if (!program->conveyors.empty() || !program->queues.empty()) {
      for (const auto& [v, o] : s.overrides) {
        if (program->variables[v].computed_by_machine)
          apply_override(s, v, o);
      }
    }
    for (const std::uint32_t p :
         which == none ? program->varying_order : program->paces[which].varying) {
      if (!still[program->variables[program->parts[p].target].pace])
        compute(p);
    }
  }
}

} // namespace cauce::conditions::detail
