// What readers are told of a pack in another language than its own files speak. Beside a table
// `claims.csv` may stand `claims.es.csv`: the key of a row, and its words in that language. What
// such a file lacks, and a pack without it, is shown in English.
//
// These are words: no number depends on them, so the files are not among System::files(), whose
// hashes bind stored runs, posteriors and verdicts to what they were computed from.
#pragma once

#include "cauce/base/diagnostics.hpp"
#include "cauce/base/toml.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace cauce::system {

class System;

/// One file of words: a column of keys, and columns of what is told of each.
class Words {
 public:
  struct Form {
    std::string file; ///< "claims.es.csv"
    std::string key;  ///< the column that says of what
    std::vector<std::string> columns;
    std::string (*same)(std::string_view) = nullptr; ///< how keys are compared; as written
  };
  /// What must be told: a key of the pack, and which columns have something to tell of it.
  struct Asked {
    std::string key;
    std::vector<std::string> columns;
  };

  /// Reads the file in `folder`; no words when there is none. Findings: those of the table, P332 (a
  /// key given twice: the first row holds).
  static Words read(const std::filesystem::path& folder, Form form, Diagnostics& findings);

  /// What is told of `key`; `otherwise` where the file is silent.
  const std::string& told(std::string_view key, std::string_view column,
                          const std::string& otherwise) const;

  /// Holds the rows against what the pack has, with a warning each at most: P333 (what lacks words)
  /// and P334 (rows of nothing that is asked, near miss). Silent where there is no file.
  void check(const std::vector<Asked>& asked, Diagnostics& findings) const;

 private:
  struct Row {
    std::string key;
    std::vector<std::string> told; ///< by column
    SourcePos where;
  };
  std::string compared(std::string_view key) const;
  const Row* find(std::string_view key) const;
  std::size_t column(std::string_view name) const;

  Form form_;
  std::string path_; ///< "" when there is none
  std::vector<Row> rows_;
  std::map<std::string, std::size_t, std::less<>> row_of_; ///< by compared key
};

/// All words of a pack.
class PackWords {
 public:
  static PackWords of_pack(const std::filesystem::path& folder, Diagnostics& findings);

  /// variables.es.csv: a variable's title, in English its own name. Names are compared as the
  /// equations compare them: letter case does not count, spaces and underscores are the same.
  Bilingual variable(const std::string& name) const;
  /// The same of its doc, whose English text the equations hold.
  Bilingual variable_doc(const std::string& name, const std::string& english) const;
  /// claims.es.csv: what a claim states, and how it is to be tested. Of the test claims.en.csv says
  /// in plain words what claims.csv notes with names of the pack.
  Bilingual statement(const std::string& claim, const std::string& english) const;
  Bilingual test(const std::string& claim, const std::string& english) const;
  /// arms.en.csv, arms.es.csv: an arm's title; its name without hyphens where there is none.
  Bilingual arm(const std::string& name) const;
  /// phrases.es.csv: any other words of the pack, found by their English text.
  Bilingual phrase(const std::string& english) const;
  /// The same of a name in words: "aid_oversight" is asked as "aid oversight".
  Bilingual term(const std::string& name) const;

  /// Holds all files against the pack. Findings: P333, P334.
  void check(const System& system, Diagnostics& findings) const;

 private:
  Words variables_, claims_en_, claims_es_, arms_en_, arms_es_, phrases_;
};

} // namespace cauce::system
