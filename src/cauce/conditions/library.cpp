// Delays, smooths, trends and present values as macros with stocks, so that they are integrated by
// the model's own method and take part in its feedback loops.
//
// Forms: XMILE 1.0 section 3.5.3; material delays hold (input * time / order) in each of their
// stages at the start, information smooths hold the input.
#include "cauce/conditions/resolver.hpp"

#include <fmt/format.h>

namespace cauce::conditions::detail {

namespace {

VariableDefinition auxiliary(std::string name, std::string equation) {
  VariableDefinition variable;
  variable.name = std::move(name);
  variable.equation.text = std::move(equation);
  return variable;
}

VariableDefinition stock(std::string name, std::string initial, std::vector<std::string> inflows,
                         std::vector<std::string> outflows) {
  VariableDefinition variable = auxiliary(std::move(name), std::move(initial));
  variable.kind = Kind::stock;
  variable.inflows = std::move(inflows);
  variable.outflows = std::move(outflows);
  variable.non_negative = false;
  return variable;
}

VariableDefinition flow(std::string name, std::string equation) {
  VariableDefinition variable = auxiliary(std::move(name), std::move(equation));
  variable.kind = Kind::flow;
  variable.non_negative = false;
  return variable;
}

MacroDefinition smooth(int order) {
  MacroDefinition macro;
  macro.name = "SMTHN";
  macro.parameters = {{"input", ""}, {"averaging time", ""}, {"initial", "input"}};
  std::string before = "input";
  for (int i = 1; i <= order; ++i) {
    const std::string level = fmt::format("level{}", i), change = fmt::format("change{}", i);
    macro.variables.push_back(
        flow(change, fmt::format("({} - {}) / (averaging_time / {})", before, level, order)));
    macro.variables.push_back(stock(level, "initial", {change}, {}));
    before = level;
  }
  macro.equation.text = before;
  return macro;
}

MacroDefinition delay(int order) {
  MacroDefinition macro;
  macro.name = "DELAYN";
  macro.parameters = {{"input", ""}, {"delay time", ""}, {"initial", "input"}};
  std::string before = "input";
  for (int i = 1; i <= order; ++i) {
    const std::string level = fmt::format("level{}", i), out = fmt::format("out{}", i);
    macro.variables.push_back(flow(out, fmt::format("{} / (delay_time / {})", level, order)));
    macro.variables.push_back(
        stock(level, fmt::format("initial * delay_time / {}", order), {before}, {out}));
    before = out;
  }
  macro.equation.text = before;
  return macro;
}

MacroDefinition trend(bool forecast) {
  MacroDefinition macro;
  macro.name = forecast ? "FORCST" : "TREND";
  macro.parameters = {{"input", ""}, {"averaging time", ""}};
  if (forecast)
    macro.parameters.push_back({"horizon", ""});
  macro.parameters.push_back({"initial", "0"});
  macro.variables = {flow("change", "(input - average) / averaging_time"),
                     stock("average", "input / (1 + initial * averaging_time)", {"change"}, {}),
                     auxiliary("growth", "ZIDZ(input - average, average * averaging_time)")};
  macro.equation.text = forecast ? "input * (1 + growth * horizon)" : "growth";
  return macro;
}

MacroDefinition present_value() {
  MacroDefinition macro;
  macro.name = "NPV";
  macro.parameters = {{"stream", ""}, {"discount rate", ""}, {"initial", "0"}, {"factor", "1"}};
  macro.variables = {flow("fall", "discount * discount_rate"), stock("discount", "1", {}, {"fall"}),
                     flow("gain", "stream * discount"), stock("sum", "initial", {"gain"}, {})};
  macro.equation.text = "(sum + stream * DT * discount) * factor";
  return macro;
}

} // namespace

bool is_library_function(const std::string& name) {
  return name == "smth1" || name == "smth3" || name == "smthn" || name == "smooth_n" ||
         name == "delay1" || name == "delay3" || name == "delayn" || name == "delay_n" ||
         name == "trend" || name == "forcst" || name == "npv";
}

int order_argument(const std::string& name) {
  if (name == "smthn" || name == "delayn")
    return 2;
  if (name == "smooth_n" || name == "delay_n")
    return 3; // Vensim: input, time, initial, order
  return -1;
}

std::optional<MacroDefinition> library_macro(const std::string& name, int order) {
  if (name == "smth1")
    return smooth(1);
  if (name == "smth3")
    return smooth(3);
  if (name == "smthn" || name == "smooth_n")
    return smooth(order);
  if (name == "delay1")
    return delay(1);
  if (name == "delay3")
    return delay(3);
  if (name == "delayn" || name == "delay_n")
    return delay(order);
  if (name == "trend")
    return trend(false);
  if (name == "forcst")
    return trend(true);
  if (name == "npv")
    return present_value();
  return std::nullopt;
}

} // namespace cauce::conditions::detail
