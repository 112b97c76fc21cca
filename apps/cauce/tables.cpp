#include "tables.hpp"

#include <cmath>
#include <fmt/format.h>

namespace cauce::app {

std::string number(double value) {
  if (std::isnan(value))
    return "-";
  if (std::abs(value) < 100.0)
    return fmt::format("{:.3g}", value);
  std::string digits = fmt::format("{:.0f}", std::abs(value));
  for (std::size_t at = digits.size(); at > 3; at -= 3)
    digits.insert(at - 3, 1, ',');
  return fmt::format("{}{}", value < 0.0 ? "-" : "", digits);
}

std::string fitted(std::string text, std::size_t width) {
  if (text.size() > width)
    text = text.substr(0, width - 1) + "~";
  return text;
}

void print_outcomes(const std::vector<study::Comparison>& table, const results::Cube& cube,
                    const study::ComparisonRequest& span) {
  const std::string first = cube.shape().policies[0];
  const bool several = cube.shape().policies.size() > 1;
  fmt::print(
      "Outcomes {} to {} (sum of flows, mean of stocks and indices): median [90 % range]{}\n",
      span.from.text(), span.until.text(),
      several ? fmt::format("; difference from {}, member by member", first) : "");
  std::string outcome;
  for (const study::Comparison& row : table) {
    const results::OutcomeInfo* info = cube.find(row.outcome);
    if (row.outcome != outcome) {
      outcome = row.outcome;
      std::string unit = info->unit;
      if (info->kind == "flow" && unit.ends_with("/month"))
        unit.resize(unit.size() - 6);
      fmt::print("\n{} ({})\n", info->title_en.empty() ? outcome : info->title_en, unit);
    }
    std::string label = row.policy;
    if (cube.shape().theories.size() > 1)
      label += " / " + row.theory;
    fmt::print("  {:<28} {:>14} [{:>12} .. {:>12}]", fitted(label, 28), number(row.level.q50),
               number(row.level.q05), number(row.level.q95));
    if (row.policy != first) {
      fmt::print("  {:>13} [{:>12} .. {:>12}]  lower in {:.0f} of 100", number(row.difference.q50),
                 number(row.difference.q05), number(row.difference.q95), 100.0 * row.share_lower);
    }
    fmt::print("\n");
  }
}

void print_fit(const std::vector<study::FitSeries>& fits, const std::string& policy,
               const std::string& theory) {
  if (fits.empty())
    return;
  fmt::print(
      "\nAgainst what was observed ({} under {}): share of observations within the 90 % band, "
      "error of the median (natural log), means\n",
      policy, theory);
  for (const study::FitSeries& f : fits) {
    fmt::print(
        "  {:<44} {:>4} obs {:>4.0f} % inside  log error {:>5.2f}  observed {:>12}  model {:>12}\n",
        fitted(fmt::format("{} {} {}", f.target, f.place, f.group), 44), f.points.size(),
        100.0 * f.share_inside, f.log_error, number(f.mean_observed), number(f.mean_model));
  }
}

} // namespace cauce::app
