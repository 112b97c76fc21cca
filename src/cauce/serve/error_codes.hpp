// The words behind the codes A101 and on.
#pragma once

#include "cauce/base/error_codes.hpp"

namespace cauce::serve {

std::span<const ErrorCode> serve_error_codes();

} // namespace cauce::serve
