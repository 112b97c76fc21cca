#include "cauce/flee/input.hpp"

#include "cauce/base/files.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <optional>

namespace cauce::flee {

namespace fs = std::filesystem;
namespace journeys = people::journeys;
using journeys::NodeId;
using journeys::NodeKind;

namespace {

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

// Flee finds the kind by a part of the word: "refugee camp" is a camp.
std::optional<NodeKind> kind_in(const std::string& type) {
  const std::string text = lower(type);
  const auto has = [&](const char* part) { return text.find(part) != std::string::npos; };
  if (has("camp"))
    return NodeKind::camp;
  if (has("conflict"))
    return NodeKind::conflict_zone;
  if (has("forward"))
    return NodeKind::forwarding_hub;
  if (has("marker"))
    return NodeKind::marker;
  if (has("default") || has("town"))
    return NodeKind::town;
  return std::nullopt;
}

// Column of an optional attribute by the header's name for it.
std::optional<std::size_t> column_of(const Row& header, std::size_t first, const char* name) {
  for (std::size_t i = first; i < header.size(); ++i) {
    if (header[i] == name)
      return i;
  }
  return std::nullopt;
}

class InputReader {
 public:
  InputReader(fs::path folder, int hasten, Diagnostics& findings)
      : folder_(std::move(folder)), hasten_(hasten), findings_(findings) {}

  Input read(int days) {
    read_period(days);
    read_locations();
    read_routes();
    if (!findings_.ok() && input_.locations.empty())
      return std::move(input_);
    input_.network = journeys::Network(nodes_, std::move(links_));
    read_closures();
    read_conflicts();
    read_changes();
    return std::move(input_);
  }

 private:
  // The file's rows; a file that is not there is an error when it is needed, else no rows.
  Rows rows_of(const char* name, bool needed) {
    std::error_code problem;
    if (!needed && !fs::exists(folder_ / name, problem))
      return {};
    try {
      return read_rows(folder_ / name, findings_);
    } catch (const Error& fault) {
      findings_.add(fault.diagnostic());
      return {};
    }
  }

  bool wide_enough(const Rows& file, const Row& row, std::size_t width) {
    if (row.size() >= width)
      return true;
    findings_.error("W103", file.where(row),
                    fmt::format("the row has {} cells, and {} are needed", row.size(), width));
    return false;
  }

  NodeId place(const Rows& file, const Row& row, const std::string& name) {
    const auto found = std::find(names_.begin(), names_.end(), name);
    if (found != names_.end())
      return static_cast<NodeId>(found - names_.begin());
    findings_.error("W123", file.where(row), fmt::format("'{}' is not in locations.csv", name),
                    did_you_mean(name, names_));
    return journeys::none;
  }

  void read_period(int days) {
    std::error_code problem;
    const bool is_old = !fs::exists(folder_ / "sim_period.csv", problem) &&
                        fs::exists(folder_ / "conflict_period.csv", problem);
    const Rows file = rows_of(is_old ? "conflict_period.csv" : "sim_period.csv", true);
    if (file.name.empty())
      return;
    bool has_start = false;
    for (const Row& row : file.rows) {
      if (lower(row[0]) == "startdate") {
        const auto day = parse_day(row[1]);
        if (!day) {
          findings_.error("W104", file.where(row), fmt::format("'{}' is not a date", row[1]));
        } else {
          input_.start = *day;
        }
        has_start = true;
      } else if (lower(row[0]) == "length") {
        const auto length = whole_number(file, row, 1, "Length", findings_);
        if (length && (*length < 1 || *length > 100'000)) {
          findings_.error("W102", file.where(row),
                          fmt::format("Length should be 1 to 100000 days, found {}", *length));
        } else if (length) {
          input_.days = static_cast<int>(*length);
        }
      }
    }
    if (!has_start)
      findings_.error("W120", {file.name}, "no line 'StartDate,year-month-day'");
    if (days > 0)
      input_.days = days;
    if (input_.days < 1 && findings_.ok()) {
      findings_.error("W120", {file.name}, "no line 'Length,days'");
    }
  }

  double attribute(const Rows& file, const Row& row, std::optional<std::size_t> column,
                   const char* what, double otherwise) {
    if (!column || row[*column].empty())
      return otherwise;
    return number(file, row, *column, what, findings_).value_or(otherwise);
  }

  void read_locations() {
    const Rows file = rows_of("locations.csv", true);
    if (file.name.empty())
      return;
    const auto intensity = column_of(file.header, 8, "conflict_intensity");
    const auto idps = column_of(file.header, 8, "initial_idps");
    for (const Row& row : file.rows) {
      if (!wide_enough(file, row, 8))
        continue;
      if (std::find(names_.begin(), names_.end(), row[0]) != names_.end()) {
        findings_.error("W121", file.where(row),
                        fmt::format("'{}' stands here a second time", row[0]));
        continue;
      }
      journeys::Node node;
      Location location;
      node.name = row[0];
      node.country = row[2].empty() ? "unknown" : row[2];
      if (!row[3].empty())
        node.latitude = number(file, row, 3, "the latitude", findings_).value_or(0);
      if (!row[4].empty())
        node.longitude = number(file, row, 4, "the longitude", findings_).value_or(0);
      const auto kind = kind_in(row[5]);
      if (!kind) {
        findings_.error("W122", file.where(row), fmt::format("unknown location type '{}'", row[5]),
                        did_you_mean(row[5], journeys::node_kind_names()));
        continue;
      }
      node.kind = *kind;
      if (node.kind == NodeKind::conflict_zone) {
        // A conflict that breaks out later: a town until then.
        const auto date = whole_number(file, row, 6, "conflict_date", findings_);
        const double strength = attribute(file, row, intensity, "conflict_intensity", 1.0);
        conflict_dates_.emplace_back(static_cast<NodeId>(nodes_.size()), date.value_or(0));
        if (date.value_or(0) > 0) {
          node.kind = NodeKind::town;
        } else {
          location.conflict = strength;
        }
      }
      std::int64_t population = 0;
      if (!row[7].empty()) {
        population = whole_number(file, row, 7, "the population", findings_).value_or(0);
        if (population < 0) {
          findings_.error("W102", file.where(row), "the population is below 0");
          population = 0;
        }
      }
      population /= hasten_;
      if (node.kind == NodeKind::camp) {
        location.capacity = static_cast<double>(population);
        location.camp = true;
        location.idp_camp = lower(row[5]).find("idp") != std::string::npos;
      } else {
        location.population = population;
      }
      location.town = node.kind == NodeKind::town;
      location.initial_idps =
          static_cast<std::int64_t>(attribute(file, row, idps, "initial_idps", 0.0));
      location.foreign = !nodes_.empty() && node.country != nodes_.front().country;
      node.population = static_cast<double>(location.population);
      node.capacity = location.capacity;
      names_.push_back(node.name);
      nodes_.push_back(std::move(node));
      input_.locations.push_back(location);
    }
    if (file.rows.empty())
      findings_.error("W127", {file.name}, "no location in this file");
  }

  void add_link(const journeys::Link& link, const Route& route) {
    links_.push_back(link);
    links_.push_back(journeys::reversed(link));
    input_.routes.insert(input_.routes.end(), 2, route);
  }

  void read_routes() {
    const Rows file = rows_of("routes.csv", true);
    const auto speed = column_of(file.header, 4, "max_move_speed");
    const auto walk = column_of(file.header, 4, "walk_probability");
    for (const Row& row : file.rows) {
      if (!wide_enough(file, row, 3))
        continue;
      const NodeId a = place(file, row, row[0]), b = place(file, row, row[1]);
      const auto length = number(file, row, 2, "the distance", findings_);
      if (length && *length < 0.0) {
        findings_.error("W124", file.where(row), fmt::format("the distance is {} km", *length));
        continue;
      }
      std::int64_t redirection = 0;
      if (!row[3].empty()) {
        redirection = whole_number(file, row, 3, "forced_redirection", findings_).value_or(0);
      }
      if (a == journeys::none || b == journeys::none || !length)
        continue;
      journeys::Link link;
      link.from = a;
      link.to = b;
      link.length_km = *length;
      Route route;
      route.max_move_speed = attribute(file, row, speed, "max_move_speed", route.max_move_speed);
      route.walk_probability = attribute(file, row, walk, "walk_probability", 0.0);
      if (redirection == 2) {
        std::swap(link.from, link.to);
        link.redirection = true;
        add_link(link, route);
        continue;
      }
      // Flee adds a redirected link of kind 1 beside the plain one: the way counts twice.
      if (redirection == 1) {
        journeys::Link redirected = link;
        redirected.redirection = true;
        add_link(redirected, route);
      }
      add_link(link, route);
    }
  }

  void read_closures() {
    static const std::map<std::string, ClosureKind> kinds{
        {"country", ClosureKind::country},
        {"countries", ClosureKind::country},
        {"location", ClosureKind::location},
        {"locations", ClosureKind::location},
        {"link", ClosureKind::link},
        {"links", ClosureKind::link},
        {"camp", ClosureKind::camp},
        {"idpcamp", ClosureKind::idp_camp},
        {"remove_forced_redirection", ClosureKind::redirection}};
    const Rows file = rows_of("closures.csv", false);
    for (const Row& row : file.rows) {
      if (!wide_enough(file, row, 5))
        continue;
      const auto found = kinds.find(lower(row[0]));
      if (found == kinds.end()) {
        std::vector<std::string> known;
        for (const auto& [name, kind] : kinds)
          known.push_back(name);
        findings_.warning("W125", file.where(row),
                          fmt::format("unknown kind of closure '{}': the row is left out", row[0]),
                          did_you_mean(row[0], known));
        continue;
      }
      Closure closure;
      closure.kind = found->second;
      const bool is_country = closure.kind == ClosureKind::country;
      const bool has_two = is_country || closure.kind == ClosureKind::link ||
                           closure.kind == ClosureKind::redirection;
      const bool is_known_a = is_known(file, row, row[1], is_country);
      const bool is_known_b = !has_two || is_known(file, row, row[2], is_country);
      const auto start = whole_number(file, row, 3, "closure_start", findings_);
      const auto end = whole_number(file, row, 4, "closure_end", findings_);
      if (!start || !end || !is_known_a || !is_known_b)
        continue;
      if (is_country) {
        closure.country_a = row[1];
        closure.country_b = row[2];
      } else {
        closure.a = place(file, row, row[1]);
        if (has_two)
          closure.b = place(file, row, row[2]);
      }
      closure.start = *start;
      closure.end = *end;
      input_.closures.push_back(closure);
    }
  }

  // Flee goes on when a closure names what is not there, and so do we: the row is left out.
  bool is_known(const Rows& file, const Row& row, const std::string& name, bool is_country) {
    std::vector<std::string> countries;
    for (const journeys::Node& node : nodes_)
      countries.push_back(node.country);
    const auto& known = is_country ? countries : names_;
    if (std::find(known.begin(), known.end(), name) != known.end())
      return true;
    findings_.warning("W123", file.where(row),
                      fmt::format("'{}' is not a {} of locations.csv: the row is left out", name,
                                  is_country ? "country" : "place"),
                      did_you_mean(name, known));
    return false;
  }

  // Flee goes on when a conflict has no place, and so do we.
  NodeId conflict_place(const Rows& file, const std::string& name) {
    const auto found = std::find(names_.begin(), names_.end(), name);
    if (found != names_.end())
      return static_cast<NodeId>(found - names_.begin());
    findings_.warning("W123", file.where(file.header),
                      fmt::format("'{}' is not in locations.csv: its conflict is left out", name),
                      did_you_mean(name, names_));
    return journeys::none;
  }

  void read_conflicts() {
    std::error_code problem;
    if (!fs::exists(folder_ / "conflicts.csv", problem)) {
      conflicts_by_date();
      return;
    }
    Rows file = rows_of("conflicts.csv", true);
    // The header may stand without its '#'.
    if (file.header.cells.empty() && !file.rows.empty()) {
      file.header = file.rows.front();
      file.rows.erase(file.rows.begin());
    }
    std::vector<std::size_t> columns;
    for (std::size_t column = 1; column < file.header.size(); ++column) {
      if (file.header[column].empty())
        continue;
      const NodeId node = conflict_place(file, file.header[column]);
      if (node == journeys::none)
        continue;
      columns.push_back(column);
      input_.conflict_places.push_back(node);
    }
    input_.conflict.assign(columns.size(), {});
    for (const Row& row : file.rows) {
      if (static_cast<int>(input_.conflict.empty() ? 0 : input_.conflict[0].size()) >= input_.days)
        break;
      for (std::size_t i = 0; i < columns.size(); ++i) {
        const auto value = number(file, row, columns[i], "the intensity of conflict", findings_);
        input_.conflict[i].push_back(value.value_or(0.0));
      }
    }
    const auto rows = static_cast<int>(file.rows.size());
    if (rows < input_.days) {
      findings_.error(
          "W126", {file.name},
          fmt::format("has {} days, and the simulation runs for {}", rows, input_.days));
    }
  }

  // Without conflicts.csv: a conflict zone is one from its conflict_date on.
  void conflicts_by_date() {
    for (const auto& [node, date] : conflict_dates_) {
      input_.conflict_places.push_back(node);
      std::vector<double> days(static_cast<std::size_t>(std::max(0, input_.days)));
      for (std::size_t day = 0; day < days.size(); ++day) {
        days[day] = static_cast<std::int64_t>(day) >= date ? 1.0 : 0.0;
      }
      input_.conflict.push_back(std::move(days));
    }
  }

  void read_changes() {
    const Rows file = rows_of("location_changes.csv", false);
    for (const Row& row : file.rows) {
      if (!wide_enough(file, row, 3))
        continue;
      KindChange change;
      change.place = place(file, row, row[0]);
      const auto kind = kind_in(row[1]);
      const auto day = whole_number(file, row, 2, "the day of the change", findings_);
      if (!kind) {
        findings_.error("W122", file.where(row), fmt::format("unknown location type '{}'", row[1]),
                        did_you_mean(row[1], journeys::node_kind_names()));
      }
      if (!kind || !day || change.place == journeys::none)
        continue;
      change.kind = *kind;
      change.idp_camp = lower(row[1]).find("idp") != std::string::npos;
      change.day = *day;
      input_.changes.push_back(change);
    }
  }

  fs::path folder_;
  int hasten_;
  Diagnostics& findings_;
  Input input_;
  std::vector<std::string> names_;
  std::vector<journeys::Node> nodes_;
  std::vector<journeys::Link> links_;
  std::vector<std::pair<NodeId, std::int64_t>> conflict_dates_;
};

} // namespace

Input read_input(const fs::path& folder, int days, int hasten, Diagnostics& findings) {
  return InputReader(folder, hasten, findings).read(days);
}

} // namespace cauce::flee
