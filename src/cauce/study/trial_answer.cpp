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

std::size_t at(const Level& level, Month month) {
  return static_cast<std::size_t>(month - level.first);
}

TrialSeries series_of(const Part& part, std::span<const MemberRun> runs, const Level* level,
                      Month from, Month start, Month until) {
  TrialSeries series{part, {}, {}, {}};
  for (Month month = from; month <= until; ++month) {
    std::vector<double> base;
    for (const MemberRun& run : runs) {
      if (!level || month >= start)
        base.push_back(value_at(part, run, month));
    }
    std::vector<double> shown = level ? level->months[at(*level, month)] : base;
    if (month >= start) {
      std::vector<double> mine, difference;
      for (std::size_t m = 0; m < runs.size(); ++m) {
        mine.push_back(part.value(runs[m].mine->record(month)));
        difference.push_back(mine.back() - base[m]);
      }
      if (level)
        mine = moved(shown, mean(difference));
      series.mine.push_back(results::spread(std::move(mine)));
      series.difference.push_back(results::spread(std::move(difference)));
    }
    series.base.push_back(results::spread(std::move(shown)));
  }
  return series;
}

// Each member's sum of a flow, or mean of another, over the months that a level has from `start`
// on.
std::vector<double> over_months(const Part& part, const Level& level, Month start) {
  std::vector<double> all(level.months.front().size(), 0.0);
  for (std::size_t i = at(level, start); i < level.months.size(); ++i) {
    for (std::size_t m = 0; m < all.size(); ++m)
      all[m] += level.months[i][m];
  }
  if (!part.spec->is_flow()) {
    for (double& one : all)
      one /= static_cast<double>(level.months.size() - at(level, start));
  }
  return all;
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

Level level_of(const Part& part, std::span<const MemberRun> runs, Month until) {
  Level level{runs.front().past->from, {}};
  for (Month month = level.first; month <= until; ++month) {
    std::vector<double>& values = level.months.emplace_back();
    for (const MemberRun& run : runs)
      values.push_back(value_at(part, run, month));
  }
  return level;
}

TrialAnswer answer_of(std::span<const MemberRun> runs, const LevelOf& level, Month from,
                      Month until, const std::vector<Part>& series,
                      const std::vector<Part>& effects) {
  TrialAnswer answer;
  answer.from = from;
  answer.members = answer.level_members = runs.size();
  if (runs.empty())
    return answer;
  answer.start = std::max(from, runs[0].base->from);
  const auto level_of_part = [&](const Part& part) {
    auto own = level ? level(part) : nullptr;
    if (own)
      answer.level_members = own->months.front().size();
    return own;
  };
  for (const Part& part : series) {
    const auto own = level_of_part(part);
    answer.series.push_back(series_of(part, runs, own.get(), from, answer.start, until));
  }
  for (const Part& part : effects) {
    std::vector<double> base, mine;
    for (const MemberRun& run : runs) {
      base.push_back(over_months(part, *run.base, until));
      mine.push_back(over_months(part, *run.mine, until));
    }
    TrialEffect effect = effect_of(part, base, mine);
    if (const auto own = level_of_part(part)) {
      std::vector<double> shown = over_months(part, *own, runs[0].base->from);
      effect.mine = results::spread(moved(shown, effect.difference.mean));
      effect.base = results::spread(std::move(shown));
    }
    answer.effects.push_back(std::move(effect));
  }
  return answer;
}

} // namespace cauce::study
