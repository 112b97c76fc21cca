// The stages of loading that resolve names: rates, counts and outcomes of the manifest, drivers,
// parameters, levers and targets.
#include "cauce/system/loader.hpp"

#include "cauce/conditions/run.hpp"
#include "cauce/system/driver_months.hpp"

#include <algorithm>
#include <fmt/ranges.h>

namespace cauce::system {

namespace {
std::vector<std::string> names_of(std::span<const people::Field> fields) {
  std::vector<std::string> names;
  for (const people::Field& field : fields)
    names.emplace_back(field.name);
  return names;
}

template <typename Enum>
std::optional<Enum> find_field(std::span<const people::Field> fields, const std::string& name,
                               const SourcePos& where, std::string_view what,
                               Diagnostics& findings) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].name == name)
      return static_cast<Enum>(i);
  }
  findings.error("P303", where, fmt::format("the people have no {} '{}'", what, name),
                 did_you_mean(name, names_of(fields)));
  return std::nullopt;
}
} // namespace

void Loader::resolve_shocks() {
  for (const ShockSpec& spec : system_->manifest_.shocks) {
    const auto id = variable(spec.variable, spec.where);
    if (!id)
      continue;
    // The low bits count elements.
    const std::uint64_t entity = hash_bytes(system_->model_->info(*id).name) << 20;
    system_->shocks_.push_back({*id, system_->model_->info(*id).size, entity});
  }
}

void Loader::resolve_rates() {
  const auto fields = people::rate_fields();
  people::FieldValues<people::Rate, char> given(fields, axes_);
  for (const RateSpec& spec : system_->manifest_.rates) {
    const auto rate = find_field<people::Rate>(fields, spec.rate, spec.where, "rate", findings_);
    const auto id = variable(spec.variable, spec.where);
    if (!rate || !id)
      continue;
    const std::vector<ArrayAxis> source = axes_of(*id);
    const std::vector<ArrayAxis> target = axes_of(fields[static_cast<std::size_t>(*rate)]);
    // A rate is a value to hold, so no axis of the variable may be summed away.
    for (const ArrayAxis& axis : source) {
      const bool known = spec.at.contains(axis.name) ||
                         (axis.name == "country" &&
                          std::any_of(target.begin(), target.end(),
                                      [](const ArrayAxis& t) { return t.name == "department"; })) ||
                         std::any_of(target.begin(), target.end(),
                                     [&](const ArrayAxis& t) { return t.name == axis.name; });
      if (!known) {
        findings_.error("P301", spec.where,
                        fmt::format("variable '{}' has the axis '{}', which rate '{}' lacks",
                                    spec.variable, axis.name, spec.rate),
                        "pin the axis with 'at', or take a variable without it");
      }
    }
    ArrayMap map = ArrayMap::make(source, target, spec.at, tree(), spec.where, findings_);
    for (const ArrayMap::Pair& pair : map.pairs())
      given[*rate][pair.target] = 1;
    system_->rate_feeds_.push_back({*id, *rate, std::move(map)});
  }
  const SourcePos toml{(system_->folder_ / "system.toml").generic_string(), 0, 0};
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const auto cells = given[static_cast<people::Rate>(i)];
    const auto missing = std::count(cells.begin(), cells.end(), 0);
    if (missing == 0 || fields[i].optional)
      continue;
    findings_.error("P307", toml,
                    fmt::format("no [[rate]] gives '{}' ({} of its {} values)", fields[i].name,
                                missing, cells.size()));
  }
}

void Loader::resolve_counts() {
  const auto fields = people::count_fields();
  for (const CountSpec& spec : system_->manifest_.counts) {
    const auto count =
        find_field<people::Count>(fields, spec.count, spec.where, "count", findings_);
    const auto id = variable(spec.variable, spec.where);
    if (!count || !id)
      continue;
    if (fields[static_cast<std::size_t>(*count)].is_stock == spec.per_month) {
      findings_.error("P308", spec.where,
                      fmt::format("count '{}' is {}: per_month must be {}", spec.count,
                                  spec.per_month ? "a stock" : "of events", !spec.per_month));
    }
    ArrayMap map = ArrayMap::make(axes_of(fields[static_cast<std::size_t>(*count)]), axes_of(*id),
                                  spec.at, tree(), spec.where, findings_);
    auto feed = std::find_if(system_->count_feeds_.begin(), system_->count_feeds_.end(),
                             [&](const CountFeed& known) { return known.variable == *id; });
    if (feed == system_->count_feeds_.end()) {
      system_->count_feeds_.push_back({*id, system_->model_->info(*id).size, spec.per_month, {}});
      feed = system_->count_feeds_.end() - 1;
    }
    feed->parts.push_back({*count, std::move(map)});
  }
}

void Loader::resolve_outcomes() {
  const auto fields = people::count_fields();
  std::vector<std::string> names;
  for (const OutcomeSpec& spec : system_->manifest_.outcomes) {
    Outcome outcome;
    outcome.spec = &spec;
    outcome.flow = spec.is_flow();
    std::vector<ArrayAxis> source;
    if (std::find(names.begin(), names.end(), spec.name) != names.end()) {
      findings_.error("P309", spec.where, fmt::format("two outcomes are named '{}'", spec.name));
    }
    names.push_back(spec.name);
    if (!spec.count.empty()) {
      outcome.count = find_field<people::Count>(fields, spec.count, spec.where, "count", findings_);
      if (!outcome.count)
        continue;
      const people::Field& field = fields[static_cast<std::size_t>(*outcome.count)];
      if (field.is_stock == spec.is_flow()) {
        findings_.error("P308", spec.where,
                        fmt::format("count '{}' is {}: kind must be {}", spec.count,
                                    spec.is_flow() ? "a stock" : "of events",
                                    spec.is_flow() ? "\"stock\"" : "\"flow\""));
      }
      source = axes_of(field);
    } else {
      const auto id = variable(spec.variable, spec.where);
      if (!id)
        continue;
      outcome.variable = *id;
      source = axes_of(*id);
    }
    outcome.place = outcome.group = {"", {""}};
    std::vector<ArrayAxis> target;
    bool known = true;
    for (const std::string& name : spec.axes) {
      const auto axis = std::find_if(std::begin(all_axes), std::end(all_axes),
                                     [&](Axis a) { return people::axis_name(a) == name; });
      if (axis == std::end(all_axes)) {
        findings_.error("P301", spec.where, fmt::format("unknown axis '{}'", name));
        known = false;
        continue;
      }
      ArrayAxis made{name, axes_.elements[static_cast<std::size_t>(*axis)]};
      target.push_back(made);
      const bool is_place = *axis == Axis::country || *axis == Axis::department ||
                            *axis == Axis::corridor || *axis == Axis::sector;
      (is_place ? outcome.place : outcome.group) = std::move(made);
    }
    if (!known)
      continue;
    if (target.size() == 2 && (outcome.place.name.empty() || outcome.group.name.empty() ||
                               target[0].name != outcome.place.name)) {
      findings_.error("P301", spec.where, "the axes of an outcome are a place, then a group");
      continue;
    }
    outcome.map = ArrayMap::make(source, target, spec.at, tree(), spec.where, findings_);
    outcome.offset = system_->recorded_size_;
    outcome.size = outcome.place.elements.size() * outcome.group.elements.size();
    system_->recorded_size_ += outcome.size;
    system_->outcomes_.push_back(std::move(outcome));
  }
}

void Loader::resolve_drivers() {
  const Clock& clock = system_->manifest_.clock;
  const auto months = static_cast<std::size_t>(clock.until - clock.from + 1);
  const std::vector<std::string> known = system_->driver_table_.names();
  for (const DriverSpec& spec : system_->manifest_.drivers) {
    const auto id = variable(spec.variable, spec.where);
    if (std::find(known.begin(), known.end(), spec.series) == known.end()) {
      findings_.error("P312", spec.where,
                      fmt::format("data/drivers.csv has no series '{}'", spec.series),
                      did_you_mean(spec.series, known));
      continue;
    }
    if (!id)
      continue;
    const std::vector<ArrayAxis> axes = axes_of(*id);
    const std::size_t size = system_->model_->info(*id).size;
    // The observations of each element, in the order of time.
    DriverSeries series{&spec, *id, std::vector<std::vector<evidence::Observation>>(size)};
    for (const evidence::Observation& o : system_->driver_table_.all()) {
      if (o.series != spec.series || (!spec.group.empty() && o.group != spec.group))
        continue;
      const evidence::Place* place = system_->places_.find(o.place);
      std::size_t index = 0;
      bool belongs = place != nullptr;
      for (const ArrayAxis& axis : axes) {
        const bool is_place = axis.name == "country" || axis.name == "department";
        const auto pinned = spec.at.find(axis.name);
        const std::string& wanted = pinned != spec.at.end() ? pinned->second
                                    : is_place && belongs   ? place->element
                                                            : o.group;
        const auto found = std::find(axis.elements.begin(), axis.elements.end(), wanted);
        belongs = belongs && found != axis.elements.end();
        index =
            index * axis.elements.size() + static_cast<std::size_t>(found - axis.elements.begin());
      }
      if (belongs)
        series.of_element[index].push_back(o);
    }
    for (std::size_t e = 0; e < size; ++e) {
      if (series.of_element[e].empty()) {
        findings_.error("P313", spec.where,
                        fmt::format("series '{}' has no row for '{}[{}]'", spec.series,
                                    spec.variable, system_->model_->element_name(*id, e)));
      }
    }
    system_->drivers_.push_back(driver_months(series, clock.from, months));
    system_->driver_series_.push_back(std::move(series));
  }
}

void Loader::resolve_parameters() {
  for (std::size_t p = 0; p < system_->parameters_.size(); ++p) {
    const evidence::Parameter& parameter = system_->parameters_[p];
    const auto id = variable(parameter.name, parameter.where);
    if (!id)
      continue;
    auto slot = std::find_if(system_->slots_.begin(), system_->slots_.end(),
                             [&](const ParameterSlot& s) { return s.variable == *id; });
    if (slot == system_->slots_.end()) {
      system_->slots_.push_back({*id, {}, {}});
      slot = system_->slots_.end() - 1;
    }
    const std::size_t size = system_->model_->info(*id).size;
    if (parameter.element.empty()) {
      for (std::size_t e = 0; e < size; ++e)
        slot->sources.emplace_back(e, p);
    } else if (const auto e = system_->model_->find_element(*id, parameter.element)) {
      slot->sources.emplace_back(*e, p);
    } else {
      std::vector<std::string> names;
      for (std::size_t i = 0; i < size; ++i)
        names.push_back(system_->model_->element_name(*id, i));
      findings_.error(
          "P314", parameter.where,
          fmt::format("variable '{}' has no element '{}'", parameter.name, parameter.element),
          did_you_mean(parameter.element, names));
    }
  }
  // Elements that no parameter sets keep what their equation gives at the start.
  conditions::Run run(system_->model_);
  run.set_clock(0.0, 1.0 / system_->manifest_.clock.steps_per_month);
  run.initialise();
  for (ParameterSlot& slot : system_->slots_) {
    const auto values = run.values(slot.variable);
    slot.defaults.assign(values.begin(), values.end());
  }
}

void Loader::resolve_levers() {
  for (const policy::Lever& lever : system_->levers_) {
    const auto id = variable(lever.variable, lever.where);
    if (!id)
      continue;
    const std::vector<ArrayAxis> axes = axes_of(*id);
    if (axes.size() > 1) {
      findings_.error("P315", lever.where,
                      fmt::format("the variable '{}' of a lever may have at most one dimension",
                                  lever.variable));
    }
    std::vector<const policy::Policy*> policies;
    for (const auto* list : {&system_->policies_, &system_->arms_}) {
      for (const policy::Policy& policy : *list)
        policies.push_back(&policy);
    }
    for (const policy::Policy* policy : policies) {
      for (const policy::Action& action : policy->actions) {
        if (action.lever != lever.name || action.place.empty())
          continue;
        const std::vector<std::string> none;
        const std::vector<std::string>& elements = axes.size() == 1 ? axes[0].elements : none;
        if (std::find(elements.begin(), elements.end(), action.place) == elements.end()) {
          findings_.error("P314", action.where,
                          fmt::format("lever '{}' has no place '{}'", lever.name, action.place),
                          did_you_mean(action.place, elements));
        } else if (!lever.standing) {
          findings_.error("P315", action.where,
                          fmt::format("lever '{}' has no default, so an action on it holds for all "
                                      "places",
                                      lever.name));
        }
      }
    }
  }
}

void Loader::resolve_targets() {
  const std::vector<std::string> known = system_->targets_.names();
  std::vector<std::string> outcomes;
  for (const OutcomeSpec& spec : system_->manifest_.outcomes)
    outcomes.push_back(spec.name);
  for (const TargetSpec& spec : system_->manifest_.targets) {
    if (std::find(known.begin(), known.end(), spec.series) == known.end()) {
      findings_.error("P312", spec.where,
                      fmt::format("data/targets.csv has no series '{}'", spec.series),
                      did_you_mean(spec.series, known));
    }
    if (std::find(outcomes.begin(), outcomes.end(), spec.outcome) == outcomes.end()) {
      findings_.error("P316", spec.where, fmt::format("no outcome is named '{}'", spec.outcome),
                      did_you_mean(spec.outcome, outcomes));
    }
  }
}

} // namespace cauce::system
