// Diagnostics: everything a person must be told about bad input.
//
// A reader of files does not stop at the first mistake: it adds each finding to a
// `Diagnostics` and goes on, so that one run shows them all. Each finding names the file and
// line, what is wrong, and what to do; its code is stable and `cauce explain CODE` expands it.
#pragma once

#include <map>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace cauce {

enum class Severity { note, warning, error };
std::string_view severity_name(Severity severity);

/// Where in a file; line and column count from 1, 0 means "not known".
struct SourcePos {
  std::string file;
  int line = 0;
  int column = 0;
};

struct Diagnostic {
  Severity severity = Severity::error;
  std::string code; ///< for instance "B102"; see error_codes.hpp
  SourcePos where;
  std::string message; ///< the rule, and both sides of what disagrees
  std::string hint;    ///< what to do ("did you mean 'development_aid'?"); may be empty
};

/// "file:12: error B102: message (hint)", without a line break.
std::string to_string(const Diagnostic& diagnostic);

/// One finding that ends what was being done. `main` prints it and exits with status 2.
class Error : public std::runtime_error {
 public:
  explicit Error(Diagnostic diagnostic)
      : std::runtime_error(to_string(diagnostic)), diagnostic_(std::move(diagnostic)) {}
  Error(std::string code, SourcePos where, std::string message, std::string hint = {})
      : Error(Diagnostic{Severity::error, std::move(code), std::move(where), std::move(message),
                         std::move(hint)}) {}
  const Diagnostic& diagnostic() const { return diagnostic_; }

 private:
  Diagnostic diagnostic_;
};

/// The findings of one reading, in the order found. Equal ones (same code, place and text) are
/// kept once and counted.
class Diagnostics {
 public:
  void add(Diagnostic diagnostic);
  void error(std::string code, SourcePos where, std::string message, std::string hint = {});
  void warning(std::string code, SourcePos where, std::string message, std::string hint = {});
  void note(std::string code, SourcePos where, std::string message, std::string hint = {});

  const std::vector<Diagnostic>& items() const { return items_; }
  int errors() const { return errors_; }
  int warnings() const { return warnings_; }
  bool ok() const { return errors_ == 0; }

  /// All findings, one a line (findings said n times end with "(n times)").
  std::string text() const;
  /// Throws `Errors` with all findings when there is an error among them.
  void throw_if_errors() const;

 private:
  std::vector<Diagnostic> items_;
  std::map<std::string, std::size_t> seen_;
  std::vector<int> times_;
  int errors_ = 0;
  int warnings_ = 0;
};

/// Several findings that together end what was being done.
class Errors : public std::runtime_error {
 public:
  explicit Errors(Diagnostics findings)
      : std::runtime_error(findings.text()), findings_(std::move(findings)) {}
  const Diagnostics& findings() const { return findings_; }

 private:
  Diagnostics findings_;
};

/// The known name nearest to `name` by edit distance (ignoring case), or "" when none is near
/// (more than a third of its letters would change).
std::string nearest_name(std::string_view name, std::span<const std::string> known);

/// "did you mean 'x'?" for the nearest known name, or "" when none is near.
std::string did_you_mean(std::string_view name, std::span<const std::string> known);

} // namespace cauce
