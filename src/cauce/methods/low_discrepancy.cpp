#include "cauce/methods/low_discrepancy.hpp"

#include "cauce/base/diagnostics.hpp"
#include "cauce/base/random.hpp"

#include <algorithm>
#include <boost/random/sobol.hpp>
#include <fmt/format.h>

namespace cauce::methods {

std::vector<std::vector<double>> sobol_points(std::size_t count, std::size_t dimensions,
                                              std::uint64_t seed) {
  if (dimensions > sobol_dimensions) {
    throw Error("M101", {},
                fmt::format("{} dimensions: Sobol's sequence is known for up to {}", dimensions,
                            sobol_dimensions),
                "vary fewer inputs, or groups of inputs");
  }
  constexpr std::uint32_t shift_purpose = 0x534f424c;
  std::vector<double> shift(dimensions);
  for (std::size_t d = 0; d < dimensions; ++d)
    shift[d] = random::uniform(random::Key::of(seed), d, 0, shift_purpose);
  boost::random::sobol_engine<std::uint64_t, 52> engine(dimensions);
  std::vector<std::vector<double>> points(count, std::vector<double>(dimensions));
  for (auto& point : points) {
    for (std::size_t d = 0; d < dimensions; ++d) {
      const double value = static_cast<double>(engine()) * 0x1p-52 + shift[d];
      point[d] = std::clamp(value - (value >= 1.0 ? 1.0 : 0.0), 1e-12, 1.0 - 1e-12);
    }
  }
  return points;
}

} // namespace cauce::methods
