// Scores of all links, and of the loops they form (loops.hpp has the method).
#include "cauce/conditions/loops.hpp"

#include "cauce/conditions/loop_paths.hpp"
#include "cauce/conditions/state.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <numeric>

namespace cauce::conditions {

using namespace detail;

namespace {

double total(const double* values, std::size_t n) {
  return std::accumulate(values, values + n, 0.0);
}

// Scores of all links for the step from `before` to `now`; flows act on their stocks one step
// later, so theirs are those of the step from `earlier` to `before`.
class Scorer {
 public:
  Scorer(const Program& program, const std::vector<Edge>& edges, std::vector<bool> drawn)
      : program_(program), edges_(edges), drawn_(std::move(drawn)) {}

  void score(const RunState& earlier, const RunState& before, const RunState& now,
             std::vector<double>& scores) const {
    scores.assign(edges_.size(), 0.0);
    RunState probe = before, late = now;
    std::uint32_t last = none;
    double expected = 0, dz = 0;
    for (std::size_t e = 0; e < edges_.size(); ++e) {
      const Edge& edge = edges_[e];
      const Variable& to = program_.variables[edge.to];
      if (edge.flow_sign != 0) {
        double net = 0;
        for (const Flow& flow : to.flows)
          net += flow.sign * change(before, earlier, flow.variable);
        const double flow = change(before, earlier, edge.from);
        scores[e] = net == 0.0 ? 0.0 : edge.flow_sign * std::abs(flow / net);
        continue;
      }
      if (to.memory != Memory::none || to.computed_by_machine) {
        scores[e] = change(now, before, edge.to) == 0.0 ? 0.0 : 1.0; // a delayed copy
        continue;
      }
      const bool set = now.overridden[edge.to] != 0;
      if (set && !drawn_[edge.to])
        continue; // from outside: nothing in the model moves it
      if (last != edge.to) {
        // What people produce is scored by what was expected of them.
        last = edge.to;
        expected = set ? evaluated(edge.to, probe) : total(before.at(edge.to), to.size);
        dz = (set ? evaluated(edge.to, late) : total(now.at(edge.to), to.size)) - expected;
      }
      const double dx = change(now, before, edge.from);
      if (dz == 0.0 || (dx == 0.0 && !moved(now, before, edge.from)))
        continue;
      const double partial = alone(edge, now, probe, set) - expected;
      const double sign = dx == 0.0 ? 1.0 : (partial / dx > 0 ? 1.0 : -1.0);
      scores[e] = partial == 0.0 ? 0.0 : std::abs(partial / dz) * sign;
    }
  }

 private:
  const Program& program_;
  const std::vector<Edge>& edges_;
  std::vector<bool> drawn_;

  double change(const RunState& now, const RunState& before, std::uint32_t v) const {
    const std::size_t n = program_.variables[v].size;
    return total(now.at(v), n) - total(before.at(v), n);
  }
  bool moved(const RunState& now, const RunState& before, std::uint32_t v) const {
    return !std::equal(now.at(v), now.at(v) + program_.variables[v].size, before.at(v));
  }

  // The sum that the equations of `v` give in a state, which is left as it was; with `source`,
  // only those that read it are evaluated anew.
  double evaluated(std::uint32_t v, RunState& state, std::uint32_t source = none) const {
    const Variable& variable = program_.variables[v];
    const std::vector<double> kept(state.at(v), state.at(v) + variable.size);
    const Paced paced(state);
    if (variable.pace != 0)
      state.go_by(variable.pace);
    for (const std::uint32_t p : variable.parts) {
      const std::vector<std::uint32_t> read = reads(program_.parts[p]);
      if (source == none || std::binary_search(read.begin(), read.end(), source))
        evaluate_part(state, program_.parts[p]);
    }
    const double sum = total(state.at(v), variable.size);
    std::copy(kept.begin(), kept.end(), state.at(v));
    return sum;
  }

  // The target's sum with the source as it is now and all else as it was.
  double alone(const Edge& edge, const RunState& now, RunState& probe, bool set) const {
    const std::size_t n = program_.variables[edge.from].size;
    const std::vector<double> kept(probe.at(edge.from), probe.at(edge.from) + n);
    std::copy_n(now.at(edge.from), n, probe.at(edge.from));
    const double sum = evaluated(edge.to, probe, set ? none : edge.from);
    std::copy(kept.begin(), kept.end(), probe.at(edge.from));
    return sum;
  }
};

// Loops that together bring about more than half of the change of the main set of connected loops,
// by stretches of `window` (0: each time), neighbours with the same loops joined.
std::vector<LoopPeriod> periods_of(const LoopAnalysis& analysis, double window) {
  std::vector<LoopPeriod> periods;
  const std::size_t steps = analysis.times.size();
  for (std::size_t begin = 0; begin < steps;) {
    std::size_t end = begin + 1;
    while (end < steps && analysis.times[end] < analysis.times[begin] + window)
      ++end;
    std::vector<std::pair<double, std::size_t>> order;
    double all = 0;
    for (std::size_t l = 0; l < analysis.main_loops; ++l) {
      double share = 0;
      for (std::size_t t = begin; t < end; ++t)
        share += std::abs(analysis.loops[l].shares[t]) / static_cast<double>(end - begin);
      all += share;
      order.emplace_back(-share, l);
    }
    std::sort(order.begin(), order.end());
    LoopPeriod period{analysis.times[begin], analysis.times[end - 1], {}, {}};
    double sum = 0;
    for (const auto& [share, l] : order) {
      if (sum > 0.5 * all || share == 0)
        break;
      sum -= share;
      period.loops.push_back(l);
      period.shares.push_back(all > 0 ? -share / all : 0);
    }
    begin = end;
    if (period.loops.empty())
      continue;
    std::vector<std::size_t> set = period.loops, last;
    std::sort(set.begin(), set.end());
    if (!periods.empty()) {
      last = periods.back().loops;
      std::sort(last.begin(), last.end());
    }
    if (!periods.empty() && set == last)
      periods.back().until = period.until;
    else
      periods.push_back(std::move(period));
  }
  return periods;
}

} // namespace

struct LoopRecorder::State {
  std::shared_ptr<const Model> model;
  LoopOptions options;
  std::vector<Edge> edges;
  std::vector<std::vector<std::uint32_t>> out, next;
  std::vector<std::uint32_t> component;
  std::vector<Path> paths;
  bool complete = true;
  std::vector<bool> drawn;
  std::vector<double> times;
  std::vector<std::vector<double>> scores;
  std::vector<RunState> last; ///< the two observations before
};

LoopRecorder::LoopRecorder(std::shared_ptr<const Model> model, LoopOptions options)
    : state_(std::make_unique<State>()) {
  State& s = *state_;
  const Program& program = model->program();
  s.model = std::move(model);
  s.options = std::move(options);
  s.edges = edges_of(program);
  s.out.resize(program.variables.size());
  s.next.resize(program.variables.size());
  for (std::uint32_t e = 0; e < s.edges.size(); ++e) {
    s.out[s.edges[e].from].push_back(e);
    s.next[s.edges[e].from].push_back(s.edges[e].to);
  }
  s.component = components(program.variables.size(), s.next);
  s.complete = list_loops(s.edges, s.out, s.component, s.options.most_loops, s.paths);
  s.drawn.assign(program.variables.size(), false);
  for (const VariableId id : s.options.drawn)
    s.drawn[id.index] = true;
  // Only links within a connected set can be part of a loop: the others are not scored.
  std::vector<Edge> kept;
  for (const Edge& edge : s.edges) {
    if (s.component[edge.from] == s.component[edge.to])
      kept.push_back(edge);
  }
  if (kept.size() == s.edges.size())
    return;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<std::uint32_t>> at;
  for (std::uint32_t e = 0; e < kept.size(); ++e)
    at[{kept[e].from, kept[e].to}].push_back(e);
  for (Path& path : s.paths) {
    for (std::uint32_t& e : path) {
      const Edge& old = s.edges[e];
      for (const std::uint32_t candidate : at.at({old.from, old.to})) {
        if (kept[candidate].flow_sign == old.flow_sign)
          e = candidate;
      }
    }
  }
  s.edges = std::move(kept);
  for (auto& list : s.out)
    list.clear();
  for (std::uint32_t e = 0; e < s.edges.size(); ++e)
    s.out[s.edges[e].from].push_back(e);
}

LoopRecorder::~LoopRecorder() = default;
LoopRecorder::LoopRecorder(LoopRecorder&&) noexcept = default;
LoopRecorder& LoopRecorder::operator=(LoopRecorder&&) noexcept = default;

void LoopRecorder::observe(const Run& run) {
  State& s = *state_;
  const RunState& now = run.state();
  if (s.last.size() == 2) {
    const Scorer scorer(s.model->program(), s.edges, s.drawn);
    s.scores.emplace_back();
    scorer.score(s.last[0], s.last[1], now, s.scores.back());
    s.times.push_back(now.time);
    s.last.erase(s.last.begin());
  }
  s.last.push_back(now);
}

LoopAnalysis LoopRecorder::analysis() const {
  const State& s = *state_;
  const Program& program = s.model->program();
  const auto& edges = s.edges; // no structured binding: Clang 14 lets no lambda use one
  const auto& out = s.out;
  const auto& component = s.component;
  const auto& scores = s.scores;
  LoopAnalysis analysis;
  analysis.times = s.times;
  analysis.complete = s.complete;
  std::vector<Path> paths = s.paths;
  if (!analysis.complete) {
    paths.clear();
    std::set<Path> found;
    std::vector<std::uint32_t> stocks;
    for (const std::uint32_t stock : program.stocks) {
      if (!out[stock].empty())
        stocks.push_back(stock);
    }
    for (const std::vector<double>& now : scores) {
      strongest(edges, out, component, stocks, now, found);
      if (found.size() > s.options.most_loops)
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
    const std::uint32_t in_a = component[a.variables.front().index],
                        in_b = component[b.variables.front().index];
    return size_of(a) != size_of(b) ? size_of(a) > size_of(b)
           : in_a != in_b           ? in_a < in_b
                                    : a.weight > b.weight;
  });
  if (!analysis.loops.empty()) {
    const std::uint32_t main = component[analysis.loops.front().variables.front().index];
    for (const Loop& loop : analysis.loops)
      analysis.main_loops += component[loop.variables.front().index] == main;
  }
  analysis.periods = periods_of(analysis, s.options.window);
  return analysis;
}

LoopAnalysis analyse_loops(const std::shared_ptr<const Model>& model, const LoopOptions& options) {
  LoopRecorder recorder(model, options);
  const SimSpecs& specs = model->sim_specs();
  Run run(model);
  run.set_method(Method::euler);
  if (options.drive)
    options.drive(run);
  run.initialise();
  const auto steps =
      static_cast<std::size_t>(std::max(0.0, std::round((specs.stop - specs.start) / run.dt())));
  // Scored at even distances where there are many steps: three neighbours each time.
  const std::size_t every =
      std::max<std::size_t>(1, steps / std::max<std::size_t>(1, options.most_steps));
  recorder.observe(run);
  for (std::size_t step = 1; step <= steps; ++step) {
    run.advance();
    if (options.drive)
      options.drive(run);
    run.evaluate();
    if (step % every == 0)
      recorder.observe(run);
  }
  return recorder.analysis();
}

std::string loop_label(const LoopAnalysis& analysis, std::size_t loop) {
  const int polarity = analysis.loops[loop].polarity;
  return fmt::format("{}{}", polarity > 0 ? "R" : polarity < 0 ? "B" : "U", loop + 1);
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
