// `cauce follow`: lives that match what was asked, the same each time, said to be simulated.
#include "e2e/program.hpp"

namespace cauce::e2e {
namespace {

TEST(Follow, ReturnedAndLeftAgainIsToldInThatOrder) {
  const std::string arguments = "follow " + northern_triangle().string() +
                                " --fates returned,left --people 2 --scale 300 --until 2014-12";
  const Outcome told = cauce(arguments);
  ASSERT_EQ(told.status, 0) << told.err;
  EXPECT_NE(told.out.find("nobody here is a real person"), std::string::npos);
  EXPECT_NE(told.out.find("Simulated person 1"), std::string::npos) << told.out;
  EXPECT_EQ(cauce(arguments).out, told.out);
  const Outcome spanish = cauce(arguments + " --language es");
  EXPECT_NE(spanish.out.find("ninguna es una persona real"), std::string::npos) << spanish.out;
}

TEST(Follow, AnUnknownFateOrDepartmentIsNamedWithItsNearMiss) {
  const std::string pack = northern_triangle().string();
  const Outcome fate = cauce("follow " + pack + " --fates retuned --scale 1000");
  EXPECT_EQ(fate.status, 2);
  EXPECT_NE(fate.err.find("did you mean"), std::string::npos) << fate.err;
  const Outcome place = cauce("follow " + pack + " --department GT-HX --scale 1000");
  EXPECT_EQ(place.status, 2);
  EXPECT_NE(place.err.find("error S113"), std::string::npos) << place.err;
}

} // namespace
} // namespace cauce::e2e
