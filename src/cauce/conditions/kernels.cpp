#include "cauce/conditions/kernels.hpp"

#include "cauce/base/instruction_set.hpp"

#include <string_view>

namespace cauce::conditions::detail {

const KernelTable* kernel_table(const char* name) {
#if defined(__x86_64__) && !defined(CAUCE_FUZZING)
  const bool avx2 = __builtin_cpu_supports("avx2") != 0;
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                      __builtin_cpu_supports("avx512vl");
#else
  const bool avx2 = false, avx512 = false;
#endif
  // CAUCE_INSTRUCTIONS holds the default down.
  const InstructionSet most = instruction_set();
  const std::string_view wanted = name                                       ? name
                                  : avx512 && most == InstructionSet::avx512 ? "avx512"
                                  : avx2 && most != InstructionSet::baseline ? "avx2"
                                                                             : "baseline";
  if (wanted == "baseline")
    return &kernels_baseline();
#if defined(__x86_64__) && !defined(CAUCE_FUZZING)
  if (wanted == "avx2" && avx2)
    return &kernels_avx2();
  if (wanted == "avx512" && avx512)
    return &kernels_avx512();
#endif
  return nullptr;
}

} // namespace cauce::conditions::detail
