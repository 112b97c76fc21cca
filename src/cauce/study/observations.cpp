#include "cauce/study/observations.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace cauce::study {

namespace {
bool is_persons(const system::Outcome& outcome) {
  return outcome.count.has_value() || outcome.spec->unit.starts_with("persons");
}

// Adds up places where all of them have the period; the rest is left out.
std::vector<Datum> over_places(const std::map<std::string, std::vector<Datum>>& by_place) {
  std::map<std::pair<int, int>, std::pair<Datum, std::size_t>> sums;
  for (const auto& [place, data] : by_place) {
    for (const Datum& datum : data) {
      auto& [sum, count] = sums[{datum.from.index(), datum.months}];
      const double before = sum.observed;
      sum = datum;
      sum.observed += before;
      ++count;
    }
  }
  std::vector<Datum> all;
  for (const auto& [period, sum] : sums) {
    if (sum.second == by_place.size())
      all.push_back(sum.first);
  }
  return all;
}
} // namespace

Observations::Observations(const system::System& system, Month until)
    : from_(system.manifest().clock.from), until_(until) {
  for (const system::TargetSpec& spec : system.manifest().targets) {
    if (spec.calibrate)
      take(system, spec);
  }
}

// Runs of `months` single months become one datum, counted back from the end; a rest at the start
// keeps its months.
void Observations::pool(std::vector<Datum>& data, int months, bool flow) const {
  std::sort(data.begin(), data.end(), [](const Datum& a, const Datum& b) {
    return a.from != b.from ? a.from < b.from : a.months < b.months;
  });
  std::vector<Datum> pooled;
  for (std::size_t end = data.size(); end > 0;) {
    std::size_t start = end;
    double sum = 0.0;
    while (start > 0 && end - start < static_cast<std::size_t>(months) &&
           data[start - 1].months == 1 &&
           (start == end || data[start - 1].from + 1 == data[start].from)) {
      --start;
      sum += data[start].observed;
    }
    if (end - start < static_cast<std::size_t>(months)) { // not a full run: the last one by itself
      pooled.push_back(data[end - 1]);
      --end;
      continue;
    }
    Datum datum = data[start];
    datum.months = months;
    datum.observed = flow ? sum : sum / months;
    pooled.push_back(datum);
    end = start;
  }
  std::reverse(pooled.begin(), pooled.end());
  data = std::move(pooled);
}

void Observations::take(const system::System& system, const system::TargetSpec& spec) {
  const auto outcome = std::find_if(
      system.outcomes().begin(), system.outcomes().end(),
      [&](const system::Outcome& candidate) { return candidate.spec->name == spec.outcome; });
  if (outcome == system.outcomes().end())
    return;
  const std::vector<std::string>& places = outcome->place.elements;
  std::string group;
  for (const auto& [axis, element] : spec.at) {
    if (axis == outcome->group.name)
      group = element;
  }
  std::map<std::string, std::vector<Datum>> by_place;
  for (const evidence::Observation& o : system.targets().all()) {
    if (o.series != spec.series || o.group != spec.group || o.from < from_ ||
        o.from + (o.months - 1) > until_)
      continue;
    const evidence::Place* place = system.places().find(o.place);
    const bool known =
        place != nullptr && std::find(places.begin(), places.end(), place->element) != places.end();
    by_place[known ? place->element : ""].push_back({0, o.from, o.months, o.value, 0.0, 0.0});
  }
  if (spec.pool_places && !by_place.empty())
    by_place = {{"", over_places(by_place)}};
  const double scale = system.people()->scale;
  for (auto& [place, data] : by_place) {
    if (data.empty())
      continue;
    pool(data, spec.pool_months, outcome->flow);
    Cells cells{{}, outcome->flow, is_persons(*outcome) ? scale : 1e-9};
    for (std::size_t c = 0; c < outcome->size; ++c) {
      const std::size_t groups = outcome->group.elements.size();
      if ((place.empty() || places[c / groups] == place) &&
          (group.empty() || outcome->group.elements[c % groups] == group))
        cells.cells.push_back(outcome->offset + c);
    }
    for (Datum& datum : data) {
      datum.series = series_.size();
      datum.log_observed = std::log(datum.observed + cells.weight);
      // Parties are drawn whole: about two persons a party where families are among them.
      const double sampling =
          is_persons(*outcome) ? 1.5 * scale / std::max(datum.observed, scale) : 0.0;
      datum.error = std::sqrt(spec.log_sd * spec.log_sd + sampling);
      data_.push_back(datum);
    }
    series_.push_back({spec.name, spec.outcome, place, group,
                       spec.title.en.empty() ? outcome->spec->title.en : spec.title.en,
                       spec.title.es.empty() ? outcome->spec->title.es : spec.title.es,
                       spec.log_sd});
    cells_.push_back(std::move(cells));
  }
}

Month Observations::first_fine() const {
  Month first = until_ + 1;
  for (const Datum& datum : data_) {
    if (datum.months < 12 && cells_[datum.series].flow)
      first = std::min(first, datum.from);
  }
  return first;
}

void Observations::add(Month month, std::span<const double> record, std::span<double> sums) const {
  for (std::size_t i = 0; i < data_.size(); ++i) {
    const Datum& datum = data_[i];
    if (month < datum.from || datum.last() < month)
      continue;
    const Cells& cells = cells_[datum.series];
    double sum = 0.0;
    for (const std::size_t cell : cells.cells)
      sum += record[cell];
    sums[i] += cells.flow ? sum : sum / datum.months;
  }
}

void Observations::to_logs(std::span<double> sums) const {
  for (std::size_t i = 0; i < data_.size(); ++i)
    sums[i] = std::log(std::max(0.0, sums[i]) + cells_[data_[i].series].weight);
}

} // namespace cauce::study
