// A pack, read, checked and resolved: what all threads and members share and nobody changes.
//
// `System::load` reads every file of the pack, gathers all findings, and resolves names into ids:
// which variable each series, lever, parameter and shock sets, which variables give the rates of
// the people, which variables their counts replace, and what is recorded.
#pragma once

#include "cauce/base/diagnostics.hpp"
#include "cauce/base/month.hpp"
#include "cauce/conditions/model.hpp"
#include "cauce/evidence/claims.hpp"
#include "cauce/evidence/events.hpp"
#include "cauce/evidence/parameters.hpp"
#include "cauce/evidence/places.hpp"
#include "cauce/evidence/propositions.hpp"
#include "cauce/evidence/series.hpp"
#include "cauce/evidence/sources.hpp"
#include "cauce/people/interface.hpp"
#include "cauce/people/world.hpp"
#include "cauce/policy/levers.hpp"
#include "cauce/policy/policies.hpp"
#include "cauce/policy/theories.hpp"
#include "cauce/system/coupling.hpp"
#include "cauce/system/manifest.hpp"
#include "cauce/system/words.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace cauce::system {

/// Values of a variable for each month since the clock's start; the last month holds afterwards.
struct MonthlyValues {
  conditions::VariableId variable;
  std::size_t size = 1;
  std::vector<double> values;       ///< [month][element]
  std::vector<std::uint8_t> silent; ///< [month]: 1 where nothing is said; empty when all is said

  std::size_t index(int month) const {
    const auto months = static_cast<int>(values.size() / size);
    return static_cast<std::size_t>(month < months ? month : months - 1);
  }
  /// Empty in a month of which nothing is said.
  std::span<const double> at(int month) const {
    if (!silent.empty() && silent[index(month)] != 0)
      return {};
    return std::span(values).subspan(index(month) * size, size);
  }
};
using Driver = MonthlyValues;

/// The observations behind a driver, by element of its variable.
struct DriverSeries {
  const DriverSpec* spec = nullptr;
  conditions::VariableId variable;
  std::vector<std::vector<evidence::Observation>> of_element;
};

/// A what-if worked out (policy::Move): from month `from` to `until` (since the clock's start,
/// inclusive) the chosen elements of a variable are `factor` times what they would be, plus `add`.
struct MovedVariable {
  conditions::VariableId variable;
  int from = 0, until = 0;
  double factor = 1.0, add = 0.0;
  std::vector<std::uint8_t> chosen;          ///< [element]
  std::vector<conditions::VariableId> flows; ///< of a stock: those that go on as if not moved
  bool acts_in(int month) const { return month >= from && month <= until; }
  bool operator==(const MovedVariable&) const = default;
};

/// A policy worked out: the value of each lever's variable, month by month, and its what-ifs.
struct LeverPaths {
  using Path = MonthlyValues;
  std::string policy;
  std::vector<Path> paths;
  std::vector<MovedVariable> moves;
};

/// A variable that parameters set: element e takes parameter `sources[..].second`, others keep
/// their equation's value.
struct ParameterSlot {
  conditions::VariableId variable;
  std::vector<double> defaults;
  std::vector<std::pair<std::size_t, std::size_t>> sources; ///< (element, parameter)
};

struct Shock {
  conditions::VariableId variable;
  std::size_t size = 1;
  std::uint64_t entity = 0; ///< keys the draws: from the variable's name, so that others don't move
};

struct RateFeed {
  conditions::VariableId variable;
  people::Rate rate{};
  ArrayMap map;
};

struct CountFeed {
  struct Part {
    people::Count count{};
    ArrayMap map;
  };
  conditions::VariableId variable;
  std::size_t size = 1;
  bool per_month = true;
  std::vector<Part> parts; ///< several counts may add up in one variable
};

/// What is recorded each month: `size` cells (place x group) from `offset` in the record.
struct Outcome {
  const OutcomeSpec* spec = nullptr;
  std::optional<people::Count> count;
  conditions::VariableId variable;
  bool flow = false;
  ArrayAxis place; ///< name "" and one element "" when there is none
  ArrayAxis group;
  std::size_t offset = 0, size = 1;
  ArrayMap map;
};

class System {
 public:
  /// Reads and resolves the pack in `folder`. All findings are added; throws Errors when there is
  /// an error among them. `scale`: one simulated person for each `scale` real ones (>= 1).
  static std::shared_ptr<const System> load(const std::filesystem::path& folder, double scale,
                                            Diagnostics& findings);

  const std::filesystem::path& folder() const { return folder_; }
  const PackManifest& manifest() const { return manifest_; }
  const std::shared_ptr<const conditions::Model>& model() const { return model_; }
  const std::shared_ptr<const people::Setup>& people() const { return people_; }
  const evidence::Places& places() const { return places_; }
  const evidence::Sources& sources() const { return sources_; }
  const std::vector<evidence::Parameter>& parameters() const { return parameters_; }
  const evidence::SeriesTable& targets() const { return targets_; }
  const std::vector<policy::Lever>& levers() const { return levers_; }
  const std::vector<policy::Policy>& policies() const { return policies_; }
  const std::vector<policy::Policy>& arms() const { return arms_; } ///< what claims compare
  const std::vector<policy::Theory>& theories() const { return theories_; }
  const std::vector<evidence::Claim>& claims() const { return claims_; }
  const std::vector<evidence::Proposition>& claim_tests() const { return claim_tests_; }
  const std::vector<evidence::Prediction>& predictions() const { return predictions_; }
  const std::vector<evidence::Event>& events() const { return events_; }
  /// What readers are told in both languages.
  const PackWords& words() const { return words_; }
  const evidence::SeriesTable& driver_table() const { return driver_table_; } ///< data/drivers.csv

  std::span<const Driver> drivers() const { return drivers_; }
  /// The drivers as they were known at the end of month `known`: later observations are not there,
  /// and the last value of each series holds on.
  std::shared_ptr<const std::vector<Driver>> drivers_known(Month known) const;
  std::span<const ParameterSlot> parameter_slots() const { return slots_; }
  std::span<const Shock> shocks() const { return shocks_; }
  std::span<const RateFeed> rate_feeds() const { return rate_feeds_; }
  std::span<const CountFeed> count_feeds() const { return count_feeds_; }
  std::span<const Outcome> outcomes() const { return outcomes_; }
  /// Whether an observed series sets this variable each month.
  bool is_driven(conditions::VariableId variable) const;
  std::size_t recorded_size() const { return recorded_size_; }

  /// The policy of this name. Throws Error P310 (unknown, near miss).
  const policy::Policy& policy(std::string_view name) const;
  /// The policy or arm of this name. Throws Error P310.
  const policy::Policy& arm(std::string_view name) const;
  /// The policy or arm of this name, worked out month by month. Throws Error P310.
  std::shared_ptr<const LeverPaths> lever_paths(std::string_view policy) const;
  /// The same of any policy on this system's levers. Throws Error P319 (a move of an unknown
  /// variable or place).
  std::shared_ptr<const LeverPaths> lever_paths(const policy::Policy& policy) const;
  /// The theory of this name. Throws Error P311 (unknown, near miss).
  const policy::Theory& theory(std::string_view name) const;
  /// Every file that was read and that numbers depend on, relative to the folder, with the hash of
  /// its bytes.
  const std::vector<std::pair<std::string, std::string>>& files() const { return files_; }

 private:
  friend class Loader;
  std::filesystem::path folder_;
  PackManifest manifest_;
  std::shared_ptr<const conditions::Model> model_;
  std::shared_ptr<const people::Setup> people_;
  evidence::Places places_;
  evidence::Sources sources_;
  std::vector<evidence::Parameter> parameters_;
  evidence::SeriesTable targets_;
  std::vector<policy::Lever> levers_;
  std::vector<policy::Policy> policies_, arms_;
  std::vector<policy::Theory> theories_;
  std::vector<evidence::Claim> claims_;
  std::vector<evidence::Proposition> claim_tests_;
  std::vector<evidence::Prediction> predictions_;
  std::vector<evidence::Event> events_;
  PackWords words_;
  evidence::SeriesTable driver_table_;
  std::vector<Driver> drivers_;
  std::vector<DriverSeries> driver_series_;
  std::vector<ParameterSlot> slots_;
  std::vector<Shock> shocks_;
  std::vector<RateFeed> rate_feeds_;
  std::vector<CountFeed> count_feeds_;
  std::vector<Outcome> outcomes_;
  std::size_t recorded_size_ = 0;
  std::vector<std::pair<std::string, std::string>> files_;
};

} // namespace cauce::system
