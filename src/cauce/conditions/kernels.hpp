// Loops over arrays of doubles, built for several instruction sets and chosen at run time.
//
// All sets give the same bits: the same plain expressions (operations.hpp, base/math.hpp), no
// contraction, no reassociation. Pairs of the four arithmetic operations are fused into one loop,
// which saves a pass through the cache (docs/performance.md has the measurement).
#pragma once

#include <cstddef>
#include <cstdint>

namespace cauce::conditions::detail {

/// Operands of one loop. What the kernel's form calls a scalar is a row of `row` numbers, one for
/// each member, that stands for all points: with one member a number that is read once.
struct KernelArgs {
  const double* a = nullptr;
  const double* b = nullptr;
  const double* c = nullptr;
  double* out = nullptr;
  std::size_t n = 0;
  std::size_t row = 1;        ///< members: a power of two
  const void* more = nullptr; ///< what else an operation outside the table needs (plan_run.cpp)
};
using Kernel = void (*)(const KernelArgs&);

enum class Unary : std::uint8_t {
  copy,
  negate,
  logical_not,
  abs,
  sqrt,
  exp,
  ln,
  log10,
  truncate,
  floor,
  ceiling,
  sign,
  count
};
enum class Binary : std::uint8_t {
  add,
  subtract,
  multiply,
  divide, // fused with each other
  minimum,
  maximum,
  less,
  less_equal,
  greater,
  greater_equal,
  equal,
  not_equal,
  logical_and,
  logical_or,
  zidz,
  power_positive, ///< exponent scalar and not whole
  count,
};
/// Which operands are arrays: both, the first, the second.
enum class Form : std::uint8_t { vector_vector, vector_scalar, scalar_vector, count };

struct KernelTable {
  const char* name;
  Kernel unary[static_cast<std::size_t>(Unary::count)];
  Kernel binary[static_cast<std::size_t>(Binary::count)][3];
  /// [first op][its form][second op][0: (a.b).c, 1: c.(a.b)][0: c an array, 1: a scalar]
  Kernel fused[4][3][4][2][2];
  Kernel fill;           ///< out = the row a, again and again
  Kernel choose[2][2];   ///< a != 0 ? b : c; [b scalar][c scalar]
  Kernel safe_divide[2]; ///< a / b, c where b is 0; [c scalar]
  /// Sums of `n` consecutive rows of `k` for each of `outer` results, in eight interleaved chains.
  void (*sum)(const double* in, double* out, std::size_t outer, std::size_t n, std::size_t k);
  /// Rows of `k` at `index` for each of `points`.
  void (*gather)(const double* in, const std::uint32_t* index, double* out, std::size_t points,
                 std::size_t k);
  void (*add_scaled)(double* x, const double* in, double factor, std::size_t n);
};

/// The best table for this processor, or the one called `name` ("baseline", "avx2", "avx512") when
/// the processor has it; nullptr when not.
const KernelTable* kernel_table(const char* name = nullptr);

const KernelTable& kernels_baseline();
const KernelTable& kernels_avx2();
const KernelTable& kernels_avx512();

} // namespace cauce::conditions::detail
