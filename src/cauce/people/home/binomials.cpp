#include "cauce/people/home/binomials.hpp"

#include "cauce/base/distributions.hpp"
#include "cauce/base/instruction_set.hpp"
#include "cauce/base/math.hpp"

#include <algorithm>

namespace cauce::people {

namespace {
// A walk from zero shared by the lanes costs a few ns a step; beyond this mean a single lane's walk
// from ten deviations below is cheaper. exp(-300) is far from underflow.
constexpr double longest_mean = 300.0;
// See distributions.cpp: once a term beyond the mean is below this, what remains is rounding.
constexpr double negligible_term = 0x1p-64;
// Steps between looks at whether all lanes are done.
constexpr int stride = 4;

// ln(1 - p) by the logarithm alone (Goldberg 1991, theorem 4).
[[gnu::always_inline]] inline double log_of_rest(double p) {
  const double w = 1.0 - p;
  const double quotient = -p / (w == 1.0 ? 1.0 : w - 1.0);
  return w == 1.0 ? -p : math::log(w) * quotient;
}

// Lanes with p of 0 come out as 0; those to be left alone have p set to 0.
[[gnu::always_inline]] inline void walk(const Lanes& trials, const Lanes& p, const Lanes& u,
                                        Lanes& successes) {
  Lanes term, rest, gain, loss, mean, going;
  for (std::size_t i = 0; i < lane_count; ++i) {
    term[i] = math::exp(trials[i] * log_of_rest(p[i]));
    loss[i] = p[i] / (1.0 - p[i]);
    gain[i] = (trials[i] + 1.0) * loss[i];
    mean[i] = trials[i] * p[i];
    rest[i] = u[i];
    going[i] = 1.0;
    successes[i] = 0.0;
  }
  double next = 1.0;
  for (double any = 1.0; any > 0.0;) {
    for (int repeat = 0; repeat < stride; ++repeat) {
      const double inverse = 1.0 / next;
      for (std::size_t i = 0; i < lane_count; ++i) {
        // Products in place of choices, which the compiler would make branches of: the terms of
        // lanes that are done no longer matter.
        const double farther = rest[i] >= term[i] ? going[i] : 0.0;
        const double beyond = next > mean[i] ? 0.0 : 1.0;
        const double go = farther * (term[i] < negligible_term ? beyond : 1.0);
        rest[i] -= go * term[i];
        term[i] *= gain[i] * inverse - loss[i];
        successes[i] += go;
        going[i] = go;
      }
      next += 1.0;
    }
    any = 0.0;
    for (std::size_t i = 0; i < lane_count; ++i)
      any += going[i];
  }
}
} // namespace

void binomials(const Lanes& trials, const Lanes& probability, const Lanes& u, Lanes& successes) {
  Lanes walked;
  bool all_walk = true;
  for (std::size_t i = 0; i < lane_count; ++i) {
    const double p = probability[i] > 0.0 ? probability[i] : 0.0;
    const bool walks = p <= 0.5 && trials[i] * p <= longest_mean;
    walked[i] = walks ? p : 0.0;
    all_walk = all_walk && walks;
  }
  run_kernel<walk>(trials, walked, u, successes);
  for (std::size_t i = 0; i < lane_count; ++i)
    successes[i] = std::min(successes[i], trials[i]);
  if (all_walk)
    return;
  for (std::size_t i = 0; i < lane_count; ++i) {
    if (walked[i] == probability[i] || !(probability[i] > 0.0))
      continue;
    successes[i] = static_cast<double>(
        random::binomial(static_cast<std::uint64_t>(trials[i]), probability[i], u[i]));
  }
}

} // namespace cauce::people
