// The head of a file: settings, dimensions, units, models and macros.
#include "cauce/conditions/document_reader.hpp"

#include "cauce/conditions/names.hpp"

#include <cctype>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace cauce::conditions::detail {

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

namespace {

// A vendor's elements have a prefix and are not read, whatever their names (XMILE 1.2 section 2.2).
// Where the standard's own have one, it is that of the root: it is taken away everywhere.
void strip_prefix(pugi::xml_node node, const std::string& prefix) {
  std::vector<pugi::xml_node> open{node};
  while (!open.empty()) {
    node = open.back();
    open.pop_back();
    const std::string name = node.name();
    if (name.starts_with(prefix))
      node.set_name(name.c_str() + prefix.size());
    for (const pugi::xml_node& child : node.children()) {
      if (child.type() == pugi::node_element)
        open.push_back(child);
    }
  }
}

} // namespace

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
    const std::string name = node.name();
    if (name == "xmile")
      root = node;
    else if (name.ends_with(":xmile")) {
      strip_prefix(node, name.substr(0, name.size() - 5));
      root = node;
    }
  }
  if (!root) {
    throw Error("X102", {document_.file, 1, 0},
                "this is not an XMILE file: there is no <xmile> element",
                "save the model as XMILE (.stmx from Stella, .xmile from other tools)");
  }
  header(root.child("header"));
  if (const pugi::xml_node specs = root.child("sim_specs")) {
    document_.specs = settle_specs(sim_specs(specs), {}, findings_);
  } else if (const pugi::xml_node inner = root.child("model").child("sim_specs")) {
    document_.specs = settle_specs(sim_specs(inner), {}, findings_);
  } else if (root.child("model")) {
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
    else if (tag == "include")
      include(node);
  }
  if (!vendors_.empty()) {
    std::string names;
    for (const auto& [name, place] : vendors_)
      names += (names.empty() ? "<" : ", <") + name + ">";
    findings_.warning("X110", vendors_.begin()->second,
                      fmt::format("what a vendor adds to variables is not read: {}", names));
  }
  return std::move(document_);
}

void Reader::header(const pugi::xml_node& node) {
  document_.title = text(node, "name");
  document_.vendor = text(node, "vendor");
  const std::string tool = canonical_name(document_.vendor + " " + text(node, "product"));
  document_.vensim =
      tool.find("vensim") != std::string::npos || tool.find("ventana") != std::string::npos;
  const std::string outside = canonical_name(
      node.child("options").child("uses_arrays").attribute("invalid_index_value").value());
  if (outside == "nan")
    document_.outside = std::numeric_limits<double>::quiet_NaN();
  for (const pugi::xml_node& list : node.children("includes")) {
    for (const pugi::xml_node& one : list.children("include"))
      include(one);
  }
  for (const pugi::xml_node& one : node.children("include"))
    include(one);
}

void Reader::include(const pugi::xml_node& node) {
  const std::string resource = trimmed(node.attribute("resource").value());
  if (!resource.empty())
    document_.includes.emplace_back(resource, where(node));
}

SpecsDefinition Reader::sim_specs(const pugi::xml_node& node) {
  SpecsDefinition specs;
  specs.where = where(node);
  const auto read = [&](const char* tag) -> std::optional<double> {
    const std::string raw = text(node, tag);
    if (raw.empty())
      return std::nullopt;
    const std::optional<double> value = number(raw);
    if (!value || !std::isfinite(*value)) {
      findings_.error("X103", where(node.child(tag)),
                      fmt::format("<{}> must be a number, found '{}'", tag, raw));
      return std::nullopt;
    }
    return value;
  };
  specs.start = read("start");
  specs.stop = read("stop");
  specs.dt = read("dt");
  if (specs.dt && *specs.dt <= 0) {
    findings_.error("X103", where(node.child("dt")),
                    fmt::format("dt must be positive, found {}", *specs.dt));
    specs.dt.reset();
  }
  const std::string_view reciprocal = node.child("dt").attribute("reciprocal").value();
  if (specs.dt && (reciprocal == "true" || reciprocal == "1"))
    specs.dt = 1 / *specs.dt;
  specs.save_step = read("savestep");
  if (const pugi::xml_attribute interval = node.attribute("isee:save_interval")) {
    if (const auto value = number(interval.value()); value && *value > 0)
      specs.save_step = *value;
  }
  const std::string_view by = node.child("run").attribute("by").value();
  if (by == "group" || by == "module") {
    findings_.warning("X110", where(node.child("run")),
                      fmt::format("a run by {} is not followed: the whole model runs", by));
  }
  specs.time_units = node.attribute("time_units").value();
  const std::string method = canonical_name(node.attribute("method").value());
  if (method.starts_with("rk4") || method == "gear")
    specs.method = Method::rk4;
  else if (method.starts_with("rk2"))
    specs.method = Method::rk2;
  else if (!method.empty())
    specs.method = Method::euler;
  if (!method.empty() && specs.method == Method::euler && !method.starts_with("euler")) {
    findings_.warning("X103", where(node),
                      fmt::format("unknown integration method '{}': Euler is used", method),
                      "methods are Euler, RK2 and RK4");
  }
  return specs;
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
  std::string name = trimmed(node.attribute("name").value());
  if (name.empty()) {
    findings_.error("X108", where(node), fmt::format("this <{}> needs a name", local_name(node)));
    return "unnamed";
  }
  return name;
}

void Reader::model(const pugi::xml_node& node) {
  ModelDefinition definition;
  definition.name = display_name(node.attribute("name").value());
  definition.resource = trimmed(node.attribute("resource").value());
  definition.where = where(node);
  for (const pugi::xml_node& child : node.children()) {
    const std::string_view tag = local_name(child);
    if (tag == "variables")
      variables(child, definition.variables, &definition);
    else if (tag == "sim_specs" && (node.parent().child("sim_specs") || !document_.models.empty()))
      definition.specs = sim_specs(child);
  }
  variables(node, definition.variables, &definition); // STELLA 10 has them without <variables>
  if (const pugi::xml_node own = node.child("behavior")) {
    const bool all = !own.child("non_negative").empty();
    for (VariableDefinition& variable : definition.variables) {
      const char* kind = variable.kind == Kind::stock ? "stock" : "flow";
      if ((variable.kind == Kind::stock || variable.kind == Kind::flow) &&
          (all || own.child(kind).child("non_negative")))
        variable.non_negative = variable.non_negative.value_or(true);
    }
  }
  tables_by_name(definition.variables);
  if (node.attribute("encryption-scheme"))
    findings_.error("X110", where(node), "the model is encrypted", "save it without a password");
  document_.models.push_back(std::move(definition));
}

// <gf name="other"/> in a variable is the graphical function of that name.
void Reader::tables_by_name(std::vector<VariableDefinition>& variables) {
  for (VariableDefinition& variable : variables) {
    if (variable.table.empty())
      continue;
    const std::string wanted = canonical_name(variable.table);
    std::vector<std::string> known;
    for (const VariableDefinition& other : variables) {
      if (!other.graphical || other.graphical->y.empty())
        continue;
      known.push_back(other.name);
      if (canonical_name(other.name) == wanted)
        variable.graphical = other.graphical;
    }
    if (!variable.graphical) {
      findings_.error(
          "X107", variable.where,
          fmt::format("'{}' uses the graphical function '{}', which this model does not "
                      "have",
                      display_name(variable.name), variable.table),
          did_you_mean(variable.table, known));
    }
  }
}

void Reader::macro(const pugi::xml_node& node) {
  MacroDefinition definition;
  definition.name = required_name(node);
  definition.where = where(node);
  if (node.attribute("filter")) { // changes how variables with a mark behave
    if (canonical_name(definition.name) != "non_negative")
      findings_.warning("X110", where(node),
                        fmt::format("the option filter '{}' is not followed", definition.name),
                        "write its effect into the equations");
    return; // non-negative stocks and flows are built in
  }
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
    } else if (tag == "sim_specs") {
      definition.loop =
          LoopDefinition{equation(child, "start"), equation(child, "stop"), equation(child, "dt")};
      if (child.child("dt").attribute("reciprocal").as_bool())
        definition.loop->dt.text = "1 / (" + definition.loop->dt.text + ")";
    }
  }
  tables_by_name(definition.variables);
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
    // The graphical function inside a variable can be called, where it has a name of its own.
    const pugi::xml_node gf = child.child("gf");
    const std::string called = trimmed(gf.attribute("name").value());
    if ((tag == "aux" || tag == "flow") && gf.child("ypts") && !called.empty() &&
        canonical_name(called) != canonical_name(child.attribute("name").value())) {
      VariableDefinition own;
      own.kind = Kind::graphical;
      own.name = called;
      own.graphical = into.back().graphical;
      own.where = into.back().where;
      into.push_back(std::move(own));
    }
  }
}

} // namespace cauce::conditions::detail

namespace cauce::conditions {

SimSpecs settle_specs(const SpecsDefinition& own, const SimSpecs& otherwise,
                      Diagnostics& findings) {
  SimSpecs specs = otherwise;
  specs.start = own.start.value_or(otherwise.start);
  specs.stop = own.stop.value_or(otherwise.stop);
  specs.dt = own.dt.value_or(otherwise.dt);
  specs.method = own.method.value_or(otherwise.method);
  if (!own.time_units.empty())
    specs.time_units = own.time_units;
  if (specs.stop < specs.start) {
    findings.error("X103", own.where,
                   fmt::format("stop ({}) lies before start ({})", specs.stop, specs.start));
  }
  const bool every_step = otherwise.save_step == otherwise.dt; // nothing else was said
  specs.save_step = own.save_step.value_or(every_step ? specs.dt : otherwise.save_step);
  if (!(specs.save_step >= specs.dt))
    specs.save_step = specs.dt;
  const double whole = std::round(specs.save_step / specs.dt) * specs.dt;
  if (std::abs(specs.save_step - whole) > 1e-6 * specs.dt) {
    findings.warning("X103", own.where,
                     fmt::format("values are saved every {}, not every {}: a multiple of dt", whole,
                                 specs.save_step));
    specs.save_step = whole;
  }
  return specs;
}

} // namespace cauce::conditions

namespace cauce::conditions::detail {

Document read_document(std::string_view xml, const std::string& file, Diagnostics& findings) {
  return Reader(xml, file, findings).read();
}

} // namespace cauce::conditions::detail
