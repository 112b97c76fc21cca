// Members of a tile moved to a tile of their own: arrays have the member as their innermost index.
#include "cauce/conditions/tile.hpp"

#include <algorithm>

namespace cauce::conditions::detail {

namespace {

// Rows of `from.members` numbers (or other things) each: those of the members wanted.
template <typename List>
List slice(const List& rows, std::size_t members, std::size_t first, std::size_t count) {
  List out;
  out.reserve(rows.size() / members * count);
  for (std::size_t row = 0; row + members <= rows.size(); row += members) {
    const auto begin = rows.begin() + static_cast<std::ptrdiff_t>(row + first);
    out.insert(out.end(), begin, begin + static_cast<std::ptrdiff_t>(count));
  }
  return out;
}

} // namespace

Tile members_of(const Tile& tile, std::size_t first, std::size_t count) {
  const std::size_t all = tile.members;
  const Program& program = *tile.program;
  Tile out;
  out.program = tile.program;
  out.members = count;
  out.seed = tile.seed;
  out.first_member = tile.first_member + first;
  out.start = tile.start;
  out.stop = tile.stop;
  out.dt = tile.dt;
  out.time = tile.time;
  out.method = tile.method;
  out.steps = tile.steps;
  out.initialised = tile.initialised;
  out.oracle = tile.oracle;
  out.kernels = tile.kernels;
  out.version = tile.version;
  out.changed.assign(program.variables.size(), 1);
  out.overridden.assign(program.variables.size(), 0);
  out.values.assign(program.elements * count + 8, 0.0);
  for (std::uint32_t v = 0; v < program.variables.size(); ++v) {
    for (std::size_t e = 0; e < program.variables[v].size; ++e)
      std::copy_n(tile.at(v) + e * all + first, count, out.at(v) + e * count);
  }
  for (const auto& [v, entry] : tile.overrides) {
    Override own{slice(entry.values, all, first, count), slice(entry.members, all, first, count)};
    own.held = static_cast<std::size_t>(
        std::count_if(own.members.begin(), own.members.end(), [](auto held) { return held != 0; }));
    if (own.held == 0)
      continue;
    out.overridden[v] = own.held == count ? 2 : 1;
    out.overrides.emplace(v, std::move(own));
  }
  for (const auto& [v, history] : tile.histories)
    out.histories.emplace(v, History{slice(history.rows, all, first, count),
                                     history.length,
                                     history.count,
                                     history.first,
                                     slice(history.before, all, first, count),
                                     {}});
  for (const auto& [v, arrivals] : tile.arrivals)
    out.arrivals.emplace(v, Arrivals{slice(arrivals.lanes, all, first, count), arrivals.count});
  for (std::size_t c = 0; c < tile.belts.size(); ++c) {
    const Belt& belt = tile.belts[c];
    const std::size_t leaks = program.conveyors[c].leaks.size();
    out.belts.push_back(
        {slice(belt.lanes, all, first, count), slice(belt.transit, all, first, count),
         slice(belt.owed, all * std::max<std::size_t>(1, leaks), first * leaks, count * leaks)});
  }
  for (const Batches& batches : tile.batches)
    out.batches.push_back({slice(batches.lanes, all, first, count)});
  return out;
}

} // namespace cauce::conditions::detail
