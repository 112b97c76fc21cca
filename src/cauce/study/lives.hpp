// The lives of a few simulated people of one run, event by event.
//
// The run is made twice: once to find those who lived through the fates asked for, once more to
// write down their lives. Both are the same run, since a life is a function of its keys
// (people/stories.hpp).
#pragma once

#include "cauce/study/farm.hpp"
#include "cauce/study/posterior.hpp"
#include "cauce/system/system.hpp"

#include <memory>
#include <string>
#include <vector>

namespace cauce::study {

struct LivesRequest {
  std::string policy = "as-enacted", theory = "open";
  std::string fates = "left";           ///< lived through in this order: "returned,left"
  std::string kind;                     ///< of party; any when empty
  std::string department;               ///< of origin, "GT-HU" or "GT_HU"; any when empty
  std::size_t people = 3;               ///< told of at most
  std::size_t member = 0, members = 20; ///< which member of which ensemble
  std::uint64_t seed = 2017;
  Draws draws = Draws::prior;
  Month until;
  FarmOptions farm; ///< only `cancel` and `watch`: one run has one thread
};

struct LifeEvent {
  Month month;
  int week = 1;             ///< step of the month, from 1
  std::string event, place; ///< kind of event; the pack's name of the place, "" without one
  int persons = 1;          ///< of the party
  double probability = 1.0; ///< of this outcome, given that one of its kind was decided
  std::string en, es;       ///< in words
};

struct Life {
  std::string kind, department;
  std::vector<LifeEvent> events;
};

struct Lives {
  std::size_t matches = 0; ///< people who lived through all of it
  std::vector<Life> lives; ///< a fair sample of them
};

/// Throws Error P310, P311 (unknown policy, theory), J013 (unknown fate), S113 (unknown kind or
/// department), S114 (no such member), S101 (month outside the clock), S104 (cancelled).
Lives follow_lives(const std::shared_ptr<const system::System>& system,
                   const LivesRequest& request);

} // namespace cauce::study
