// A readable reference of a model: every equation typeset, with units, documentation, uses and
// used-by, sector by sector.
#pragma once

#include "cauce/conditions/model.hpp"

#include <string>

namespace cauce::conditions {

struct Expression;

/// The expression as LaTeX mathematics: fractions, powers, sums, cases.
std::string to_latex(const Expression& expression);

/// The whole model as Markdown (equations between $$), from the model's own texts only.
std::string reference_text(const Model& model);

} // namespace cauce::conditions
