#include "cauce/system/network_files.hpp"

#include "cauce/base/month.hpp"
#include "cauce/base/table.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace cauce::system {

namespace journeys = people::journeys;

namespace {
void check_name(const std::string& name, std::span<const std::string> known, std::string_view what,
                const SourcePos& where, Diagnostics& findings) {
  if (name.empty() || std::find(known.begin(), known.end(), name) != known.end())
    return;
  findings.error("P320", where, fmt::format("unknown {} '{}'", what, name),
                 did_you_mean(name, known));
}

std::vector<journeys::Node> read_nodes(const Table& table, std::span<const std::string> corridors,
                                       std::span<const std::string> sectors,
                                       const evidence::Sources& sources, Diagnostics& findings) {
  std::vector<journeys::Node> nodes;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const SourcePos where = table.where(row);
    journeys::Node node;
    node.name = table.cell(row, "node");
    if (const auto kind = journeys::node_kind(table.cell(row, "kind")))
      node.kind = *kind;
    else
      check_name(table.cell(row, "kind"), journeys::node_kind_names(), "kind", where, findings);
    node.country = table.cell(row, "country");
    node.corridor = table.cell(row, "corridor");
    node.sector = table.cell(row, "sector");
    check_name(node.corridor, corridors, "corridor", where, findings);
    check_name(node.sector, sectors, "sector", where, findings);
    node.latitude = table.number(row, "latitude", findings).value_or(0.0);
    node.longitude = table.number(row, "longitude", findings).value_or(0.0);
    sources.check(table.cell(row, "source_id"), table.cell(row, "status"), where, findings);
    nodes.push_back(std::move(node));
  }
  return nodes;
}

std::int64_t month_or(const Table& table, std::size_t row, std::string_view column,
                      std::int64_t otherwise, Diagnostics& findings) {
  const std::string& text = table.cell(row, column);
  if (text.empty())
    return otherwise;
  if (const auto month = Month::parse(text))
    return month->index();
  findings.error("P323", table.where(row),
                 fmt::format("'{}' is not a month (column '{}')", text, column),
                 "write 2017-06, or leave the cell empty");
  return otherwise;
}
} // namespace

NetworkFiles read_network(const std::filesystem::path& folder, const evidence::Places& places,
                          std::span<const std::string> departments,
                          std::span<const std::string> corridors,
                          std::span<const std::string> sectors, const evidence::Sources& sources,
                          Diagnostics& findings) {
  const std::vector<std::string> node_columns = {"node",      "kind",      "country",
                                                 "corridor",  "sector",    "latitude",
                                                 "longitude", "source_id", "status"};
  const std::vector<std::string> link_columns = {"link",  "from",        "to",          "corridor",
                                                 "mode",  "distance_km", "enforcement", "danger",
                                                 "opens", "closes",      "source_id",   "status"};
  const Table node_table = Table::read(folder / "nodes.csv", node_columns, findings);
  const Table link_table = Table::read(folder / "links.csv", link_columns, findings);
  findings.throw_if_errors();
  std::vector<journeys::Node> nodes = read_nodes(node_table, corridors, sectors, sources, findings);
  std::vector<std::string> names;
  for (const journeys::Node& node : nodes)
    names.push_back(node.name);
  const auto node_index = [&](const std::string& name, const SourcePos& where) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) {
      findings.error("P321", where, fmt::format("unknown node '{}'", name),
                     did_you_mean(name, names));
      return journeys::none;
    }
    return static_cast<journeys::NodeId>(found - names.begin());
  };
  std::vector<journeys::Link> links;
  for (std::size_t row = 0; row < link_table.rows(); ++row) {
    const SourcePos where = link_table.where(row);
    journeys::Link link;
    link.from = node_index(link_table.cell(row, "from"), where);
    link.to = node_index(link_table.cell(row, "to"), where);
    link.corridor = link_table.cell(row, "corridor");
    check_name(link.corridor, corridors, "corridor", where, findings);
    if (const auto mode = journeys::mode(link_table.cell(row, "mode")))
      link.mode = *mode;
    else
      check_name(link_table.cell(row, "mode"), journeys::mode_names(), "mode", where, findings);
    const auto positive = [&](std::string_view column, double low) {
      const double value = link_table.number(row, column, findings).value_or(1.0);
      if (value < low) {
        findings.error("P323", where,
                       fmt::format("{} must be at least {}, found {}", column, low, value));
      }
      return value;
    };
    link.length_km = positive("distance_km", 0.1);
    link.enforcement = positive("enforcement", 0.0);
    link.danger = positive("danger", 0.0);
    link.opens = month_or(link_table, row, "opens", INT64_MIN, findings);
    link.closes = month_or(link_table, row, "closes", INT64_MAX, findings);
    sources.check(link_table.cell(row, "source_id"), link_table.cell(row, "status"), where,
                  findings);
    if (link.from != journeys::none && link.to != journeys::none)
      links.push_back(link);
  }
  NetworkFiles files;
  for (const std::string& department : departments) {
    const evidence::Place* place = places.find_element(department);
    const std::string& code = place == nullptr ? department : place->code;
    auto found = std::find(names.begin(), names.end(), code);
    if (found == names.end())
      found = std::find(names.begin(), names.end(), department);
    if (found == names.end()) {
      findings.error("P322", {node_table.name(), 0, 0},
                     fmt::format("department '{}' has no node of its code", code));
      continue;
    }
    files.origin_nodes.push_back(static_cast<journeys::NodeId>(found - names.begin()));
  }
  if (findings.ok())
    files.network = journeys::Network(std::move(nodes), std::move(links));
  return files;
}

} // namespace cauce::system
