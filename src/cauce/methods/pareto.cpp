#include "cauce/methods/pareto.hpp"

#include <algorithm>

namespace cauce::methods {

std::vector<bool> not_dominated(const std::vector<std::vector<double>>& losses) {
  const auto dominates = [](const std::vector<double>& a, const std::vector<double>& b) {
    bool better = false;
    for (std::size_t o = 0; o < a.size(); ++o) {
      if (a[o] > b[o])
        return false;
      better = better || a[o] < b[o];
    }
    return better;
  };
  std::vector<bool> kept(losses.size(), true);
  for (std::size_t i = 0; i < losses.size(); ++i) {
    kept[i] = std::none_of(losses.begin(), losses.end(),
                           [&](const auto& other) { return dominates(other, losses[i]); });
  }
  return kept;
}

std::vector<std::vector<double>> regret(const std::vector<std::vector<double>>& losses) {
  std::vector<std::vector<double>> regrets = losses;
  const std::size_t futures = losses.empty() ? 0 : losses[0].size();
  for (std::size_t f = 0; f < futures; ++f) {
    double least = losses[0][f];
    for (const auto& choice : losses)
      least = std::min(least, choice[f]);
    for (auto& choice : regrets)
      choice[f] -= least;
  }
  return regrets;
}

double satisficing(std::span<const double> losses, double threshold) {
  const auto good =
      std::count_if(losses.begin(), losses.end(), [&](double loss) { return loss <= threshold; });
  return losses.empty() ? 0.0 : static_cast<double>(good) / static_cast<double>(losses.size());
}

} // namespace cauce::methods
