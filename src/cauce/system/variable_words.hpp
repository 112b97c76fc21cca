// What readers are told of the equations' variables in another language than the file's own:
// `variables.es.csv` (name, title, doc), one row a variable. The equations speak English; a pack
// without the file, and a variable without a row, is shown by its English name and doc.
//
// These are words: no number depends on them, so the file is not among System::files(), whose
// hashes bind stored runs, posteriors and verdicts to what they were computed from.
#pragma once

#include "cauce/base/diagnostics.hpp"
#include "cauce/base/toml.hpp"
#include "cauce/conditions/model.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace cauce::system {

class VariableWords {
 public:
  struct Row {
    std::string name, title, doc;
    SourcePos where;
  };

  /// The Spanish words of the pack in `folder`; none when it has no such file. Findings: those of
  /// the table, P332 (a variable given twice: the first row holds).
  static VariableWords of_pack(const std::filesystem::path& folder, Diagnostics& findings);

  /// A variable's title: its own name, and what the row says where there is one. Names are compared
  /// as the equations compare them: letter case does not count, spaces and underscores are the
  /// same.
  Bilingual title(std::string_view name) const;
  /// The same of its doc, whose English text the equations hold.
  Bilingual doc(std::string_view name, const std::string& english) const;

  /// Holds the rows against the equations. Findings: P304 (a row of no variable, near miss), P333
  /// (variables that lack words, said once; never for a pack without the file).
  void check(const conditions::Model& model, Diagnostics& findings) const;

 private:
  const Row* find(std::string_view name) const;

  std::string file_; ///< "" when there is none
  std::vector<Row> rows_;
  std::map<std::string, std::size_t> row_of_; ///< by canonical name
};

} // namespace cauce::system
