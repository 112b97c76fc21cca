// How long single parties wait, from the events that they are told by: each wait is held against
// its own hazard. By the time change of a Poisson process, the hazard that has passed between
// beginning and end of a wait is a draw of Exp(1), whatever the rates did meanwhile; of those whose
// wait is seen to an end or not (the run stops), the distribution is censored.
#include "synthetic.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

namespace cauce::people {
namespace {

void scale(std::span<double> cells, double factor) {
  for (double& cell : cells)
    cell *= factor;
}

// Begin and end of each party's wait, in steps.
class Waits : public EventSink {
 public:
  struct Wait {
    std::uint32_t begin = 0;
    std::optional<std::uint32_t> end;
  };
  void begin(PersonId id, std::uint32_t step) { waits_.emplace(id.bits, Wait{step, {}}); }
  void end(PersonId id, std::uint32_t step) {
    const auto found = waits_.find(id.bits);
    if (found != waits_.end() && !found->second.end)
      found->second.end = step;
  }
  const std::map<std::uint64_t, Wait>& all() const { return waits_; }

 private:
  std::map<std::uint64_t, Wait> waits_;
};

// Those released into the interior with a notice to appear wait for the court's decision.
class CourtWaits : public Waits {
 public:
  void record(const Event& event) override {
    if (event.kind == EventKind::disposition &&
        event.what == static_cast<std::uint16_t>(Disposition::released))
      begin(event.id, event.step);
    if (event.kind == EventKind::status_move &&
        event.place == static_cast<std::uint32_t>(Status::pending))
      end(event.id, event.step);
  }
};

// By how many standard errors the ends of waits, added up over how long the wait has lasted, part
// from what the hazards make of those still waiting: at most.
double largest_deviation(const Waits& waits, const std::vector<double>& passed_by_step) {
  // By steps that a wait has lasted; it is exposed from the step after its first on. Hazards differ
  // between cohorts: each is compared with its own expectation.
  struct Level {
    double ended = 0.0, expected = 0.0, variance = 0.0;
  };
  const std::size_t steps = passed_by_step.size() - 1;
  std::vector<Level> levels(steps + 1);
  for (const auto& [id, wait] : waits.all()) {
    const std::size_t last = wait.end ? *wait.end : steps - 1;
    for (std::size_t step = wait.begin + 1; step <= last; ++step) {
      Level& level = levels[step - wait.begin];
      const double p = 1.0 - std::exp(passed_by_step[step] - passed_by_step[step + 1]);
      level.ended += wait.end && step == *wait.end ? 1.0 : 0.0;
      level.expected += p;
      level.variance += p * (1.0 - p);
    }
  }
  // The difference adds up to a martingale: its standard deviation is known at each level.
  double difference = 0.0, variance = 0.0, largest = 0.0;
  for (const Level& level : levels) {
    difference += level.ended - level.expected;
    variance += level.variance;
    if (variance > 25.0)
      largest = std::max(largest, std::abs(difference) / std::sqrt(variance));
  }
  return largest;
}

TEST(Waiting, EachWaitForTheCourtIsExponentialInTheHazardThatPassed) {
  const auto people = synthetic::setup({400'000, 0, 6, 1.0});
  Rates rates = synthetic::rates(*people);
  scale(rates[Rate::departure], 8.0);
  synthetic::fill(rates[Rate::death], 0.0);
  // All are released, and the court is the only way out.
  synthetic::fill(rates[Rate::disposition], 0.0);
  synthetic::fill(rates[Rate::port_disposition], 0.0);
  for (const Rate rate : {Rate::disposition, Rate::port_disposition}) {
    for (std::size_t i = static_cast<std::size_t>(Disposition::released); i < rates[rate].size();
         i += 7)
      rates[rate][i] = 1.0;
  }
  synthetic::fill(rates[Rate::status_move], 0.0);
  World world(people, random::Key::of(57));
  CourtWaits waits;
  std::vector<double> passed(1, 0.0);
  for (std::uint32_t step = 0; step < 120; ++step) {
    const double a_month = step % 16 < 8 ? 0.04 : 0.3; // the court speeds up and slows down
    for (std::size_t row = 0; row < 9; ++row) {
      const std::size_t first =
          (row * status_count + static_cast<std::size_t>(Status::pending)) * 17;
      rates[Rate::status_move][first + static_cast<std::size_t>(Move::lawful)] = 0.3 * a_month;
      rates[Rate::status_move][first + static_cast<std::size_t>(Move::ordered)] = 0.7 * a_month;
    }
    world.step(rates, 0.25, step, {&waits});
    passed.push_back(passed.back() + 0.25 * a_month);
  }
  const auto ended = std::count_if(waits.all().begin(), waits.all().end(),
                                   [](const auto& wait) { return wait.second.end.has_value(); });
  EXPECT_GT(waits.all().size(), 5000U);
  EXPECT_GT(ended, 3000);
  // The largest of a Brownian path's |W(t)| / sqrt(t) over four decades of t passes 4.5 with
  // probability below 0.001.
  EXPECT_LT(largest_deviation(waits, passed), 4.5);
  // The same waits against a hazard that is off by a fifth are told apart.
  std::vector<double> wrong = passed;
  for (double& hazard : wrong)
    hazard *= 1.2;
  EXPECT_GT(largest_deviation(waits, wrong), 4.5);
}

// Port waits: memoryless, of a known mean.
class PortWaits : public Waits {
 public:
  void record(const Event& event) override {
    if (event.kind == EventKind::border_arrival && event.what == 1)
      begin(event.id, event.step);
    if (event.kind == EventKind::port_encounter)
      end(event.id, event.step);
  }
};

TEST(Waiting, AtPortsOfEntryForExponentialTimes) {
  const auto people = synthetic::setup({400'000, 0, 6, 1.0});
  Rates rates = synthetic::rates(*people);
  scale(rates[Rate::departure], 8.0);
  synthetic::fill(rates[Rate::port_share], 1.0);
  const double mean_months = 2.0;
  rates[Rate::port_wait][0] = mean_months;
  World world(people, random::Key::of(61));
  PortWaits waits;
  std::vector<double> passed(1, 0.0);
  for (std::uint32_t step = 0; step < 80; ++step) {
    world.step(rates, 0.25, step, {&waits});
    passed.push_back(passed.back() + 0.25 / mean_months);
  }
  EXPECT_GT(waits.all().size(), 5000U);
  EXPECT_LT(largest_deviation(waits, passed), 4.5);
  std::vector<double> wrong = passed;
  for (double& hazard : wrong)
    hazard *= 1.2;
  EXPECT_GT(largest_deviation(waits, wrong), 4.5);
}

} // namespace
} // namespace cauce::people
