// The feedback loops at work under yours: one member at the preview's scale, scored month by month
// (Loops that Matter) from the clock's start.
#include "cauce/system/loops.hpp"
#include "cauce/serve/service.hpp"

#include <algorithm>
#include <cmath>

namespace cauce::serve {

namespace {
constexpr std::size_t most_loops = 12;

json variables_of(const conditions::Model& model, const conditions::Loop& loop) {
  json names = json::array();
  for (const conditions::VariableId id : loop.variables) {
    if (!model.info(id).hidden)
      names.push_back(model.info(id).name);
  }
  return names;
}

json shares_of(const conditions::Loop& loop) {
  json shares = json::array();
  for (const double share : loop.shares)
    shares.push_back(number(share, 3));
  return shares;
}

// The mean share of a loop over a period.
double share_in(const conditions::LoopAnalysis& analysis, const conditions::Loop& loop,
                const conditions::LoopPeriod& period) {
  double sum = 0.0;
  std::size_t count = 0;
  for (std::size_t i = 0; i < analysis.times.size() && i < loop.shares.size(); ++i) {
    if (analysis.times[i] < period.from || analysis.times[i] > period.until)
      continue;
    sum += loop.shares[i];
    ++count;
  }
  return count == 0 ? 0.0 : sum / static_cast<double>(count);
}
} // namespace

json Service::loops(const Asked& asked, const Client& client) {
  const study::Trial& trial = *asked.trial;
  conditions::LoopAnalysis analysis;
  const auto job = submit(
      client, "loops", Urgency::normal, 1, [&](std::size_t, const Job::EachMonth& each_month) {
        const int months = trial.request.until - pack_.system->manifest().clock.from + 1;
        conditions::LoopOptions options;
        options.window = 12.0;
        analysis = system::analyse_loops(*pack_.system, previews_->at_start(trial, 0), months,
                                         std::move(options), each_month);
      });
  wait(*job, client);
  const conditions::Model& model = *pack_.system->model();
  const std::size_t shown = std::min(most_loops, analysis.main_loops);
  json months = json::array(), loops = json::array(), periods = json::array();
  for (const double time : analysis.times)
    months.push_back(static_cast<int>(std::floor(time)));
  for (std::size_t l = 0; l < shown; ++l) {
    const conditions::Loop& loop = analysis.loops[l];
    loops.push_back({{"label", conditions::loop_label(analysis, l)},
                     {"polarity", loop.polarity},
                     {"variables", variables_of(model, loop)},
                     {"weight", number(loop.weight, 3)},
                     {"shares", shares_of(loop)}});
  }
  for (const conditions::LoopPeriod& period : analysis.periods) {
    json indices = json::array(), shares = json::array();
    for (const std::size_t l : period.loops) {
      if (l >= shown)
        continue;
      indices.push_back(l);
      shares.push_back(number(share_in(analysis, analysis.loops[l], period), 3));
    }
    periods.push_back({{"from", static_cast<int>(std::floor(period.from))},
                       {"until", static_cast<int>(std::floor(period.until))},
                       {"loops", std::move(indices)},
                       {"shares", std::move(shares)}});
  }
  return {{"available", true},
          {"id", trial.id},
          {"complete", analysis.complete},
          {"member", 0},
          {"scale", options_.preview.scale},
          {"months", std::move(months)},
          {"loops", std::move(loops)},
          {"periods", std::move(periods)}};
}

} // namespace cauce::serve
