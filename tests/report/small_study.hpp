// A small pack and small results for the tests of the report: two countries with two departments
// each, two policies, five members, six months. Every value is a plain function of its indices.
#pragma once

#include "cauce/base/files.hpp"
#include "cauce/results/writers.hpp"

#include <filesystem>
#include <gtest/gtest.h>
#include <string>

namespace cauce::report_test {

namespace fs = std::filesystem;

/// A folder of its own for each test, removed at its end.
class Folder {
 public:
  Folder() {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    path_ = fs::temp_directory_path() /
            ("cauce-report-" + std::string(info->test_suite_name()) + "-" + info->name());
    fs::remove_all(path_);
    fs::create_directories(path_);
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

inline constexpr std::size_t small_members = 5, small_months = 6, small_decision = 2;

/// departures[place][group] of a member's month; policy 1 differs from month `small_decision` on:
/// members 0 to 3 have fewer, member 4 has more.
inline float departures(std::size_t policy, std::size_t member, std::size_t month,
                        std::size_t place, std::size_t group) {
  const auto value = static_cast<float>((place + 1) * 100 + group * 10 + month + member);
  if (policy == 0 || month < small_decision)
    return value;
  return member < 4 ? value * 0.5F : value * 2.0F;
}

inline results::Cube small_cube() {
  results::CubeShape shape;
  shape.policies = {"history", "other"};
  shape.theories = {"open"};
  shape.from = Month::of(2017, 4);
  shape.months = small_months;
  shape.members = small_members;
  results::OutcomeInfo leaving;
  leaving.name = "departures";
  leaving.unit = "persons/month";
  leaving.kind = "flow";
  leaving.place_axis = "department";
  leaving.places = {"AA_1", "AA_2", "BB_1", "BB_2"};
  leaving.group_axis = "kind";
  leaving.groups = {"adult", "family"};
  results::OutcomeInfo rate;
  rate.name = "rate";
  rate.unit = "per 1000";
  rate.kind = "stock";
  rate.place_axis = "department";
  rate.places = leaving.places;
  rate.groups = {""};
  rate.offset = leaving.cells();
  shape.outcomes = {leaving, rate};
  results::Cube cube(shape);
  for (std::size_t p = 0; p < 2; ++p) {
    for (std::size_t m = 0; m < small_members; ++m) {
      auto block = cube.block(p, 0, m);
      for (std::size_t month = 0; month < small_months; ++month) {
        for (std::size_t place = 0; place < 4; ++place) {
          for (std::size_t group = 0; group < 2; ++group)
            block[month * 12 + place * 2 + group] = departures(p, m, month, place, group);
          block[month * 12 + 8 + place] = static_cast<float>(place + 1);
        }
      }
    }
  }
  return cube;
}

inline void write_pack(const fs::path& folder) {
  for (const char* sub : {"data", "policies", "theories", "network"})
    fs::create_directories(folder / sub);
  const auto write = [&](const char* name, const std::string& text) {
    write_text_atomic(folder / name, text);
  };
  write("system.toml", R"(name = "small"
title.en = "Small"
title.es = "Pequeño"
[clock]
from = "2017-04"
until = "2018-12"
data_until = "2017-08"
decision = "2017-06"
[dimensions]
country = "Country"
[[outcome]]
name = "departures"
count = "departures"
axes = ["department", "kind"]
kind = "flow"
unit = "persons/month"
group = "leaving"
title.en = "Departures"
title.es = "Salidas"
[[outcome]]
name = "rate"
variable = "rate"
axes = ["department"]
kind = "index"
unit = "per 1000"
title.en = "Rate"
title.es = "Tasa"
[[target]]
name = "leavers"
outcome = "departures"
series = "leavers"
at = {kind = "adult"}
group = "adult"
log_sd = 0.01
title.en = "Leavers"
title.es = "Salientes"
)");
  write("places.csv", "code,element,name_en,name_es,kind,parent,latitude,longitude,area_km2,"
                      "population_2010,source_id,status\n"
                      "AA,Aland,Aland,Alandia,country,,10,-90,100,4000,book,seen\n"
                      "BB,Bland,Bland,Blandia,country,,11,-90,100,1000,book,seen\n"
                      "AA-1,AA_1,A one,A uno,department,AA,10,-90,50,3000,book,seen\n"
                      "AA-2,AA_2,A two,A dos,department,AA,10,-90,50,1000,book,seen\n"
                      "BB-1,BB_1,B one,B uno,department,BB,11,-90,50,500,book,seen\n"
                      "BB-2,BB_2,B two,B dos,department,BB,11,-90,50,500,book,seen\n");
  write("data/sources.csv", "source_id,title,publisher,date,url,note\n"
                            "book,A book </script>,P,2017,https://example.org/,\n");
  write("data/targets.csv",
        "series,place,group,period,value,unit,status,source_id,note\n"
        "leavers,AA,adult,2017-04,304,persons,seen,book,\n" // the median exactly
        "leavers,AA,adult,2017-05,306,persons,seen,book,\n"
        "leavers,AA,adult,2017-06,9000,persons,seen,book,\n" // far above
        "leavers,BB,adult,2017-04,704,persons,seen,book,\n"
        "leavers,BB,adult,2017-05,706,persons,seen,book,\n");
  write("parameters.csv",
        "name,element,value,unit,distribution,low,high,sector,source_id,status,note_en\n"
        "gain,,1,dmnl,normal,0.5,1.5,Leaving,,assumed,\n");
  write("levers.csv", "lever,variable,unit,low,high,default,actor,group,cost_usd_per_unit_month,"
                      "claims,name_en,name_es,doc_en,doc_es,source_id,status\n"
                      "effort,effort,dmnl,0,3,1,us,border,,,Effort,Esfuerzo,,,book,seen\n");
  write("policies/history.toml", "name = \"history\"\ntitle.en = \"History\"\ntitle.es = "
                                 "\"Historia\"\nsummary.en = \"s\"\nsummary.es = \"s\"\n");
  write("policies/other.toml",
        "name = \"other\"\ntitle.en = \"Other\"\ntitle.es = \"Otra\"\nsummary.en = "
        "\"s\"\nsummary.es = \"s\"\n"
        "[[action]]\nlever = \"effort\"\nfrom = \"2017-05\"\nvalue = 1.5\nwhy.en = "
        "\"w\"\nwhy.es = \"p\"\nsource_id = \"book\"\nstatus = \"seen\"\n"
        "[[action]]\nlever = \"effort\"\nfrom = \"2017-06\"\nfactor = 2\nramp_months = "
        "3\nwhy.en = \"w\"\nwhy.es = \"p\"\nsource_id = \"book\"\nstatus = \"assumed\"\n");
  write("theories/open.toml", "name = \"open\"\ntitle.en = \"Open\"\ntitle.es = "
                              "\"Abierta\"\nsummary.en = \"s\"\nsummary.es = \"s\"\n");
  write("network/nodes.csv", "node,name,kind,country,corridor,sector,latitude,longitude,source_id,"
                             "status\nA,A,origin,AA,,,10,-90,book,seen\nB,B,sector,MX,Gulf,S,26,"
                             "-98,book,seen\n");
  write("network/links.csv", "link,from,to,corridor,mode,distance_km,enforcement,danger,opens,"
                             "closes,source_id,status,note\nA-B,A,B,Gulf,road,5,1,1,,,,assumed,\n");
}

/// Writes pack and results under `folder`.
inline void write_study(const fs::path& folder, std::vector<std::string> calibrated = {}) {
  write_pack(folder / "pack");
  fs::create_directories(folder / "results");
  results::Manifest manifest;
  manifest.version = "0.1.0";
  manifest.command = "cauce compare pack";
  manifest.pack = "small";
  manifest.pack_folder = (folder / "pack").generic_string();
  manifest.seed = 18446744073709551615U;
  manifest.members = small_members;
  manifest.from = "2017-04";
  manifest.until = "2017-09";
  manifest.decision = "2017-06";
  manifest.policies = {"history", "other"};
  manifest.theories = {"open"};
  manifest.calibrated = std::move(calibrated);
  manifest.inputs = {{"system.toml", "0123456789abcdef"}};
  results::write_results(small_cube(), manifest, folder / "results");
}

} // namespace cauce::report_test
