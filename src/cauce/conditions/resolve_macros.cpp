// Macros, and models with one output that are called like functions, expanded where they are
// called.
//
// A macro that calls itself is expanded as long as its conditions do not end it: they must be known
// before the run. One with settings of its own (<sim_specs>) runs to its end at each call, here
// step by step as variables of their own (XMILE 1.0 section 4.8).
#include "cauce/conditions/names.hpp"
#include "cauce/conditions/resolver.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace cauce::conditions::detail {

namespace {

constexpr std::size_t deepest = 200;    // calls within calls
constexpr std::size_t longest = 10'000; // steps of a macro with settings of its own

std::size_t needed_arguments(const MacroDefinition& macro) {
  return static_cast<std::size_t>(
      std::count_if(macro.parameters.begin(), macro.parameters.end(),
                    [](const Parameter& p) { return p.otherwise.empty(); }));
}

template <typename Visit> void each_name(const Expression& e, Visit&& visit) {
  visit(e);
  for (const ExpressionPtr& arg : e.args)
    each_name(*arg, visit);
}

// All expressions of a macro.
template <typename Visit> void each_expression(const MacroDefinition& macro, Visit&& visit) {
  const auto one = [&](const std::string& text) {
    if (text.empty())
      return;
    try {
      for (const ExpressionPtr& e : parse_equation(text))
        each_name(*e, visit);
    } catch (const SyntaxError&) { // told where the macro is expanded
    }
  };
  one(macro.equation.text);
  if (macro.loop)
    one(macro.loop->stop.text);
  for (const VariableDefinition& variable : macro.variables) {
    one(variable.equation.text);
    one(variable.multiplier.text);
  }
}

} // namespace

const MacroDefinition* Resolver::find_macro(const std::string& key, std::size_t arguments) const {
  const auto found = macros.find(key);
  if (found == macros.end())
    return nullptr;
  for (const MacroDefinition* macro : found->second) {
    if (arguments >= needed_arguments(*macro) && arguments <= macro->parameters.size())
      return macro;
  }
  return found->second.front();
}

const MacroDefinition* Resolver::model_as_macro(const std::string& key) {
  for (const ModelDefinition& model : document.models) {
    if (model.name.empty() || canonical_name(model.name) != key || !model.modules.empty())
      continue;
    MacroDefinition macro;
    macro.name = model.name;
    macro.where = model.where;
    std::size_t outputs = 0;
    for (const VariableDefinition& variable : model.variables) {
      if (variable.input) {
        macro.parameters.push_back({variable.name, {}});
        continue;
      }
      if (variable.output) {
        macro.equation = {variable.name, variable.where};
        ++outputs;
      }
      macro.variables.push_back(variable);
    }
    if (outputs != 1)
      return nullptr;
    library.push_back(std::move(macro));
    macros[key].push_back(&library.back());
    return &library.back();
  }
  return nullptr;
}

bool Resolver::takes_array(const MacroDefinition& macro, std::size_t parameter,
                           std::size_t depth) const {
  static const std::vector<std::string> of_arrays = {"size", "sum", "mean", "stddev",
                                                     "rank", "min", "max",  "product"};
  const std::string key = canonical_name(macro.parameters[parameter].name);
  bool array = false;
  each_expression(macro, [&](const Expression& e) {
    if (e.syntax == Syntax::name)
      array = array || (e.subscripted && canonical_name(e.text) == key);
    if (e.syntax != Syntax::call)
      return;
    const std::string name = function_key(e.text);
    const MacroDefinition* called = find_macro(canonical_name(e.text), e.args.size());
    for (std::size_t i = 0; i < e.args.size(); ++i) {
      const Expression& arg = *e.args[i];
      if (arg.syntax != Syntax::name || arg.subscripted || canonical_name(arg.text) != key)
        continue;
      const bool alone = e.args.size() == 1 || name == "rank";
      array = array || (i == 0 && alone &&
                        std::find(of_arrays.begin(), of_arrays.end(), name) != of_arrays.end());
      if (called && called != &macro && depth < 10 && i < called->parameters.size())
        array = array || takes_array(*called, i, depth + 1);
    }
  });
  return array;
}

bool Resolver::calls_itself() {
  if (expanding.empty())
    return false;
  const MacroDefinition* const macro = expanding.back();
  const auto known = recursive.find(macro);
  if (known != recursive.end())
    return known->second;
  std::vector<const MacroDefinition*> seen, open{macro};
  bool found = false;
  while (!open.empty() && !found) {
    const MacroDefinition* const now = open.back();
    open.pop_back();
    each_expression(*now, [&](const Expression& e) {
      if (e.syntax != Syntax::call)
        return;
      const MacroDefinition* called = find_macro(canonical_name(e.text), e.args.size());
      found = found || called == macro;
      if (called && std::find(seen.begin(), seen.end(), called) == seen.end()) {
        seen.push_back(called);
        open.push_back(called);
      }
    });
  }
  return recursive[macro] = found;
}

std::optional<double> Typer::static_value(const Expression& e) const {
  if (e.syntax == Syntax::name) {
    if (const auto variable = find_variable(canonical_name(e.text))) {
      const auto known = resolver.known_values.find(*variable);
      if (known != resolver.known_values.end())
        return known->second;
    }
    return known_number(e);
  }
  if (e.syntax == Syntax::call && function_key(e.text) == "size" && e.args.size() == 1 &&
      e.args[0]->syntax == Syntax::name && !e.args[0]->subscripted) {
    const auto variable = find_variable(canonical_name(e.args[0]->text));
    return variable ? std::optional(static_cast<double>(resolver.program.variables[*variable].size))
                    : std::nullopt;
  }
  if (e.syntax != Syntax::operation)
    return known_number(e);
  std::vector<double> values;
  for (const ExpressionPtr& arg : e.args) {
    const std::optional<double> value = static_value(*arg);
    if (!value)
      return std::nullopt;
    values.push_back(*value);
  }
  const double a = values.empty() ? 0 : values[0], b = values.size() > 1 ? values[1] : 0;
  if (e.text == "+")
    return a + b;
  if (e.text == "-")
    return a - b;
  if (e.text == "*")
    return a * b;
  if (e.text == "/")
    return a / b;
  if (e.text == "neg")
    return -a;
  if (e.text == "not")
    return a == 0 ? 1 : 0;
  if (e.text == "and")
    return a != 0 && b != 0 ? 1 : 0;
  if (e.text == "or")
    return a != 0 || b != 0 ? 1 : 0;
  if (e.text == "<")
    return a < b ? 1 : 0;
  if (e.text == "<=")
    return a <= b ? 1 : 0;
  if (e.text == ">")
    return a > b ? 1 : 0;
  if (e.text == ">=")
    return a >= b ? 1 : 0;
  if (e.text == "=")
    return a == b ? 1 : 0;
  if (e.text == "<>")
    return a != b ? 1 : 0;
  return std::nullopt;
}

std::uint32_t Resolver::expand(const MacroDefinition& macro, const Expression& call,
                               Typer& caller) {
  if (expanding.size() > deepest) {
    throw TypeError{
        "X209",
        fmt::format("macro '{}' calls itself, or others, more than {} deep", macro.name, deepest),
        "recursion must end by a condition of numbers known before the run", call.offset};
  }
  const std::size_t needed = needed_arguments(macro);
  if (call.args.size() < needed || call.args.size() > macro.parameters.size()) {
    throw TypeError{
        "X203",
        fmt::format("'{}' takes {}{} arguments, found {}", macro.name,
                    needed == macro.parameters.size() ? "" : fmt::format("{} to ", needed),
                    macro.parameters.size(), call.args.size()),
        "", call.offset};
  }
  Scope& inner = scopes.emplace_back(Scope{{}, &scopes.front(), {}, true, {}});
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

  for (std::size_t i = 0; i < macro.parameters.size(); ++i) {
    const std::string key = canonical_name(macro.parameters[i].name);
    if (i < call.args.size()) {
      const Expression& arg = *call.args[i];
      // A whole array is handed on as it is, where the macro takes it apart.
      if (arg.syntax == Syntax::name && !arg.subscripted && takes_array(macro, i)) {
        const auto variable = caller.find_variable(canonical_name(arg.text));
        if (variable && !program.variables[*variable].axes.empty()) {
          inner.names[key] = *variable;
          continue;
        }
      }
      const std::optional<double> known = caller.static_value(arg);
      inner.names[key] = caller.hidden_value(macro.parameters[i].name, arg);
      if (known)
        known_values.emplace(inner.names[key], *known);
    } else {
      try {
        const std::vector<ExpressionPtr> otherwise =
            parse_equation(macro.parameters[i].otherwise, options.max_expression_depth);
        const std::optional<double> known = inside.static_value(*otherwise.front());
        inner.names[key] = inside.hidden_value(macro.parameters[i].name, *otherwise.front());
        if (known)
          known_values.emplace(inner.names[key], *known);
      } catch (const SyntaxError& problem) {
        throw TypeError{problem.code,
                        fmt::format("in the default of '{}' of macro '{}': {}",
                                    macro.parameters[i].name, macro.name, problem.message),
                        problem.hint, call.offset};
      }
    }
  }
  if (macro.loop)
    return run_macro(macro, inside, call.offset);
  declare_locals(macro, inside);
  return macro_result(macro, inside, call.offset);
}

void Resolver::declare_locals(const MacroDefinition& macro, Typer& inside) {
  std::vector<Declared> locals;
  for (const VariableDefinition& definition : macro.variables) {
    const std::string key = canonical_name(definition.name);
    if (inside.scope.names.contains(key))
      continue; // a parameter repeated as a variable, or the level of a stock
    const std::uint32_t id = inside.hidden(definition.name, Memory::none);
    program.infos[id].kind = definition.kind;
    inside.scope.names[key] = id;
    locals.push_back({id, &definition, &inside.scope});
  }
  const std::vector<Axis> shared = inside.active_axes();
  for (const Declared& local : locals)
    define(local, shared);
}

std::uint32_t Resolver::macro_result(const MacroDefinition& macro, Typer& inside, int offset) {
  const Scope& scope = inside.scope;
  const std::string result_key = canonical_name(macro.equation.text);
  if (const auto found = scope.names.find(result_key);
      found != scope.names.end() && program.infos[found->second].hidden)
    return found->second;
  const std::string own = canonical_name(macro.name);
  if (macro.equation.empty()) {
    if (const auto found = scope.names.find(own); found != scope.names.end())
      return found->second;
    throw TypeError{"X106", fmt::format("macro '{}' has no equation", macro.name),
                    "give it an <eqn>", offset};
  }
  try {
    const std::vector<ExpressionPtr> expressions =
        parse_equation(macro.equation.text, options.max_expression_depth);
    return inside.hidden_value("result", *expressions.front());
  } catch (const SyntaxError& problem) {
    throw TypeError{problem.code, fmt::format("in macro '{}': {}", macro.name, problem.message),
                    problem.hint, offset};
  }
}

// Euler's method from start to stop: each step has variables of its own, the levels of its stocks
// being those of the step before and what flowed.
std::uint32_t Resolver::run_macro(const MacroDefinition& macro, Typer& inside, int offset) {
  const auto setting = [&](const EquationText& text, double otherwise) {
    if (text.empty())
      return otherwise;
    std::optional<double> value;
    try {
      value = inside.static_value(*parse_equation(text.text).front());
    } catch (const SyntaxError&) {
    }
    if (!value)
      throw TypeError{"X209",
                      fmt::format("the settings of macro '{}' must be known before the run: '{}'",
                                  macro.name, text.text),
                      "give it a number", offset};
    return *value;
  };
  const double start = setting(macro.loop->start, 0), stop = setting(macro.loop->stop, 0),
               dt = setting(macro.loop->dt, 1);
  const double steps = std::round((stop - start) / dt);
  if (!(dt > 0) || !(steps <= static_cast<double>(longest)))
    throw TypeError{"X209",
                    fmt::format("macro '{}' would take {} steps of {}", macro.name, steps, dt),
                    fmt::format("at most {}", longest), offset};
  std::unordered_map<std::string, std::uint32_t> levels;
  for (double step = 0;; ++step) {
    Scope& now = scopes.emplace_back(Scope{{}, &inside.scope, {}, true, {}});
    now.clock = Clock{start + step * dt, start, stop, dt};
    now.names = levels;
    Part probe{.target = inside.part.target, .axes = inside.part.axes, .where = inside.part.where};
    probe.rank = probe.axes.size();
    Typer typer(*this, now, probe, inside.active);
    if (step == 0) { // initial values may name each other and other variables
      MacroDefinition first = macro;
      for (VariableDefinition& variable : first.variables)
        variable.kind = Kind::auxiliary;
      library.push_back(std::move(first)); // definitions are named by what is made of them
      declare_locals(library.back(), typer);
    } else {
      declare_locals(macro, typer);
    }
    if (step >= steps)
      return macro_result(macro, typer, offset);
    std::unordered_map<std::string, std::uint32_t> next;
    for (const VariableDefinition& stock : macro.variables) {
      if (stock.kind != Kind::stock)
        continue;
      const std::string key = canonical_name(stock.name);
      const std::uint32_t level = typer.hidden(stock.name, Memory::none);
      const std::uint32_t made = typer.hidden_part(level, [&](Typer& t) {
        const auto named = [&](const std::string& name) {
          return t.type(*parse_equation(name, options.max_expression_depth).front());
        };
        std::uint32_t change = t.constant(0);
        for (const std::string& flow : stock.inflows)
          change = t.add(Op::add, {change, named(flow)});
        for (const std::string& flow : stock.outflows)
          change = t.add(Op::subtract, {change, named(flow)});
        return t.add(Op::add, {t.load_hidden(now.names.at(key)),
                               t.add(Op::multiply, {change, t.constant(dt)})});
      });
      program.variables[level].parts = {made};
      next[key] = level;
    }
    levels = std::move(next);
  }
}

} // namespace cauce::conditions::detail
