#include "cauce/people/step_tables.hpp"

#include "cauce/base/math.hpp"

#include <limits>

namespace cauce::people {

namespace {
constexpr double nowhere = -std::numeric_limits<double>::infinity();

// A sector by its utility alone: a logit over those that the road leads to.
void sector_shares(const Plan& plan, const Rates& rates, std::size_t kind,
                   std::span<double> cumulative) {
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
}

// What multiplies the hazard of an event on a link.
double link_factor(RoadEvent event, const RoadLink& link) {
  if (event == RoadEvent::mexican_apprehension)
    return link.enforcement;
  return event == RoadEvent::give_up || event == RoadEvent::settle ? 1.0 : link.danger;
}
} // namespace

StepTables::StepTables(const Plan& the_plan)
    : plan(the_plan), thresholds(kind_count * plan.nodes.size() * (plan.ways.choices - 1)),
      next(plan.nodes.size() * plan.ways.choices), link_hazard(type_count * plan.links.size()),
      class_hazard(plan.countries * kind_count * class_count), access_(plan.setup->network),
      event_hazard_(plan.corridors * row_count * road_event_count), link_weight_(plan.links.size()),
      end_weight_(plan.nodes.size()), node_weight_(plan.nodes.size()),
      way_probability_(plan.links.size()) {
  for (auto& cumulative : sector_cumulative)
    cumulative.resize(plan.sectors);
}

void StepTables::prepare(const Rates& the_rates, double step_months, std::int64_t the_month) {
  rates_ = &the_rates;
  months = step_months;
  days = step_months * days_per_month;
  month = the_month;
  prepare_routes();
  prepare_road();
  prepare_classes();
  double sum = 0.0;
  for (std::size_t i = 0; i < 5; ++i) {
    size_cumulative[i] = sum += hazard(rates()[Rate::family_size_share][i]);
  }
  for (double& share : size_cumulative)
    share = sum > 0.0 ? share / sum : 1.0;
}

void StepTables::prepare_routes() {
  access_.apply_dates(plan.setup->first_month + month);
  const std::size_t choices = plan.ways.choices;
  for (std::size_t kind = 0; kind < kind_count; ++kind) {
    sector_shares(plan, rates(), kind, sector_cumulative[kind]);
    // Utilities of links and ends; weights are their exponentials.
    const double per_km = utility(rates()[Rate::utility_per_100km][kind]) / 100.0;
    for (std::size_t id = 0; id < plan.links.size(); ++id) {
      const RoadLink& link = plan.links[id];
      link_weight_[id] = per_km * link.length_km;
      if (link.enters_corridor) {
        link_weight_[id] +=
            utility(rates()[Rate::corridor_utility][link.corridor * kind_count + kind]);
      }
    }
    for (std::size_t node = 0; node < plan.nodes.size(); ++node) {
      const std::uint16_t sector = plan.nodes[node].sector;
      end_weight_[node] = sector == no_index
                              ? nowhere
                              : utility(rates()[Rate::sector_utility][sector * kind_count + kind]);
    }
    const std::vector<double> link_utility = link_weight_, end_utility = end_weight_;
    for (double& weight : link_weight_)
      weight = math::exp(weight);
    for (double& weight : end_weight_)
      weight = math::exp(weight);
    if (!plan.routes.solve(link_weight_, end_weight_, access_.open(), node_weight_,
                           way_probability_)) {
      way_probability_ =
          journeys::recursive_logit(plan.setup->network, link_utility, end_utility, access_.open())
              .probability;
    }
    for (std::size_t node = 0; node < plan.nodes.size(); ++node) {
      const RoadNode& from = plan.nodes[node];
      const auto probabilities = std::span(way_probability_).subspan(from.first, from.count);
      const auto links = plan.setup->network.out_links(static_cast<journeys::NodeId>(node));
      const auto own = std::span(thresholds)
                           .subspan((kind * plan.nodes.size() + node) * (choices - 1), choices - 1);
      const auto ways = std::span(next).subspan(node * choices, choices);
      double sum = 0.0;
      for (const double p : probabilities)
        sum += p;
      // Where nothing can be reached, whatever is picked leads nowhere.
      const bool ends = from.sector != no_index;
      const bool leads_on = !ends && sum > 0.0;
      const auto end =
          static_cast<std::uint16_t>(ends ? plan.ways.first_end + from.sector : plan.ways.nowhere);
      double below = 0.0;
      for (std::size_t i = 0; i < choices; ++i) {
        const std::size_t link = std::min(i, links.empty() ? 0 : links.size() - 1);
        ways[i] = leads_on ? static_cast<std::uint16_t>(links[link]) : end;
        below += i < probabilities.size() ? probabilities[i] : 0.0;
        if (i + 1 < choices) {
          own[i] =
              leads_on ? static_cast<random::Threshold>(below / sum * random::threshold_scale) : 0;
        }
      }
    }
  }
}

void StepTables::prepare_road() {
  const double smuggler_speed = hazard(rates()[Rate::smuggler_speed_factor][0]);
  for (std::size_t row = 0; row < row_count; ++row) {
    const double km_a_day =
        hazard(rates()[Rate::speed][row / 2]) * (row % 2 != 0 ? smuggler_speed : 1.0);
    speed[row] = static_cast<float>(std::min(km_a_day, 1e12));
    days_per_km[row] = static_cast<float>(std::min(1.0 / km_a_day, 1e30)); // times 0 km is 0
  }
  for (std::size_t corridor = 0; corridor < plan.corridors; ++corridor) {
    for (std::size_t row = 0; row < row_count; ++row) {
      double* const own = event_hazard_.data() + (corridor * row_count + row) * road_event_count;
      for (std::size_t e = 0; e < road_event_count; ++e) {
        own[e] = hazard(
            rates()[Rate::road_event][(e * plan.corridors + corridor) * kind_count + row / 2]);
        if (row % 2 != 0)
          own[e] *= hazard(rates()[Rate::smuggler_factor][e]);
      }
    }
  }
  for (std::size_t id = 0; id < plan.links.size(); ++id) {
    const RoadLink& link = plan.links[id];
    for (std::size_t row = 0; row < row_count; ++row) {
      double party = 0.0, person = 0.0;
      for (std::size_t e = 0; e < road_event_count && link.in_mexico; ++e) {
        const auto event = static_cast<RoadEvent>(e);
        (befalls_party(event) ? party : person) += road_hazard(event, link, row);
      }
      const auto kind = static_cast<Kind>(row / 2);
      const bool smuggler = row % 2 != 0;
      for (std::uint32_t members = 1; members <= (kind == Kind::family ? 6U : 1U); ++members) {
        link_hazard[type_of(kind, members, smuggler) * plan.links.size() + id] =
            static_cast<float>(party + members * person);
      }
    }
  }
}

void StepTables::prepare_classes() {
  for (std::size_t country = 0; country < plan.countries; ++country) {
    for (std::size_t kind = 0; kind < kind_count; ++kind) {
      const std::size_t row = country * kind_count + kind;
      for (std::size_t status = 0; status < status_count; ++status) {
        const auto moves = rates()[Rate::status_move].subspan(
            (row * status_count + status) * move_count, move_count);
        double sum = 0.0;
        for (std::size_t move = 0; move < move_count; ++move) {
          if (move != status)
            sum += hazard(moves[move]) * months; // to itself is no move
          class_hazard[row * class_count + status].cumulative[move] = sum;
        }
      }
      ClassHazard& returned = class_hazard[row * class_count + returned_class];
      const double retry = hazard(rates()[Rate::retry][row]) * months;
      returned.cumulative.fill(retry + hazard(rates()[Rate::reintegration][country]) * months);
      returned.cumulative[static_cast<std::size_t>(ReturnedMove::retry)] = retry;
    }
  }
}

double StepTables::road_hazard(RoadEvent event, const RoadLink& link, std::size_t row) const {
  const auto e = static_cast<std::size_t>(event);
  return event_hazard_[(link.corridor * row_count + row) * road_event_count + e] *
         link_factor(event, link);
}

} // namespace cauce::people
