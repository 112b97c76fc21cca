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
  program.outside = doc.outside;
  for (const MacroDefinition& macro : doc.macros)
    macros[canonical_name(macro.name)].push_back(&macro);
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
    // What macros and delays add is named after the variable that calls them ("a#result2").
    throw Error("X109", info.where,
                fmt::format("with '{}' the model would have more than {} elements or {} variables",
                            info.name.substr(0, info.name.find('#')), options.max_elements,
                            options.max_variables),
                "smaller dimensions, or macros that call others, or themselves, less often");
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

// A submodel may go by a clock of its own (XMILE 1.0 section 2.3: "simulation specifications can
// recur in each Model section"): steps that divide the file's, or that these divide, another
// method, or a part of the time only.
std::uint32_t Resolver::pace_of(const ModelDefinition& model) {
  const auto known = paces_.find(&model);
  if (known != paces_.end())
    return known->second;
  std::uint32_t& made = paces_[&model];
  if (!model.specs)
    return made = 0;
  const SimSpecs &file = program.specs, own = settle_specs(*model.specs, file, findings);
  Pace pace;
  pace.method = own.method;
  if (own.start > file.start)
    pace.start = own.start;
  if (own.stop < file.stop)
    pace.stop = own.stop;
  constexpr double most = 10'000;
  const auto whole = [](double ratio) {
    return ratio < most + 0.5 && std::abs(ratio - std::round(ratio)) < 1e-6 * ratio && ratio > 0.5;
  };
  if (whole(file.dt / own.dt)) {
    pace.steps = static_cast<std::uint32_t>(std::round(file.dt / own.dt));
  } else if (!whole(own.dt / file.dt)) {
    findings.error("X103", model.specs->where,
                   fmt::format("the dt of model '{}' ({}) and that of the file ({}) are not whole "
                               "multiples, up to {}, one of the other",
                               model.name, own.dt, file.dt, most));
  } else {
    pace.every = static_cast<std::uint32_t>(std::round(own.dt / file.dt));
    if (own.method != Method::euler) {
      findings.error("X103", model.specs->where,
                     fmt::format("model '{}' takes longer steps than the file: it can only take "
                                 "them with Euler",
                                 model.name),
                     "give it the file's dt or a shorter one, or the method Euler");
    }
  }
  if (pace.steps == 1 && pace.every == 1 && own.method == file.method && !pace.start && !pace.stop)
    return made = 0;
  made = static_cast<std::uint32_t>(program.paces.size());
  program.paces.push_back(std::move(pace));
  return made;
}

void Resolver::declare_model(const ModelDefinition& model, Scope& scope,
                             std::vector<const ModelDefinition*>& path) {
  if (std::find(path.begin(), path.end(), &model) != path.end() || path.size() > 50) {
    findings.error("X209", model.where,
                   fmt::format("model '{}' contains itself through its modules", model.name));
    return;
  }
  path.push_back(&model);
  const std::uint32_t pace = pace_of(model);
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
    program.variables[id].pace = pace;
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
        Scope{scope.prefix + display_name(module.name) + ".", &scope, {}, false, {}});
    const std::string module_key = canonical_name(module.name);
    declare_model(*found, inner, path);
    for (const Connection& connection : module.connections) {
      std::string to = canonical_name(connection.to);
      if (to.starts_with(module_key + "."))
        to.erase(0, module_key.size() + 1);
      if (to.starts_with('.'))
        to.erase(0, 1);
      const auto input = inner.names.find(to);
      // A name with a dot before it may also be one of the model around the module.
      if (input == inner.names.end() && connection.to.starts_with('.')) {
        if (const auto own = scope.names.find(to); own != scope.names.end()) {
          connections_.push_back({own->second, connection.from, &scope, connection.where});
          continue;
        }
      }
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
      scope.names.emplace(fmt::format("{}.{}", module_key, name), id);
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

void Resolver::define_stock(const Declared& declared, std::span<const Axis> shared) {
  const VariableDefinition& definition = *declared.definition;
  std::vector<std::uint32_t> initial;
  add_equations(declared, shared, true, initial);
  std::vector<Flow> flows;
  const auto add_flow = [&](const std::string& text, double sign) {
    if (text.empty())
      return;
    std::vector<ExpressionPtr> converted;
    try {
      const std::vector<ExpressionPtr> expressions =
          parse_equation(text, options.max_expression_depth);
      const Expression& e = *expressions.front();
      if (e.syntax == Syntax::name) {
        for (const Scope* s = declared.scope; s; s = s->outer) {
          const auto found = s->names.find(canonical_name(e.text));
          if (found == s->names.end())
            continue;
          const VariableDefinition* of = sign > 0 ? definition_of(found->second) : nullptr;
          if (of && !of->multiplier.empty()) { // in the units of what lies downstream
            converted = parse_equation(fmt::format("({}) * ({})", text, of->multiplier.text),
                                       options.max_expression_depth);
            break;
          }
          if (e.subscripted)
            break;
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
      flows.push_back(
          {typer.hidden_value("flow", converted.empty() ? e : *converted.front()), sign});
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

// What flows into a conveyor is what it has room for and takes in, by the order of its inflows; an
// arrested one takes nothing (XMILE 1.0 section 3.7.2). Queues hold back what does not fit
// (machines.cpp).
void Resolver::limit_inflows() {
  for (std::uint32_t s = 0; s < program.variables.size(); ++s) {
    const Variable belt = program.variables[s];
    if (belt.memory != Memory::conveyor)
      continue;
    const Conveyor conveyor = program.conveyors[belt.machine];
    if (conveyor.capacity == none && conveyor.in_limit == none && conveyor.arrest == none)
      continue;
    for (std::size_t f = 0; f < conveyor.inflows.size(); ++f) {
      const std::uint32_t in = conveyor.inflows[f];
      if (program.variables[in].computed_by_machine)
        continue;
      for (const std::uint32_t p : program.variables[in].parts) {
        Part& part = program.parts[p];
        std::vector<std::uint32_t> active(part.rank);
        std::iota(active.begin(), active.end(), 0u);
        Typer typer(*this, scopes.front(), part, active);
        const auto here = [&](std::uint32_t variable) {
          return typer.load(variable, part.indices);
        };
        std::uint32_t room = typer.constant(std::numeric_limits<double>::infinity());
        if (conveyor.capacity != none) {
          room = typer.add(Op::divide, {typer.add(Op::subtract, {here(conveyor.capacity), here(s)}),
                                        typer.add(Op::dt)});
          if (conveyor.outflow != none)
            room = typer.add(Op::add, {room, here(conveyor.outflow)});
          for (const Conveyor::Leak& leak : conveyor.leaks)
            room = typer.add(Op::add, {room, here(leak.flow)});
        }
        if (conveyor.in_limit != none) {
          std::uint32_t limit = here(conveyor.in_limit);
          if (conveyor.discrete) { // a whole unit of time's worth may enter in one step
            const std::uint32_t entered = here(s);
            part.nodes[entered].op = Op::machine_statistic;
            part.nodes[entered].value = static_cast<double>(Statistic::entered);
            limit = typer.add(Op::divide,
                              {typer.add(Op::subtract, {limit, entered}), typer.add(Op::dt)});
          }
          room = typer.add(Op::minimum, {room, limit});
        }
        for (std::size_t earlier = 0; earlier < f; ++earlier) {
          if (!depends(conveyor.inflows[earlier], in))
            room = typer.add(Op::subtract, {room, here(conveyor.inflows[earlier])});
        }
        room = typer.add(Op::maximum, {room, typer.constant(0.0)});
        if (conveyor.arrest != none)
          room = typer.add(Op::choose, {here(conveyor.arrest), typer.constant(0.0), room});
        part.root = typer.add(Op::minimum, {part.root, room});
      }
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
  if (root->specs) // hold against those of the file for the whole run
    program.specs = settle_specs(*root->specs, program.specs, findings);
  paces_.emplace(root, 0);
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
  if (findings.ok())
    limit_inflows();
}

void resolve(const Document& document, const CompileOptions& options, Program& program,
             Diagnostics& findings) {
  Resolver(document, options, program, findings).run();
}

} // namespace cauce::conditions::detail
