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

double gaspari_cohn(double distance, double reach) {
  const double r = 2.0 * std::abs(distance) / reach;
  if (r >= 2.0)
    return 0.0;
  const double r2 = r * r, r3 = r2 * r, r4 = r3 * r, r5 = r4 * r;
  if (r <= 1.0)
    return -0.25 * r5 + 0.5 * r4 + 0.625 * r3 - 5.0 / 3.0 * r2 + 1.0;
  return r5 / 12.0 - 0.5 * r4 + 0.625 * r3 + 5.0 / 3.0 * r2 - 5.0 * r + 4.0 - 2.0 / (3.0 * r);
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

  // Only what the ensemble spans is answered: beyond it innovations have no sensitivity behind
  // them, and shrunk or cut covariances, which are no longer orthogonal to it, would turn them into
  // noise.
  const Eigen::BDCSVD<Eigen::MatrixXd> parts(d, Eigen::ComputeThinU);
  const Eigen::VectorXd size = parts.singularValues();
  Eigen::Index kept = 0;
  for (double sum = 0.0; kept < size.size() && sum < step.energy * size.squaredNorm(); ++kept)
    sum += size(kept) * size(kept);
  const auto span = parts.matrixU().leftCols(kept);
  const Eigen::VectorXd gain = (size.head(kept).array().square() + step.inflation).inverse();
  const Eigen::MatrixXd weighted = span * (gain.asDiagonal() * (span.transpose() * innovation));

  Eigen::MatrixXd cross = m * d.transpose();
  if (step.shrink) {
    const Eigen::VectorXd m_size = m.rowwise().norm(), d_size = d.rowwise().norm();
    for (Eigen::Index j = 0; j < data_count; ++j) {
      for (Eigen::Index i = 0; i < parameters.rows(); ++i) {
        const double sizes = m_size(i) * d_size(j);
        const double correlation = sizes > 0.0 ? cross(i, j) / sizes : 0.0;
        cross(i, j) *= correlation_shrinkage(correlation, static_cast<std::size_t>(members));
      }
    }
  }
  if (step.reach.size() > 0)
    cross = cross.cwiseProduct(step.reach);
  parameters += cross * weighted;
}

} // namespace cauce::methods
