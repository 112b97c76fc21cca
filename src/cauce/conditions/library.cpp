// Delays, smooths, trends and present values as macros with stocks, so that they are integrated by
// the model's own method and take part in its feedback loops.
//
// Forms: XMILE 1.0 section 3.5.3; material delays hold (input * time / order) in each of their
// stages at the start, information smooths hold the input.
#include "cauce/conditions/resolver.hpp"

#include <algorithm>
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

// DELAY BATCH: what comes in waits until there is a batch of it and none is under way, which then
// comes out whole after its time. `due` holds when.
MacroDefinition batches() {
  MacroDefinition macro;
  macro.name = "DELAY BATCH";
  macro.parameters = {{"input", ""},       {"size", ""},       {"process time", ""},
                      {"first batch", ""}, {"first time", ""}, {"backlog", ""}};
  macro.variables = {
      flow("release", "IF under_way > 0 AND TIME > due - DT / 2 THEN under_way / DT ELSE 0"),
      flow("load", "IF (under_way = 0 OR release > 0) AND waiting >= size THEN size / DT ELSE 0"),
      flow("set", "IF load > 0 THEN (TIME + process_time - due) / DT ELSE 0"),
      stock("waiting", "backlog", {"input"}, {"load"}),
      stock("under way", "first_batch", {"load"}, {"release"}),
      stock("due", "first_time", {"set"}, {})};
  macro.equation.text = "release";
  return macro;
}

// DERIVN: differences from one step to the next, `order` times.
MacroDefinition derivative(int order) {
  MacroDefinition macro;
  macro.name = "DERIVN";
  macro.parameters = {{"input", ""}};
  std::string before = "input";
  for (int i = 1; i <= order; ++i) {
    const std::string slope = fmt::format("slope{}", i);
    macro.variables.push_back(
        auxiliary(slope, fmt::format("({0} - PREVIOUS({0}, {0})) / DT", before)));
    before = slope;
  }
  macro.equation.text = before;
  return macro;
}

// Noise of standard deviation `sd` whose correlation falls with the time between: exact for the
// step dt, so that its spread does not depend on it (Vensim RANDOM PINK NOISE).
MacroDefinition pink_noise() {
  MacroDefinition macro;
  macro.name = "RANDOM PINK NOISE";
  macro.parameters = {{"mean", ""}, {"sd", ""}, {"correlation time", ""}, {"seed", "0"}};
  macro.variables = {auxiliary("kept", "EXP(0 - DT / correlation_time)"),
                     auxiliary("shock", "sd * SQRT(1 - kept * kept) * NORMAL(0, 1)"),
                     flow("change", "(shock - (1 - kept) * (noise - mean)) / DT"),
                     stock("noise", "mean + sd * NORMAL(0, 1)", {"change"}, {})};
  macro.equation.text = "noise";
  return macro;
}

// Functions that a formula says in full.
struct Formula {
  const char* name;
  std::vector<Parameter> parameters;
  const char* equation;
};

const std::vector<Formula>& formulas() {
  static const std::vector<Formula> all = {
      {"sinwave", {{"amplitude", ""}, {"period", ""}}, "amplitude * SIN(2 * PI * TIME / period)"},
      {"coswave", {{"amplitude", ""}, {"period", ""}}, "amplitude * COS(2 * PI * TIME / period)"},
      {"rootn", // the real root of a negative number where the order is odd
       {{"x", ""}, {"n", ""}},
       "IF x < 0 AND INT(n) = n AND INT(n / 2) * 2 <> n THEN 0 - (0 - x) ^ (1 / n) ELSE x ^ (1 / "
       "n)"},
      {"pmt",
       {{"rate", ""}, {"periods", ""}, {"present", ""}, {"future", "0"}},
       "IF rate = 0 THEN 0 - (present + future) / periods ELSE "
       "0 - (present * (1 + rate) ^ periods + future) * rate / ((1 + rate) ^ periods - 1)"},
      {"fv",
       {{"rate", ""}, {"periods", ""}, {"payment", ""}, {"present", "0"}},
       "IF rate = 0 THEN 0 - (present + payment * periods) ELSE "
       "0 - (present * (1 + rate) ^ periods + payment * ((1 + rate) ^ periods - 1) / rate)"},
      {"pv",
       {{"rate", ""}, {"periods", ""}, {"payment", ""}, {"future", "0"}},
       "IF rate = 0 THEN 0 - (future + payment * periods) ELSE "
       "0 - (future + payment * ((1 + rate) ^ periods - 1) / rate) / (1 + rate) ^ periods"},
      {"logistic",
       {{"mean", ""}, {"scale", ""}, {"seed", "0"}},
       "mean - scale * LN(1 / (RANDOM(0, 1) * (1 - 2e-16) + 1e-16) - 1)"},
      {"pareto",
       {{"shape", ""}, {"scale", ""}, {"seed", "0"}},
       "scale / (1 - RANDOM(0, 1)) ^ (1 / shape)"},
      {"geometric", // trials until the first success
       {{"p", ""}, {"seed", "0"}},
       "IF p >= 1 THEN 1 ELSE 1 + INT(LN(1 - RANDOM(0, 1)) / LN(1 - p))"},
      {"negbinomial", // failures before as many successes
       {{"successes", ""}, {"p", ""}, {"seed", "0"}},
       "POISSON(GAMMA(successes, (1 - p) / p))"},
      {"time_base", {{"start", ""}, {"slope", ""}}, "start + slope * TIME"},
  };
  return all;
}

} // namespace

bool is_library_function(const std::string& name) {
  return name == "smth1" || name == "smth3" || name == "smthn" || name == "smooth_n" ||
         name == "delay1" || name == "delay3" || name == "delayn" || name == "delay_n" ||
         name == "trend" || name == "forcst" || name == "npv" || name == "derivn" ||
         name == "random_pink_noise" || name == "delay_batch" ||
         std::any_of(formulas().begin(), formulas().end(),
                     [&](const Formula& formula) { return name == formula.name; });
}

std::vector<std::string> library_names() {
  std::vector<std::string> names = {"smooth_n", "delay_n", "derivn", "random_pink_noise",
                                    "delay_batch"};
  for (const Formula& formula : formulas())
    names.emplace_back(formula.name);
  return names;
}

int order_argument(const std::string& name) {
  if (name == "smthn" || name == "delayn")
    return 2;
  if (name == "derivn")
    return 1;
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
  if (name == "derivn")
    return derivative(order);
  if (name == "random_pink_noise")
    return pink_noise();
  if (name == "delay_batch")
    return batches();
  for (const Formula& formula : formulas()) {
    if (name != formula.name)
      continue;
    MacroDefinition macro;
    macro.name = formula.name;
    macro.parameters = formula.parameters;
    macro.equation.text = formula.equation;
    return macro;
  }
  return std::nullopt;
}

} // namespace cauce::conditions::detail
