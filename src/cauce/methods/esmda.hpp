// Ensemble smoother with multiple data assimilation: parameters from data, by an ensemble of runs.
//
// Emerick and Reynolds (2013, "Ensemble smoother with multiple data assimilation", Computers &
// Geosciences 55) assimilate the same data several times with inflated errors. With n assimilations
// of inflation alpha each, the sum of 1/alpha is 1, and in a linear-Gaussian problem the ensemble
// samples the exact posterior. In a nonlinear one the small steps keep it near.
//
// Parameters are meant to be standard normal before data (scores of their priors), so that bounds
// hold by themselves. Sample covariances of a small ensemble are noise where the true ones are
// small: each is shrunk by how far its correlation exceeds the noise (after Furrer and Bengtsson
// 2007, J. Multivariate Analysis 98), and cut where the caller knows that there is no effect (a
// shock cannot act on what came before it).
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
  /// [parameter][datum] in 0 to 1: 0 where there can be no effect; empty: 1 everywhere.
  Eigen::MatrixXd reach;
  /// Share of the predictions' variance whose directions are kept (truncated singular values).
  double energy = 1.0;
};

/// One assimilation: moves `parameters` ([parameter][member]) by what `predicted` ([datum][member])
/// says. A function of its arguments alone: the same bits whatever ran the members.
void assimilate(Eigen::MatrixXd& parameters, const Eigen::MatrixXd& predicted, const Data& data,
                const EsmdaStep& step, random::Key key);

/// The factor by which a sample correlation from `members` is shrunk: the positive part of
/// 1 - 1 / (members c^2).
double correlation_shrinkage(double correlation, std::size_t members);

/// The taper of Gaspari and Cohn (1999, Q. J. R. Meteorol. Soc. 125, eq. 4.10): 1 at distance 0,
/// 0 from `reach` on.
double gaspari_cohn(double distance, double reach);

} // namespace cauce::methods
