// Codes X101 to X903: what can be wrong with an XMILE file or a run of it.
#pragma once

#include "cauce/base/error_codes.hpp"

namespace cauce::conditions {

std::span<const ErrorCode> conditions_error_codes();

} // namespace cauce::conditions
