// The arithmetic of each operation, once: the scalar oracle and the vector kernels both call these,
// so that they cannot differ.
#pragma once

#include "cauce/base/math.hpp"
#include "cauce/conditions/document.hpp"

#include <cmath>
#include <cstddef>
#include <span>

namespace cauce::conditions::detail::operations {

CAUCE_ALWAYS_INLINE double truth(bool condition) { return condition ? 1.0 : 0.0; }
CAUCE_ALWAYS_INLINE double minimum(double a, double b) { return b < a ? b : a; }
CAUCE_ALWAYS_INLINE double maximum(double a, double b) { return a < b ? b : a; }
/// SAFEDIV, XIDZ, ZIDZ: a / b, or `otherwise` where b is as good as zero (Vensim: |b| < 1e-6 of a
/// unit is taken as zero there; XMILE says zero, which is used here).
CAUCE_ALWAYS_INLINE double safe_divide(double a, double b, double otherwise) {
  const double quotient = a / (b == 0.0 ? 1.0 : b);
  return b == 0.0 ? otherwise : quotient;
}
CAUCE_ALWAYS_INLINE double sign(double a) { return a > 0.0 ? 1.0 : a < 0.0 ? -1.0 : 0.0; }

/// The remainder has the sign of the dividend.
inline double modulo(double a, double b) { return b == 0.0 ? 0.0 : std::fmod(a, b); }
/// The remainder has the sign of the divisor (XMILE 1.0 section 3.3.1).
inline double modulo_floored(double a, double b) {
  const double rest = modulo(a, b);
  return rest != 0.0 && (rest < 0.0) != (b < 0.0) ? rest + b : rest;
}
inline double quantum(double a, double b) { return b <= 0.0 ? a : b * std::trunc(a / b); }

/// Times are compared with a millionth of a step to spare: start + n dt is rounded.
inline double step(double height, double from, double time, double dt) {
  return time + dt * 1e-6 >= from ? height : 0.0;
}
inline double ramp(double slope, double from, double to, double time) {
  if (time <= from)
    return 0.0;
  return slope * (minimum(time, to) - from);
}
/// `volume` spread over one step at `first` and every `interval` after it (0: once).
inline double pulse(double volume, double first, double interval, double time, double dt) {
  const double since = time - first;
  if (since < -dt * 1e-6)
    return 0.0;
  const double phase =
      interval > 0.0 ? since - interval * std::floor((since + dt * 1e-6) / interval) : since;
  return phase < dt * (1 - 1e-6) ? volume / dt : 0.0;
}
/// 1 for `duration` from `first`, again every `repeat`, until `last` (Vensim PULSE TRAIN).
inline double pulse_train(double first, double duration, double repeat, double last, double time,
                          double dt) {
  const double spare = dt * 1e-6;
  if (time + spare < first || time + spare >= last)
    return 0.0;
  const double since = time - first;
  const double phase = repeat > 0.0 ? since - repeat * std::floor((since + spare) / repeat) : since;
  return phase < maximum(duration, dt) - spare ? 1.0 : 0.0;
}

inline double normal_cdf(double x) { return 0.5 * std::erfc(-x * 0.70710678118654752440); }

/// y of a graphical function at x. Outside its range: the end's value (continuous, discrete) or the
/// line of the outermost two points (extrapolate). `segment` says where to look first and is set to
/// where x was: inputs move little from one call to the next.
inline double lookup_near(std::span<const double> xs, std::span<const double> ys,
                          GraphicalFunction::Type type, double x, std::size_t& segment) {
  const std::size_t n = xs.size();
  if (x != x)
    return x;
  const bool extrapolate = type == GraphicalFunction::Type::extrapolate && n > 1;
  if (x <= xs[0]) {
    if (!extrapolate || x == xs[0] || xs[1] == xs[0])
      return ys[0];
    return ys[0] + (x - xs[0]) * (ys[1] - ys[0]) / (xs[1] - xs[0]);
  }
  if (x >= xs[n - 1]) {
    if (!extrapolate || x == xs[n - 1] || xs[n - 1] == xs[n - 2])
      return ys[n - 1];
    return ys[n - 1] + (x - xs[n - 1]) * (ys[n - 1] - ys[n - 2]) / (xs[n - 1] - xs[n - 2]);
  }
  std::size_t low = segment, high = segment + 1; // xs[low] <= x < xs[high]
  if (high >= n || x < xs[low] || x >= xs[high]) {
    low = 0;
    high = n - 1;
    while (high - low > 1) {
      const std::size_t middle = (low + high) / 2;
      if (x < xs[middle])
        high = middle;
      else
        low = middle;
    }
    segment = low;
  }
  if (type == GraphicalFunction::Type::discrete)
    return ys[low];
  return ys[low] + (x - xs[low]) * (ys[high] - ys[low]) / (xs[high] - xs[low]);
}
inline double lookup(std::span<const double> xs, std::span<const double> ys,
                     GraphicalFunction::Type type, double x) {
  std::size_t segment = 0;
  return lookup_near(xs, ys, type, x, segment);
}

/// Area under a table from its first point to x; beyond its ends the end's value goes on.
inline double area_until(const GraphicalFunction& gf, double x) {
  double area = 0;
  if (x <= gf.x.front())
    return (x - gf.x.front()) * gf.y.front();
  for (std::size_t i = 1; i < gf.x.size(); ++i) {
    const double to = minimum(x, gf.x[i]);
    const double y = lookup(gf.x, gf.y, gf.type, to);
    const bool steps = gf.type == GraphicalFunction::Type::discrete;
    area += (to - gf.x[i - 1]) * (steps ? gf.y[i - 1] : 0.5 * (gf.y[i - 1] + y));
    if (x <= gf.x[i])
      return area;
  }
  return area + (x - gf.x.back()) * gf.y.back();
}

} // namespace cauce::conditions::detail::operations
