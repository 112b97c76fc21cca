// The stages of a part tied to the arrays of one run, as a flat list of operations whose operands
// are addresses: what plan.cpp makes and plan_run.cpp runs.
#pragma once

#include "cauce/conditions/lower.hpp"

#include <deque>
#include <memory>
#include <vector>

namespace cauce::conditions::detail {

inline constexpr std::size_t block_length = 512; ///< doubles
inline constexpr std::size_t shared_registers = 64;

/// What an operation outside the kernels' table needs beside its operands.
struct Special {
  const RunState* state = nullptr;
  const Part* part = nullptr;
  const PartProgram* program = nullptr;
  const Stage* stage = nullptr;
  const IndexTable* table = nullptr;
  std::uint32_t node = 0;
  std::size_t from = 0;  ///< which number of the stage the first one is
  bool b_scalar = false; ///< power: the exponent is a row for all points
  double (*one)(double) = nullptr;
  double (*two)(double, double) = nullptr;
  mutable std::size_t segment = 0; ///< lookup: where the last x was found
};

struct Call {
  Kernel kernel = nullptr;
  KernelArgs args;
};

struct PartPlan {
  std::vector<Call> calls; ///< that vary in time
  struct Constant { ///< a stage that does not: run before, when one of its inputs has changed
    const Stage* stage = nullptr;
    std::uint64_t tag = 0;
    std::vector<Call> calls;
  };
  std::vector<Constant> constants;
  std::uint64_t seen = 0; ///< RunState::constants when they were run
  AlignedVector<double> storage;
  std::vector<double*> buffers;
  std::deque<AlignedVector<double>> rows;      ///< literals and clocks, one number for each member
  std::deque<AlignedVector<double>> registers; ///< where the shared ones do not do
  std::deque<Special> specials;
};

std::unique_ptr<PartPlan> plan_part(RunState& state, Scratch& scratch, std::uint32_t p);

/// The operation of an instruction that has no kernel.
Kernel special_kernel(Instruction::Kind kind);
/// Sums and the like over the inner points of a stage.
void reduce(const KernelArgs& k);
/// Rows of a part's last stage to the elements of its target.
void scatter(const KernelArgs& k);
double (*function1(Op op))(double);
double (*function2(Op op))(double, double);

} // namespace cauce::conditions::detail
