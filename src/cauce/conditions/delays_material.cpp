// DELAY MATERIAL and DELAY INFORMATION of Vensim: delays that keep what is on the way when they
// change. Each input is put into the step in which it will come out, by the delay it had when it
// entered; there are as many as the longest of these delays has steps.
//
// Material that comes in one step is one sum. Of information an input that comes no later than one
// that entered before it takes its place: what is newer holds once it is there.
#include "cauce/conditions/delays.hpp"

#include <algorithm>
#include <cmath>

namespace cauce::conditions::detail {

namespace {

using Input = Arrivals::Input;
using Lane = Arrivals::Lane;

double steps_of(const RunState& s, double delay) {
  const double steps = std::round(delay / s.dt);
  return steps >= 1 ? std::min(steps, 1e15) : 1.0;
}

void add_material(Lane& lane, const Input& input) {
  const auto from = lane.waiting.begin() + static_cast<std::ptrdiff_t>(lane.taken);
  const auto place =
      std::lower_bound(from, lane.waiting.end(), input.comes,
                       [](const Input& other, double comes) { return other.comes < comes; });
  if (place != lane.waiting.end() && place->comes == input.comes)
    place->value += input.value;
  else
    lane.waiting.insert(place, {input.comes, 0.0 + input.value}); // a sum of one: never -0
}

void add_information(Lane& lane, const Input& input) {
  while (lane.waiting.size() > lane.taken && lane.waiting.back().comes >= input.comes)
    lane.waiting.pop_back();
  lane.waiting.push_back(input);
}

// What comes by step `now`, each handed to `take`.
template <typename Take> void arrive(Lane& lane, double now, Take&& take) {
  while (lane.taken < lane.waiting.size() && lane.waiting[lane.taken].comes <= now)
    take(lane.waiting[lane.taken++]);
  // Room is given back once half of it is behind: each input is moved once on the average.
  if (2 * lane.taken >= lane.waiting.size()) {
    lane.waiting.erase(lane.waiting.begin(),
                       lane.waiting.begin() + static_cast<std::ptrdiff_t>(lane.taken));
    lane.taken = 0;
  }
}

} // namespace

void start_material(RunState& s, std::uint32_t v) {
  Arrivals arrivals;
  arrivals.lanes.resize(s.program->variables[v].size * s.members);
  s.arrivals.insert_or_assign(v, std::move(arrivals));
}

void remember_material(RunState& s, std::uint32_t v) {
  const Variable& variable = s.program->variables[v];
  Arrivals& arrivals = s.arrivals[v];
  const double* in = s.at(variable.source);
  const double* delay = s.at(variable.delay);
  for (std::size_t i = 0; i < arrivals.lanes.size(); ++i) {
    Lane& lane = arrivals.lanes[i];
    const Input input{static_cast<double>(arrivals.count) + steps_of(s, delay[i]), in[i]};
    if (arrivals.count == 0)
      lane.first = input.comes;
    if (variable.delay_kind == DelayKind::material)
      add_material(lane, input);
    else
      add_information(lane, input);
  }
  ++arrivals.count;
}

void recall_material(RunState& s, std::uint32_t v) {
  const Variable& variable = s.program->variables[v];
  Arrivals& arrivals = s.arrivals[v];
  const auto now = static_cast<double>(arrivals.count);
  double* out = s.at(v);
  for (std::size_t i = 0; i < arrivals.lanes.size(); ++i) {
    Lane& lane = arrivals.lanes[i];
    bool any = false;
    double sum = 0;
    arrive(lane, now, [&](const Input& input) {
      sum = input.value; // one for each step
      any = true;
      lane.newest = input.value;
    });
    if (now < lane.first)
      continue; // before the first input comes: the initial value stays
    if (variable.delay_kind == DelayKind::information)
      out[i] = lane.newest;
    else
      out[i] = any ? sum : variable.missing == none ? 0.0 : s.at(variable.missing)[i];
  }
}

} // namespace cauce::conditions::detail
