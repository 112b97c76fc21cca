#include "cauce/results/writers.hpp"

#include "cauce/base/files.hpp"
#include "cauce/base/table.hpp"
#include "cauce/results/netcdf_file.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <tuple>

namespace cauce::results {

namespace fs = std::filesystem;

namespace {
int days_since_1970(Month month) {
  using namespace std::chrono;
  const sys_days day =
      year(month.year()) / std::chrono::month(static_cast<unsigned>(month.month())) / 1;
  return static_cast<int>(day.time_since_epoch().count());
}

void write_outcome(const NetcdfFile& file, int variable, const Cube& cube,
                   const OutcomeInfo& outcome) {
  const CubeShape& shape = cube.shape();
  std::vector<float> values;
  values.reserve(shape.policies.size() * shape.theories.size() * shape.members * shape.months *
                 outcome.cells());
  for (std::size_t p = 0; p < shape.policies.size(); ++p) {
    for (std::size_t t = 0; t < shape.theories.size(); ++t) {
      for (std::size_t m = 0; m < shape.members; ++m) {
        for (std::size_t month = 0; month < shape.months; ++month) {
          for (std::size_t c = 0; c < outcome.cells(); ++c) {
            values.push_back(cube.value(p, t, m, month, outcome.offset + c));
          }
        }
      }
    }
  }
  file.call(nc_put_var_float(file.id(), variable, values.data()));
}

// The rows of one outcome. Runs are read one after the other, as they lie in memory, and turned
// to [cell][month][member]: picking members from all over the cube for each row is far slower.
void append_summary(const Cube& cube, std::size_t policy, std::size_t theory,
                    const OutcomeInfo& outcome, std::string& text) {
  const CubeShape& shape = cube.shape();
  std::vector<std::string> months;
  for (std::size_t month = 0; month < shape.months; ++month)
    months.push_back((shape.from + static_cast<int>(month)).text());
  std::vector<double> turned(outcome.cells() * shape.months * shape.members);
  for (std::size_t m = 0; m < shape.members; ++m) {
    const std::span<const float> block = cube.block(policy, theory, m);
    const std::size_t width = shape.months == 0 ? 0 : block.size() / shape.months;
    for (std::size_t month = 0; month < shape.months; ++month) {
      for (std::size_t c = 0; c < outcome.cells(); ++c) {
        turned[(c * shape.months + month) * shape.members + m] =
            static_cast<double>(block[month * width + outcome.offset + c]);
      }
    }
  }
  for (std::size_t c = 0; c < outcome.cells(); ++c) {
    const std::string start = fmt::format("{},{},{},{},{},", csv_cell(shape.policies[policy]),
                                          csv_cell(shape.theories[theory]), csv_cell(outcome.name),
                                          csv_cell(outcome.places[c / outcome.groups.size()]),
                                          csv_cell(outcome.groups[c % outcome.groups.size()]));
    for (std::size_t month = 0; month < shape.months; ++month) {
      const auto first =
          turned.begin() + static_cast<std::ptrdiff_t>((c * shape.months + month) * shape.members);
      const Spread s = spread({first, first + static_cast<std::ptrdiff_t>(shape.members)});
      text += start;
      text += months[month];
      for (const double value : {s.mean, s.q05, s.q25, s.q50, s.q75, s.q95}) {
        text += ',';
        append_number(text, value, 6);
      }
      text += '\n';
    }
  }
}
} // namespace

void write_netcdf(const Cube& cube, const fs::path& path) {
  const CubeShape& shape = cube.shape();
  write_atomic(path, [&](const fs::path& temporary) {
    NetcdfFile file(temporary, path);
    file.attribute(NC_GLOBAL, "Conventions", "CF-1.8");
    file.attribute(NC_GLOBAL, "title", "Cauce: outcomes of policies, by theory, member and month");
    const int policy = file.names("policy", shape.policies);
    const int theory = file.names("theory", shape.theories);
    const int member = file.dimension("member", shape.members);
    const int time = file.dimension("time", shape.months);
    const int time_variable = file.variable("time", NC_INT, {time});
    file.attribute(time_variable, "units", "days since 1970-01-01");
    file.attribute(time_variable, "calendar", "proleptic_gregorian");
    file.attribute(time_variable, "standard_name", "time");
    file.attribute(time_variable, "long_name", "first day of the month");
    std::vector<int> days;
    for (std::size_t m = 0; m < shape.months; ++m) {
      days.push_back(days_since_1970(shape.from + static_cast<int>(m)));
    }
    struct Axis {
      int dimension = 0;
      const std::vector<std::string>* elements = nullptr;
    };
    std::map<std::string, Axis> axes;
    std::vector<int> variables; // all of them before the first values: each change of mind flushes
    for (const OutcomeInfo& outcome : shape.outcomes) {
      std::vector<int> dimensions = {policy, theory, member, time};
      for (const auto& [axis, elements] : {std::tie(outcome.place_axis, outcome.places),
                                           std::tie(outcome.group_axis, outcome.groups)}) {
        if (axis.empty())
          continue;
        // Outcomes may divide an axis of one name differently: then it gets the outcome's name too.
        std::string name = axis;
        if (axes.contains(axis) && *axes.at(axis).elements != elements)
          name += "_of_" + outcome.name;
        if (!axes.contains(name))
          axes[name] = {file.names(name, elements), &elements};
        dimensions.push_back(axes.at(name).dimension);
      }
      const int variable = file.variable(outcome.name, NC_FLOAT, dimensions);
      file.attribute(variable, "units", outcome.unit);
      file.attribute(variable, "long_name", outcome.title_en);
      file.attribute(variable, "comment", outcome.doc_en);
      file.attribute(variable, "kind", outcome.kind);
      file.attribute(variable, "place_axis", outcome.place_axis);
      file.attribute(variable, "group_axis", outcome.group_axis);
      file.attribute(variable, "cell_methods",
                     outcome.kind == "flow" ? "time: sum" : "time: point");
      file.call(nc_def_var_deflate(file.id(), variable, 1, 1, 1));
      variables.push_back(variable);
    }
    file.call(nc_put_var_int(file.id(), time_variable, days.data()));
    for (std::size_t i = 0; i < variables.size(); ++i)
      write_outcome(file, variables[i], cube, shape.outcomes[i]);
    file.close();
  });
}

void write_summary(const Cube& cube, const fs::path& path) {
  const CubeShape& shape = cube.shape();
  write_atomic(path, [&](const fs::path& temporary) {
    std::ofstream out(temporary, std::ios::binary | std::ios::trunc);
    out << "policy,theory,variable,place,group,month,mean,q05,q25,q50,q75,q95\n";
    std::string text;
    for (std::size_t p = 0; p < shape.policies.size(); ++p) {
      for (std::size_t t = 0; t < shape.theories.size(); ++t) {
        for (const OutcomeInfo& outcome : shape.outcomes) {
          text.clear();
          append_summary(cube, p, t, outcome, text);
          out << text;
        }
      }
    }
    out.flush();
    if (!out) {
      throw Error("B106", {path.generic_string()},
                  fmt::format("cannot be written: {}", std::strerror(errno)),
                  "check the folder's permissions and the space on the disk");
    }
  });
}

void write_manifest(const Manifest& manifest, const fs::path& path) {
  nlohmann::ordered_json json;
  json["program"] = "cauce";
  json["version"] = manifest.version;
  json["command"] = manifest.command;
  json["pack"] = manifest.pack;
  json["pack_folder"] = manifest.pack_folder;
  json["seed"] = manifest.seed;
  json["scale"] = manifest.scale;
  json["members"] = manifest.members;
  json["from"] = manifest.from;
  json["until"] = manifest.until;
  json["decision"] = manifest.decision;
  json["policies"] = manifest.policies;
  json["theories"] = manifest.theories;
  json["calibrated"] = manifest.calibrated;
  for (const auto& [name, value] : manifest.settings)
    json["settings"][name] = value;
  for (const auto& [file, hash] : manifest.inputs)
    json["inputs"][file] = hash;
  if (!manifest.people.empty())
    json["people"] = manifest.people;
  // A command line may hold bytes that are not UTF-8: they are replaced, never a reason to fail.
  write_text_atomic(path,
                    json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

void write_results(const Cube& cube, const Manifest& manifest, const fs::path& folder) {
  write_netcdf(cube, folder / "results.nc");
  write_summary(cube, folder / "summary.csv");
  write_manifest(manifest, folder / "manifest.json");
}

} // namespace cauce::results
