// claims.csv: what the sources say causes what, claim by claim, in words that a study can test.
#pragma once

#include "cauce/base/diagnostics.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace cauce::evidence {

struct Claim {
  std::string id, document, speaker;
  std::string kind; ///< causal, prediction, figure, policy, normative, event, actor or context
  std::string statement;
  std::string cause, effect, sign; ///< sign "+", "-" or "" (the claim gives none)
  std::string place, period;       ///< as the document says them: "Northern Triangle", "2016/2017"
  std::string value_text, unit;
  std::optional<double> value; ///< `value_text` where it is a number
  std::string lever, metric, testable_as;
  std::vector<std::string> conflicts_with; ///< ids of claims of the same file
  SourcePos where;
};

/// Reads the table. Findings: B102 to B104, E104 (id given twice), E113 (unknown kind, sign, or
/// conflicting claim, near miss named).
std::vector<Claim> read_claims(const std::filesystem::path& path, Diagnostics& findings);

} // namespace cauce::evidence
