#include "cauce/methods/prim.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <set>

namespace cauce::methods {

namespace {
constexpr double infinity = std::numeric_limits<double>::infinity();

// The bounds of one input while the search goes on.
struct Side {
  double low = -infinity, high = infinity;
  std::set<double> without; ///< categories cut away
  bool restricted() const { return low > -infinity || high < infinity || !without.empty(); }
  bool holds(double value) const {
    return value >= low && value <= high && !without.contains(value);
  }
};
using Box = std::vector<Side>;

struct Score {
  std::size_t runs = 0, cases = 0;
  double density() const {
    return runs == 0 ? 0.0 : static_cast<double>(cases) / static_cast<double>(runs);
  }
};

// P(X >= hits) for X binomial(n, p).
double binomial_tail(std::size_t hits, std::size_t n, double p) {
  if (hits == 0 || p >= 1.0)
    return 1.0;
  if (p <= 0.0)
    return 0.0;
  double tail = 0.0;
  const auto size = static_cast<double>(n);
  for (std::size_t k = hits; k <= n; ++k) {
    const auto x = static_cast<double>(k);
    tail += std::exp(std::lgamma(size + 1.0) - std::lgamma(x + 1.0) - std::lgamma(size - x + 1.0) +
                     x * std::log(p) + (size - x) * std::log1p(-p));
  }
  return std::min(tail, 1.0);
}

class Search {
 public:
  Search(const std::vector<PrimInput>& inputs, std::span<const std::uint8_t> cases,
         std::vector<std::size_t> runs, const PrimOptions& options)
      : inputs_(inputs), cases_(cases), runs_(std::move(runs)), options_(options) {}

  /// The chosen box, simplified; none when nothing is better than the whole.
  std::optional<Box> find() const {
    Box box(inputs_.size());
    std::vector<Box> seen = {box};
    while (const auto next = peel(box)) {
      box = *next;
      seen.push_back(box);
    }
    while (const auto next = paste(box)) {
      box = *next;
      seen.push_back(box);
    }
    const std::size_t all = score(Box(inputs_.size())).cases;
    std::optional<Box> best;
    double best_mark = 0.0;
    for (const Box& candidate : seen) {
      const Score s = score(candidate);
      const double coverage = static_cast<double>(s.cases) / static_cast<double>(all);
      const double mark =
          s.cases == 0 ? 0.0 : 2.0 * coverage * s.density() / (coverage + s.density());
      if (mark > best_mark) {
        best_mark = mark;
        best = candidate;
      }
    }
    if (best)
      drop_chance(*best);
    const bool any = best && std::any_of(best->begin(), best->end(),
                                         [](const Side& side) { return side.restricted(); });
    return any ? best : std::nullopt;
  }

  Score score(const Box& box) const {
    Score s;
    for (const std::size_t r : runs_) {
      if (inside(box, r)) {
        ++s.runs;
        s.cases += cases_[r];
      }
    }
    return s;
  }
  bool inside(const Box& box, std::size_t run) const {
    for (std::size_t i = 0; i < box.size(); ++i) {
      if (!box[i].holds(inputs_[i].values[run]))
        return false;
    }
    return true;
  }
  double quasi_p(const Box& box, std::size_t input) const {
    Box wider = box;
    wider[input] = Side{};
    const Score s = score(box);
    return binomial_tail(s.cases, s.runs, score(wider).density());
  }

 private:
  std::size_t least_runs() const {
    return static_cast<std::size_t>(options_.least_mass * static_cast<double>(cases_.size()));
  }

  std::vector<double> values_inside(const Box& box, std::size_t input) const {
    std::vector<double> values;
    for (const std::size_t r : runs_) {
      if (inside(box, r))
        values.push_back(inputs_[input].values[r]);
    }
    std::sort(values.begin(), values.end());
    return values;
  }

  std::optional<Box> peel(const Box& box) const {
    std::optional<Box> best;
    Score best_score = score(box);
    const auto attempt = [&](const Box& candidate) {
      const Score s = score(candidate);
      if (s.runs < std::max<std::size_t>(least_runs(), 1) || s.runs == score(box).runs)
        return;
      // Of equal densities the one that keeps more: nothing is cut without need.
      if (s.density() > best_score.density() ||
          (best && s.density() == best_score.density() && s.runs > best_score.runs)) {
        best = candidate;
        best_score = s;
      }
    };
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      const std::vector<double> values = values_inside(box, i);
      if (values.front() == values.back())
        continue;
      Box candidate = box;
      if (inputs_[i].categories) {
        for (const double category : std::set<double>(values.begin(), values.end())) {
          candidate[i] = box[i];
          candidate[i].without.insert(category);
          attempt(candidate);
        }
        continue;
      }
      const auto slice = std::max<std::size_t>(
          1, static_cast<std::size_t>(options_.peel * static_cast<double>(values.size())));
      const double low = values[slice], high = values[values.size() - 1 - slice];
      candidate[i].low =
          low > values.front() ? low : *std::upper_bound(values.begin(), values.end(), low);
      attempt(candidate);
      candidate[i] = box[i];
      candidate[i].high =
          high < values.back() ? high : *(std::lower_bound(values.begin(), values.end(), high) - 1);
      attempt(candidate);
    }
    return best;
  }

  // The box widened on one side by a slice, where that raises the density.
  std::optional<Box> paste(const Box& box) const {
    std::optional<Box> best;
    const Score before = score(box);
    double best_density = before.density();
    const auto slice = std::max<std::size_t>(
        1, static_cast<std::size_t>(options_.peel * static_cast<double>(before.runs)));
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      if (!box[i].restricted() || inputs_[i].categories)
        continue;
      Box open = box;
      open[i] = Side{};
      const std::vector<double> values = values_inside(open, i);
      for (const bool low : {true, false}) {
        Box candidate = box;
        if (low && box[i].low > -infinity) {
          const auto at = static_cast<std::size_t>(
              std::lower_bound(values.begin(), values.end(), box[i].low) - values.begin());
          candidate[i].low = at > slice ? values[at - slice] : -infinity;
        } else if (!low && box[i].high < infinity) {
          const auto at = static_cast<std::size_t>(
              std::upper_bound(values.begin(), values.end(), box[i].high) - values.begin());
          candidate[i].high = at + slice < values.size() ? values[at + slice - 1] : infinity;
        } else {
          continue;
        }
        const Score s = score(candidate);
        if (s.runs > before.runs && s.density() > best_density) {
          best = candidate;
          best_density = s.density();
        }
      }
    }
    return best;
  }

  // Drops bounds one by one, the least sure first, until all left are beyond chance.
  void drop_chance(Box& box) const {
    while (true) {
      std::size_t worst = box.size();
      double worst_p = options_.chance;
      for (std::size_t i = 0; i < box.size(); ++i) {
        if (!box[i].restricted())
          continue;
        const double p = quasi_p(box, i);
        if (p > worst_p) {
          worst_p = p;
          worst = i;
        }
      }
      if (worst == box.size())
        return;
      box[worst] = Side{};
    }
  }

  const std::vector<PrimInput>& inputs_;
  std::span<const std::uint8_t> cases_;
  std::vector<std::size_t> runs_;
  PrimOptions options_;
};
} // namespace

std::vector<PrimBox> prim(const std::vector<PrimInput>& inputs, std::span<const std::uint8_t> cases,
                          const PrimOptions& options) {
  std::vector<PrimBox> found;
  const auto all = static_cast<std::size_t>(std::count(cases.begin(), cases.end(), 1));
  if (all == 0 || all == cases.size())
    return found;
  std::vector<std::size_t> left(cases.size());
  std::iota(left.begin(), left.end(), std::size_t{0});
  while (found.size() < options.boxes) {
    const Search search(inputs, cases, left, options);
    const std::optional<Box> box = search.find();
    if (!box)
      break;
    const Score s = search.score(*box);
    PrimBox result;
    result.coverage = static_cast<double>(s.cases) / static_cast<double>(all);
    result.density = s.density();
    result.mass = static_cast<double>(s.runs) / static_cast<double>(cases.size());
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const Side& side = (*box)[i];
      if (!side.restricted())
        continue;
      PrimBound bound{i,
                      side.low,
                      side.high,
                      side.low > -infinity,
                      side.high < infinity,
                      {},
                      search.quasi_p(*box, i)};
      if (inputs[i].categories) {
        const std::set<double> named(inputs[i].values.begin(), inputs[i].values.end());
        std::copy_if(named.begin(), named.end(), std::back_inserter(bound.categories),
                     [&](double category) { return side.holds(category); });
      }
      result.bounds.push_back(std::move(bound));
    }
    found.push_back(std::move(result));
    std::erase_if(left, [&](std::size_t run) { return search.inside(*box, run); });
    if (std::none_of(left.begin(), left.end(), [&](std::size_t run) { return cases[run] != 0; }))
      break;
  }
  return found;
}

} // namespace cauce::methods
