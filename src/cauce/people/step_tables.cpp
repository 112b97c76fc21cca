#include "cauce/people/step_tables.hpp"

#include "cauce/base/instruction_set.hpp"
#include "cauce/base/math.hpp"

#include <bit>
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
} // namespace

StepTables::StepTables(const Plan& the_plan)
    : plan(the_plan), fork_size(std::bit_ceil(2 * plan.ways.choices - 1)),
      link_hazard(type_count * plan.links.size()),
      class_hazard(plan.countries * kind_count * class_count), class_total(plan.countries),
      access_(plan.setup->network), event_hazard_(plan.corridors),
      end_utility_(plan.nodes.size(), nowhere), end_weight_(plan.nodes.size(), 0.0),
      node_weight_(plan.nodes.size()), way_probability_(plan.links.size()) {
  forks.resize(kind_count * plan.nodes.size() * fork_size);
  for (auto& cumulative : sector_cumulative)
    cumulative.resize(plan.sectors);
  for (std::uint32_t id = 0; id < plan.links.size(); ++id) {
    if (plan.links[id].in_mexico)
      road_links_.push_back(id);
  }
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
  mean_family = 2.0;
  for (double& share : size_cumulative) {
    share = sum > 0.0 ? share / sum : 1.0;
    mean_family += 1.0 - share; // the share of those who are larger
  }
}

// Utilities of links and their exponentials, which mostly stay as they are from step to step.
void StepTables::weigh_links(std::size_t kind) {
  LinkWeights& links = links_[kind];
  wanted_.assign(1, utility(rates()[Rate::utility_per_100km][kind]) / 100.0);
  for (std::size_t corridor = 0; corridor < plan.corridors; ++corridor)
    wanted_.push_back(utility(rates()[Rate::corridor_utility][corridor * kind_count + kind]));
  if (links.made_of == wanted_)
    return;
  links.made_of = wanted_;
  links.utility.resize(plan.links.size());
  links.weight.resize(plan.links.size());
  for (std::size_t id = 0; id < plan.links.size(); ++id) {
    const RoadLink& link = plan.links[id];
    links.utility[id] = wanted_[0] * link.length_km;
    if (link.enters_corridor)
      links.utility[id] += wanted_[std::size_t{1} + link.corridor];
    links.weight[id] = math::exp(links.utility[id]);
  }
}

void StepTables::prepare_routes() {
  const std::int64_t now = plan.setup->first_month + month;
  if (dated_ != now)
    access_.apply_dates(now);
  dated_ = now;
  for (std::size_t kind = 0; kind < kind_count; ++kind) {
    sector_shares(plan, rates(), kind, sector_cumulative[kind]);
    weigh_links(kind);
    for (const std::uint32_t node : plan.ends) {
      const std::size_t sector = plan.nodes[node].sector;
      end_utility_[node] = utility(rates()[Rate::sector_utility][sector * kind_count + kind]);
      end_weight_[node] = math::exp(end_utility_[node]);
    }
    const LinkWeights& links = links_[kind];
    if (!plan.routes.solve(links.weight, end_weight_, access_.open(), node_weight_,
                           way_probability_)) {
      way_probability_ = journeys::recursive_logit(plan.setup->network, links.utility, end_utility_,
                                                   access_.open())
                             .probability;
    }
    set_forks(kind);
  }
}

// From the probabilities of ways out of each node to what a draw is compared with.
void StepTables::set_forks(std::size_t kind) {
  const std::size_t choices = plan.ways.choices;
  for (std::size_t node = 0; node < plan.nodes.size(); ++node) {
    const RoadNode& from = plan.nodes[node];
    const auto probabilities = std::span(way_probability_).subspan(from.first, from.count);
    const auto links = plan.setup->network.out_links(static_cast<journeys::NodeId>(node));
    const auto fork =
        std::span(forks).subspan((kind * plan.nodes.size() + node) * fork_size, fork_size);
    const auto own = fork.first(choices - 1), ways = fork.subspan(choices - 1, choices);
    double sum = 0.0;
    for (const double p : probabilities)
      sum += p;
    // Where nothing can be reached, whatever is picked leads nowhere.
    const bool ends = from.sector != no_index;
    const bool leads_on = !ends && sum > 0.0;
    const std::uint32_t end =
        ends ? std::uint32_t{plan.ways.first_end} + from.sector : std::uint32_t{plan.ways.nowhere};
    double below = 0.0;
    for (std::size_t i = 0; i < choices; ++i) {
      const std::size_t link = std::min(i, links.empty() ? 0 : links.size() - 1);
      ways[i] = leads_on ? links[link] : end;
      below += i < probabilities.size() ? probabilities[i] : 0.0;
      if (i + 1 < choices) {
        own[i] =
            leads_on ? static_cast<random::Threshold>(below / sum * random::threshold_scale) : 0;
      }
    }
  }
}

// What befalls parties of each type on each link, added up.
struct StepTables::RoadHazards {
  const std::uint32_t* links;
  std::size_t count;
  const RoadLink* of_link;
  const std::array<Rows, road_event_count>* events; // by corridor
  float* out;                                       // [link][type]

  [[gnu::always_inline]] static void sum(const RoadHazards& x) {
    for (std::size_t i = 0; i < x.count; ++i) {
      const RoadLink& link = x.of_link[x.links[i]];
      const std::array<Rows, road_event_count>& events = x.events[link.corridor];
      Rows party{}, person{};
      for (std::size_t e = 0; e < road_event_count; ++e) {
        const auto event = static_cast<RoadEvent>(e);
        const double factor = link_factor(event, link);
        Rows& to = befalls_party(event) ? party : person;
        for (std::size_t row = 0; row < to.size(); ++row)
          to[row] += events[e][row] * factor;
      }
      float* const out = x.out + x.links[i] * type_count;
      for (const bool smuggler : {false, true}) {
        const std::size_t adult = row_of(Kind::adult, smuggler);
        const std::size_t child = row_of(Kind::child, smuggler);
        const std::size_t family = row_of(Kind::family, smuggler);
        out[type_of(Kind::adult, 1, smuggler)] = static_cast<float>(party[adult] + person[adult]);
        out[type_of(Kind::child, 1, smuggler)] = static_cast<float>(party[child] + person[child]);
        for (std::uint32_t members = 1; members <= 6; ++members) {
          out[type_of(Kind::family, members, smuggler)] =
              static_cast<float>(party[family] + members * person[family]);
        }
      }
    }
  }
};

void StepTables::prepare_road() {
  const double smuggler_speed = hazard(rates()[Rate::smuggler_speed_factor][0]);
  for (std::size_t row = 0; row < row_count; ++row) {
    const double km_a_day =
        hazard(rates()[Rate::speed][row / 2]) * (row % 2 != 0 ? smuggler_speed : 1.0);
    speed[row] = static_cast<float>(std::min(km_a_day, 1e12));
    days_per_km[row] = static_cast<float>(std::min(1.0 / km_a_day, 1e30)); // times 0 km is 0
  }
  for (std::size_t corridor = 0; corridor < plan.corridors; ++corridor) {
    for (std::size_t e = 0; e < road_event_count; ++e) {
      Rows& own = event_hazard_[corridor][e];
      const double with_smuggler = hazard(rates()[Rate::smuggler_factor][e]);
      for (std::size_t row = 0; row < row_count; ++row) {
        own[row] = hazard(
            rates()[Rate::road_event][(e * plan.corridors + corridor) * kind_count + row / 2]);
        if (row % 2 != 0)
          own[row] *= with_smuggler;
      }
    }
  }
  run_kernel<&RoadHazards::sum>(RoadHazards{road_links_.data(), road_links_.size(),
                                            plan.links.data(), event_hazard_.data(),
                                            link_hazard.data()});
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
      for (std::size_t place = 0; place < class_count; ++place)
        class_total[country][place * kind_count + kind] = class_of(country, kind, place).total();
    }
  }
}

} // namespace cauce::people
