// DELAY PROFILE: an input spread over the times after it.
//
// The table's shape, scaled in time so that its mean is the delay and in height so that nothing is
// lost. Before the start the input was its initial value, or grew up to it at the given rate. What
// would come out within half a step of its entry comes out one step after it. As many inputs are
// kept as the response is long, at most a million steps (longer ones come out in the next step).
#include "cauce/conditions/delays.hpp"

#include "cauce/base/math.hpp"
#include "cauce/conditions/operations.hpp"

#include <algorithm>
#include <cmath>

namespace cauce::conditions::detail {

namespace {

constexpr double longest_response = 1e6;
constexpr std::size_t most_responses = 256; ///< kept at a time, for different delays

// Parts of an input that come out 1, 2, ... steps later.
std::vector<double> response(const RunState& s, const Variable& variable, double delay) {
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
  const double scale = delay / mean; // time of the model per unit of the table
  const double steps = last * scale / s.dt;
  if (!(whole > 0) || !(mean > 0) || !(steps >= 1) || steps > longest_response)
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

const std::vector<double>& response_of(const RunState& s, const Variable& variable, History& h,
                                       double delay) {
  const double key = std::isnan(delay) ? 0.0 : delay; // neither lasts a step
  const auto known = h.responses.find(key);
  if (known != h.responses.end())
    return known->second;
  if (h.responses.size() >= most_responses)
    h.responses.clear();
  return h.responses.emplace(key, response(s, variable, key)).first->second;
}

} // namespace

void start_profile(RunState& s, std::uint32_t v) {
  const Variable& variable = s.program->variables[v];
  const std::size_t n = variable.size * s.members;
  History history;
  history.before.assign(s.at(v), s.at(v) + n);
  history.length = static_cast<std::size_t>(longest_response) + 1;
  if (s.program->infos[variable.delay].constant) {
    history.length = 1;
    for (std::size_t i = 0; i < n; ++i)
      history.length = std::max(history.length,
                                response_of(s, variable, history, s.at(variable.delay)[i]).size());
  }
  s.histories.insert_or_assign(v, std::move(history));
  recall_profile(s, v);
}

void recall_profile(RunState& s, std::uint32_t v) {
  const Variable& variable = s.program->variables[v];
  const std::size_t n = variable.size * s.members;
  History& h = s.histories[v];
  double* out = s.at(v);
  for (std::size_t i = 0; i < n; ++i) {
    const std::vector<double>& parts = response_of(s, variable, h, s.at(variable.delay)[i]);
    if (h.length && parts.size() > h.length)
      keep_all(h, n); // a constant delay has been set to a longer one
    const double growth = variable.growth == none ? 0.0 : s.at(variable.growth)[i];
    double sum = 0;
    std::size_t row = h.length ? h.count % h.length : h.count - h.first; // one after the newest
    for (std::size_t k = 1; k <= parts.size(); ++k) {
      if (k > h.count) {
        sum += parts[k - 1] *
               (h.before[i] * math::exp(-growth * s.dt * static_cast<double>(k - h.count)));
        continue;
      }
      if (row > 0)
        --row;
      else if (h.length)
        row = h.length - 1;
      sum += parts[k - 1] * h.rows[row * n + i];
    }
    out[i] = sum;
  }
}

} // namespace cauce::conditions::detail
