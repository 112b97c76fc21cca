// The plain sampler: one draw for each person and step. It is what the counts of home.cpp stand
// for.
//
// Everyone at home in a department is a person of their own with a stratum and a home state; in
// each step one keyed draw decides which of the competing risks happens to them. Tests hold the
// counts to it in distribution; the benchmark measures how much faster the counts are.
#pragma once

#include "cauce/base/random.hpp"
#include "cauce/people/world.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace cauce::people {

class HomeOracle {
 public:
  /// The residents of one department of `setup` (at scale 1), all settled.
  HomeOracle(const Setup& setup, std::size_t department, random::Key key);

  struct Events {
    std::int64_t births = 0, deaths = 0, victimised = 0, displaced = 0;
    std::array<std::int64_t, 3> departures{}; ///< persons, by kind
    std::array<std::int64_t, 3> parties{};
  };
  /// Who leaves does not come back.
  Events step(const Rates& rates, double months, std::uint32_t step_index);

  std::size_t size() const { return cells_.size(); }
  /// Persons by home state (settled, victim, displaced) and stratum.
  std::array<std::array<std::int64_t, stratum_count>, 3> residents() const;

 private:
  std::size_t department_;
  random::Key key_;
  std::vector<std::uint8_t> cells_; ///< state * stratum_count + stratum, by person
};

} // namespace cauce::people
