// The scalar evaluator: an equation's tree, one element and one member at a time. Slow and plain;
// it is the oracle of the vector programs, and runs what they do not cover.
//
// scalar.cpp walks the tree, scalar_arrays.cpp has tables and functions of whole arrays,
// scalar_draws.cpp the chance functions.
#pragma once

#include "cauce/conditions/state.hpp"

#include <limits>
#include <vector>

namespace cauce::conditions::detail {

inline constexpr double missing = std::numeric_limits<double>::quiet_NaN();

class Evaluator {
 public:
  Evaluator(const RunState& state, const Part& part, std::vector<std::uint32_t>& positions,
            std::size_t member)
      : state_(state), part_(part), positions_(positions), member_(member) {}

  double value(std::uint32_t n);

 private:
  const RunState& state_;
  const Part& part_;
  std::vector<std::uint32_t>& positions_;
  std::size_t member_;

  double arg(const Node& node, std::size_t i) { return value(node.args[i]); }

  // Calls `visit` at each point of the axes that `node` binds.
  template <typename Visit> void over_bound(const Node& node, Visit&& visit) {
    for (const std::uint32_t axis : node.bound)
      positions_[axis] = 0;
    while (true) {
      visit();
      std::size_t k = node.bound.size();
      while (k > 0 && ++positions_[node.bound[k - 1]] == part_.axes[node.bound[k - 1]].size())
        positions_[node.bound[--k]] = 0;
      if (k == 0)
        return;
    }
  }
  std::vector<double> array(const Node& node, std::uint32_t argument) {
    std::vector<double> all;
    over_bound(node, [&] { all.push_back(value(argument)); });
    return all;
  }
  double load(const Node& node) {
    const Variable& variable = state_.program->variables[node.variable];
    const std::uint32_t element =
        element_of(state_, part_, variable, node.indices, positions_, member_);
    if (element == none)
      return state_.program->outside; // of an index beyond its dimension (XMILE 3.7.1)
    return state_.at(node.variable)[element * state_.members + member_];
  }
  const GraphicalFunction* table(const Node& node) {
    const Variable& variable = state_.program->variables[node.variable];
    const std::uint32_t element =
        element_of(state_, part_, variable, node.indices, positions_, member_);
    if (element == none || variable.tables.empty() || variable.tables[element] < 0)
      return nullptr;
    return &state_.program->tables[static_cast<std::size_t>(variable.tables[element])];
  }
  double tables(const Node& node);
  double reduce(const Node& node);
  double draw(const Node& node);
  double draw_once(const Node& node, std::uint64_t trial);
  double of_array(const Node& node);
  double of_market(const Node& node);
  double remembered(const Node& node);
  std::vector<double> pieces(const Variable& variable, std::size_t lane) const;
};

} // namespace cauce::conditions::detail
