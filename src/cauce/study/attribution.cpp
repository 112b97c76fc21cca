#include "cauce/study/attribution.hpp"

#include "cauce/methods/shapley.hpp"
#include "cauce/results/store.hpp"
#include "cauce/study/program_build.hpp"
#include "cauce/study/stored.hpp"
#include "cauce/study/trunk.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace cauce::study {

using system::Simulation;
using system::System;

namespace {
// What one member's task needs, the same in all ranks.
struct Plan {
  std::shared_ptr<const System> system;
  Month from, until;
  std::vector<Measure> measures;
  std::vector<Mechanism> mechanisms;
  std::vector<SeenVariable> seen;
  std::size_t order_pairs = 0;
  std::shared_ptr<const system::LeverPaths> levers, other;
};

// The values of the measures for a run from where `simulation` stands to the end.
std::vector<double> finish(const Plan& plan, Simulation& simulation) {
  const std::size_t row = plan.system->recorded_size();
  std::vector<float> block(static_cast<std::size_t>(plan.until - plan.from + 1) * row);
  while (simulation.month() <= plan.until) {
    const Month month = simulation.month();
    const auto record = simulation.run_month();
    if (month < plan.from)
      continue;
    std::transform(record.begin(), record.end(),
                   block.begin() + static_cast<std::ptrdiff_t>(
                                       static_cast<std::size_t>(month - plan.from) * row),
                   [](double value) { return static_cast<float>(value); });
  }
  std::vector<double> values;
  for (const Measure& measure : plan.measures)
    values.push_back(measure.of(block));
  return values;
}

// One member: [measure][mechanism] parts, and their errors of sampling.
struct MemberParts {
  std::vector<std::uint8_t> active; ///< mechanisms whose paths differ
  std::vector<std::vector<double>> value, error;
  std::vector<double> difference;
};

MemberParts attribute_member(const Plan& plan, const TrunkTask& task, Helpers& helpers) {
  const Month start = plan.system->manifest().clock.from;
  const Month parting = start + *first_difference(*plan.levers, *plan.other);
  Simulation trunk(plan.system,
                   {plan.levers, task.parameters, task.seed, task.member, task.shocks});
  trunk.let_help(&helpers);
  while (trunk.month() < parting && trunk.month() < plan.from)
    trunk.run_month();
  const std::size_t all = plan.mechanisms.size(), measures = plan.measures.size();
  const auto first_step = static_cast<std::uint32_t>((trunk.month() - start) *
                                                     plan.system->manifest().clock.steps_per_month);
  Coalitions coalitions(std::move(trunk), first_step, plan.other, plan.seen, all,
                        [&plan](Simulation& simulation) { return finish(plan, simulation); });
  const std::vector<std::size_t>& players = coalitions.players();
  MemberParts parts;
  parts.active.assign(all, 0);
  for (const std::size_t player : players)
    parts.active[player] = 1;
  parts.value.assign(measures, std::vector<double>(all, 0.0));
  parts.error = parts.value;
  parts.difference = coalitions.difference();

  const auto keep = [&](std::size_t measure, const std::vector<double>& value,
                        const std::vector<double>& error) {
    for (std::size_t p = 0; p < players.size(); ++p) {
      parts.value[measure][players[p]] = value[p];
      parts.error[measure][players[p]] = error[p];
    }
  };
  if (players.size() <= methods::shapley_exact_players) {
    for (std::size_t v = 0; v < measures; ++v) {
      std::vector<double> table;
      for (std::size_t s = 0; s < std::size_t{1} << players.size(); ++s)
        table.push_back(coalitions.worth(s)[v]);
      keep(v, methods::shapley(players.size(), table), std::vector<double>(players.size(), 0.0));
    }
    return parts;
  }
  const auto orders =
      methods::shapley_orders(players.size(), plan.order_pairs, task.seed + task.member);
  for (std::size_t v = 0; v < measures; ++v) {
    const auto estimate = methods::shapley_from_orders(orders, gains_of(coalitions, orders, v));
    keep(v, estimate.value, estimate.error);
  }
  return parts;
}

Plan make_plan(const std::shared_ptr<const System>& system, const AttributionRequest& request) {
  Plan plan;
  plan.system = system;
  plan.from = request.from;
  plan.until = request.until;
  const auto months = static_cast<std::size_t>(std::max(request.until - request.from + 1, 0));
  const auto outcomes = outcome_infos(*system);
  for (const std::string& text : request.measures) {
    plan.measures.push_back(
        make_measure(text, outcomes, request.from, months, request.from, request.until));
  }
  plan.levers = system->lever_paths(request.policy);
  plan.other = system->lever_paths(request.other);
  const auto parting = first_difference(*plan.levers, *plan.other);
  if (!parting || system->manifest().clock.from + *parting > request.until) {
    throw Error("S108", {},
                fmt::format("the policies '{}' and '{}' do not differ before {}", request.policy,
                            request.other, request.until.text()),
                "there is nothing to attribute: choose others, or a later month");
  }
  plan.order_pairs = request.order_pairs;
  plan.mechanisms = all_mechanisms(*system, request.mechanisms);
  plan.seen = seen_variables(*system, plan.mechanisms);
  return plan;
}

// The hash of all that a member's parts depend on, but for its draw, seed and number.
std::string fixed_key(const Plan& plan) {
  results::KeyMaker key;
  key.add("attribution").add(system_hash(*plan.system)).add(program_build());
  key.add(std::span(&plan.system->people()->scale, 1));
  key.add(std::uint64_t{plan.order_pairs});
  ByteWriter levers;
  put_levers(levers, *plan.levers);
  put_levers(levers, *plan.other);
  key.add(levers.take());
  for (const Measure& measure : plan.measures)
    key.add(measure.text);
  for (const Mechanism& mechanism : plan.mechanisms) {
    key.add(mechanism.name);
    for (const std::string& sector : mechanism.sectors)
      key.add(sector);
  }
  return key.key();
}

Bytes to_bytes(const MemberParts& parts) {
  ByteWriter out;
  out.put_all(std::span<const std::uint8_t>(parts.active));
  out.put_all(std::span<const double>(parts.difference));
  for (const auto* table : {&parts.value, &parts.error}) {
    for (const std::vector<double>& row : *table)
      out.put_all(std::span<const double>(row));
  }
  return out.take();
}

MemberParts member_parts(std::span<const std::byte> bytes) {
  ByteReader in(bytes);
  MemberParts parts;
  parts.active = in.get_all<std::uint8_t>();
  parts.difference = in.get_all<double>();
  for (auto* table : {&parts.value, &parts.error}) {
    for (std::size_t v = 0; v < parts.difference.size(); ++v)
      table->push_back(in.get_all<double>());
  }
  return parts;
}
} // namespace

AttributionResult attribute(const std::shared_ptr<const System>& system,
                            const AttributionRequest& request) {
  const Plan plan = make_plan(system, request);
  Farm farm(
      [&plan](std::span<const std::byte> bytes, Helpers& helpers) {
        return to_bytes(attribute_member(plan, trunk_task(bytes), helpers));
      },
      request.farm);
  AttributionResult result;
  result.served = farm.served();
  if (result.served)
    return result;
  EnsembleRequest ensemble;
  ensemble.policies = {request.policy};
  ensemble.theories = {request.theory};
  ensemble.members = request.members;
  ensemble.seed = request.seed;
  ensemble.draws = request.draws;
  std::vector<Bytes> requests; // of a member: parameters, luck, noise; levers are in the plan
  for (const RunSpec& spec : ensemble_specs(*system, ensemble)) {
    requests.push_back(to_bytes(TrunkTask{
        request.from, request.until, spec.seed, spec.member, *spec.parameters, {}, spec.shocks}));
  }
  std::vector<MemberParts> members;
  for (const Bytes& bytes : map_stored(
           farm, requests, {"members", [](std::size_t m) { return fmt::format("member {}", m); }},
           {request.store, fixed_key(plan), system->manifest().name,
            fmt::format("attribution of {} less {}", request.other, request.policy)},
           result.from_store))
    members.push_back(member_parts(bytes));

  for (std::size_t v = 0; v < plan.measures.size(); ++v) {
    Attribution attribution;
    attribution.measure = plan.measures[v];
    for (const MemberParts& member : members) {
      attribution.difference.push_back(member.difference[v]);
      attribution.exact =
          attribution.exact &&
          static_cast<std::size_t>(std::count(member.active.begin(), member.active.end(), 1)) <=
              methods::shapley_exact_players;
    }
    attribution.spread = results::spread(attribution.difference);
    for (std::size_t m = 0; m < plan.mechanisms.size(); ++m) {
      AttributionPart part{plan.mechanisms[m].name, {}, {}, 0.0};
      bool active = false;
      double square = 0.0;
      for (const MemberParts& member : members) {
        part.by_member.push_back(member.value[v][m]);
        square += member.error[v][m] * member.error[v][m];
        active = active || member.active[m] != 0;
      }
      if (!active)
        continue;
      part.error = std::sqrt(square) / static_cast<double>(members.size());
      part.spread = results::spread(part.by_member);
      attribution.parts.push_back(std::move(part));
    }
    std::stable_sort(attribution.parts.begin(), attribution.parts.end(),
                     [](const AttributionPart& a, const AttributionPart& b) {
                       return std::abs(a.spread.mean) > std::abs(b.spread.mean);
                     });
    result.measures.push_back(std::move(attribution));
  }
  return result;
}

} // namespace cauce::study
