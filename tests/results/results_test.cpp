// The cube, its statistics, and the files: what is written reads back as the same numbers, bytes
// depend on nothing but the cube, and a file that cannot be written leaves nothing behind.
#include "cauce/results/cube.hpp"
#include "cauce/results/writers.hpp"

#include "cauce/base/files.hpp"
#include "cauce/base/threads.hpp"
#include "evidence/files.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <netcdf.h>
#include <nlohmann/json.hpp>
#include <numeric>
#include <rapidcheck.h>

namespace cauce::results {
namespace {

using testing_files::Folder;

OutcomeInfo outcome(std::string name, std::string kind, std::string place_axis,
                    std::vector<std::string> places, std::string group_axis,
                    std::vector<std::string> groups, std::size_t offset) {
  OutcomeInfo info;
  info.name = std::move(name);
  info.kind = std::move(kind);
  info.unit = "persons";
  info.title_en = "Title of " + info.name;
  info.place_axis = std::move(place_axis);
  info.places = std::move(places);
  info.group_axis = std::move(group_axis);
  info.groups = std::move(groups);
  info.offset = offset;
  return info;
}

CubeShape shape() {
  CubeShape s;
  s.policies = {"as-enacted", "roots, and rights"};
  s.theories = {"open"};
  s.outcomes = {outcome("apprehensions", "flow", "country", {"GT", "HN"}, "kind",
                        {"adult", "family", "child"}, 0),
                outcome("fear", "index", "", {""}, "", {""}, 6),
                outcome("backlog", "stock", "country", {"US"}, "", {""}, 7)};
  s.from = Month::of(2016, 11);
  s.months = 4;
  s.members = 5;
  return s;
}

// A number that tells its place in the cube.
float mark(std::size_t p, std::size_t t, std::size_t m, std::size_t month, std::size_t cell) {
  return static_cast<float>((((p * 10 + t) * 10 + m) * 10 + month) * 10 + cell);
}

Cube filled(std::size_t threads = 1) {
  Cube cube(shape());
  const CubeShape& s = cube.shape();
  parallel_for(s.policies.size() * s.members, threads, [&](std::size_t i) {
    const std::size_t p = i / s.members, m = i % s.members;
    const auto block = cube.block(p, 0, m);
    for (std::size_t k = 0; k < block.size(); ++k)
      block[k] = mark(p, 0, m, k / s.cells(), k % s.cells());
  });
  return cube;
}

TEST(Spread, QuantilesAreOfTypeSeven) {
  std::vector<double> sample(10);
  std::iota(sample.begin(), sample.end(), 1.0);
  const Spread s = spread(sample); // R: quantile(1:10, c(.05, .25, .5, .75, .95))
  EXPECT_DOUBLE_EQ(s.q05, 1.45);
  EXPECT_DOUBLE_EQ(s.q25, 3.25);
  EXPECT_DOUBLE_EQ(s.q50, 5.5);
  EXPECT_DOUBLE_EQ(s.q75, 7.75);
  EXPECT_DOUBLE_EQ(s.q95, 9.55);
  EXPECT_DOUBLE_EQ(s.mean, 5.5);
  EXPECT_EQ(s.members, 10U);
}

TEST(Spread, LeavesOutMembersThatFailed) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Spread s = spread({nan, 4.0, nan, 2.0});
  EXPECT_EQ(s.mean, 3.0);
  EXPECT_EQ(s.q50, 3.0);
  EXPECT_EQ(s.members, 2U);
  EXPECT_TRUE(std::isnan(spread({nan}).mean));
  EXPECT_TRUE(std::isnan(spread({}).q95));
  EXPECT_EQ(spread({7.0}).q05, 7.0);
}

TEST(Spread, DoesNotDependOnTheOrderOfMembersAndIsOrdered) {
  EXPECT_TRUE(rc::check([] {
    std::vector<double> sample = *rc::gen::nonEmpty(rc::gen::container<std::vector<double>>(
        rc::gen::cast<double>(rc::gen::inRange(-100000, 100000))));
    for (double& value : sample)
      value /= 7.0;
    const Spread s = spread(sample);
    std::reverse(sample.begin(), sample.end());
    std::rotate(sample.begin(), sample.begin() + static_cast<std::ptrdiff_t>(sample.size() / 3),
                sample.end());
    const Spread other = spread(sample);
    RC_ASSERT(s.mean == other.mean && s.q25 == other.q25);
    RC_ASSERT(s.q05 <= s.q25 && s.q25 <= s.q50 && s.q50 <= s.q75 && s.q75 <= s.q95);
    const auto [low, high] = std::minmax_element(sample.begin(), sample.end());
    RC_ASSERT(s.q05 >= *low && s.q95 <= *high);
    RC_ASSERT(s.mean >= *low - 1e-9 && s.mean <= *high + 1e-9);
  }));
}

TEST(Cube, BlocksNeverOverlapAndStartAsNothing) {
  const Cube empty(shape());
  EXPECT_TRUE(std::isnan(empty.value(1, 0, 4, 3, 7)));
  const Cube cube = filled(4);
  const CubeShape& s = cube.shape();
  EXPECT_EQ(s.cells(), 8U);
  for (std::size_t p = 0; p < 2; ++p)
    for (std::size_t m = 0; m < s.members; ++m)
      for (std::size_t month = 0; month < s.months; ++month)
        for (std::size_t c = 0; c < s.cells(); ++c)
          ASSERT_EQ(cube.value(p, 0, m, month, c), mark(p, 0, m, month, c));
  EXPECT_EQ(cube.find("fear")->offset, 6U);
  EXPECT_EQ(cube.find("fears"), nullptr);
}

class NetcdfReader {
 public:
  explicit NetcdfReader(const std::filesystem::path& path) {
    EXPECT_EQ(nc_open(path.c_str(), NC_NOWRITE, &id_), NC_NOERR);
  }
  ~NetcdfReader() { nc_close(id_); }
  NetcdfReader(const NetcdfReader&) = delete;
  NetcdfReader& operator=(const NetcdfReader&) = delete;

  std::vector<std::string> dimensions(const std::string& name) const {
    int dims[NC_MAX_VAR_DIMS] = {}, count = 0;
    EXPECT_EQ(nc_inq_var(id_, variable(name), nullptr, nullptr, &count, dims, nullptr), NC_NOERR);
    std::vector<std::string> names;
    for (int d = 0; d < count; ++d) {
      char text[NC_MAX_NAME + 1] = {};
      nc_inq_dimname(id_, dims[d], text);
      names.emplace_back(text);
    }
    return names;
  }
  std::size_t size(const std::string& dimension) const {
    int d = 0;
    std::size_t size = 0;
    EXPECT_EQ(nc_inq_dimid(id_, dimension.c_str(), &d), NC_NOERR) << dimension;
    nc_inq_dimlen(id_, d, &size);
    return size;
  }
  std::vector<float> floats(const std::string& name) const {
    std::size_t total = 1;
    for (const std::string& dimension : dimensions(name))
      total *= size(dimension);
    std::vector<float> values(total);
    EXPECT_EQ(nc_get_var_float(id_, variable(name), values.data()), NC_NOERR);
    return values;
  }
  std::vector<std::string> names(const std::string& name) const {
    std::vector<char*> raw(size(name));
    EXPECT_EQ(nc_get_var_string(id_, variable(name), raw.data()), NC_NOERR);
    const std::vector<std::string> values(raw.begin(), raw.end());
    nc_free_string(raw.size(), raw.data());
    return values;
  }
  std::string attribute(const std::string& name, const char* key) const {
    std::size_t length = 0;
    EXPECT_EQ(nc_inq_attlen(id_, variable(name), key, &length), NC_NOERR) << key;
    std::string text(length, ' ');
    nc_get_att_text(id_, variable(name), key, text.data());
    return text;
  }

 private:
  int variable(const std::string& name) const {
    int v = -1;
    EXPECT_EQ(nc_inq_varid(id_, name.c_str(), &v), NC_NOERR) << name;
    return v;
  }
  int id_ = 0;
};

TEST(Netcdf, ReadsBackAsTheSameNumbersUnderTheSameNames) {
  const Folder folder;
  write_netcdf(filled(), folder.path() / "results.nc");
  const NetcdfReader file(folder.path() / "results.nc");
  EXPECT_EQ(file.dimensions("apprehensions"),
            (std::vector<std::string>{"policy", "theory", "member", "time", "country", "kind"}));
  EXPECT_EQ(file.dimensions("fear"),
            (std::vector<std::string>{"policy", "theory", "member", "time"}));
  EXPECT_EQ(file.dimensions("backlog").back(), "country_of_backlog")
      << "an axis of the same name with other elements is another dimension";
  EXPECT_EQ(file.names("policy"), (std::vector<std::string>{"as-enacted", "roots, and rights"}));
  EXPECT_EQ(file.names("kind"), (std::vector<std::string>{"adult", "family", "child"}));
  EXPECT_EQ(file.names("country_of_backlog"), std::vector<std::string>{"US"});
  EXPECT_EQ(file.floats("time"), (std::vector<float>{17106, 17136, 17167, 17198}))
      << "2016-11-01 is 17106 days after 1970-01-01";
  EXPECT_EQ(file.attribute("time", "units"), "days since 1970-01-01");
  EXPECT_EQ(file.attribute("apprehensions", "units"), "persons");
  EXPECT_EQ(file.attribute("apprehensions", "cell_methods"), "time: sum");
  EXPECT_EQ(file.attribute("fear", "kind"), "index");
  const std::vector<float> values = file.floats("apprehensions");
  std::size_t at = 0;
  for (std::size_t p = 0; p < 2; ++p)
    for (std::size_t m = 0; m < 5; ++m)
      for (std::size_t month = 0; month < 4; ++month)
        for (std::size_t c = 0; c < 6; ++c)
          ASSERT_EQ(values.at(at++), mark(p, 0, m, month, c));
}

TEST(Netcdf, BytesDependOnNothingButTheCube) {
  const Folder folder;
  write_netcdf(filled(1), folder.path() / "a.nc");
  std::this_thread::sleep_for(std::chrono::milliseconds(1100)); // HDF5 can store times in seconds
  write_netcdf(filled(3), folder.path() / "b.nc");
  EXPECT_EQ(read_text(folder.path() / "a.nc"), read_text(folder.path() / "b.nc"));
}

TEST(Netcdf, LeavesNothingWhereItCannotWrite) {
  const Folder folder;
  try {
    write_netcdf(filled(), folder.path() / "none" / "results.nc");
    FAIL() << "a folder that does not exist cannot be written to";
  } catch (const Error& error) {
    EXPECT_EQ(error.diagnostic().code, "R101");
    EXPECT_NE(error.diagnostic().where.file.find("results.nc"), std::string::npos);
    EXPECT_EQ(error.diagnostic().where.file.find(".part"), std::string::npos);
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(Summary, HasOneRowACellAndMonth) {
  const Folder folder;
  write_summary(filled(), folder.path() / "summary.csv");
  const std::string text = read_text(folder.path() / "summary.csv");
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1 + 2 * 1 * 8 * 4);
  // Members 0 to 4 of policy 1 in month 2, cell 4 (HN, family): 10024, 10124, ..., 10424.
  EXPECT_NE(text.find("\"roots, and rights\",open,apprehensions,HN,family,2017-01,"
                      "10224,10044,10124,10224,10324,10404\n"),
            std::string::npos)
      << text.substr(0, 400);
}

TEST(Manifest, HoldsWhatIsNeededToRunAgain) {
  const Folder folder;
  Manifest manifest;
  manifest.version = "0.1.0";
  manifest.command = "cauce compare --out caf\xe9"; // not UTF-8
  manifest.seed = 18446744073709551615ULL;
  manifest.members = 5;
  manifest.policies = {"as-enacted"};
  manifest.inputs = {{"places.csv", hash_text("abc")}};
  write_manifest(manifest, folder.path() / "manifest.json");
  const auto json = nlohmann::json::parse(read_text(folder.path() / "manifest.json"));
  EXPECT_EQ(json.at("seed").get<std::uint64_t>(), manifest.seed);
  EXPECT_EQ(json.at("members"), 5);
  EXPECT_EQ(json.at("inputs").at("places.csv"), "e71fa2190541574b") << "FNV-1a of abc";
  EXPECT_EQ(json.at("command").get<std::string>().substr(0, 23), "cauce compare --out caf");
}

} // namespace
} // namespace cauce::results
