// The result cube: every outcome of every member of every policy and theory, month by month.
#pragma once

#include "cauce/base/month.hpp"

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cauce::results {

/// What an outcome is and how its cells are named.
struct OutcomeInfo {
  std::string name, unit, kind;    ///< kind: flow (summed over the month), stock, index
  std::string section;             ///< "border", "road", ...
  std::string place_axis;          ///< "country", "department", ..., "" when there is none
  std::vector<std::string> places; ///< one element "" when there is no axis
  std::string group_axis;
  std::vector<std::string> groups;
  std::string title_en, title_es, doc_en, doc_es;
  std::size_t offset = 0; ///< of its first cell in a month's record; cells are [place][group]
  std::size_t cells() const { return places.size() * groups.size(); }
};

/// Sizes and names of a cube.
struct CubeShape {
  std::vector<std::string> policies, theories;
  std::vector<OutcomeInfo> outcomes;
  Month from; ///< first month
  std::size_t months = 0;
  std::size_t members = 0;
  std::size_t cells() const; ///< of one month's record: the sum over outcomes
};

/// Values as floats (24 bits of precision: a person in sixteen million), laid out
/// [policy][theory][member][month][cell], so that each run writes one block of its own.
class Cube {
 public:
  /// All values are NaN at first.
  explicit Cube(CubeShape shape);

  const CubeShape& shape() const { return shape_; }
  /// The block of one run: [month][cell]. Threads may write different blocks at once.
  std::span<float> block(std::size_t policy, std::size_t theory, std::size_t member);
  std::span<const float> block(std::size_t policy, std::size_t theory, std::size_t member) const;
  float value(std::size_t policy, std::size_t theory, std::size_t member, std::size_t month,
              std::size_t cell) const {
    return block(policy, theory, member)[month * cells_ + cell];
  }
  /// The outcome of this name, or nullptr.
  const OutcomeInfo* find(std::string_view name) const;

 private:
  CubeShape shape_;
  std::size_t cells_ = 0;
  std::vector<float> values_;
};

/// Mean and quantiles of a sample (type 7 of Hyndman and Fan 1996, R's default). NaN members are
/// left out; without any, all are NaN.
struct Spread {
  double mean = 0.0, q05 = 0.0, q25 = 0.0, q50 = 0.0, q75 = 0.0, q95 = 0.0;
  std::size_t members = 0;
};
Spread spread(std::vector<double> sample);
/// Its numbers by name: "mean", "q05", "q25", "q50", "q75", "q95".
std::array<std::pair<std::string_view, double>, 6> named(const Spread& spread);

/// The quantile of a sorted sample, 0 <= p <= 1.
double quantile_sorted(std::span<const double> sorted, double p);

} // namespace cauce::results
