// What the stages of System::load share: loader.cpp reads the files of a pack and makes the people,
// resolve.cpp finds what each name of the manifest means. For these two files alone.
#pragma once

#include "cauce/base/files.hpp"
#include "cauce/system/claims_check.hpp"
#include "cauce/system/reach.hpp"
#include "cauce/system/system.hpp"

#include <filesystem>
#include <fmt/format.h>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cauce::system {

using people::Axis;

inline constexpr Axis all_axes[] = {
    Axis::country,     Axis::department, Axis::stratum,     Axis::kind,       Axis::corridor,
    Axis::sector,      Axis::size,       Axis::income_move, Axis::road_event, Axis::mexico_outcome,
    Axis::disposition, Axis::home_state, Axis::status,      Axis::move};

// Holds what the stages of loading share; each stage adds its findings and the next goes on as far
// as it can, so that one reading shows all mistakes of a pack.
class Loader {
 public:
  Loader(std::filesystem::path folder, double scale, Diagnostics& findings)
      : system_(std::make_shared<System>()), scale_(scale), findings_(findings) {
    system_->folder_ = std::move(folder);
  }

  std::shared_ptr<const System> load() {
    read_files();
    findings_.throw_if_errors();
    resolve_axes();
    resolve_drivers();
    resolve_parameters();
    resolve_levers();
    resolve_shocks();
    resolve_rates();
    resolve_counts();
    resolve_outcomes();
    resolve_targets();
    check_claims(*system_, findings_);
    system_->words_.check(*system_, findings_);
    findings_.throw_if_errors();
    check_reach(*system_, findings_);
    make_people();
    findings_.throw_if_errors();
    return system_;
  }

 private:
  std::filesystem::path file(std::string_view name) {
    const std::filesystem::path path = system_->folder_ / name;
    system_->files_.emplace_back(std::string(name), hash_text(read_text(path)));
    return path;
  }

  // Runs one reader; a file that cannot be used at all is a finding like the others.
  template <typename Reader> void attempt(Reader&& reader) {
    try {
      reader();
    } catch (const Error& error) {
      findings_.add(error.diagnostic());
    } catch (const Errors& errors) {
      for (const Diagnostic& finding : errors.findings().items())
        findings_.add(finding);
    }
  }

  void read_files();
  void resolve_axes();
  void resolve_drivers();
  void resolve_parameters();
  void resolve_levers();
  void resolve_shocks();
  void resolve_rates();
  void resolve_counts();
  void resolve_outcomes();
  void resolve_targets();
  void make_people();

  /// The variable of this name, or a finding P304 with its near miss.
  std::optional<conditions::VariableId> variable(const std::string& name, const SourcePos& where) {
    const auto id = system_->model_->find(name);
    if (!id) {
      findings_.error("P304", where, fmt::format("conditions.xmile has no variable '{}'", name),
                      did_you_mean(name, system_->model_->known_names()));
    }
    return id;
  }

  /// The axes of a variable, with the people's names where [dimensions] gives one.
  std::vector<ArrayAxis> axes_of(conditions::VariableId id) const {
    std::vector<ArrayAxis> axes;
    for (const std::string& name : system_->model_->info(id).dimensions) {
      const auto axis = axis_of_dimension_.find(name);
      axes.push_back({axis == axis_of_dimension_.end() ? name : axis->second,
                      system_->model_->dimension(name)->elements});
    }
    return axes;
  }
  std::vector<ArrayAxis> axes_of(const people::Field& field) const {
    std::vector<ArrayAxis> axes;
    for (const Axis axis : field.axes) {
      axes.push_back(
          {std::string(people::axis_name(axis)), axes_.elements[static_cast<std::size_t>(axis)]});
    }
    return axes;
  }

  PlaceTree tree() const { return {country_of_department_}; }

  std::shared_ptr<System> system_;
  double scale_;
  Diagnostics& findings_;
  people::Axes axes_;
  std::vector<int> country_of_department_;
  std::map<std::string, std::string> axis_of_dimension_; // XMILE dimension -> axis
};

} // namespace cauce::system
