// Bad input: one clear message with file and line, exit status 2, nothing half-written.
#include "e2e/program.hpp"

namespace cauce::e2e {
namespace {

// Checks a spoiled pack: the message must be there, and neither check nor run accept it.
void expect_refused(const fs::path& pack, const std::string& message) {
  const Outcome check = cauce("check " + pack.string());
  EXPECT_EQ(check.status, 2);
  EXPECT_NE((check.out + check.err).find(message), std::string::npos) << check.out << check.err;
  const fs::path out = pack.parent_path() / "out";
  const Outcome run = cauce("run " + pack.string() +
                            " --members 1 --scale 1000 --until 2010-02 --out " + out.string());
  EXPECT_EQ(run.status, 2);
  EXPECT_NE(run.err.find(message), std::string::npos) << run.err;
  EXPECT_FALSE(fs::exists(out / "summary.csv"));
  EXPECT_FALSE(fs::exists(out / "results.nc"));
}

TEST(BadInput, AMissingColumnIsNamed) {
  const Folder folder;
  const fs::path pack = pack_copy(folder);
  edit(pack / "strata.csv", "department,stratum,share", "department,stratum,shares");
  expect_refused(pack, "strata.csv:1: error B102: missing column 'share' (did you mean 'shares'?)");
}

TEST(BadInput, ANegativePopulationIsRefused) {
  const Folder folder;
  const fs::path pack = pack_copy(folder);
  std::string text = read_file(pack / "abroad.csv");
  const auto line_end = text.find('\n');
  const auto persons = [&] { // the first number of the first row, made negative
    std::size_t at = line_end;
    for (int comma = 0; comma < 3; ++comma)
      at = text.find(',', at + 1);
    return at + 1;
  }();
  text.insert(persons, "-");
  std::ofstream(pack / "abroad.csv", std::ios::binary) << text;
  expect_refused(pack, "abroad.csv:2: error ");
}

TEST(BadInput, AnUnknownLeverIsNamedWithItsNearMiss) {
  const Folder folder;
  const fs::path pack = pack_copy(folder);
  edit(pack / "policies" / "miami-agenda.toml", "lever = \"transit_enforcement_mexico\"",
       "lever = \"transit_enforcment_mexico\"");
  expect_refused(pack, "did you mean 'transit_enforcement_mexico'?");
}

TEST(BadInput, ATruncatedXmileIsRefused) {
  const Folder folder;
  const fs::path pack = pack_copy(folder);
  const std::string text = read_file(pack / "conditions.xmile");
  std::ofstream(pack / "conditions.xmile", std::ios::binary) << text.substr(0, text.size() / 2);
  expect_refused(pack, "conditions.xmile:");
}

TEST(BadInput, ACycleOfEquationsIsNamed) {
  const Folder folder;
  const fs::path pack = pack_copy(folder);
  edit(pack / "conditions.xmile", "</variables>",
       "<aux name=\"hen\"><eqn>egg</eqn></aux><aux name=\"egg\"><eqn>hen</eqn></aux></variables>");
  const Outcome check = cauce("check " + pack.string());
  EXPECT_EQ(check.status, 2);
  EXPECT_NE((check.out + check.err).find("hen"), std::string::npos);
  EXPECT_NE((check.out + check.err).find("egg"), std::string::npos);
}

TEST(BadInput, AnUnwritableOutputFolderIsSaidBeforeAnyWork) {
  const Outcome run = cauce("run " + northern_triangle().string() +
                            " --members 1 --scale 1000 --until 2010-02 --out /proc/nowhere");
  EXPECT_EQ(run.status, 2);
  EXPECT_NE(run.err.find("error B107"), std::string::npos) << run.err;
}

TEST(BadInput, AnUnknownPolicyOrTheoryIsNamedWithItsNearMiss) {
  const std::string pack = northern_triangle().string();
  const Outcome policy = cauce("run " + pack + " --policy miami-agend --members 1 --scale 1000");
  EXPECT_EQ(policy.status, 2);
  EXPECT_NE(policy.err.find("did you mean 'miami-agenda'?"), std::string::npos) << policy.err;
  const Outcome theory = cauce("run " + pack + " --theory opne --members 1 --scale 1000");
  EXPECT_EQ(theory.status, 2);
  EXPECT_NE(theory.err.find("did you mean 'open'?"), std::string::npos) << theory.err;
}

TEST(BadInput, NumbersOutOfPlaceOnTheCommandLineAreRefused) {
  const std::string pack = northern_triangle().string();
  for (const char* bad : {"--members 0", "--members x", "--scale 0", "--scale -3",
                          "--until 2017-13", "--until 2009-01", "--threads 0"}) {
    const Outcome run = cauce("run " + pack + " " + bad);
    EXPECT_EQ(run.status, 2) << bad << "\n" << run.out;
    EXPECT_FALSE(run.err.empty()) << bad;
  }
}

TEST(BadInput, APackThatIsNotThereIsSaid) {
  const Outcome check = cauce("check systems/nowhere");
  EXPECT_EQ(check.status, 2);
  EXPECT_NE((check.out + check.err).find("systems/nowhere"), std::string::npos);
}

} // namespace
} // namespace cauce::e2e
