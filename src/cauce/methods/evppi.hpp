// The value of information: what knowing one input exactly would be worth to someone who must
// choose (expected value of partial perfect information).
//
// One set of runs suffices (Strong, Oakley and Brennan 2014): the expected payoff of each choice
// given the input is a regression on it, here on Legendre polynomials up to the third degree of the
// input's rank. A regression also follows noise, so each value comes with what an input that does
// not matter would seem to be worth: the 95th percentile over shuffled inputs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace cauce::methods {

struct InformationValue {
  double value = 0.0;
  double noise = 0.0; ///< 95 percent of irrelevant inputs seem worth less than this
};

/// `payoffs` [choice][run], to be large; `inputs` [input][run]. The value is in units of the
/// payoff.
std::vector<InformationValue> information_values(const std::vector<std::vector<double>>& payoffs,
                                                 const std::vector<std::vector<double>>& inputs,
                                                 std::uint64_t seed, std::size_t shuffles = 100);

/// What knowing everything would be worth: the mean of the best payoff of each run less the best
/// mean payoff.
double perfect_information(const std::vector<std::vector<double>>& payoffs);

} // namespace cauce::methods
