// The words behind the error codes of Flee's cases.
#pragma once

#include "cauce/base/error_codes.hpp"

#include <span>

namespace cauce::flee {

std::span<const ErrorCode> flee_error_codes();

} // namespace cauce::flee
