// The words behind the codes P104 to P323.
#pragma once

#include "cauce/base/error_codes.hpp"

namespace cauce::system {

std::span<const ErrorCode> system_error_codes();

} // namespace cauce::system
