// Chance functions of XMILE 1.0 section 3.5.2, of isee and of Vensim, as nodes.
//
// isee:   NORMAL(mean, deviation[, seed[, min[, max]]])
// Vensim: RANDOM NORMAL(min, max, mean, deviation, seed); others RANDOM X(min, max, parameters...,
//         shift, stretch, seed)
// A seed of the standard's functions makes the sequence the same always; those of Vensim are not
// used. Without one a draw is keyed by the run's seed, so that members differ and repeat.
#include "cauce/conditions/resolver.hpp"

#include <algorithm>
#include <limits>

namespace cauce::conditions::detail {

namespace {

struct Law {
  Op op;
  std::size_t least, parameters; // arguments at least, and how many are parameters
};

const std::unordered_map<std::string, Law>& laws() {
  static const std::unordered_map<std::string, Law> table = {
      {"random", {Op::uniform, 0, 2}},        {"normal", {Op::normal, 2, 2}},
      {"lognormal", {Op::lognormal, 2, 2}},   {"exprnd", {Op::exponential, 1, 1}},
      {"poisson", {Op::poisson, 1, 1}},       {"binomial", {Op::binomial, 2, 2}},
      {"gamma", {Op::gamma, 1, 2}},           {"beta", {Op::beta, 2, 2}},
      {"triangular", {Op::triangular, 3, 3}}, {"weibull", {Op::weibull, 2, 2}}};
  return table;
}

// Vensim's: parameters between the bounds and (shift, stretch, seed).
const std::unordered_map<std::string, Law>& vensim_laws() {
  static const std::unordered_map<std::string, Law> table = {
      {"random_normal", {Op::normal, 4, 0}},
      {"random_exponential", {Op::exponential, 4, 0}},
      {"random_poisson", {Op::poisson, 5, 1}},
      {"random_gamma", {Op::gamma, 5, 1}},
      {"random_beta", {Op::beta, 6, 2}},
      {"random_binomial", {Op::binomial, 6, 2}},
      {"random_weibull", {Op::weibull, 5, 1}},
      {"random_triangular", {Op::triangular, 5, 3}},
      {"random_uniform", {Op::uniform, 2, 0}},
      {"random_0_1", {Op::uniform, 0, 0}},
      {"random_negative_binomial", {Op::poisson, 6, 2}}};
  return table;
}

} // namespace

std::uint32_t Typer::chance(Op op, std::vector<std::uint32_t> args, bool bounded) {
  const std::uint32_t node = add(op, std::move(args));
  part.nodes[node].stream = ++resolver.program.streams;
  part.nodes[node].value = bounded ? 1 : 0;
  for (const std::uint32_t a : active)
    part.nodes[node].varies |= std::uint64_t{1} << a;
  return node;
}

std::uint32_t Typer::type_vensim_random(const std::string& name, const Expression& e) {
  const auto found = vensim_laws().find(name);
  if (found == vensim_laws().end())
    return none;
  const Law& law = found->second;
  arguments(e, law.least, law.least + 1); // a seed may follow
  std::vector<std::uint32_t> given;
  for (std::size_t i = 0; i < law.least; ++i)
    given.push_back(type(*e.args[i]));
  const std::uint32_t zero = constant(0), one = constant(1);
  std::vector<std::uint32_t> args;
  if (name == "random_uniform")
    return chance(law.op, {given[0], given[1]}, false);
  if (name == "random_0_1")
    return chance(law.op, {}, false);
  if (name == "random_triangular")
    return chance(law.op, {given[2], given[3], given[4], zero, one, given[0], given[1]}, true);
  const std::uint32_t shift = given[law.least - 2], stretch = given[law.least - 1];
  if (name == "random_normal")
    args = {zero, one};
  else if (name == "random_exponential")
    args = {one};
  else if (name == "random_poisson")
    args = {given[2]};
  else if (name == "random_gamma")
    args = {given[2], one};
  else if (name == "random_beta")
    args = {given[2], given[3]};
  else if (name == "random_binomial")
    args = {given[3], given[2]};       // Vensim: probability, then trials
  else if (name == "random_weibull") { // scaled to a mean of 1
    const std::uint32_t inverse = add(Op::divide, {one, given[2]});
    const std::uint32_t mean = add(Op::exp, {add(Op::gamma_ln, {add(Op::add, {one, inverse})})});
    args = {given[2], add(Op::divide, {one, mean})};
  } else { // failures before N successes of probability P: a Poisson of a gamma mean
    const std::uint32_t odds = add(Op::divide, {add(Op::subtract, {one, given[2]}), given[2]});
    args = {chance(Op::gamma, {given[3], odds}, false)};
  }
  args.insert(args.end(), {shift, stretch, given[0], given[1]});
  return chance(law.op, std::move(args), true);
}

// The seed that an argument gives, if it is a number above 0 known before the run.
std::uint32_t Typer::seed_of(const Expression& e, std::size_t argument) const {
  if (argument >= e.args.size())
    return 0;
  const std::optional<double> seed = known_number(*e.args[argument]);
  return seed && *seed >= 1 && *seed < 4294967296.0 ? static_cast<std::uint32_t>(*seed) : 0;
}

std::uint32_t Typer::type_random(const std::string& name, const Expression& e) {
  if (const std::uint32_t node = type_vensim_random(name, e); node != none)
    return node;
  if (name == "montecarlo") {
    // Probability in percent per unit of time that the value is 1 in a step (XMILE MONTECARLO).
    arguments(e, 1, 2);
    const std::uint32_t per_step = add(Op::multiply, {type(*e.args[0]), add(Op::dt)});
    const std::uint32_t draw = chance(Op::uniform, {}, false);
    part.nodes[draw].seed = seed_of(e, 1);
    return add(Op::less, {draw, add(Op::multiply, {per_step, constant(0.01)})});
  }
  const auto found = laws().find(name);
  if (found == laws().end())
    return none;
  const Law& law = found->second;
  arguments(e, law.least, law.parameters + 4);
  std::vector<std::uint32_t> args;
  for (std::size_t i = 0; i < std::min(e.args.size(), law.parameters); ++i)
    args.push_back(type(*e.args[i]));
  const std::size_t bounds = law.parameters + 1; // after the seed
  const std::uint32_t seed = seed_of(e, law.parameters);
  if (e.args.size() <= bounds) {
    const std::uint32_t draw = chance(law.op, std::move(args), false);
    part.nodes[draw].seed = seed;
    return draw;
  }
  const double infinity = std::numeric_limits<double>::infinity();
  args.insert(args.end(),
              {constant(0), constant(1), type(*e.args[bounds]),
               e.args.size() > bounds + 1 ? type(*e.args[bounds + 1]) : constant(infinity)});
  const std::uint32_t draw = chance(law.op, std::move(args), true);
  part.nodes[draw].seed = seed;
  return draw;
}

} // namespace cauce::conditions::detail
