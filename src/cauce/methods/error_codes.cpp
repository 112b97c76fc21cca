#include "cauce/methods/error_codes.hpp"

namespace cauce::methods {

std::span<const ErrorCode> methods_error_codes() {
  static constexpr ErrorCode codes[] = {
      {"M101", "Too many inputs for evenly spread points",
       "Sobol's sequence is known for 3,667 dimensions, and an analysis of variance takes two for "
       "each input. Vary fewer inputs, or take them in groups."},
      {"M102", "An optimisation that cannot be run",
       "It needs at least one lever whose low is less than its high, at least two objectives (one "
       "objective hides what it costs), and a population that is a multiple of 4 and at least 8."},
  };
  return codes;
}

} // namespace cauce::methods
