#include "cauce/conditions/error_codes.hpp"

namespace cauce::conditions {

std::span<const ErrorCode> conditions_error_codes() {
  static constexpr ErrorCode codes[] = {
      {"X101", "Not well-formed XML",
       "The file breaks the syntax of XML at the given line, so nothing of it can be used. In "
       "equations, & and < are written &amp; and &lt;."},
      {"X102", "Not an XMILE model",
       "The root of the file must be <xmile> with at least one <model> inside. Save the model as "
       "XMILE: .stmx from Stella, .xmile from other tools."},
      {"X103", "Simulation settings",
       "sim_specs give start, stop, dt (positive; reciprocal=\"true\" means 1/dt) and the method "
       "Euler, RK2 or RK4. What is missing has the standard's default. A submodel may have its "
       "own: "
       "its dt must divide the file's, or be a multiple of it, which takes Euler."},
      {"X104", "Syntax of an equation",
       "The equation breaks the grammar of XMILE expressions at the given column. Names with "
       "unusual characters stand between double quotes."},
      {"X105", "Equation nested too deep or too long",
       "Expressions are limited in depth and length so that a damaged file cannot exhaust memory. "
       "Split the equation with auxiliaries."},
      {"X106", "Incomplete equation",
       "There is no equation, or a question mark or 'A FUNCTION OF' that a converter left where "
       "data were missing. Write the equation; the file cannot be run as it is."},
      {"X107", "Graphical function",
       "A graphical function needs as many x as y values, all numbers, with x never falling, or an "
       "xscale with min and max."},
      {"X108", "Name or dimension missing",
       "Every variable, dimension and element needs a name, and every dimension elements or a "
       "size; a dimension may be defined once."},
      {"X109", "Model too large",
       "The limits of elements or variables were passed. They protect against files that would "
       "exhaust the memory; the program's caller can raise them."},
      {"X110", "Part of the file is not used",
       "The file holds something that is known but not read, so results may differ from the tool "
       "it was made with."},
      {"X111", "Included file",
       "A file that the model includes, or that holds the model of one of its modules, is not "
       "there "
       "or cannot be read. Paths are relative to the file that names them."},
      {"X201", "Unknown variable",
       "The equation names something that is neither a variable, an element, a dimension nor a "
       "built-in. Names ignore letter case; spaces and underscores are the same."},
      {"X202", "Unknown function or macro",
       "Neither the standard nor this file defines the function. A macro must be exported with the "
       "model."},
      {"X203", "Wrong number of arguments",
       "The function takes another number of arguments than the equation gives it; docs/xmile.md "
       "lists them."},
      {"X204", "Variable defined twice",
       "Two variables of one model have names that count as equal: letter case, spaces and "
       "underscores do not distinguish names."},
      {"X205", "Array dimensions do not match",
       "The array's dimensions and those of the variable being defined do not correspond. Name an "
       "element, repeat the dimension's name, or reduce the array with SUM, MEAN, MIN or MAX."},
      {"X206", "Unknown dimension or element",
       "The subscript is neither an element of that dimension nor another known name."},
      {"X207", "Element without an equation",
       "An array with equations for its elements must cover all of them, or have a common <eqn> "
       "for the rest."},
      {"X208", "Module cannot be connected",
       "A module's model or a variable of its connections does not exist in this file."},
      {"X209", "Recursion",
       "A module contains itself, or a macro calls itself without an end. A macro's recursion and "
       "its own sim_specs are unrolled before the run: the conditions that end them must be made "
       "of "
       "numbers, sizes and parameters that are known then."},
      {"X210", "Order must be known before the run",
       "The order of DELAYN and SMTHN decides how many stocks there are, so it must be a whole "
       "number written in the equation or a variable that is one."},
      {"X211", "Not supported here",
       "The construct has no meaning in this place, or is not supported; docs/xmile.md says what "
       "is."},
      {"X212", "Flow of a stock",
       "An inflow or outflow of a stock names something that is not a variable or does not fit the "
       "stock's dimensions."},
      {"X213", "Name of an element",
       "A name is an element of a dimension, where a variable may have been meant: outside of "
       "subscripts an element's name is its number, as a subscript it is the element even if a "
       "variable has the same name."},
      {"X214", "Range of another size",
       "A range such as A[1:3] stands beside a dimension that has another number of elements. It "
       "is "
       "cut off, or goes on with the elements that follow; beyond the array the value is 0."},
      {"X301", "Equations depend on each other",
       "The equations listed need each other's value at the same instant, so none can be computed "
       "first. Real systems have a stock or a delay somewhere in such a loop: add it, or "
       "PREVIOUS."},
      {"X302", "Initial values depend on each other",
       "The initial values listed need each other. Give one of them a value of its own."},
      {"X401", "Units disagree",
       "Both sides of an operation, or an equation and its variable, have different units. The "
       "message shows both; the run is not affected."},
      {"X402", "Units cannot be read",
       "The units are not products and quotients of unit names, as in persons/(month*household)."},
      {"X801", "Variable or element given on the command line",
       "The name or element after --set is not one of the model. Names ignore letter case; "
       "elements stand in brackets: Name[a,b]=3."},
      {"X901", "Snapshot of something else",
       "The bytes are not a snapshot of a run of this model with this number of members."},
      {"X903", "Values of the wrong shape",
       "An override must give one value for each element of the variable, for a member that the "
       "run has."},
  };
  return codes;
}

} // namespace cauce::conditions
