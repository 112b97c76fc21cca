#include "cauce/study/attribution.hpp"

#include "cauce/methods/shapley.hpp"
#include "cauce/study/freezing.hpp"
#include "cauce/study/trunk.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <numeric>
#include <set>

namespace cauce::study {

using system::Simulation;
using system::System;

namespace {
constexpr std::size_t never = std::string::npos;

// The mechanisms with their sectors, checked against the model.
std::vector<Mechanism> mechanisms_of(const System& system, const AttributionRequest& request) {
  std::vector<std::string> sectors;
  for (const conditions::VariableInfo& info : system.model()->variables()) {
    if (!info.hidden && std::find(sectors.begin(), sectors.end(), info.group) == sectors.end())
      sectors.push_back(info.group);
  }
  std::vector<Mechanism> mechanisms = request.mechanisms;
  if (mechanisms.empty()) {
    for (const std::string& sector : sectors)
      mechanisms.push_back({sector.empty() ? "(no sector)" : sector, {sector}});
  }
  std::set<std::string> named;
  for (const Mechanism& mechanism : mechanisms) {
    for (const std::string& sector : mechanism.sectors) {
      if (std::find(sectors.begin(), sectors.end(), sector) == sectors.end()) {
        throw Error("S108", {}, fmt::format("the equations have no sector '{}'", sector),
                    did_you_mean(sector, sectors));
      }
      if (!named.insert(sector).second)
        throw Error("S108", {}, fmt::format("the sector '{}' is in two mechanisms", sector));
    }
  }
  // What nobody named is a mechanism too, or the parts would not add up.
  Mechanism rest{"all else", {}};
  for (const std::string& sector : sectors) {
    if (!named.contains(sector))
      rest.sectors.push_back(sector);
  }
  if (!rest.sectors.empty())
    mechanisms.push_back(std::move(rest));
  return mechanisms;
}

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

MemberParts attribute_member(const Plan& plan, const TrunkTask& task) {
  const Month start = plan.system->manifest().clock.from;
  const Month parting = start + *first_difference(*plan.levers, *plan.other);
  Simulation trunk(plan.system,
                   {plan.levers, task.parameters, task.seed, task.member, task.shocks});
  while (trunk.month() < parting && trunk.month() < plan.from)
    trunk.run_month();
  const auto first_step = static_cast<std::uint32_t>((trunk.month() - start) *
                                                     plan.system->manifest().clock.steps_per_month);

  PathRecorder mine(plan.seen, first_step), others(plan.seen, first_step);
  Simulation one = trunk;
  one.watch(&mine);
  const std::vector<double> base = finish(plan, one);
  Simulation two = trunk;
  two.set_levers(plan.other);
  two.watch(&others);
  const std::vector<double> full = finish(plan, two);

  const std::size_t all = plan.mechanisms.size(), measures = plan.measures.size();
  MemberParts parts;
  parts.active.assign(all, 0);
  for (std::size_t i = 0; i < plan.seen.size(); ++i) {
    if (mine.paths()[i].equations != others.paths()[i].equations ||
        mine.paths()[i].later != others.paths()[i].later)
      parts.active[plan.seen[i].mechanism] = 1;
  }
  std::vector<std::size_t> players;
  for (std::size_t m = 0; m < all; ++m) {
    if (parts.active[m] != 0)
      players.push_back(m);
  }
  parts.value.assign(measures, std::vector<double>(all, 0.0));
  parts.error = parts.value;
  for (std::size_t v = 0; v < measures; ++v)
    parts.difference.push_back(full[v] - base[v]);

  // Mechanisms that do not differ are never frozen: they follow what the frozen ones show them.
  std::map<std::size_t, std::vector<double>> worths; // by coalition of players, less the base
  const auto worth = [&](std::size_t coalition) -> const std::vector<double>& {
    const auto [place, fresh] = worths.try_emplace(coalition);
    if (fresh) {
      std::uint64_t live = ~std::uint64_t{0};
      for (std::size_t p = 0; p < players.size(); ++p) {
        if ((coalition >> p & 1U) == 0)
          live &= ~(std::uint64_t{1} << players[p]);
      }
      Freezer freezer(mine, live);
      Simulation run = trunk;
      run.set_levers(plan.other);
      run.watch(&freezer);
      place->second = finish(plan, run);
      for (std::size_t v = 0; v < measures; ++v)
        place->second[v] -= base[v];
    }
    return place->second;
  };
  worths[0] = std::vector<double>(measures, 0.0);
  worths[(std::size_t{1} << players.size()) - 1] = parts.difference;

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
        table.push_back(worth(s)[v]);
      keep(v, methods::shapley(players.size(), table), std::vector<double>(players.size(), 0.0));
    }
    return parts;
  }
  const auto orders =
      methods::shapley_orders(players.size(), plan.order_pairs, task.seed + task.member);
  for (std::size_t v = 0; v < measures; ++v) {
    std::vector<std::vector<double>> gains;
    for (const auto& order : orders) {
      std::size_t coalition = 0;
      auto& row = gains.emplace_back();
      for (const std::size_t player : order) {
        const double before = worth(coalition)[v];
        coalition |= std::size_t{1} << player;
        row.push_back(worth(coalition)[v] - before);
      }
    }
    const auto estimate = methods::shapley_from_orders(orders, gains);
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
  plan.mechanisms = mechanisms_of(*system, request);
  if (plan.mechanisms.size() > 60)
    throw Error("S108", {}, "more than 60 mechanisms", "put sectors together under one name");
  std::map<std::string, std::size_t> mechanism_of_sector;
  for (std::size_t m = 0; m < plan.mechanisms.size(); ++m) {
    for (const std::string& sector : plan.mechanisms[m].sectors)
      mechanism_of_sector[sector] = m;
  }
  std::vector<std::size_t> mechanism_of;
  for (const conditions::VariableInfo& info : system->model()->variables())
    mechanism_of.push_back(info.hidden ? never : mechanism_of_sector.at(info.group));
  plan.seen = seen_variables(*system, mechanism_of);
  return plan;
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
      [&plan](std::span<const std::byte> bytes) {
        return to_bytes(attribute_member(plan, trunk_task(bytes)));
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
  for (const Bytes& bytes : farm.map(
           requests, {"members", [](std::size_t m) { return fmt::format("member {}", m); }, {}}))
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
