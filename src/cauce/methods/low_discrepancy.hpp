// Points that fill the unit cube evenly: Sobol's sequence (Sobol 1967; direction numbers of Joe and
// Kuo 2008 by Boost.Random), shifted by a random number in each dimension (Cranley and Patterson
// 1976), so that another seed gives another, equally even, set.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace cauce::methods {

inline constexpr std::size_t sobol_dimensions = 3667;

/// `count` points of `dimensions` coordinates, [point][dimension], each in (0, 1). Throws Error
/// M101 for more than `sobol_dimensions`.
std::vector<std::vector<double>> sobol_points(std::size_t count, std::size_t dimensions,
                                              std::uint64_t seed);

} // namespace cauce::methods
