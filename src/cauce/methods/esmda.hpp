// Ensemble smoother with multiple data assimilation: parameters from data, by an ensemble of runs.
//
// Emerick and Reynolds (2013, "Ensemble smoother with multiple data assimilation", Computers &
// Geosciences 55) assimilate the same data several times with inflated errors. With n assimilations
// of inflation alpha each, the sum of 1/alpha is 1, and in a linear-Gaussian problem the ensemble
// samples the exact posterior. In a nonlinear one the small steps keep it near.
//
// Parameters are meant to be standard normal before data (scores of their priors), so that bounds
// hold by themselves. Sample correlations of a small ensemble are noise where the true ones are
// small: the predictions are taken apart into orthogonal modes, and each correlation of a parameter
// with a mode is shrunk by how far it exceeds that noise (the shrinkage of Furrer and Bengtsson
// 2007, J. Multivariate Analysis 98, with modes in place of single data).
#pragma once

#include "cauce/base/random.hpp"

#include <Eigen/Dense>

namespace cauce::methods {

/// Data and their errors (standard deviations, independent), [datum].
struct Data {
  Eigen::VectorXd observed;
  Eigen::VectorXd error;
};

struct EsmdaStep {
  double inflation = 1.0;   ///< alpha: the error variances are multiplied by it
  std::uint32_t number = 0; ///< keys the perturbations of the observations
  bool shrink = true;       ///< by the noise of sample correlations
  /// Share of the predictions' variance whose modes are kept (truncated singular values).
  double energy = 1.0;
};

/// One assimilation: moves `parameters` ([parameter][member]) by what `predicted` ([datum][member])
/// says. A function of its arguments alone: the same bits whatever ran the members.
void assimilate(Eigen::MatrixXd& parameters, const Eigen::MatrixXd& predicted, const Data& data,
                const EsmdaStep& step, random::Key key);

/// The factor by which a sample correlation from `members` is shrunk: the positive part of
/// 1 - 1 / (members c^2).
double correlation_shrinkage(double correlation, std::size_t members);

} // namespace cauce::methods
