// PRIM, the patient rule induction method (Friedman and Fisher 1999), for scenario discovery
// (Bryant and Lempert 2010): boxes of inputs in which a case of interest is frequent.
//
// Peeling cuts a thin slice off one side of the box, over and over, always the one that leaves the
// greatest share of cases inside; pasting gives back what helps. Of all boxes on the way the one
// with the best harmonic mean of coverage and density is taken, and bounds that chance alone may
// explain are dropped. A further box is looked for among what is left.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace cauce::methods {

struct PrimInput {
  std::vector<double> values; ///< one a run
  bool categories = false;    ///< values are names by number: cut one by one, not by order
};

struct PrimOptions {
  double peel = 0.05;       ///< share of the box's runs that one peel takes off
  double least_mass = 0.05; ///< a box holds at least this share of all runs
  double chance = 0.05;     ///< bounds with a greater quasi-p are dropped
  std::size_t boxes = 3;    ///< at most
};

struct PrimBound {
  std::size_t input = 0;
  double low = 0.0, high = 0.0; ///< inclusive; of numbers
  bool low_set = false, high_set = false;
  std::vector<double> categories; ///< those inside; of categories
  double quasi_p = 0.0;           ///< chance of so many cases without this bound (binomial)
};

struct PrimBox {
  std::vector<PrimBound> bounds; ///< of restricted inputs only
  double coverage = 0.0;         ///< share of all cases that are inside
  double density = 0.0;          ///< share of the runs inside that are cases
  double mass = 0.0;             ///< share of all runs that are inside
};

/// `cases[r]` is 1 where run r is a case of interest. Boxes in the order found; none when there are
/// no cases or nothing but cases.
std::vector<PrimBox> prim(const std::vector<PrimInput>& inputs, std::span<const std::uint8_t> cases,
                          const PrimOptions& options = {});

} // namespace cauce::methods
