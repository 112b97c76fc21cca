// claim_tests.csv and predictions.csv: what a claim says, as data that a study executes.
//
// A proposition compares one number with another and says which is larger, and by how much at
// least. The number (the *effect*) is, by its form,
//   comparison  an outcome under arm `arm` against the same outcome under `against`, member by
//               member, over the same months;
//   change      the outcome under one arm in one period against an earlier one;
//   figure      the outcome's level over a period.
// Arms are policies of the pack, or the arms of arms.csv (policy/arms.hpp).
#pragma once

#include "cauce/base/diagnostics.hpp"
#include "cauce/base/month.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace cauce::evidence {

enum class Form { comparison, change, figure };

/// What must hold of the effect E, the margin m and the value v.
enum class Direction {
  lower,    ///< E < 0 and E <= -m
  higher,   ///< E > 0 and E >= m
  same,     ///< |E| < m
  at_least, ///< E >= v
  at_most,  ///< E <= v
  about,    ///< |E - v| <= m (of a figure with a margin in percent: m percent of v)
};
std::string_view direction_name(Direction direction);

/// How months and cells become one number.
enum class Measure {
  level,  ///< flows summed over the period, others averaged
  surges, ///< how often the twelve-month sum rose by half from a trough; counted over the period
};

/// What may be read off the data to see whether the world went the way that is claimed.
struct ObservedSpec {
  std::string series, place, group; ///< of data/targets.csv; "" place: all places that it has
  bool empty() const { return series.empty(); }
};

struct Proposition {
  std::string owner; ///< id of the claim or prediction
  std::string part;  ///< "" or a short name, where one claim says several things
  Form form = Form::comparison;
  std::string arm, against;          ///< `against` only in comparisons
  std::string outcome, place, group; ///< elements of the outcome's axes; "" for all of them
  Month from, until;
  std::optional<Month> base_from, base_until; ///< the earlier period of a change
  Measure measure = Measure::level;
  Direction direction = Direction::lower;
  double margin = 0.0;
  bool relative = false; ///< effect and margin in percent (a figure's margin: percent of `value`)
  std::optional<double> value;
  ObservedSpec observed;
  std::string note; ///< how the words were turned into numbers
  SourcePos where;
};

/// Whether it holds of an effect; not-a-number never holds.
bool holds(const Proposition& proposition, double effect);
bool holds(const Proposition& proposition, Direction direction, double effect);

/// Reads claim_tests.csv. Findings: B102 to B105, E116 (a proposition that says too little or too
/// much), E117 (unknown word, near miss).
std::vector<Proposition> read_claim_tests(const std::filesystem::path& path, Diagnostics& findings);

/// One question on which the theories part: what each expects, and what may be seen.
struct Prediction {
  Proposition proposition; ///< direction: of no meaning
  std::string title_en, title_es;
  std::map<std::string, Direction>
      expected;                       ///< theory -> lower, higher or same; silent ones absent
  std::string decided_en, decided_es; ///< what the data until their end say of it, or why nothing
};

/// Reads predictions.csv: the columns of claim_tests.csv (prediction in place of claim_id, without
/// direction and value), and one column `expects:THEORY` for each theory.
std::vector<Prediction> read_predictions(const std::filesystem::path& path, Diagnostics& findings);

} // namespace cauce::evidence
