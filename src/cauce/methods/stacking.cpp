#include "cauce/methods/stacking.hpp"

#include <algorithm>
#include <cmath>

namespace cauce::methods {

namespace {
constexpr std::uint32_t bayes_purpose = 0x50424d41, block_purpose = 0x424c4f43;

Eigen::VectorXd point_weights(const Densities& densities) {
  if (densities.weight.size() > 0)
    return densities.weight;
  return Eigen::VectorXd::Ones(densities.log_density.rows());
}
} // namespace

Eigen::VectorXd stacking_weights(const Densities& densities) {
  const Eigen::Index points = densities.log_density.rows(), models = densities.log_density.cols();
  Eigen::VectorXd share = point_weights(densities);
  share /= share.sum();
  // Relative to the best model of the point: the weights do not change, and nothing underflows.
  const Eigen::VectorXd best = densities.log_density.rowwise().maxCoeff();
  const Eigen::ArrayXXd density = (densities.log_density.colwise() - best).array().exp();
  Eigen::VectorXd weights = Eigen::VectorXd::Constant(models, 1.0 / static_cast<double>(models));
  for (int step = 0; step < 20000; ++step) {
    const Eigen::VectorXd mixture = density.matrix() * weights;
    Eigen::VectorXd next = Eigen::VectorXd::Zero(models);
    for (Eigen::Index k = 0; k < models; ++k) {
      for (Eigen::Index i = 0; i < points; ++i)
        next(k) += share(i) * weights(k) * density(i, k) / mixture(i);
    }
    const double change = (next - weights).cwiseAbs().maxCoeff();
    weights = next;
    if (change < 1e-10)
      break;
  }
  return weights;
}

Eigen::VectorXd pseudo_bma_weights(const Densities& densities, Eigen::Index block,
                                   std::size_t draws, random::Key key) {
  const Eigen::Index points = densities.log_density.rows(), models = densities.log_density.cols();
  const Eigen::VectorXd own = point_weights(densities);
  const Eigen::Index blocks = (points + block - 1) / block;
  Eigen::VectorXd mean = Eigen::VectorXd::Zero(models);
  for (std::size_t draw = 0; draw < draws; ++draw) {
    random::Stream stream(key, draw, bayes_purpose);
    Eigen::VectorXd luck(blocks); // Dirichlet(1, ..., 1) by exponentials
    for (Eigen::Index b = 0; b < blocks; ++b)
      luck(b) = -std::log1p(-stream.uniform());
    luck *= static_cast<double>(blocks) / luck.sum();
    Eigen::VectorXd sum = Eigen::VectorXd::Zero(models);
    for (Eigen::Index i = 0; i < points; ++i)
      sum += luck(i / block) * own(i) * densities.log_density.row(i).transpose();
    const Eigen::ArrayXd odds = (sum.array() - sum.maxCoeff()).exp();
    mean += (odds / odds.sum()).matrix() / static_cast<double>(draws);
  }
  return mean;
}

Eigen::MatrixXd bootstrap_stacking(const Densities& densities, Eigen::Index block,
                                   std::size_t draws, random::Key key) {
  const Eigen::Index points = densities.log_density.rows(), models = densities.log_density.cols();
  const Eigen::VectorXd own = point_weights(densities);
  Eigen::MatrixXd all(static_cast<Eigen::Index>(draws), models);
  const Eigen::Index length = std::min(block, points);
  const auto starts = static_cast<std::uint32_t>(points - length + 1);
  for (std::size_t draw = 0; draw < draws; ++draw) {
    random::Stream stream(key, draw, block_purpose);
    Densities sample{Eigen::MatrixXd(points, models), Eigen::VectorXd(points)};
    for (Eigen::Index i = 0; i < points;) {
      const auto start = static_cast<Eigen::Index>(random::below(starts, stream.word()));
      for (Eigen::Index k = 0; k < length && i < points; ++k, ++i) {
        sample.log_density.row(i) = densities.log_density.row(start + k);
        sample.weight(i) = own(start + k);
      }
    }
    all.row(static_cast<Eigen::Index>(draw)) = stacking_weights(sample).transpose();
  }
  return all;
}

} // namespace cauce::methods
