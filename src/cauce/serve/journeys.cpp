// What becomes of those who leave: the counts of a period put end to end (the whole ensemble, as in
// the report), and a cohort followed person by person (the preview's members).
#include "cauce/people/flows.hpp"
#include "cauce/report/fate.hpp"
#include "cauce/serve/service.hpp"

#include <algorithm>
#include <array>

namespace cauce::serve {

using study::MemberRun;

namespace {
constexpr double fate_base = 100000.0;

report::FateTotals fate_totals(const system::System& system, std::span<const MemberRun> runs,
                               bool mine, Month until) {
  report::FateTotals totals;
  for (const system::Outcome& outcome : system.outcomes()) {
    const system::OutcomeSpec& spec = *outcome.spec;
    if (spec.count.empty() || !spec.at.empty() || !outcome.flow)
      continue;
    const bool split = spec.count == "dispositions" && outcome.group.name == "disposition";
    if (!split)
      totals[spec.count] = 0.0;
    for (const std::string& group : split ? outcome.group.elements : std::vector<std::string>{""}) {
      const study::Part part = study::part_of(system, spec.name, "", group);
      double sum = 0.0;
      for (const MemberRun& run : runs)
        sum += study::over_months(part, mine ? *run.mine : *run.base, until);
      totals[split ? spec.count + "." + group : spec.count] =
          sum / static_cast<double>(runs.size());
    }
  }
  return totals;
}

json fates_of(const report::FateTotals& totals) {
  json links = json::array();
  for (const report::FateLink& link : report::fate_links(totals, fate_base))
    links.push_back({{"from", link.from}, {"to", link.to}, {"value", number(link.value)}});
  const auto departures = totals.find("departures");
  return {{"per", fate_base},
          {"departures", departures == totals.end() ? json(nullptr) : number(departures->second)},
          {"links", std::move(links)}};
}

// Persons of the cohort that go from stage to stage, and where they are at the end: sums over the
// members that were followed.
struct Followed {
  std::map<std::pair<people::Stage, people::Stage>, double> flows;
  std::array<double, people::stage_count> at{};
  double left = 0.0;
};

json followed_json(const Followed& all) {
  const double unit = all.left > 0.0 ? fate_base / all.left : 0.0;
  json links = json::array(), at = json::object();
  for (const auto& [ends, persons] : all.flows) {
    links.push_back({{"from", people::stage_name(ends.first)},
                     {"to", people::stage_name(ends.second)},
                     {"value", number(persons * unit)}});
  }
  for (std::size_t s = 0; s < people::stage_count; ++s) {
    if (all.at[s] > 0.0)
      at[std::string(people::stage_name(static_cast<people::Stage>(s)))] = number(all.at[s] * unit);
  }
  return {{"per", fate_base}, {"links", std::move(links)}, {"at", std::move(at)}};
}
} // namespace

json Service::journeys(const Asked& asked, const Client& client) {
  const study::Trial& trial = *asked.trial;
  const system::Clock& clock = pack_.system->manifest().clock;
  const Month until = trial.request.until;
  const std::size_t members = options_.preview.members;
  const auto steps = static_cast<std::uint32_t>(clock.steps_per_month);
  const people::Cohort cohort{static_cast<std::uint32_t>(clock.decision - clock.from) * steps,
                              static_cast<std::uint32_t>(until - clock.from + 1) * steps,
                              {},
                              {}};
  // [base, mine][member]; one unit a run.
  std::vector<people::FlowCounter> counters(2 * members, people::FlowCounter(cohort));
  const auto job = submit(client, "journeys", Urgency::normal, counters.size(),
                          [&](std::size_t unit, const Job::EachMonth& each_month) {
                            system::Simulation simulation = previews_->at_decision(
                                trial, unit % members, unit >= members, each_month);
                            simulation.listen(&counters[unit]);
                            while (simulation.month() <= until) {
                              simulation.run_month();
                              each_month();
                            }
                          });
  wait_to_the_end(*job, client);
  const auto followed = [&](bool mine) {
    Followed all;
    for (std::size_t m = 0; m < members; ++m) {
      const people::FlowCounter& counter = counters[m + (mine ? members : 0)];
      for (const people::Flow& flow : counter.flows())
        all.flows[{flow.from, flow.to}] += static_cast<double>(flow.persons);
      for (std::size_t s = 0; s < people::stage_count; ++s) {
        const auto there = static_cast<double>(counter.at(static_cast<people::Stage>(s)));
        all.at[s] += there;
        all.left += there;
      }
    }
    return followed_json(all);
  };
  const Stage stage = best(asked, client, "journeys");
  const auto of = [&](bool mine) {
    json fates = fates_of(fate_totals(*pack_.system, *stage.runs, mine, until));
    fates["followed"] = followed(mine);
    return fates;
  };
  return {{"id", trial.id},
          {"stage", stage.full ? "final" : "preview"},
          {"members", stage.runs->size()},
          {"followedMembers", members},
          {"followedScale", options_.preview.scale},
          {"from", clock.decision.text()},
          {"until", until.text()},
          {"base", of(false)},
          {"mine", of(true)}};
}

} // namespace cauce::serve
