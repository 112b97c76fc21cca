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

constexpr std::pair<std::string_view, House> houses[] = {
    {"test", House::test},      {"lever", House::lever}, {"policy", House::policy},
    {"event", House::event},    {"actor", House::actor}, {"series", House::series},
    {"context", House::context}};

// The house of a claim and what names it there.
void read_house(const Table& table, std::size_t row, Claim& claim, Diagnostics& findings) {
  const std::string& cell = table.cell(row, "house");
  claim.housed_in = split_ids(table.cell(row, "housed_in"));
  claim.reason = table.cell(row, "reason");
  std::vector<std::string> known;
  bool found = false;
  for (const auto& [name, house] : houses) {
    known.emplace_back(name);
    if (name == cell) {
      claim.house = house;
      found = true;
    }
  }
  if (!found) {
    findings.error("E118", claim.where,
                   cell.empty() ? fmt::format("claim '{}' has no house", claim.id)
                                : fmt::format("unknown house '{}' of claim '{}'", cell, claim.id),
                   cell.empty() ? "say test, lever, policy, event, actor, series, or context with "
                                  "the reason"
                                : did_you_mean(cell, known));
    return;
  }
  const bool named = claim.house != House::test && claim.house != House::context;
  if (named && claim.housed_in.empty()) {
    findings.error(
        "E118", claim.where,
        fmt::format("claim '{}' is housed as {}, but 'housed_in' names none", claim.id, cell));
  }
  if (claim.house == House::context && claim.reason.empty()) {
    findings.error("E118", claim.where,
                   fmt::format("claim '{}' is context, but 'reason' does not say why it is out of "
                               "reach",
                               claim.id));
  }
}
} // namespace

std::string_view house_name(House house) {
  for (const auto& [name, value] : houses) {
    if (value == house)
      return name;
  }
  return "";
}

std::vector<Claim> read_claims(const std::filesystem::path& path, Diagnostics& findings) {
  static const std::vector<std::string> required = {
      "claim_id",    "document", "speaker",   "kind",   "statement", "cause", "effect",
      "sign",        "place",    "period",    "value",  "unit",      "lever", "metric",
      "testable_as", "house",    "housed_in", "reason", "opposes"};
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
    claim.opposes = split_ids(table.cell(row, "opposes"));
    read_house(table, row, claim, findings);
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
  std::set<std::pair<std::string, std::string>> pairs;
  for (const Claim& claim : claims) {
    for (const std::string& other : claim.opposes)
      pairs.emplace(claim.id, other);
  }
  for (const Claim& claim : claims) {
    for (const std::string& other : claim.opposes) {
      if (!seen.contains(other)) {
        findings.error("E113", claim.where,
                       fmt::format("'{}' opposes the unknown claim '{}'", claim.id, other),
                       did_you_mean(other, ids));
      } else if (!pairs.contains({other, claim.id})) {
        findings.error("E113", claim.where,
                       fmt::format("'{}' opposes '{}', which does not oppose it", claim.id, other),
                       "write the opposition in both rows");
      }
    }
  }
  return claims;
}

} // namespace cauce::evidence
