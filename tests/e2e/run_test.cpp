// The program on the real pack: same seed same bytes, policies share the past, files are whole.
#include "e2e/program.hpp"

#include <map>
#include <vector>

namespace cauce::e2e {
namespace {

std::string pack() { return northern_triangle().string(); }

std::vector<std::string> cells(const std::string& line) {
  std::vector<std::string> parts;
  std::string part;
  std::istringstream in(line);
  while (std::getline(in, part, ','))
    parts.push_back(part);
  return parts;
}

TEST(Run, SameSeedSameBytesWhateverTheThreads) {
  const Folder folder;
  const std::string common =
      "run " + pack() + " --members 3 --seed 5 --scale 400 --until 2011-03 --out ";
  const fs::path one = folder.path() / "one", two = folder.path() / "two",
                 again = folder.path() / "again";
  for (const auto& [out, threads] :
       {std::pair{one, "1"}, std::pair{two, "2"}, std::pair{again, "3"}}) {
    const Outcome run = cauce(common + out.string() + " --threads " + threads);
    ASSERT_EQ(run.status, 0) << run.err;
  }
  EXPECT_EQ(read_file(one / "summary.csv"), read_file(two / "summary.csv"));
  EXPECT_EQ(read_file(one / "results.nc"), read_file(two / "results.nc"));
  EXPECT_EQ(read_file(one / "summary.csv"), read_file(again / "summary.csv"));
  EXPECT_EQ(read_file(one / "results.nc"), read_file(again / "results.nc"));
  const Outcome other =
      cauce("run " + pack() + " --members 3 --seed 6 --scale 400 --until 2011-03 --out " +
            again.string());
  ASSERT_EQ(other.status, 0) << other.err;
  EXPECT_NE(read_file(one / "summary.csv"), read_file(again / "summary.csv"));
}

TEST(Run, AMemberIsTheSameInAnEnsembleOfAnyPolicies) {
  const Folder folder;
  const fs::path alone = folder.path() / "alone", beside = folder.path() / "beside";
  ASSERT_EQ(cauce("run " + pack() +
                  " --policy miami-agenda --members 2 --scale 400 --until 2017-12 --out " +
                  alone.string())
                .status,
            0);
  ASSERT_EQ(cauce("compare " + pack() +
                  " --policy as-enacted --policy miami-agenda --members 2 --scale 400 "
                  "--until 2017-12 --out " +
                  beside.string())
                .status,
            0);
  // Branching from a shared trunk gives what a run from the start gives.
  std::string only_miami;
  std::istringstream lines(read_file(beside / "summary.csv"));
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("as-enacted,"))
      only_miami += line + "\n";
  }
  EXPECT_EQ(read_file(alone / "summary.csv"), only_miami);
}

TEST(Report, OfResultsWhosePackWasGivenByName) {
  const Folder folder;
  const fs::path out = folder.path() / "out";
  ASSERT_EQ(cauce("run two-towns --members 2 --out " + out.string()).status, 0);
  const Outcome report = cauce("report " + out.string());
  ASSERT_EQ(report.status, 0) << report.err;
  EXPECT_NE(read_file(out / "report.html").find("</html>"), std::string::npos);
}

TEST(Compare, PoliciesShareThePastExactlyAndDifferAfterwards) {
  const Folder folder;
  const fs::path out = folder.path() / "out";
  const Outcome run =
      cauce("compare " + pack() +
            " --policy as-enacted --policy miami-agenda "
            "--policy rights-and-roots --members 2 --scale 400 --until 2019-06 --out " +
            out.string());
  ASSERT_EQ(run.status, 0) << run.err;
  std::map<std::string, std::map<std::string, std::string>> rows; // key -> policy -> numbers
  std::istringstream lines(read_file(out / "summary.csv"));
  std::string line;
  std::getline(lines, line);
  EXPECT_EQ(line, "policy,theory,variable,place,group,month,mean,q05,q25,q50,q75,q95");
  while (std::getline(lines, line)) {
    const std::vector<std::string> part = cells(line);
    ASSERT_GE(part.size(), 12U) << line;
    const std::string key = part[2] + "," + part[3] + "," + part[4] + "," + part[5];
    rows[key][part[0]] = line.substr(line.find(part[5]));
  }
  int before = 0, differ_after = 0;
  for (const auto& [key, by_policy] : rows) {
    const bool past = key.substr(key.size() - 7) < "2017-06";
    for (const auto& [policy, numbers] : by_policy) {
      if (past) {
        ++before;
        ASSERT_EQ(numbers, by_policy.at("as-enacted")) << key << " under " << policy;
      } else if (numbers != by_policy.at("as-enacted")) {
        ++differ_after;
      }
    }
  }
  EXPECT_GT(before, 1000);
  EXPECT_GT(differ_after, 1000);
}

TEST(Run, FilesNameUnitsAndInputs) {
  const Folder folder;
  const fs::path out = folder.path() / "out";
  const Outcome run = cauce("run " + pack() + " --members 2 --scale 1000 --until 2010-03 --out " +
                            out.string() + " --phases");
  ASSERT_EQ(run.status, 0) << run.err;
  EXPECT_NE(run.out.find("The phases of a month"), std::string::npos);
  const std::string manifest = read_file(out / "manifest.json");
  for (const char* wanted :
       {"\"seed\": 2017", "\"conditions.xmile\": \"", "\"data/sources.csv\": \"",
        "\"command\": \"cauce run", "\"scale\": 1000"}) {
    EXPECT_NE(manifest.find(wanted), std::string::npos) << wanted << "\n" << manifest;
  }
  if (std::system("command -v ncdump >/dev/null 2>&1") != 0)
    GTEST_SKIP() << "ncdump is not here";
  const fs::path dump = folder.path() / "dump";
  ASSERT_EQ(
      std::system(("ncdump -h " + (out / "results.nc").string() + " >" + dump.string()).c_str()),
      0);
  const std::string header = read_file(dump);
  for (const char* wanted : {"member = 2", "time = 3", "days since 1970-01-01", "CF-1.8",
                             "float apprehensions(policy, theory, member, time, country, kind)"}) {
    EXPECT_NE(header.find(wanted), std::string::npos) << wanted << "\n" << header;
  }
}

TEST(Run, JsonIsForPrograms) {
  const Outcome run = cauce("run " + pack() + " --members 2 --scale 1000 --until 2010-03 --json");
  ASSERT_EQ(run.status, 0) << run.err;
  EXPECT_TRUE(run.out.starts_with("{"));
  EXPECT_NE(run.out.find("\"outcome\": \"apprehensions\""), std::string::npos);
}

TEST(Explain, EveryCodeThatIsListedHasWords) {
  const Outcome list = cauce("explain");
  ASSERT_EQ(list.status, 0);
  std::istringstream lines(list.out);
  int codes = 0;
  for (std::string line; std::getline(lines, line); ++codes) {
    const std::string code = line.substr(0, line.find(' '));
    const Outcome one = cauce("explain " + code);
    EXPECT_EQ(one.status, 0) << code;
    EXPECT_GT(one.out.size(), line.size() + 40) << code;
  }
  EXPECT_GT(codes, 60);
}

} // namespace
} // namespace cauce::e2e
