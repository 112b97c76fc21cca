// parameters.csv: every uncertain number with its prior, and the draws from it.
//
// A draw is a function of (seed, number of members, member, parameter's name): adding a parameter,
// or another prior for one (a theory), leaves all other draws as they were. Within an ensemble
// draws are stratified (Latin hypercube, McKay, Beckman and Conover 1979): each parameter's members
// fall one into each of `members` equally probable slices, in an order of its own, so that small
// ensembles cover the priors.
#pragma once

#include "cauce/base/diagnostics.hpp"
#include "cauce/evidence/sources.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cauce::evidence {

enum class Shape { fixed, uniform, normal, lognormal, logitnormal, triangular };
std::string_view shape_name(Shape shape); ///< as `distribution` in parameters.csv

/// What is believed of a number. `low` and `high` are bounds for uniform and triangular (whose
/// mode is `value`), the 5th and 95th percentiles around the median `value` for the others.
struct Prior {
  Shape shape = Shape::fixed;
  double value = 0.0, low = 0.0, high = 0.0;
};

/// The value at probability u in (0, 1), never decreasing in u; `value` whatever u when fixed.
double quantile(const Prior& prior, double u);

struct Parameter {
  std::string name;    ///< an XMILE constant
  std::string element; ///< "" or "Guatemala" or "Guatemala,family"
  std::string unit, sector, source_id, status, note_en;
  Prior prior;
  SourcePos where;
  std::string key() const { return element.empty() ? name : name + "[" + element + "]"; }
};

/// Reads distribution, value, low and high of one prior; adds E106 (unknown distribution) or E107
/// (numbers that the distribution does not allow), with `what` naming the parameter.
Prior make_prior(const std::string& distribution, double value, std::optional<double> low,
                 std::optional<double> high, const std::string& what, const SourcePos& where,
                 Diagnostics& findings);

/// Reads the table. Findings: B102 to B105, E104 (given twice), E106, E107, a note E115 (assumed
/// but fixed), and those of `Sources::check`. A row whose value is no number, or that is given
/// twice, is left out.
std::vector<Parameter> read_parameters(const std::filesystem::path& path, const Sources& sources,
                                       Diagnostics& findings);

/// The probabilities at which `draw_parameters` takes the quantiles: result[member][parameter].
std::vector<std::vector<double>> draw_probabilities(std::span<const Parameter> parameters,
                                                    std::size_t members, std::uint64_t seed);

/// One value for each parameter, for each member: result[member][parameter].
std::vector<std::vector<double>> draw_parameters(std::span<const Parameter> parameters,
                                                 std::size_t members, std::uint64_t seed);

} // namespace cauce::evidence
