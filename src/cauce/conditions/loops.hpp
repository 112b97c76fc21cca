// Loops that matter: which feedback loops drive a model's behaviour, and when.
//
// Method: Schoenberg, Davidsen and Eberlein (2020), "Understanding model behavior using the Loops
// that Matter method", System Dynamics Review 36(2); for models with more loops than can be
// listed, the strongest-path search of Eberlein and Schoenberg (2020), "Finding the loops that
// matter", arXiv:2006.08425. The score of a link is the part of the target's change that the
// source's change alone brings about; a loop's score is the product of its links'.
//
// Arrays are taken as a whole: a link's score is that of the sums over the elements of its target,
// all elements of the source changing together. For scalars this is the published definition.
#pragma once

#include "cauce/conditions/run.hpp"

#include <functional>
#include <string>
#include <vector>

namespace cauce::conditions {

struct LoopLink {
  VariableId from, to;
  std::vector<double> scores; ///< by step, from the second
};

struct Loop {
  std::vector<VariableId> variables; ///< in the direction of cause; the first follows the last
  int polarity = 0;                  ///< +1 reinforcing, -1 balancing, 0 changing
  std::vector<double> scores;        ///< raw, by step
  std::vector<double> shares; ///< score / sum of the absolute scores of all loops of its component
  double weight = 0;          ///< mean absolute share
};

/// A stretch of time in which the same loops together bring about more than half of the change in
/// the largest set of connected loops.
struct LoopPeriod {
  double from = 0, until = 0;
  std::vector<std::size_t> loops; ///< in LoopAnalysis::loops, strongest first
  std::vector<double> shares;     ///< of each of them in its first window: mean absolute share
};

struct LoopAnalysis {
  std::vector<double> times; ///< of the scores
  std::vector<LoopLink> links;
  std::vector<Loop> loops; ///< those of the largest connected set first, by falling weight
  std::vector<LoopPeriod> periods;
  std::size_t main_loops = 0; ///< loops of the largest connected set; `periods` are of them
  bool complete = true;       ///< all loops listed; false: found by strongest paths
};

struct LoopOptions {
  std::size_t most_loops = 5000; ///< beyond this many, strongest paths are searched
  std::size_t most_steps = 2000; ///< steps scored; longer runs are scored at even distances
  double window = 0;             ///< time over which shares are averaged for `periods`
  /// Variables whose overridden values are draws of what their equation expects (counts of
  /// people): links into them are scored by the expected values. Other overridden variables have
  /// no links into them while they are overridden.
  std::vector<VariableId> drawn;
  /// For `analyse_loops`: called before each evaluation, to set what comes from outside.
  std::function<void(Run&)> drive;
};

/// Scores the links of a run that someone else steps: call `observe` at even distances of time,
/// with the run evaluated, from the start on. Works on what is in the run, so a coupled run with
/// people in it is told as it happened. One observation of 30,000 elements takes milliseconds.
class LoopRecorder {
 public:
  explicit LoopRecorder(std::shared_ptr<const Model> model, LoopOptions options = {});
  ~LoopRecorder();
  LoopRecorder(LoopRecorder&&) noexcept;
  LoopRecorder& operator=(LoopRecorder&&) noexcept;

  void observe(const Run& run);
  /// Links, loops and periods of what was observed, from the third observation on.
  LoopAnalysis analysis() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Runs the model by Euler and scores its links and loops.
LoopAnalysis analyse_loops(const std::shared_ptr<const Model>& model,
                           const LoopOptions& options = {});

/// "R1", "B2", "U3": reinforcing, balancing or both, and its place in `analysis.loops`.
std::string loop_label(const LoopAnalysis& analysis, std::size_t loop);

/// The names of a loop's variables, hidden ones left out.
std::string loop_text(const Model& model, const Loop& loop);

} // namespace cauce::conditions
