// The stage *parse*: an XMILE file as plain data, names and equations still as text.
//
// Reads XMILE 1.0 (OASIS, 2015) and what isee Stella, Vensim converters (xmutil) and Simlin write.
// Views, styles and interface are skipped. What is missing or malformed is a finding with its line;
// reading goes on.
#pragma once

#include "cauce/conditions/model.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cauce::conditions {

struct EquationText {
  std::string text;
  SourcePos where;
  bool empty() const { return text.empty(); }
};

/// A graphical function (lookup table): x ascending, as many y as x.
struct GraphicalFunction {
  enum class Type : std::uint8_t { continuous, extrapolate, discrete };
  Type type = Type::continuous;
  std::vector<double> x, y;
  SourcePos where;
};

/// What an arrayed variable says for some of its elements.
struct ElementDefinition {
  std::vector<std::string> subscripts;
  EquationText equation, initial;
  std::optional<GraphicalFunction> graphical;
  SourcePos where;
};

struct ConveyorDefinition {
  EquationText transit_time, capacity, in_limit, sample, arrest;
  bool discrete = false, batch_integrity = false, one_at_a_time = true, exponential_leak = false;
};

/// Marks of a flow that leaves a conveyor by leaking, or a queue by overflowing.
struct LeakDefinition {
  bool leak = false, overflow = false, integers = false;
  EquationText fraction;
  double zone_start = 0.0, zone_end = 1.0;
};

struct VariableDefinition {
  Kind kind = Kind::auxiliary;
  std::string name, units, doc;
  EquationText equation, initial; ///< `initial`: <init_eqn>, used at the start only
  EquationText multiplier;        ///< of a flow: its units downstream for one upstream
  std::vector<std::string> dimensions;
  std::vector<ElementDefinition> elements;
  std::optional<GraphicalFunction> graphical;
  std::string table; ///< <gf name="..."/>: the graphical function of that name
  std::vector<std::string> inflows, outflows;
  std::optional<bool> non_negative;
  std::optional<ConveyorDefinition> conveyor;
  bool queue = false, oven = false;
  LeakDefinition leak;
  bool input = false;  ///< access="input": a module's connection supplies it
  bool output = false; ///< access="output"
  SourcePos where;
};

struct Connection {
  std::string to, from;
  SourcePos where;
};

struct ModuleDefinition {
  std::string name, model;
  std::string resource; ///< file that holds its model
  std::vector<Connection> connections;
  SourcePos where;
};

struct GroupDefinition {
  std::string name;
  std::vector<std::string> members;
};

/// What one <sim_specs> says.
struct SpecsDefinition {
  std::optional<double> start, stop, dt, save_step;
  std::optional<Method> method;
  std::string time_units;
  SourcePos where;
};

/// The same with what it does not say taken from `otherwise`. Findings X103.
SimSpecs settle_specs(const SpecsDefinition& own, const SimSpecs& otherwise, Diagnostics& findings);

struct ModelDefinition {
  std::string name;
  std::string resource; ///< file that holds the model
  std::vector<VariableDefinition> variables;
  std::vector<ModuleDefinition> modules;
  std::vector<GroupDefinition> groups;
  std::optional<SpecsDefinition> specs; ///< of its own
  SourcePos where;
};

struct Parameter {
  std::string name;
  std::string otherwise; ///< default expression, or empty
};

/// <sim_specs> of a macro: it runs to its end whenever it is called.
struct LoopDefinition {
  EquationText start, stop, dt;
};

struct MacroDefinition {
  std::string name;
  std::vector<Parameter> parameters;
  EquationText equation;
  std::vector<VariableDefinition> variables;
  std::optional<LoopDefinition> loop;
  SourcePos where;
};

struct UnitDefinition {
  std::string name, equation;
  std::vector<std::string> aliases;
};

struct Document {
  std::string file, title, vendor;
  SimSpecs specs;
  std::vector<Dimension> dimensions;
  std::vector<UnitDefinition> units;
  std::vector<MacroDefinition> macros;
  std::vector<ModelDefinition> models; ///< the first without a module naming it is the root
  bool non_negative_stocks = false, non_negative_flows = false;
  bool vensim = false; ///< made by or converted from Vensim: INT and MOD are cut off
  double outside = 0;  ///< value of an array outside of its dimensions (0 or NaN)
  std::vector<std::pair<std::string, SourcePos>> includes; ///< files that it includes, as written
};

/// Findings X101 to X111. Throws Error X101 when the text is not XML, X102 when it is not XMILE.
/// Files that it includes are not read (warning X110).
Document parse_document(std::string_view xml, const std::string& file, Diagnostics& findings);

/// The same, with the macros, models, units and dimensions of the files that it includes, which are
/// sought from `folder`.
Document parse_document(std::string_view xml, const std::string& file,
                        const std::filesystem::path& folder, Diagnostics& findings);

} // namespace cauce::conditions
