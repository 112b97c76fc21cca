// exp, log and pow that give the same bits on every processor and in every vector width.
//
// Plain polynomials without branches, tables or fused operations: a loop over them vectorises, and
// with -ffp-contract=off the scalar, SSE, AVX2 and AVX-512 versions agree bit for bit (libm,
// libmvec and Highway do not). Errors stay within 1 unit in the last place for exp and log
// (tests/conditions/math_test.cpp measures them). They assume IEEE doubles, rounding to nearest.
//
// exp: Cody-Waite reduction to |r| <= ln2/2, Taylor polynomial of degree 13 (truncation 4e-18).
// log: the reduction and minimax coefficients of fdlibm's e_log.c (Sun Microsystems 1993).
#pragma once

#include <cstdint>

namespace cauce::math {

// Forced inline, so that a copy compiled for one instruction set is never linked into another's.
#define CAUCE_ALWAYS_INLINE [[gnu::always_inline]] inline

namespace detail {
CAUCE_ALWAYS_INLINE double from_bits(std::uint64_t bits) {
  return __builtin_bit_cast(double, bits);
}
CAUCE_ALWAYS_INLINE std::uint64_t to_bits(double value) {
  return __builtin_bit_cast(std::uint64_t, value);
}
/// Adding it rounds |x| < 2^51 to an integer that stands in the low bits.
inline constexpr double round_magic = 0x1.8p52;
} // namespace detail

/// e to the x: 0 below -745.2, infinity above 709.79, NaN for NaN.
CAUCE_ALWAYS_INLINE double exp(double x) {
  const double low = x < -800.0 ? -800.0 : x; // NaN passes both
  const double y = low > 800.0 ? 800.0 : low;
  const double shifted = y * 0x1.71547652b82fep0 + detail::round_magic;
  const double k = shifted - detail::round_magic;
  const double r = (y - k * 0x1.62e42fee00000p-1) - k * 0x1.a39ef35793c76p-33;
  const double r2 = r * r;
  const double r4 = r2 * r2;
  // Estrin's scheme: short dependency chains.
  const double a = 1.0 / 2.0 + r * (1.0 / 6.0);
  const double b = 1.0 / 24.0 + r * (1.0 / 120.0);
  const double c = 1.0 / 720.0 + r * (1.0 / 5040.0);
  const double d = 1.0 / 40320.0 + r * (1.0 / 362880.0);
  const double e = 1.0 / 3628800.0 + r * (1.0 / 39916800.0);
  const double f = 1.0 / 479001600.0 + r * (1.0 / 6227020800.0);
  const double tail = ((a + r2 * b) + r4 * (c + r2 * d)) + (r4 * r4) * (e + r2 * f);
  const double p = 1.0 + (r + r2 * tail);
  // Two factors of about 2^(k/2), so that results near the ends of the range come out right.
  const std::uint64_t n = detail::to_bits(shifted) - detail::to_bits(detail::round_magic);
  const std::uint64_t half = (n + 0x10000) / 2 - 0x8000; // floor(n/2) for |n| < 2^15
  const std::uint64_t rest = n - half;
  return p * detail::from_bits((half + 1023) << 52) * detail::from_bits((rest + 1023) << 52);
}

/// Natural logarithm: -infinity at 0, NaN below.
CAUCE_ALWAYS_INLINE double log(double x) {
  const bool tiny = x < 0x1p-1022;
  const double scaled = tiny ? x * 0x1p54 : x;
  const std::uint64_t bits = detail::to_bits(scaled);
  // Mantissa moved to [sqrt(1/2), sqrt(2)).
  const std::uint64_t moved = bits + (0x3ff0000000000000ULL - 0x3fe6a09e667f3bcdULL);
  const std::uint64_t exponent = moved >> 52;
  const double m = detail::from_bits((moved & 0x000fffffffffffffULL) + 0x3fe6a09e667f3bcdULL);
  const double e = (detail::from_bits(exponent | 0x4330000000000000ULL) - 0x1p52) -
                   (tiny ? 1023.0 + 54.0 : 1023.0);
  const double f = m - 1.0;
  const double s = f / (2.0 + f);
  const double z = s * s;
  const double w = z * z;
  const double t1 = w * (3.999999999940941908e-01 +
                         w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
  const double t2 = z * (6.666666666666735130e-01 +
                         w * (2.857142874366239149e-01 +
                              w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
  const double half_square = 0.5 * f * f;
  const double value =
      e * 6.93147180369123816490e-01 -
      ((half_square - (s * (half_square + (t1 + t2)) + e * 1.90821492927058770002e-10)) - f);
  const double infinity = __builtin_inf();
  const double finite = x == infinity ? infinity : value;
  const double positive = x > 0.0 ? finite : __builtin_nan("");
  return x == 0.0 ? -infinity : positive;
}

/// a to the b for a >= 0 by exp(b log a): relative error about |b log a| * 2^-53. pow(0, b > 0) =
/// 0, pow(a, 0) = 1, NaN for a < 0.
CAUCE_ALWAYS_INLINE double pow_positive(double a, double b) {
  const double value = math::exp(b * math::log(a));
  const double at_zero = b > 0.0 ? 0.0 : __builtin_inf();
  const double general = a == 0.0 ? at_zero : value;
  return b == 0.0 ? 1.0 : general;
}

/// a to the b. Whole exponents up to 64 are exact products, also for negative a.
inline double pow(double a, double b) {
  if (b == static_cast<double>(static_cast<int>(b < -64.0 || b > 64.0 || b != b ? 0.5 : b)) &&
      b >= -64.0 && b <= 64.0) {
    unsigned n = static_cast<unsigned>(b < 0 ? -b : b);
    double result = 1.0, square = a;
    for (; n != 0; n >>= 1) {
      if (n & 1u)
        result *= square;
      square *= square;
    }
    return b < 0 ? 1.0 / result : result;
  }
  if (a < 0.0 && b == __builtin_floor(b)) {
    const double size = pow_positive(-a, b);
    return __builtin_floor(b / 2.0) * 2.0 == b ? size : -size;
  }
  return pow_positive(a, b);
}

} // namespace cauce::math
