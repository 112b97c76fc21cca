// Verdicts as a table for files and as JSON for the web: one row for each proposition and theory.
#pragma once

#include "cauce/study/claims.hpp"

#include <string>

namespace cauce::study {

/// CSV: claim_id, part, document, speaker, theory, what was compared, the shares of members, the
/// effect with its 90 percent interval, the sampling noise in it and the scale that decided, what
/// was observed, and the claims that oppose it.
std::string verdicts_csv(const system::System& system, const ClaimsResult& result);

/// The same of predictions, with what each theory expected and what it yields.
std::string predictions_csv(const system::System& system, const ClaimsResult& result);

/// {"members", "repeats", "seed", "theories", "claims": [{"id", "statement", ..., "opposes",
/// "probability": {theory: p}, "parts": [{..., "verdicts": {theory: {..., "noise", "scale"}},
/// "observed"}]}], "predictions": [{"id", "title", "decided", ...}]}: what a page of claims shows.
std::string verdicts_json(const system::System& system, const ClaimsResult& result);

/// "lower by at least 10 percent" in the words of a proposition.
std::string proposition_words(const evidence::Proposition& proposition, const std::string& unit);

/// Whether a theory yields what it expected: "as expected", "contrary", "unclear" (neither in two
/// of three members), or "" where it expected nothing.
std::string_view kept_word(const evidence::Prediction& prediction, const std::string& theory,
                           const Verdict& verdict);

} // namespace cauce::study
