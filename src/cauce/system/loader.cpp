// System::load: reads the files of a pack, has every name in them resolved, and sets up the people.
#include "cauce/system/loader.hpp"

#include "cauce/evidence/population.hpp"
#include "cauce/policy/arms.hpp"
#include "cauce/system/find_pack.hpp"
#include "cauce/system/network_files.hpp"

#include <algorithm>
#include <fmt/ranges.h>

namespace cauce::system {

namespace fs = std::filesystem;

void Loader::read_files() {
  System& system = *system_;
  attempt([&] { system.manifest_ = read_pack_manifest(file("system.toml"), findings_); });
  attempt([&] { system.sources_ = evidence::Sources::read(file("data/sources.csv"), findings_); });
  attempt([&] { system.places_ = evidence::Places::read(file("places.csv"), findings_); });
  attempt([&] {
    system.parameters_ =
        evidence::read_parameters(file("parameters.csv"), system.sources_, findings_);
  });
  attempt([&] {
    system.driver_table_ = evidence::SeriesTable::read(file("data/drivers.csv"), system.places_,
                                                       system.sources_, findings_);
  });
  attempt([&] {
    system.targets_ = evidence::SeriesTable::read(file("data/targets.csv"), system.places_,
                                                  system.sources_, findings_);
  });
  attempt([&] {
    system.levers_ = policy::read_levers(file("levers.csv"), system.sources_, findings_);
  });
  attempt([&] {
    system.policies_ = policy::read_policies(system.folder_ / "policies", system.levers_,
                                             system.sources_, findings_);
    for (const policy::Policy& p : system.policies_)
      file("policies/" + p.name + ".toml");
  });
  attempt([&] {
    system.theories_ =
        policy::read_theories(system.folder_ / "theories", system.parameters_, findings_);
    for (const policy::Theory& t : system.theories_)
      file("theories/" + t.name + ".toml");
  });
  attempt([&] { system.model_ = conditions::load_model(file("conditions.xmile"), findings_); });
  attempt([&] { system.claims_ = evidence::read_claims(file("claims.csv"), findings_); });
  attempt([&] {
    system.events_ =
        evidence::read_events(file("events.csv"), system.places_, system.sources_, findings_);
  });
  attempt([&] { system.words_ = PackWords::of_pack(system.folder_, findings_); });
  // A pack may do without tests of its claims.
  const auto if_present = [&](const char* name, auto&& reader) {
    if (fs::exists(system.folder_ / name))
      attempt([&] { reader(file(name)); });
  };
  if_present("arms.csv", [&](const fs::path& path) {
    system.arms_ = policy::read_arms(path, system.levers_, system.policies_, findings_);
  });
  if_present("claim_tests.csv", [&](const fs::path& path) {
    system.claim_tests_ = evidence::read_claim_tests(path, findings_);
  });
  if_present("predictions.csv", [&](const fs::path& path) {
    system.predictions_ = evidence::read_predictions(path, findings_);
  });
  for (const char* name :
       {"strata.csv", "abroad.csv", "diaspora.csv", "network/nodes.csv", "network/links.csv"}) {
    attempt([&] { file(name); });
  }
}

void Loader::resolve_axes() {
  axes_.elements.resize(std::size(all_axes));
  const SourcePos toml{(system_->folder_ / "system.toml").generic_string(), 0, 0};
  std::vector<std::string> axis_names;
  for (const Axis axis : all_axes)
    axis_names.emplace_back(people::axis_name(axis));
  for (const auto& [axis, dimension] : system_->manifest_.dimensions) {
    if (std::find(axis_names.begin(), axis_names.end(), axis) == axis_names.end()) {
      findings_.error("P305", toml, fmt::format("[dimensions] names an unknown axis '{}'", axis),
                      did_you_mean(axis, axis_names));
    }
    axis_of_dimension_[dimension] = axis;
  }
  for (const Axis axis : all_axes) {
    std::vector<std::string>& elements = axes_.elements[static_cast<std::size_t>(axis)];
    const std::span<const std::string_view> fixed = people::fixed_elements(axis);
    elements.assign(fixed.begin(), fixed.end());
    const auto named = system_->manifest_.dimensions.find(std::string(people::axis_name(axis)));
    if (named == system_->manifest_.dimensions.end()) {
      if (fixed.empty()) {
        findings_.error("P305", toml,
                        fmt::format("[dimensions] must name the XMILE dimension of '{}'",
                                    people::axis_name(axis)));
      }
      continue;
    }
    const conditions::Dimension* dimension = system_->model_->dimension(named->second);
    if (dimension == nullptr) {
      std::vector<std::string> known;
      for (const conditions::Dimension& d : system_->model_->dimensions())
        known.push_back(d.name);
      findings_.error("P305", toml,
                      fmt::format("conditions.xmile has no dimension '{}'", named->second),
                      did_you_mean(named->second, known));
    } else if (fixed.empty()) {
      elements = dimension->elements;
    } else if (elements != dimension->elements) {
      findings_.error("P305", toml,
                      fmt::format("dimension '{}' must have the elements {} in this order",
                                  named->second, fmt::join(elements, ", ")));
    }
  }
  const std::vector<std::string>& countries = axes_.elements[0];
  for (const std::string& element : axes_.elements[static_cast<std::size_t>(Axis::department)]) {
    const evidence::Place* place = system_->places_.find_element(element);
    const evidence::Place* parent =
        place == nullptr ? nullptr : system_->places_.find(place->parent);
    const auto country = parent == nullptr
                             ? countries.end()
                             : std::find(countries.begin(), countries.end(), parent->element);
    if (country == countries.end()) {
      findings_.error("P306", {(system_->folder_ / "places.csv").generic_string(), 0, 0},
                      fmt::format("no department '{}' with one of the countries {} as its parent",
                                  element, fmt::join(countries, ", ")));
      country_of_department_.push_back(0);
    } else {
      country_of_department_.push_back(static_cast<int>(country - countries.begin()));
    }
  }
}

void Loader::make_people() {
  auto setup = std::make_shared<people::Setup>();
  const fs::path& folder = system_->folder_;
  const auto elements = [&](Axis axis) -> const std::vector<std::string>& {
    return axes_.elements[static_cast<std::size_t>(axis)];
  };
  setup->axes = axes_;
  setup->country_of_department = country_of_department_;
  setup->scale = scale_;
  setup->first_month = system_->manifest_.clock.from.index();
  attempt([&] {
    setup->residents = evidence::read_residents(folder / "strata.csv", system_->places_,
                                                elements(Axis::department), elements(Axis::stratum),
                                                system_->sources_, findings_);
  });
  attempt([&] {
    setup->abroad = evidence::read_abroad(folder / "abroad.csv", system_->places_,
                                          elements(Axis::country), elements(Axis::kind),
                                          elements(Axis::status), system_->sources_, findings_);
  });
  attempt([&] {
    setup->diaspora_share = evidence::read_diaspora(
        folder / "diaspora.csv", system_->places_, elements(Axis::department),
        country_of_department_, system_->sources_, findings_);
  });
  attempt([&] {
    NetworkFiles files = read_network(folder / "network", system_->places_,
                                      elements(Axis::department), elements(Axis::corridor),
                                      elements(Axis::sector), system_->sources_, findings_);
    setup->network = std::move(files.network);
    setup->origin_nodes = std::move(files.origin_nodes);
  });
  findings_.throw_if_errors();
  people::check(*setup, findings_);
  system_->people_ = std::move(setup);
}

std::shared_ptr<const System> System::load(const fs::path& folder, double scale,
                                           Diagnostics& findings) {
  const fs::path found = fs::is_directory(folder) ? folder : find_pack(folder.string());
  return Loader(found, scale, findings).load();
}

} // namespace cauce::system
