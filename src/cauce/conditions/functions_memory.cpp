// Functions that remember: INIT, PREVIOUS, fixed delays and what is held, as hidden variables.
#include "cauce/conditions/names.hpp"
#include "cauce/conditions/resolver.hpp"

#include <algorithm>
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
  if (name == "delay_conveyor")
    return type_conveyor_delay(e);
  if (name == "shift_if_true")
    return type_shift(e);
  if (name == "delay_fixed" || name == "delay_material" || name == "delay_information") {
    arguments(e, 2, 4); // the fourth: what is given when the delay grows and nothing comes
    const std::uint32_t id = hidden("delay", Memory::fixed_delay);
    const std::uint32_t source = hidden_value("now", *e.args[0]);
    const std::uint32_t delay = hidden_value("time", *e.args[1]);
    const std::uint32_t made = hidden_part(id, e.args.size() > 2 ? *e.args[2] : *e.args[0]);
    program.variables[id].initial = {made};
    program.variables[id].source = source;
    program.variables[id].delay = delay;
    if (name == "delay_information")
      program.variables[id].delay_kind = DelayKind::information;
    if (name == "delay_material") {
      const std::uint32_t missing = e.args.size() > 3 ? hidden_value("missing", *e.args[3])
                                                      : static_cast<std::uint32_t>(none);
      program.variables[id].delay_kind = DelayKind::material;
      program.variables[id].missing = missing;
    }
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

// DELAY CONVEYOR(input, time, leak, initial profile, initial total, time of the initial total)
std::uint32_t Typer::type_conveyor_delay(const Expression& e) {
  arguments(e, 6, 6);
  Program& program = resolver.program;
  const Expression& profile = *e.args[3];
  std::uint32_t spread = none;
  if (profile.syntax == Syntax::name && !profile.subscripted) {
    const auto variable = find_variable(canonical_name(profile.text));
    const VariableDefinition* of = variable ? resolver.definition_of(*variable) : nullptr;
    if (of && of->graphical && of->dimensions.empty())
      spread = *variable;
  }
  const std::uint32_t id = hidden("conveyor", Memory::fixed_delay);
  const std::uint32_t source = hidden_value("now", *e.args[0]);
  const std::uint32_t delay = hidden_value("time", *e.args[1]);
  const std::uint32_t leak = hidden_value("leak", *e.args[2]);
  const std::uint32_t total = hidden_value("total", *e.args[4]);
  const std::uint32_t clearing = hidden_value("clearing", *e.args[5]);
  // Until the delays are started: an even flow.
  const std::uint32_t made = hidden_part(id, [&](Typer& inner) {
    return inner.add(Op::divide, {inner.load_hidden(total), inner.load_hidden(clearing)});
  });
  Variable& variable = program.variables[id];
  variable.initial = {made};
  variable.source = source;
  variable.delay = delay;
  variable.delay_kind = DelayKind::conveyor;
  variable.leak = leak;
  variable.total = total;
  variable.clearing = clearing;
  variable.spread = spread;
  return load_hidden(id);
}

// SHIFT IF TRUE(stock[..., first element], condition, size, gather, what enters): the value is what
// is lost at the last element.
std::uint32_t Typer::type_shift(const Expression& e) {
  arguments(e, 5, 5);
  const Expression& what = *e.args[0];
  const auto variable =
      what.syntax == Syntax::name ? find_variable(canonical_name(what.text)) : std::nullopt;
  const VariableDefinition* of = variable ? resolver.definition_of(*variable) : nullptr;
  if (!of || of->kind != Kind::stock || of->conveyor || of->queue || of->dimensions.empty() ||
      !what.subscripted)
    fail("X211", "SHIFT IF TRUE needs a stock with its first element: stock[who, first]", e.offset);
  const std::optional<double> size = static_value(*e.args[2]);
  const std::uint32_t node = load_name(what, *variable);
  const Index last = part.nodes[node].indices.back();
  const double room = static_cast<double>(resolver.program.variables[*variable].axes.back().size());
  if (!size || last.kind != Index::Kind::fixed || *size < 2 || last.at + *size > room)
    fail("X211",
         "the elements of SHIFT IF TRUE must be known before the run and lie within the stock",
         e.offset, "name its first element and write how many there are");
  Shift shift;
  shift.stock = *variable;
  shift.size = static_cast<std::uint32_t>(*size);
  shift.condition = hidden_value("condition", *e.args[1]);
  shift.gather = hidden_value("gather", *e.args[3]);
  shift.enters = hidden_value("enters", *e.args[4]);
  shift.grid.target = shift.condition; // arrays over the axes in scope, in their order
  shift.grid.axes = active_axes();
  shift.grid.rank = shift.grid.axes.size();
  shift.grid.indices = part.nodes[node].indices;
  for (Index& index : shift.grid.indices) {
    if (index.kind == Index::Kind::computed)
      fail("X211", "SHIFT IF TRUE cannot take computed subscripts", e.offset);
    if (index.kind == Index::Kind::axis)
      index.at = static_cast<std::uint32_t>(std::find(active.begin(), active.end(), index.at) -
                                            active.begin());
  }
  std::vector<Index> oldest = part.nodes[node].indices;
  oldest.back().at += shift.size - 1;
  const std::uint32_t lost =
      add(Op::choose, {add(Op::logical_and, {load_hidden(shift.condition),
                                             add(Op::logical_not, {load_hidden(shift.gather)})}),
                       load(*variable, std::move(oldest)), constant(0)});
  resolver.program.shifts.push_back(std::move(shift));
  return lost;
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
