#include "cauce/evidence/claims.hpp"

#include "cauce/base/table.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace cauce::evidence {

namespace {
std::vector<std::string> split_ids(const std::string& text) {
  std::vector<std::string> ids;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t to = std::min(text.find(';', from), text.size());
    if (to > from)
      ids.push_back(text.substr(from, to - from));
    from = to + 1;
  }
  return ids;
}
} // namespace

std::vector<Claim> read_claims(const std::filesystem::path& path, Diagnostics& findings) {
  static const std::vector<std::string> required = {
      "claim_id", "document", "speaker",     "kind",          "statement", "cause",
      "effect",   "sign",     "place",       "period",        "value",     "unit",
      "lever",    "metric",   "testable_as", "conflicts_with"};
  static const std::vector<std::string> kinds = {"causal",    "prediction", "figure", "policy",
                                                 "normative", "event",      "actor",  "context"};
  const Table table = Table::read(path, required, findings);
  std::vector<Claim> claims;
  if (table.column("claim_id") < 0)
    return claims;
  std::set<std::string> seen;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    Claim claim;
    claim.where = table.where(row);
    claim.id = table.cell(row, "claim_id");
    claim.document = table.cell(row, "document");
    claim.speaker = table.cell(row, "speaker");
    claim.kind = table.cell(row, "kind");
    claim.statement = table.cell(row, "statement");
    claim.cause = table.cell(row, "cause");
    claim.effect = table.cell(row, "effect");
    claim.sign = table.cell(row, "sign");
    claim.place = table.cell(row, "place");
    claim.period = table.cell(row, "period");
    claim.value_text = table.cell(row, "value");
    claim.unit = table.cell(row, "unit");
    claim.value = parse_number(claim.value_text);
    claim.lever = table.cell(row, "lever");
    claim.metric = table.cell(row, "metric");
    claim.testable_as = table.cell(row, "testable_as");
    claim.conflicts_with = split_ids(table.cell(row, "conflicts_with"));
    if (std::find(kinds.begin(), kinds.end(), claim.kind) == kinds.end()) {
      findings.error("E113", claim.where, fmt::format("unknown kind of claim '{}'", claim.kind),
                     did_you_mean(claim.kind, kinds));
    }
    if (!claim.sign.empty() && claim.sign != "+" && claim.sign != "-") {
      findings.error("E113", claim.where,
                     fmt::format("the sign of a claim is +, - or empty, found '{}'", claim.sign));
    }
    if (!seen.insert(claim.id).second) {
      findings.error("E104", claim.where, fmt::format("claim '{}' is given twice", claim.id));
      continue;
    }
    claims.push_back(std::move(claim));
  }
  const std::vector<std::string> ids(seen.begin(), seen.end());
  for (const Claim& claim : claims) {
    for (const std::string& other : claim.conflicts_with) {
      if (seen.contains(other))
        continue;
      findings.error("E113", claim.where,
                     fmt::format("'{}' conflicts with the unknown claim '{}'", claim.id, other),
                     did_you_mean(other, ids));
    }
  }
  return claims;
}

} // namespace cauce::evidence
