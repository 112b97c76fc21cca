#include "cauce/methods/shapley.hpp"

#include "cauce/base/random.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

namespace cauce::methods {

std::vector<double> shapley(std::size_t players, std::span<const double> worth) {
  // weight[k]: of a coalition of k others, k! (n - k - 1)! / n!
  std::vector<double> weight(players, 1.0 / static_cast<double>(std::max<std::size_t>(players, 1)));
  for (std::size_t k = 1; k < players; ++k)
    weight[k] = weight[k - 1] * static_cast<double>(k) / static_cast<double>(players - k);
  std::vector<double> value(players, 0.0);
  for (std::size_t s = 0; s < worth.size(); ++s) {
    const auto members = static_cast<std::size_t>(std::popcount(s));
    for (std::size_t p = 0; p < players; ++p) {
      if ((s >> p & 1U) == 0)
        value[p] += weight[members] * (worth[s | std::size_t{1} << p] - worth[s]);
    }
  }
  return value;
}

std::vector<std::vector<std::size_t>> shapley_orders(std::size_t players, std::size_t pairs,
                                                     std::uint64_t seed) {
  constexpr std::uint32_t order_purpose = 0x53484150;
  std::vector<std::vector<std::size_t>> orders;
  for (std::size_t pair = 0; pair < pairs; ++pair) {
    random::Stream stream(random::Key::of(seed), pair, order_purpose);
    std::vector<std::size_t> order(players);
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (std::size_t i = players; i > 1; --i)
      std::swap(order[i - 1], order[random::below(static_cast<std::uint32_t>(i), stream.word())]);
    orders.push_back(order);
    std::reverse(order.begin(), order.end());
    orders.push_back(std::move(order));
  }
  return orders;
}

ShapleyEstimate shapley_from_orders(const std::vector<std::vector<std::size_t>>& orders,
                                    const std::vector<std::vector<double>>& gains) {
  const std::size_t players = orders.empty() ? 0 : orders[0].size();
  const auto pairs = static_cast<double>(orders.size() / 2);
  ShapleyEstimate estimate{std::vector<double>(players, 0.0), std::vector<double>(players, 0.0)};
  std::vector<double> square(players, 0.0);
  for (std::size_t pair = 0; pair + 1 < orders.size(); pair += 2) {
    std::vector<double> mean(players, 0.0);
    for (const std::size_t o : {pair, pair + 1}) {
      for (std::size_t place = 0; place < players; ++place)
        mean[orders[o][place]] += gains[o][place] / 2.0;
    }
    for (std::size_t p = 0; p < players; ++p) {
      estimate.value[p] += mean[p] / pairs;
      square[p] += mean[p] * mean[p] / pairs;
    }
  }
  for (std::size_t p = 0; p < players; ++p) {
    const double variance = std::max(0.0, square[p] - estimate.value[p] * estimate.value[p]);
    estimate.error[p] = pairs > 1.0 ? std::sqrt(variance / (pairs - 1.0)) : 0.0;
  }
  return estimate;
}

} // namespace cauce::methods
