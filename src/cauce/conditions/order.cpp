// Stage *order*: sorts the parts so that each is computed after what it reads, for the start (where
// stocks have equations too) and for each step (where stocks are known).
//
// Dependence is between parts, and where a variable has several, between those whose elements are
// read. Parts that form a cycle are split into single elements first: x[i] may need x[i-1].
#include "cauce/conditions/program.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <optional>
#include <set>

namespace cauce::conditions::detail {

std::vector<std::uint32_t> reads(const Part& part) {
  std::vector<std::uint32_t> found;
  for (const Node& node : part.nodes) {
    if (node.op == Op::load)
      found.push_back(node.variable);
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

namespace {

constexpr std::size_t most_split = 200'000; // elements of one cycle looked at singly

// Calls `visit` with the element of each point of the grid that `indices` reaches over `axes`
// (false: an index is computed, any element may be meant).
template <typename Visit>
bool for_each_element(const Variable& variable, const std::vector<Index>& indices, Visit&& visit) {
  std::vector<std::vector<std::uint32_t>> positions;
  for (const Index& index : indices) {
    if (index.kind == Index::Kind::computed)
      return false;
    if (index.kind == Index::Kind::fixed) {
      positions.push_back({index.at});
    } else {
      std::vector<std::uint32_t> unique = index.map;
      std::sort(unique.begin(), unique.end());
      unique.erase(std::unique(unique.begin(), unique.end()), unique.end());
      positions.push_back(std::move(unique));
    }
  }
  // The product of the axes' reaches: what two dimensions share of one axis counts as independent,
  // which can only add dependencies (a cycle found so is looked at again element by element).
  std::vector<std::size_t> at(positions.size(), 0);
  while (true) {
    std::size_t element = 0;
    for (std::size_t k = 0; k < positions.size(); ++k)
      element = element * variable.axes[k].size() + positions[k][at[k]];
    visit(element);
    std::size_t k = positions.size();
    while (k > 0 && ++at[k - 1] == positions[k - 1].size())
      at[--k] = 0;
    if (k == 0)
      return true;
  }
}

// The value of a node that depends on numbers and on axes of one position only.
std::optional<double> known_value(const Part& part, std::uint32_t n) {
  const Node& node = part.nodes[n];
  if (node.op == Op::constant)
    return node.value;
  if (node.op == Op::axis_position) {
    const Axis& axis = part.axes[static_cast<std::size_t>(node.value)];
    return axis.size() == 1 ? std::optional(axis.elements[0] + 1.0) : std::nullopt;
  }
  if (node.args.size() != 2 ||
      (node.op != Op::add && node.op != Op::subtract && node.op != Op::multiply))
    return std::nullopt;
  const auto a = known_value(part, node.args[0]), b = known_value(part, node.args[1]);
  if (!a || !b)
    return std::nullopt;
  return node.op == Op::add ? *a + *b : node.op == Op::subtract ? *a - *b : *a * *b;
}

// Subscripts such as Dim - 1 become fixed once Dim is; outside the dimension the value is 0.
void fix_subscripts(const Program& program, Part& part) {
  for (Node& node : part.nodes) {
    if (node.op != Op::load)
      continue;
    for (std::size_t k = 0; k < node.indices.size(); ++k) {
      Index& index = node.indices[k];
      if (index.kind != Index::Kind::computed)
        continue;
      const std::optional<double> at = known_value(part, index.at);
      if (!at)
        continue;
      const double number = std::floor(*at + 1e-9);
      if (!(number >= 1) ||
          number > static_cast<double>(program.variables[node.variable].axes[k].size())) {
        node = Node{.value = program.outside};
        break;
      }
      index = {Index::Kind::fixed, static_cast<std::uint32_t>(number) - 1, {}};
    }
  }
}

Part at_point(const Program& program, const Part& part, std::size_t point) {
  Part single = part;
  for (std::size_t i = part.rank; i-- > 0;) {
    const std::size_t position = point % part.axes[i].size();
    point /= part.axes[i].size();
    single.axes[i].elements = {part.axes[i].elements[position]};
    const auto restrict = [&](std::vector<Index>& indices) {
      for (Index& index : indices) {
        if (index.kind == Index::Kind::axis && index.at == i)
          index.map = {index.map[position]};
      }
    };
    restrict(single.indices);
    for (Node& node : single.nodes)
      restrict(node.indices);
  }
  fix_subscripts(program, single);
  return single;
}

// The graph of one phase.
class Sorter {
 public:
  Sorter(Program& program, bool start, Diagnostics& findings)
      : program_(program), start_(start), findings_(findings) {}

  std::vector<std::uint32_t> sorted() {
    for (int round = 0; round < 3; ++round) {
      build();
      components();
      if (cyclic_.empty())
        return order_;
      if (!split())
        break;
    }
    report();
    return order_;
  }

 private:
  std::vector<std::uint32_t>& parts_of(Variable& v) const {
    return start_ && (v.memory != Memory::none || !v.initial.empty()) ? v.initial : v.parts;
  }

  void build() {
    nodes_.clear();
    index_.assign(program_.parts.size(), none);
    std::vector<std::vector<std::uint32_t>> owner(program_.variables.size());
    for (std::uint32_t v = 0; v < program_.variables.size(); ++v) {
      Variable& variable = program_.variables[v];
      if (!start_ && variable.memory != Memory::none)
        continue;
      std::vector<std::uint32_t>& parts = parts_of(variable);
      if (parts.size() > 1) {
        owner[v].assign(variable.size, none);
        for (const std::uint32_t p : parts) {
          for_each_element(variable, program_.parts[p].indices,
                           [&](std::size_t e) { owner[v][e] = p; });
        }
      }
      for (const std::uint32_t p : parts) {
        index_[p] = static_cast<std::uint32_t>(nodes_.size());
        nodes_.push_back(p);
      }
    }
    edges_.assign(nodes_.size(), {});
    for (std::uint32_t n = 0; n < nodes_.size(); ++n) {
      const Part& part = program_.parts[nodes_[n]];
      for (const Node& node : part.nodes) {
        if (node.op != Op::load)
          continue;
        Variable& read = program_.variables[node.variable];
        if (!start_ && read.memory != Memory::none)
          continue;
        std::vector<std::uint32_t>& parts = parts_of(read);
        const auto& map = owner[node.variable];
        if (map.empty() || !for_each_element(read, node.indices, [&](std::size_t e) {
              if (map[e] != none)
                edges_[n].push_back(index_[map[e]]);
            })) {
          for (const std::uint32_t p : parts)
            edges_[n].push_back(index_[p]);
        }
      }
      std::sort(edges_[n].begin(), edges_[n].end());
      edges_[n].erase(std::unique(edges_[n].begin(), edges_[n].end()), edges_[n].end());
    }
  }

  // Tarjan's strongly connected components, without recursion; components come out in the order
  // in which they can be computed.
  void components() {
    order_.clear();
    cyclic_.clear();
    const auto count = static_cast<std::uint32_t>(nodes_.size());
    std::vector<std::uint32_t> number(count, none), low(count, 0), stack;
    std::vector<bool> on_stack(count, false);
    struct Visit {
      std::uint32_t node;
      std::size_t next;
    };
    std::vector<Visit> visits;
    std::uint32_t counter = 0;
    for (std::uint32_t root = 0; root < count; ++root) {
      if (number[root] != none)
        continue;
      visits.push_back({root, 0});
      while (!visits.empty()) {
        Visit& visit = visits.back();
        const std::uint32_t n = visit.node;
        if (visit.next == 0) {
          number[n] = low[n] = counter++;
          stack.push_back(n);
          on_stack[n] = true;
        }
        bool deeper = false;
        while (visit.next < edges_[n].size()) {
          const std::uint32_t to = edges_[n][visit.next++];
          if (number[to] == none) {
            visits.push_back({to, 0});
            deeper = true;
            break;
          }
          if (on_stack[to])
            low[n] = std::min(low[n], number[to]);
        }
        if (deeper)
          continue;
        if (edges_[n].empty())
          visit.next = 1;
        if (low[n] == number[n]) {
          std::vector<std::uint32_t> component;
          std::uint32_t member = none;
          do {
            member = stack.back();
            stack.pop_back();
            on_stack[member] = false;
            component.push_back(member);
          } while (member != n);
          const bool self = std::binary_search(edges_[n].begin(), edges_[n].end(), n);
          if (component.size() > 1 || self)
            cyclic_.push_back(component);
          for (const std::uint32_t m : component)
            order_.push_back(nodes_[m]);
        }
        visits.pop_back();
        if (!visits.empty())
          low[visits.back().node] = std::min(low[visits.back().node], low[n]);
      }
    }
  }

  bool split() {
    bool any = false;
    for (const auto& component : cyclic_) {
      std::size_t points = 0;
      for (const std::uint32_t n : component)
        points +=
            program_.parts[nodes_[n]].points() * (1 + program_.parts[nodes_[n]].nodes.size() / 8);
      if (points > most_split)
        continue;
      for (const std::uint32_t n : component) {
        const std::uint32_t p = nodes_[n];
        const std::size_t count = program_.parts[p].points();
        if (count < 2)
          continue;
        any = true;
        std::vector<std::uint32_t>& parts = parts_of(program_.variables[program_.parts[p].target]);
        parts.erase(std::find(parts.begin(), parts.end(), p));
        for (std::size_t point = 0; point < count; ++point) {
          parts.push_back(static_cast<std::uint32_t>(program_.parts.size()));
          Part single = at_point(program_, program_.parts[p], point);
          program_.parts.push_back(std::move(single));
        }
      }
    }
    return any;
  }

  void report() {
    for (const auto& component : cyclic_) {
      // A shortest way round from the first part of the component.
      const std::set<std::uint32_t> inside(component.begin(), component.end());
      const std::uint32_t from = *inside.begin();
      std::vector<std::uint32_t> previous(nodes_.size(), none), queue{from};
      std::uint32_t last = none;
      for (std::size_t i = 0; i < queue.size() && last == none; ++i) {
        for (const std::uint32_t to : edges_[queue[i]]) {
          if (to == from) {
            last = queue[i];
            break;
          }
          if (!inside.contains(to) || previous[to] != none)
            continue;
          previous[to] = queue[i];
          queue.push_back(to);
        }
      }
      std::vector<std::string> names;
      for (std::uint32_t n = last; n != none; n = n == from ? none : previous[n])
        names.push_back(program_.infos[program_.parts[nodes_[n]].target].name);
      std::reverse(names.begin(), names.end());
      names.push_back(names.empty() ? "" : names.front());
      std::string path;
      for (std::size_t i = 0; i < names.size(); ++i) {
        if (i == 12 && names.size() > 16) {
          path += fmt::format(" -> ... ({} more)", names.size() - 13);
          i = names.size() - 1;
        }
        path += fmt::format("{}'{}'", i ? " -> " : "", names[i]);
      }
      findings_.error(start_ ? "X302" : "X301", program_.parts[nodes_[from]].where,
                      fmt::format("{} depend on each other at the same instant: {}",
                                  start_ ? "initial values" : "equations", path),
                      start_ ? "give one of them an initial value that does not need the others"
                             : "put a stock, a delay or PREVIOUS into the loop");
    }
  }

  Program& program_;
  bool start_;
  Diagnostics& findings_;
  std::vector<std::uint32_t> nodes_;              // parts of this phase
  std::vector<std::uint32_t> index_;              // part -> place in nodes_
  std::vector<std::vector<std::uint32_t>> edges_; // what each needs
  std::vector<std::uint32_t> order_;
  std::vector<std::vector<std::uint32_t>> cyclic_;
};

void find_constants(Program& program) {
  program.part_constant.assign(program.parts.size(), false);
  std::vector<std::size_t> waiting(program.variables.size());
  std::vector<bool> constant(program.variables.size(), false);
  for (std::size_t v = 0; v < program.variables.size(); ++v) {
    const Variable& variable = program.variables[v];
    waiting[v] = variable.parts.size();
    constant[v] = variable.memory == Memory::frozen && !variable.computed_by_machine;
  }
  for (const std::uint32_t p : program.run_order) {
    const Part& part = program.parts[p];
    bool fixed = true;
    for (const Node& node : part.nodes) {
      fixed = fixed && !varies_in_time(node.op) && (node.op != Op::load || constant[node.variable]);
    }
    program.part_constant[p] = fixed;
    if (fixed && --waiting[part.target] == 0 && program.variables[part.target].initial.empty() &&
        !program.variables[part.target].computed_by_machine) {
      constant[part.target] = true;
    }
  }
  program.constant_order.clear();
  program.varying_order.clear();
  program.stocks.clear();
  program.constant_reads.assign(program.parts.size(), {});
  for (const std::uint32_t p : program.run_order) {
    if (!program.part_constant[p]) {
      program.varying_order.push_back(p);
      program.paces[program.variables[program.parts[p].target].pace].varying.push_back(p);
      continue;
    }
    program.constant_order.push_back(p);
    program.constant_reads[p] = reads(program.parts[p]);
  }
  for (std::uint32_t v = 0; v < program.variables.size(); ++v) {
    program.infos[v].constant = constant[v];
    const Memory memory = program.variables[v].memory;
    Pace& pace = program.paces[program.variables[v].pace];
    if (memory == Memory::stock) {
      program.stocks.push_back(v);
      pace.stocks.push_back(v);
    }
    if (memory != Memory::none && memory != Memory::frozen)
      pace.states.push_back(v);
    if (memory == Memory::reg || memory == Memory::fixed_delay || memory == Memory::history ||
        memory == Memory::profile)
      pace.delays.push_back(v);
  }
}

void find_uses(Program& program) {
  Dependencies& d = program.dependencies;
  d.uses.assign(program.variables.size(), {});
  d.used_by.assign(program.variables.size(), {});
  for (std::uint32_t v = 0; v < program.variables.size(); ++v) {
    const Variable& variable = program.variables[v];
    std::set<std::uint32_t> used;
    for (const std::uint32_t p : variable.parts) {
      for (const std::uint32_t r : reads(program.parts[p]))
        used.insert(r);
    }
    for (const Flow& flow : variable.flows)
      used.insert(flow.variable);
    if (variable.source != none)
      used.insert(variable.source);
    if (variable.delay != none)
      used.insert(variable.delay);
    if (variable.growth != none)
      used.insert(variable.growth);
    for (const std::uint32_t u : used) {
      d.uses[v].push_back({u});
      d.used_by[u].push_back({v});
    }
  }
}

} // namespace

void order(Program& program, Diagnostics& findings) {
  program.run_order = Sorter(program, false, findings).sorted();
  if (findings.ok())
    program.start_order = Sorter(program, true, findings).sorted();
  if (!findings.ok())
    return;
  // Splitting for the start may have replaced run-time parts.
  program.run_order = Sorter(program, false, findings).sorted();
  find_constants(program);
  find_uses(program);
}

} // namespace cauce::conditions::detail
