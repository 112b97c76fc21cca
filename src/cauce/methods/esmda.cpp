#include "cauce/methods/esmda.hpp"

#include "cauce/base/distributions.hpp"

#include <cmath>

namespace cauce::methods {

namespace {
constexpr std::uint32_t perturbation_purpose = 0x45534d44;

Eigen::MatrixXd anomalies(const Eigen::MatrixXd& ensemble) {
  const double root = std::sqrt(static_cast<double>(ensemble.cols() - 1));
  return (ensemble.colwise() - ensemble.rowwise().mean()) / root;
}
} // namespace

double correlation_shrinkage(double correlation, std::size_t members) {
  const double signal = static_cast<double>(members) * correlation * correlation;
  return signal > 1.0 ? 1.0 - 1.0 / signal : 0.0;
}

void assimilate(Eigen::MatrixXd& parameters, const Eigen::MatrixXd& predicted, const Data& data,
                const EsmdaStep& step, random::Key key) {
  const Eigen::Index data_count = predicted.rows(), members = predicted.cols();
  const Eigen::VectorXd weight = data.error.cwiseInverse();
  const Eigen::MatrixXd d = weight.asDiagonal() * anomalies(predicted);
  const Eigen::MatrixXd m = anomalies(parameters);

  // Perturbed observations, in units of their errors; the perturbations' own mean is taken out, so
  // that a small ensemble is not pulled to a side.
  Eigen::MatrixXd noise(data_count, members);
  for (Eigen::Index j = 0; j < members; ++j) {
    for (Eigen::Index i = 0; i < data_count; ++i) {
      const auto entity = static_cast<std::uint64_t>(j) << 32 | static_cast<std::uint64_t>(i);
      noise(i, j) =
          random::normal_quantile(random::uniform(key, entity, step.number, perturbation_purpose));
    }
  }
  noise.colwise() -= noise.rowwise().mean().eval();
  const Eigen::MatrixXd innovation =
      weight.asDiagonal() * (data.observed.replicate(1, members) - predicted) +
      std::sqrt(step.inflation) * noise;

  const Eigen::BDCSVD<Eigen::MatrixXd> parts(d, Eigen::ComputeThinU | Eigen::ComputeThinV);
  const Eigen::VectorXd size = parts.singularValues();
  Eigen::Index kept = 0;
  for (double sum = 0.0; kept < size.size() && sum < step.energy * size.squaredNorm(); ++kept)
    sum += size(kept) * size(kept);
  // How far the answers point along each mode, times its gain.
  const Eigen::VectorXd gain =
      size.head(kept).array() / (size.head(kept).array().square() + step.inflation);
  const Eigen::MatrixXd answered =
      gain.asDiagonal() * (parts.matrixU().leftCols(kept).transpose() * innovation);

  // How much of each parameter goes with each mode. Modes are orthonormal, so each is judged by
  // itself and what is kept stays within what the ensemble spans. Shrinking covariances with single
  // data instead, or cutting them, breaks their balance with the predictions' own covariance: the
  // update then misses the part that all data share, and more so the smaller the errors are.
  Eigen::MatrixXd share = m * parts.matrixV().leftCols(kept);
  if (step.shrink) {
    const Eigen::VectorXd m_size = m.rowwise().norm();
    for (Eigen::Index k = 0; k < kept; ++k) {
      for (Eigen::Index i = 0; i < parameters.rows(); ++i) {
        const double correlation = m_size(i) > 0.0 ? share(i, k) / m_size(i) : 0.0;
        share(i, k) *= correlation_shrinkage(correlation, static_cast<std::size_t>(members));
      }
    }
  }
  parameters += share * answered;
}

} // namespace cauce::methods
