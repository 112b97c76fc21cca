#include "cauce/methods/evppi.hpp"

#include "cauce/base/random.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace cauce::methods {

namespace {
constexpr std::size_t terms = 4;
using Basis = std::vector<std::array<double, terms>>; // [rank]

// Legendre polynomials at the ranks' places, made orthonormal over just these points
// (Gram-Schmidt), so that a regression is a dot product each.
Basis basis_of(std::size_t runs) {
  Basis basis(runs);
  for (std::size_t r = 0; r < runs; ++r) {
    const double x = 2.0 * (static_cast<double>(r) + 0.5) / static_cast<double>(runs) - 1.0;
    basis[r] = {1.0, x, 1.5 * x * x - 0.5, 2.5 * x * x * x - 1.5 * x};
  }
  for (std::size_t k = 0; k < terms; ++k) {
    for (std::size_t j = 0; j < k; ++j) {
      double dot = 0.0;
      for (const auto& row : basis)
        dot += row[k] * row[j];
      for (auto& row : basis)
        row[k] -= dot * row[j];
    }
    double norm = 0.0;
    for (const auto& row : basis)
      norm += row[k] * row[k];
    for (auto& row : basis)
      row[k] /= norm > 0.0 ? std::sqrt(norm) : 1.0;
  }
  return basis;
}

double best_mean(const std::vector<std::vector<double>>& payoffs) {
  double best = 0.0;
  for (std::size_t c = 0; c < payoffs.size(); ++c) {
    const double mean = std::accumulate(payoffs[c].begin(), payoffs[c].end(), 0.0) /
                        static_cast<double>(payoffs[c].size());
    best = c == 0 ? mean : std::max(best, mean);
  }
  return best;
}

// `order[r]` is the run with rank r.
double value_of(const std::vector<std::vector<double>>& payoffs, std::span<const std::size_t> order,
                const Basis& basis, double without) {
  std::vector<std::array<double, terms>> fit(payoffs.size());
  for (std::size_t c = 0; c < payoffs.size(); ++c) {
    for (std::size_t r = 0; r < order.size(); ++r) {
      for (std::size_t k = 0; k < terms; ++k)
        fit[c][k] += basis[r][k] * payoffs[c][order[r]];
    }
  }
  double mean = 0.0;
  for (std::size_t r = 0; r < order.size(); ++r) {
    double best = 0.0;
    for (std::size_t c = 0; c < payoffs.size(); ++c) {
      double payoff = 0.0;
      for (std::size_t k = 0; k < terms; ++k)
        payoff += fit[c][k] * basis[r][k];
      best = c == 0 ? payoff : std::max(best, payoff);
    }
    mean += best / static_cast<double>(order.size());
  }
  return std::max(0.0, mean - without);
}
} // namespace

std::vector<InformationValue> information_values(const std::vector<std::vector<double>>& payoffs,
                                                 const std::vector<std::vector<double>>& inputs,
                                                 std::uint64_t seed, std::size_t shuffles) {
  std::vector<InformationValue> values(inputs.size());
  if (payoffs.empty() || payoffs[0].empty())
    return values;
  const std::size_t runs = payoffs[0].size();
  const Basis basis = basis_of(runs);
  const double without = best_mean(payoffs);
  std::vector<std::size_t> order(runs);
  std::iota(order.begin(), order.end(), std::size_t{0});
  constexpr std::uint32_t shuffle_purpose = 0x45565049;
  random::Stream stream(random::Key::of(seed), 0, shuffle_purpose);
  std::vector<double> irrelevant;
  for (std::size_t s = 0; s < shuffles; ++s) {
    for (std::size_t i = runs; i > 1; --i)
      std::swap(order[i - 1], order[random::below(static_cast<std::uint32_t>(i), stream.word())]);
    irrelevant.push_back(value_of(payoffs, order, basis, without));
  }
  std::sort(irrelevant.begin(), irrelevant.end());
  const double noise = irrelevant.empty() ? 0.0 : irrelevant[irrelevant.size() * 95 / 100];
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return inputs[i][a] < inputs[i][b]; });
    values[i] = {value_of(payoffs, order, basis, without), noise};
  }
  return values;
}

double perfect_information(const std::vector<std::vector<double>>& payoffs) {
  if (payoffs.empty() || payoffs[0].empty())
    return 0.0;
  double mean = 0.0;
  for (std::size_t r = 0; r < payoffs[0].size(); ++r) {
    double best = payoffs[0][r];
    for (const auto& choice : payoffs)
      best = std::max(best, choice[r]);
    mean += best / static_cast<double>(payoffs[0].size());
  }
  return mean - best_mean(payoffs);
}

} // namespace cauce::methods
