#include "cauce/report/results_file.hpp"

#include "cauce/base/files.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <netcdf.h>
#include <nlohmann/json.hpp>

namespace cauce::report {

namespace fs = std::filesystem;
using nlohmann::json;

OutcomeValues::OutcomeValues(std::size_t policies, std::size_t members, std::size_t months,
                             std::size_t places, std::size_t groups)
    : policies_(policies), members_(members), months_(months), places_(places), groups_(groups),
      values_(policies * members * months * places * groups) {}

std::span<float> OutcomeValues::cells(std::size_t policy, std::size_t member, std::size_t month) {
  const std::size_t size = places_ * groups_;
  return std::span(values_).subspan(((policy * members_ + member) * months_ + month) * size, size);
}

std::span<const float> OutcomeValues::cells(std::size_t policy, std::size_t member,
                                            std::size_t month) const {
  const std::size_t size = places_ * groups_;
  return std::span(values_).subspan(((policy * members_ + member) * months_ + month) * size, size);
}

// One open NetCDF file; a call that fails becomes an H102 with the library's words.
struct ResultsFile::Handle {
  explicit Handle(fs::path path) : shown(std::move(path)) {
    call(nc_open(shown.c_str(), NC_NOWRITE, &id));
  }
  ~Handle() { nc_close(id); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  void call(int status) const {
    if (status != NC_NOERR) {
      throw Error("H102", {shown.generic_string()},
                  fmt::format("cannot be read as results: {}", nc_strerror(status)),
                  "run `cauce compare` again to write the folder anew");
    }
  }
  std::size_t length(int dimension) const {
    std::size_t size = 0;
    call(nc_inq_dimlen(id, dimension, &size));
    return size;
  }
  std::string dimension_name(int dimension) const {
    char name[NC_MAX_NAME + 1] = {};
    call(nc_inq_dimname(id, dimension, name));
    return name;
  }
  std::string text(int variable, const char* attribute) const {
    std::size_t size = 0;
    if (nc_inq_attlen(id, variable, attribute, &size) != NC_NOERR)
      return {};
    std::string value(size, '\0');
    call(nc_get_att_text(id, variable, attribute, value.data()));
    return value;
  }
  /// The names of a dimension's elements, kept in the variable of its name.
  std::vector<std::string> names(int dimension) const {
    int variable = 0;
    call(nc_inq_varid(id, dimension_name(dimension).c_str(), &variable));
    std::vector<char*> pointers(length(dimension), nullptr);
    if (pointers.empty())
      return {};
    call(nc_get_var_string(id, variable, pointers.data()));
    std::vector<std::string> found(pointers.begin(), pointers.end());
    nc_free_string(pointers.size(), pointers.data());
    return found;
  }
  std::vector<int> dimensions(int variable) const {
    int count = 0;
    call(nc_inq_varndims(id, variable, &count));
    std::vector<int> found(static_cast<std::size_t>(count));
    call(nc_inq_vardimid(id, variable, found.data()));
    return found;
  }

  fs::path shown;
  int id = 0;
};

namespace {
results::Manifest read_manifest(const fs::path& path) {
  results::Manifest manifest;
  try {
    const json document = json::parse(read_text(path));
    manifest.version = document.at("version");
    manifest.command = document.at("command");
    manifest.pack = document.at("pack");
    manifest.pack_folder = document.at("pack_folder");
    manifest.seed = document.at("seed");
    manifest.scale = document.at("scale");
    manifest.members = document.at("members");
    manifest.from = document.at("from");
    manifest.until = document.at("until");
    manifest.decision = document.value("decision", "");
    manifest.policies = document.at("policies").get<std::vector<std::string>>();
    manifest.theories = document.at("theories").get<std::vector<std::string>>();
    manifest.calibrated = document.value("calibrated", std::vector<std::string>{});
    const json inputs = document.value("inputs", json::object());
    for (const auto& [file, hash] : inputs.items())
      manifest.inputs.emplace_back(file, hash.get<std::string>());
  } catch (const json::exception& problem) {
    throw Error("H101", {path.generic_string()},
                fmt::format("is not a manifest of results: {}", problem.what()),
                "the folder must be one that `cauce compare` or `cauce run` wrote");
  }
  return manifest;
}

std::size_t index_of(const std::vector<std::string>& names, std::string_view name,
                     std::string_view what) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) {
    throw Error("H103", {}, fmt::format("these results have no {} '{}'", what, name),
                did_you_mean(name, names));
  }
  return static_cast<std::size_t>(found - names.begin());
}
} // namespace

ResultsFile::ResultsFile(fs::path folder)
    : folder_(std::move(folder)), manifest_(read_manifest(folder_ / "manifest.json")) {
  const fs::path path = folder_ / "results.nc";
  if (!fs::exists(path)) {
    throw Error("B101", {path.generic_string()}, "cannot be read: no such file",
                "the folder must be one that `cauce compare` or `cauce run` wrote");
  }
  file_ = std::make_unique<Handle>(path);

  int time = 0, time_variable = 0, member = 0;
  file_->call(nc_inq_dimid(file_->id, "time", &time));
  file_->call(nc_inq_varid(file_->id, "time", &time_variable));
  file_->call(nc_inq_dimid(file_->id, "member", &member));
  months_ = file_->length(time);
  members_ = file_->length(member);
  if (months_ == 0 || members_ == 0)
    throw Error("H102", {path.generic_string()}, "holds no months or no members");
  int first_day = 0;
  const std::size_t start = 0;
  file_->call(nc_get_var1_int(file_->id, time_variable, &start, &first_day));
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{first_day}}};
  from_ = Month::of(static_cast<int>(date.year()),
                    static_cast<int>(static_cast<unsigned>(date.month())));
  if (const auto month = Month::parse(manifest_.decision)) {
    decision_ =
        static_cast<std::size_t>(std::clamp(*month - from_, 0, static_cast<int>(months_) - 1));
  }

  int variables = 0;
  file_->call(nc_inq_nvars(file_->id, &variables));
  for (int variable = 0; variable < variables; ++variable) {
    const std::vector<int> dimensions = file_->dimensions(variable);
    if (dimensions.size() < 4 || file_->dimension_name(dimensions[0]) != "policy")
      continue;
    char name[NC_MAX_NAME + 1] = {};
    file_->call(nc_inq_varname(file_->id, variable, name));
    results::OutcomeInfo outcome;
    outcome.name = name;
    outcome.unit = file_->text(variable, "units");
    outcome.title_en = file_->text(variable, "long_name");
    outcome.doc_en = file_->text(variable, "comment");
    outcome.kind = file_->text(variable, "cell_methods") == "time: sum" ? "flow" : "stock";
    outcome.places = outcome.groups = {""};
    // A place comes before a group; with one axis, only its name tells which it is.
    static constexpr std::string_view place_axes[] = {"country", "department", "corridor",
                                                      "sector"};
    for (std::size_t d = 4; d < dimensions.size(); ++d) {
      const std::string axis = file_->dimension_name(dimensions[d]);
      const bool place =
          std::find(std::begin(place_axes), std::end(place_axes), axis) != std::end(place_axes);
      (place ? outcome.place_axis : outcome.group_axis) = axis;
      (place ? outcome.places : outcome.groups) = file_->names(dimensions[d]);
    }
    outcomes_.push_back(std::move(outcome));
  }
  if (outcomes_.empty())
    throw Error("H102", {path.generic_string()}, "holds no outcomes");
}

ResultsFile::~ResultsFile() = default;
ResultsFile::ResultsFile(ResultsFile&&) noexcept = default;

std::size_t ResultsFile::policy(std::string_view name) const {
  return index_of(manifest_.policies, name, "policy");
}

std::size_t ResultsFile::theory(std::string_view name) const {
  return index_of(manifest_.theories, name, "theory");
}

OutcomeValues ResultsFile::read(const results::OutcomeInfo& outcome, std::size_t theory) const {
  OutcomeValues values(manifest_.policies.size(), members_, months_, outcome.places.size(),
                       outcome.groups.size());
  int variable = 0;
  file_->call(nc_inq_varid(file_->id, outcome.name.c_str(), &variable));
  std::vector<std::size_t> start = {0, theory, 0, 0};
  std::vector<std::size_t> count = {1, 1, members_, months_};
  for (const auto* axis : {&outcome.place_axis, &outcome.group_axis}) {
    if (axis->empty())
      continue;
    start.push_back(0);
    count.push_back((axis == &outcome.place_axis ? outcome.places : outcome.groups).size());
  }
  for (std::size_t policy = 0; policy < manifest_.policies.size(); ++policy) {
    start[0] = policy;
    file_->call(nc_get_vara_float(file_->id, variable, start.data(), count.data(),
                                  values.cells(policy, 0, 0).data()));
  }
  return values;
}

std::string ResultsFile::hash() const { return hash_text(read_text(folder_ / "summary.csv")); }

} // namespace cauce::report
