#include "study_tables.hpp"

#include "cauce/base/files.hpp"
#include "cauce/base/table.hpp"
#include "tables.hpp"

#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace cauce::app {

study::Mechanism mechanism_of(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
    throw Error("U120", {}, fmt::format("--mechanism {} is not NAME=SECTOR+SECTOR...", text),
                "for instance \"Border=The border+Courts and the interior\"");
  }
  study::Mechanism mechanism{text.substr(0, equals), {}};
  std::size_t at = equals + 1;
  while (at <= text.size()) {
    const std::size_t plus = std::min(text.find('+', at), text.size());
    mechanism.sectors.push_back(text.substr(at, plus - at));
    at = plus + 1;
  }
  return mechanism;
}

void show_attribution(const study::AttributionResult& result,
                      const study::AttributionRequest& request, const std::filesystem::path& out) {
  std::string csv = "outcome,from,until,policy,other,theory,mechanism,mean,q05,q50,q95,error\n";
  for (const study::Attribution& a : result.measures) {
    fmt::print("{} ({}), {} to {}: {} less {}, theory {}\n", a.measure.title, a.measure.unit,
               request.from.text(), request.until.text(), request.other, request.policy,
               request.theory);
    fmt::print("  {:<34} {:>14} {:>14} {:>14}  {:>8}{}\n", "mechanism", "mean", "5 %", "95 %",
               "of whole", a.exact ? "" : "  error of the mean");
    double sum = 0.0;
    for (const study::AttributionPart& part : a.parts) {
      sum += part.spread.mean;
      fmt::print("  {:<34} {:>14} {:>14} {:>14}  {:>7.0f}%{}\n", fitted(part.mechanism, 34),
                 number(part.spread.mean), number(part.spread.q05), number(part.spread.q95),
                 100.0 * part.spread.mean / a.spread.mean,
                 a.exact ? "" : fmt::format("  {:>16}", number(part.error)));
      csv += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{}\n", csv_cell(a.measure.text),
                         request.from.text(), request.until.text(), csv_cell(request.policy),
                         csv_cell(request.other), csv_cell(request.theory),
                         csv_cell(part.mechanism), number_text(part.spread.mean),
                         number_text(part.spread.q05), number_text(part.spread.q50),
                         number_text(part.spread.q95), number_text(part.error));
    }
    fmt::print("  {:<34} {:>14}\n", "sum of the parts", number(sum));
    fmt::print("  {:<34} {:>14} {:>14} {:>14}\n", "difference", number(a.spread.mean),
               number(a.spread.q05), number(a.spread.q95));
    fmt::print("  Shapley values {}, {} members\n\n", a.exact ? "(exact)" : "(from sampled orders)",
               a.difference.size());
  }
  if (out.empty())
    return;
  write_text_atomic(out / "attribution.csv", csv);
  results::write_arrays(study::arrays_of(result, request), out / "attribution.nc");
}

void show_dominance(const study::Dominance& dominance, const std::string& policy) {
  fmt::print("Loops that dominate under {} (one member; R reinforces, B balances):\n", policy);
  for (const study::DominantLoop& loop : dominance.loops)
    fmt::print("  {:>4.0f} %  {}\n", 100.0 * loop.share, loop.text);
  fmt::print("  more than half of the change comes from:\n");
  for (const study::DominancePeriod& period : dominance.periods) {
    fmt::print("  {} to {}  {}\n", period.from.text(), period.until.text(),
               fmt::join(period.loops, " | "));
  }
  fmt::print("\n");
}

} // namespace cauce::app
