#include "cauce/study/trial_answer.hpp"

#include <algorithm>
#include <cmath>

namespace cauce::study {

namespace {
double value_at(const Part& part, const MemberRun& run, Month month) {
  return part.value(month < run.base->from ? run.past->record(month) : run.base->record(month));
}

double mean(const std::vector<double>& values) {
  double sum = 0.0;
  for (const double value : values)
    sum += value;
  return values.empty() ? 0.0 : sum / static_cast<double>(values.size());
}

// Levels moved by a difference; what cannot be negative is not made so.
std::vector<double> moved(std::vector<double> levels, double difference) {
  for (double& level : levels)
    level = level < 0.0 ? level + difference : std::max(0.0, level + difference);
  return levels;
}

TrialSeries series_of(const Part& part, std::span<const MemberRun> runs,
                      std::span<const MemberRun> levels, Month from, Month start, Month until) {
  TrialSeries series{part, {}, {}, {}};
  const std::span<const MemberRun> shown = levels.empty() ? runs : levels;
  for (Month month = from; month <= until; ++month) {
    std::vector<double> level;
    for (const MemberRun& run : shown)
      level.push_back(value_at(part, run, month));
    if (month >= start) {
      std::vector<double> mine, difference;
      for (const MemberRun& run : runs) {
        mine.push_back(part.value(run.mine->record(month)));
        difference.push_back(mine.back() - value_at(part, run, month));
      }
      if (!levels.empty())
        mine = moved(level, mean(difference));
      series.mine.push_back(results::spread(std::move(mine)));
      series.difference.push_back(results::spread(std::move(difference)));
    }
    series.base.push_back(results::spread(std::move(level)));
  }
  return series;
}
} // namespace

double over_months(const Part& part, const Block& block, Month until) {
  double sum = 0.0;
  for (Month month = block.from; month <= until; ++month)
    sum += part.value(block.record(month));
  return part.spec->is_flow() ? sum : sum / static_cast<double>(until - block.from + 1);
}

TrialEffect effect_of(Part part, std::span<const double> base, std::span<const double> mine) {
  TrialEffect effect;
  std::vector<double> difference, percent;
  for (std::size_t m = 0; m < base.size(); ++m) {
    const double d = mine[m] - base[m];
    difference.push_back(d);
    ++(d < 0.0 ? effect.lower : d > 0.0 ? effect.higher : effect.equal);
    if (base[m] != 0.0)
      percent.push_back(100.0 * d / std::abs(base[m]));
  }
  effect.part = std::move(part);
  effect.base = results::spread({base.begin(), base.end()});
  effect.mine = results::spread({mine.begin(), mine.end()});
  effect.difference = results::spread(std::move(difference));
  effect.percent = results::spread(std::move(percent));
  return effect;
}

TrialAnswer answer_of(std::span<const MemberRun> runs, std::span<const MemberRun> levels,
                      Month from, Month until, const std::vector<Part>& series,
                      const std::vector<Part>& effects) {
  TrialAnswer answer;
  answer.from = from;
  answer.members = runs.size();
  answer.level_members = levels.empty() ? runs.size() : levels.size();
  if (runs.empty())
    return answer;
  answer.start = std::max(from, runs[0].base->from);
  for (const Part& part : series)
    answer.series.push_back(series_of(part, runs, levels, from, answer.start, until));
  for (const Part& part : effects) {
    std::vector<double> base, mine;
    for (const MemberRun& run : runs) {
      base.push_back(over_months(part, *run.base, until));
      mine.push_back(over_months(part, *run.mine, until));
    }
    TrialEffect effect = effect_of(part, base, mine);
    if (!levels.empty()) {
      std::vector<double> level;
      for (const MemberRun& run : levels)
        level.push_back(over_months(part, *run.base, until));
      effect.mine = results::spread(moved(level, effect.difference.mean));
      effect.base = results::spread(std::move(level));
    }
    answer.effects.push_back(std::move(effect));
  }
  return answer;
}

} // namespace cauce::study
