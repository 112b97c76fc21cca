// What a run holds, and the scalar evaluator that reads it.
#pragma once

#include "cauce/base/aligned.hpp"
#include "cauce/conditions/program.hpp"
#include "cauce/conditions/run.hpp"

#include <map>
#include <memory>
#include <vector>

namespace cauce::conditions::detail {

/// Inputs that a delay may still ask for: one row of the variable's values a step (of a conveyor
/// delay, four rows).
struct History {
  std::vector<double> rows;   ///< oldest first; a ring where `length` > 0
  std::size_t length = 0;     ///< rows kept; 0: all from `first` on
  std::size_t count = 0;      ///< rows ever written
  std::size_t first = 0;      ///< the earliest that is kept, where it is no ring
  std::vector<double> before; ///< of the start: a profile's input, a conveyor's first reach
  /// Of a profile, by mean delay: what comes out in each later step. Not saved: made again.
  std::map<double, std::vector<double>> responses;
};

/// Rows a step that a conveyor delay keeps.
inline constexpr std::size_t belt_rows = 4;

/// Inputs on their way through a delay that keeps for each in which step it comes out.
struct Arrivals {
  struct Input {
    double comes = 0, value = 0;
  };
  struct Lane {
    std::vector<Input> waiting; ///< by the step in which they come, those before `taken` have come
    std::size_t taken = 0;
    double first = 0;  ///< step in which the first input of the run comes
    double newest = 0; ///< information: the last input to enter of those that have come
  };
  std::vector<Lane> lanes; ///< one for each element and member
  std::size_t count = 0;   ///< steps remembered
};

/// Material of one conveyor (all members and elements), see machines.hpp.
struct Belt {
  struct Slug {
    double amount = 0;    ///< what is left of it
    double entered = 0;   ///< what it was when it came on
    double remaining = 0; ///< time until it leaves
    double transit = 0;   ///< its whole transit time
    double fresh = 0;     ///< 1: it came on during the run
  };
  std::vector<std::vector<Slug>> lanes; ///< one for each element and member
  std::vector<double> transit;          ///< by lane: the transit time that what enters takes
  std::vector<double> owed; ///< by lane and leak: what one of whole numbers has still to take
};

struct Batches {
  std::vector<std::vector<double>> lanes; ///< oldest first, one for each element and member
};

struct Override {
  std::vector<double> values;        ///< as in Run::values
  std::vector<std::uint8_t> members; ///< 1 where the override holds
  std::size_t held = 0;              ///< members overridden
};

/// Where a run stands by the clock of the file.
struct FileClock {
  double start = 0, stop = 0, dt = 1;
  Method method = Method::euler;
  std::uint64_t steps = 0;
};

struct RunState {
  const Program* program = nullptr;
  std::size_t members = 1;
  std::uint64_t seed = 1, first_member = 0;
  double start = 0, stop = 0, dt = 1, time = 0;
  Method method = Method::euler;
  std::uint64_t steps = 0;
  std::uint32_t pace = 0; ///< whose clock the fields above show: between calls the file's
  FileClock file;         ///< what they show by the file's, while another's is shown (`Paced`)
  bool initialised = false;
  bool oracle = false;          ///< evaluate with the scalar evaluator throughout
  AlignedVector<double> values; ///< [variable.offset * K + element * K + member]
  std::map<std::uint32_t, Override> overrides;
  std::vector<std::uint8_t> overridden; ///< by variable: 1 for some members, 2 for all
  std::map<std::uint32_t, History> histories;
  std::map<std::uint32_t, Arrivals> arrivals;
  std::vector<Belt> belts;
  std::vector<Batches> batches;
  std::vector<std::uint8_t> changed; ///< by variable: set since the last evaluation
  bool any_changed = true;
  bool evaluated = false; ///< all has its value of the present time, unless `any_changed`
  std::vector<std::uint64_t> version; ///< by variable: grows when a constant has new values
  std::uint64_t constants = 1;        ///< grows when any of them has
  const struct KernelTable* kernels = nullptr;

  /// Shows the clock of a pace, at the present `time`.
  void go_by(std::uint32_t which);
  /// Steps of the file since a pace began, and whether it is between its start and its stop now.
  std::uint64_t steps_since(std::uint32_t which) const;
  bool runs(std::uint32_t which) const;
  /// Takes longer steps than the file and is not at the beginning of one.
  bool stands_still(std::uint32_t which) const;

  double* at(std::uint32_t variable) {
    return values.data() + program->variables[variable].offset * members;
  }
  const double* at(std::uint32_t variable) const {
    return values.data() + program->variables[variable].offset * members;
  }
};

/// Keeps the file's clock while the paces of a model are gone by, and shows it again.
class Paced {
 public:
  explicit Paced(RunState& state) : state_(state), before_(state.pace) {
    if (before_ == 0)
      state.file = {state.start, state.stop, state.dt, state.method, state.steps};
  }
  ~Paced() {
    if (state_.pace != before_)
      state_.go_by(before_);
  }
  Paced(const Paced&) = delete;
  Paced& operator=(const Paced&) = delete;

 private:
  RunState& state_;
  std::uint32_t before_;
};

/// The value of `node` of `part` for one point of its grid and one member, by plain recursion.
/// `positions` has a place on each axis of the part (those of bound axes are used as scratch).
double evaluate_node(const RunState& state, const Part& part, std::uint32_t node,
                     std::vector<std::uint32_t>& positions, std::size_t member);

/// Every point and member of a part with the scalar evaluator.
void evaluate_part(RunState& state, const Part& part);

/// Row-major element of `variable` for a point; `none` where a computed index lies outside.
std::uint32_t element_of(const RunState& state, const Part& part, const Variable& variable,
                         const std::vector<Index>& indices, std::vector<std::uint32_t>& positions,
                         std::size_t member);

} // namespace cauce::conditions::detail
