// The words behind the codes E101 to E115.
#pragma once

#include "cauce/base/error_codes.hpp"

namespace cauce::evidence {

std::span<const ErrorCode> evidence_error_codes();

} // namespace cauce::evidence
