// The self-contained HTML report: the page built from web/report, with the data of one folder of
// results and its pack put in.
//
// The format of the data is web/report/src/data.ts; README.md here says how each part is computed.
#pragma once

#include "cauce/base/error_codes.hpp"
#include "cauce/report/pack_info.hpp"
#include "cauce/report/results_file.hpp"

#include <filesystem>
#include <span>
#include <string>

namespace cauce::report {

struct ReportInput {
  const PackInfo* pack = nullptr;
  const ResultsFile* results = nullptr;
  std::string theory;    ///< one of the results' theories
  std::string base;      ///< policy that the others are compared with
  std::string generated; ///< date of writing, "2026-11-24"
};

/// The data as JSON text (UTF-8, compact). Throws Error H103 (unknown policy or theory) and those
/// of `ResultsFile::read`.
std::string report_data(const ReportInput& input);

/// The built template: the file that CAUCE_REPORT_TEMPLATE names, or the one of the build, or the
/// one installed. Throws Error H104 when there is none.
std::filesystem::path find_template();

/// The page with the data in place of its marker, safe against "</script" in the data. Throws Error
/// H105 when the template has not exactly one marker.
std::string fill_template(std::string page, const std::string& data,
                          const std::filesystem::path& shown);

/// Writes the report whole or not at all. Throws as the functions above, and Error B106.
void write_report(const ReportInput& input, const std::filesystem::path& path);

/// The words behind the codes H101 to H105.
std::span<const ErrorCode> report_error_codes();

} // namespace cauce::report
