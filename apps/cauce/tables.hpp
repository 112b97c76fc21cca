// Tables for people: aligned, with units, in the terminal.
#pragma once

#include "cauce/study/compare.hpp"
#include "cauce/study/fit.hpp"

#include <string>
#include <vector>

namespace cauce::app {

/// 1234567 -> "1,234,567"; small numbers keep three digits; "-" for not-a-number.
std::string number(double value);
/// At most `width` letters; what is cut ends with "~".
std::string fitted(std::string text, std::size_t width);

/// Outcomes by policy with their 90 percent range and the paired difference from the first policy.
void print_outcomes(const std::vector<study::Comparison>& table, const results::Cube& cube,
                    const study::ComparisonRequest& span);

/// Targets beside what was observed.
void print_fit(const std::vector<study::FitSeries>& fits, const std::string& policy,
               const std::string& theory);

} // namespace cauce::app
