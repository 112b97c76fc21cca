// The words behind the codes S101 and on.
#pragma once

#include "cauce/base/error_codes.hpp"

namespace cauce::study {

std::span<const ErrorCode> study_error_codes();

} // namespace cauce::study
