// Kernels compiled for several instruction sets, chosen once when the program starts.
//
// The arithmetic of kernels is plain and -ffp-contract=off: all sets give the same bits
// (tests/people/bits_test.cpp holds whole runs together). The environment variable
// CAUCE_INSTRUCTIONS (baseline, avx2 or avx512) picks a lower set than the processor has.
// `run_kernel` has the baseline alone in sanitized and Clang builds, where
// CAUCE_SEVERAL_INSTRUCTION_SETS is not defined.
#pragma once

#include <cstdint>

namespace cauce {

enum class InstructionSet : std::uint8_t { baseline, avx2, avx512 };

/// The best set that this processor has, or what CAUCE_INSTRUCTIONS names below it.
InstructionSet instruction_set();

#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) &&                             \
    !defined(__SANITIZE_ADDRESS__)
#define CAUCE_SEVERAL_INSTRUCTION_SETS
namespace detail {
template <auto kernel, typename... Arguments>
[[gnu::target("avx512f,avx512dq,avx512vl,prefer-vector-width=512"), gnu::optimize("O3"),
  gnu::noinline]] void
with_avx512(Arguments&... arguments) {
  kernel(arguments...);
}
template <auto kernel, typename... Arguments>
[[gnu::target("avx2"), gnu::optimize("O3"), gnu::noinline]] void
with_avx2(Arguments&... arguments) {
  kernel(arguments...);
}
template <auto kernel, typename... Arguments>
[[gnu::optimize("O3"), gnu::noinline]] void with_baseline(Arguments&... arguments) {
  kernel(arguments...);
}
} // namespace detail

/// Calls `kernel`, a function marked [[gnu::always_inline]] inline, as compiled for
/// `instruction_set()`.
template <auto kernel, typename... Arguments> void run_kernel(Arguments&&... arguments) {
  switch (instruction_set()) {
  case InstructionSet::avx512:
    return detail::with_avx512<kernel>(arguments...);
  case InstructionSet::avx2:
    return detail::with_avx2<kernel>(arguments...);
  case InstructionSet::baseline:
    break;
  }
  detail::with_baseline<kernel>(arguments...);
}
#else
template <auto kernel, typename... Arguments> void run_kernel(Arguments&&... arguments) {
  kernel(arguments...);
}
#endif

} // namespace cauce
