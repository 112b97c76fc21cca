// Equations as syntax: what `parse_equation` makes of the text of an <eqn>.
//
// The grammar is XMILE 1.0 section 3.3 with the habits of converted files: function names with
// spaces, `:AND:`, `:NA:`, `**`, `mod`, `;` between arguments, `Dim!`, `a:b` ranges, `{comments}`.
#pragma once

#include "cauce/base/diagnostics.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cauce::conditions {

enum class Syntax : std::uint8_t {
  number,
  name,      ///< a variable, or an element or dimension; may have subscripts in `args`
  call,      ///< function, macro or lookup by name
  operation, ///< `text` is the operator: + - * / ^ mod < <= > >= = <> and or not neg transpose
  choice,    ///< IF args[0] THEN args[1] ELSE args[2]
  wildcard,  ///< `*` as a subscript; `text` names the dimension where it is given (Dim!, *:Dim)
  range,     ///< args[0]:args[1] as a subscript
  position,  ///< `@n` as a subscript: the n-th dimension of the variable being defined
};

struct Expression {
  Syntax syntax = Syntax::number;
  double number = 0;
  std::string text; ///< name as written without quotes, or the operator
  bool subscripted = false;
  std::vector<std::unique_ptr<Expression>> args; ///< operands, arguments or subscripts
  int offset = 0;                                ///< in the text of the equation
};
using ExpressionPtr = std::unique_ptr<Expression>;

/// What is wrong with an equation, and where in it.
struct SyntaxError {
  std::string code; ///< X104 (syntax), X105 (too deep) or X106 (incomplete)
  std::string message;
  std::string hint;
  int offset = 0;
};

/// Several expressions separated by commas at the top level: some files list the elements of an
/// array so. Usually one. Throws SyntaxError.
std::vector<ExpressionPtr> parse_equation(std::string_view text, std::size_t max_depth = 200);

/// How tightly the outermost operation binds: 0 (IF) to 10 (a number, a name, a call).
int precedence(const Expression& expression);

/// The equation as text again, with as few parentheses as it needs.
std::string to_text(const Expression& expression);

ExpressionPtr copy(const Expression& expression);

} // namespace cauce::conditions
