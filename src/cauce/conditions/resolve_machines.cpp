// Conveyors and queues of the file, tied to the flows that they let out and take in.
#include "cauce/conditions/names.hpp"
#include "cauce/conditions/resolver.hpp"

#include <fmt/format.h>
#include <numeric>

namespace cauce::conditions::detail {

const VariableDefinition* Resolver::definition_of(std::uint32_t variable) const {
  for (const Declared& declared : declared_) {
    if (declared.variable == variable)
      return declared.definition;
  }
  return nullptr;
}

void Resolver::link_machines(const Declared& declared) {
  const VariableDefinition& definition = *declared.definition;
  if (definition.oven) {
    findings.error("X211", definition.where,
                   fmt::format("'{}' is an oven, which is not supported", definition.name),
                   "use a conveyor or a stock");
    return;
  }
  Part probe{.target = declared.variable,
             .axes = program.variables[declared.variable].axes,
             .where = definition.where};
  probe.rank = probe.axes.size();
  std::vector<std::uint32_t> active(probe.rank);
  std::iota(active.begin(), active.end(), 0u);
  Typer typer(*this, *declared.scope, probe, active);
  const auto value = [&](const EquationText& equation, const char* what) -> std::uint32_t {
    if (equation.empty())
      return none;
    try {
      const std::vector<ExpressionPtr> parsed =
          parse_equation(equation.text, options.max_expression_depth);
      return typer.hidden_value(what, *parsed.front());
    } catch (const SyntaxError& problem) {
      findings.error(problem.code, equation.where,
                     fmt::format("in the {} of '{}': {}", what, definition.name, problem.message),
                     problem.hint);
    } catch (const TypeError& problem) {
      findings.error(problem.code, equation.where,
                     fmt::format("in the {} of '{}': {}", what, definition.name, problem.message),
                     problem.hint);
    }
    return none;
  };
  std::vector<std::uint32_t> inflows, outflows;
  for (const Flow& flow : program.variables[declared.variable].flows)
    (flow.sign > 0 ? inflows : outflows).push_back(flow.variable);
  for (const std::uint32_t flow : outflows) {
    if (program.variables[flow].size != program.variables[declared.variable].size) {
      findings.error("X212", definition.where,
                     fmt::format("the outflow '{}' of '{}' has other dimensions",
                                 program.infos[flow].name, definition.name));
      return;
    }
  }
  Variable& stock = program.variables[declared.variable];
  stock.non_negative = false;
  if (definition.queue) {
    Queue queue;
    queue.inflows = inflows;
    for (const std::uint32_t flow : outflows) {
      const VariableDefinition* of = definition_of(flow);
      queue.outflows.push_back({flow, of && of->leak.overflow});
    }
    stock.memory = Memory::queue;
    stock.machine = static_cast<std::uint32_t>(program.queues.size());
    program.queues.push_back(std::move(queue));
    return;
  }
  const ConveyorDefinition& from = *definition.conveyor;
  if (from.transit_time.empty()) {
    findings.error("X106", definition.where,
                   fmt::format("the conveyor '{}' has no transit time", definition.name),
                   "give it <len>");
    return;
  }
  Conveyor conveyor;
  conveyor.transit_time = value(from.transit_time, "transit time");
  conveyor.capacity = value(from.capacity, "capacity");
  conveyor.in_limit = value(from.in_limit, "inflow limit");
  conveyor.arrest = value(from.arrest, "arrest");
  conveyor.sample = value(from.sample, "sample");
  conveyor.exponential_leak = from.exponential_leak;
  conveyor.discrete = from.discrete;
  conveyor.batch_integrity = from.batch_integrity;
  conveyor.one_at_a_time = from.one_at_a_time;
  conveyor.inflows = inflows;
  for (const std::uint32_t flow : outflows) {
    const VariableDefinition* of = definition_of(flow);
    // Of those that are not marked as leaks the first is what comes off the end.
    if (conveyor.outflow == none && (!of || !of->leak.leak)) {
      conveyor.outflow = flow;
      continue;
    }
    if (!of)
      continue;
    const EquationText& fraction = of->leak.fraction.empty() ? of->equation : of->leak.fraction;
    conveyor.leaks.push_back({flow, value(fraction, "leak fraction"), of->leak.zone_start,
                              of->leak.zone_end, of->leak.integers});
  }
  // Several numbers as initial value: what leaves in the first unit of time, in the second, ...
  try {
    const std::vector<ExpressionPtr> listed =
        parse_equation(definition.equation.text, options.max_expression_depth);
    if (listed.size() > 1 && program.variables[declared.variable].size == 1) {
      for (const ExpressionPtr& one : listed)
        conveyor.initial.push_back(typer.hidden_value("initial", *one));
    }
  } catch (const SyntaxError&) { // told with the stock's own equation
  }
  Variable& belt = program.variables[declared.variable];
  belt.memory = Memory::conveyor;
  belt.machine = static_cast<std::uint32_t>(program.conveyors.size());
  program.conveyors.push_back(std::move(conveyor));
}

} // namespace cauce::conditions::detail
