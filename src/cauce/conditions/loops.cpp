#include "cauce/conditions/loops.hpp"

#include "cauce/conditions/state.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

namespace cauce::conditions {

using namespace detail;

namespace {

// Links between variables: by equations, and from flows to the stocks they fill.
struct Edge {
  std::uint32_t from, to;
  double flow_sign = 0; ///< not 0: a flow into (+) or out of (-) a stock
};

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
        variable.memory == Memory::profile) {
      edges.push_back({variable.source, v, 0});
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

// Strongly connected components; the component of each variable, and its size.
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

using Path = std::vector<std::uint32_t>; // edges

// Elementary loops by depth-first search from the smallest variable of each; false when there are
// more than `most` or the search takes too long.
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

// Strongest paths at one instant: from each stock, links are followed in the order of their scores,
// and a variable is left where it was reached before by a stronger path.
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

double total(const double* values, std::size_t n) {
  return std::accumulate(values, values + n, 0.0);
}

// Scores of all links for the step from `before` to `now`.
class Scorer {
 public:
  Scorer(const Program& program, const std::vector<Edge>& edges)
      : program_(program), edges_(edges) {}

  void score(const RunState& earlier, const RunState& before, const RunState& now, RunState& probe,
             std::vector<double>& scores) const {
    scores.assign(edges_.size(), 0.0);
    std::vector<double> kept;
    for (std::size_t e = 0; e < edges_.size(); ++e) {
      const Edge& edge = edges_[e];
      const std::size_t to_size = program_.variables[edge.to].size;
      if (edge.flow_sign != 0) {
        // Change of the flow over the change of the stock's net flow.
        const double flow = change(before, earlier, edge.from);
        const double net =
            (total(now.at(edge.to), to_size) - total(before.at(edge.to), to_size)) -
            (total(before.at(edge.to), to_size) - total(earlier.at(edge.to), to_size));
        scores[e] = net == 0.0 ? 0.0 : edge.flow_sign * std::abs(flow * before.dt / net);
        continue;
      }
      if (program_.variables[edge.to].memory != Memory::none) {
        scores[e] = change(now, before, edge.to) == 0.0 ? 0.0 : 1.0; // a delayed copy
        continue;
      }
      const double dz = change(now, before, edge.to);
      const double dx = change(now, before, edge.from);
      if (dz == 0.0 || (dx == 0.0 && !moved(now, before, edge.from)))
        continue;
      const double partial = alone(edge, now, probe, kept) - total(before.at(edge.to), to_size);
      const double sign = dx == 0.0 ? 1.0 : (partial / dx > 0 ? 1.0 : -1.0);
      scores[e] = partial == 0.0 ? 0.0 : std::abs(partial / dz) * sign;
    }
  }

 private:
  const Program& program_;
  const std::vector<Edge>& edges_;

  double change(const RunState& now, const RunState& before, std::uint32_t v) const {
    const std::size_t n = program_.variables[v].size;
    return total(now.at(v), n) - total(before.at(v), n);
  }
  bool moved(const RunState& now, const RunState& before, std::uint32_t v) const {
    return !std::equal(now.at(v), now.at(v) + program_.variables[v].size, before.at(v));
  }

  // The target's sum with the source as it is now and all else as it was (`probe` is as before).
  double alone(const Edge& edge, const RunState& now, RunState& probe,
               std::vector<double>& kept) const {
    const Variable& from = program_.variables[edge.from];
    const Variable& to = program_.variables[edge.to];
    std::vector<double> source(probe.at(edge.from), probe.at(edge.from) + from.size);
    kept.assign(probe.at(edge.to), probe.at(edge.to) + to.size);
    std::copy_n(now.at(edge.from), from.size, probe.at(edge.from));
    for (const std::uint32_t p : to.parts) {
      const std::vector<std::uint32_t> read = reads(program_.parts[p]);
      if (std::binary_search(read.begin(), read.end(), edge.from))
        evaluate_part(probe, program_.parts[p]);
    }
    const double sum = total(probe.at(edge.to), to.size);
    std::copy(kept.begin(), kept.end(), probe.at(edge.to));
    std::copy(source.begin(), source.end(), probe.at(edge.from));
    return sum;
  }
};

std::vector<LoopPeriod> periods_of(const LoopAnalysis& analysis) {
  std::vector<LoopPeriod> periods;
  for (std::size_t t = 0; t < analysis.times.size(); ++t) {
    std::vector<std::size_t> order(analysis.loops.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto share = [&](std::size_t l) { return std::abs(analysis.loops[l].shares[t]); };
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return share(a) > share(b); });
    std::vector<std::size_t> chosen;
    double sum = 0, all = 0; // `all` is the number of components that move
    for (const std::size_t l : order)
      all += share(l);
    for (const std::size_t l : order) {
      if (sum > 0.5 * all || !(share(l) > 0))
        break;
      sum += share(l);
      chosen.push_back(l);
    }
    std::vector<std::size_t> set = chosen, last;
    std::sort(set.begin(), set.end());
    if (!periods.empty()) {
      last = periods.back().loops;
      std::sort(last.begin(), last.end());
    }
    if (!periods.empty() && set == last)
      periods.back().until = analysis.times[t];
    else
      periods.push_back({analysis.times[t], analysis.times[t], chosen});
  }
  std::erase_if(periods, [](const LoopPeriod& p) { return p.loops.empty(); });
  return periods;
}

} // namespace

LoopAnalysis analyse_loops(const std::shared_ptr<const Model>& model, const LoopOptions& options) {
  const Program& program = model->program();
  const std::vector<Edge> edges = edges_of(program);
  std::vector<std::vector<std::uint32_t>> out(program.variables.size()),
      next(program.variables.size());
  for (std::uint32_t e = 0; e < edges.size(); ++e) {
    out[edges[e].from].push_back(e);
    next[edges[e].from].push_back(edges[e].to);
  }
  const std::vector<std::uint32_t> component = components(program.variables.size(), next);

  LoopAnalysis analysis;
  std::vector<Path> paths;
  analysis.complete = list_loops(edges, out, component, options.most_loops, paths);

  Run run(model);
  run.set_method(Method::euler);
  if (options.drive)
    options.drive(run);
  run.initialise();
  const auto steps = static_cast<std::size_t>(
      std::max(0.0, std::round((program.specs.stop - program.specs.start) / run.dt())));
  const std::size_t every =
      std::max<std::size_t>(1, steps / std::max<std::size_t>(1, options.most_steps));
  const Scorer scorer(program, edges);
  std::vector<std::vector<double>> scores;
  RunState earlier = run.state(), before = run.state();
  for (std::size_t step = 1; step <= steps; ++step) {
    earlier = std::move(before);
    before = run.state();
    run.advance();
    if (options.drive)
      options.drive(run);
    run.evaluate();
    if (step < 2 || step % every != 0)
      continue;
    RunState probe = before;
    scores.emplace_back();
    scorer.score(earlier, before, run.state(), probe, scores.back());
    analysis.times.push_back(run.time());
  }
  if (!analysis.complete) {
    paths.clear();
    std::set<Path> found;
    std::vector<std::uint32_t> stocks;
    for (const std::uint32_t s : program.stocks) {
      if (!out[s].empty())
        stocks.push_back(s);
    }
    for (const std::vector<double>& now : scores) {
      strongest(edges, out, component, stocks, now, found);
      if (found.size() > options.most_loops)
        break;
    }
    paths.assign(found.begin(), found.end());
  }
  for (std::size_t e = 0; e < edges.size(); ++e) {
    LoopLink link{{edges[e].from}, {edges[e].to}, {}};
    for (const auto& now : scores)
      link.scores.push_back(now[e]);
    analysis.links.push_back(std::move(link));
  }
  std::map<std::uint32_t, std::vector<double>> sums; // of absolute scores, by component
  for (const Path& path : paths) {
    Loop loop;
    for (const std::uint32_t e : path)
      loop.variables.push_back({edges[e].from});
    bool positive = false, negative = false;
    std::vector<double>& sum = sums[component[edges[path.front()].from]];
    sum.resize(scores.size(), 0.0);
    for (std::size_t t = 0; t < scores.size(); ++t) {
      double product = 1;
      for (const std::uint32_t e : path)
        product *= scores[t][e];
      if (!std::isfinite(product))
        product = 0;
      loop.scores.push_back(product);
      positive = positive || product > 0;
      negative = negative || product < 0;
      sum[t] += std::abs(product);
    }
    loop.polarity = positive && !negative ? 1 : negative && !positive ? -1 : 0;
    analysis.loops.push_back(std::move(loop));
  }
  for (std::size_t l = 0; l < paths.size(); ++l) {
    Loop& loop = analysis.loops[l];
    const std::vector<double>& sum = sums[component[loop.variables.front().index]];
    for (std::size_t t = 0; t < scores.size(); ++t) {
      loop.shares.push_back(sum[t] > 0 ? loop.scores[t] / sum[t] : 0.0);
      loop.weight += std::abs(loop.shares.back()) /
                     static_cast<double>(std::max<std::size_t>(1, scores.size()));
    }
  }
  // Loops of the largest set of connected loops first: a lone decay is all of its own change.
  std::map<std::uint32_t, std::size_t> sizes;
  for (const Loop& loop : analysis.loops)
    ++sizes[component[loop.variables.front().index]];
  const auto size_of = [&](const Loop& loop) {
    return sizes[component[loop.variables.front().index]];
  };
  std::stable_sort(analysis.loops.begin(), analysis.loops.end(), [&](const Loop& a, const Loop& b) {
    return size_of(a) != size_of(b) ? size_of(a) > size_of(b) : a.weight > b.weight;
  });
  analysis.periods = periods_of(analysis);
  return analysis;
}

std::string loop_text(const Model& model, const Loop& loop) {
  std::string text;
  for (const VariableId id : loop.variables) {
    if (model.info(id).hidden)
      continue;
    text += (text.empty() ? "" : " -> ") + model.info(id).name;
  }
  return text;
}

} // namespace cauce::conditions
