// Functions that remember: INIT, PREVIOUS, fixed delays and what is held, as hidden variables.
#include "cauce/conditions/names.hpp"
#include "cauce/conditions/resolver.hpp"

#include <fmt/format.h>
#include <limits>

namespace cauce::conditions::detail {

std::uint32_t Typer::type_memory(const std::string& name, const Expression& e) {
  Program& program = resolver.program;
  if (name == "init") {
    arguments(e, 1, 1);
    const std::uint32_t id = hidden("init", Memory::frozen);
    const std::uint32_t made = hidden_part(id, *e.args[0]);
    program.variables[id].initial = {made};
    return load_hidden(id);
  }
  if (name == "previous") {
    arguments(e, 1, 2);
    const std::uint32_t id = hidden("previous", Memory::reg);
    const std::uint32_t source = hidden_value("now", *e.args[0]);
    const std::uint32_t made = hidden_part(id, *e.args[e.args.size() - 1]);
    program.variables[id].initial = {made};
    program.variables[id].source = source;
    return load_hidden(id);
  }
  if (name == "delay_fixed") {
    arguments(e, 2, 4); // a fourth is Vensim's value for what is missing when the delay grows
    const std::uint32_t id = hidden("delay", Memory::fixed_delay);
    const std::uint32_t source = hidden_value("now", *e.args[0]);
    const std::uint32_t delay = hidden_value("time", *e.args[1]);
    const std::uint32_t made = hidden_part(id, e.args.size() > 2 ? *e.args[2] : *e.args[0]);
    program.variables[id].initial = {made};
    program.variables[id].source = source;
    program.variables[id].delay = delay;
    return load_hidden(id);
  }
  if (name == "history") { // HISTORY(value, time)
    arguments(e, 2, 2);
    const std::uint32_t source = hidden_value("now", *e.args[0]);
    const std::uint32_t id = hidden("history", Memory::history);
    const std::uint32_t made = hidden_part(id, *e.args[0]);
    program.variables[id].initial = {made};
    program.variables[id].source = source;
    const std::uint32_t kept = load_hidden(id);
    const std::uint32_t when = type(*e.args[1]);
    const std::uint32_t node = add(Op::history, {when, load_hidden(source)});
    remembered(node, kept);
    return node;
  }
  if (name == "qlen" || name == "qelem" || name == "proctime" || name == "transtime" ||
      name == "capacity")
    return type_machine(name, e);
  if (name == "sample_if_true") { // the input while the condition holds, then what it was last
    arguments(e, 3, 3);
    const std::uint32_t id = hidden("held", Memory::reg);
    const std::uint32_t now = hidden("sampled", Memory::none);
    const std::uint32_t value = hidden_part(now, [&](Typer& inner) {
      const std::uint32_t condition = inner.type(*e.args[0]);
      const std::uint32_t input = inner.type(*e.args[1]);
      return inner.add(Op::choose, {condition, input, inner.load_hidden(id)});
    });
    program.variables[now].parts = {value};
    const std::uint32_t made = hidden_part(id, *e.args[2]);
    program.variables[id].initial = {made};
    program.variables[id].source = now;
    return load_hidden(now);
  }
  if (name == "delay_profile") { // DELAY PROFILE(table, input, mean delay, initial input, growth)
    arguments(e, 4, 5);
    const Expression& table = *e.args[0];
    const auto spread = table.syntax == Syntax::name && !table.subscripted
                            ? find_variable(canonical_name(table.text))
                            : std::nullopt;
    if (!spread || !resolver.program.variables[*spread].axes.empty())
      fail("X211", "DELAY PROFILE needs the name of a lookup table first", e.offset);
    const std::uint32_t id = hidden("spread", Memory::profile);
    const std::uint32_t source = hidden_value("now", *e.args[1]);
    const std::uint32_t delay = hidden_value("time", *e.args[2]);
    const std::uint32_t growth =
        e.args.size() > 4 ? hidden_value("growth", *e.args[4]) : static_cast<std::uint32_t>(none);
    const std::uint32_t made = hidden_part(id, *e.args[3]);
    Variable& variable = resolver.program.variables[id];
    variable.initial = {made};
    variable.source = source;
    variable.delay = delay;
    variable.spread = *spread;
    variable.growth = growth;
    return load_hidden(id);
  }
  if (name == "active_initial") {
    arguments(e, 2, 2);
    const std::uint32_t id = hidden_value("active", *e.args[0]);
    const std::uint32_t made = hidden_part(id, *e.args[1]);
    program.variables[id].initial = {made};
    return load_hidden(id);
  }
  return none;
}

// A node reads what the load of a variable with memory names.
void Typer::remembered(std::uint32_t node, std::uint32_t load) {
  part.nodes[node].variable = part.nodes[load].variable;
  part.nodes[node].indices = part.nodes[load].indices;
  part.nodes[node].varies |= part.nodes[load].varies;
}

// What a conveyor or queue is doing: CAPACITY, PROCTIME, QLEN, QELEM(queue, n).
std::uint32_t Typer::type_machine(const std::string& name, const Expression& e) {
  arguments(e, name == "qelem" ? 2 : 1, name == "qelem" ? 2 : 1);
  const Expression& what = *e.args[0];
  const auto variable =
      what.syntax == Syntax::name ? find_variable(canonical_name(what.text)) : std::nullopt;
  const VariableDefinition* machine = variable ? resolver.definition_of(*variable) : nullptr;
  const bool queue = name.front() == 'q';
  if (!machine || (queue ? !machine->queue : !machine->conveyor)) {
    fail("X211", fmt::format("{} needs the name of a {}", e.text, queue ? "queue" : "conveyor"),
         e.offset);
  }
  if (name == "capacity") {
    const std::string& text = machine->conveyor->capacity.text;
    if (text.empty())
      return constant(std::numeric_limits<double>::infinity());
    return type(*parse_equation(text, resolver.options.max_expression_depth).front());
  }
  const std::uint32_t load = load_name(what, *variable);
  std::vector<std::uint32_t> args;
  if (name == "qelem")
    args.push_back(type(*e.args[1]));
  const std::uint32_t node = add(name == "qlen"    ? Op::machine_length
                                 : name == "qelem" ? Op::machine_piece
                                                   : Op::machine_transit,
                                 std::move(args));
  remembered(node, load);
  return node;
}

} // namespace cauce::conditions::detail
