#include "cauce/study/calibrate.hpp"

#include "cauce/base/distributions.hpp"
#include "cauce/base/files.hpp"
#include "cauce/methods/esmda.hpp"
#include "cauce/methods/scores.hpp"
#include "cauce/study/calibration_files.hpp"
#include "cauce/study/probe.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numbers>

namespace cauce::study {

namespace fs = std::filesystem;
using system::Simulation;
using system::System;

namespace {
constexpr double kept_variance = 0.99; // of the predictions, by the directions that are answered
constexpr std::uint32_t shock_start_purpose = 0x43414c31, error_purpose = 0x43414c32;

double normal_probability(double score) { return 0.5 * std::erfc(-score / std::numbers::sqrt2); }

// What the unknowns are and how they become a draw.
struct Unknowns {
  std::vector<evidence::Parameter> believed;
  std::vector<std::size_t> free; // indices of uncertain parameters
  std::vector<std::uint32_t> first_step;
  std::size_t width = 0;

  std::size_t size() const { return free.size() + (first_step.size() - 1) * width; }
  PosteriorDraw draw(const Eigen::VectorXd& scores) const {
    PosteriorDraw drawn;
    for (const evidence::Parameter& parameter : believed)
      drawn.parameters.push_back(parameter.prior.value);
    Eigen::Index i = 0;
    for (const std::size_t p : free)
      drawn.parameters[p] = evidence::quantile(believed[p].prior, normal_probability(scores(i++)));
    auto path = std::make_shared<system::ShockPath>();
    path->first_step = first_step;
    path->width = width;
    path->scores.assign(scores.data() + i, scores.data() + scores.size());
    drawn.shocks = std::move(path);
    return rounded(drawn);
  }
};

Unknowns unknowns_of(const System& system, const std::string& theory,
                     const Observations& observations) {
  Unknowns unknowns;
  unknowns.believed = policy::under_theory(system.parameters(), system.theory(theory));
  for (std::size_t p = 0; p < unknowns.believed.size(); ++p) {
    if (unknowns.believed[p].prior.shape != evidence::Shape::fixed)
      unknowns.free.push_back(p);
  }
  unknowns.first_step = shock_blocks(system, observations.first_fine(), observations.until());
  unknowns.width = shock_width(system);
  return unknowns;
}

Eigen::MatrixXd first_ensemble(const Unknowns& unknowns, const CalibrationRequest& request) {
  const auto members = static_cast<Eigen::Index>(request.members);
  Eigen::MatrixXd scores(static_cast<Eigen::Index>(unknowns.size()), members);
  const auto probabilities =
      evidence::draw_probabilities(unknowns.believed, request.members, request.seed);
  for (Eigen::Index m = 0; m < members; ++m) {
    const random::Key key = random::Key::of(request.seed, static_cast<std::uint32_t>(m));
    Eigen::Index i = 0;
    for (const std::size_t p : unknowns.free)
      scores(i++, m) = random::normal_quantile(probabilities[static_cast<std::size_t>(m)][p]);
    for (std::uint64_t k = 0; i < scores.rows(); ++i, ++k)
      scores(i, m) = random::normal_quantile(random::uniform(key, k, 0, shock_start_purpose));
  }
  return scores;
}

// Whether an element's name ("Guatemala,family") and a datum speak of different places or groups.
bool strangers(const std::string& element, const DataSeries& series, const System& system) {
  const auto outcome =
      std::find_if(system.outcomes().begin(), system.outcomes().end(),
                   [&](const system::Outcome& o) { return o.spec->name == series.outcome; });
  const auto differ = [&](const std::vector<std::string>& names, const std::string& own) {
    return !own.empty() && std::any_of(names.begin(), names.end(), [&](const std::string& name) {
      if (name.empty() || name == own)
        return false;
      const std::size_t at = element.find(name);
      return at != std::string::npos &&
             (at == 0 || element[at - 1] == ',' || element[at - 1] == ' ') &&
             (at + name.size() == element.size() || element[at + name.size()] == ',');
    });
  };
  return differ(outcome->place.elements, series.place) ||
         differ(outcome->group.elements, series.group);
}

// Where an unknown can act: a country's not on another country's data, a shock not on what came
// before it, and less and less on what comes long after.
Eigen::MatrixXd reach_of(const System& system, const Unknowns& unknowns,
                         const Observations& observations) {
  constexpr double longest_months = 36.0; // three times the persistence of the noise
  const double steps = system.manifest().clock.steps_per_month;
  Eigen::MatrixXd reach =
      Eigen::MatrixXd::Ones(static_cast<Eigen::Index>(unknowns.size()),
                            static_cast<Eigen::Index>(observations.data().size()));
  for (Eigen::Index j = 0; j < reach.cols(); ++j) {
    const Datum& datum = observations.data()[static_cast<std::size_t>(j)];
    const DataSeries& series = observations.series()[datum.series];
    Eigen::Index i = 0;
    for (const std::size_t p : unknowns.free)
      reach(i++, j) = strangers(unknowns.believed[p].element, series, system) ? 0.0 : 1.0;
    const double from = datum.from - observations.from(), end = from + datum.months;
    for (std::size_t b = 0; b + 1 < unknowns.first_step.size(); ++b) {
      const double block_from = unknowns.first_step[b] / steps;
      const double block_end = unknowns.first_step[b + 1] / steps;
      const double near = block_from >= end ? 0.0
                                            : methods::gaspari_cohn(std::max(0.0, from - block_end),
                                                                    longest_months);
      for (const system::Shock& shock : system.shocks()) {
        for (std::size_t k = 0; k < shock.size; ++k) {
          const std::string element = system.model()->element_name(shock.variable, k);
          reach(i++, j) = strangers(element, series, system) ? 0.0 : near;
        }
      }
    }
  }
  return reach;
}

// A request of the farm and its answer: a draw and a member; the logs predicted.
Bytes task_of(const PosteriorDraw& draw, std::uint32_t member) {
  ByteWriter bytes;
  bytes.put(member);
  bytes.put_all(std::span<const double>(draw.parameters));
  bytes.put_all(std::span<const double>(draw.shocks->scores));
  return bytes.take();
}

std::vector<double> predict(const std::shared_ptr<const System>& system,
                            const Observations& observations, const Unknowns& unknowns,
                            const system::Scenario& common, std::span<const std::byte> request,
                            Helpers& helpers) {
  ByteReader bytes(request);
  system::Scenario scenario = common;
  scenario.member = bytes.get<std::uint32_t>();
  scenario.parameters = bytes.get_all<double>();
  auto path = std::make_shared<system::ShockPath>();
  path->first_step = unknowns.first_step;
  path->width = unknowns.width;
  path->scores = bytes.get_all<double>();
  scenario.shocks = std::move(path);
  Simulation simulation(system, std::move(scenario));
  simulation.let_help(&helpers);
  std::vector<double> sums(observations.data().size(), 0.0);
  while (simulation.month() <= observations.until()) {
    const Month month = simulation.month();
    observations.add(month, simulation.run_month(), sums);
  }
  observations.to_logs(sums);
  return sums;
}

// Finished member runs on disk, each under the hash of all that it depends on: a stopped
// calibration finds them again.
class WorkFolder {
 public:
  WorkFolder(fs::path folder, std::string common)
      : folder_(std::move(folder)), common_(std::move(common)) {
    fs::create_directories(folder_);
  }
  std::optional<std::vector<double>> find(const Bytes& task, std::size_t size) const {
    const fs::path path = path_of(task);
    if (!fs::exists(path))
      return std::nullopt;
    const std::string text = read_text(path);
    if (text.size() != size * sizeof(double))
      return std::nullopt;
    std::vector<double> values(size);
    std::memcpy(values.data(), text.data(), text.size());
    return values;
  }
  void keep(const Bytes& task, const Bytes& values) const {
    write_text_atomic(path_of(task), {reinterpret_cast<const char*>(values.data()), values.size()});
  }
  void remove() const { fs::remove_all(folder_); }

 private:
  fs::path path_of(const Bytes& task) const {
    const std::string_view bytes(reinterpret_cast<const char*>(task.data()), task.size());
    return folder_ / (hash_text(common_ + std::string(bytes)) + ".run");
  }
  fs::path folder_;
  std::string common_;
};

// What errors and the ensemble's own spread leave unexplained, by series: the mean of squared
// departures of the ensemble mean, less both (after Desroziers and others 2005, Q. J. R. Meteorol.
// Soc. 131). Never below zero.
std::vector<double> discrepancies(const Eigen::MatrixXd& predicted,
                                  const Observations& observations) {
  std::vector<double> excess(observations.series().size(), 0.0), count(excess.size(), 0.0);
  const auto members = static_cast<double>(predicted.cols());
  for (Eigen::Index i = 0; i < predicted.rows(); ++i) {
    const Datum& datum = observations.data()[static_cast<std::size_t>(i)];
    const double mean = predicted.row(i).mean();
    const double variance = (predicted.row(i).array() - mean).square().sum() / (members - 1.0);
    const double off = datum.log_observed - mean;
    excess[datum.series] += off * off - variance - datum.error * datum.error;
    count[datum.series] += 1.0;
  }
  for (std::size_t s = 0; s < excess.size(); ++s)
    excess[s] = std::sqrt(std::max(0.0, excess[s] / count[s]));
  return excess;
}

methods::Data data_of(const Observations& observations, const std::vector<double>& discrepancy) {
  const auto size = static_cast<Eigen::Index>(observations.data().size());
  methods::Data data{Eigen::VectorXd(size), Eigen::VectorXd(size)};
  for (Eigen::Index i = 0; i < size; ++i) {
    const Datum& datum = observations.data()[static_cast<std::size_t>(i)];
    data.observed(i) = datum.log_observed;
    data.error(i) = std::hypot(datum.error, discrepancy[datum.series]);
  }
  return data;
}

struct Quantiles {
  double q05, q25, q50, q75, q95;
};
Quantiles quantiles_of(std::vector<double> values) {
  const auto at = [&](double p) { return methods::weighted_quantile({values}, p); };
  return {at(0.05), at(0.25), at(0.5), at(0.75), at(0.95)};
}

// Predicted logs with an error of observation drawn for each member.
std::vector<double> with_errors(const Eigen::MatrixXd& predicted, Eigen::Index i, double error,
                                std::uint64_t seed) {
  std::vector<double> values;
  for (Eigen::Index m = 0; m < predicted.cols(); ++m) {
    const random::Key key = random::Key::of(seed, static_cast<std::uint32_t>(m));
    const double luck = random::normal_quantile(
        random::uniform(key, static_cast<std::uint64_t>(i), 0, error_purpose));
    values.push_back(predicted(i, m) + error * luck);
  }
  return values;
}

void judge(Calibration& calibration, const Observations& observations,
           const Eigen::MatrixXd& before, const Eigen::MatrixXd& after, std::uint64_t seed) {
  const std::vector<double> unexplained = discrepancies(after, observations);
  std::vector<double> count(observations.series().size(), 0.0);
  for (std::size_t s = 0; s < observations.series().size(); ++s)
    calibration.fits.push_back({s, 0.0, 0.0, unexplained[s], 0.0, 0.0});
  const methods::Data data = data_of(observations, unexplained);
  for (Eigen::Index i = 0; i < after.rows(); ++i) {
    const Datum& datum = observations.data()[static_cast<std::size_t>(i)];
    const Quantiles q0 = quantiles_of(with_errors(before, i, data.error(i), seed));
    const Quantiles q1 = quantiles_of(with_errors(after, i, data.error(i), seed));
    SeriesFit& fit = calibration.fits[datum.series];
    fit.prior_error += std::pow(q0.q50 - datum.log_observed, 2);
    fit.error += std::pow(q1.q50 - datum.log_observed, 2);
    fit.inside_50 += q1.q25 <= datum.log_observed && datum.log_observed <= q1.q75 ? 1.0 : 0.0;
    fit.inside_90 += q1.q05 <= datum.log_observed && datum.log_observed <= q1.q95 ? 1.0 : 0.0;
    count[datum.series] += 1.0;
    calibration.checks.push_back({static_cast<std::size_t>(i), std::exp(q0.q05), std::exp(q0.q50),
                                  std::exp(q0.q95), std::exp(q1.q05), std::exp(q1.q50),
                                  std::exp(q1.q95)});
  }
  for (SeriesFit& fit : calibration.fits) {
    const double n = count[fit.series];
    fit.prior_error = std::sqrt(fit.prior_error / n);
    fit.error = std::sqrt(fit.error / n);
    fit.inside_50 /= n;
    fit.inside_90 /= n;
  }
}

void compare_with_prior(Calibration& calibration, const Unknowns& unknowns,
                        const Eigen::MatrixXd& before, const Eigen::MatrixXd& after) {
  Eigen::Index i = 0;
  for (const std::size_t p : unknowns.free) {
    const evidence::Parameter& parameter = unknowns.believed[p];
    std::vector<double> values;
    for (const PosteriorDraw& draw : calibration.posterior.draws)
      values.push_back(draw.parameters[p]);
    const Quantiles q = quantiles_of(std::move(values));
    const auto variance = [](const auto& row) {
      return (row.array() - row.mean()).square().mean();
    };
    const double left = variance(after.row(i)) / variance(before.row(i));
    calibration.learned.push_back(
        {parameter.name, parameter.element, evidence::quantile(parameter.prior, 0.05),
         evidence::quantile(parameter.prior, 0.5), evidence::quantile(parameter.prior, 0.95), q.q05,
         q.q50, q.q95, 1.0 - left, after.row(i).mean()});
    ++i;
  }
}
} // namespace

std::optional<Calibration> calibrate(const std::shared_ptr<const System>& system,
                                     const CalibrationRequest& request) {
  const system::Clock& clock = system->manifest().clock;
  if (request.until < clock.from || request.until > clock.until || request.members < 4 ||
      request.iterations < 1) {
    throw Error("S101", {},
                fmt::format("calibration until {} with {} members and {} iterations",
                            request.until.text(), request.members, request.iterations),
                "give a month within the clock, 4 members or more, 1 iteration or more");
  }
  const Observations observations(*system, request.until);
  if (observations.data().empty()) {
    throw Error(
        "S122", {(system->folder() / "system.toml").generic_string()},
        fmt::format("no [[target]] with calibrate = true has data until {}", request.until.text()));
  }
  const Unknowns unknowns = unknowns_of(*system, request.theory, observations);
  const system::Scenario common{system->lever_paths("as-enacted"),   {}, request.seed, 0, nullptr,
                                system->drivers_known(request.until)};
  Farm farm(
      [&](std::span<const std::byte> task, Helpers& helpers) {
        const std::vector<double> logs =
            predict(system, observations, unknowns, common, task, helpers);
        ByteWriter bytes;
        bytes.put_raw(std::as_bytes(std::span(logs)));
        return bytes.take();
      },
      request.farm);
  if (farm.served())
    return std::nullopt;

  Calibration calibration;
  Posterior& posterior = calibration.posterior;
  posterior.theory = request.theory;
  posterior.until = request.until;
  posterior.inputs = posterior_inputs(*system, request.theory, request.until);
  posterior.people = people_probe(*system, request.until);
  prepare_output_folder(request.folder);
  const WorkFolder work(request.folder / (".work-" + request.theory),
                        fmt::format("{} {} {} {} {} ", posterior.inputs, posterior.people,
                                    request.seed, system->people()->scale, request.until.index()));

  const auto size = static_cast<Eigen::Index>(observations.data().size());
  const auto forecast = [&](const Eigen::MatrixXd& scores, int iteration) {
    Eigen::MatrixXd predicted(size, scores.cols());
    std::vector<Bytes> tasks;
    std::vector<Eigen::Index> members;
    for (Eigen::Index m = 0; m < scores.cols(); ++m) {
      Bytes task = task_of(unknowns.draw(scores.col(m)), static_cast<std::uint32_t>(m));
      if (const auto known = work.find(task, static_cast<std::size_t>(size))) {
        predicted.col(m) = Eigen::Map<const Eigen::VectorXd>(known->data(), size);
        ++calibration.from_store;
        continue;
      }
      tasks.push_back(std::move(task));
      members.push_back(m);
    }
    Batch batch;
    batch.what =
        fmt::format("{}: iteration {} of {}", request.theory, iteration, request.iterations);
    batch.describe = [&](std::size_t t) {
      return fmt::format("theory {} member {}", request.theory, members[t]);
    };
    farm.run(
        tasks,
        [&](std::size_t t, Bytes result) {
          work.keep(tasks[t], result);
          std::memcpy(predicted.col(members[t]).data(), result.data(), result.size());
          ++calibration.runs;
        },
        batch);
    return predicted;
  };
  const auto misfit_of = [&](const Eigen::MatrixXd& predicted) {
    const methods::Data data =
        data_of(observations, std::vector<double>(observations.series().size(), 0.0));
    return ((predicted.colwise() - data.observed).array().colwise() / data.error.array())
        .square()
        .mean();
  };

  const Eigen::MatrixXd reach = reach_of(*system, unknowns, observations);
  const Eigen::MatrixXd before = first_ensemble(unknowns, request);
  Eigen::MatrixXd scores = before;
  Eigen::MatrixXd first_predicted, predicted;
  for (int i = 0; i <= request.iterations; ++i) {
    predicted = forecast(scores, i);
    calibration.misfit.push_back(misfit_of(predicted));
    if (i == 0)
      first_predicted = predicted;
    if (i == request.iterations)
      break;
    methods::assimilate(scores, predicted,
                        data_of(observations, discrepancies(predicted, observations)),
                        {static_cast<double>(request.iterations), static_cast<std::uint32_t>(i),
                         true, reach, kept_variance},
                        random::Key::of(request.seed));
  }
  for (Eigen::Index m = 0; m < scores.cols(); ++m)
    posterior.draws.push_back(unknowns.draw(scores.col(m)));
  calibration.series = observations.series();
  calibration.data = observations.data();
  compare_with_prior(calibration, unknowns, before, scores);
  judge(calibration, observations, first_predicted, predicted, request.seed);
  if (request.kept > 0 && request.kept < request.members) {
    // Members are alike in law, so any of them stand for all.
    for (std::size_t k = 0; k < request.kept; ++k)
      posterior.draws[k] = posterior.draws[k * request.members / request.kept];
    posterior.draws.resize(request.kept);
  }
  write_calibration(request.folder, *system, request, calibration);
  work.remove();
  return calibration;
}

} // namespace cauce::study
