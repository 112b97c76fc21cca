// The graph of a model's links, and the loops in it: all of them where they can be listed, else the
// strongest ones (Eberlein and Schoenberg 2020). For loops.cpp.
#pragma once

#include "cauce/conditions/program.hpp"

#include <set>
#include <vector>

namespace cauce::conditions::detail {

/// A link between variables: by an equation, or from a flow to the stock that it fills.
struct Edge {
  std::uint32_t from, to;
  double flow_sign = 0; ///< not 0: a flow into (+) or out of (-) a stock
};
using Path = std::vector<std::uint32_t>; ///< edges

std::vector<Edge> edges_of(const Program& program);

/// Strongly connected components: the component of each variable.
std::vector<std::uint32_t> components(std::size_t count,
                                      const std::vector<std::vector<std::uint32_t>>& next);

/// Elementary loops by depth-first search from the smallest variable of each; false when there are
/// more than `most` or the search takes too long.
bool list_loops(const std::vector<Edge>& edges, const std::vector<std::vector<std::uint32_t>>& out,
                const std::vector<std::uint32_t>& component, std::size_t most,
                std::vector<Path>& loops);

/// Strongest paths at one instant: from each stock, links are followed in the order of their
/// scores, and a variable is left where it was reached before by a stronger path.
void strongest(const std::vector<Edge>& edges, const std::vector<std::vector<std::uint32_t>>& out,
               const std::vector<std::uint32_t>& component,
               const std::vector<std::uint32_t>& stocks, const std::vector<double>& score,
               std::set<Path>& found);

} // namespace cauce::conditions::detail
