// The page: finding the template, putting the data in, writing it whole.
#include "cauce/base/files.hpp"
#include "cauce/report/report.hpp"
#include "cauce/system/find_pack.hpp"

#include <cstdlib>
#include <fmt/format.h>

namespace cauce::report {

namespace fs = std::filesystem;

fs::path find_template() {
  if (const char* named = std::getenv("CAUCE_REPORT_TEMPLATE"); named != nullptr && *named != '\0')
    return named;
  // In the source tree, or where the program was installed.
  for (const fs::path& known : {fs::path(CAUCE_REPORT_TEMPLATE_BUILD),
                                system::program_folder() / "../share/cauce/report.html"}) {
    if (fs::exists(known))
      return known;
  }
  throw Error("H104", {"web/report/dist/report.html"}, "the template of the report is not there",
              "build it with `cd web/report && npm ci && npm run build` (./run does this), or name "
              "it in CAUCE_REPORT_TEMPLATE");
}

std::string fill_template(std::string page, const std::string& data, const fs::path& shown) {
  static constexpr std::string_view marker = "/*CAUCE_DATA*/";
  const std::size_t at = page.find(marker);
  if (at == std::string::npos || page.find(marker, at + 1) != std::string::npos) {
    throw Error("H105", {shown.generic_string()},
                fmt::format("must hold the marker {} exactly once", marker),
                "build the template anew: cd web/report && npm run build");
  }
  // In HTML a script ends at "</script" and "<!--" begins a state of its own; within JSON both can
  // only stand in texts, where "<" may be written as an escape.
  std::string safe;
  safe.reserve(data.size());
  for (const char c : data) {
    if (c == '<')
      safe += "\\u003c";
    else
      safe += c;
  }
  page.replace(at, marker.size(), safe);
  return page;
}

void write_report(const ReportInput& input, const fs::path& path) {
  const fs::path shown = find_template();
  std::string page = read_text(shown);
  write_text_atomic(path, fill_template(std::move(page), report_data(input), shown));
}

std::span<const ErrorCode> report_error_codes() {
  static constexpr ErrorCode codes[] = {
      {"H101", "Not a manifest of results",
       "manifest.json says which run made the results. It is written by `cauce run` and `cauce "
       "compare` beside results.nc; a file that was edited or comes from elsewhere may miss keys."},
      {"H102", "Results cannot be read",
       "results.nc is not a NetCDF-4 file as Cauce writes it, or it is damaged (an interrupted "
       "copy, for instance). Make the results again, or copy them again."},
      {"H103", "Not in these results",
       "A report shows policies and theories that the results hold. manifest.json lists them."},
      {"H104", "The template of the report is missing",
       "The page is built from web/report with npm before the program can fill it. ./run builds "
       "it; "
       "by hand: cd web/report && npm ci && npm run build. CAUCE_REPORT_TEMPLATE may name another "
       "built template."},
      {"H105", "Not a template of the report",
       "The template holds the marker /*CAUCE_DATA*/ once, where the data go. A page that was "
       "already filled, or another HTML file, does not."},
  };
  return codes;
}

} // namespace cauce::report
