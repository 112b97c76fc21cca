// The words behind the codes M101 and on.
#pragma once

#include "cauce/base/error_codes.hpp"

namespace cauce::methods {

std::span<const ErrorCode> methods_error_codes();

} // namespace cauce::methods
