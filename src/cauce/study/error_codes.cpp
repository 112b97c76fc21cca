#include "cauce/study/error_codes.hpp"

namespace cauce::study {

std::span<const ErrorCode> study_error_codes() {
  static constexpr ErrorCode codes[] = {
      {"S101", "A study that cannot be run",
       "The months asked for must lie within the pack's clock (system.toml), the last not before "
       "the "
       "first, and the ensemble needs at least one member."},
      {"S102", "Members that failed",
       "These members of the ensemble ended with an error; all others were finished. The message "
       "names the theory, the member and what went wrong."},
      {"S103", "Results that were not recorded",
       "The outcome or months asked for are not in the results; `cauce run` records what "
       "system.toml lists as [[outcome]], from --from to --until."},
  };
  return codes;
}

} // namespace cauce::study
