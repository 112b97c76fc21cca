// Which feedback loops drive a coupled run, people included, and when.
//
// The equations' links are scored by the Loops that Matter method month by month (conditions/
// loops.hpp). Variables that people produce have as their equation what is expected of them, so a
// loop that runs through people (news -> departures -> arrivals -> news) is whole: the link into
// such a variable is scored by its expected value, the link out of it by what was drawn.
#pragma once

#include "cauce/conditions/loops.hpp"
#include "cauce/system/simulation.hpp"

#include <functional>

namespace cauce::system {

/// Runs `simulation` for `months` and tells its loops; times are months since the clock's start.
/// `options.drawn` is set from the system. Takes about 10 ms a month beside the run itself.
/// `each_month` is called after each month; what it throws ends the analysis.
conditions::LoopAnalysis analyse_loops(const System& system, Simulation simulation, int months,
                                       conditions::LoopOptions options = {},
                                       const std::function<void()>& each_month = {});

} // namespace cauce::system
