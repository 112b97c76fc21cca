#include "cauce/base/instruction_set.hpp"

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace cauce {

namespace {
InstructionSet best() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl"))
    return InstructionSet::avx512;
  if (__builtin_cpu_supports("avx2"))
    return InstructionSet::avx2;
#endif
  return InstructionSet::baseline;
}

InstructionSet chosen() {
  const char* const named = std::getenv("CAUCE_INSTRUCTIONS");
  const std::string_view wanted = named == nullptr ? "" : named;
  const InstructionSet most = wanted == "baseline" ? InstructionSet::baseline
                              : wanted == "avx2"   ? InstructionSet::avx2
                                                   : InstructionSet::avx512;
  return std::min(most, best());
}
} // namespace

InstructionSet instruction_set() {
  static const InstructionSet set = chosen();
  return set;
}

} // namespace cauce
