// The loops themselves: included once by each kernels_*.cpp, which is compiled for one instruction
// set. Everything has internal linkage, so that no copy is linked into another set's code.
//
// Expects CAUCE_KERNELS_FUNCTION and CAUCE_KERNELS_NAME.
#include "cauce/base/math.hpp"
#include "cauce/conditions/kernels.hpp"

#include <utility>

namespace cauce::conditions::detail {
namespace {

template <Unary op> CAUCE_ALWAYS_INLINE double apply(double a) {
  if constexpr (op == Unary::copy)
    return a;
  else if constexpr (op == Unary::negate)
    return -a;
  else if constexpr (op == Unary::logical_not)
    return a == 0.0 ? 1.0 : 0.0;
  else if constexpr (op == Unary::abs)
    return __builtin_fabs(a);
  else if constexpr (op == Unary::sqrt)
    return __builtin_sqrt(a);
  else if constexpr (op == Unary::exp)
    return math::exp(a);
  else if constexpr (op == Unary::ln)
    return math::log(a);
  else if constexpr (op == Unary::log10)
    return math::log(a) * 0.43429448190325182765;
  else if constexpr (op == Unary::truncate)
    return __builtin_trunc(a);
  else if constexpr (op == Unary::floor)
    return __builtin_floor(a);
  else if constexpr (op == Unary::ceiling)
    return __builtin_ceil(a);
  else
    return a > 0.0 ? 1.0 : a < 0.0 ? -1.0 : 0.0;
}

template <Binary op> CAUCE_ALWAYS_INLINE double apply(double a, double b) {
  if constexpr (op == Binary::add)
    return a + b;
  else if constexpr (op == Binary::subtract)
    return a - b;
  else if constexpr (op == Binary::multiply)
    return a * b;
  else if constexpr (op == Binary::divide)
    return a / b;
  else if constexpr (op == Binary::minimum)
    return b < a ? b : a;
  else if constexpr (op == Binary::maximum)
    return a < b ? b : a;
  else if constexpr (op == Binary::less)
    return a < b ? 1.0 : 0.0;
  else if constexpr (op == Binary::less_equal)
    return a <= b ? 1.0 : 0.0;
  else if constexpr (op == Binary::greater)
    return a > b ? 1.0 : 0.0;
  else if constexpr (op == Binary::greater_equal)
    return a >= b ? 1.0 : 0.0;
  else if constexpr (op == Binary::equal)
    return a == b ? 1.0 : 0.0;
  else if constexpr (op == Binary::not_equal)
    return a != b ? 1.0 : 0.0;
  else if constexpr (op == Binary::logical_and)
    return static_cast<int>(a != 0.0) & static_cast<int>(b != 0.0) ? 1.0 : 0.0;
  else if constexpr (op == Binary::logical_or)
    return static_cast<int>(a != 0.0) | static_cast<int>(b != 0.0) ? 1.0 : 0.0;
  else if constexpr (op == Binary::zidz) {
    const double quotient = a / (b == 0.0 ? 1.0 : b);
    return b == 0.0 ? 0.0 : quotient;
  } else
    return math::pow_positive(a, b);
}

// Outputs never overlap inputs except where they are the same array from the same start, so each
// iteration is independent.
#if defined(__clang__)
#define CAUCE_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#else
#define CAUCE_INDEPENDENT _Pragma("GCC ivdep")
#endif

// As many numbers as one register of this instruction set holds.
#if defined(__AVX512F__)
inline constexpr std::size_t lanes = 8;
#elif defined(__AVX__)
inline constexpr std::size_t lanes = 4;
#else
inline constexpr std::size_t lanes = 2;
#endif
using Vector = double __attribute__((vector_size(lanes * sizeof(double))));

CAUCE_ALWAYS_INLINE Vector load(const double* at) {
  Vector v;
  __builtin_memcpy(&v, at, sizeof v);
  return v;
}
CAUCE_ALWAYS_INLINE void store(double* at, Vector v) { __builtin_memcpy(at, &v, sizeof v); }

// A row of k members, fewer than a register holds, repeated along it.
CAUCE_ALWAYS_INLINE Vector repeated(const double* at, std::size_t k) {
  Vector v;
  for (std::size_t m = 0; m < lanes; ++m)
    v[m] = at[m & (k - 1)];
  return v;
}

// out = f(a, b, c) where those marked are rows of k members. The compiler would turn a loop over
// rows inside out, so registers are named here.
template <bool a_row, bool b_row, bool c_row, typename F>
[[gnu::noinline]] void over_rows(const KernelArgs& k, F f) {
  const double *a = k.a, *b = k.b, *c = k.c;
  const std::size_t n = k.n, width = k.row;
  double* out = k.out;
  std::size_t i = 0;
  if (width < lanes) {
    const Vector ra = repeated(a, width), rb = repeated(b, width), rc = repeated(c, width);
    for (; i + lanes <= n; i += lanes) {
      store(out + i,
            f(a_row ? ra : load(a + i), b_row ? rb : load(b + i), c_row ? rc : load(c + i)));
    }
    for (std::size_t m = 0; i < n; ++i, m = (m + 1) & (width - 1))
      out[i] = f(a[a_row ? m : i], b[b_row ? m : i], c[c_row ? m : i]);
    return;
  }
  if (width == lanes) {
    const Vector ra = load(a), rb = load(b), rc = load(c);
    for (; i < n; i += lanes) {
      store(out + i,
            f(a_row ? ra : load(a + i), b_row ? rb : load(b + i), c_row ? rc : load(c + i)));
    }
    return;
  }
  for (; i < n; i += width) {
    for (std::size_t m = 0; m < width; m += lanes) {
      store(out + i + m, f(load(a + (a_row ? m : i + m)), load(b + (b_row ? m : i + m)),
                           load(c + (c_row ? m : i + m))));
    }
  }
}

template <Binary op, typename T> CAUCE_ALWAYS_INLINE T arithmetic(T a, T b) {
  if constexpr (op == Binary::add)
    return a + b;
  else if constexpr (op == Binary::subtract)
    return a - b;
  else if constexpr (op == Binary::multiply)
    return a * b;
  else
    return a / b;
}

template <Unary op> void unary(const KernelArgs& k) {
  const double* a = k.a;
  double* out = k.out;
  CAUCE_INDEPENDENT
  for (std::size_t i = 0; i < k.n; ++i)
    out[i] = apply<op>(a[i]);
}

template <Binary op, Form form> void binary(const KernelArgs& k) {
  const double *a = k.a, *b = k.b;
  double* out = k.out;
  if constexpr (form != Form::vector_vector && op <= Binary::divide) {
    if (k.row > 1) {
      KernelArgs with = k;
      with.c = a;
      over_rows<form == Form::scalar_vector, form == Form::vector_scalar, false>(
          with, [](auto x, auto y, auto) { return arithmetic<op>(x, y); });
      return;
    }
  }
  const double sa = *a, sb = *b;
  CAUCE_INDEPENDENT
  for (std::size_t i = 0; i < k.n; ++i) {
    out[i] =
        apply<op>(form == Form::scalar_vector ? sa : a[i], form == Form::vector_scalar ? sb : b[i]);
  }
}

template <Binary first, Form form, Binary second, bool after, bool scalar>
void fused(const KernelArgs& k) {
  const double *a = k.a, *b = k.b, *c = k.c;
  double* out = k.out;
  const auto pair = [](auto x, auto y, auto z) {
    const auto t = arithmetic<first>(x, y);
    return after ? arithmetic<second>(z, t) : arithmetic<second>(t, z);
  };
  if constexpr (form != Form::vector_vector || scalar) {
    if (k.row > 1) {
      over_rows<form == Form::scalar_vector, form == Form::vector_scalar, scalar>(k, pair);
      return;
    }
  }
  const double sa = *a, sb = *b, sc = *c;
  CAUCE_INDEPENDENT
  for (std::size_t i = 0; i < k.n; ++i) {
    out[i] = pair(form == Form::scalar_vector ? sa : a[i], form == Form::vector_scalar ? sb : b[i],
                  scalar ? sc : c[i]);
  }
}

template <bool b_scalar, bool c_scalar> void choose(const KernelArgs& k) {
  const double *a = k.a, *b = k.b, *c = k.c;
  double* out = k.out;
  const double sb = *b, sc = *c;
  CAUCE_INDEPENDENT
  for (std::size_t i = 0; i < k.n; ++i) {
    const double yes = b_scalar ? sb : b[i];
    const double no = c_scalar ? sc : c[i];
    out[i] = a[i] != 0.0 ? yes : no;
  }
}

template <bool c_scalar> void safe_divide(const KernelArgs& k) {
  const double *a = k.a, *b = k.b, *c = k.c;
  double* out = k.out;
  const double sc = *c;
  CAUCE_INDEPENDENT
  for (std::size_t i = 0; i < k.n; ++i) {
    const double quotient = a[i] / (b[i] == 0.0 ? 1.0 : b[i]);
    out[i] = b[i] == 0.0 ? (c_scalar ? sc : c[i]) : quotient;
  }
}

void fill(const KernelArgs& k) {
  const double* a = k.a;
  double* out = k.out;
  if (k.row == 1) {
    const double value = *a;
    for (std::size_t i = 0; i < k.n; ++i)
      out[i] = value;
    return;
  }
  KernelArgs with = k;
  with.b = with.c = a;
  over_rows<true, true, true>(with, [](auto x, auto, auto) { return x; });
}

// `width` members of the sums of n rows that lie k apart: row i goes into chain i % 8, and the
// chains are added in pairs.
template <std::size_t width>
void sum_rows(const double* in, double* out, std::size_t n, std::size_t k) {
  double chain[8][width] = {};
  std::size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    for (std::size_t j = 0; j < 8; ++j) {
      for (std::size_t m = 0; m < width; ++m)
        chain[j][m] += in[(i + j) * k + m];
    }
  }
  for (std::size_t j = 0; i + j < n; ++j) {
    for (std::size_t m = 0; m < width; ++m)
      chain[j][m] += in[(i + j) * k + m];
  }
  for (std::size_t m = 0; m < width; ++m) {
    out[m] = ((chain[0][m] + chain[4][m]) + (chain[2][m] + chain[6][m])) +
             ((chain[1][m] + chain[5][m]) + (chain[3][m] + chain[7][m]));
  }
}

void sum(const double* in, double* out, std::size_t outer, std::size_t n, std::size_t k) {
  for (std::size_t o = 0; o < outer; ++o, in += n * k, out += k) {
    if (k == 1)
      sum_rows<1>(in, out, n, k);
    else if (k == 2)
      sum_rows<2>(in, out, n, k);
    else if (k == 4)
      sum_rows<4>(in, out, n, k);
    for (std::size_t m = 0; k >= 8 && m < k; m += 8)
      sum_rows<8>(in + m, out + m, n, k);
  }
}

// Rows of k members.
template <std::size_t k>
void gather_rows(const double* in, const std::uint32_t* index, double* out, std::size_t points) {
  CAUCE_INDEPENDENT
  for (std::size_t i = 0; i < points; ++i) {
    for (std::size_t m = 0; m < k; ++m)
      out[i * k + m] = in[std::size_t{index[i]} * k + m];
  }
}

void gather(const double* in, const std::uint32_t* index, double* out, std::size_t points,
            std::size_t k) {
  switch (k) {
  case 1:
    return gather_rows<1>(in, index, out, points);
  case 2:
    return gather_rows<2>(in, index, out, points);
  case 4:
    return gather_rows<4>(in, index, out, points);
  case 8:
    return gather_rows<8>(in, index, out, points);
  case 16:
    return gather_rows<16>(in, index, out, points);
  default:
    for (std::size_t i = 0; i < points; ++i, out += k)
      __builtin_memcpy(out, in + std::size_t{index[i]} * k, k * sizeof(double));
  }
}

void add_scaled(double* x, const double* in, double factor, std::size_t n) {
  CAUCE_INDEPENDENT
  for (std::size_t i = 0; i < n; ++i)
    x[i] += factor * in[i];
}

template <std::size_t... I>
constexpr void fill_unary(KernelTable& t, std::integer_sequence<std::size_t, I...>) {
  ((t.unary[I] = &unary<static_cast<Unary>(I)>), ...);
}
template <Binary op> constexpr void fill_forms(KernelTable& t) {
  auto& row = t.binary[static_cast<std::size_t>(op)];
  row[0] = &binary<op, Form::vector_vector>;
  row[1] = &binary<op, Form::vector_scalar>;
  row[2] = &binary<op, Form::scalar_vector>;
}
template <std::size_t... I>
constexpr void fill_binary(KernelTable& t, std::integer_sequence<std::size_t, I...>) {
  (fill_forms<static_cast<Binary>(I)>(t), ...);
}
template <Binary first, Form form, Binary second> constexpr void fill_pair(KernelTable& t) {
  auto& cell = t.fused[static_cast<std::size_t>(first)][static_cast<std::size_t>(form)]
                      [static_cast<std::size_t>(second)];
  cell[0][0] = &fused<first, form, second, false, false>;
  cell[0][1] = &fused<first, form, second, false, true>;
  cell[1][0] = &fused<first, form, second, true, false>;
  cell[1][1] = &fused<first, form, second, true, true>;
}
template <std::size_t... I>
constexpr void fill_fused(KernelTable& t, std::integer_sequence<std::size_t, I...>) {
  (fill_pair<static_cast<Binary>(I / 12), static_cast<Form>(I / 4 % 3), static_cast<Binary>(I % 4)>(
       t),
   ...);
}

constexpr KernelTable make_table() {
  KernelTable t{};
  t.name = CAUCE_KERNELS_NAME;
  fill_unary(t, std::make_integer_sequence<std::size_t, static_cast<std::size_t>(Unary::count)>{});
  fill_binary(t,
              std::make_integer_sequence<std::size_t, static_cast<std::size_t>(Binary::count)>{});
  fill_fused(t, std::make_integer_sequence<std::size_t, 48>{});
  t.fill = &fill;
  t.choose[0][0] = &choose<false, false>;
  t.choose[0][1] = &choose<false, true>;
  t.choose[1][0] = &choose<true, false>;
  t.choose[1][1] = &choose<true, true>;
  t.safe_divide[0] = &safe_divide<false>;
  t.safe_divide[1] = &safe_divide<true>;
  t.sum = &sum;
  t.gather = &gather;
  t.add_scaled = &add_scaled;
  return t;
}

} // namespace

const KernelTable& CAUCE_KERNELS_FUNCTION() {
  static constexpr KernelTable table = make_table();
  return table;
}

} // namespace cauce::conditions::detail
