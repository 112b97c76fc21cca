#include "cauce/results/error_codes.hpp"

namespace cauce::results {

std::span<const ErrorCode> results_error_codes() {
  static constexpr ErrorCode codes[] = {
      {"R101", "results.nc cannot be written",
       "The NetCDF library could not write; its own words are in the message. The disk may be "
       "full. "
       "No part of the file was left."},
  };
  return codes;
}

} // namespace cauce::results
