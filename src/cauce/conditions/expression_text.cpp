// Expressions as text again, with as few parentheses as they need.
#include "cauce/conditions/expression.hpp"

#include "cauce/conditions/names.hpp"

#include <cctype>
#include <fmt/format.h>

namespace cauce::conditions {

int precedence(const Expression& e) {
  if (e.syntax == Syntax::choice)
    return 0;
  if (e.syntax != Syntax::operation)
    return 10;
  if (e.text == "or")
    return 1;
  if (e.text == "and")
    return 2;
  if (e.text == "+" || e.text == "-")
    return 4;
  if (e.text == "*" || e.text == "/" || e.text == "mod")
    return 5;
  if (e.text == "neg" || e.text == "not")
    return 6;
  if (e.text == "^")
    return 7;
  if (e.text == "transpose")
    return 9;
  return 3;
}

namespace {

bool plain_letter(unsigned char c) {
  return std::isalnum(c) || c == '_' || c == '$' || c == '.' || c == ' ' || c >= 0x80;
}

bool reserved(const std::string& key) {
  return key == "and" || key == "or" || key == "not" || key == "mod" || key == "if" ||
         key == "then" || key == "else";
}

void write(const Expression& e, std::string& out, int outer) {
  const int own = precedence(e);
  const bool parentheses = own < outer;
  if (parentheses)
    out += '(';
  const auto list = [&](std::size_t from) {
    for (std::size_t i = from; i < e.args.size(); ++i) {
      if (i > from)
        out += ", ";
      write(*e.args[i], out, 0);
    }
  };
  switch (e.syntax) {
  case Syntax::number:
    out += e.text;
    break;
  case Syntax::wildcard:
    out += e.text.empty() ? "*" : "*:" + e.text;
    break;
  case Syntax::position:
    out += fmt::format("@{}", static_cast<int>(e.number));
    break;
  case Syntax::range:
    write(*e.args[0], out, 1);
    out += ':';
    write(*e.args[1], out, 1);
    break;
  case Syntax::name: {
    bool plain = !e.text.empty() && !std::isdigit(static_cast<unsigned char>(e.text[0]));
    for (const char c : e.text)
      plain = plain && (plain_letter(static_cast<unsigned char>(c)));
    out += plain && !reserved(canonical_name(e.text)) ? e.text : '"' + e.text + '"';
    if (e.subscripted) {
      out += '[';
      list(0);
      out += ']';
    }
    break;
  }
  case Syntax::call:
    if (e.subscripted)
      write(*e.args[0], out, 10);
    else
      out += e.text;
    out += '(';
    list(e.subscripted ? 1 : 0);
    out += ')';
    break;
  case Syntax::choice:
    out += "IF ";
    write(*e.args[0], out, 1);
    out += " THEN ";
    write(*e.args[1], out, 1);
    out += " ELSE ";
    write(*e.args[2], out, 0);
    break;
  case Syntax::operation:
    if (e.text == "neg" || e.text == "not") {
      out += e.text == "neg" ? "-" : "NOT ";
      write(*e.args[0], out, 6);
    } else if (e.text == "transpose") {
      write(*e.args[0], out, 9);
      out += '\'';
    } else {
      const bool right = e.text == "^";
      write(*e.args[0], out, right ? own + 1 : own);
      const bool word = e.text == "or" || e.text == "and" || e.text == "mod";
      out += word            ? (e.text == "or"    ? " OR "
                                : e.text == "and" ? " AND "
                                                  : " MOD ")
             : e.text == "^" ? "^"
                             : " " + e.text + " ";
      write(*e.args[1], out, right ? own - 1 : own + 1);
    }
    break;
  }
  if (parentheses)
    out += ')';
}

} // namespace

std::string to_text(const Expression& expression) {
  std::string out;
  write(expression, out, 0);
  return out;
}

ExpressionPtr copy(const Expression& expression) {
  ExpressionPtr result = std::make_unique<Expression>();
  result->syntax = expression.syntax;
  result->text = expression.text;
  result->offset = expression.offset;
  result->number = expression.number;
  result->subscripted = expression.subscripted;
  for (const ExpressionPtr& arg : expression.args)
    result->args.push_back(copy(*arg));
  return result;
}

} // namespace cauce::conditions
