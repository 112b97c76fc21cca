#include "cauce/people/shard.hpp"

#include <numeric>

namespace cauce::people {

namespace {
std::int64_t counted_at_home(const Shard& shard) {
  std::int64_t sum = 0;
  for (const auto& of_state : shard.home) {
    for (const std::int64_t n : of_state)
      sum += n;
  }
  return sum;
}
} // namespace

std::int64_t Shard::living() const {
  std::int64_t sum = counted_at_home(*this);
  for (const std::int64_t n : returned)
    sum += n;
  for (const std::int64_t n : on_road)
    sum += n;
  for (const auto& of_status : standing) {
    for (const std::int64_t n : of_status)
      sum += n;
  }
  return sum;
}

std::int64_t Shard::count_everyone() const {
  std::int64_t sum = counted_at_home(*this);
  for (const auto* travellers : {&moving, &held, &at_port, &at_border}) {
    for (const Traveller& party : *travellers)
      sum += party.past.size();
  }
  for (const Calendar& calendar : classes) {
    calendar.for_each([&](PersonId, Past past) { sum += past.size(); });
  }
  return sum;
}

std::size_t Shard::memory() const {
  std::size_t bytes = sizeof(Shard);
  for (const auto* travellers : {&moving, &held, &at_port, &at_border}) {
    bytes += travellers->capacity() * sizeof(Traveller);
  }
  for (const Calendar& calendar : classes)
    bytes += calendar.memory();
  return bytes;
}

Tally::Tally(const Plan& plan)
    : road_deaths(plan.corridors), corridor_entries(plan.corridors),
      border_arrivals(plan.sectors * kind_count), crossing_deaths(plan.sectors) {
  clear();
}

void Tally::clear() {
  births = deaths = displaced = asylum_claims = returns_from_us = returns_from_mexico = 0;
  parted_at_border = parted_on_road = cases_received = cases_decided = cases_closed = 0;
  victimised.fill(0);
  for (ByKind* by_kind :
       {&departures, &departures_first, &parties, &gave_up, &mexico_apprehensions, &mexico_returns,
        &port_encounters, &apprehensions, &apprehensions_again, &undetected, &arrivals, &retries}) {
    by_kind->fill(0);
  }
  for (auto& row : harms)
    row.fill(0);
  for (auto& row : dispositions)
    row.fill(0);
  for (auto& row : status_moves)
    row.fill(0);
  for (auto* list : {&road_deaths, &corridor_entries, &border_arrivals, &crossing_deaths}) {
    std::fill(list->begin(), list->end(), 0);
  }
  arrivals_from.fill(0);
}

void add_to_counts(Counts& counts, const Plan& plan, std::size_t department, const Shard& shard,
                   const Tally& tally) {
  const auto country = static_cast<std::size_t>(plan.setup->country_of_department[department]);
  const std::size_t row = country * kind_count;
  counts[Count::births][department] = tally.births;
  counts[Count::deaths][department] = tally.deaths;
  counts[Count::displaced][department] = tally.displaced;
  counts[Count::returns_from_us][department] = tally.returns_from_us;
  counts[Count::returns_from_mexico][department] = tally.returns_from_mexico;
  counts[Count::mexico_asylum_claims][country] += tally.asylum_claims;
  counts[Count::separated_at_border][country] += tally.parted_at_border;
  counts[Count::separated_on_road][country] += tally.parted_on_road;
  counts[Count::cases_received][country] += tally.cases_received;
  counts[Count::cases_decided][country] += tally.cases_decided;
  counts[Count::cases_closed][country] += tally.cases_closed;
  for (std::size_t s = 0; s < stratum_count; ++s) {
    counts[Count::victimised][department * stratum_count + s] = tally.victimised[s];
  }
  for (std::size_t k = 0; k < kind_count; ++k) {
    const std::size_t own = department * kind_count + k;
    counts[Count::departures][own] = tally.departures[k];
    counts[Count::departures_first][own] = tally.departures_first[k];
    counts[Count::parties][own] = tally.parties[k];
    counts[Count::arrivals][own] = tally.arrivals[k];
    counts[Count::road_gave_up][row + k] += tally.gave_up[k];
    counts[Count::mexico_apprehensions][row + k] += tally.mexico_apprehensions[k];
    counts[Count::mexico_returns][row + k] += tally.mexico_returns[k];
    counts[Count::port_encounters][row + k] += tally.port_encounters[k];
    counts[Count::apprehensions][row + k] += tally.apprehensions[k];
    counts[Count::apprehensions_again][row + k] += tally.apprehensions_again[k];
    counts[Count::entries_undetected][row + k] += tally.undetected[k];
    counts[Count::retries][row + k] += tally.retries[k];
    counts[Count::on_road][row + k] += shard.on_road[k];
    for (std::size_t e = 0; e < road_event_count; ++e) {
      counts[Count::harms][(e * plan.countries + country) * kind_count + k] += tally.harms[e][k];
    }
    for (std::size_t i = 0; i < disposition_count; ++i) {
      counts[Count::dispositions][(row + k) * disposition_count + i] += tally.dispositions[k][i];
    }
  }
  for (std::size_t status = 0; status < status_count; ++status) {
    for (std::size_t m = 0; m < move_count; ++m) {
      counts[Count::status_moves][(country * status_count + status) * move_count + m] +=
          tally.status_moves[status][m];
    }
    std::int64_t persons = 0;
    for (std::size_t k = 0; k < kind_count; ++k) {
      counts[Count::standing][(row + k) * status_count + status] += shard.standing[status][k];
      persons += shard.standing[status][k];
    }
    counts[Count::abroad][department * status_count + status] = persons;
    if (status == static_cast<std::size_t>(Status::pending))
      counts[Count::court_backlog][country] += persons;
  }
  for (std::size_t c = 0; c < plan.corridors; ++c) {
    counts[Count::road_deaths][c] += tally.road_deaths[c];
    counts[Count::corridor_entries][c] += tally.corridor_entries[c];
  }
  for (std::size_t i = 0; i < plan.sectors * kind_count; ++i) {
    counts[Count::border_arrivals][i] += tally.border_arrivals[i];
  }
  for (std::size_t i = 0; i < plan.sectors; ++i) {
    counts[Count::crossing_deaths][i] += tally.crossing_deaths[i];
  }
  for (std::size_t s = 0; s < stratum_count; ++s) {
    std::int64_t persons = shard.returned[s];
    for (const auto& of_state : shard.home)
      persons += of_state[s];
    counts[Count::residents][department * stratum_count + s] = persons;
  }
  const auto total = [](const auto& by_stratum) {
    return std::accumulate(by_stratum.begin(), by_stratum.end(), std::int64_t{0});
  };
  for (std::size_t state = 0; state < counted_states; ++state) {
    counts[Count::home][department * home_state_count + state] = total(shard.home[state]);
  }
  counts[Count::home][department * home_state_count + counted_states] = total(shard.returned);
}

void add_remittances(Counts& counts, const StepTables& tables, std::size_t department,
                     const Shard& shard) {
  const auto country =
      static_cast<std::size_t>(tables.plan.setup->country_of_department[department]);
  const auto a_month =
      tables.rates()[Rate::remittance].subspan(country * status_count, status_count);
  double sent = 0.0;
  for (std::size_t status = 0; status < status_count; ++status) {
    std::int64_t persons = 0;
    for (const std::int64_t n : shard.standing[status])
      persons += n;
    sent += static_cast<double>(persons) * std::min(hazard(a_month[status]), 1e6) * tables.months;
  }
  const auto dollars = static_cast<std::int64_t>(sent + 0.5);
  const auto cost =
      static_cast<std::int64_t>(sent * probability(tables.rates()[Rate::transfer_cost][0]) + 0.5);
  counts[Count::remittances_sent][department] = dollars;
  counts[Count::remittance_costs][department] = std::min(cost, dollars);
  counts[Count::remittances_received][department] = dollars - std::min(cost, dollars);
}

ShardStep::ShardStep(const StepTables& tables, random::Key key, std::uint32_t step,
                     std::size_t department, Shard& shard, Tally& tally, Scratch& scratch,
                     EventSink* sink)
    : tables_(tables), plan_(tables.plan), key_(key), step_(step), department_(department),
      country_(static_cast<std::size_t>(plan_.setup->country_of_department[department])),
      month_(static_cast<std::uint32_t>(tables.month)), shard_(shard), tally_(tally),
      scratch_(scratch), sink_(sink) {}

void ShardStep::run() {
  scratch_.took.resize(plan_.ways.size());
  tally_.clear();
  move_those_due();
  live_at_home();
  try_again_at_border();
  wait_at_ports();
  travel();
  enter_classes();
  gain_kin();
}

} // namespace cauce::people
