#include "cauce/people/shard.hpp"

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
  const auto count = [&](PersonId, Past past) { sum += past.size(); };
  classes.for_each(count);
  untouched.for_each(count);
  return sum;
}

std::size_t Shard::memory() const {
  std::size_t bytes = sizeof(Shard);
  for (const auto* travellers : {&moving, &held, &at_port, &at_border}) {
    bytes += travellers->capacity() * sizeof(Traveller);
  }
  return bytes + classes.memory() + untouched.memory();
}

void add_stocks(Counts& counts, const Plan& plan, std::size_t department, const Shard& shard) {
  const std::size_t country = plan.country[department];
  const auto on_road = counts[Count::on_road].subspan(country * kind_count, kind_count);
  for (std::size_t k = 0; k < kind_count; ++k)
    on_road[k] += shard.on_road[k];
  const auto standing = counts[Count::standing].subspan(country * kind_count * status_count,
                                                        kind_count * status_count);
  const auto abroad = counts[Count::abroad].subspan(department * status_count, status_count);
  for (std::size_t status = 0; status < status_count; ++status) {
    for (std::size_t k = 0; k < kind_count; ++k) {
      standing[k * status_count + status] += shard.standing[status][k];
      abroad[status] += shard.standing[status][k];
    }
  }
  counts[Count::court_backlog][country] += abroad[static_cast<std::size_t>(Status::pending)];
  const auto residents =
      counts[Count::residents].subspan(department * stratum_count, stratum_count);
  const auto home = counts[Count::home].subspan(department * home_state_count, home_state_count);
  const auto add = [&](const std::array<std::int64_t, stratum_count>& persons, std::size_t state) {
    for (std::size_t s = 0; s < stratum_count; ++s) {
      residents[s] += persons[s];
      home[state] += persons[s];
    }
  };
  for (std::size_t state = 0; state < counted_states; ++state)
    add(shard.home[state], state);
  add(shard.returned, counted_states);
}

void add_remittances(Counts& counts, const StepTables& tables, std::size_t department,
                     const Shard& shard) {
  const std::size_t country = tables.plan.country[department];
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

} // namespace cauce::people
