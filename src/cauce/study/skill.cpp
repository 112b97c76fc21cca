#include "cauce/study/skill.hpp"

#include "cauce/base/table.hpp"
#include "cauce/methods/baselines.hpp"
#include "cauce/methods/scores.hpp"
#include "cauce/methods/stacking.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace cauce::study {

namespace {
constexpr double least_bandwidth = 0.05; // on the log: finer than months are counted
constexpr int block_months = 6;          // errors of neighbouring months go together
// Countries and kinds tell the same persons twice.
constexpr double margin_weight = 0.5;

std::vector<double> logs_of(const std::vector<double>& values) {
  std::vector<double> logs;
  for (const double value : values)
    logs.push_back(std::log(std::max(1.0, value)));
  return logs;
}

bool scored(const Hindcast& hindcast, std::size_t series, std::size_t month) {
  return !std::isnan(hindcast.observed[series][month]) && hindcast.observed[series][month] > 0.0;
}

// Log densities of the theories under one knowledge: points are months, then margins.
struct Points {
  methods::Densities densities;
  std::vector<std::string> theories;
  std::vector<std::pair<std::size_t, std::size_t>> where; // (series, month)
};

Points points_of(const Hindcast& hindcast, Knowledge knowledge, int months) {
  Points points;
  std::vector<const Forecast*> forecasts;
  for (const Forecast& forecast : hindcast.forecasts) {
    if (forecast.knowledge == knowledge) {
      forecasts.push_back(&forecast);
      points.theories.push_back(forecast.name);
    }
  }
  for (std::size_t month = 0; month < static_cast<std::size_t>(months); ++month) {
    for (std::size_t s = 1; s < hindcast.series.size(); ++s) {
      if (scored(hindcast, s, month))
        points.where.emplace_back(s, month);
    }
  }
  const auto rows = static_cast<Eigen::Index>(points.where.size());
  points.densities.log_density.resize(rows, static_cast<Eigen::Index>(forecasts.size()));
  points.densities.weight = Eigen::VectorXd::Constant(rows, margin_weight);
  for (Eigen::Index i = 0; i < rows; ++i) {
    const auto [s, month] = points.where[static_cast<std::size_t>(i)];
    for (std::size_t k = 0; k < forecasts.size(); ++k) {
      const std::vector<double> logs = logs_of(forecasts[k]->values[s][month]);
      points.densities.log_density(i, static_cast<Eigen::Index>(k)) =
          methods::log_density({logs}, std::log(hindcast.observed[s][month]), least_bandwidth);
    }
  }
  return points;
}

// Stacking weights from all points but those of the half-year `block`.
Eigen::VectorXd weights_without(const Points& points, int block) {
  std::vector<Eigen::Index> kept;
  for (std::size_t i = 0; i < points.where.size(); ++i) {
    if (static_cast<int>(points.where[i].second) / block_months != block)
      kept.push_back(static_cast<Eigen::Index>(i));
  }
  const Eigen::Index models = points.densities.log_density.cols();
  if (kept.empty())
    return Eigen::VectorXd::Constant(models, 1.0 / static_cast<double>(models));
  return methods::stacking_weights({points.densities.log_density(kept, Eigen::all), {}});
}
} // namespace

std::vector<Forecaster> baselines_of(const Hindcast& hindcast, const system::System& system,
                                     Diagnostics& findings) {
  std::map<std::string, Forecaster> by_name;
  const auto forecaster = [&](const std::string& name) -> Forecaster& {
    Forecaster& one = by_name[name];
    one.name = name;
    one.kind = "baseline";
    one.values.resize(hindcast.series.size());
    return one;
  };
  const auto put = [&](const std::string& name, std::size_t s, std::size_t month,
                       const methods::NormalForecast& normal) {
    std::vector<std::vector<double>>& months = forecaster(name).values[s];
    months.resize(std::max(months.size(), month + 1));
    months[month] = methods::normal_sample(normal.mean, normal.deviation, normal.logs);
    for (double& value : months[month])
      value = std::max(1.0, value);
  };
  for (std::size_t s = 0; s < hindcast.series.size(); ++s) {
    for (const methods::Baseline& baseline :
         methods::naive_forecasts(hindcast.history[s], hindcast.months())) {
      for (std::size_t month = 0; month < baseline.months.size(); ++month)
        put(baseline.name, s, month, baseline.months[month]);
    }
  }
  const std::filesystem::path file = system.folder() / "baselines.csv";
  if (std::filesystem::exists(file)) {
    const std::vector<std::string> required = {"origin", "series",    "method", "horizon",
                                               "mean",   "deviation", "logs"};
    const Table table = Table::read(file, required, findings);
    for (std::size_t row = 0; row < table.rows(); ++row) {
      if (table.cell(row, "origin") != hindcast.origin.text())
        continue;
      const auto horizon = table.number(row, "horizon", findings);
      const auto mean = table.number(row, "mean", findings);
      const auto deviation = table.number(row, "deviation", findings);
      const auto series = std::find_if(
          hindcast.series.begin(), hindcast.series.end(),
          [&](const ForecastSeries& f) { return f.name == table.cell(row, "series"); });
      if (!horizon || !mean || !deviation || *horizon < 1.0 || series == hindcast.series.end() ||
          *horizon > static_cast<double>(hindcast.months()))
        continue;
      put(table.cell(row, "method"), static_cast<std::size_t>(series - hindcast.series.begin()),
          static_cast<std::size_t>(*horizon) - 1,
          {*mean, *deviation, table.cell(row, "logs") == "1"});
    }
  }
  std::vector<Forecaster> all;
  for (auto& [name, one] : by_name)
    all.push_back(std::move(one));
  return all;
}

std::vector<Forecaster> forecasters_of(const Hindcast& hindcast, int months) {
  std::vector<Forecaster> all;
  for (const Forecast& forecast : hindcast.forecasts)
    all.push_back({forecast.name, "theory", forecast.knowledge, forecast.values, {}});
  for (const Knowledge knowledge : {Knowledge::ex_ante, Knowledge::ex_post}) {
    const Points points = points_of(hindcast, knowledge, months);
    if (points.theories.size() < 2)
      continue;
    Forecaster mixture{"all theories, stacked", "stacked", knowledge, {}, {}};
    mixture.values.assign(hindcast.series.size(),
                          std::vector<std::vector<double>>(hindcast.months()));
    mixture.weights.resize(hindcast.months());
    std::map<int, Eigen::VectorXd> by_block;
    for (std::size_t month = 0; month < hindcast.months(); ++month) {
      const int block = static_cast<int>(month) / block_months;
      if (!by_block.contains(block))
        by_block[block] = weights_without(points, block);
      Eigen::Index k = 0;
      for (const Forecast& forecast : hindcast.forecasts) {
        if (forecast.knowledge != knowledge)
          continue;
        const std::size_t members = forecast.values[0][month].size();
        const double weight = by_block[block](k++) / static_cast<double>(members);
        mixture.weights[month].insert(mixture.weights[month].end(), members, weight);
        for (std::size_t s = 0; s < hindcast.series.size(); ++s) {
          const std::vector<double>& values = forecast.values[s][month];
          mixture.values[s][month].insert(mixture.values[s][month].end(), values.begin(),
                                          values.end());
        }
      }
    }
    all.push_back(std::move(mixture));
  }
  return all;
}

std::vector<Forecaster> all_forecasters(const Hindcast& hindcast, const system::System& system,
                                        int months) {
  Diagnostics findings;
  std::vector<Forecaster> all = forecasters_of(hindcast, months);
  for (Forecaster& baseline : baselines_of(hindcast, system, findings))
    all.push_back(std::move(baseline));
  findings.throw_if_errors();
  return all;
}

namespace {
std::optional<Skill> skill_of(const Hindcast& hindcast, const Forecaster& forecaster, std::size_t s,
                              std::size_t months) {
  Skill skill{forecaster.name, forecaster.kind, hindcast.series[s].name, forecaster.knowledge};
  double median_year = 0.0, observed_year = 0.0;
  for (std::size_t month = 0; month < months; ++month) {
    if (!scored(hindcast, s, month))
      continue;
    if (month >= forecaster.values[s].size() || forecaster.values[s][month].empty())
      return std::nullopt;
    const std::vector<double>& values = forecaster.values[s][month];
    const std::vector<double> logs = logs_of(values);
    const std::span<const double> weights =
        forecaster.weights.empty() ? std::span<const double>() : forecaster.weights[month];
    const double observed = hindcast.observed[s][month], log_observed = std::log(observed);
    const auto quantile = [&](double p) {
      return methods::weighted_quantile({values, weights}, p);
    };
    skill.crps += methods::crps({values, weights}, observed);
    skill.crps_log += methods::crps({logs, weights}, log_observed);
    skill.log_score -= methods::log_density({logs, weights}, log_observed, least_bandwidth);
    skill.inside_50 += quantile(0.25) <= observed && observed <= quantile(0.75) ? 1.0 : 0.0;
    skill.inside_90 += quantile(0.05) <= observed && observed <= quantile(0.95) ? 1.0 : 0.0;
    if (month < 12) {
      median_year += quantile(0.5);
      observed_year += observed;
    }
    ++skill.months;
  }
  if (skill.months == 0)
    return std::nullopt;
  for (double* mean :
       {&skill.crps, &skill.crps_log, &skill.log_score, &skill.inside_50, &skill.inside_90})
    *mean /= skill.months;
  skill.first_year = median_year / observed_year;
  return skill;
}

void weigh(const Hindcast& hindcast, Judgement& judgement, Knowledge knowledge,
           std::uint64_t seed) {
  const Points points = points_of(hindcast, knowledge, judgement.months);
  if (points.theories.empty() || points.where.empty())
    return;
  constexpr std::size_t draws = 400;
  const auto margins = static_cast<Eigen::Index>(hindcast.series.size() - 1);
  const Eigen::Index block = block_months * margins;
  const random::Key key = random::Key::of(seed);
  const Eigen::VectorXd stacking = methods::stacking_weights(points.densities);
  const Eigen::VectorXd bma = methods::pseudo_bma_weights(points.densities, block, draws, key);
  const Eigen::MatrixXd again = methods::bootstrap_stacking(points.densities, block, draws, key);
  const Eigen::VectorXd mean = points.densities.log_density.rowwise().mean();
  for (std::size_t k = 0; k < points.theories.size(); ++k) {
    const auto column = static_cast<Eigen::Index>(k);
    const std::vector<double> boot(again.col(column).begin(), again.col(column).end());
    const Eigen::VectorXd own = points.densities.log_density.col(column);
    judgement.weights.push_back(
        {points.theories[k], knowledge, stacking(column), methods::weighted_quantile({boot}, 0.05),
         methods::weighted_quantile({boot}, 0.95), bma(column), own.dot(points.densities.weight)});
    for (std::size_t i = 0; i < points.where.size(); ++i) {
      const auto row = static_cast<Eigen::Index>(i);
      judgement.decided.push_back(
          {points.theories[k], hindcast.series[points.where[i].first].name, knowledge,
           hindcast.origin + static_cast<int>(points.where[i].second), own(row) - mean(row)});
    }
  }
}
} // namespace

Judgement judge(const Hindcast& hindcast, const std::vector<Forecaster>& forecasters, int months,
                std::uint64_t seed) {
  Judgement judgement;
  judgement.months = std::min(months, static_cast<int>(hindcast.months()));
  for (const Forecaster& forecaster : forecasters) {
    for (std::size_t s = 0; s < hindcast.series.size(); ++s) {
      if (auto skill =
              skill_of(hindcast, forecaster, s, static_cast<std::size_t>(judgement.months)))
        judgement.skills.push_back(std::move(*skill));
    }
  }
  for (const Knowledge knowledge : {Knowledge::ex_ante, Knowledge::ex_post})
    weigh(hindcast, judgement, knowledge, seed);
  return judgement;
}

} // namespace cauce::study
