#include "cauce/conditions/reference.hpp"

#include "cauce/conditions/expression.hpp"
#include "cauce/conditions/names.hpp"
#include "cauce/conditions/program.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>

namespace cauce::conditions {

namespace {

std::string latex_text(const std::string& name) {
  std::string out = "\\text{";
  for (const char c : name) {
    if (c == '_')
      out += ' ';
    else if (c == '%' || c == '#' || c == '&' || c == '$' || c == '{' || c == '}')
      out += std::string("\\") + c;
    else if (c == '\\')
      out += "/";
    else
      out += c;
  }
  return out + "}";
}

int rank(const Expression& e) {
  const bool fraction = e.syntax == Syntax::operation && e.text == "/";
  return fraction ? 9 : precedence(e); // a fraction needs no parentheses
}

std::string latex(const Expression& e, int outer);

std::string list(const Expression& e, std::size_t from) {
  std::string out;
  for (std::size_t i = from; i < e.args.size(); ++i)
    out += (i > from ? ", " : "") + latex(*e.args[i], 0);
  return out;
}

std::string operation(const Expression& e, int own) {
  static const std::map<std::string, std::string> signs = {
      {"*", "\\cdot"},   {"<=", "\\le"},  {">=", "\\ge"},   {"<>", "\\ne"},
      {"and", "\\land"}, {"or", "\\lor"}, {"mod", "\\bmod"}};
  if (e.text == "/")
    return "\\frac{" + latex(*e.args[0], 0) + "}{" + latex(*e.args[1], 0) + "}";
  if (e.text == "^")
    return latex(*e.args[0], 8) + "^{" + latex(*e.args[1], 0) + "}";
  if (e.text == "neg")
    return "-" + latex(*e.args[0], 6);
  if (e.text == "not")
    return "\\lnot " + latex(*e.args[0], 6);
  if (e.text == "transpose")
    return latex(*e.args[0], 10) + "^{\\top}";
  const auto sign = signs.find(e.text);
  return latex(*e.args[0], own) + " " + (sign == signs.end() ? e.text : sign->second) + " " +
         latex(*e.args[1], own + 1);
}

std::string call(const Expression& e) {
  const std::string name = canonical_name(e.text);
  if (e.subscripted)
    return latex(*e.args[0], 10) + "\\left(" + list(e, 1) + "\\right)";
  if (e.args.size() == 1) {
    const std::string inner = latex(*e.args[0], 0);
    if (name == "sqrt")
      return "\\sqrt{" + inner + "}";
    if (name == "exp")
      return "e^{" + inner + "}";
    if (name == "abs")
      return "\\left|" + inner + "\\right|";
    if (name == "sum")
      return "\\sum \\left(" + inner + "\\right)";
    if (name == "prod")
      return "\\prod \\left(" + inner + "\\right)";
  }
  static const std::map<std::string, std::string> known = {{"ln", "\\ln"},   {"sin", "\\sin"},
                                                           {"cos", "\\cos"}, {"tan", "\\tan"},
                                                           {"min", "\\min"}, {"max", "\\max"}};
  const auto found = known.find(name);
  return (found == known.end() ? "\\operatorname{" + std::string(e.text) + "}" : found->second) +
         "\\left(" + list(e, 0) + "\\right)";
}

std::string latex(const Expression& e, int outer) {
  const int own = rank(e);
  std::string out;
  switch (e.syntax) {
  case Syntax::number:
    out = e.text;
    break;
  case Syntax::name:
    out = latex_text(e.text) + (e.subscripted ? "_{" + list(e, 0) + "}" : "");
    break;
  case Syntax::call:
    out = call(e);
    break;
  case Syntax::choice:
    out = "\\begin{cases}" + latex(*e.args[1], 0) + " & \\text{if } " + latex(*e.args[0], 0) +
          " \\\\ " + latex(*e.args[2], 0) + " & \\text{otherwise}\\end{cases}";
    return out;
  case Syntax::wildcard:
    out = e.text.empty() ? "*" : latex_text(e.text);
    break;
  case Syntax::range:
    out = latex(*e.args[0], 1) + ":" + latex(*e.args[1], 1);
    break;
  case Syntax::position:
    out = fmt::format("@{}", static_cast<int>(e.number));
    break;
  case Syntax::operation:
    out = operation(e, own);
    break;
  }
  return own < outer ? "\\left(" + out + "\\right)" : out;
}

std::string one_line(std::string text) {
  for (char& c : text)
    c = c == '\n' || c == '\r' || c == '\t' ? ' ' : c;
  return text;
}

void write_variable(const Model& model, VariableId id, std::string& out) {
  const VariableInfo& info = model.info(id);
  const detail::Variable& variable = model.program().variables[id.index];
  out += fmt::format("### {}\n\n", info.name);
  std::string dimensions;
  for (const std::string& d : info.dimensions)
    dimensions += (dimensions.empty() ? " over " : ", ") + d;
  out += fmt::format("*{}{}{}*",
                     info.constant && info.kind == Kind::auxiliary ? "constant"
                     : info.kind == Kind::graphical                ? "lookup table"
                                                                   : kind_name(info.kind),
                     dimensions,
                     info.units.empty() ? ", no units given" : ", " + one_line(info.units));
  if (info.where.line)
    out += fmt::format(" (line {})", info.where.line);
  out += "\n\n";
  if (!info.doc.empty())
    out += one_line(info.doc) + "\n\n";
  if (variable.memory == detail::Memory::stock) {
    std::string change;
    for (const detail::Flow& flow : variable.flows) {
      change += (flow.sign > 0 ? (change.empty() ? "" : " + ") : (change.empty() ? "-" : " - ")) +
                latex_text(model.info({flow.variable}).name);
    }
    out += fmt::format("$$\\frac{{d}}{{dt}}{} = {}$$\n\n", latex_text(info.name),
                       change.empty() ? "0" : change);
  }
  if (!info.equation.empty()) {
    std::string right;
    try {
      const std::vector<ExpressionPtr> parsed = parse_equation(info.equation);
      for (const ExpressionPtr& e : parsed)
        right += (right.empty() ? "" : ", ") + to_latex(*e);
    } catch (const SyntaxError&) {
      right = latex_text(one_line(info.equation));
    }
    out += fmt::format("$${}{} = {}$$\n\n", latex_text(info.name),
                       variable.memory == detail::Memory::stock ? "(t_0)" : "", right);
    const std::size_t definitions = variable.parts.size() + variable.initial.size();
    if (definitions > 1 && !info.dimensions.empty())
      out += fmt::format("The first of {} equations for its elements.\n\n", definitions);
  }
  std::size_t tables = 0;
  for (const std::int32_t t : variable.tables)
    tables += t >= 0;
  if (tables) {
    const GraphicalFunction& table = model.program().tables[static_cast<std::size_t>(*std::find_if(
        variable.tables.begin(), variable.tables.end(), [](int t) { return t >= 0; }))];
    out += "| x | y |\n|---|---|\n";
    for (std::size_t i = 0; i < table.x.size(); ++i)
      out += fmt::format("| {} | {} |\n", table.x[i], table.y[i]);
    out += '\n';
  }
  // Hidden variables (a delay's stocks) are passed over to what they read.
  const auto names = [&](bool uses) {
    std::vector<std::string> found;
    std::vector<std::uint32_t> queue{id.index};
    std::vector<bool> seen(model.variables().size(), false);
    for (std::size_t i = 0; i < queue.size(); ++i) {
      for (const VariableId next : uses ? model.uses({queue[i]}) : model.used_by({queue[i]})) {
        if (seen[next.index])
          continue;
        seen[next.index] = true;
        if (model.info(next).hidden)
          queue.push_back(next.index);
        else
          found.push_back(model.info(next).name);
      }
    }
    std::sort(found.begin(), found.end());
    std::string text;
    for (const std::string& name : found)
      text += (text.empty() ? "" : ", ") + name;
    return text;
  };
  if (const std::string text = names(true); !text.empty())
    out += "Uses: " + text + ".\n\n";
  if (const std::string text = names(false); !text.empty())
    out += "Used by: " + text + ".\n\n";
}

} // namespace

std::string to_latex(const Expression& expression) { return latex(expression, 0); }

std::string reference_text(const Model& model) {
  const detail::Program& program = model.program();
  const SimSpecs& specs = program.specs;
  std::string out =
      fmt::format("# {}\n\n", program.title.empty() ? "Model reference" : program.title);
  std::size_t shown = 0, elements = 0;
  std::map<std::string, std::vector<VariableId>> groups;
  for (std::uint32_t v = 0; v < program.infos.size(); ++v) {
    if (program.infos[v].hidden)
      continue;
    ++shown;
    elements += program.infos[v].size;
    groups[program.infos[v].group].push_back({v});
  }
  static constexpr const char* methods[] = {"Euler", "RK2", "RK4"};
  out += fmt::format("{} variables with {} elements. Time runs from {} to {}{} by {} ({}).\n\n",
                     shown, elements, specs.start, specs.stop,
                     specs.time_units.empty() ? "" : " " + specs.time_units, specs.dt,
                     methods[static_cast<std::size_t>(specs.method)]);
  if (!program.dimensions.empty()) {
    out += "## Dimensions\n\n";
    for (const Dimension& d : program.dimensions) {
      std::string names;
      for (std::size_t i = 0; i < d.elements.size() && i < 60; ++i)
        names += (i ? ", " : "") + d.elements[i];
      out += fmt::format("- **{}** ({}): {}{}\n", d.name, d.elements.size(), names,
                         d.elements.size() > 60 ? ", ..." : "");
    }
    out += '\n';
  }
  for (auto& [group, members] : groups) {
    out += fmt::format("## {}\n\n", group.empty()
                                        ? (groups.size() == 1 ? "Variables" : "Without a sector")
                                        : group);
    std::sort(members.begin(), members.end(),
              [&](VariableId a, VariableId b) { return model.info(a).name < model.info(b).name; });
    for (const VariableId id : members)
      write_variable(model, id, out);
  }
  return out;
}

} // namespace cauce::conditions
