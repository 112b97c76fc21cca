// Which of your changes makes the difference: Shapley values of the levers (or of their holders)
// that differ between the base policy and yours.
//
// The value of a set of changes is the outcome of a policy with these changes alone, on the same
// members. A part's share is its marginal contribution averaged over all orders (Shapley 1953), so
// that shares add up to the whole difference and interactions are split evenly.
#include "cauce/methods/shapley.hpp"
#include "cauce/serve/service.hpp"

#include <algorithm>
#include <map>

namespace cauce::serve {

using study::MemberRun;

namespace {
constexpr std::size_t most_parts = 5; // 2^5 policies

struct Change {
  std::string title_en, title_es, actor;
  std::vector<std::size_t> levers;
};

// Levers that differ, one a change; joined by holder where they are many.
std::vector<Change> changes_between(const system::System& system, const study::Trial& trial) {
  std::vector<Change> changes;
  std::map<std::string, Change> by_actor;
  const auto& levers = system.levers();
  const int last = trial.request.until - system.manifest().clock.from;
  for (std::size_t l = 0; l < levers.size(); ++l) {
    bool differs = false;
    for (int m = 0; m <= last && !differs; ++m)
      differs = !std::ranges::equal(trial.base->paths[l].at(m), trial.mine->paths[l].at(m));
    if (!differs)
      continue;
    changes.push_back({levers[l].name_en, levers[l].name_es, levers[l].actor, {l}});
    Change& joined = by_actor[levers[l].actor];
    joined.actor = levers[l].actor;
    joined.levers.push_back(l);
  }
  if (changes.size() <= most_parts)
    return changes;
  changes.clear();
  for (auto& [actor, change] : by_actor)
    changes.push_back(std::move(change));
  return changes;
}

std::shared_ptr<const system::LeverPaths>
with_changes(const study::Trial& trial, const std::vector<Change>& changes, std::size_t set) {
  auto levers = std::make_shared<system::LeverPaths>(*trial.base);
  for (std::size_t c = 0; c < changes.size(); ++c) {
    if ((set >> c & 1U) == 0)
      continue;
    for (const std::size_t l : changes[c].levers)
      levers->paths[l] = trial.mine->paths[l];
  }
  return levers;
}

} // namespace

json Service::taken_apart(const char* type, const char* method, const study::Part& part,
                          std::vector<double> totals, json parts) const {
  return {{"type", type},
          {"method", method},
          {"outcome", part.outcome},
          {"place", part.place},
          {"group", part.group},
          {"unit", part.spec->unit},
          {"kind", part.spec->kind},
          {"members", totals.size()},
          {"scale", options_.preview.scale},
          {"total", spread(results::spread(std::move(totals)))},
          {"parts", std::move(parts)}};
}

void Service::why(const Asked& asked, const Client& client) {
  const SeriesName& what = asked.request.why;
  const study::Part part = study::part_of(*pack_.system, what.outcome, what.place, what.group);
  const study::Trial& trial = *asked.trial;
  const std::vector<Change> changes = changes_between(*pack_.system, trial);
  const std::size_t members = std::min(options_.why_members, options_.full.members);
  const std::size_t sets = std::size_t{1} << changes.size();
  const Month until = trial.request.until;
  // [set][member]; set 0 is the base.
  std::vector<std::vector<double>> values(sets, std::vector<double>(members));
  const auto job = submit(client, "why", Urgency::normal, sets * members,
                          [&](std::size_t unit, const Job::EachMonth& each_month) {
                            const std::size_t set = unit / members, member = unit % members;
                            study::Trial one = trial;
                            one.mine = with_changes(trial, changes, set);
                            const MemberRun run = previews_->run(one, member, each_month);
                            values[set][member] = study::over_months(part, *run.mine, until);
                          });
  wait_to_the_end(*job, client, [&](std::size_t done) {
    if (!client.write({{"type", "progress"}, {"done", done}, {"total", sets * members}}))
      job->cancel();
  });
  std::vector<std::vector<double>> shares; // [member][change]
  for (std::size_t m = 0; m < members; ++m) {
    std::vector<double> worth;
    for (const std::vector<double>& of_set : values)
      worth.push_back(of_set[m]);
    shares.push_back(methods::shapley(changes.size(), worth));
  }
  json parts = json::array();
  for (std::size_t c = 0; c < changes.size(); ++c) {
    std::vector<double> share;
    for (const std::vector<double>& own : shares)
      share.push_back(own[c]);
    json levers = json::array();
    for (const std::size_t l : changes[c].levers)
      levers.push_back(pack_.system->levers()[l].name);
    parts.push_back(
        {{"levers", std::move(levers)},
         {"actor", changes[c].actor},
         {"title", changes[c].title_en.empty() ? json(nullptr)
                                               : text(changes[c].title_en, changes[c].title_es)},
         {"value", spread(results::spread(std::move(share)))}});
  }
  std::vector<double> total(members);
  for (std::size_t m = 0; m < members; ++m)
    total[m] = values[sets - 1][m] - values[0][m];
  client.write(taken_apart("answer", "shapley", part, std::move(total), std::move(parts)));
}

} // namespace cauce::serve
