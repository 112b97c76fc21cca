// claims.csv: what the sources say causes what, claim by claim, and where each is housed: as a test
// that a study executes (propositions.hpp), as a lever, policy, event, actor or series of the pack,
// or as context that a model cannot hold.
#pragma once

#include "cauce/base/diagnostics.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace cauce::evidence {

/// Where a claim has its place in the pack; `context` is out of reach, with the reason.
enum class House { test, lever, policy, event, actor, series, context };
std::string_view house_name(House house);

struct Claim {
  std::string id, document, speaker;
  std::string kind; ///< causal, prediction, figure, policy, normative, event, actor or context
  std::string statement;
  std::string cause, effect, sign; ///< sign "+", "-" or "" (the claim gives none)
  std::string place, period;       ///< as the document says them: "Northern Triangle", "2016/2017"
  std::string value_text, unit;
  std::optional<double> value; ///< `value_text` where it is a number
  std::string lever, metric, testable_as;
  House house = House::context;
  /// Names of that kind (lever, policy, event ids, actor, series), joined in the file by ';'; of
  /// `test`, none: its rows are in claim_tests.csv.
  std::vector<std::string> housed_in;
  std::string reason;               ///< why out of reach; of a test, how the words were read
  std::vector<std::string> opposes; ///< ids of claims of the same file, both ways
  SourcePos where;
};

/// Reads the table. Findings: B102 to B104, E104 (id given twice), E113 (unknown kind, sign, or
/// opposed claim, near miss named; opposition that is told by one side only), E118 (no house, or
/// context without a reason).
std::vector<Claim> read_claims(const std::filesystem::path& path, Diagnostics& findings);

} // namespace cauce::evidence
