// The stages of a part tied to the arrays of one run: what plan.cpp makes and plan_run.cpp runs.
#pragma once

#include "cauce/conditions/lower.hpp"

#include <deque>
#include <memory>
#include <vector>

namespace cauce::conditions::detail {

inline constexpr std::size_t block_length = 512;
inline constexpr std::size_t shared_registers = 64;
// Up to so many numbers a call of a kernel costs more than what it does.
inline constexpr std::size_t small_total = 8;

struct Place {
  const double* at = nullptr;
  std::size_t stride = 0; ///< doubles from block to block
  bool scalar = false;
};

struct Step {
  enum class Kind : std::uint8_t {
    kernel,
    gather,
    pick,
    lookup,
    node,
    function1,
    function2,
    power,
    small_unary,
    small_binary,
    small_choose,
    small_safe_divide
  };
  Kind kind = Kind::kernel;
  Kernel kernel = nullptr;
  Place a{}, b{}, c{};
  double* out = nullptr;
  std::size_t out_stride = 0;
  std::uint32_t table = 0;
  std::uint8_t code = 0; ///< small_*: which operation
  // What the next step may be fused with.
  int binary = -1;
  Form form = Form::vector_vector;
};

struct StagePlan {
  const Stage* stage = nullptr;
  std::vector<Step> repeat; ///< once a run: uniform values repeated along registers
  std::vector<Step> steps;
  std::size_t block = 0, total = 0;
  bool small = false; ///< a few numbers: operations are done in place, without kernels
  std::uint64_t tag = 0;
  const double* reduce_from = nullptr;
  double* reduce_to = nullptr;
  std::vector<double> registers; ///< of its own, where the shared ones do not do
};

struct PartPlan {
  std::vector<StagePlan> stages;    ///< that vary in time
  std::vector<StagePlan> constants; ///< that do not: run before, when a constant has changed
  std::uint64_t seen = 0;           ///< RunState::constants when they were run
  std::vector<double> storage;
  std::vector<double*> buffers;
  std::deque<double> literals;
};

std::unique_ptr<PartPlan> plan_part(RunState& state, Scratch& scratch, std::uint32_t p);

} // namespace cauce::conditions::detail
