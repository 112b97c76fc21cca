// Choices under several objectives and many futures: which are not dominated, how much each may be
// regretted, and how often each is good enough.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace cauce::methods {

/// Which rows of `losses` [choice][objective] (all to be small) no other row dominates: none is at
/// least as good in all objectives and better in one. Equal rows are all kept.
std::vector<bool> not_dominated(const std::vector<std::vector<double>>& losses);

/// Regret [choice][future]: loss less the least loss of any choice in the same future, from
/// `losses` [choice][future].
std::vector<std::vector<double>> regret(const std::vector<std::vector<double>>& losses);

/// Share of futures in which the loss is at most `threshold`.
double satisficing(std::span<const double> losses, double threshold);

} // namespace cauce::methods
