#include "cauce/study/stretch.hpp"

#include <algorithm>
#include <numeric>

namespace cauce::study {

using system::LeverPaths;

std::optional<int> first_difference(const LeverPaths& a, const LeverPaths& b) {
  std::optional<int> first;
  const auto look = [&](const LeverPaths::Path* x, const LeverPaths::Path* y) {
    const LeverPaths::Path& any = x != nullptr ? *x : *y;
    const auto months = static_cast<int>(any.values.size() / any.size);
    const auto at = [](const LeverPaths::Path* path, int month) {
      return path == nullptr ? std::span<const double>() : path->at(month);
    };
    for (int m = 0; m < (first ? *first : months); ++m) {
      if (!std::ranges::equal(at(x, m), at(y, m)))
        first = m;
    }
  };
  const auto find = [](const LeverPaths& all, conditions::VariableId id) {
    const auto found =
        std::find_if(all.paths.begin(), all.paths.end(),
                     [&](const LeverPaths::Path& path) { return path.variable == id; });
    return found == all.paths.end() ? nullptr : &*found;
  };
  if (&a == &b)
    return std::nullopt;
  for (std::size_t p = 0; p < a.paths.size(); ++p) {
    const LeverPaths::Path& path = a.paths[p];
    const bool same_place = p < b.paths.size() && b.paths[p].variable == path.variable;
    look(&path, same_place ? &b.paths[p] : find(b, path.variable));
  }
  for (std::size_t p = 0; p < b.paths.size(); ++p) {
    const LeverPaths::Path& path = b.paths[p];
    const bool same_place = p < a.paths.size() && a.paths[p].variable == path.variable;
    if (!same_place && find(a, path.variable) == nullptr)
      look(nullptr, &path);
  }
  for (const auto& [some, others] :
       {std::pair(&a.moves, &b.moves), std::pair(&b.moves, &a.moves)}) {
    for (const system::MovedVariable& move : *some) {
      const bool shared = std::find(others->begin(), others->end(), move) != others->end();
      if (!shared && (!first || move.from < *first))
        first = std::max(0, move.from);
    }
  }
  return first;
}

std::uint64_t Stretch::months() const {
  return std::accumulate(then.begin(), then.end(), static_cast<std::uint64_t>(end - from),
                         [](std::uint64_t sum, const Stretch& s) { return sum + s.months(); });
}

namespace {
class Planner {
 public:
  Planner(std::span<const Levers> levers, std::span<const Month> last, Month start)
      : levers_(levers), last_(last), start_(start) {}

  // Those of `group` that are of interest in `month`, by their levers of it; the levers agreed
  // before.
  std::vector<Stretch> part(std::span<const std::size_t> group, Month month) const {
    std::vector<std::vector<std::size_t>> classes;
    for (const std::size_t run : group) {
      if (last_[run] < month)
        continue;
      const auto same = std::find_if(classes.begin(), classes.end(), [&](const auto& c) {
        const auto differ = parting_of(c[0], run);
        return !differ || *differ > month;
      });
      if (same == classes.end())
        classes.push_back({run});
      else
        same->push_back(run);
    }
    std::vector<Stretch> stretches;
    for (std::vector<std::size_t>& runs : classes)
      stretches.push_back(stretch(std::move(runs), month));
    return stretches;
  }

 private:
  Stretch stretch(std::vector<std::size_t> runs, Month from) const {
    Month end = from;
    for (const std::size_t run : runs)
      end = std::max(end, last_[run] + 1);
    for (const std::size_t run : runs)
      end = std::min(end, parting_of(runs[0], run).value_or(end));
    Stretch shared{from, end, std::move(runs), {}};
    shared.then = part(shared.runs, end);
    return shared;
  }

  // When a run leaves another, while it is of interest.
  std::optional<Month> parting_of(std::size_t leader, std::size_t run) const {
    const auto month = first_difference(*levers_[leader], *levers_[run]);
    if (!month || start_ + *month > last_[run])
      return std::nullopt;
    return start_ + *month;
  }

  std::span<const Levers> levers_;
  std::span<const Month> last_;
  Month start_;
};
} // namespace

std::vector<Stretch> share_months(std::span<const Levers> levers, std::span<const Month> last,
                                  Month start) {
  std::vector<std::size_t> all(levers.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return Planner(levers, last, start).part(all, start);
}

void simulate(const Stretch& stretch, std::span<const Levers> levers,
              system::Simulation& simulation, const ShowMonth& show, system::PhaseTimes* times) {
  while (simulation.month() < stretch.end) {
    const Month month = simulation.month();
    show(stretch.runs, month, simulation.run_month(times));
  }
  for (std::size_t s = 1; s < stretch.then.size(); ++s) {
    system::Simulation branch = simulation;
    branch.set_levers(levers[stretch.then[s].runs[0]]);
    simulate(stretch.then[s], levers, branch, show, times);
  }
  if (stretch.then.empty())
    return;
  simulation.set_levers(levers[stretch.then[0].runs[0]]);
  simulate(stretch.then[0], levers, simulation, show, times);
}

} // namespace cauce::study
