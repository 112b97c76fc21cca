// The words behind the codes Y101 to Y110.
#pragma once

#include "cauce/base/error_codes.hpp"

namespace cauce::policy {

std::span<const ErrorCode> policy_error_codes();

} // namespace cauce::policy
