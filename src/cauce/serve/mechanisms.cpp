// Through which parts of the model a policy makes its difference: Shapley values of mechanisms that
// follow yours while the others are held where the base had them (study/coalitions.hpp).
//
// Five mechanisms or fewer that differ are computed exactly, more from sampled orders (each with
// its reverse), told round by round with the error of sampling.
#include "cauce/methods/shapley.hpp"
#include "cauce/serve/service.hpp"
#include "cauce/study/coalitions.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace cauce::serve {

namespace {
constexpr std::size_t exact_players = 5; // 2^5 runs a member
constexpr std::size_t rounds = 6;        // pairs of orders a member

// One member's coalitions, and the rounds that are done.
struct MemberWhy {
  std::mutex mutex;
  std::optional<study::Coalitions> coalitions;
  std::vector<std::vector<std::size_t>> orders;
  std::size_t rounds_done = 0;
};

// Value and standard error of each mechanism after the rounds that are done.
struct Shares {
  std::vector<double> value, error;
  double total = 0.0;
  bool exact = false;
};

Shares shares_of(MemberWhy& member, std::size_t mechanisms) {
  study::Coalitions& coalitions = *member.coalitions;
  const std::size_t players = coalitions.players().size();
  Shares shares{std::vector<double>(mechanisms), std::vector<double>(mechanisms),
                coalitions.difference()[0], coalitions.complete()};
  std::vector<double> value, error(players, 0.0);
  if (shares.exact) {
    std::vector<double> worth;
    for (std::size_t s = 0; s < std::size_t{1} << players; ++s)
      worth.push_back(coalitions.worth(s)[0]);
    value = methods::shapley(players, worth);
  } else {
    const std::vector<std::vector<std::size_t>> done(
        member.orders.begin(),
        member.orders.begin() + static_cast<std::ptrdiff_t>(2 * member.rounds_done));
    auto estimate = methods::shapley_from_orders(done, gains_of(coalitions, done, 0));
    value = std::move(estimate.value);
    error = std::move(estimate.error);
  }
  for (std::size_t p = 0; p < players; ++p) {
    shares.value[coalitions.players()[p]] = value[p];
    shares.error[coalitions.players()[p]] = error[p];
  }
  return shares;
}

// Everything that this round needs and is not known yet.
void do_round(MemberWhy& member, std::size_t round) {
  study::Coalitions& coalitions = *member.coalitions;
  const std::size_t players = coalitions.players().size();
  if (players <= exact_players) {
    const std::size_t all = std::size_t{1} << players;
    for (std::size_t s = all * round / rounds; s < all * (round + 1) / rounds; ++s)
      coalitions.worth(s);
  } else {
    gains_of(coalitions, {member.orders[2 * round], member.orders[2 * round + 1]}, 0);
  }
}
} // namespace

void Service::why_mechanisms(const Asked& asked, const Client& client) {
  const SeriesName& what = asked.request.why;
  const study::Part part = study::part_of(*pack_.system, what.outcome, what.place, what.group);
  const study::Trial& trial = *asked.trial;
  const system::Clock& clock = pack_.system->manifest().clock;
  const Month until = trial.request.until;
  const std::size_t members = options_.preview.members, mechanisms = pack_.mechanisms.size();
  const auto seen = study::seen_variables(*pack_.system, pack_.mechanisms);
  std::vector<MemberWhy> states(members);
  const auto job = submit(
      client, "why", Urgency::normal, rounds * members,
      [&](std::size_t unit, const Job::EachMonth& each_month) {
        MemberWhy& member = states[unit % members];
        const std::lock_guard lock(member.mutex);
        const auto finish = [&](system::Simulation& simulation) {
          double sum = 0.0;
          std::size_t months = 0;
          for (; simulation.month() <= until; ++months) {
            sum += part.value(simulation.run_month());
            each_month();
          }
          return std::vector<double>{
              part.spec->is_flow() ? sum
                                   : sum / static_cast<double>(std::max<std::size_t>(months, 1))};
        };
        if (!member.coalitions) {
          member.coalitions.emplace(
              previews_->at_decision(trial, unit % members, false, each_month),
              static_cast<std::uint32_t>((clock.decision - clock.from) * clock.steps_per_month),
              trial.mine, seen, mechanisms, finish);
          member.orders = methods::shapley_orders(member.coalitions->players().size(), rounds,
                                                  options_.seed + unit % members);
        }
        member.coalitions->finish_with(finish); // of this unit: it knows when the job was cancelled
        do_round(member, member.rounds_done);
        ++member.rounds_done;
      });
  const auto tell = [&](const char* type) {
    std::vector<Shares> shares;
    for (MemberWhy& member : states) {
      const std::lock_guard lock(member.mutex);
      if (member.rounds_done == 0)
        return true;
      shares.push_back(shares_of(member, mechanisms));
    }
    bool exact = true;
    std::vector<double> totals;
    for (const Shares& one : shares) {
      exact = exact && one.exact;
      totals.push_back(one.total);
    }
    json parts = json::array();
    for (std::size_t m = 0; m < mechanisms; ++m) {
      std::vector<double> values;
      double square = 0.0;
      for (const Shares& one : shares) {
        values.push_back(one.value[m]);
        square += one.error[m] * one.error[m];
      }
      if (std::all_of(values.begin(), values.end(), [](double v) { return v == 0.0; }))
        continue;
      const study::Mechanism& mechanism = pack_.mechanisms[m];
      parts.push_back(
          {{"mechanism", mechanism.name},
           {"sectors", mechanism.sectors},
           {"title", mechanism.title_en.empty() ? json(nullptr)
                                                : text(mechanism.title_en, mechanism.title_es)},
           {"value", spread(results::spread(values))},
           {"error", number(std::sqrt(square) / static_cast<double>(members))}});
    }
    std::stable_sort(parts.begin(), parts.end(), [](const json& a, const json& b) {
      const auto size = [](const json& p) { return std::abs(p["value"]["mean"].get<double>()); };
      return size(a) > size(b);
    });
    return client.write(taken_apart(type, exact ? "shapley" : "shapley-sampled", part,
                                    std::move(totals), std::move(parts)));
  };
  wait_to_the_end(*job, client, [&](std::size_t done) {
    bool there = client.write({{"type", "progress"}, {"done", done}, {"total", rounds * members}});
    if (there && done % members == 0 && done < rounds * members)
      there = tell("partial");
    if (!there)
      job->cancel();
  });
  tell("answer");
}

} // namespace cauce::serve
