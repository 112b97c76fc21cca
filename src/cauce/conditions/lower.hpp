// Stage *lower*: parts as programs of vector operations.
//
// A part becomes *stages*. A stage computes one value over a grid of axes: the last one the part
// itself; those before it what is worth computing once: what is the same for all elements, what
// varies over fewer axes, what depends on constants only (computed again when one of them is set),
// and what is summed over. Stages are independent of the number of members K; a *plan* ties them
// to the arrays of one run, with K in the innermost place, and fuses pairs of operations.
#pragma once

#include "cauce/conditions/kernels.hpp"
#include "cauce/conditions/state.hpp"

#include <array>
#include <memory>

namespace cauce::conditions::detail {

/// Where an operation finds an operand.
struct Operand {
  enum class Kind : std::uint8_t {
    literal,  ///< `value`
    clock,    ///< time, dt, start or stop (`id` 0 to 3)
    element,  ///< one element (`element`) of variable `id`: the same for all points
    uniform,  ///< buffer `id` of one point
    variable, ///< variable `id` from its first element on, in the order of the grid
    buffer,   ///< buffer `id`, in the order of the grid
    reg,      ///< register `id`
  };
  Kind kind = Kind::literal;
  double value = 0;
  std::uint32_t id = 0;
  std::uint32_t element = 0;
};

struct Instruction {
  enum class Kind : std::uint8_t {
    unary,
    binary,
    choose,
    safe_divide,
    power,
    function1,
    function2,
    gather,
    pick, ///< an element whose index along one or two dimensions is computed: a, b
    lookup,
    node
  };
  Kind kind = Kind::unary;
  Unary unary = Unary::copy;
  Binary binary = Binary::add;
  std::uint32_t table = 0; ///< gather: which index table; node, lookup, function: the node
  Operand a{}, b{}, c{};
  std::uint32_t out = 0; ///< register
};

struct Stage {
  std::vector<std::uint32_t> axes; ///< of the part
  std::size_t points = 1;
  std::vector<Instruction> code;
  Operand result;
  std::uint32_t buffer = none; ///< where the result goes; none: the part's target
  std::uint32_t registers = 0;
  bool constant = false;
  std::vector<std::uint32_t> reads; ///< constant: the variables it depends on
  Op reduce = Op::load;             ///< load: not reduced
  std::size_t outer = 1, inner = 1; ///< reduced from outer * inner points
  std::uint32_t reduced = none;     ///< buffer of the reduced result
};

struct IndexTable {
  bool from_buffer = false;
  std::uint32_t source = 0;                      ///< variable or buffer
  std::vector<std::uint32_t> index{};            ///< element for each point
  std::uint32_t run = 1;                         ///< consecutive points with one element
  std::array<std::uint32_t, 2> size{}, stride{}; ///< pick: of the computed dimensions
};

struct PartProgram {
  std::vector<Stage> stages;
  std::vector<IndexTable> tables;
  std::vector<std::size_t> buffers; ///< points of each
  bool contiguous = true;           ///< points are elements `first`, `first` + 1, ...
  std::size_t first = 0;
  std::vector<std::uint32_t> scatter; ///< else the element of each point
};

struct VectorProgram {
  std::vector<PartProgram> parts;
};

struct PartPlan; // plan.cpp

/// Memory of an evaluation: never part of a result, so a copy starts empty.
struct Scratch {
  AlignedVector<double> net; ///< of `Run::advance`
  AlignedVector<double> registers;
  std::vector<std::unique_ptr<PartPlan>> plans;
  Scratch();
  ~Scratch();
  Scratch(const Scratch&);
  Scratch& operator=(const Scratch&);
  Scratch(Scratch&&) noexcept;
  Scratch& operator=(Scratch&&) noexcept;
};

std::shared_ptr<const VectorProgram> lower(const Program& program);

/// Evaluates part `p` by its stages.
void run_vectors(RunState& state, Scratch& scratch, std::uint32_t p);

} // namespace cauce::conditions::detail
