#include "cauce/conditions/document.hpp"

#include "cauce/conditions/names.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstring>
#include <fmt/format.h>
#include <pugixml.hpp>

namespace cauce::conditions {

namespace {

std::string trimmed(std::string_view text) {
  const auto is_space = [](char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; };
  while (!text.empty() && is_space(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && is_space(text.back()))
    text.remove_suffix(1);
  return std::string(text);
}

std::optional<double> number(std::string_view text) {
  const std::string clean = trimmed(text);
  const char* begin = clean.data();
  if (*begin == '+')
    ++begin;
  double value = 0;
  const auto [end, error] = std::from_chars(begin, clean.data() + clean.size(), value);
  if (error != std::errc{} || end != clean.data() + clean.size())
    return std::nullopt;
  return value;
}

// Tag name without its namespace prefix ("isee:range" -> "range").
std::string_view local_name(const pugi::xml_node& node) {
  const std::string_view name = node.name();
  const std::size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

class Reader {
 public:
  Reader(std::string_view text, const std::string& file, Diagnostics& findings)
      : text_(text), findings_(findings) {
    document_.file = file;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\n')
        line_starts_.push_back(i + 1);
    }
  }

  Document read();

 private:
  SourcePos where(const pugi::xml_node& node) const {
    const std::ptrdiff_t offset = node.offset_debug();
    if (offset < 0)
      return {document_.file, 0, 0};
    return position(static_cast<std::size_t>(offset));
  }
  SourcePos position(std::size_t offset) const {
    const auto after = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
    return {document_.file, static_cast<int>(after - line_starts_.begin()), 0};
  }
  std::string text(const pugi::xml_node& parent, const char* child) const {
    std::string all;
    for (const pugi::xml_node& part : parent.child(child).children())
      all += part.value();
    return trimmed(all);
  }
  EquationText equation(const pugi::xml_node& parent, const char* child) const {
    const pugi::xml_node node = parent.child(child);
    EquationText result{text(parent, child), where(node ? node : parent)};
    return result;
  }
  void sim_specs(const pugi::xml_node& node);
  void dimensions(const pugi::xml_node& node);
  void units(const pugi::xml_node& node);
  void behavior(const pugi::xml_node& node);
  void model(const pugi::xml_node& node);
  void macro(const pugi::xml_node& node);
  void variables(const pugi::xml_node& node, std::vector<VariableDefinition>& into,
                 ModelDefinition* model);
  VariableDefinition variable(const pugi::xml_node& node, Kind kind);
  ModuleDefinition module(const pugi::xml_node& node);
  std::optional<GraphicalFunction> graphical(const pugi::xml_node& node, const std::string& owner);
  std::vector<double> numbers(const pugi::xml_node& node, const std::string& owner);
  std::string required_name(const pugi::xml_node& node);

  std::string_view text_;
  Diagnostics& findings_;
  Document document_;
  std::vector<std::size_t> line_starts_{0};
};

Document Reader::read() {
  pugi::xml_document xml;
  const pugi::xml_parse_result result =
      xml.load_buffer(text_.data(), text_.size(),
                      pugi::parse_default | pugi::parse_ws_pcdata_single, pugi::encoding_auto);
  if (!result) {
    throw Error("X101",
                position(static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, result.offset))),
                fmt::format("this is not well-formed XML: {}", result.description()),
                "every tag must be closed, and & and < in equations written &amp; and &lt;");
  }
  pugi::xml_node root;
  for (const pugi::xml_node& node : xml.children()) {
    if (local_name(node) == "xmile")
      root = node;
  }
  if (!root) {
    throw Error("X102", {document_.file, 1, 0},
                "this is not an XMILE file: there is no <xmile> element",
                "save the model as XMILE (.stmx from Stella, .xmile from other tools)");
  }
  const pugi::xml_node header = root.child("header");
  document_.title = text(header, "name");
  document_.vendor = text(header, "vendor");
  if (const pugi::xml_node specs = root.child("sim_specs")) {
    sim_specs(specs);
  } else if (const pugi::xml_node inner = root.child("model").child("sim_specs")) {
    sim_specs(inner);
  } else {
    findings_.warning("X103", where(root), "there are no sim_specs: time runs from 0 to 100 by 1");
  }
  for (const pugi::xml_node& node : root.children()) {
    const std::string_view tag = local_name(node);
    if (tag == "dimensions")
      dimensions(node);
    else if (tag == "model_units")
      units(node);
    else if (tag == "behavior")
      behavior(node);
    else if (tag == "macro")
      macro(node);
    else if (tag == "model")
      model(node);
    else if (tag == "include") {
      findings_.warning("X110", where(node),
                        "<include> is not followed: definitions of other files are not read",
                        "paste the included macros and units into this file");
    }
  }
  if (document_.models.empty()) {
    throw Error("X102", where(root), "there is no <model> in this file");
  }
  return std::move(document_);
}

void Reader::sim_specs(const pugi::xml_node& node) {
  SimSpecs& specs = document_.specs;
  const auto read = [&](const char* tag, double otherwise) {
    const std::string raw = text(node, tag);
    if (raw.empty())
      return otherwise;
    const std::optional<double> value = number(raw);
    if (!value || !std::isfinite(*value)) {
      findings_.error("X103", where(node.child(tag)),
                      fmt::format("<{}> must be a number, found '{}'", tag, raw));
      return otherwise;
    }
    return *value;
  };
  specs.start = read("start", 0);
  specs.stop = read("stop", 100);
  specs.dt = read("dt", 1);
  const std::string_view reciprocal = node.child("dt").attribute("reciprocal").value();
  if (specs.dt <= 0) {
    findings_.error("X103", where(node.child("dt")),
                    fmt::format("dt must be positive, found {}", specs.dt));
    specs.dt = 1;
  }
  if (reciprocal == "true" || reciprocal == "1")
    specs.dt = 1 / specs.dt;
  if (specs.stop < specs.start) {
    findings_.error("X103", where(node),
                    fmt::format("stop ({}) lies before start ({})", specs.stop, specs.start));
  }
  specs.save_step = read("savestep", specs.dt);
  if (const pugi::xml_attribute interval = node.attribute("isee:save_interval")) {
    if (const auto value = number(interval.value()); value && *value > 0)
      specs.save_step = *value;
  }
  if (!(specs.save_step >= specs.dt))
    specs.save_step = specs.dt;
  specs.time_units = node.attribute("time_units").value();
  const std::string method = canonical_name(node.attribute("method").value());
  if (method.starts_with("rk4") || method == "gear")
    specs.method = Method::rk4;
  else if (method.starts_with("rk2"))
    specs.method = Method::rk2;
  else if (!method.empty() && !method.starts_with("euler")) {
    findings_.warning("X103", where(node),
                      fmt::format("unknown integration method '{}': Euler is used", method),
                      "methods are Euler, RK2 and RK4");
  }
}

void Reader::dimensions(const pugi::xml_node& node) {
  double most_elements = 1'000'000; // that sizes may ask for: names of elements take memory
  for (const pugi::xml_node& dim : node.children()) {
    if (local_name(dim) != "dim")
      continue;
    Dimension dimension{display_name(required_name(dim)), {}};
    for (const pugi::xml_node& element : dim.children()) {
      if (local_name(element) == "elem")
        dimension.elements.push_back(display_name(required_name(element)));
    }
    if (dimension.elements.empty()) {
      const std::optional<double> size = number(dim.attribute("size").value());
      if (!size || *size < 1 || *size > most_elements || *size != std::floor(*size)) {
        findings_.error(
            "X108", where(dim),
            fmt::format(
                "dimension '{}' needs elements or a size from 1 to {} (of all dimensions together)",
                dimension.name, most_elements));
        dimension.elements.push_back("1");
      } else {
        most_elements -= *size;
        for (int i = 1; i <= static_cast<int>(*size); ++i)
          dimension.elements.push_back(std::to_string(i));
      }
    }
    const std::string name = canonical_name(dimension.name);
    const bool twice =
        std::any_of(document_.dimensions.begin(), document_.dimensions.end(),
                    [&](const Dimension& d) { return canonical_name(d.name) == name; });
    if (twice) {
      findings_.error("X108", where(dim),
                      fmt::format("dimension '{}' is defined twice", dimension.name));
    } else {
      document_.dimensions.push_back(std::move(dimension));
    }
  }
}

void Reader::units(const pugi::xml_node& node) {
  for (const pugi::xml_node& unit : node.children()) {
    if (local_name(unit) != "unit")
      continue;
    UnitDefinition definition{required_name(unit), text(unit, "eqn"), {}};
    for (const pugi::xml_node& alias : unit.children("alias")) {
      definition.aliases.push_back(trimmed(alias.child_value()));
    }
    document_.units.push_back(std::move(definition));
  }
}

void Reader::behavior(const pugi::xml_node& node) {
  const bool all = !node.child("non_negative").empty();
  document_.non_negative_stocks = all || node.child("stock").child("non_negative");
  document_.non_negative_flows = all || node.child("flow").child("non_negative");
}

std::string Reader::required_name(const pugi::xml_node& node) {
  const std::string name = trimmed(node.attribute("name").value());
  if (name.empty()) {
    findings_.error("X108", where(node), fmt::format("this <{}> needs a name", local_name(node)));
    return "unnamed";
  }
  return name;
}

void Reader::model(const pugi::xml_node& node) {
  ModelDefinition definition;
  definition.name = display_name(node.attribute("name").value());
  definition.where = where(node);
  for (const pugi::xml_node& child : node.children()) {
    const std::string_view tag = local_name(child);
    if (tag == "variables")
      variables(child, definition.variables, &definition);
  }
  variables(node, definition.variables, &definition); // STELLA 10 has them without <variables>
  document_.models.push_back(std::move(definition));
}

void Reader::macro(const pugi::xml_node& node) {
  MacroDefinition definition;
  definition.name = required_name(node);
  definition.where = where(node);
  definition.equation = equation(node, "eqn");
  for (const pugi::xml_node& child : node.children()) {
    const std::string_view tag = local_name(child);
    if (tag == "parm") {
      definition.parameters.push_back(
          {trimmed(child.child_value()), trimmed(child.attribute("default").value())});
    } else if (tag == "variables") {
      variables(child, definition.variables, nullptr);
    } else if (tag == "model") {
      variables(child.child("variables"), definition.variables, nullptr);
    }
  }
  document_.macros.push_back(std::move(definition));
}

void Reader::variables(const pugi::xml_node& node, std::vector<VariableDefinition>& into,
                       ModelDefinition* model) {
  for (const pugi::xml_node& child : node.children()) {
    const std::string_view tag = local_name(child);
    if (tag == "stock")
      into.push_back(variable(child, Kind::stock));
    else if (tag == "flow")
      into.push_back(variable(child, Kind::flow));
    else if (tag == "aux")
      into.push_back(variable(child, Kind::auxiliary));
    else if (tag == "gf")
      into.push_back(variable(child, Kind::graphical));
    else if (tag == "module" && model)
      model->modules.push_back(module(child));
    else if (tag == "group" && model) {
      GroupDefinition group{required_name(child), {}};
      for (const pugi::xml_node& member : child.children()) {
        const char* name = member.attribute("name").value();
        group.members.push_back(*name ? name : trimmed(member.child_value()));
      }
      model->groups.push_back(std::move(group));
    }
  }
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
  result.input = std::string_view(node.attribute("access").value()) == "input";
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
      result.graphical = graphical(child, result.name);
    } else if (tag == "non_negative") {
      const std::string flag = canonical_name(child.child_value());
      result.non_negative = flag != "false" && flag != "0";
    } else if (tag == "element") {
      ElementDefinition element;
      element.where = where(child);
      std::string_view subscripts = child.attribute("subscript").value();
      while (true) {
        const std::size_t comma = subscripts.find(',');
        element.subscripts.push_back(trimmed(subscripts.substr(0, comma)));
        if (comma == std::string_view::npos)
          break;
        subscripts.remove_prefix(comma + 1);
      }
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
      result.leak.zone_start = number(child.child_value()).value_or(0.0);
    } else if (tag == "leak_end") {
      result.leak.zone_end = number(child.child_value()).value_or(1.0);
    } else if (tag == "overflow") {
      result.leak.overflow = true;
    }
  }
  return result;
}

ModuleDefinition Reader::module(const pugi::xml_node& node) {
  ModuleDefinition result{required_name(node), {}, {}, where(node)};
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

} // namespace

Document parse_document(std::string_view xml, const std::string& file, Diagnostics& findings) {
  return Reader(xml, file, findings).read();
}

} // namespace cauce::conditions
