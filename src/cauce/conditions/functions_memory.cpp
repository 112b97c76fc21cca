// Functions that remember: INIT, PREVIOUS, fixed delays and what is held, as hidden variables.
#include "cauce/conditions/names.hpp"
#include "cauce/conditions/resolver.hpp"

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

} // namespace cauce::conditions::detail
