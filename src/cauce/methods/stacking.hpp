// Weights of rival models from the densities that they gave to what happened.
//
// Yao, Vehtari, Simpson and Gelman (2018, "Using stacking to average Bayesian predictive
// distributions", Bayesian Analysis 13). Stacking asks which mixture forecasts best: a model that
// is best on average may get nothing when another does its work. Pseudo-BMA+ asks which model is
// best, with the uncertainty of its score.
#pragma once

#include "cauce/base/random.hpp"

#include <Eigen/Dense>

namespace cauce::methods {

/// Log predictive densities [point][model]; points may have weights (empty: 1 each).
struct Densities {
  Eigen::MatrixXd log_density;
  Eigen::VectorXd weight;
};

/// The weights (>= 0, sum 1) that maximise the weighted mean of the log of the mixture's density.
/// The problem is concave; solved by its EM steps to a change below 1e-10.
Eigen::VectorXd stacking_weights(const Densities& densities);

/// Pseudo-BMA+ weights: the mean over `draws` Bayesian bootstraps of blocks of `block` points of
/// softmax(sum of log densities).
Eigen::VectorXd pseudo_bma_weights(const Densities& densities, Eigen::Index block,
                                   std::size_t draws, random::Key key);

/// Stacking weights on `draws` bootstrap samples of blocks of `block` consecutive points
/// (Kunsch 1989), [draw][model].
Eigen::MatrixXd bootstrap_stacking(const Densities& densities, Eigen::Index block,
                                   std::size_t draws, random::Key key);

} // namespace cauce::methods
