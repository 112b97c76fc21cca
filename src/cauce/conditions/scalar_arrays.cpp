// Tables, reductions and functions of whole arrays, by the scalar evaluator (scalar.hpp).
#include "cauce/base/math.hpp"
#include "cauce/conditions/operations.hpp"
#include "cauce/conditions/scalar.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace cauce::conditions::detail {

namespace {

// Slope of a table at x: of the piece to the left (mode < 0) or right (mode > 0) where x is one of
// its points, else their mean; 0 outside.
double slope_at(const GraphicalFunction& gf, double x, double mode) {
  double left = 0, right = 0;
  for (std::size_t i = 1; i < gf.x.size(); ++i) {
    if (gf.x[i] == gf.x[i - 1])
      continue;
    const double slope = (gf.y[i] - gf.y[i - 1]) / (gf.x[i] - gf.x[i - 1]);
    if (gf.x[i - 1] < x && x <= gf.x[i])
      left = slope;
    if (gf.x[i - 1] <= x && x < gf.x[i])
      right = slope;
  }
  return mode < 0 ? left : mode > 0 ? right : 0.5 * (left + right);
}

} // namespace

double Evaluator::tables(const Node& node) {
  const GraphicalFunction* gf = table(node);
  const double x = arg(node, 0);
  if (!gf)
    return missing;
  using Type = GraphicalFunction::Type;
  switch (node.op) {
  case Op::lookup:
    return operations::lookup(gf->x, gf->y, gf->type, x);
  case Op::lookup_extrapolate:
    return operations::lookup(gf->x, gf->y, Type::extrapolate, x);
  case Op::lookup_backward:
    return operations::lookup(gf->x, gf->y, Type::discrete, x);
  case Op::lookup_forward: {
    const auto at = std::lower_bound(gf->x.begin(), gf->x.end(), x);
    return gf
        ->y[at == gf->x.end() ? gf->y.size() - 1 : static_cast<std::size_t>(at - gf->x.begin())];
  }
  case Op::lookup_inverse: // the first x at which y is reached
    for (std::size_t i = 1; i < gf->y.size(); ++i) {
      const double a = gf->y[i - 1], b = gf->y[i];
      if ((x - a) * (x - b) <= 0.0 && a != b)
        return gf->x[i - 1] + (x - a) * (gf->x[i] - gf->x[i - 1]) / (b - a);
    }
    return std::abs(x - gf->y.front()) <= std::abs(x - gf->y.back()) ? gf->x.front() : gf->x.back();
  case Op::lookup_area:
    return operations::area_until(*gf, arg(node, 1)) - operations::area_until(*gf, x);
  case Op::lookup_slope:
    return slope_at(*gf, x, arg(node, 1));
  default:
    return missing;
  }
}

double Evaluator::reduce(const Node& node) {
  double result = 0;
  std::size_t n = 0;
  switch (node.op) {
  case Op::sum:
  case Op::mean: { // eight interleaved chains: the order in which the vector kernels add
    double chain[8] = {};
    over_bound(node, [&] { chain[n++ % 8] += arg(node, 0); });
    result = ((chain[0] + chain[4]) + (chain[2] + chain[6])) +
             ((chain[1] + chain[5]) + (chain[3] + chain[7]));
    return node.op == Op::sum ? result : result / static_cast<double>(n);
  }
  case Op::product:
    result = 1;
    over_bound(node, [&] { result *= arg(node, 0); });
    return result;
  case Op::least:
    result = std::numeric_limits<double>::infinity();
    over_bound(node, [&] { result = operations::minimum(result, arg(node, 0)); });
    return result;
  case Op::greatest:
    result = -std::numeric_limits<double>::infinity();
    over_bound(node, [&] { result = operations::maximum(result, arg(node, 0)); });
    return result;
  case Op::deviation: {
    const std::vector<double> all = array(node, node.args[0]);
    const double mean =
        std::accumulate(all.begin(), all.end(), 0.0) / static_cast<double>(all.size());
    for (const double x : all)
      result += (x - mean) * (x - mean);
    return all.size() < 2 ? 0.0 : std::sqrt(result / static_cast<double>(all.size() - 1));
  }
  case Op::rank_element: {
    const std::vector<double> all = array(node, node.args[0]);
    const double wanted = arg(node, 1);
    std::vector<std::size_t> order(all.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::vector<double> second; // decides between equals
    if (node.args.size() > 2)
      second = array(node, node.args[2]);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return all[a] < all[b] || (all[a] == all[b] && !second.empty() && second[a] < second[b]);
    });
    if (!(wanted >= 1) || wanted > static_cast<double>(all.size()))
      return 0.0;
    return static_cast<double>(order[static_cast<std::size_t>(wanted) - 1]) + 1.0;
  }
  default:
    return missing;
  }
}

double Evaluator::of_array(const Node& node) {
  const std::vector<double> first = array(node, node.args[0]);
  const std::size_t n = first.size();
  switch (node.op) {
  case Op::sort_order:
  case Op::vector_rank: {
    const bool up = arg(node, 1) > 0;
    const auto at = static_cast<std::size_t>(arg(node, 2)) - 1;
    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return up ? first[a] < first[b] : first[a] > first[b];
    });
    if (at >= n)
      return 0.0;
    if (node.op == Op::sort_order)
      return static_cast<double>(order[at]); // offsets count from 0
    return static_cast<double>(std::find(order.begin(), order.end(), at) - order.begin()) + 1.0;
  }
  case Op::vector_reorder: { // the element to which the order (offsets from 0) points
    const std::vector<double> order = array(node, node.args[1]);
    const auto at = static_cast<std::size_t>(arg(node, 2)) - 1;
    if (at >= n || !(order[at] >= 0) || order[at] >= static_cast<double>(n))
      return 0.0;
    return first[static_cast<std::size_t>(order[at])];
  }
  case Op::vector_select: {
    // VECTOR SELECT(selection, expression, missing value, numerical action, error action)
    const std::vector<double> values = array(node, node.args[1]);
    const double otherwise = arg(node, 2), action = arg(node, 3);
    double result = action == 2   ? std::numeric_limits<double>::infinity()
                    : action == 3 ? -std::numeric_limits<double>::infinity()
                    : action == 1 ? 1.0
                                  : 0.0;
    std::size_t chosen = 0;
    for (std::size_t i = 0; i < n; ++i) {
      if (first[i] == 0.0)
        continue;
      ++chosen;
      result = action == 1   ? result * values[i]
               : action == 2 ? operations::minimum(result, values[i])
               : action == 3 ? operations::maximum(result, values[i])
                             : result + values[i];
    }
    if (chosen == 0)
      return otherwise;
    return action == 4 ? result / static_cast<double>(chosen) : result;
  }
  case Op::invert: {
    const std::size_t size = part_.axes[node.bound.back()].size();
    if (n != size * size)
      return missing;
    std::vector<double> a = first, b(n, 0.0);
    for (std::size_t i = 0; i < size; ++i)
      b[i * size + i] = 1;
    for (std::size_t c = 0; c < size; ++c) {
      std::size_t pivot = c;
      for (std::size_t r = c + 1; r < size; ++r) {
        if (std::abs(a[r * size + c]) > std::abs(a[pivot * size + c]))
          pivot = r;
      }
      if (a[pivot * size + c] == 0.0)
        return missing;
      for (std::size_t k = 0; k < size; ++k) {
        std::swap(a[c * size + k], a[pivot * size + k]);
        std::swap(b[c * size + k], b[pivot * size + k]);
      }
      const double d = a[c * size + c];
      for (std::size_t k = 0; k < size; ++k) {
        a[c * size + k] /= d;
        b[c * size + k] /= d;
      }
      for (std::size_t r = 0; r < size; ++r) {
        const double f = a[r * size + c];
        if (r == c || f == 0.0)
          continue;
        for (std::size_t k = 0; k < size; ++k) {
          a[r * size + k] -= f * a[c * size + k];
          b[r * size + k] -= f * b[c * size + k];
        }
      }
    }
    const auto row = static_cast<std::size_t>(arg(node, node.args.size() - 2)) - 1,
               column = static_cast<std::size_t>(arg(node, node.args.size() - 1)) - 1;
    return row < size && column < size ? b[row * size + column] : missing;
  }
  default:
    return missing;
  }
}

} // namespace cauce::conditions::detail
