#include "cauce/report/record.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace cauce::report {

namespace {
// 90 percent of a normal error lie within 1.645 standard deviations.
constexpr double normal_90 = 1.645;

struct Row {
  const evidence::Observation* observation;
  std::size_t first; // month index
};

std::string target_group(const system::TargetSpec& spec, const results::OutcomeInfo& outcome) {
  for (const auto& [axis, element] : spec.at) {
    if (axis == outcome.group_axis)
      return element;
  }
  return {};
}

// A place that the outcome does not tell apart stands for all of them.
std::string target_place(const std::string& code, const results::OutcomeInfo& outcome,
                         const PackInfo& pack) {
  const evidence::Place* place = pack.places.find(code);
  if (place == nullptr)
    return {};
  const bool own = std::find(outcome.places.begin(), outcome.places.end(), place->element) !=
                   outcome.places.end();
  const bool country_of_departments =
      outcome.place_axis == "department" && place->kind == "country" && place->parent.empty();
  const bool has_departments =
      std::any_of(pack.places.all().begin(), pack.places.all().end(),
                  [&](const evidence::Place& p) { return p.parent == place->code; });
  return own || (country_of_departments && has_departments) ? place->element : std::string();
}

// The rows of a target by place, inside the months of the results; a year is left out where any of
// its months is given by itself.
std::map<std::string, std::vector<Row>> rows_of(const system::TargetSpec& spec,
                                                const results::OutcomeInfo& outcome,
                                                const PackInfo& pack, Month from,
                                                std::size_t months) {
  std::map<std::string, std::vector<Row>> rows;
  std::map<std::string, std::set<std::size_t>> monthly;
  for (const evidence::Observation& o : pack.targets.all()) {
    if (o.series != spec.series || o.group != spec.group)
      continue;
    const int first = o.from - from;
    if (first < 0 || first + o.months > static_cast<int>(months))
      continue;
    const std::string place = target_place(o.place, outcome, pack);
    rows[place].push_back({&o, static_cast<std::size_t>(first)});
    if (o.months == 1)
      monthly[place].insert(static_cast<std::size_t>(first));
  }
  for (auto& [place, list] : rows) {
    const std::set<std::size_t>& own = monthly[place];
    std::erase_if(list, [&](const Row& row) {
      if (row.observation->months == 1)
        return false;
      const auto next = own.lower_bound(row.first);
      return next != own.end() &&
             *next < row.first + static_cast<std::size_t>(row.observation->months);
    });
    std::sort(list.begin(), list.end(),
              [](const Row& a, const Row& b) { return a.first < b.first; });
  }
  return rows;
}

using Key = std::pair<std::string, std::string>; // place, group

// Adds, for each month in which all `parts` are observed, their sum as `whole`.
void add_sum(std::map<Key, ObservedSeries>& all, const Key& whole, const std::vector<Key>& parts) {
  if (parts.size() < 2 || all.contains(whole))
    return;
  std::map<std::size_t, std::pair<std::size_t, double>> sums;
  for (const Key& key : parts) {
    const auto found = all.find(key);
    if (found == all.end() || found->second.yearly)
      return;
    for (const auto& [month, value] : found->second.points) {
      ++sums[month].first;
      sums[month].second += value;
    }
  }
  ObservedSeries sum = all.at(parts.front());
  sum.place = whole.first;
  sum.group = whole.second;
  sum.points.clear();
  for (const auto& [month, counted] : sums) {
    if (counted.first == parts.size())
      sum.points.emplace_back(month, counted.second);
  }
  if (!sum.points.empty())
    all.emplace(whole, std::move(sum));
}
} // namespace

std::vector<ObservedSeries> observations_of(const results::OutcomeInfo& outcome,
                                            const PackInfo& pack, Month from, std::size_t months) {
  std::map<Key, ObservedSeries> all;
  for (const system::TargetSpec& spec : pack.manifest.targets) {
    if (spec.outcome != outcome.name)
      continue;
    const std::string group = target_group(spec, outcome);
    for (const auto& [place, rows] : rows_of(spec, outcome, pack, from, months)) {
      if (rows.empty() || all.contains({place, group}))
        continue;
      ObservedSeries series{outcome.name,
                            place,
                            group,
                            rows.front().observation->source_id,
                            rows.front().observation->status,
                            false,
                            {}};
      series.yearly = std::all_of(rows.begin(), rows.end(),
                                  [](const Row& row) { return row.observation->months > 1; });
      for (const Row& row : rows) {
        const auto length = static_cast<std::size_t>(row.observation->months);
        if (length > 1 && !series.yearly)
          continue;
        const double share = outcome.kind == "flow" ? static_cast<double>(length) : 1.0;
        series.points.emplace_back(row.first + length / 2, row.observation->value / share);
      }
      all.emplace(Key{place, group}, std::move(series));
    }
  }
  if (!all.empty() && adds_up(outcome)) {
    std::set<std::string> places;
    for (const auto& [key, series] : all) {
      if (!key.first.empty())
        places.insert(key.first);
    }
    std::vector<Key> by_place, by_group;
    for (const std::string& place : places) {
      std::vector<Key> groups;
      for (const std::string& group : outcome.groups)
        groups.emplace_back(place, group);
      add_sum(all, {place, ""}, groups);
      by_place.emplace_back(place, "");
    }
    const bool all_countries = places.size() == outcome.places.size();
    if (all_countries) {
      for (const std::string& group : outcome.groups) {
        std::vector<Key> parts;
        for (const std::string& place : places)
          parts.emplace_back(place, group);
        add_sum(all, {"", group}, parts);
      }
      add_sum(all, {"", ""}, by_place);
    }
  }
  std::vector<ObservedSeries> list;
  for (auto& [key, series] : all)
    list.push_back(std::move(series));
  return list;
}

std::vector<JudgedTarget> judge(const results::OutcomeInfo& outcome, const OutcomeValues& values,
                                const PackInfo& pack, Month from, std::size_t decision,
                                std::size_t policy) {
  std::vector<JudgedTarget> judged;
  const bool flow = outcome.kind == "flow";
  const Division division = divide(outcome, pack, true);
  for (const system::TargetSpec& spec : pack.manifest.targets) {
    if (spec.outcome != outcome.name)
      continue;
    const std::string group = target_group(spec, outcome);
    for (const auto& [place, rows] : rows_of(spec, outcome, pack, from, values.months())) {
      const Part* part = division.find(place, group);
      if (part == nullptr)
        continue;
      for (const bool after : {false, true}) {
        JudgedTarget target;
        const double margin = std::exp(normal_90 * spec.log_sd);
        const auto inside = [&](double observed, const results::Spread& model) {
          return observed >= model.q05 / margin && observed <= model.q95 * margin;
        };
        std::vector<double> sums(values.members(), 0.0);
        std::size_t observations = 0, good = 0;
        for (const Row& row : rows) {
          if ((row.first >= decision) != after)
            continue;
          const auto length = static_cast<std::size_t>(row.observation->months);
          const std::vector<double> sample =
              over_months(*part, values, policy, flow, row.first, row.first + length - 1);
          for (std::size_t m = 0; m < sums.size(); ++m)
            sums[m] += sample[m];
          good += inside(row.observation->value, results::spread(sample)) ? 1 : 0;
          target.observed += row.observation->value;
          if (observations == 0)
            target.from = row.observation->from;
          target.until = row.observation->from + row.observation->months - 1;
          target.source = row.observation->source_id;
          target.status = row.observation->status;
          target.months += length;
          ++observations;
        }
        if (observations == 0)
          continue;
        if (!flow) {
          target.observed /= static_cast<double>(observations);
          for (double& sum : sums)
            sum /= static_cast<double>(observations);
        }
        target.outcome = outcome.name;
        target.place = place;
        target.group = group;
        target.title = spec.title;
        target.calibrate = spec.calibrate;
        target.model = results::spread(std::move(sums));
        target.inside = static_cast<double>(good) / static_cast<double>(observations);
        target.hit = inside(target.observed, target.model);
        judged.push_back(std::move(target));
      }
    }
  }
  return judged;
}

} // namespace cauce::report
