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

// What each leak takes from each slug within this step: [leak * slugs + slug]. A leak of whole
// numbers takes what has come together since it last took something.
std::vector<double> losses_of(const RunState& s, std::uint32_t machine, std::size_t lane) {
  const Conveyor& conveyor = s.program->conveyors[machine];
  const Belt& belt = s.belts[machine];
  const std::vector<Belt::Slug>& slugs = belt.lanes[lane];
  std::vector<double> losses(conveyor.leaks.size() * slugs.size(), 0.0);
  if (losses.empty() || arrested(s, conveyor, lane))
    return losses;
  for (std::size_t i = 0; i < slugs.size(); ++i) {
    Belt::Slug slug = slugs[i];
    for (std::size_t l = 0; l < conveyor.leaks.size(); ++l) {
      const Conveyor::Leak& leak = conveyor.leaks[l];
      const double loss = leaked(conveyor, leak, slug, read(s, leak.fraction, lane, 0.0), s.dt);
      slug.amount -= loss;
      losses[l * slugs.size() + i] = loss;
    }
  }
  for (std::size_t l = 0; l < conveyor.leaks.size(); ++l) {
    if (!conveyor.leaks[l].integers)
      continue;
    double* const own = losses.data() + l * slugs.size();
    const double now = std::accumulate(own, own + slugs.size(), 0.0);
    const double due = now + belt.owed[lane * conveyor.leaks.size() + l];
    const double scale = now > 0 ? std::floor(due + 1e-9) / now : 0.0;
    for (std::size_t i = 0; i < slugs.size(); ++i)
      own[i] = std::min(own[i] * scale, slugs[i].amount);
  }
  return losses;
}

double leaked_from(const std::vector<double>& losses, std::size_t slugs, std::size_t slug) {
  double sum = 0;
  for (std::size_t at = slug; at < losses.size(); at += slugs)
    sum += losses[at];
  return sum;
}

bool leaves(const RunState& s, const Belt::Slug& slug) { return slug.remaining <= s.dt * 1e-6; }

void release_conveyor(RunState& s, std::uint32_t v) {
  const std::uint32_t machine = s.program->variables[v].machine;
  const Conveyor& conveyor = s.program->conveyors[machine];
  const Belt& belt = s.belts[machine];
  for (std::size_t lane = 0; lane < belt.lanes.size(); ++lane) {
    const std::vector<Belt::Slug>& slugs = belt.lanes[lane];
    const std::vector<double> losses = losses_of(s, machine, lane);
    double out = 0;
    if (!arrested(s, conveyor, lane)) {
      for (std::size_t i = 0; i < slugs.size(); ++i) {
        if (leaves(s, slugs[i]))
          out += slugs[i].amount - leaked_from(losses, slugs.size(), i);
      }
    }
    if (conveyor.outflow != none)
      s.at(conveyor.outflow)[lane] = out / s.dt;
    for (std::size_t l = 0; l < conveyor.leaks.size(); ++l) {
      const double* const own = losses.data() + l * slugs.size();
      s.at(conveyor.leaks[l].flow)[lane] = std::accumulate(own, own + slugs.size(), 0.0) / s.dt;
    }
  }
}

// What lies downstream of a queue's outflow: how much it takes in this step, and how.
struct Intake {
  double room = std::numeric_limits<double>::infinity();
  bool whole = false; ///< whole batches only
  bool one = false;   ///< one batch a step
};

Intake intake(const RunState& s, std::uint32_t flow, std::size_t lane) {
  for (std::uint32_t v = 0; v < s.program->variables.size(); ++v) {
    const Variable& variable = s.program->variables[v];
    if (variable.memory != Memory::conveyor)
      continue;
    const Conveyor& conveyor = s.program->conveyors[variable.machine];
    if (std::find(conveyor.inflows.begin(), conveyor.inflows.end(), flow) == conveyor.inflows.end())
      continue;
    Intake taken{.whole = conveyor.batch_integrity, .one = conveyor.one_at_a_time};
    if (arrested(s, conveyor, lane)) {
      taken.room = 0;
      return taken;
    }
    if (conveyor.capacity != none) {
      double leaving = conveyor.outflow == none ? 0.0 : s.at(conveyor.outflow)[lane];
      for (const Conveyor::Leak& leak : conveyor.leaks)
        leaving += s.at(leak.flow)[lane];
      taken.room = s.at(conveyor.capacity)[lane] - content(s.belts[variable.machine].lanes[lane]) +
                   leaving * s.dt;
    }
    // Behind a queue a conveyor is discrete: the limit of a unit of time may enter in one step.
    if (conveyor.in_limit != none)
      taken.room = std::min(taken.room, s.at(conveyor.in_limit)[lane] -
                                            entered_this_unit(s, variable.machine, lane));
    taken.room = std::max(0.0, taken.room);
    return taken;
  }
  return {};
}

// From the front of the queue: the first outflow takes what fits, an overflow what a higher one was
// kept from taking by the room, the limit or the arrest of the conveyor downstream.
void release_queue(RunState& s, std::uint32_t v) {
  const Queue& queue = s.program->queues[s.program->variables[v].machine];
  const Batches& batches = s.batches[s.program->variables[v].machine];
  for (std::size_t lane = 0; lane < batches.lanes.size(); ++lane) {
    std::vector<double> waiting = batches.lanes[lane];
    bool blocked = false;
    for (const Queue::Outflow& outflow : queue.outflows) {
      double taken = 0;
      if (!outflow.overflow || blocked) {
        Intake take = intake(s, outflow.flow, lane);
        std::size_t front = 0;
        while (front < waiting.size() && !(take.one && front > 0)) {
          const double amount = std::min(waiting[front], take.room);
          blocked = amount < waiting[front];
          if (blocked && (take.whole || amount <= 0))
            break;
          taken += amount;
          take.room -= amount;
          waiting[front] -= amount;
          if (blocked)
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

// What leaks of whole numbers have still to take.
void settle(RunState& s, std::uint32_t machine, std::size_t lane,
            const std::vector<double>& losses) {
  const Conveyor& conveyor = s.program->conveyors[machine];
  Belt& belt = s.belts[machine];
  const std::vector<Belt::Slug>& slugs = belt.lanes[lane];
  for (std::size_t l = 0; l < conveyor.leaks.size(); ++l) {
    const Conveyor::Leak& leak = conveyor.leaks[l];
    if (!leak.integers)
      continue;
    double now = 0, taken = 0;
    for (std::size_t i = 0; i < slugs.size(); ++i) {
      now += leaked(conveyor, leak, slugs[i], read(s, leak.fraction, lane, 0.0), s.dt);
      taken += losses[l * slugs.size() + i];
    }
    belt.owed[lane * conveyor.leaks.size() + l] += now - taken;
  }
}

void advance_conveyor(RunState& s, std::uint32_t v) {
  const std::uint32_t machine = s.program->variables[v].machine;
  const Conveyor& conveyor = s.program->conveyors[machine];
  Belt& belt = s.belts[machine];
  for (std::size_t lane = 0; lane < belt.lanes.size(); ++lane) {
    std::vector<Belt::Slug>& slugs = belt.lanes[lane];
    if (!arrested(s, conveyor, lane)) {
      const std::vector<double> losses = losses_of(s, machine, lane);
      settle(s, machine, lane, losses);
      const std::size_t before = slugs.size();
      std::size_t kept = 0;
      for (std::size_t i = 0; i < before; ++i) {
        Belt::Slug slug = slugs[i];
        slug.amount -= leaked_from(losses, before, i);
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
      slugs.push_back({entering, entering, transit - s.dt, transit, 1});
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

// Conveyors, then queues, each by its own clock; of one pace, or of all.
template <typename ConveyorDo, typename QueueDo>
void each_machine(RunState& s, std::uint32_t pace, ConveyorDo&& conveyor, QueueDo&& queue) {
  if (s.program->conveyors.empty() && s.program->queues.empty())
    return;
  const auto each = [&](Memory kind, auto&& act) {
    for (std::uint32_t v = 0; v < s.program->variables.size(); ++v) {
      const Variable& variable = s.program->variables[v];
      if (variable.memory != kind || (pace != none && variable.pace != pace))
        continue;
      if (s.pace != variable.pace)
        s.go_by(variable.pace);
      act(v);
    }
  };
  each(Memory::conveyor, conveyor);
  each(Memory::queue, queue);
}

} // namespace

double entered_this_unit(const RunState& s, std::uint32_t machine, std::size_t lane) {
  const double since =
      s.time - (s.start + std::floor(s.time - s.start + s.dt * 1e-6)); // of the unit's beginning
  double sum = 0;
  for (const Belt::Slug& slug : s.belts[machine].lanes[lane]) {
    const double age = slug.transit - slug.remaining;
    if (age <= since + s.dt * 1e-6 && slug.fresh)
      sum += slug.entered;
  }
  return sum;
}

void size_machines(RunState& s) {
  const Paced paced(s);
  s.belts.resize(s.program->conveyors.size());
  s.batches.resize(s.program->queues.size());
  each_machine(
      s, none,
      [&](std::uint32_t v) {
        Belt& belt = s.belts[s.program->variables[v].machine];
        belt.lanes.resize(s.program->variables[v].size * s.members);
        belt.transit.resize(belt.lanes.size());
        belt.owed.assign(belt.lanes.size() *
                             s.program->conveyors[s.program->variables[v].machine].leaks.size(),
                         0.0);
      },
      [&](std::uint32_t v) {
        s.batches[s.program->variables[v].machine].lanes.resize(s.program->variables[v].size *
                                                                s.members);
      });
}

void start_machines(RunState& s) {
  each_machine(
      s, none,
      [&](std::uint32_t v) {
        const Conveyor& conveyor = s.program->conveyors[s.program->variables[v].machine];
        Belt& belt = s.belts[s.program->variables[v].machine];
        double placed = 0;
        std::fill(belt.owed.begin(), belt.owed.end(), 0.0);
        for (std::size_t lane = 0; lane < belt.lanes.size(); ++lane) {
          belt.lanes[lane].clear();
          const double amount = s.at(v)[lane];
          const double transit = belt.transit[lane] =
              std::max(read(s, conveyor.transit_time, lane, s.dt), s.dt);
          // A discrete conveyor holds one batch at the start of each unit of time.
          const double apart = conveyor.discrete ? std::max(1.0, s.dt) : s.dt;
          const double listed = static_cast<double>(conveyor.initial.size());
          const double slots =
              listed > 0 && conveyor.discrete
                  ? listed
                  : std::clamp(std::round((listed > 0 ? listed : transit) / apart), 1.0, 1e6);
          if (amount == 0.0 && conveyor.initial.empty())
            continue;
          if ((placed += slots) > 2e7) {
            throw Error("X109", s.program->infos[v].where,
                        fmt::format("the conveyor '{}' would hold more than 20 million pieces",
                                    s.program->infos[v].name),
                        "a larger dt or a shorter transit time");
          }
          for (double i = 0; i < slots; ++i) {
            const auto unit = static_cast<std::size_t>(i * apart + 1e-9);
            const double piece =
                conveyor.initial.empty()
                    ? amount / slots
                    : read(s, conveyor.initial[std::min(unit, conveyor.initial.size() - 1)], lane,
                           0.0) *
                          std::min(1.0, apart);
            belt.lanes[lane].push_back({piece, piece, i * apart, transit, 0});
          }
          s.at(v)[lane] = content(belt.lanes[lane]);
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

void release_flows(RunState& s, std::uint32_t pace) {
  const auto unless_still = [&](auto&& release) {
    return [&](std::uint32_t v) {
      if (!s.stands_still(s.pace))
        release(s, v);
    };
  };
  each_machine(s, pace, unless_still(release_conveyor), unless_still(release_queue));
}

void advance_machines(RunState& s, std::uint32_t pace) {
  each_machine(
      s, pace, [&](std::uint32_t v) { advance_conveyor(s, v); },
      [&](std::uint32_t v) { advance_queue(s, v); });
}

} // namespace cauce::conditions::detail
