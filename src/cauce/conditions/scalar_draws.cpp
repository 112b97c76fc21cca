// Chance functions, by the scalar evaluator (scalar.hpp). A draw is keyed by seed, member, call,
// element and step, so that it does not depend on what else is drawn; with a seed in the file by
// that, element and step.
#include "cauce/base/distributions.hpp"
#include "cauce/base/math.hpp"
#include "cauce/base/random.hpp"
#include "cauce/conditions/scalar.hpp"

#include <cmath>

namespace cauce::conditions::detail {

// A draw that is stretched, shifted and must lie between bounds is drawn again until it does
// (Vensim and isee); after 100 trials it is put on the nearer bound.
double Evaluator::draw(const Node& node) {
  if (node.value == 0)
    return draw_once(node, 0);
  const std::size_t n = node.args.size();
  const double shift = arg(node, n - 4), stretch = arg(node, n - 3);
  const double least = arg(node, n - 2), greatest = arg(node, n - 1);
  double x = 0;
  for (std::uint64_t trial = 0; trial < 100; ++trial) {
    x = draw_once(node, trial) * stretch + shift;
    if (!(x < least) && !(x > greatest))
      return x;
  }
  return x < least ? least : greatest;
}

double Evaluator::draw_once(const Node& node, std::uint64_t trial) {
  const std::size_t parameters = node.args.size() - (node.value == 0 ? 0 : 4);
  std::uint64_t element = 0;
  for (std::size_t i = 0; i < part_.axes.size(); ++i) {
    if (node.varies >> i & 1u)
      element = element * part_.axes[i].size() + positions_[i];
  }
  element += trial << 52; // apart from elements and from the rounds of gamma draws below
  // With a seed in the file the sequence is the same whatever the run, the member and the call.
  const bool own = node.seed != 0;
  const auto key =
      random::Key::of(own ? node.seed : state_.seed,
                      own ? 0u : static_cast<std::uint32_t>(state_.first_member + member_));
  const auto counter = random::Counter::of(element, static_cast<std::uint32_t>(state_.steps),
                                           own ? 0u : node.stream);
  const random::Block block = random::philox(key, counter);
  const double u = random::first_uniform(block), v = random::second_uniform(block);
  const double open = u + 0x1p-54; // in (0, 1)
  const auto a = [&](std::size_t i, double otherwise) {
    return i < parameters ? arg(node, i) : otherwise;
  };
  switch (node.op) {
  case Op::uniform: {
    const double low = parameters > 1 ? a(0, 0) : 0.0, high = parameters > 1 ? a(1, 1) : 1.0;
    return low + (high - low) * u;
  }
  case Op::normal:
    return a(0, 0) + a(1, 1) * random::normal_quantile(open);
  case Op::lognormal: { // by the mean and standard deviation of the result
    const double mean = a(0, 1), deviation = a(1, 1);
    const double variance = math::log(1.0 + deviation * deviation / (mean * mean));
    return math::exp(math::log(mean) - variance / 2 +
                     std::sqrt(variance) * random::normal_quantile(open));
  }
  case Op::exponential:
    return -a(0, 1) * math::log(1.0 - u);
  case Op::poisson: {
    const double mean = a(0, 0);
    return mean > 0 && mean < 1e15 ? static_cast<double>(random::poisson(mean, u)) : 0.0;
  }
  case Op::binomial: {
    const double n = a(0, 0), p = a(1, 0);
    return n >= 1 && n < 1e15 && p >= 0 && p <= 1
               ? static_cast<double>(random::binomial(static_cast<std::uint64_t>(n), p, u))
               : 0.0;
  }
  case Op::triangular:
    return random::triangular(a(1, 0), a(0, 0), a(2, 1), u);
  case Op::weibull:
    return a(1, 1) * math::pow_positive(-math::log(1.0 - u), 1.0 / a(0, 1));
  case Op::gamma:
  case Op::beta: {
    // Marsaglia and Tsang (2000) with a stream of blocks of this use's own.
    std::uint32_t round = 0;
    const auto gamma = [&](double shape) {
      const double boost = shape < 1 ? shape + 1 : shape;
      const double d = boost - 1.0 / 3.0, c = 1.0 / std::sqrt(9 * d);
      while (true) {
        const random::Block more = random::philox(
            key, random::Counter::of(element + (std::uint64_t{++round} << 40),
                                     static_cast<std::uint32_t>(state_.steps), node.stream));
        const double x = random::normal_quantile(random::first_uniform(more) + 0x1p-54);
        const double w = 1 + c * x;
        const double cube = w * w * w;
        const double test = random::second_uniform(more) + 0x1p-54;
        if (w > 0 && math::log(test) < 0.5 * x * x + d - d * cube + d * math::log(cube)) {
          return shape < 1 ? d * cube * math::pow_positive(v + 0x1p-54, 1.0 / shape) : d * cube;
        }
        if (round > 1000)
          return missing;
      }
    };
    const double shape = a(0, 1);
    if (!(shape > 0))
      return missing;
    if (node.op == Op::gamma)
      return gamma(shape) * a(1, 1);
    const double other = a(1, 1);
    if (!(other > 0))
      return missing;
    const double x = gamma(shape);
    return x / (x + gamma(other));
  }
  default:
    return missing;
  }
}

} // namespace cauce::conditions::detail
