#include "cauce/evidence/error_codes.hpp"

namespace cauce::evidence {

std::span<const ErrorCode> evidence_error_codes() {
  static constexpr ErrorCode codes[] = {
      {"E101", "Unknown status of a number",
       "The status says how a number is known: seen (read in its source), derived (computed from "
       "seen figures), recalled (believed, not read again) or assumed."},
      {"E102", "Unknown source",
       "source_id must name rows of data/sources.csv (several are joined by ';'). Add the source, "
       "or "
       "mend the spelling."},
      {"E103", "A number out of its range",
       "The quantity cannot have this value: a negative population, a share above 1, a latitude "
       "beyond the pole."},
      {"E104", "Given twice", "The same source, place or parameter stands in two rows. Keep one."},
      {"E105", "Unknown place",
       "Places are named by the codes of places.csv, for instance GT or GT-GU."},
      {"E106", "Unknown distribution",
       "A prior is fixed, uniform, normal, lognormal, logitnormal or triangular."},
      {"E107", "A prior whose numbers do not fit",
       "Uniform and triangular take bounds low < high; normal, lognormal and logitnormal take the "
       "5th and 95th percentiles around the median. Lognormal needs low > 0, logitnormal numbers "
       "between 0 and 1, and the value must lie between low and high."},
      {"E108", "A period that is not understood",
       "Write a year (2017), a month (2017-06) or a US fiscal year (FY2017: October 2016 to "
       "September 2017)."},
      {"E109", "The same observation twice",
       "Two rows give the same series, place, group and period. Choose one source for each use."},
      {"E110", "A number without a source",
       "Every number that is not marked assumed names where it comes from."},
      {"E111", "Unknown name in a population file",
       "Strata, kinds of party and standings have fixed names; docs/architecture.md points to the "
       "list."},
      {"E112", "Shares that do not sum to 1",
       "The shares of a department's household kinds, or of a country's departments, are a "
       "division of one whole."},
      {"E113", "A claim that is not understood",
       "A claim is causal, prediction, figure, policy, normative, event, actor or context; its "
       "sign "
       "is +, - or empty; opposes names other claims of the file, joined by ';', in both rows."},
      {"E114", "An event that ends before it starts", "Swap its start and end, or mend the year."},
      {"E115", "Assumed numbers without a range",
       "What is assumed should be uncertain: a fixed value hides it from the bands. Rows of "
       "parameters.csv with status assumed and distribution fixed are counted; units and switches "
       "may stay so."},
      {"E116", "A proposition that cannot be tested",
       "A row of claim_tests.csv or predictions.csv names an arm, an outcome and a period; a "
       "comparison also the arm against, a change also the earlier period; a margin is not "
       "negative."},
      {"E117", "An unknown word in a proposition",
       "form: comparison, change, figure; direction: lower, higher, same, at_least, at_most, "
       "about; "
       "measure: level (or empty), surges; margin_unit: percent or units (of the outcome)."},
      {"E118", "A claim without a house",
       "Every claim is a test (rows in claim_tests.csv), or has its place in a lever, policy, "
       "event, actor or series of the pack, or is context that a model cannot hold, with the "
       "reason."},
  };
  return codes;
}

} // namespace cauce::evidence
