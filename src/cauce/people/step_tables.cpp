#include "cauce/people/step_tables.hpp"

#include "cauce/base/math.hpp"

#include <limits>

namespace cauce::people {

namespace {
constexpr double nowhere = -std::numeric_limits<double>::infinity();

journeys::NextLink routes_of(const Plan& plan, const Rates& rates, std::size_t kind,
                             std::span<const std::uint8_t> open) {
  const double per_km = utility(rates[Rate::utility_per_100km][kind]) / 100.0;
  std::vector<double> link_utility(plan.links.size());
  for (std::size_t id = 0; id < plan.links.size(); ++id) {
    const RoadLink& link = plan.links[id];
    link_utility[id] = per_km * link.length_km;
    if (link.enters_corridor) {
      link_utility[id] += utility(rates[Rate::corridor_utility][link.corridor * kind_count + kind]);
    }
  }
  std::vector<double> end_utility(plan.nodes.size(), nowhere);
  for (std::size_t node = 0; node < end_utility.size(); ++node) {
    const std::uint16_t sector = plan.nodes[node].sector;
    if (sector == no_index)
      continue;
    end_utility[node] = utility(rates[Rate::sector_utility][sector * kind_count + kind]);
  }
  return journeys::recursive_logit(plan.setup->network, link_utility, end_utility, open);
}

// A sector by its utility alone: a logit over those that the road leads to.
std::vector<double> sector_shares(const Plan& plan, const Rates& rates, std::size_t kind) {
  std::vector<double> cumulative(plan.sectors, 0.0);
  double best = nowhere;
  const auto utility_of = [&](std::size_t sector) {
    return utility(rates[Rate::sector_utility][sector * kind_count + kind]);
  };
  for (std::size_t s = 0; s < plan.sectors; ++s) {
    if (plan.sector_has_node[s] != 0)
      best = std::max(best, utility_of(s));
  }
  double sum = 0.0;
  for (std::size_t s = 0; s < plan.sectors; ++s) {
    if (plan.sector_has_node[s] != 0)
      sum += math::exp(utility_of(s) - best);
    cumulative[s] = sum;
  }
  for (double& share : cumulative)
    share /= sum;
  return cumulative;
}
} // namespace

StepTables::StepTables(const Plan& the_plan, const Rates& the_rates, double step_months,
                       std::int64_t the_month)
    : plan(the_plan), rates(the_rates), months(step_months), days(step_months * days_per_month),
      month(the_month) {
  journeys::Access access(plan.setup->network);
  access.apply_dates(plan.setup->first_month + month);
  const double smuggler_speed = hazard(rates[Rate::smuggler_speed_factor][0]);
  for (std::size_t kind = 0; kind < kind_count; ++kind) {
    next_link[kind] = routes_of(plan, rates, kind, access.open());
    sector_cumulative[kind] = sector_shares(plan, rates, kind);
    speed[kind * 2] = hazard(rates[Rate::speed][kind]);
    speed[kind * 2 + 1] = speed[kind * 2] * smuggler_speed;
    for (std::size_t i = kind * 2; i < kind * 2 + 2; ++i)
      days_per_km[i] = 1.0 / speed[i];
  }

  link_hazard.resize(plan.links.size() * kind_count * 2);
  for (std::size_t id = 0; id < plan.links.size(); ++id) {
    if (!plan.links[id].in_mexico)
      continue;
    for (std::size_t i = 0; i < kind_count * 2; ++i) {
      LinkHazard& sum = link_hazard[id * kind_count * 2 + i];
      for (std::size_t e = 0; e < road_event_count; ++e) {
        const auto event = static_cast<RoadEvent>(e);
        (befalls_party(event) ? sum.party : sum.person) +=
            road_hazard(event, plan.links[id], i / 2, i % 2 != 0);
      }
    }
  }

  class_hazard.resize(plan.countries * kind_count * class_count);
  for (std::size_t country = 0; country < plan.countries; ++country) {
    for (std::size_t kind = 0; kind < kind_count; ++kind) {
      const std::size_t row = country * kind_count + kind;
      for (std::size_t status = 0; status < status_count; ++status) {
        const auto moves = rates[Rate::status_move].subspan(
            (row * status_count + status) * move_count, move_count);
        double sum = 0.0;
        for (std::size_t move = 0; move < move_count; ++move) {
          if (move != status)
            sum += hazard(moves[move]) * months; // to itself is no move
          class_hazard[row * class_count + status].cumulative[move] = sum;
        }
      }
      ClassHazard& returned = class_hazard[row * class_count + returned_class];
      const double retry = hazard(rates[Rate::retry][row]) * months;
      returned.cumulative.fill(retry + hazard(rates[Rate::reintegration][country]) * months);
      returned.cumulative[static_cast<std::size_t>(ReturnedMove::retry)] = retry;
    }
  }

  double sum = 0.0;
  for (std::size_t i = 0; i < 5; ++i) {
    size_cumulative[i] = sum += hazard(rates[Rate::family_size_share][i]);
  }
  for (double& share : size_cumulative)
    share = sum > 0.0 ? share / sum : 1.0;
}

double StepTables::road_hazard(RoadEvent event, const RoadLink& link, std::size_t kind,
                               bool smuggler) const {
  const auto e = static_cast<std::size_t>(event);
  const double base =
      hazard(rates[Rate::road_event][(e * plan.corridors + link.corridor) * kind_count + kind]);
  double factor = 1.0;
  if (event == RoadEvent::mexican_apprehension)
    factor = link.enforcement;
  else if (event != RoadEvent::give_up && event != RoadEvent::settle)
    factor = link.danger;
  if (smuggler)
    factor *= hazard(rates[Rate::smuggler_factor][e]);
  return base * factor;
}

} // namespace cauce::people
