// Inside the stage *resolve*: scopes of names, and the typing of expressions into parts.
#pragma once

#include "cauce/conditions/expression.hpp"
#include "cauce/conditions/program.hpp"

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace cauce::conditions::detail {

/// What TIME and the like mean inside a macro that runs by itself.
struct Clock {
  double time, start, stop, dt;
};

/// Where names are looked up: a model, a module instance, or one expansion of a macro.
struct Scope {
  std::string prefix; ///< "module." before names of variables
  const Scope* outer = nullptr;
  std::unordered_map<std::string, std::uint32_t> names; ///< canonical name -> variable
  bool macro = false;                                   ///< names are arrays over the caller's axes
  std::optional<Clock> clock;
};

/// A variable that has been declared and waits for its equations.
struct Declared {
  std::uint32_t variable;
  const VariableDefinition* definition;
  Scope* scope;
};

class Resolver {
 public:
  Resolver(const Document& document, const CompileOptions& options, Program& program,
           Diagnostics& findings);
  void run();

  struct Dim {
    std::string key; ///< canonical name
    std::unordered_map<std::string, std::uint32_t> elements;
  };

  std::uint32_t add_variable(VariableInfo info, std::vector<Axis> axes, const std::string& key);
  std::uint32_t find_dimension(const std::string& key) const;
  Axis whole_axis(std::uint32_t dimension) const;
  std::vector<std::string> names_in(const Scope& scope) const;
  /// Of several macros of one name, the one that takes as many arguments.
  const MacroDefinition* find_macro(const std::string& key, std::size_t arguments) const;
  /// A model with one output, as the macro that it can be called as; nullptr where there is none.
  const MacroDefinition* model_as_macro(const std::string& key);
  /// Does the macro that is being expanded call itself, if through others?
  bool calls_itself();
  /// What the file says of a variable; nullptr for hidden ones.
  const VariableDefinition* definition_of(std::uint32_t variable) const;
  /// Expands a macro called with these arguments over the caller's active axes.
  std::uint32_t expand(const MacroDefinition& macro, const Expression& call, class Typer& caller);

  const Document& document;
  const CompileOptions& options;
  Program& program;
  Diagnostics& findings;
  std::vector<Dim> dims;
  std::deque<Scope> scopes;
  std::deque<MacroDefinition> library; ///< delays and smooths as macros, made when first used
  std::unordered_map<std::string, std::vector<const MacroDefinition*>> macros;
  std::unordered_map<std::uint32_t, double> known_values; ///< of macros' parameters
  std::unordered_map<const MacroDefinition*, bool> recursive;
  std::vector<const MacroDefinition*> expanding;
  std::size_t hidden_count = 0;
  std::size_t depth = 0; ///< of the typing of expressions, through macros
  std::string current_file;

  void define(const Declared& declared, std::span<const Axis> shared);
  void define_stock(const Declared& declared, std::span<const Axis> shared);

 private:
  void declare_model(const ModelDefinition& model, Scope& scope,
                     std::vector<const ModelDefinition*>& path);
  /// The clock of a model with settings of its own, in Program::paces.
  std::uint32_t pace_of(const ModelDefinition& model);
  void connect();
  void add_equations(const Declared& declared, std::span<const Axis> shared, bool initial,
                     std::vector<std::uint32_t>& into);
  void add_tables(const Declared& declared);
  /// The element, range or '*' of a subscript of <element>, without the dimension before it.
  std::string element_key(const Axis& axis, const std::string& subscript) const;
  bool takes_array(const MacroDefinition& macro, std::size_t parameter,
                   std::size_t depth = 0) const;
  void declare_locals(const MacroDefinition& macro, Typer& inside);
  std::uint32_t macro_result(const MacroDefinition& macro, Typer& inside, int offset);
  std::uint32_t run_macro(const MacroDefinition& macro, Typer& inside, int offset);
  void limit_outflows();
  void limit_inflows();
  void link_machines(const Declared& declared);
  bool depends(std::uint32_t variable, std::uint32_t on) const;

  struct PendingConnection {
    std::uint32_t variable;
    std::string from;
    Scope* scope;
    SourcePos where;
  };
  std::vector<Declared> declared_;
  std::vector<PendingConnection> connections_;
  std::unordered_map<const ModelDefinition*, std::uint32_t> paces_;
};

/// Thrown while one equation is typed; caught by the resolver, which adds it to the findings.
struct TypeError {
  std::string code, message, hint;
  int offset = 0;
};

/// Types the expressions of one part.
class Typer {
 public:
  Typer(Resolver& resolver, Scope& scope, Part& part, std::vector<std::uint32_t> active)
      : resolver(resolver), scope(scope), part(part), active(std::move(active)) {}

  std::uint32_t type(const Expression& e);
  /// The same, and the value must depend on the point's own element only (not a lookup table).
  std::uint32_t add(Op op, std::vector<std::uint32_t> args = {});
  std::uint32_t constant(double value);
  std::uint32_t load(std::uint32_t variable, std::vector<Index> indices);
  /// Loads a hidden variable made over the active axes.
  std::uint32_t load_hidden(std::uint32_t variable);
  std::uint32_t load_name(const Expression& e, std::uint32_t variable);
  /// A hidden variable over the active axes; `fill` types its equation into a part of its own.
  std::uint32_t hidden(const std::string& label, Memory memory);
  /// A part of `variable` over the active axes with this equation.
  std::uint32_t hidden_part(std::uint32_t variable, const Expression& e);
  std::uint32_t hidden_part(std::uint32_t variable,
                            const std::function<std::uint32_t(Typer&)>& build);
  /// A hidden auxiliary with this equation.
  std::uint32_t hidden_value(const std::string& label, const Expression& e);
  /// A number known before the run (a literal, or a variable that is one), or nothing.
  std::optional<double> known_number(const Expression& e, int depth = 0) const;
  /// The same, also of operations and of parameters of the macro that is expanded.
  std::optional<double> static_value(const Expression& e) const;
  std::vector<Axis> active_axes() const;

  Resolver& resolver;
  Scope& scope;
  Part& part;
  std::vector<std::uint32_t> active; ///< axes of the part that are in scope here
  bool compared = false;             ///< typing an operand of a comparison
  std::uint32_t self = none;         ///< what SELF means: the variable that the file defines
  std::vector<Index> self_indices;   ///< and which element of it

 private:
  friend class Resolver;
  std::uint32_t type_name(const Expression& e);
  std::uint32_t type_call(const Expression& e);
  std::uint32_t type_operation(const Expression& e);
  std::uint32_t type_reduction(Op op, const Expression& e);
  std::uint32_t type_array_function(const std::string& name, const Expression& e);
  std::uint32_t type_lookup(const Expression& e, Op op, const Expression& table,
                            const Expression& x);
  std::uint32_t type_memory(const std::string& name, const Expression& e);
  std::uint32_t type_machine(const std::string& name, const Expression& e);
  std::uint32_t type_conveyor_delay(const Expression& e);
  std::uint32_t type_shift(const Expression& e);
  void remembered(std::uint32_t node, std::uint32_t load);
  std::uint32_t type_random(const std::string& name, const Expression& e);
  std::uint32_t seed_of(const Expression& e, std::size_t argument) const;
  std::uint32_t type_vensim_random(const std::string& name, const Expression& e);
  /// A chance node with a stream of its own; `bounded`: the last four of `args` are shift,
  /// stretch, least and greatest.
  std::uint32_t chance(Op op, std::vector<std::uint32_t> args, bool bounded);
  std::uint32_t type_allocation(const Expression& e);
  std::uint32_t type_market(const std::string& name, const Expression& e);
  void profile_loads(const Expression& call, const Expression& profile,
                     std::optional<std::uint32_t> owner, std::vector<std::uint32_t>& args);
  ExpressionPtr whole_array(const Expression& argument, std::size_t last);
  std::vector<std::uint32_t>
  positions_along(const Expression& e, const std::vector<std::uint32_t>& bound, bool by_place);
  std::uint32_t position_on(std::uint32_t axis, const Index& index);
  std::uint32_t bind(std::uint32_t node, const std::vector<std::uint32_t>& bound);
  std::optional<std::uint32_t> small_call(const std::string& name, const Expression& e);
  std::optional<std::uint32_t> table_call(const std::string& name, const Expression& e);
  std::optional<std::uint32_t> builtin_name(const std::string& key);
  std::uint32_t element_number(const Expression& e, double number);
  std::optional<std::uint32_t> special_call(const std::string& name, const Expression& e);
  Index subscript(const Expression& s, const Axis& axis, std::vector<std::uint32_t>& used,
                  std::unordered_map<std::string, int>& occurrences);
  Index along(std::uint32_t axis, const Axis& target, int offset);
  Index range_along(std::uint32_t from, std::size_t length, std::vector<std::uint32_t>& used,
                    int offset);
  /// Graphical functions, queues and conveyors as lists of numbers (functions_containers.cpp).
  std::optional<std::uint32_t> container(Op op, const Expression& e);
  std::optional<std::uint32_t> container_element(const Expression& e, std::uint32_t variable);
  std::uint32_t of_machine(Op op, double which, const Expression& name, std::uint32_t variable,
                           std::vector<std::uint32_t> args);
  std::uint32_t flat_element(const Expression& e, std::uint32_t variable);
  std::uint32_t folded(Op fold, Op reduction, const Expression& e);
  Index wildcard(const Axis& over, const Axis& target, const std::string& key, int offset);
  std::vector<Index> implicit(const Expression& e, std::uint32_t variable);
  std::optional<std::uint32_t> find_variable(const std::string& key) const;
  void arguments(const Expression& e, std::size_t low, std::size_t high) const;
  [[noreturn]] void fail(std::string code, std::string message, int offset,
                         std::string hint = {}) const;

  struct Frame { // an open reduction
    std::unordered_map<std::string, std::uint32_t> axes;
    std::vector<std::uint32_t> order;
  };
  std::uint32_t quantities(const Expression& call, const Expression& quantity,
                           const Expression& profile, const Frame& frame,
                           std::vector<std::uint32_t>& args);
  template <typename Body> std::uint32_t in_frame(Frame& frame, Body&& body);
  std::vector<Frame*> frames_;
};

template <typename Body> std::uint32_t Typer::in_frame(Frame& frame, Body&& body) {
  const std::vector<std::uint32_t> before = active;
  frames_.push_back(&frame);
  std::uint32_t node = 0;
  try {
    node = body();
  } catch (...) {
    frames_.pop_back();
    active = before;
    throw;
  }
  frames_.pop_back();
  active = before;
  return node;
}

/// Operators and functions that map straight onto an Op: name, Op, least and most arguments.
struct PlainFunction {
  Op op;
  std::size_t low, high;
};
const PlainFunction* plain_function(const std::string& name);
/// The name that a function goes by here: vendor prefixes and other spellings removed.
std::string function_key(const std::string& name);
/// All names of functions, for near misses.
std::vector<std::string> function_names();
/// SMTH1, DELAY3, TREND, ... as a macro of order `order`; nullopt when `name` is not one.
std::optional<MacroDefinition> library_macro(const std::string& name, int order);
/// Does the library function take its order as an argument, and where (-1: it has none)?
int order_argument(const std::string& name);
bool is_library_function(const std::string& name);
std::vector<std::string> library_names();

} // namespace cauce::conditions::detail
