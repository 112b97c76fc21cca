// The files of a calibration, for people, the report and the server.
#pragma once

#include "cauce/study/calibrate.hpp"

namespace cauce::study {

/// Writes <theory>.draws.csv, .parameters.csv, .series.csv, .check.csv, and last .json, whose
/// presence says that all are whole.
void write_calibration(const std::filesystem::path& folder, const system::System& system,
                       const CalibrationRequest& request, const Calibration& calibration);

} // namespace cauce::study
