#include "cauce/conditions/loop_paths.hpp"

#include <algorithm>
#include <cmath>

namespace cauce::conditions::detail {

std::vector<Edge> edges_of(const Program& program) {
  std::vector<Edge> edges;
  for (std::uint32_t v = 0; v < program.variables.size(); ++v) {
    const Variable& variable = program.variables[v];
    if (variable.memory == Memory::stock) {
      for (const Flow& flow : variable.flows)
        edges.push_back({flow.variable, v, flow.sign});
      continue;
    }
    if (variable.memory == Memory::reg || variable.memory == Memory::fixed_delay ||
        variable.memory == Memory::history || variable.memory == Memory::profile) {
      edges.push_back({variable.source, v, 0});
      continue;
    }
    if (variable.memory == Memory::conveyor || variable.memory == Memory::queue) {
      for (const Flow& flow : variable.flows) {
        edges.push_back({flow.variable, v, flow.sign});
        if (program.variables[flow.variable].computed_by_machine)
          edges.push_back({v, flow.variable, 0}); // what lies on it decides what comes out
      }
      continue;
    }
    if (variable.memory == Memory::frozen || program.infos[v].constant)
      continue;
    std::set<std::uint32_t> read;
    for (const std::uint32_t p : variable.parts) {
      for (const std::uint32_t r : reads(program.parts[p]))
        read.insert(r);
    }
    for (const std::uint32_t r : read) {
      if (!program.infos[r].constant)
        edges.push_back({r, v, 0});
    }
  }
  return edges;
}

std::vector<std::uint32_t> components(std::size_t count,
                                      const std::vector<std::vector<std::uint32_t>>& next) {
  std::vector<std::uint32_t> number(count, none), low(count), component(count, none), stack;
  std::vector<std::pair<std::uint32_t, std::size_t>> visits;
  std::uint32_t counter = 0, found = 0;
  for (std::uint32_t root = 0; root < count; ++root) {
    if (number[root] != none)
      continue;
    visits.emplace_back(root, 0);
    number[root] = low[root] = counter++;
    stack.push_back(root);
    while (!visits.empty()) {
      auto& [n, i] = visits.back();
      if (i < next[n].size()) {
        const std::uint32_t to = next[n][i++];
        if (number[to] == none) {
          number[to] = low[to] = counter++;
          stack.push_back(to);
          visits.emplace_back(to, 0);
        } else if (component[to] == none) {
          low[n] = std::min(low[n], number[to]);
        }
        continue;
      }
      const std::uint32_t done = n;
      visits.pop_back();
      if (!visits.empty())
        low[visits.back().first] = std::min(low[visits.back().first], low[done]);
      if (low[done] != number[done])
        continue;
      while (true) {
        const std::uint32_t member = stack.back();
        stack.pop_back();
        component[member] = found;
        if (member == done)
          break;
      }
      ++found;
    }
  }
  return component;
}

bool list_loops(const std::vector<Edge>& edges, const std::vector<std::vector<std::uint32_t>>& out,
                const std::vector<std::uint32_t>& component, std::size_t most,
                std::vector<Path>& loops) {
  std::size_t budget = 2'000'000;
  const std::size_t count = out.size();
  for (std::uint32_t root = 0; root < count; ++root) {
    // Only variables that can still reach the root without passing smaller ones are entered.
    std::vector<bool> reaches(count, false);
    std::vector<std::uint32_t> queue{root};
    reaches[root] = true;
    std::vector<std::vector<std::uint32_t>> in(count);
    for (const Edge& edge : edges) {
      if (component[edge.from] == component[root] && component[edge.to] == component[root] &&
          edge.from >= root && edge.to >= root)
        in[edge.to].push_back(edge.from);
    }
    if (in[root].empty())
      continue;
    for (std::size_t i = 0; i < queue.size(); ++i) {
      for (const std::uint32_t from : in[queue[i]]) {
        if (!reaches[from]) {
          reaches[from] = true;
          queue.push_back(from);
        }
      }
    }
    std::vector<bool> on_path(count, false);
    Path path;
    std::vector<std::pair<std::uint32_t, std::size_t>> stack{{root, 0}};
    on_path[root] = true;
    while (!stack.empty()) {
      auto& [n, i] = stack.back();
      if (i == out[n].size()) {
        on_path[n] = false;
        stack.pop_back();
        if (!path.empty())
          path.pop_back();
        continue;
      }
      if (--budget == 0)
        return false;
      const std::uint32_t e = out[n][i++];
      const std::uint32_t to = edges[e].to;
      if (to < root || component[to] != component[root] || !reaches[to])
        continue;
      if (to == root) {
        path.push_back(e);
        loops.push_back(path);
        path.pop_back();
        if (loops.size() > most)
          return false;
        continue;
      }
      if (on_path[to])
        continue;
      on_path[to] = true;
      path.push_back(e);
      stack.emplace_back(to, 0);
    }
  }
  return true;
}

void strongest(const std::vector<Edge>& edges, const std::vector<std::vector<std::uint32_t>>& out,
               const std::vector<std::uint32_t>& component,
               const std::vector<std::uint32_t>& stocks, const std::vector<double>& score,
               std::set<Path>& found) {
  std::vector<std::vector<std::uint32_t>> sorted = out;
  for (auto& list : sorted) {
    std::sort(list.begin(), list.end(), [&](std::uint32_t a, std::uint32_t b) {
      return std::abs(score[a]) > std::abs(score[b]);
    });
  }
  std::vector<double> best(out.size(), 0.0);
  for (const std::uint32_t start : stocks) {
    std::fill(best.begin(), best.end(), 0.0);
    struct Visit {
      std::uint32_t node;
      std::size_t next;
      double strength;
    };
    std::vector<Visit> stack{{start, 0, 1.0}};
    std::vector<bool> on_path(out.size(), false);
    on_path[start] = true;
    Path path;
    while (!stack.empty()) {
      Visit& visit = stack.back();
      if (visit.next == sorted[visit.node].size()) {
        on_path[visit.node] = false;
        stack.pop_back();
        if (!path.empty())
          path.pop_back();
        continue;
      }
      const std::uint32_t e = sorted[visit.node][visit.next++];
      const std::uint32_t to = edges[e].to;
      const double strength = visit.strength * std::abs(score[e]);
      if (component[to] != component[start] || !(strength > 0))
        continue;
      if (to == start) {
        path.push_back(e);
        // The same loop is one, wherever it is entered: begin at its smallest link.
        Path turned = path;
        std::rotate(turned.begin(), std::min_element(turned.begin(), turned.end()), turned.end());
        found.insert(std::move(turned));
        path.pop_back();
        continue;
      }
      if (on_path[to] || strength <= best[to])
        continue;
      best[to] = strength;
      on_path[to] = true;
      path.push_back(e);
      stack.push_back({to, 0, strength});
    }
  }
}

} // namespace cauce::conditions::detail
