// Stage *resolve*: declares the variables of all models and module instances, then gives each its
// parts. Typing of expressions is in typing.cpp, functions in functions.cpp.
#include "cauce/conditions/resolver.hpp"

#include "cauce/conditions/names.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace cauce::conditions::detail {

Resolver::Resolver(const Document& doc, const CompileOptions& opts, Program& prog,
                   Diagnostics& diag)
    : document(doc), options(opts), program(prog), findings(diag) {
  program.file = doc.file;
  program.title = doc.title;
  program.vendor = doc.vendor;
  program.specs = doc.specs;
  program.dimensions = doc.dimensions;
  program.units = doc.units;
  for (const Dimension& dimension : doc.dimensions) {
    Dim dim{canonical_name(dimension.name), {}};
    for (std::size_t i = 0; i < dimension.elements.size(); ++i) {
      dim.elements.emplace(canonical_name(dimension.elements[i]), static_cast<std::uint32_t>(i));
    }
    dims.push_back(std::move(dim));
  }
  for (const MacroDefinition& macro : doc.macros)
    macros.emplace(canonical_name(macro.name), &macro);
}

std::uint32_t Resolver::find_dimension(const std::string& key) const {
  for (std::size_t i = 0; i < dims.size(); ++i) {
    if (dims[i].key == key)
      return static_cast<std::uint32_t>(i);
  }
  return none;
}

Axis Resolver::whole_axis(std::uint32_t dimension) const {
  Axis axis{program.dimensions[dimension].name, dimension, {}};
  axis.elements.resize(program.dimensions[dimension].elements.size());
  std::iota(axis.elements.begin(), axis.elements.end(), 0u);
  return axis;
}

const MacroDefinition* Resolver::find_macro(const std::string& key) const {
  const auto found = macros.find(key);
  return found == macros.end() ? nullptr : found->second;
}

std::vector<std::string> Resolver::names_in(const Scope& scope) const {
  std::vector<std::string> names;
  for (const Scope* s = &scope; s; s = s->outer) {
    for (const auto& [key, variable] : s->names) {
      if (!program.infos[variable].hidden || s->macro)
        names.push_back(key);
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::uint32_t Resolver::add_variable(VariableInfo info, std::vector<Axis> axes,
                                     const std::string& key) {
  Variable variable;
  for (const Axis& axis : axes) {
    info.dimensions.push_back(axis.name);
    variable.size *= axis.size();
    if (variable.size > options.max_elements)
      break;
  }
  if (program.elements + variable.size > options.max_elements ||
      program.variables.size() >= options.max_variables) {
    throw Error("X109", info.where,
                fmt::format("with '{}' the model would have more than {} elements or {} variables",
                            info.name, options.max_elements, options.max_variables),
                "smaller dimensions, or a higher limit");
  }
  info.size = variable.size;
  variable.axes = std::move(axes);
  variable.offset = program.elements;
  program.elements += (variable.size + 7) / 8 * 8;
  const auto id = static_cast<std::uint32_t>(program.variables.size());
  program.variables.push_back(std::move(variable));
  program.infos.push_back(std::move(info));
  if (!key.empty())
    program.by_name.emplace(key, id);
  return id;
}

void Resolver::declare_model(const ModelDefinition& model, Scope& scope,
                             std::vector<const ModelDefinition*>& path) {
  if (std::find(path.begin(), path.end(), &model) != path.end() || path.size() > 50) {
    findings.error("X209", model.where,
                   fmt::format("model '{}' contains itself through its modules", model.name));
    return;
  }
  path.push_back(&model);
  std::unordered_map<std::string, std::string> group_of;
  for (const GroupDefinition& group : model.groups) {
    for (const std::string& member : group.members)
      group_of.emplace(canonical_name(member), group.name);
  }
  for (const VariableDefinition& definition : model.variables) {
    const std::string key = canonical_name(definition.name);
    if (scope.names.contains(key)) {
      findings.error("X204", definition.where,
                     fmt::format("variable '{}' is defined twice", display_name(definition.name)),
                     "names differ only by letter case, spaces or underscores");
      continue;
    }
    std::vector<Axis> axes;
    for (const std::string& name : definition.dimensions) {
      const std::uint32_t dimension = find_dimension(canonical_name(name));
      if (dimension == none) {
        std::vector<std::string> known;
        for (const Dimension& d : program.dimensions)
          known.push_back(d.name);
        findings.error("X206", definition.where,
                       fmt::format("variable '{}' has an unknown dimension '{}'",
                                   display_name(definition.name), name),
                       did_you_mean(name, known));
        continue;
      }
      axes.push_back(whole_axis(dimension));
    }
    VariableInfo info;
    info.name = scope.prefix + display_name(definition.name);
    info.units = definition.units;
    info.doc = definition.doc;
    info.equation = definition.equation.text;
    if (info.equation.empty() && !definition.elements.empty())
      info.equation = definition.elements.front().equation.text;
    info.kind = definition.kind;
    info.where = definition.where;
    if (const auto group = group_of.find(key); group != group_of.end())
      info.group = group->second;
    const std::uint32_t id =
        add_variable(std::move(info), std::move(axes), canonical_name(scope.prefix) + key);
    scope.names.emplace(key, id);
    declared_.push_back({id, &definition, &scope});
  }
  for (const ModuleDefinition& module : model.modules) {
    const std::string wanted = canonical_name(module.model.empty() ? module.name : module.model);
    const ModelDefinition* found = nullptr;
    for (const ModelDefinition& candidate : document.models) {
      if (!candidate.name.empty() && canonical_name(candidate.name) == wanted)
        found = &candidate;
    }
    if (!found) {
      findings.error("X208", module.where,
                     fmt::format("module '{}' uses the model '{}', which this file does not have",
                                 module.name, wanted));
      continue;
    }
    Scope& inner = scopes.emplace_back(
        Scope{scope.prefix + display_name(module.name) + ".", &scope, {}, false});
    const std::string module_key = canonical_name(module.name);
    declare_model(*found, inner, path);
    for (const Connection& connection : module.connections) {
      std::string to = canonical_name(connection.to);
      if (to.starts_with(module_key + "."))
        to.erase(0, module_key.size() + 1);
      if (to.starts_with('.'))
        to.erase(0, 1);
      const auto input = inner.names.find(to);
      if (input == inner.names.end()) {
        findings.error(
            "X208", connection.where,
            fmt::format("module '{}' has no variable '{}' to connect", module.name, connection.to),
            did_you_mean(to, names_in(inner)));
        continue;
      }
      connections_.push_back({input->second, connection.from, &scope, connection.where});
    }
    for (const auto& [name, id] : inner.names)
      scope.names.emplace(module_key + "." + name, id);
  }
  path.pop_back();
}

void Resolver::connect() {
  for (const PendingConnection& connection : connections_) {
    std::string source = connection.from;
    if (source.starts_with('.'))
      source.erase(0, 1);
    Part part{.target = connection.variable, .where = connection.where};
    Variable& variable = program.variables[connection.variable];
    const std::vector<Axis> axes = variable.axes;
    std::vector<std::uint32_t> active;
    for (std::size_t i = 0; i < axes.size(); ++i) {
      part.axes.push_back(axes[i]);
      Index index{Index::Kind::axis, static_cast<std::uint32_t>(i), {}};
      index.map.resize(axes[i].size());
      std::iota(index.map.begin(), index.map.end(), 0u);
      part.indices.push_back(std::move(index));
      active.push_back(static_cast<std::uint32_t>(i));
    }
    part.rank = axes.size();
    Expression name{Syntax::name, 0, source, false, {}, 0};
    try {
      Typer typer(*this, *connection.scope, part, active);
      part.root = typer.type(name);
    } catch (const TypeError& problem) {
      findings.error("X208", connection.where,
                     fmt::format("the connection from '{}' cannot be made: {}", connection.from,
                                 problem.message),
                     problem.hint);
      continue;
    }
    Variable& target = program.variables[connection.variable];
    target.parts = {static_cast<std::uint32_t>(program.parts.size())};
    target.memory = Memory::none;
    program.parts.push_back(std::move(part));
  }
}

namespace {

std::vector<Axis> joined(std::span<const Axis> shared, const std::vector<Axis>& own) {
  std::vector<Axis> axes(shared.begin(), shared.end());
  axes.insert(axes.end(), own.begin(), own.end());
  return axes;
}

Index identity(std::uint32_t axis, std::size_t size) {
  Index index{Index::Kind::axis, axis, {}};
  index.map.resize(size);
  std::iota(index.map.begin(), index.map.end(), 0u);
  return index;
}

} // namespace

// Parts for one variable from its equation and those of its elements.
void Resolver::add_equations(const Declared& declared, std::span<const Axis> shared, bool initial,
                             std::vector<std::uint32_t>& into) {
  const VariableDefinition& definition = *declared.definition;
  const std::vector<Axis> axes = program.variables[declared.variable].axes;
  const std::size_t size = program.variables[declared.variable].size;
  const std::size_t first = shared.size(); // the variable's own axes follow the caller's
  std::vector<std::int32_t> owner(size, -1);
  std::vector<Part> made;
  bool complained = false;

  const auto complain = [&](const std::string& code, const EquationText& equation,
                            const std::string& message, const std::string& hint, int offset) {
    complained = true;
    SourcePos where = equation.where;
    where.column = offset + 1;
    const std::size_t at =
        std::min<std::size_t>(static_cast<std::size_t>(std::max(offset, 0)), equation.text.size());
    where.line += static_cast<int>(std::count(
        equation.text.begin(), equation.text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
    findings.error(code, where,
                   fmt::format("in '{}': {}", program.infos[declared.variable].name, message),
                   hint);
  };
  // One part over the elements that `select` gives: for each dimension a fixed position or an axis.
  const auto add_part = [&](const Expression& expression, const EquationText& text,
                            const std::vector<Index>& select, const std::vector<Axis>& own,
                            const GraphicalFunction* graphical) {
    (void)graphical;
    Part part{.target = declared.variable, .axes = joined(shared, own), .where = text.where};
    part.rank = part.axes.size();
    for (std::size_t i = 0; i < first; ++i)
      part.indices.push_back(identity(static_cast<std::uint32_t>(i), part.axes[i].size()));
    part.indices.insert(part.indices.end(), select.begin(), select.end());
    std::vector<std::uint32_t> active(part.rank);
    std::iota(active.begin(), active.end(), 0u);
    try {
      Typer typer(*this, *declared.scope, part, active);
      part.root = typer.type(expression);
      const Variable& variable = program.variables[declared.variable];
      const bool has_table =
          std::any_of(variable.tables.begin(), variable.tables.end(), [](int t) { return t >= 0; });
      if (has_table && !initial) { // the equation is the input of the graphical function
        Node node{.op = Op::lookup,
                  .args = {part.root},
                  .variable = declared.variable,
                  .indices = part.indices};
        part.nodes.push_back(std::move(node));
        for (std::size_t i = 0; i < part.rank; ++i)
          part.nodes.back().varies |= std::uint64_t{1} << i;
        part.root = static_cast<std::uint32_t>(part.nodes.size() - 1);
      }
      if (!initial && definition.kind == Kind::flow &&
          definition.non_negative.value_or(document.non_negative_flows) &&
          !program.variables[declared.variable].computed_by_machine) {
        part.root = typer.add(Op::maximum, {part.root, typer.constant(0.0)});
      }
    } catch (const TypeError& problem) {
      complain(problem.code, text, problem.message, problem.hint, problem.offset);
      return;
    }
    made.push_back(std::move(part));
  };
  const auto parse = [&](const EquationText& text) -> std::vector<ExpressionPtr> {
    try {
      return parse_equation(text.text, options.max_expression_depth);
    } catch (const SyntaxError& problem) {
      complain(problem.code, text, problem.message, problem.hint, problem.offset);
      return {};
    }
  };
  const auto strides = [&] {
    std::vector<std::size_t> stride(axes.size(), 1);
    for (std::size_t i = axes.size(); i-- > 1;)
      stride[i - 1] = stride[i] * axes[i].size();
    return stride;
  }();

  if (!shared.empty() && axes.size() != first) {
    findings.error("X211", definition.where,
                   "arrays of their own inside a macro are not supported");
    return;
  }
  // Later definitions of an element replace earlier ones.
  std::vector<const ElementDefinition*> definitions;
  for (const ElementDefinition& element : definition.elements) {
    if (axes.empty()) {
      complain("X205", element.equation,
               "there are equations for elements, but the variable has no dimensions", "", 0);
      return;
    }
    const EquationText& text =
        initial && !element.initial.empty() ? element.initial : element.equation;
    if (element.subscripts.size() != axes.size()) {
      complain("X205", text,
               fmt::format("an element has {} subscripts, the variable {} dimensions",
                           element.subscripts.size(), axes.size()),
               "", 0);
      continue;
    }
    std::vector<Index> select;
    std::vector<Axis> own;
    std::vector<std::size_t> covered{0};
    for (std::size_t k = 0; k < axes.size(); ++k) {
      std::string key = canonical_name(element.subscripts[k]);
      const std::string own_prefix = dims[axes[k].dimension].key + ".";
      if (key.starts_with(own_prefix))
        key.erase(0, own_prefix.size());
      const auto found = dims[axes[k].dimension].elements.find(key);
      std::vector<std::size_t> next;
      if (found != dims[axes[k].dimension].elements.end()) {
        select.push_back({Index::Kind::fixed, found->second, {}});
        for (const std::size_t base : covered)
          next.push_back(base + found->second * strides[k]);
      } else if (const std::uint32_t range = find_dimension(key); range != none || key == "*") {
        Axis axis = key == "*" ? whole_axis(axes[k].dimension) : whole_axis(range);
        Index index{Index::Kind::axis, static_cast<std::uint32_t>(own.size()), {}};
        for (const std::uint32_t e : axis.elements) {
          const auto at = dims[axes[k].dimension].elements.find(
              canonical_name(program.dimensions[axis.dimension].elements[e]));
          if (at != dims[axes[k].dimension].elements.end())
            index.map.push_back(at->second);
        }
        if (index.map.size() != axis.size()) {
          complain("X206", text,
                   fmt::format("'{}' is not a part of dimension '{}'", element.subscripts[k],
                               axes[k].name),
                   "", 0);
          select.clear();
          break;
        }
        for (const std::size_t base : covered) {
          for (const std::uint32_t at : index.map)
            next.push_back(base + at * strides[k]);
        }
        own.push_back(std::move(axis));
        select.push_back(std::move(index));
      } else {
        complain(
            "X206", text,
            fmt::format("dimension '{}' has no element '{}'", axes[k].name, element.subscripts[k]),
            did_you_mean(element.subscripts[k], program.dimensions[axes[k].dimension].elements), 0);
        select.clear();
        break;
      }
      covered = std::move(next);
    }
    if (select.size() != axes.size())
      continue;
    if (text.empty()) {
      // Elements may give only their graphical function; the equation is then the variable's.
      if (element.graphical && !definition.equation.empty())
        continue;
      if (definition.kind == Kind::graphical ||
          (element.graphical && definition.equation.empty())) {
        for (const std::size_t e : covered)
          owner[e] = std::max(owner[e], 0);
        continue;
      }
    }
    const std::vector<ExpressionPtr> expressions = parse(text);
    if (expressions.empty()) {
      for (const std::size_t e : covered)
        owner[e] = std::max(owner[e], 0);
      continue;
    }
    const std::size_t before = made.size();
    add_part(*expressions.front(), text, select, own, nullptr);
    if (made.size() == before)
      continue;
    for (const std::size_t e : covered)
      owner[e] = static_cast<std::int32_t>(before) + 1;
  }

  const EquationText& text =
      initial && !definition.initial.empty() ? definition.initial : definition.equation;
  const bool rest = std::any_of(owner.begin(), owner.end(), [](int o) { return o < 0; });
  if (rest && !complained) {
    if (text.empty() && !definition.elements.empty()) {
      const std::size_t missing =
          static_cast<std::size_t>(std::find(owner.begin(), owner.end(), -1) - owner.begin());
      std::string name;
      for (std::size_t k = 0; k < axes.size(); ++k) {
        name += (k ? ", " : "") +
                program.dimensions[axes[k].dimension]
                    .elements[axes[k].elements[missing / strides[k] % axes[k].size()]];
      }
      complain("X207", EquationText{"", definition.where},
               fmt::format("element [{}] has no equation", name),
               "give it one, or the variable a common <eqn>", 0);
      return;
    }
    const std::vector<ExpressionPtr> expressions = parse(text);
    const bool none_owned = definition.elements.empty() ||
                            std::all_of(owner.begin(), owner.end(), [](int o) { return o < 0; });
    if (expressions.size() == 1 && none_owned) {
      std::vector<Index> select;
      for (std::size_t k = first; k < axes.size(); ++k)
        select.push_back(identity(static_cast<std::uint32_t>(k), axes[k].size()));
      add_part(*expressions.front(), text, select,
               std::vector<Axis>(axes.begin() + static_cast<std::ptrdiff_t>(first), axes.end()),
               nullptr);
    } else if (!expressions.empty()) {
      if (expressions.size() != 1 && expressions.size() != size) {
        complain("X104", text,
                 fmt::format("there are {} expressions for {} elements", expressions.size(), size),
                 "", 0);
        return;
      }
      if (size > 200'000) {
        complain("X109", text,
                 fmt::format("a common equation beside those of elements is limited to 200000 "
                             "elements, here are {}",
                             size),
                 "use subranges", 0);
        return;
      }
      for (std::size_t e = 0; e < size && !complained; ++e) {
        if (owner[e] >= 0)
          continue;
        std::vector<Index> select;
        // An axis of one position keeps the dimension's name meaningful in the equation.
        std::vector<Axis> own;
        for (std::size_t k = 0; k < axes.size(); ++k) {
          const auto at = static_cast<std::uint32_t>(e / strides[k] % axes[k].size());
          own.push_back({axes[k].name, axes[k].dimension, {axes[k].elements[at]}});
          select.push_back({Index::Kind::axis, static_cast<std::uint32_t>(k), {at}});
        }
        add_part(*expressions[expressions.size() == 1 ? 0 : e], text, select, own, nullptr);
        owner[e] = 1;
      }
    }
  }
  if (complained)
    return;
  // Parts that later ones replace entirely are dropped.
  for (std::size_t i = 0; i < made.size(); ++i) {
    const bool kept =
        definition.elements.empty() ||
        std::find(owner.begin(), owner.end(), static_cast<int>(i) + 1) != owner.end() || rest;
    if (!kept)
      continue;
    into.push_back(static_cast<std::uint32_t>(program.parts.size()));
    program.parts.push_back(std::move(made[i]));
  }
}

void Resolver::add_tables(const Declared& declared) {
  const VariableDefinition& definition = *declared.definition;
  const bool any =
      definition.graphical || std::any_of(definition.elements.begin(), definition.elements.end(),
                                          [](const auto& e) { return e.graphical.has_value(); });
  if (!any)
    return;
  Variable& variable = program.variables[declared.variable];
  variable.tables.assign(variable.size, -1);
  const auto add = [&](const GraphicalFunction& table) {
    program.tables.push_back(table);
    return static_cast<std::int32_t>(program.tables.size() - 1);
  };
  if (definition.graphical)
    std::fill(variable.tables.begin(), variable.tables.end(), add(*definition.graphical));
  for (const ElementDefinition& element : definition.elements) {
    if (!element.graphical || element.subscripts.size() != variable.axes.size())
      continue;
    std::vector<std::size_t> covered{0};
    for (std::size_t k = 0; k < variable.axes.size(); ++k) {
      const Axis& axis = variable.axes[k];
      const std::string key = canonical_name(element.subscripts[k]);
      const auto found = dims[axis.dimension].elements.find(key);
      const std::uint32_t range = find_dimension(key);
      std::vector<std::size_t> next;
      for (const std::size_t base : covered) {
        if (found != dims[axis.dimension].elements.end())
          next.push_back(base * axis.size() + found->second);
        else if (range != none) {
          for (const auto& [name, position] : dims[range].elements) {
            const auto at = dims[axis.dimension].elements.find(name);
            if (at != dims[axis.dimension].elements.end())
              next.push_back(base * axis.size() + at->second);
          }
        }
      }
      covered = std::move(next);
    }
    const std::int32_t table = add(*element.graphical);
    for (const std::size_t e : covered)
      variable.tables[e] = table;
  }
}

void Resolver::define_stock(const Declared& declared, std::span<const Axis> shared) {
  const VariableDefinition& definition = *declared.definition;
  std::vector<std::uint32_t> initial;
  add_equations(declared, shared, true, initial);
  std::vector<Flow> flows;
  const auto add_flow = [&](const std::string& text, double sign) {
    if (text.empty())
      return;
    try {
      const std::vector<ExpressionPtr> expressions =
          parse_equation(text, options.max_expression_depth);
      const Expression& e = *expressions.front();
      if (e.syntax == Syntax::name && !e.subscripted) {
        for (const Scope* s = declared.scope; s; s = s->outer) {
          const auto found = s->names.find(canonical_name(e.text));
          if (found == s->names.end())
            continue;
          const Variable& flow = program.variables[found->second];
          const std::vector<Axis>& stock_axes = program.variables[declared.variable].axes;
          bool same = flow.axes.size() == stock_axes.size();
          for (std::size_t i = 0; same && i < flow.axes.size(); ++i)
            same = flow.axes[i].dimension == stock_axes[i].dimension &&
                   flow.axes[i].size() == stock_axes[i].size();
          if (!same)
            break;
          flows.push_back({found->second, sign});
          return;
        }
      }
      // A flow of another shape: a hidden variable broadcasts or picks it.
      Part probe{.target = declared.variable,
                 .axes = program.variables[declared.variable].axes,
                 .where = definition.where};
      probe.rank = probe.axes.size();
      std::vector<std::uint32_t> active(probe.rank);
      std::iota(active.begin(), active.end(), 0u);
      Typer typer(*this, *declared.scope, probe, active);
      flows.push_back({typer.hidden_value("flow", e), sign});
    } catch (const SyntaxError& problem) {
      findings.error("X212", definition.where,
                     fmt::format("the flow '{}' of stock '{}' is not a name: {}", text,
                                 definition.name, problem.message));
    } catch (const TypeError& problem) {
      findings.error("X212", definition.where,
                     fmt::format("the flow '{}' of stock '{}' cannot be used: {}", text,
                                 definition.name, problem.message),
                     problem.hint);
    }
  };
  for (const std::string& flow : definition.inflows)
    add_flow(flow, +1);
  for (const std::string& flow : definition.outflows)
    add_flow(flow, -1);
  Variable& stock = program.variables[declared.variable];
  stock.memory = Memory::stock;
  stock.initial = std::move(initial);
  stock.flows = std::move(flows);
  stock.non_negative = definition.non_negative.value_or(document.non_negative_stocks);
}

void Resolver::define(const Declared& declared, std::span<const Axis> shared) {
  const VariableDefinition& definition = *declared.definition;
  add_tables(declared);
  if (definition.kind == Kind::graphical)
    return;
  if (definition.kind == Kind::stock) {
    define_stock(declared, shared);
    if (definition.conveyor || definition.queue || definition.oven)
      link_machines(declared);
    return;
  }
  // A graphical function without an equation is only called.
  const bool has_table = !program.variables[declared.variable].tables.empty();
  const bool has_equation = !definition.equation.empty() ||
                            std::any_of(definition.elements.begin(), definition.elements.end(),
                                        [](const auto& e) { return !e.equation.empty(); });
  if (has_table && !has_equation) {
    program.infos[declared.variable].kind = Kind::graphical;
    return;
  }
  if (program.variables[declared.variable].computed_by_machine)
    return;
  std::vector<std::uint32_t> parts;
  add_equations(declared, shared, false, parts);
  program.variables[declared.variable].parts = std::move(parts);
  const bool has_initial = !definition.initial.empty() ||
                           std::any_of(definition.elements.begin(), definition.elements.end(),
                                       [](const auto& e) { return !e.initial.empty(); });
  if (has_initial) {
    std::vector<std::uint32_t> initial;
    add_equations(declared, shared, true, initial);
    program.variables[declared.variable].initial = std::move(initial);
  }
}

std::uint32_t Resolver::expand(const MacroDefinition& macro, const Expression& call,
                               Typer& caller) {
  if (std::find(expanding.begin(), expanding.end(), &macro) != expanding.end()) {
    throw TypeError{"X209", fmt::format("macro '{}' calls itself", macro.name),
                    "macros cannot be recursive", call.offset};
  }
  if (expanding.size() > 40)
    throw TypeError{"X209", "macros call each other more than 40 deep", "", call.offset};
  std::size_t needed = 0;
  for (const Parameter& parameter : macro.parameters)
    needed += parameter.otherwise.empty();
  if (call.args.size() < needed || call.args.size() > macro.parameters.size()) {
    throw TypeError{
        "X203",
        fmt::format("'{}' takes {}{} arguments, found {}", macro.name,
                    needed == macro.parameters.size() ? "" : fmt::format("{} to ", needed),
                    macro.parameters.size(), call.args.size()),
        "", call.offset};
  }
  Scope& inner = scopes.emplace_back(Scope{{}, &scopes.front(), {}, true});
  const std::vector<Axis> shared = caller.active_axes();
  expanding.push_back(&macro);
  struct Pop {
    std::vector<const MacroDefinition*>& stack;
    ~Pop() { stack.pop_back(); }
  } pop{expanding};

  Part probe{.target = caller.part.target, .axes = shared, .where = caller.part.where};
  probe.rank = shared.size();
  std::vector<std::uint32_t> active(shared.size());
  std::iota(active.begin(), active.end(), 0u);
  Typer inside(*this, inner, probe, active);

  // Locals are declared first: an argument's default may name them and other parameters.
  std::vector<Declared> locals;
  for (std::size_t i = 0; i < macro.parameters.size(); ++i) {
    const std::string key = canonical_name(macro.parameters[i].name);
    if (i < call.args.size()) {
      inner.names[key] = caller.hidden_value(macro.parameters[i].name, *call.args[i]);
    } else {
      try {
        const std::vector<ExpressionPtr> otherwise =
            parse_equation(macro.parameters[i].otherwise, options.max_expression_depth);
        inner.names[key] = inside.hidden_value(macro.parameters[i].name, *otherwise.front());
      } catch (const SyntaxError& problem) {
        throw TypeError{problem.code,
                        fmt::format("in the default of '{}' of macro '{}': {}",
                                    macro.parameters[i].name, macro.name, problem.message),
                        problem.hint, call.offset};
      }
    }
  }
  for (const VariableDefinition& definition : macro.variables) {
    const std::string key = canonical_name(definition.name);
    if (inner.names.contains(key))
      continue; // a parameter repeated as a variable
    const std::uint32_t id = inside.hidden(definition.name, Memory::none);
    program.infos[id].kind = definition.kind;
    inner.names[key] = id;
    locals.push_back({id, &definition, &inner});
  }
  for (const Declared& local : locals)
    define(local, shared);

  const std::string result_key = canonical_name(macro.equation.text);
  if (const auto found = inner.names.find(result_key); found != inner.names.end())
    return found->second;
  const std::string own = canonical_name(macro.name);
  if (macro.equation.empty()) {
    if (const auto found = inner.names.find(own); found != inner.names.end())
      return found->second;
    throw TypeError{"X106", fmt::format("macro '{}' has no equation", macro.name),
                    "give it an <eqn>", call.offset};
  }
  try {
    const std::vector<ExpressionPtr> expressions =
        parse_equation(macro.equation.text, options.max_expression_depth);
    return inside.hidden_value("result", *expressions.front());
  } catch (const SyntaxError& problem) {
    throw TypeError{problem.code, fmt::format("in macro '{}': {}", macro.name, problem.message),
                    problem.hint, call.offset};
  }
}

bool Resolver::depends(std::uint32_t variable, std::uint32_t on) const {
  std::vector<bool> seen(program.variables.size());
  std::vector<std::uint32_t> stack{variable};
  while (!stack.empty()) {
    const std::uint32_t v = stack.back();
    stack.pop_back();
    if (v == on)
      return true;
    if (seen[v] || program.variables[v].memory != Memory::none)
      continue;
    seen[v] = true;
    for (const std::uint32_t p : program.variables[v].parts) {
      for (const std::uint32_t read : reads(program.parts[p]))
        stack.push_back(read);
    }
  }
  return false;
}

// Outflows of a stock that may not go negative give at most what is there: the stock over dt, with
// what flows in and less what goes out by flows before them (XMILE 1.0 section 4.2, non-negative).
// A flow that several stocks share cannot answer to each; there the stock itself is held at zero.
void Resolver::limit_outflows() {
  std::unordered_map<std::uint32_t, int> drains;
  for (const Variable& variable : program.variables) {
    if (variable.memory != Memory::stock)
      continue;
    for (const Flow& flow : variable.flows) {
      if (flow.sign < 0)
        ++drains[flow.variable];
    }
  }
  for (std::uint32_t s = 0; s < program.variables.size(); ++s) {
    const Variable stock = program.variables[s];
    if (stock.memory != Memory::stock || !stock.non_negative)
      continue;
    std::vector<Flow> earlier;
    for (const Flow& flow : stock.flows) {
      if (flow.sign > 0)
        earlier.push_back(flow);
    }
    for (const Flow& out : stock.flows) {
      if (out.sign > 0 || drains[out.variable] != 1 ||
          program.variables[out.variable].computed_by_machine)
        continue;
      std::vector<Flow> counted;
      for (const Flow& flow : earlier) {
        if (!depends(flow.variable, out.variable))
          counted.push_back(flow);
      }
      for (const std::uint32_t p : program.variables[out.variable].parts) {
        Part& part = program.parts[p];
        std::vector<std::uint32_t> active(part.rank);
        std::iota(active.begin(), active.end(), 0u);
        Typer typer(*this, scopes.front(), part, active);
        std::uint32_t available =
            typer.add(Op::divide, {typer.load(s, part.indices), typer.add(Op::dt)});
        for (const Flow& flow : counted) {
          available = typer.add(flow.sign > 0 ? Op::add : Op::subtract,
                                {available, typer.load(flow.variable, part.indices)});
        }
        part.root = typer.add(
            Op::minimum, {part.root, typer.add(Op::maximum, {available, typer.constant(0.0)})});
      }
      program.variables[out.variable].limited_by = s;
      earlier.push_back(out);
    }
  }
}

void Resolver::run() {
  scopes.push_back(Scope{});
  // The root is the unnamed model, or else the first that no module instantiates.
  const ModelDefinition* root = nullptr;
  for (const ModelDefinition& model : document.models) {
    if (model.name.empty() && !root)
      root = &model;
  }
  for (const ModelDefinition& model : document.models) {
    if (root)
      break;
    const std::string key = canonical_name(model.name);
    bool used = false;
    for (const ModelDefinition& other : document.models) {
      for (const ModuleDefinition& module : other.modules)
        used = used || canonical_name(module.model.empty() ? module.name : module.model) == key;
    }
    if (!used)
      root = &model;
  }
  if (!root)
    root = &document.models.front();
  std::vector<const ModelDefinition*> path;
  declare_model(*root, scopes.front(), path);

  // Flows that a conveyor or queue computes are known before any equation is read.
  for (const Declared& declared : declared_) {
    const VariableDefinition& definition = *declared.definition;
    if (!definition.conveyor && !definition.queue && !definition.oven)
      continue;
    for (const std::string& outflow : definition.outflows) {
      const auto found = declared.scope->names.find(canonical_name(outflow));
      if (found != declared.scope->names.end())
        program.variables[found->second].computed_by_machine = true;
    }
  }
  std::vector<bool> connected(program.variables.size());
  for (const PendingConnection& connection : connections_)
    connected[connection.variable] = true;
  const std::size_t count = declared_.size();
  for (std::size_t i = 0; i < count; ++i) {
    const Declared declared = declared_[i];
    if (!connected[declared.variable])
      define(declared, {});
  }
  connect();
  if (findings.ok())
    limit_outflows();
}

void resolve(const Document& document, const CompileOptions& options, Program& program,
             Diagnostics& findings) {
  Resolver(document, options, program, findings).run();
}

} // namespace cauce::conditions::detail
