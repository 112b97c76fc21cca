// ES-MDA against exact posteriors, and by simulation-based calibration.
#include "cauce/methods/esmda.hpp"

#include "cauce/base/distributions.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <gtest/gtest.h>

namespace cauce::methods {
namespace {

Eigen::MatrixXd normals(Eigen::Index rows, Eigen::Index columns, std::uint64_t seed) {
  Eigen::MatrixXd draws(rows, columns);
  random::Stream stream(random::Key::of(seed), 1, 77);
  for (Eigen::Index j = 0; j < columns; ++j) {
    for (Eigen::Index i = 0; i < rows; ++i)
      draws(i, j) = random::normal_quantile(stream.uniform());
  }
  return draws;
}

TEST(Esmda, RecoversTheExactPosteriorOfALinearGaussianProblem) {
  const Eigen::Index parameters = 6, data = 12, members = 4000;
  const Eigen::MatrixXd g = normals(data, parameters, 5);
  const Eigen::VectorXd truth = normals(parameters, 1, 6).col(0);
  const Eigen::VectorXd error = Eigen::VectorXd::LinSpaced(data, 0.5, 2.0);
  const Eigen::VectorXd observed = g * truth + error.cwiseProduct(normals(data, 1, 7).col(0));
  // Prior N(0, I): precision I + G' R^-1 G.
  const Eigen::MatrixXd weighted = error.cwiseAbs2().cwiseInverse().asDiagonal() * g;
  const Eigen::MatrixXd covariance =
      (Eigen::MatrixXd::Identity(parameters, parameters) + g.transpose() * weighted).inverse();
  const Eigen::VectorXd mean = covariance * (weighted.transpose() * observed);

  for (const int steps : {1, 4}) {
    Eigen::MatrixXd ensemble = normals(parameters, members, 8);
    for (int i = 0; i < steps; ++i) {
      EsmdaStep step;
      step.inflation = steps;
      step.number = static_cast<std::uint32_t>(i);
      assimilate(ensemble, g * ensemble, {observed, error}, step, random::Key::of(9));
    }
    const Eigen::VectorXd found = ensemble.rowwise().mean();
    const Eigen::MatrixXd off = ensemble.colwise() - found;
    const Eigen::MatrixXd spread = off * off.transpose() / static_cast<double>(members - 1);
    for (Eigen::Index i = 0; i < parameters; ++i) {
      const double sd = std::sqrt(covariance(i, i));
      EXPECT_NEAR(found(i), mean(i), 0.12 * sd) << steps;
      EXPECT_NEAR(std::sqrt(spread(i, i)) / sd, 1.0, 0.06) << steps;
      for (Eigen::Index k = 0; k < i; ++k) {
        EXPECT_NEAR(spread(i, k), covariance(i, k), 0.08 * sd * std::sqrt(covariance(k, k)))
            << steps;
      }
    }
  }
}

// A small cousin of the calibration: a level that moves by shocks and is observed with error, in
// counts, through a saturating link; truths drawn from the prior (Talts and others 2018,
// arXiv:1804.06788).
Eigen::VectorXd small_model(const Eigen::VectorXd& x) {
  const int months = 24;
  Eigen::VectorXd seen(months);
  double level = 0.0;
  for (int t = 0; t < months; ++t) {
    level = 0.85 * level + 0.25 * x(4 + t);
    const double season = 0.3 * x(1) * std::sin(2.0 * 3.14159265 * t / 12.0);
    const double push = x(0) + season + (t > 12 ? 0.5 * x(2) : 0.0) + level;
    seen(t) = 0.6 * push + 1.2 * std::tanh(push / 1.5) + 0.0 * x(3);
  }
  return seen;
}

TEST(Esmda, SimulationBasedCalibrationCovers) {
  const int replications = 120, members = 100, steps = 4;
  const Eigen::Index parameters = 28, data = 24;
  std::array<int, 10> ranks{};
  int in50 = 0, in90 = 0, all = 0, in50_shocks = 0, in90_shocks = 0, all_shocks = 0;
  for (int r = 0; r < replications; ++r) {
    const auto seed = static_cast<std::uint64_t>(1000 + 10 * r);
    const Eigen::VectorXd truth = normals(parameters, 1, seed).col(0);
    const Eigen::VectorXd error = Eigen::VectorXd::Constant(data, 0.3);
    const Eigen::VectorXd observed =
        small_model(truth) + error.cwiseProduct(normals(data, 1, seed + 1).col(0));
    Eigen::MatrixXd reach = Eigen::MatrixXd::Ones(parameters, data);
    for (Eigen::Index shock = 4; shock < parameters; ++shock)
      reach.row(shock).head(shock - 4).setZero();
    Eigen::MatrixXd ensemble = normals(parameters, members, seed + 2);
    for (int i = 0; i < steps; ++i) {
      Eigen::MatrixXd predicted(data, members);
      for (Eigen::Index j = 0; j < members; ++j)
        predicted.col(j) = small_model(ensemble.col(j));
      assimilate(ensemble, predicted, {observed, error},
                 {static_cast<double>(steps), static_cast<std::uint32_t>(i), true, reach},
                 random::Key::of(seed + 3));
    }
    for (Eigen::Index p = 0; p < parameters; ++p) {
      const auto below = static_cast<int>((ensemble.row(p).array() < truth(p)).count());
      const bool half = below >= 25 && below < 75 + 1, most = below >= 5 && below < 95 + 1;
      (p < 4 ? in50 : in50_shocks) += half ? 1 : 0;
      (p < 4 ? in90 : in90_shocks) += most ? 1 : 0;
      ++(p < 4 ? all : all_shocks);
      ++ranks[static_cast<std::size_t>(std::min(9, below * 10 / (members + 1)))];
    }
  }
  const auto share = [](int part, int whole) { return static_cast<double>(part) / whole; };
  RecordProperty("coverage_90_parameters", std::to_string(share(in90, all)));
  RecordProperty("coverage_90_shocks", std::to_string(share(in90_shocks, all_shocks)));
  EXPECT_GT(share(in90, all), 0.85);
  EXPECT_LT(share(in90, all), 0.95);
  EXPECT_GT(share(in90_shocks, all_shocks), 0.85);
  EXPECT_LT(share(in90_shocks, all_shocks), 0.95);
  EXPECT_NEAR(share(in50, all), 0.5, 0.07);
  EXPECT_NEAR(share(in50_shocks, all_shocks), 0.5, 0.05);
  // Ten equal bins of ranks: none more than a third off.
  for (const int bin : ranks)
    EXPECT_NEAR(bin / (replications * 28 / 10.0), 1.0, 0.34);
}

// Far fewer members than data and unknowns, most of which do nothing: the fit must improve with
// each step, and what does nothing must keep most of its spread.
TEST(Esmda, FewMembersDoNotDiverge) {
  const Eigen::Index unknowns = 400, data = 250, members = 60;
  const int steps = 4;
  const auto model = [&](const Eigen::VectorXd& x) {
    Eigen::VectorXd seen(data);
    for (Eigen::Index i = 0; i < data; ++i)
      seen(i) = x(i % 5) + 0.7 * x(5 + i / 50) + 0.3 * x(10 + i / 25);
    return seen;
  };
  const Eigen::VectorXd error = Eigen::VectorXd::Constant(data, 0.3);
  const Eigen::VectorXd observed =
      model(normals(unknowns, 1, 11).col(0)) + 0.3 * normals(data, 1, 12).col(0);
  Eigen::MatrixXd ensemble = normals(unknowns, members, 13);
  double before = 1e300;
  for (int i = 0; i <= steps; ++i) {
    Eigen::MatrixXd predicted(data, members);
    for (Eigen::Index j = 0; j < members; ++j)
      predicted.col(j) = model(ensemble.col(j)) +
                         0.1 * normals(data, 1, 100 + static_cast<std::uint64_t>(j)).col(0);
    const double misfit = ((predicted.colwise() - observed) / 0.3).squaredNorm() /
                          static_cast<double>(data * members);
    EXPECT_LT(misfit, before) << i;
    before = misfit;
    EsmdaStep step;
    step.inflation = steps;
    step.number = static_cast<std::uint32_t>(i);
    step.energy = 0.99;
    assimilate(ensemble, predicted, {observed, error}, step, random::Key::of(14));
  }
  EXPECT_LT(before, 4.0);
  const Eigen::MatrixXd idle = ensemble.bottomRows(unknowns - 20);
  EXPECT_GT((idle.colwise() - idle.rowwise().mean()).squaredNorm() /
                static_cast<double>(idle.size()),
            0.4);
}

TEST(Esmda, WhatCannotBeReachedDoesNotMove) {
  Eigen::MatrixXd ensemble = normals(3, 50, 3);
  const Eigen::MatrixXd before = ensemble;
  EsmdaStep step;
  step.reach = Eigen::MatrixXd::Ones(3, 3);
  step.reach.row(1).setZero();
  assimilate(ensemble, before, {Eigen::VectorXd::Ones(3), Eigen::VectorXd::Ones(3)}, step,
             random::Key::of(1));
  EXPECT_EQ(ensemble.row(1), before.row(1));
  EXPECT_NE(ensemble.row(0), before.row(0));
}

TEST(Esmda, ShrinkageAndTaper) {
  EXPECT_EQ(correlation_shrinkage(0.05, 100), 0.0);
  EXPECT_NEAR(correlation_shrinkage(0.5, 100), 0.96, 1e-12);
  EXPECT_EQ(gaspari_cohn(0.0, 10.0), 1.0);
  EXPECT_EQ(gaspari_cohn(10.0, 10.0), 0.0);
  EXPECT_NEAR(gaspari_cohn(5.0, 10.0), 5.0 / 24.0, 1e-12); // both pieces meet there
  EXPECT_GT(gaspari_cohn(2.0, 10.0), gaspari_cohn(3.0, 10.0));
}

} // namespace
} // namespace cauce::methods
