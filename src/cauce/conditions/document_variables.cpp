// Variables, modules and graphical functions of a file.
#include "cauce/conditions/document_reader.hpp"

#include "cauce/conditions/names.hpp"

#include <cmath>
#include <fmt/format.h>

namespace cauce::conditions::detail {

namespace {

// "a, b" cut at its commas; those between quotes belong to a name.
std::vector<std::string> separated(std::string_view text) {
  std::vector<std::string> pieces{{}};
  bool quoted = false;
  for (const char c : text) {
    quoted = quoted != (c == '"');
    if (c == ',' && !quoted)
      pieces.emplace_back();
    else
      pieces.back() += c;
  }
  for (std::string& piece : pieces)
    piece = trimmed(piece);
  return pieces;
}

} // namespace

// The part of a conveyor that leaks: attributes of the flow, or elements as some tools write.
void Reader::zone(LeakDefinition& leak, const char* from, const char* to) {
  leak.zone_start = number(from).value_or(leak.zone_start);
  leak.zone_end = number(to).value_or(leak.zone_end);
}

VariableDefinition Reader::variable(const pugi::xml_node& node, Kind kind) {
  VariableDefinition result;
  result.kind = kind;
  result.where = where(node);
  result.name = required_name(node);
  result.units = text(node, "units");
  result.doc = text(node, "doc");
  result.equation = equation(node, "eqn");
  result.initial = equation(node, "init_eqn");
  result.multiplier = equation(node, "multiplier");
  result.input = std::string_view(node.attribute("access").value()) == "input";
  result.output = std::string_view(node.attribute("access").value()) == "output";
  zone(result.leak, node.attribute("leak_start").value(), node.attribute("leak_end").value());
  if (kind == Kind::graphical)
    result.graphical = graphical(node, result.name);
  for (const pugi::xml_node& child : node.children()) {
    const std::string_view tag = local_name(child);
    if (tag == "dimensions") {
      for (const pugi::xml_node& dim : child.children()) {
        if (local_name(dim) == "dim")
          result.dimensions.push_back(required_name(dim));
      }
    } else if (tag == "inflow") {
      result.inflows.push_back(trimmed(child.child_value()));
    } else if (tag == "outflow") {
      result.outflows.push_back(trimmed(child.child_value()));
    } else if (tag == "gf" && kind != Kind::graphical) {
      const bool empty = !child.child("ypts") && !child.child("xpts") && !child.child("xscale");
      const std::string own = trimmed(child.attribute("name").value());
      if (empty && !own.empty())
        result.table = own;
      else
        result.graphical = graphical(child, result.name);
    } else if (tag == "non_negative") {
      const std::string flag = canonical_name(child.child_value());
      result.non_negative = flag != "false" && flag != "0";
    } else if (tag == "element") {
      ElementDefinition element;
      element.where = where(child);
      element.subscripts = separated(child.attribute("subscript").value());
      element.equation = equation(child, "eqn");
      element.initial = equation(child, "init_eqn");
      if (const pugi::xml_node gf = child.child("gf"))
        element.graphical = graphical(gf, result.name);
      if (child.child("non_negative"))
        result.non_negative = true;
      result.elements.push_back(std::move(element));
    } else if (tag == "conveyor") {
      ConveyorDefinition conveyor;
      conveyor.transit_time = equation(child, "len");
      conveyor.capacity = equation(child, "capacity");
      conveyor.in_limit = equation(child, "in_limit");
      conveyor.sample = equation(child, "sample");
      conveyor.arrest = equation(child, "arrest");
      conveyor.discrete = child.attribute("discrete").as_bool();
      conveyor.batch_integrity = child.attribute("batch_integrity").as_bool();
      conveyor.one_at_a_time = child.attribute("one_at_a_time").as_bool(true);
      conveyor.exponential_leak = child.attribute("exponential_leak").as_bool();
      result.conveyor = std::move(conveyor);
    } else if (tag == "queue") {
      result.queue = true;
    } else if (tag == "oven") {
      result.oven = true;
    } else if (tag == "leak") {
      result.leak.leak = true;
      if (const std::string fraction = trimmed(child.child_value()); !fraction.empty()) {
        result.leak.fraction = {fraction, where(child)};
      }
    } else if (tag == "leak_integers") {
      result.leak.integers = true;
    } else if (tag == "leak_start") {
      zone(result.leak, child.child_value(), "");
    } else if (tag == "leak_end") {
      zone(result.leak, "", child.child_value());
    } else if (tag == "overflow") {
      result.leak.overflow = true;
    } else if (tag.find(':') != std::string_view::npos) {
      vendors_.emplace(tag, where(child));
    }
  }
  return result;
}

ModuleDefinition Reader::module(const pugi::xml_node& node) {
  ModuleDefinition result{required_name(node), {}, {}, {}, where(node)};
  result.resource = trimmed(node.attribute("resource").value());
  result.model = display_name(node.attribute("isee:model").value());
  if (result.model.empty())
    result.model = display_name(node.attribute("simlin:model_name").value());
  if (result.model.empty())
    result.model = display_name(node.attribute("model_name").value());
  for (const pugi::xml_node& child : node.children()) {
    const std::string_view tag = local_name(child);
    if (tag == "connect" || tag == "connect2") {
      const std::string to = trimmed(child.attribute("to").value());
      const std::string from = trimmed(child.attribute("from").value());
      if (!to.empty() && !from.empty())
        result.connections.push_back({to, from, where(child)});
    }
  }
  return result;
}

std::vector<double> Reader::numbers(const pugi::xml_node& node, const std::string& owner) {
  std::vector<double> values;
  std::string_view raw = node.child_value();
  const std::string_view own = node.attribute("sep").value();
  const std::string separators = own.empty() ? ",;" : std::string(own);
  while (true) {
    const std::size_t end = raw.find_first_of(separators);
    const std::string piece = trimmed(raw.substr(0, end));
    if (const std::optional<double> value = number(piece)) {
      values.push_back(*value);
    } else if (!piece.empty() || end != std::string_view::npos) {
      findings_.error("X107", where(node),
                      fmt::format("a point of the graphical function of '{}' is not a number: '{}'",
                                  owner, piece));
    }
    if (end == std::string_view::npos)
      return values;
    raw.remove_prefix(end + 1);
  }
}

std::optional<GraphicalFunction> Reader::graphical(const pugi::xml_node& node,
                                                   const std::string& owner) {
  const pugi::xml_node ypts = node.child("ypts");
  if (!ypts && !node.child("xpts") && !node.child("xscale")) {
    // A <gf> of type variable may give its points per element only.
    if (std::string_view(node.name()) != "gf" || node.child("element"))
      return std::nullopt;
  }
  GraphicalFunction table;
  table.where = where(node);
  const std::string type = canonical_name(node.attribute("type").value());
  if (type == "extrapolate")
    table.type = GraphicalFunction::Type::extrapolate;
  if (type == "discrete" || node.attribute("discrete").as_bool())
    table.type = GraphicalFunction::Type::discrete;
  table.y = numbers(ypts, owner);
  if (const pugi::xml_node xpts = node.child("xpts")) {
    table.x = numbers(xpts, owner);
  } else {
    const std::optional<double> low = number(node.child("xscale").attribute("min").value());
    const std::optional<double> high = number(node.child("xscale").attribute("max").value());
    if (!low || !high) {
      findings_.error(
          "X107", table.where,
          fmt::format("the graphical function of '{}' needs <xpts> or <xscale min max>", owner));
    }
    const double from = low.value_or(0), to = high.value_or(1);
    for (std::size_t i = 0; i < table.y.size(); ++i) {
      table.x.push_back(table.y.size() == 1 ? from
                                            : from + (to - from) * static_cast<double>(i) /
                                                         static_cast<double>(table.y.size() - 1));
    }
  }
  if (table.y.empty()) {
    findings_.error("X107", table.where,
                    fmt::format("the graphical function of '{}' has no points", owner));
    return std::nullopt;
  }
  if (table.x.size() != table.y.size()) {
    findings_.error("X107", table.where,
                    fmt::format("the graphical function of '{}' has {} x values and {} y values",
                                owner, table.x.size(), table.y.size()));
    table.x.resize(std::min(table.x.size(), table.y.size()));
    table.y.resize(table.x.size());
    if (table.x.empty())
      return std::nullopt;
  }
  for (std::size_t i = 1; i < table.x.size(); ++i) {
    if (!(table.x[i] >= table.x[i - 1])) {
      findings_.error(
          "X107", table.where,
          fmt::format("x values of the graphical function of '{}' must not fall: {} after {}",
                      owner, table.x[i], table.x[i - 1]));
      break;
    }
  }
  return table;
}

} // namespace cauce::conditions::detail
