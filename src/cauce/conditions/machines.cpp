// Conveyors: what enters leaves a transit time later, less what leaks on the way. Queues: what
// enters waits until what is downstream takes it, first come first served.
//
// The outflow of a conveyor at t is the inflow at t minus the transit time (XMILE 1.0 section
// 3.7.2). The initial content lies evenly over the belt. A linear leak gives `fraction` of what
// entered, evenly over its zone; an exponential one `fraction` of the content per unit of time.
#include "cauce/conditions/machines.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <numeric>

namespace cauce::conditions::detail {

namespace {

double read(const RunState& s, std::uint32_t variable, std::size_t lane, double otherwise) {
  return variable == none ? otherwise : s.at(variable)[lane];
}

double content(const std::vector<Belt::Slug>& lane) {
  double sum = 0;
  for (const Belt::Slug& slug : lane)
    sum += slug.amount;
  return sum;
}

// What one slug loses to one leak within the present step.
double leaked(const Conveyor& conveyor, const Conveyor::Leak& leak, const Belt::Slug& slug,
              double fraction, double dt) {
  const double progress = 1.0 - (slug.remaining + 0.5 * dt) / slug.transit;
  if (!(fraction > 0) || progress < leak.zone_start || progress > leak.zone_end)
    return 0.0;
  const double zone = std::max(leak.zone_end - leak.zone_start, 1e-12) * slug.transit;
  const double loss = conveyor.exponential_leak
                          ? slug.amount * fraction * dt
                          : slug.entered * fraction * std::min(1.0, dt / zone);
  return std::min(loss, slug.amount);
}

bool arrested(const RunState& s, const Conveyor& conveyor, std::size_t lane) {
  return read(s, conveyor.arrest, lane, 0.0) != 0.0;
}

// Applies the leaks of this step to a copy of a slug; adds each to `losses` where it is given.
Belt::Slug after_leaks(const RunState& s, const Conveyor& conveyor, Belt::Slug slug,
                       std::size_t lane, std::vector<double>* losses) {
  for (std::size_t l = 0; l < conveyor.leaks.size(); ++l) {
    const double loss = leaked(conveyor, conveyor.leaks[l], slug,
                               read(s, conveyor.leaks[l].fraction, lane, 0.0), s.dt);
    slug.amount -= loss;
    if (losses)
      (*losses)[l] += loss;
  }
  return slug;
}

bool leaves(const RunState& s, const Belt::Slug& slug) { return slug.remaining <= s.dt * 1e-6; }

void release_conveyor(RunState& s, std::uint32_t v) {
  const Conveyor& conveyor = s.program->conveyors[s.program->variables[v].machine];
  Belt& belt = s.belts[s.program->variables[v].machine];
  std::vector<double> losses(conveyor.leaks.size());
  for (std::size_t lane = 0; lane < belt.lanes.size(); ++lane) {
    std::fill(losses.begin(), losses.end(), 0.0);
    double out = 0;
    if (!arrested(s, conveyor, lane)) {
      for (const Belt::Slug& slug : belt.lanes[lane]) {
        const Belt::Slug left = after_leaks(s, conveyor, slug, lane, &losses);
        if (leaves(s, left))
          out += left.amount;
      }
    }
    if (conveyor.outflow != none)
      s.at(conveyor.outflow)[lane] = out / s.dt;
    for (std::size_t l = 0; l < losses.size(); ++l)
      s.at(conveyor.leaks[l].flow)[lane] = losses[l] / s.dt;
  }
}

// The rate that what is downstream of `flow` takes in, and whether batches go whole.
double accepted(const RunState& s, std::uint32_t flow, std::size_t lane, bool& whole) {
  for (std::uint32_t v = 0; v < s.program->variables.size(); ++v) {
    const Variable& variable = s.program->variables[v];
    if (variable.memory != Memory::conveyor)
      continue;
    const Conveyor& conveyor = s.program->conveyors[variable.machine];
    if (std::find(conveyor.inflows.begin(), conveyor.inflows.end(), flow) == conveyor.inflows.end())
      continue;
    whole = conveyor.discrete;
    if (arrested(s, conveyor, lane))
      return 0.0;
    const double capacity =
        read(s, conveyor.capacity, lane, std::numeric_limits<double>::infinity());
    double leaving = conveyor.outflow == none ? 0.0 : s.at(conveyor.outflow)[lane];
    for (const Conveyor::Leak& leak : conveyor.leaks)
      leaving += s.at(leak.flow)[lane];
    const double room =
        (capacity - content(s.belts[variable.machine].lanes[lane])) / s.dt + leaving;
    return std::max(0.0, std::min(room, read(s, conveyor.in_limit, lane,
                                             std::numeric_limits<double>::infinity())));
  }
  return std::numeric_limits<double>::infinity();
}

void release_queue(RunState& s, std::uint32_t v) {
  const Queue& queue = s.program->queues[s.program->variables[v].machine];
  const Batches& batches = s.batches[s.program->variables[v].machine];
  for (std::size_t lane = 0; lane < batches.lanes.size(); ++lane) {
    std::vector<double> waiting = batches.lanes[lane];
    for (const Queue::Outflow& outflow : queue.outflows) {
      double taken = 0;
      if (outflow.overflow) {
        taken = std::accumulate(waiting.begin(), waiting.end(), 0.0);
        waiting.clear();
      } else {
        bool whole = false;
        double room = accepted(s, outflow.flow, lane, whole) * s.dt;
        std::size_t front = 0;
        while (front < waiting.size() && room > 0) {
          const double take = std::min(waiting[front], room);
          if (whole && take < waiting[front])
            break;
          taken += take;
          room -= take;
          waiting[front] -= take;
          if (waiting[front] > 0)
            break;
          ++front;
        }
        waiting.erase(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(front));
      }
      s.at(outflow.flow)[lane] = taken / s.dt;
    }
  }
}

double inflow(const RunState& s, const std::vector<std::uint32_t>& flows, std::size_t lane) {
  double sum = 0;
  for (const std::uint32_t flow : flows)
    sum += s.at(flow)[lane];
  return sum;
}

void advance_conveyor(RunState& s, std::uint32_t v) {
  const Conveyor& conveyor = s.program->conveyors[s.program->variables[v].machine];
  Belt& belt = s.belts[s.program->variables[v].machine];
  for (std::size_t lane = 0; lane < belt.lanes.size(); ++lane) {
    std::vector<Belt::Slug>& slugs = belt.lanes[lane];
    if (!arrested(s, conveyor, lane)) {
      std::size_t kept = 0;
      for (Belt::Slug slug : slugs) {
        slug = after_leaks(s, conveyor, slug, lane, nullptr);
        if (leaves(s, slug))
          continue;
        slug.remaining -= s.dt;
        slugs[kept++] = slug;
      }
      slugs.resize(kept);
    }
    const double entering = inflow(s, conveyor.inflows, lane) * s.dt;
    // <sample> holds the transit time between the instants at which it is not zero; without it, it
    // is taken whenever something enters.
    double& transit = belt.transit[lane];
    if (read(s, conveyor.sample, lane, entering) != 0.0)
      transit = std::max(read(s, conveyor.transit_time, lane, s.dt), s.dt);
    if (entering != 0.0)
      slugs.push_back({entering, entering, transit - s.dt, transit});
    s.at(v)[lane] = content(slugs);
  }
}

void advance_queue(RunState& s, std::uint32_t v) {
  const Queue& queue = s.program->queues[s.program->variables[v].machine];
  Batches& batches = s.batches[s.program->variables[v].machine];
  for (std::size_t lane = 0; lane < batches.lanes.size(); ++lane) {
    std::vector<double>& waiting = batches.lanes[lane];
    double leaving = 0;
    for (const Queue::Outflow& outflow : queue.outflows)
      leaving += s.at(outflow.flow)[lane] * s.dt;
    std::size_t front = 0;
    while (front < waiting.size() && leaving > 0) {
      const double take = std::min(waiting[front], leaving);
      waiting[front] -= take;
      leaving -= take;
      if (waiting[front] > 0)
        break;
      ++front;
    }
    waiting.erase(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(front));
    const double entering = inflow(s, queue.inflows, lane) * s.dt;
    if (entering > 0)
      waiting.push_back(entering);
    s.at(v)[lane] = std::accumulate(waiting.begin(), waiting.end(), 0.0);
  }
}

template <typename ConveyorDo, typename QueueDo>
void each_machine(RunState& s, ConveyorDo&& conveyor, QueueDo&& queue) {
  if (s.program->conveyors.empty() && s.program->queues.empty())
    return;
  for (std::uint32_t v = 0; v < s.program->variables.size(); ++v) {
    if (s.program->variables[v].memory == Memory::conveyor)
      conveyor(v);
  }
  for (std::uint32_t v = 0; v < s.program->variables.size(); ++v) {
    if (s.program->variables[v].memory == Memory::queue)
      queue(v);
  }
}

} // namespace

void size_machines(RunState& s) {
  s.belts.resize(s.program->conveyors.size());
  s.batches.resize(s.program->queues.size());
  each_machine(
      s,
      [&](std::uint32_t v) {
        Belt& belt = s.belts[s.program->variables[v].machine];
        belt.lanes.resize(s.program->variables[v].size * s.members);
        belt.transit.resize(belt.lanes.size());
      },
      [&](std::uint32_t v) {
        s.batches[s.program->variables[v].machine].lanes.resize(s.program->variables[v].size *
                                                                s.members);
      });
}

void start_machines(RunState& s) {
  each_machine(
      s,
      [&](std::uint32_t v) {
        const Conveyor& conveyor = s.program->conveyors[s.program->variables[v].machine];
        Belt& belt = s.belts[s.program->variables[v].machine];
        double placed = 0;
        for (std::size_t lane = 0; lane < belt.lanes.size(); ++lane) {
          belt.lanes[lane].clear();
          const double amount = s.at(v)[lane];
          const double transit = belt.transit[lane] =
              std::max(read(s, conveyor.transit_time, lane, s.dt), s.dt);
          const double slots = std::clamp(std::round(transit / s.dt), 1.0, 1e6);
          if (amount == 0.0)
            continue;
          if ((placed += slots) > 2e7) {
            throw Error("X109", s.program->infos[v].where,
                        fmt::format("the conveyor '{}' would hold more than 20 million pieces",
                                    s.program->infos[v].name),
                        "a larger dt or a shorter transit time");
          }
          for (double i = 0; i < slots; ++i)
            belt.lanes[lane].push_back({amount / slots, amount / slots, i * s.dt, transit});
        }
      },
      [&](std::uint32_t v) {
        Batches& batches = s.batches[s.program->variables[v].machine];
        for (std::size_t lane = 0; lane < batches.lanes.size(); ++lane) {
          batches.lanes[lane].clear();
          if (s.at(v)[lane] > 0)
            batches.lanes[lane].push_back(s.at(v)[lane]);
        }
      });
}

void release_flows(RunState& s) {
  each_machine(
      s, [&](std::uint32_t v) { release_conveyor(s, v); },
      [&](std::uint32_t v) { release_queue(s, v); });
}

void advance_machines(RunState& s) {
  each_machine(
      s, [&](std::uint32_t v) { advance_conveyor(s, v); },
      [&](std::uint32_t v) { advance_queue(s, v); });
}

} // namespace cauce::conditions::detail
