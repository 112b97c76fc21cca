#include "cauce/study/hindcast.hpp"

#include "cauce/base/distributions.hpp"
#include "cauce/base/random.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <map>

namespace cauce::study {

using system::LeverPaths;
using system::Simulation;
using system::System;

std::string_view knowledge_name(Knowledge knowledge) {
  return knowledge == Knowledge::ex_ante ? "ex ante" : "ex post";
}

namespace {
constexpr std::string_view judged = "apprehensions";

const system::Outcome& judged_outcome(const System& system) {
  for (const system::Outcome& outcome : system.outcomes()) {
    if (outcome.spec->name == judged)
      return outcome;
  }
  throw Error("S123", {(system.folder() / "system.toml").generic_string()},
              fmt::format("a hindcast judges the outcome '{}', which the pack has not", judged));
}

// Cells of the outcome's block that a series adds up.
std::vector<std::size_t> cells_of(const system::Outcome& outcome, const ForecastSeries& series) {
  std::vector<std::size_t> cells;
  const std::size_t groups = outcome.group.elements.size();
  for (std::size_t c = 0; c < outcome.size; ++c) {
    if ((series.place.empty() || outcome.place.elements[c / groups] == series.place) &&
        (series.group.empty() || outcome.group.elements[c % groups] == series.group))
      cells.push_back(outcome.offset + c);
  }
  return cells;
}

// Levers as enacted before the origin; from it on, what can be said without knowing the future.
std::shared_ptr<const LeverPaths> levers_unknown(const System& system, Month origin) {
  auto paths = std::make_shared<LeverPaths>(*system.lever_paths("as-enacted"));
  paths->policy = "unknown from " + origin.text();
  const auto last = static_cast<std::size_t>(origin - system.manifest().clock.from) - 1;
  for (std::size_t l = 0; l < paths->paths.size(); ++l) {
    const policy::Lever& lever = system.levers()[l];
    LeverPaths::Path& path = paths->paths[l];
    const bool passes = lever.group == "event" || lever.unit == "1/month";
    const std::size_t months = path.values.size() / path.size;
    for (std::size_t m = last + 1; m < months; ++m) {
      const bool silent = !path.silent.empty() && path.silent[last] != 0;
      for (std::size_t e = 0; e < path.size; ++e) {
        path.values[m * path.size + e] = lever.group == "rule" ? lever.high
                                         : passes              ? lever.standing.value_or(0.0)
                                                               : path.values[last * path.size + e];
      }
      if (!path.silent.empty())
        path.silent[m] = lever.group == "rule" || passes ? 0 : silent ? 1 : 0;
    }
  }
  return paths;
}
} // namespace

Hindcast observed_months(const System& system, Month origin, Month until) {
  const system::Outcome& outcome = judged_outcome(system);
  Hindcast result;
  result.origin = origin;
  result.until = until;
  result.series.push_back({"all", "", ""});
  for (const std::string& place : outcome.place.elements)
    result.series.push_back({place, place, ""});
  for (const std::string& group : outcome.group.elements)
    result.series.push_back({group, "", group});
  // Group by group at each place; the sums over them are the series.
  std::map<int, std::map<std::pair<std::string, std::string>, double>> months;
  for (const system::TargetSpec& spec : system.manifest().targets) {
    const auto at = spec.at.find(outcome.group.name);
    if (spec.outcome != judged || at == spec.at.end())
      continue;
    for (const evidence::Observation& o : system.targets().all()) {
      const evidence::Place* place = system.places().find(o.place);
      if (o.series == spec.series && o.group == spec.group && o.months == 1 && place != nullptr)
        months[o.from.index()][{place->element, at->second}] = o.value;
    }
  }
  if (months.empty()) {
    throw Error("S123", {(system.folder() / "system.toml").generic_string()},
                fmt::format("no target of '{}' by group has monthly data", judged));
  }
  for (const ForecastSeries& series : result.series) {
    const auto value = [&](int month) {
      const auto found = months.find(month);
      if (found == months.end() || found->second.size() != outcome.size)
        return std::numeric_limits<double>::quiet_NaN();
      double sum = 0.0;
      for (const auto& [cell, persons] : found->second) {
        if ((series.place.empty() || series.place == cell.first) &&
            (series.group.empty() || series.group == cell.second))
          sum += persons;
      }
      return sum;
    };
    std::vector<double> before, after;
    for (int m = months.begin()->first; m < origin.index(); ++m) {
      if (const double v = value(m); !std::isnan(v))
        before.push_back(v);
    }
    for (int m = origin.index(); m <= until.index(); ++m)
      after.push_back(value(m));
    result.history.push_back(std::move(before));
    result.observed.push_back(std::move(after));
  }
  return result;
}

std::vector<double> stated_errors(const System& system, const std::vector<ForecastSeries>& series) {
  const system::Outcome& outcome = judged_outcome(system);
  std::vector<double> errors;
  for (const ForecastSeries& one : series) {
    double error = 0.0;
    for (const system::TargetSpec& spec : system.manifest().targets) {
      const auto at = spec.at.find(outcome.group.name);
      const std::string group = at == spec.at.end() ? "" : at->second;
      if (spec.outcome == judged && spec.calibrate && group == one.group &&
          !(one.place.empty() && one.group.empty()))
        error = spec.log_sd;
    }
    errors.push_back(error);
  }
  return errors;
}

void add_errors(Forecast& forecast, const std::vector<ForecastSeries>& series,
                std::span<const double> errors, std::uint64_t seed) {
  constexpr std::uint32_t purpose = 0x48494e44;
  bool by_group = false;
  for (std::size_t s = 0; s < series.size(); ++s) {
    by_group = by_group || (!series[s].group.empty() && errors[s] > 0.0);
    for (std::size_t month = 0; month < forecast.values[s].size(); ++month) {
      std::vector<double>& members = forecast.values[s][month];
      for (std::size_t m = 0; m < members.size(); ++m) {
        const random::Key key = random::Key::of(seed, static_cast<std::uint32_t>(m));
        const double u = random::uniform(key, s, static_cast<std::uint32_t>(month), purpose);
        members[m] *= std::exp(errors[s] * random::normal_quantile(u));
      }
    }
  }
  for (std::size_t s = 0; s < series.size(); ++s) {
    if (!by_group || !series[s].place.empty() || !series[s].group.empty())
      continue;
    for (std::size_t month = 0; month < forecast.values[s].size(); ++month) {
      std::vector<double>& sum = forecast.values[s][month];
      std::fill(sum.begin(), sum.end(), 0.0);
      for (std::size_t group = 0; group < series.size(); ++group) {
        if (series[group].group.empty())
          continue;
        for (std::size_t m = 0; m < sum.size(); ++m)
          sum[m] += forecast.values[group][month][m];
      }
    }
  }
}

std::optional<Hindcast> hindcast(const std::shared_ptr<const System>& system,
                                 const HindcastRequest& request) {
  Hindcast result = observed_months(*system, request.origin, request.until);
  const system::Outcome& outcome = judged_outcome(*system);
  std::vector<Posterior> posteriors;
  Diagnostics findings;
  for (const std::string& theory : request.theories) {
    auto posterior = read_posterior(*system, theory, findings, request.folder);
    if (!posterior || posterior->until >= request.origin) {
      throw Error("S124", {},
                  fmt::format("theory {} has no posterior from data before {}", theory,
                              request.origin.text()),
                  fmt::format("cauce calibrate {} --theory {} --until {}",
                              system->folder().generic_string(), theory,
                              (request.origin - 1).text()));
    }
    posteriors.push_back(std::move(*posterior));
  }
  findings.throw_if_errors();
  const auto enacted = system->lever_paths("as-enacted");
  const auto unknown = levers_unknown(*system, request.origin);
  std::vector<std::vector<std::size_t>> cells;
  for (const ForecastSeries& series : result.series)
    cells.push_back(cells_of(outcome, series));
  const std::size_t months = result.months();

  // One task a member: its trunk, then both futures; answers [knowledge][series][month].
  Farm farm(
      [&](std::span<const std::byte> task, Helpers& helpers) {
        ByteReader bytes(task);
        const auto t = bytes.get<std::uint32_t>();
        const auto m = bytes.get<std::uint32_t>();
        const PosteriorDraw& draw = posteriors[t].draws[m];
        Simulation trunk(system, {enacted, draw.parameters, request.seed, m, draw.shocks,
                                  system->drivers_known(posteriors[t].until)});
        trunk.let_help(&helpers);
        while (trunk.month() < request.origin)
          trunk.run_month();
        std::vector<double> values;
        for (const Knowledge knowledge : {Knowledge::ex_ante, Knowledge::ex_post}) {
          Simulation branch = trunk;
          if (knowledge == Knowledge::ex_ante)
            branch.set_levers(unknown);
          else
            branch.set_drivers(nullptr);
          std::vector<double> block(result.series.size() * months, 0.0);
          for (std::size_t month = 0; month < months; ++month) {
            const std::span<const double> record = branch.run_month();
            for (std::size_t s = 0; s < cells.size(); ++s) {
              for (const std::size_t cell : cells[s])
                block[s * months + month] += record[cell];
            }
          }
          values.insert(values.end(), block.begin(), block.end());
        }
        ByteWriter answer;
        answer.put_raw(std::as_bytes(std::span(values)));
        return answer.take();
      },
      request.farm);
  if (farm.served())
    return std::nullopt;

  std::vector<Bytes> tasks;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> who;
  for (std::uint32_t t = 0; t < posteriors.size(); ++t) {
    for (std::uint32_t m = 0; m < posteriors[t].draws.size(); ++m) {
      ByteWriter bytes;
      bytes.put(t);
      bytes.put(m);
      tasks.push_back(bytes.take());
      who.emplace_back(t, m);
    }
    for (const Knowledge knowledge : {Knowledge::ex_ante, Knowledge::ex_post}) {
      Forecast forecast{request.theories[t], knowledge, {}};
      forecast.values.assign(result.series.size(),
                             std::vector(months, std::vector<double>(posteriors[t].draws.size())));
      result.forecasts.push_back(std::move(forecast));
    }
  }
  Batch batch;
  batch.what = "forecasts from " + request.origin.text();
  batch.describe = [&](std::size_t i) {
    return fmt::format("theory {} member {}", request.theories[who[i].first], who[i].second);
  };
  farm.run(
      tasks,
      [&](std::size_t i, Bytes answer) {
        std::vector<double> values(answer.size() / sizeof(double));
        std::memcpy(values.data(), answer.data(), answer.size());
        std::size_t v = 0;
        for (std::size_t k = 0; k < 2; ++k) {
          Forecast& forecast = result.forecasts[2 * who[i].first + k];
          for (std::size_t s = 0; s < result.series.size(); ++s) {
            for (std::size_t month = 0; month < months; ++month)
              forecast.values[s][month][who[i].second] = values[v++];
          }
        }
      },
      batch);
  const std::vector<double> errors = stated_errors(*system, result.series);
  for (Forecast& forecast : result.forecasts)
    add_errors(forecast, result.series, errors, request.seed);
  return result;
}

} // namespace cauce::study
