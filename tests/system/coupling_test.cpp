// Arrays mapped by named axes: order, broadcast, sums, pinned elements, country for department.
#include "cauce/system/coupling.hpp"

#include <gtest/gtest.h>
#include <numeric>

namespace cauce::system {
namespace {

const ArrayAxis country{"country", {"A", "B"}};
const ArrayAxis department{"department", {"A1", "A2", "B1"}};
const ArrayAxis kind{"kind", {"adult", "family", "child"}};
const std::vector<int> country_of = {0, 0, 1};
const PlaceTree places{country_of};

std::vector<double> mapped(std::vector<ArrayAxis> source, std::vector<ArrayAxis> target,
                           const Pinned& pinned, std::vector<double> target_values = {}) {
  Diagnostics findings;
  const ArrayMap map =
      ArrayMap::make(source, target, pinned, places, {"pack.toml", 3, 0}, findings);
  EXPECT_TRUE(findings.ok()) << findings.text();
  std::size_t sources = 1, targets = 1;
  for (const ArrayAxis& axis : source)
    sources *= axis.elements.size();
  for (const ArrayAxis& axis : target)
    targets *= axis.elements.size();
  std::vector<double> values(sources);
  std::iota(values.begin(), values.end(), 1.0);
  target_values.resize(targets, 0.0);
  map.assign(values, target_values);
  return target_values;
}

TEST(ArrayMap, SameAxesInAnotherOrderAreTransposed) {
  EXPECT_EQ(mapped({country, kind}, {kind, country}, {}), (std::vector<double>{1, 4, 2, 5, 3, 6}));
}

TEST(ArrayMap, AnAxisOnlyOfTheTargetIsBroadcast) {
  EXPECT_EQ(mapped({country}, {country, kind}, {}), (std::vector<double>{1, 1, 1, 2, 2, 2}));
  EXPECT_EQ(mapped({}, {kind}, {}), (std::vector<double>{1, 1, 1}));
}

TEST(ArrayMap, AnAxisOnlyOfTheSourceIsSummed) {
  EXPECT_EQ(mapped({country, kind}, {country}, {}), (std::vector<double>{6, 15}));
}

TEST(ArrayMap, DepartmentsSumToTheirCountryAndCountriesSpreadToTheirDepartments) {
  EXPECT_EQ(mapped({department}, {country}, {}), (std::vector<double>{3, 3}));
  EXPECT_EQ(mapped({country}, {department}, {}), (std::vector<double>{1, 1, 2}));
}

TEST(ArrayMap, APinnedTargetAxisTakesOnlyItsElementAndLeavesTheOthers) {
  EXPECT_EQ(mapped({country}, {country, kind}, {{"kind", "family"}}, {9, 9, 9, 9, 9, 9}),
            (std::vector<double>{9, 1, 9, 9, 2, 9}));
}

TEST(ArrayMap, APinnedSourceAxisSelects) {
  EXPECT_EQ(mapped({country, kind}, {country}, {{"kind", "child"}}), (std::vector<double>{3, 6}));
}

TEST(ArrayMap, AnUnknownElementIsAFindingWithItsNearMiss) {
  Diagnostics findings;
  const std::vector<ArrayAxis> both = {country, kind};
  ArrayMap::make(both, both, {{"kind", "famly"}}, places, {"pack.toml", 3, 0}, findings);
  EXPECT_EQ(findings.text(), "pack.toml:3: error P302: axis 'kind' has no element 'famly' "
                             "(did you mean 'family'?)");
}

TEST(ArrayMap, PinningAnAxisThatNobodyHasIsAFinding) {
  Diagnostics findings;
  const std::vector<ArrayAxis> both = {country};
  ArrayMap::make(both, both, {{"kind", "child"}}, places, {"pack.toml", 3, 0}, findings);
  EXPECT_EQ(findings.errors(), 1);
  EXPECT_EQ(findings.items()[0].code, "P301");
}

} // namespace
} // namespace cauce::system
