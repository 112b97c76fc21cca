// `cauce xmile run MODEL`: simulates a model and writes its variables as CSV.
#include "xmile.hpp"

#include "cauce/base/files.hpp"
#include "cauce/base/random.hpp"
#include "cauce/conditions/saved_steps.hpp"

#include <charconv>
#include <cmath>
#include <cstdio>
#include <fmt/format.h>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace cauce::app {

using conditions::Model;
using conditions::Run;
using conditions::VariableId;
using conditions::VariableInfo;

std::shared_ptr<const Model> load_and_warn(const std::string& path, bool units) {
  Diagnostics findings;
  conditions::CompileOptions options;
  options.check_units = units;
  const std::shared_ptr<const Model> model = conditions::load_model(path, findings, options);
  if (!findings.items().empty())
    fmt::print(stderr, "{}\n", findings.text());
  return model;
}

namespace {

struct Target {
  VariableId variable;
  std::optional<std::size_t> element; ///< all of them where it is empty
};

double number(const std::string& text, const std::string& option) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    throw Error("X801", {}, fmt::format("'{}' after {} is not a number", text, option));
  }
  return value;
}

// "Name" or "Name[element,element]".
Target find_target(const Model& model, const std::string& text) {
  const std::size_t bracket = text.ends_with(']') ? text.rfind('[') : std::string::npos;
  const std::string name = text.substr(0, bracket);
  const std::optional<VariableId> id = model.find(name);
  if (!id)
    throw Error("X801", {}, fmt::format("the model has no variable '{}'", name),
                did_you_mean(name, model.known_names()));
  if (bracket == std::string::npos)
    return {*id, std::nullopt};
  const std::string elements = text.substr(bracket + 1, text.size() - bracket - 2);
  const std::optional<std::size_t> element = model.find_element(*id, elements);
  if (!element)
    throw Error("X801", {}, fmt::format("'{}' has no element [{}]", name, elements),
                model.info(*id).size > 1
                    ? fmt::format("its first is [{}]", model.element_name(*id, 0))
                    : "it is not an array");
  return {*id, element};
}

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\n") == std::string::npos)
    return text;
  std::string out = "\"";
  for (const char c : text)
    out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

struct XmileRunOptions {
  std::string model, out;
  std::vector<std::string> set, vary, only;
  std::size_t members = 1;
  std::uint64_t seed = 1;
  bool oracle = false;
};

// --vary name=low,high or low:high: member by member uniform between the two.
void vary(Run& run, const Model& model, const std::string& text, std::uint64_t seed,
          std::uint32_t which) {
  const std::size_t equals = text.rfind('=');
  const std::size_t middle = text.find_first_of(":,", equals == std::string::npos ? 0 : equals);
  if (equals == std::string::npos || middle == std::string::npos)
    throw Error("X801", {}, fmt::format("'{}' after --vary should be name=low:high", text));
  const Target target = find_target(model, text.substr(0, equals));
  const double low = number(text.substr(equals + 1, middle - equals - 1), "--vary");
  const double high = number(text.substr(middle + 1), "--vary");
  for (std::size_t m = 0; m < run.members(); ++m) {
    const double u =
        random::uniform(random::Key::of(seed, static_cast<std::uint32_t>(m)), which, 0, 0x76617279);
    const double value = low + (high - low) * u;
    if (target.element)
      run.set_element(target.variable, m, *target.element, value);
    else
      run.set(target.variable, m, std::vector<double>(model.info(target.variable).size, value));
  }
}

void simulate(const XmileRunOptions& options) {
  const std::shared_ptr<const Model> model = load_and_warn(options.model, false);
  Run run(model, options.members, options.seed);
  run.use_threads(std::thread::hardware_concurrency());
  run.use_oracle(options.oracle);
  for (const std::string& text : options.set) {
    const std::size_t equals = text.rfind('=');
    if (equals == std::string::npos)
      throw Error("X801", {}, fmt::format("'{}' after --set should be name=value", text));
    const Target target = find_target(*model, text.substr(0, equals));
    const double value = number(text.substr(equals + 1), "--set");
    for (std::size_t m = 0; m < run.members(); ++m) {
      if (target.element)
        run.set_element(target.variable, m, *target.element, value);
      else
        run.set(target.variable, m, std::vector<double>(model->info(target.variable).size, value));
    }
  }
  for (std::size_t i = 0; i < options.vary.size(); ++i)
    vary(run, *model, options.vary[i], options.seed, static_cast<std::uint32_t>(i));

  std::vector<VariableId> columns;
  std::string csv = options.members > 1 ? "Time,member" : "Time";
  const auto add_column = [&](VariableId id) {
    const VariableInfo& info = model->info(id);
    columns.push_back(id);
    for (std::size_t e = 0; e < info.size; ++e) {
      csv += ',' + quoted(info.dimensions.empty()
                              ? info.name
                              : fmt::format("{}[{}]", info.name, model->element_name(id, e)));
    }
  };
  if (options.only.empty()) {
    for (std::uint32_t v = 0; v < model->variables().size(); ++v) {
      const VariableInfo& info = model->info({v});
      if (!info.hidden && info.kind != conditions::Kind::graphical)
        add_column({v});
    }
  } else {
    for (const std::string& name : options.only)
      add_column(find_target(*model, name).variable);
  }
  csv += '\n';

  const auto save = [&](double time, std::span<const double> values) {
    for (std::size_t m = 0; m < run.members(); ++m) {
      csv += fmt::format("{}", time);
      if (options.members > 1)
        csv += fmt::format(",{}", m);
      for (std::size_t e = 0; e < values.size(); e += run.members()) {
        const double value = values[e + m];
        if (value == value)
          fmt::format_to(std::back_inserter(csv), ",{}", value);
        else
          csv += ",nan"; // without the sign that some processors give it
      }
      csv += '\n';
    }
  };
  conditions::run_saved_steps(run, columns, save);
  if (options.out.empty())
    fmt::print("{}", csv);
  else
    write_text_atomic(options.out, csv);
}

} // namespace

void add_xmile_run(CLI::App& xmile) {
  CLI::App* command =
      xmile.add_subcommand("run", "Simulate a model and write its variables as CSV");
  auto options = std::make_shared<XmileRunOptions>();
  command->add_option("MODEL", options->model, "The XMILE file (.xmile, .stmx, .itmx, .xml)")
      ->required();
  command->add_option("--out", options->out, "CSV file; without it, standard output");
  command->add_option("--set", options->set,
                      "name=value or Name[element]=value in place of its equation (repeatable)");
  command->add_option("--members", options->members, "Members simulated side by side")
      ->check(CLI::Range(1, 100000));
  command->add_option("--vary", options->vary,
                      "name=low:high, uniform from member to member (repeatable)");
  command->add_option("--only", options->only, "Variables to write (repeatable); without it, all");
  command->add_option("--seed", options->seed, "Seed of random functions and of --vary");
  command->add_flag("--oracle", options->oracle, "Use the scalar reference evaluator (slow)");
  command->callback([options] { simulate(*options); });
}

} // namespace cauce::app
