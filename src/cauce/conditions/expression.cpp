#include "cauce/conditions/expression.hpp"

#include "cauce/conditions/names.hpp"

#include <cctype>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace cauce::conditions {

namespace {

enum class Token : std::uint8_t { number, name, sign, end };

struct Lexeme {
  Token token = Token::end;
  std::string text; ///< operator, or name without quotes
  std::string key;  ///< lower-case form of an unquoted name: keywords are found by it
  double number = 0;
  int offset = 0;
};

constexpr double vensim_missing = -6.490371073168535e+32; // -(2^109), Vensim's :NA:
constexpr std::size_t longest_chain = 2000; // operands of one level: bounds the depth of the tree

[[noreturn]] void fail(std::string message, int offset, std::string hint = {}) {
  throw SyntaxError{"X104", std::move(message), std::move(hint), offset};
}

bool starts_name(unsigned char c) { return std::isalpha(c) || c == '_' || c == '$' || c >= 0x80; }
bool in_name(unsigned char c) { return starts_name(c) || std::isdigit(c) || c == '.'; }

std::vector<Lexeme> tokenize(std::string_view text) {
  std::vector<Lexeme> out;
  int brackets = 0;
  std::size_t i = 0;
  const auto add = [&](Token token, std::string value, std::size_t offset) -> Lexeme& {
    out.push_back({token, std::move(value), {}, 0, static_cast<int>(offset)});
    return out.back();
  };
  while (i < text.size()) {
    const std::size_t start = i;
    const auto c = static_cast<unsigned char>(text[i]);
    if (std::isspace(c) || text.substr(i, 2) == "\xC2\xA0") {
      i += c == 0xC2 ? 2 : 1;
    } else if (c == '\\' && i + 1 < text.size() &&
               (text[i + 1] == 'n' || std::isspace(static_cast<unsigned char>(text[i + 1])))) {
      i += 2; // a line continued
    } else if (text.substr(i, 3) == "\xE2\x80\x9C" || text.substr(i, 3) == "\xE2\x80\x9D") {
      fail("a typographic quotation mark", static_cast<int>(i), "write \" with straight marks");
    } else if (text.substr(i, 3) == "\xE2\x88\x92" || text.substr(i, 3) == "\xE2\x80\x93") {
      i += 3; // a minus sign or an en dash, as word processors write it
      add(Token::sign, "-", start);
    } else if (c == '{') {
      int depth = 0;
      while (i < text.size()) {
        if (text[i] == '{')
          ++depth;
        if (text[i] == '}' && --depth == 0)
          break;
        ++i;
      }
      if (i == text.size())
        fail("a comment that begins with '{' is not closed", static_cast<int>(start),
             "add the missing '}'");
      ++i;
    } else if (c == '"') {
      std::string name;
      for (++i; i < text.size() && text[i] != '"'; ++i) {
        name += text[i];
        if (text[i] == '\\' && i + 1 < text.size())
          name += text[++i];
      }
      if (i >= text.size())
        fail("a quoted name is not closed", static_cast<int>(start), "add the missing '\"'");
      ++i;
      if (!out.empty() && out.back().token == Token::name && out.back().text.ends_with('.')) {
        out.back().text += name; // module."name"
        out.back().key = "\"";
      } else {
        add(Token::name, std::move(name), start).key = "\"";
      }
      if (i < text.size() && text[i] == '.' && i + 1 < text.size() &&
          (starts_name(static_cast<unsigned char>(text[i + 1])) || text[i + 1] == '"')) {
        out.back().text += '.';
        for (++i; i < text.size() && in_name(static_cast<unsigned char>(text[i])); ++i)
          out.back().text += text[i];
      }
    } else if (starts_name(c) || (c == '.' && i + 1 < text.size() &&
                                  starts_name(static_cast<unsigned char>(text[i + 1])))) {
      while (i < text.size() && in_name(static_cast<unsigned char>(text[i])))
        ++i;
      const bool star = text[i - 1] == '.' && i < text.size() && text[i] == '*'; // Dim.*
      Lexeme& name =
          add(Token::name, std::string(text.substr(start, i - start - (star ? 1 : 0))), start);
      name.key = canonical_name(name.text);
      if (star) {
        add(Token::sign, "!", i);
        ++i;
      }
    } else if (std::isdigit(c) || (c == '.' && i + 1 < text.size() &&
                                   std::isdigit(static_cast<unsigned char>(text[i + 1])))) {
      double value = 0;
      const auto [end, error] = std::from_chars(text.data() + i, text.data() + text.size(), value);
      std::size_t past = static_cast<std::size_t>(end - text.data());
      if (error == std::errc::result_out_of_range) {
        value = std::numeric_limits<double>::infinity();
        const auto mark = text.substr(i, past - i).find_first_of("eE");
        if (mark != std::string_view::npos && text[i + mark + 1] == '-')
          value = 0;
      }
      if (brackets > 0 && past < text.size() &&
          starts_name(static_cast<unsigned char>(text[past]))) {
        while (i < text.size() && in_name(static_cast<unsigned char>(text[i])))
          ++i;
        Lexeme& name = add(Token::name, std::string(text.substr(start, i - start)), start);
        name.key = canonical_name(name.text);
      } else {
        add(Token::number, std::string(text.substr(i, past - i)), start).number = value;
        i = past;
      }
    } else if (c == ':' && brackets == 0) {
      const std::size_t end = text.find(':', i + 1);
      const std::string word =
          end == std::string_view::npos ? "" : canonical_name(text.substr(i + 1, end - i - 1));
      if (word == "and" || word == "or" || word == "not")
        add(Token::name, word, start).key = word;
      else if (word == "na")
        add(Token::number, ":NA:", start).number = vensim_missing;
      else
        fail("':' has no meaning here", static_cast<int>(start));
      i = end + 1;
    } else {
      static constexpr std::string_view signs[] = {
          "<=", ">=", "<>", "!=", "==", "**", "+", "-", "*", "/", "^", "<", ">",
          "=",  "(",  ")",  "[",  "]",  ",",  ";", ":", "!", "@", "'", "%"};
      std::string_view found;
      for (const std::string_view sign : signs) {
        if (text.substr(i).starts_with(sign)) {
          found = sign;
          break;
        }
      }
      if (found.empty()) {
        if (text.substr(i).starts_with("???") || c == '?')
          throw SyntaxError{
              "X106", "the equation is incomplete: '?' stands for what is still to be written",
              "write the equation, or export the model again with its data", static_cast<int>(i)};
        fail(fmt::format("unexpected character '{}'", c < 0x20 ? '?' : static_cast<char>(c)),
             static_cast<int>(i),
             c == '&'   ? "write AND"
             : c == '|' ? "write OR"
             : c == '~' ? "write NOT"
                        : "");
      }
      std::string sign(found);
      if (sign == "!=")
        sign = "<>";
      if (sign == "==")
        sign = "=";
      if (sign == "**")
        sign = "^";
      if (sign == "[")
        ++brackets;
      if (sign == "]")
        --brackets;
      i += found.size();
      add(Token::sign, std::move(sign), start);
    }
  }
  add(Token::end, "the end", text.size());
  return out;
}

bool is_keyword(const std::string& key) {
  return key == "and" || key == "or" || key == "not" || key == "mod" || key == "if" ||
         key == "then" || key == "else";
}

ExpressionPtr make(Syntax syntax, std::string text, int offset) {
  auto node = std::make_unique<Expression>();
  node->syntax = syntax;
  node->text = std::move(text);
  node->offset = offset;
  return node;
}

class Parser {
 public:
  Parser(std::vector<Lexeme> lexemes, std::size_t max_depth)
      : lexemes_(std::move(lexemes)), max_depth_(max_depth) {}

  std::vector<ExpressionPtr> all() {
    std::vector<ExpressionPtr> list;
    list.push_back(expression());
    while (is_sign(",") || is_sign(";")) {
      ++at_;
      if (now().token == Token::end)
        break;
      list.push_back(expression());
    }
    if (now().token != Token::end) {
      fail(fmt::format("'{}' is not expected here", now().text), now().offset,
           is_sign(")") ? "there is a ')' too many" : "an operator is missing before it?");
    }
    return list;
  }

 private:
  const Lexeme& now() const { return lexemes_[at_]; }
  const Lexeme& ahead(std::size_t n) const {
    return lexemes_[std::min(at_ + n, lexemes_.size() - 1)];
  }
  bool is_sign(std::string_view sign) const {
    return now().token == Token::sign && now().text == sign;
  }
  bool is_word(std::string_view word) const {
    return now().token == Token::name && now().key == word;
  }
  void expect(std::string_view sign, int opened) {
    if (!is_sign(sign)) {
      fail(fmt::format("'{}' is missing before '{}'", sign, now().text), now().offset,
           fmt::format("it closes what was opened at character {}", opened + 1));
    }
    ++at_;
  }

  struct Deeper {
    explicit Deeper(Parser& parser) : parser_(parser) {
      if (++parser_.depth_ > parser_.max_depth_) {
        throw SyntaxError{
            "X105", fmt::format("the equation is nested more than {} deep", parser_.max_depth_),
            "split it with an auxiliary", parser_.now().offset};
      }
    }
    ~Deeper() { --parser_.depth_; }
    Deeper(const Deeper&) = delete;
    Deeper& operator=(const Deeper&) = delete;
    Parser& parser_;
  };

  ExpressionPtr binary(std::string op, int offset, ExpressionPtr left, ExpressionPtr right) {
    ExpressionPtr node = make(Syntax::operation, std::move(op), offset);
    node->args.push_back(std::move(left));
    node->args.push_back(std::move(right));
    return node;
  }
  void count(std::size_t& chain) const {
    if (++chain > longest_chain) {
      throw SyntaxError{"X105", fmt::format("more than {} operands in one row", longest_chain),
                        "split the equation with auxiliaries", now().offset};
    }
  }

  ExpressionPtr expression() { // OR
    const Deeper deeper(*this);
    ExpressionPtr left = conjunction();
    for (std::size_t chain = 0; is_word("or"); count(chain)) {
      const int offset = lexemes_[at_++].offset;
      left = binary("or", offset, std::move(left), conjunction());
    }
    return left;
  }
  ExpressionPtr conjunction() {
    ExpressionPtr left = comparison();
    for (std::size_t chain = 0; is_word("and"); count(chain)) {
      const int offset = lexemes_[at_++].offset;
      left = binary("and", offset, std::move(left), comparison());
    }
    return left;
  }
  ExpressionPtr comparison() {
    ExpressionPtr left = sum();
    for (std::size_t chain = 0; is_sign("<") || is_sign("<=") || is_sign(">") || is_sign(">=") ||
                                is_sign("=") || is_sign("<>");
         count(chain)) {
      const Lexeme op = lexemes_[at_++];
      left = binary(op.text, op.offset, std::move(left), sum());
    }
    return left;
  }
  ExpressionPtr sum() {
    ExpressionPtr left = product();
    for (std::size_t chain = 0; is_sign("+") || is_sign("-"); count(chain)) {
      const Lexeme op = lexemes_[at_++];
      left = binary(op.text, op.offset, std::move(left), product());
    }
    return left;
  }
  ExpressionPtr product() {
    ExpressionPtr left = unary();
    for (std::size_t chain = 0; is_sign("*") || is_sign("/") || is_sign("%") || is_word("mod");
         count(chain)) {
      const Lexeme op = lexemes_[at_++];
      left = binary(op.text == "%" || op.key == "mod" ? "mod" : op.text, op.offset, std::move(left),
                    unary());
    }
    return left;
  }
  // Unary signs bind less than ^: -2^2 is -4 (XMILE 3.3.1).
  ExpressionPtr unary() {
    if (is_sign("+")) {
      const Deeper deeper(*this);
      ++at_;
      return unary();
    }
    if (is_sign("-") || is_word("not")) {
      const Deeper deeper(*this);
      const Lexeme op = lexemes_[at_++];
      ExpressionPtr node = make(Syntax::operation, op.text == "-" ? "neg" : "not", op.offset);
      node->args.push_back(unary());
      return node;
    }
    return power();
  }
  ExpressionPtr power() { // right to left
    ExpressionPtr base = postfix();
    if (!is_sign("^"))
      return base;
    const Deeper deeper(*this);
    const int offset = lexemes_[at_++].offset;
    return binary("^", offset, std::move(base), unary());
  }
  ExpressionPtr postfix() {
    ExpressionPtr node = primary();
    while (is_sign("'")) {
      const Deeper deeper(*this);
      ExpressionPtr transposed = make(Syntax::operation, "transpose", lexemes_[at_++].offset);
      transposed->args.push_back(std::move(node));
      node = std::move(transposed);
    }
    return node;
  }

  ExpressionPtr primary() {
    const Lexeme first = now();
    if (first.token == Token::number) {
      ++at_;
      ExpressionPtr node = make(Syntax::number, first.text, first.offset);
      node->number = first.number;
      return node;
    }
    if (is_sign("(")) {
      ++at_;
      ExpressionPtr inner = expression();
      expect(")", first.offset);
      return inner;
    }
    if (first.token != Token::name) {
      if (first.token == Token::end)
        fail("the equation ends where a value is expected", first.offset);
      fail(fmt::format("'{}' stands where a value is expected", first.text), first.offset);
    }
    if (first.key == "if")
      return choice();
    if (first.key == "mod" && ahead(1).text == "(")
      return reference(); // MOD(a, b)
    if (is_keyword(first.key))
      fail(fmt::format("'{}' stands where a value is expected", first.text), first.offset);
    return reference();
  }

  // Does "( ... )" at the present place hold a comma of its own level?
  bool parenthesis_with_comma() const {
    int depth = 0;
    for (std::size_t i = at_; i < lexemes_.size(); ++i) {
      if (lexemes_[i].token != Token::sign)
        continue;
      const std::string& sign = lexemes_[i].text;
      if (sign == "(" || sign == "[")
        ++depth;
      if (sign == ")" || sign == "]") {
        if (--depth == 0)
          return false;
      }
      if ((sign == "," || sign == ";") && depth == 1)
        return true;
    }
    return false;
  }

  ExpressionPtr choice() {
    const int offset = now().offset;
    ++at_;
    ExpressionPtr node = make(Syntax::choice, "if", offset);
    const bool words = is_word("then") && ahead(1).key == "else"; // IF THEN ELSE(a, b, c)
    if (words)
      at_ += 2;
    if (words || (is_sign("(") && parenthesis_with_comma())) {
      node->args = arguments();
      if (node->args.size() != 3)
        fail(fmt::format("IF THEN ELSE takes 3 arguments, found {}", node->args.size()), offset);
      return node;
    }
    node->args.push_back(expression());
    if (!is_word("then"))
      fail(fmt::format("THEN is missing before '{}'", now().text), now().offset,
           "write IF condition THEN value ELSE value");
    ++at_;
    node->args.push_back(expression());
    if (is_word("else")) {
      ++at_;
      node->args.push_back(expression());
    } else {
      node->args.push_back(make(Syntax::number, "0", now().offset));
    }
    return node;
  }

  std::vector<ExpressionPtr> arguments() {
    const int opened = now().offset;
    expect("(", opened);
    std::vector<ExpressionPtr> list;
    if (is_sign(")")) {
      ++at_;
      return list;
    }
    while (true) {
      list.push_back(expression());
      if (is_sign(",") || is_sign(";")) {
        ++at_;
        if (is_sign(")"))
          break;
        continue;
      }
      break;
    }
    expect(")", opened);
    return list;
  }

  ExpressionPtr reference() {
    const Lexeme first = lexemes_[at_++];
    std::string name = first.text;
    // Converted files write names of several words without quotes: "EXPRESSION MACRO(x)".
    // No operator may stand between two names, so IF after a name is part of it (SAMPLE IF TRUE).
    // The same for whole numbers (RANDOM 0 1).
    while (first.key != "\"" &&
           ((now().token == Token::name && (!is_keyword(now().key) || now().key == "if") &&
             now().key != "\"") ||
            (now().token == Token::number &&
             now().text.find_first_not_of("0123456789") == std::string::npos))) {
      name += ' ' + lexemes_[at_++].text;
    }
    if (is_sign("(")) {
      const Deeper deeper(*this);
      ExpressionPtr node = make(Syntax::call, std::move(name), first.offset);
      node->args = arguments();
      if (canonical_name(node->text) == "a_function_of") {
        throw SyntaxError{
            "X106",
            "the equation is incomplete: 'A FUNCTION OF' stands for what is still to be written",
            "write the equation", first.offset};
      }
      return node;
    }
    ExpressionPtr node = make(Syntax::name, std::move(name), first.offset);
    if (is_sign("[")) {
      const Deeper deeper(*this);
      node->subscripted = true;
      while (is_sign("[")) { // a second pair names a piece of what the array's element holds
        const int opened = now().offset;
        ++at_;
        while (true) {
          node->args.push_back(subscript());
          if (!is_sign(",") && !is_sign(";"))
            break;
          ++at_;
        }
        expect("]", opened);
      }
      if (is_sign("(")) { // an arrayed lookup called: table[element](x)
        ExpressionPtr call = make(Syntax::call, node->text, first.offset);
        call->args = arguments();
        call->args.insert(call->args.begin(), std::move(node));
        call->subscripted = true;
        return call;
      }
    }
    return node;
  }

  ExpressionPtr subscript() {
    const Lexeme first = now();
    if (is_sign("*")) {
      ++at_;
      ExpressionPtr node = make(Syntax::wildcard, "", first.offset);
      if (is_sign(":")) {
        ++at_;
        if (now().token != Token::name)
          fail("a dimension is expected after '*:'", now().offset);
        node->text = lexemes_[at_++].text;
        while (now().token == Token::name) // of several words
          node->text += ' ' + lexemes_[at_++].text;
      }
      return node;
    }
    if (is_sign("@")) {
      ++at_;
      ExpressionPtr node = make(Syntax::position, "@", first.offset);
      if (now().token != Token::number)
        fail("a number is expected after '@'", now().offset);
      node->number = lexemes_[at_++].number;
      return node;
    }
    ExpressionPtr node = expression();
    if (is_sign("!")) {
      ++at_;
      if (node->syntax != Syntax::name)
        fail("'!' follows the name of a dimension", first.offset);
      ExpressionPtr all = make(Syntax::wildcard, node->text, first.offset);
      return all;
    }
    if (is_sign(":")) {
      ++at_;
      ExpressionPtr range = make(Syntax::range, ":", first.offset);
      range->args.push_back(std::move(node));
      range->args.push_back(expression());
      return range;
    }
    return node;
  }

  std::vector<Lexeme> lexemes_;
  std::size_t max_depth_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
};

} // namespace

std::vector<ExpressionPtr> parse_equation(std::string_view text, std::size_t max_depth) {
  std::vector<Lexeme> lexemes = tokenize(text);
  if (lexemes.size() == 1)
    throw SyntaxError{"X106", "there is no equation", "write one, or remove the variable", 0};
  return Parser(std::move(lexemes), max_depth).all();
}

} // namespace cauce::conditions
