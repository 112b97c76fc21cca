// The words behind the codes R101 and on.
#pragma once

#include "cauce/base/error_codes.hpp"

namespace cauce::results {

std::span<const ErrorCode> results_error_codes();

} // namespace cauce::results
