// The words behind each error code: `cauce explain CODE` prints them.
//
// A room keeps its codes in its own `error_codes.cpp` as a constant table and returns it from one
// function; the command line gathers the tables. Letters: B base, X XMILE, E evidence, Y policy,
// P pack and system, J journeys and people, R results, S studies, H report, F Flee, U usage.
#pragma once

#include <span>
#include <string_view>

namespace cauce {

struct ErrorCode {
  std::string_view code;        ///< "B102"
  std::string_view title;       ///< one line
  std::string_view explanation; ///< why it is an error and how to mend it, in a few sentences
};

std::span<const ErrorCode> base_error_codes();

} // namespace cauce
