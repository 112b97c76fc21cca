// Stage *units*: reads the units of all variables, derives those of every equation, and warns where
// the two differ or where unlike things are added or compared (XMILE 1.0 section 2.3, units).
//
// A plain number fits any units in sums and comparisons and is dimensionless in products. A
// variable without units is not checked and does not spread doubt.
#include "cauce/conditions/units.hpp"

#include "cauce/conditions/names.hpp"
#include "cauce/conditions/program.hpp"

#include <cctype>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <set>

namespace cauce::conditions {

namespace {

Units combined(const Units& a, const Units& b, double sign) {
  Units result = a;
  for (const auto& [name, exponent] : b) {
    double& total = result[name];
    total += sign * exponent;
    if (std::abs(total) < 1e-9)
      result.erase(name);
  }
  return result;
}

bool is_dimensionless(const std::string& name) {
  static const std::set<std::string> names = {
      "dmnl", "dmnls",    "dimensionless", "unitless", "1", "fraction",
      "none", "no_units", "ratio",         "percent",  "%", "index"};
  return names.contains(name);
}

class UnitParser {
 public:
  UnitParser(std::string_view text, const UnitReader& reader, int depth)
      : text_(text), reader_(reader), depth_(depth) {}

  std::optional<Units> all() {
    const std::optional<Units> units = product();
    space();
    return at_ == text_.size() ? units : std::nullopt;
  }

 private:
  void space() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])))
      ++at_;
  }
  bool take(char c) {
    space();
    if (at_ >= text_.size() || text_[at_] != c)
      return false;
    ++at_;
    return true;
  }
  std::optional<Units> product() {
    std::optional<Units> left = factor();
    while (left) {
      const bool times = take('*') || take('-'), over = !times && take('/');
      if (!times && !over)
        break;
      const std::optional<Units> right = factor();
      if (!right)
        return std::nullopt;
      left = times ? *left * *right : *left / *right;
    }
    return left;
  }
  std::optional<Units> factor() {
    std::optional<Units> units;
    if (++nesting_ > 50)
      return std::nullopt;
    if (take('(')) {
      units = product();
      if (!take(')'))
        return std::nullopt;
    } else {
      units = name();
    }
    --nesting_;
    if (units && take('^')) {
      space();
      const bool parenthesis = take('(');
      double exponent = 0;
      const auto [end, error] =
          std::from_chars(text_.data() + at_, text_.data() + text_.size(), exponent);
      if (error != std::errc{})
        return std::nullopt;
      at_ = static_cast<std::size_t>(end - text_.data());
      if (parenthesis && !take(')'))
        return std::nullopt;
      return power(*units, exponent);
    }
    return units;
  }
  std::optional<Units> name() {
    space();
    const std::size_t from = at_;
    while (at_ < text_.size() &&
           std::string_view("*/^()-").find(text_[at_]) == std::string_view::npos)
      ++at_;
    const std::string key = canonical_name(text_.substr(from, at_ - from));
    if (key.empty())
      return std::nullopt;
    return reader_.named(key, depth_);
  }

  std::string_view text_;
  const UnitReader& reader_;
  int depth_;
  std::size_t at_ = 0;
  int nesting_ = 0;
};

} // namespace

Units operator*(const Units& a, const Units& b) { return combined(a, b, 1); }
Units operator/(const Units& a, const Units& b) { return combined(a, b, -1); }

Units power(const Units& a, double exponent) {
  Units result;
  for (const auto& [name, old] : a) {
    if (std::abs(old * exponent) > 1e-9)
      result[name] = old * exponent;
  }
  return result;
}

std::string to_string(const Units& units) {
  std::string above, below;
  int denominators = 0;
  for (const auto& [name, exponent] : units) {
    std::string& side = exponent > 0 ? above : below;
    if (!side.empty())
      side += "*";
    side += name;
    if (std::abs(exponent) != 1)
      side += fmt::format("^{}", std::abs(exponent));
    denominators += exponent < 0;
  }
  if (units.empty())
    return "dimensionless";
  if (below.empty())
    return above;
  return (above.empty() ? "1" : above) + "/" + (denominators > 1 ? "(" + below + ")" : below);
}

UnitReader::UnitReader(std::span<const UnitDefinition> definitions) {
  for (const UnitDefinition& definition : definitions) {
    const std::string key = canonical_name(definition.name);
    if (!definition.equation.empty())
      equations_[key] = definition.equation;
    for (const std::string& alias : definition.aliases)
      aliases_[canonical_name(alias)] = key;
  }
}

std::optional<Units> UnitReader::named(const std::string& key, int depth) const {
  if (is_dimensionless(key))
    return Units{};
  if (depth > 20)
    return std::nullopt; // definitions that need each other
  if (const auto alias = aliases_.find(key); alias != aliases_.end() && alias->second != key)
    return named(alias->second, depth + 1);
  if (const auto equation = equations_.find(key); equation != equations_.end())
    return read(equation->second, depth + 1);
  double factor = 0;
  const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), factor);
  if (error == std::errc{} && end == key.data() + key.size())
    return Units{};
  if (key == "people")
    return Units{{"person", 1.0}};
  // Plurals: months are months.
  const bool plural =
      key.size() > 3 && key.ends_with('s') && !key.ends_with("ss") && !key.ends_with("us");
  const std::string single = plural ? key.substr(0, key.size() - 1) : key;
  if (plural && (aliases_.contains(single) || equations_.contains(single)))
    return named(single, depth + 1);
  return Units{{single, 1.0}};
}

std::optional<Units> UnitReader::read(std::string_view text, int depth) const {
  return UnitParser(text, *this, depth).all();
}

namespace detail {

namespace {

// What is known of the units of an expression.
struct Known {
  enum class How : std::uint8_t { unknown, number, units } how = How::unknown;
  Units units{};
};

class Checker {
 public:
  Checker(const Program& program, Diagnostics& findings)
      : program_(program), findings_(findings), reader_(program.units) {
    declared_.resize(program.variables.size());
    for (std::size_t v = 0; v < program.variables.size(); ++v) {
      const VariableInfo& info = program.infos[v];
      if (info.units.empty())
        continue;
      if (const auto units = reader_.read(info.units))
        declared_[v] = {Known::How::units, *units};
      else
        findings_.warning(
            "X402", info.where,
            fmt::format("the units of '{}' cannot be read: '{}'", info.name, info.units),
            "write products and quotients of names: persons/(month*household)");
    }
    if (const auto time = reader_.read(program.specs.time_units);
        time && !program.specs.time_units.empty())
      time_ = {Known::How::units, *time};
  }

  void check() {
    for (std::uint32_t v = 0; v < program_.variables.size(); ++v) {
      const Variable& variable = program_.variables[v];
      const VariableInfo& info = program_.infos[v];
      if (info.hidden)
        continue;
      std::set<std::string> said; // the elements of an array often share an equation
      for (const auto* parts : {&variable.parts, &variable.initial}) {
        for (const std::uint32_t p : *parts) {
          owner_ = v;
          said_ = &said;
          const Known found = of(program_.parts[p], program_.parts[p].root);
          const Known& own = declared_[v];
          if (found.how != Known::How::units || own.how != Known::How::units ||
              found.units == own.units)
            continue;
          say(program_.parts[p], fmt::format("the equation gives {}, the variable has {}",
                                             to_string(found.units), to_string(own.units)));
        }
      }
      check_flows(v);
    }
  }

 private:
  const Program& program_;
  Diagnostics& findings_;
  UnitReader reader_;
  std::vector<Known> declared_;
  Known time_;
  std::uint32_t owner_ = 0;
  std::set<std::string>* said_ = nullptr;
  std::set<std::uint32_t> visiting_;

  void say(const Part& part, const std::string& message) {
    if (!said_ || !said_->insert(message).second)
      return;
    const VariableInfo& info = program_.infos[owner_];
    std::string equation =
        info.equation.size() > 120 ? info.equation.substr(0, 117) + "..." : info.equation;
    for (char& c : equation)
      c = c == '\n' || c == '\r' || c == '\t' ? ' ' : c;
    findings_.warning("X401", part.where,
                      fmt::format("units of '{}' = {}: {}", info.name, equation, message));
  }

  void check_flows(std::uint32_t v) {
    const Known& stock = declared_[v];
    if (stock.how != Known::How::units || time_.how != Known::How::units)
      return;
    for (const Flow& flow : program_.variables[v].flows) {
      const Known& rate = declared_[flow.variable];
      if (rate.how != Known::How::units || rate.units == stock.units / time_.units)
        continue;
      findings_.warning(
          "X401", program_.infos[v].where,
          fmt::format("units of the stock '{}' are {}, so its flow '{}' must have {}, not {}",
                      program_.infos[v].name, to_string(stock.units),
                      program_.infos[flow.variable].name, to_string(stock.units / time_.units),
                      to_string(rate.units)));
    }
  }

  Known of_variable(std::uint32_t v) {
    if (!program_.infos[v].hidden)
      return declared_[v];
    // A macro's local: the units of its equation.
    const Variable& variable = program_.variables[v];
    const auto& parts = variable.parts.empty() ? variable.initial : variable.parts;
    if (parts.empty() || visiting_.size() > 100 || !visiting_.insert(v).second)
      return {};
    Known found = of(program_.parts[parts.front()], program_.parts[parts.front()].root);
    visiting_.erase(v);
    return found;
  }

  // Operands that must have the same units; the result has them too.
  Known alike(const Part& part, const Node& node, std::size_t from, const char* what) {
    Known result;
    bool unknown = false;
    for (std::size_t i = from; i < node.args.size(); ++i) {
      const Known next = of(part, node.args[i]);
      if (next.how == Known::How::unknown)
        unknown = true;
      if (next.how == Known::How::number && result.how == Known::How::unknown)
        result = next;
      if (next.how != Known::How::units)
        continue;
      if (result.how == Known::How::units && result.units != next.units) {
        say(part,
            fmt::format("{} {} and {}", what, to_string(result.units), to_string(next.units)));
        return {};
      }
      result = next;
    }
    return unknown && result.how != Known::How::units ? Known{} : result;
  }

  Known pure(const Part& part, const Node& node, const char* what) {
    for (const std::uint32_t arg : node.args) {
      const Known x = of(part, arg);
      if (x.how == Known::How::units && !x.units.empty())
        say(part,
            fmt::format("{} needs a dimensionless argument, not {}", what, to_string(x.units)));
    }
    return {Known::How::units, {}};
  }

  Known of(const Part& part, std::uint32_t n) {
    const Node& node = part.nodes[n];
    switch (node.op) {
    case Op::constant:
      return {Known::How::number, {}};
    case Op::time:
    case Op::dt:
    case Op::start:
    case Op::stop:
      return time_;
    case Op::load:
      return of_variable(node.variable);
    case Op::lookup:
    case Op::lookup_forward:
    case Op::lookup_backward:
    case Op::lookup_extrapolate:
      return declared_[node.variable];
    case Op::negate:
    case Op::abs:
    case Op::truncate:
    case Op::floor:
    case Op::ceiling:
    case Op::round:
    case Op::sum:
    case Op::mean:
    case Op::least:
    case Op::greatest:
    case Op::deviation:
      return of(part, node.args[0]);
    case Op::add:
      return alike(part, node, 0, "adds");
    case Op::subtract:
      return alike(part, node, 0, "subtracts");
    case Op::minimum:
    case Op::maximum:
      return alike(part, node, 0, "compares");
    case Op::modulo:
    case Op::modulo_floored:
    case Op::quantum:
      return alike(part, node, 0, "divides with remainder");
    case Op::less:
    case Op::less_equal:
    case Op::greater:
    case Op::greater_equal:
    case Op::equal:
    case Op::not_equal:
      alike(part, node, 0, "compares");
      return {Known::How::units, {}};
    case Op::choose:
      of(part, node.args[0]);
      return alike(part, node, 1, "chooses between");
    case Op::multiply:
    case Op::divide:
    case Op::safe_divide: {
      Known a = of(part, node.args[0]), b = of(part, node.args[1]);
      if (a.how == Known::How::unknown || b.how == Known::How::unknown)
        return {};
      if (a.how == Known::How::number && b.how == Known::How::number)
        return a;
      return {Known::How::units, node.op == Op::multiply ? a.units * b.units : a.units / b.units};
    }
    case Op::power: {
      Known base = of(part, node.args[0]);
      const Node& exponent = part.nodes[node.args[1]];
      if (base.how != Known::How::units)
        return base;
      if (exponent.op == Op::constant)
        return {Known::How::units, power(base.units, exponent.value)};
      if (!base.units.empty())
        say(part, fmt::format("raises {} to a power that is not a number", to_string(base.units)));
      return {Known::How::units, {}};
    }
    case Op::sqrt: {
      const Known x = of(part, node.args[0]);
      return x.how == Known::How::units ? Known{x.how, power(x.units, 0.5)} : x;
    }
    case Op::exp:
      return pure(part, node, "EXP");
    case Op::ln:
    case Op::log10:
      return pure(part, node, "a logarithm");
    case Op::logical_and:
    case Op::logical_or:
    case Op::logical_not:
      for (const std::uint32_t arg : node.args)
        of(part, arg);
      return {Known::How::units, {}};
    case Op::step:
      return of(part, node.args[0]);
    default:
      for (const std::uint32_t arg : node.args)
        of(part, arg);
      return {};
    }
  }
};

} // namespace

void check_units(const Program& program, Diagnostics& findings) {
  Checker(program, findings).check();
}

} // namespace detail

} // namespace cauce::conditions
