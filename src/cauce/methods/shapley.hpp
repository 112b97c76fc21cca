// Shapley values (1953): a fair division of what players bring about together. Each gets its mean
// contribution over all orders in which they may join, so that the values add up to the whole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace cauce::methods {

inline constexpr std::size_t shapley_exact_players = 8;

/// Exact values from all 2^players coalition values; `worth[s]` is that of the players whose bits
/// are set in s. Their sum is worth of all less worth of none, up to rounding.
std::vector<double> shapley(std::size_t players, std::span<const double> worth);

/// Orders in which players join, [order][place], each with its reverse (antithetic: halves the
/// noise of the estimate).
std::vector<std::vector<std::size_t>> shapley_orders(std::size_t players, std::size_t pairs,
                                                     std::uint64_t seed);

struct ShapleyEstimate {
  std::vector<double> value, error; ///< mean and its standard error over pairs of orders
};
/// `gains[order][place]`: what the player at this place of the order added when it joined.
ShapleyEstimate shapley_from_orders(const std::vector<std::vector<std::size_t>>& orders,
                                    const std::vector<std::vector<double>>& gains);

} // namespace cauce::methods
