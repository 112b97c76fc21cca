#include "cauce/results/error_codes.hpp"

namespace cauce::results {

std::span<const ErrorCode> results_error_codes() {
  static constexpr ErrorCode codes[] = {
      {"R101", "results.nc cannot be written",
       "The NetCDF library could not write; its own words are in the message. The disk may be "
       "full. "
       "No part of the file was left."},
      {"R111", "A stored run that is damaged",
       "The checksum of a file in the run store is not that of its content: it was changed or the "
       "disk failed. It was removed, and the run is computed again."},
      {"R112", "A damaged catalogue of the run store",
       "catalogue.sqlite could not be read. It was set aside as catalogue.damaged and written anew "
       "from the runs in the folder, whose files say what they are."},
      {"R113", "The catalogue of the run store cannot be used",
       "SQLite could not read or write catalogue.sqlite; its own words are in the message. The "
       "disk "
       "may be full or the folder read-only. Runs that were stored before are kept."},
  };
  return codes;
}

} // namespace cauce::results
