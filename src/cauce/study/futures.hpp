// Futures: parameters x theories x luck x what may happen, as points of the unit cube.
//
// Each uncertain thing is an input with one coordinate (or, for a sector taken as one, several):
// a parameter at a quantile of its prior under the theory of the same future, the theory itself,
// the luck (which member of the ensemble), whether a shock happens, when and how hard, and where
// a lever stands. Sensitivity, robustness and the optimiser all take their futures from here.
// Calibrated parameters hang together: one coordinate chooses a draw, which holds all of them.
#pragma once

#include "cauce/study/posterior.hpp"
#include "cauce/study/runs.hpp"

#include <string>
#include <vector>

namespace cauce::study {

/// Something dated that may happen: a drought, a hurricane, a recession, a new administration.
/// It moves a lever or any variable that a series drives.
struct ShockSpec {
  enum class Form { value, factor, add };
  std::string name;
  std::string variable; ///< of the equations, or a lever's name
  std::string element;  ///< of the variable ("Honduras"); all when empty
  Form form = Form::factor;
  double low = 1.0, high = 1.0; ///< the size; the value is uniform between
  Month from, until;            ///< the month in which it begins is uniform between these
  int months = 0;               ///< how long it lasts; 0: to the end
  double probability = 1.0;     ///< that it happens at all
};

struct FutureRequest {
  std::vector<std::string> theories = {"open"};
  bool luck = true;     ///< members differ in luck and noise
  bool sectors = false; ///< parameters of a sector are one input
  /// Keys or names of the parameters that vary (those without stand at their median); none: all
  /// that are not fixed.
  std::vector<std::string> parameters;
  /// Posterior: of a theory that is calibrated, parameters and the noise that the data tell of come
  /// together from one draw. All vary then, and `parameters` only says which become inputs.
  Draws draws = Draws::prior;
  std::vector<ShockSpec> shocks; ///< also levers that vary: from a month, to the end, by value
};

struct FutureInput {
  std::string name, unit;
  std::vector<std::size_t> coordinates; ///< none: its value comes with a draw
  std::vector<std::string> categories;  ///< names of its values by number; empty: a number
};

/// One thing that happens in a future.
struct ActiveShock {
  std::size_t shock = 0; ///< in FutureRequest::shocks
  Month start;
  double size = 0.0;
};

struct Future {
  std::size_t theory = 0;
  std::uint32_t member = 0;
  Draw parameters;
  std::shared_ptr<const system::ShockPath> remembered; ///< the noise that its draw remembers
  std::vector<ActiveShock> shocks;
  std::vector<double> values; ///< one for each input: parameter value, category, month index, size;
                              ///< NaN for sectors
};

class FutureSpace {
 public:
  /// Throws Error S109 (a shock or parameter that cannot be, near miss) and P311.
  FutureSpace(std::shared_ptr<const system::System> system, FutureRequest request);

  const std::vector<FutureInput>& inputs() const { return inputs_; }
  std::vector<std::vector<std::size_t>> groups() const; ///< coordinates of each input
  std::size_t dimensions() const { return dimensions_; }
  const FutureRequest& request() const { return request_; }

  Future at(const std::vector<double>& point) const;
  /// The policy's levers with what happens in the future.
  Levers levers(const Levers& policy, const Future& future) const;

 private:
  std::size_t add_input(std::string name, std::string unit, std::vector<std::string> categories);
  void check_shock(const ShockSpec& shock);

  std::shared_ptr<const system::System> system_;
  FutureRequest request_;
  std::vector<std::vector<evidence::Parameter>> believed_; ///< by theory
  std::vector<FutureInput> inputs_;
  std::size_t dimensions_ = 0;
  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  std::size_t theory_at_ = none, luck_at_ = none, draw_at_ = none; ///< coordinates
  std::vector<std::vector<PosteriorDraw>> draws_; ///< by theory; none: parameters by coordinates
  std::vector<std::size_t> parameter_at_;         ///< coordinate of each parameter, or none
  std::vector<std::pair<std::size_t, std::size_t>> told_; ///< parameters that are inputs, and which
  struct ShockAt {
    std::size_t happens = none, start = none, size = none;
    std::size_t happens_input = none, start_input = none, size_input = none;
    conditions::VariableId variable;
  };
  std::vector<ShockAt> shock_at_;
};

/// `levers` with one shock applied. Where neither a lever nor a series gives the variable's value
/// in a month, `factor` and `add` cannot act (S109).
void apply_shock(const system::System& system, system::LeverPaths& levers, const ShockSpec& shock,
                 conditions::VariableId variable, Month start, double size);

} // namespace cauce::study
