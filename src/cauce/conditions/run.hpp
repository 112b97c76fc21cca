// A run of a model: K members side by side, stepped by the caller.
//
//   Run run(model, 1);
//   run.set(parameter, 0, {&value, 1});
//   run.initialise();
//   while (run.time() < stop) {
//     run.evaluate();                       // auxiliaries and flows at the present time
//     use(run.values(rate));
//     run.set(count, 0, drawn);             // replaces what its equation gave, from now on
//     run.advance();                        // stocks += dt * flows, time += dt
//   }
//
// *Overrides.* `set` gives a variable values in place of its equation, until `release`. Any
// variable may be overridden; none is folded away. The values take effect at once in `values()`
// and in the next `advance()` where the variable is itself a flow; variables derived from it
// follow at the next `evaluate()`. A stock that is set takes the value as its state and then goes
// on integrating; set before `initialise` it replaces the initial value.
//
// A `Run` is a value: a copy is a snapshot, and `save`/`restore` keep it bit for bit. Results do
// not depend on K, on the instruction set, or on which other members stand beside one.
#pragma once

#include "cauce/conditions/model.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace cauce::conditions {

namespace detail {
struct RunState;
}

/// Values that `Run::record` took down.
struct Record {
  std::vector<double> times;
  std::vector<double> values; ///< [time][element of the variables, one after the other][member]
};

class Run {
 public:
  /// `seed` keys the model's random functions; member m of a run draws as member
  /// `first_member + m` of the ensemble.
  explicit Run(std::shared_ptr<const Model> model, std::size_t members = 1, std::uint64_t seed = 1,
               std::uint64_t first_member = 0);
  ~Run();
  Run(const Run&);
  Run(Run&&) noexcept;
  Run& operator=(const Run&);
  Run& operator=(Run&&) noexcept;

  const Model& model() const;
  std::size_t members() const;

  /// Overrides all elements of a variable for one member. `elements` has info(id).size values.
  void set(VariableId id, std::size_t member, std::span<const double> elements);
  /// Overrides one element (the others keep what they have now, overridden too).
  void set_element(VariableId id, std::size_t member, std::size_t element, double value);
  /// Overrides all elements of all members with one value.
  void set_all(VariableId id, double value);
  /// The equation holds again, for all members, from the next `evaluate`.
  void release(VariableId id);

  /// Start time and step in place of the file's; before `initialise`.
  void set_clock(double start, double dt);
  /// Integration method of `step` in place of the file's.
  void set_method(Method method);
  /// Evaluates with the scalar evaluator instead of the vector programs: slow, for tests.
  void use_oracle(bool oracle);
  /// Uses the kernels of one instruction set: "baseline", "avx2" or "avx512"; false when the
  /// processor lacks it. Results do not depend on it.
  bool use_instructions(const std::string& name);
  /// Threads that many members are spread over. Results do not depend on it.
  void use_threads(std::size_t threads);
  /// Time at which STOPTIME stands, for equations that ask.
  void set_stop(double stop);

  /// Initial values of all stocks (overrides hold), then `evaluate` at the start time.
  void initialise();
  /// All auxiliaries and flows at the present time from stocks and overrides.
  void evaluate();
  /// One Euler step from the flows as they stand: stocks, the hidden stocks of delays and
  /// smooths, conveyors; time moves on by dt. Call `evaluate` before.
  void advance();
  /// Steps by the method of the file (Euler, RK2, RK4), from stocks to stocks. Several at once are
  /// faster with many members: those that fit the cache take them all before the next ones do.
  void step(std::size_t times = 1);

  /// Takes `every` steps `times` over, and takes down the variables' values after each time, all
  /// evaluated. Where members do not fit one tile, and on several threads, each tile goes through
  /// all of it alone: much faster than `step` and `values` in turn.
  void record(std::span<const VariableId> wanted, std::size_t every, std::size_t times,
              Record& into);

  /// Values at present: layout [element][member], elements row-major over the variable's
  /// dimensions, members innermost; size info(id).size * members(). Where members do not fit one
  /// tile it is a copy that holds until the next call for this variable.
  std::span<const double> values(VariableId id) const;
  double time() const;
  double dt() const;
  std::uint64_t steps() const; ///< taken since `initialise`

  /// All that changes, bit for bit. `restore` needs a Run of the same model and members, and
  /// throws Error X901 when the bytes are of something else.
  std::vector<std::byte> save() const;
  void restore(std::span<const std::byte> bytes);

  /// What the run's first tile holds (all, where it has one member), for this room's analyses.
  const detail::RunState& state() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace cauce::conditions
