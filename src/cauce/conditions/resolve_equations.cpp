// Equations and graphical functions of one variable as parts: for all its elements, for some, or
// for each; what the file leaves without an equation is found here.
#include "cauce/conditions/resolver.hpp"

#include "cauce/conditions/names.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>

namespace cauce::conditions::detail {

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

std::string Resolver::element_key(const Axis& axis, const std::string& subscript) const {
  std::string key = canonical_name(subscript);
  const std::string prefix = dims[axis.dimension].key + ".";
  if (key.starts_with(prefix))
    key.erase(0, prefix.size());
  return key;
}

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
  // What is said of an element replaces what is said of a range; else the later one holds.
  std::vector<const ElementDefinition*> definitions;
  const auto ranges = [&](const ElementDefinition& element) {
    std::size_t n = 0;
    for (const std::string& subscript : element.subscripts) {
      const std::string key = canonical_name(subscript);
      n += key == "*" || find_dimension(key) != none;
    }
    return n;
  };
  for (const ElementDefinition& element : definition.elements)
    definitions.push_back(&element);
  std::stable_sort(definitions.begin(), definitions.end(),
                   [&](const auto* a, const auto* b) { return ranges(*a) > ranges(*b); });
  for (const ElementDefinition* const one : definitions) {
    const ElementDefinition& element = *one;
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
      const std::string key = element_key(axes[k], element.subscripts[k]);
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
      if (definition.conveyor && initial && size == 1) { // a list by unit of time, see machines.cpp
        add_part(*expressions.front(), text, {}, {}, nullptr);
        owner[0] = 1;
      } else if (expressions.size() != 1 && expressions.size() != size) {
        complain("X104", text,
                 fmt::format("there are {} expressions for {} element{}", expressions.size(), size,
                             size == 1 ? "" : "s"),
                 size == 1 && expressions.size() == 2 &&
                         std::all_of(expressions.begin(), expressions.end(),
                                     [](const auto& e) { return e->syntax == Syntax::number; })
                     ? "numbers have a decimal point, not a comma"
                     : "",
                 0);
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
      const std::string key = element_key(axis, element.subscripts[k]);
      const auto found = dims[axis.dimension].elements.find(key);
      const std::uint32_t range = key == "*" ? axis.dimension : find_dimension(key);
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

} // namespace cauce::conditions::detail
