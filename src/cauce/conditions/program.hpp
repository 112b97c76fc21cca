// The resolved model: what the stages after parsing work on and a run executes.
//
// A *variable* is an array over its axes (none: a scalar). What computes (some of) its elements is
// a *part*: one equation over a grid of axes. An equation that applies to all elements is one
// part; elements with equations of their own have one each. An expression is a tree of nodes over
// the part's axes; reductions (SUM, MEAN, ...) add axes that they bind.
//
// Delays, smooths, trends and macros are expanded into hidden variables before this point, so the
// only things with memory are stocks, registers (PREVIOUS), frozen values (INIT), fixed delays,
// conveyors and queues.
#pragma once

#include "cauce/conditions/document.hpp"
#include "cauce/conditions/model.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace cauce::conditions::detail {

inline constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

/// What a node does with the values of its operands a, b, c, ...
enum class Op : std::uint8_t {
  constant,
  time,
  dt,
  start,
  stop,
  load,
  axis_position,
  // one operand
  negate,
  logical_not,
  abs,
  sqrt,
  exp,
  ln,
  log10,
  sin,
  cos,
  tan,
  arcsin,
  arccos,
  arctan,
  sinh,
  cosh,
  tanh,
  truncate,
  floor,
  ceiling,
  round,
  sign,
  gamma_ln,
  normal_cdf,
  normal_quantile,
  // two or three operands
  add,
  subtract,
  multiply,
  divide,
  power,
  modulo,         ///< the sign is that of the dividend
  modulo_floored, ///< that of the divisor
  less,
  less_equal,
  greater,
  greater_equal,
  equal,
  not_equal,
  logical_and,
  logical_or,
  minimum,
  maximum,
  choose,
  safe_divide,
  quantum,
  arctan2,
  // of time
  step,
  ramp,
  pulse,
  pulse_train,
  // tables: args[0] is x; variable and indices name the table
  lookup,
  lookup_inverse,
  lookup_forward,
  lookup_backward,
  lookup_extrapolate,
  lookup_area,  ///< args: from, to
  lookup_slope, ///< args: x, mode (-1, 0, 1: slope to the left, the mean, to the right)
  // chance: args are the parameters; with value 1 then shift, stretch, least and greatest
  uniform,
  normal,
  lognormal,
  exponential,
  poisson,
  binomial,
  gamma,
  beta,
  triangular,
  weibull,
  // of what is remembered: variable and indices name it
  history,           ///< args: time, the value at present
  machine_length,    ///< pieces in a queue
  machine_piece,     ///< args: which, from the front
  machine_transit,   ///< the transit time that what enters a conveyor takes
  machine_statistic, ///< of the pieces in a queue or the places of a conveyor; value: a Statistic
  // over the bound axes
  sum,
  product,
  least,
  greatest,
  mean,
  deviation,
  rank_element,
  rank_position,
  // of a whole array, giving the element at args.back()
  sort_order,
  vector_rank,
  invert,
  allocate,
  allocate_available,
  vector_reorder,
  vector_select,
  market_price,    ///< args: demand and its profile of four, supply and its profile of four
  demand_at_price, ///< of one element. args: quantity, its profile of four, price
  supply_at_price,
};

/// What Op::machine_statistic tells of a queue's pieces or a conveyor's places.
enum class Statistic : std::uint8_t { size, least, greatest, mean, deviation, entered };

/// Whether an operation gives another value at another time, whatever its operands do.
constexpr bool varies_in_time(Op op) {
  switch (op) {
  case Op::time:
  case Op::step:
  case Op::ramp:
  case Op::pulse:
  case Op::pulse_train:
  case Op::uniform:
  case Op::normal:
  case Op::lognormal:
  case Op::exponential:
  case Op::poisson:
  case Op::binomial:
  case Op::gamma:
  case Op::beta:
  case Op::triangular:
  case Op::weibull:
  case Op::history:
  case Op::machine_length:
  case Op::machine_piece:
  case Op::machine_transit:
  case Op::machine_statistic:
    return true;
  default:
    return false;
  }
}

/// An iteration axis: positions 0..size-1 stand for elements of a dimension.
struct Axis {
  std::string name;
  std::uint32_t dimension = none;      ///< in Program::dimensions
  std::vector<std::uint32_t> elements; ///< element of the dimension at each position
  std::size_t size() const { return elements.size(); }
};

/// How one dimension of a variable is indexed.
struct Index {
  enum class Kind : std::uint8_t { fixed, axis, computed };
  Kind kind = Kind::fixed;
  std::uint32_t at = 0; ///< fixed: the position; axis: which axis of the part; computed: the node
  std::vector<std::uint32_t>
      map{}; ///< axis: position of the variable for each position of the axis
};

struct Node {
  Op op = Op::constant;
  double value = 0; ///< constant
  std::vector<std::uint32_t> args{};
  std::uint32_t variable = none;      ///< load, lookup
  std::vector<Index> indices{};       ///< one for each dimension of `variable`
  std::vector<std::uint32_t> bound{}; ///< reductions: axes summed over
  std::uint32_t stream = 0;           ///< chance: which call of the model this is
  std::uint32_t seed = 0;             ///< chance: the file's own; 0: that of the run and member
  std::uint64_t varies = 0;           ///< bit for each axis of the part that the value depends on
};

struct Part {
  std::uint32_t target = none;
  std::vector<Axis> axes{}; ///< the first `rank` range over the target, the others are bound
  std::size_t rank = 0;
  std::vector<Index> indices{}; ///< which element of the target each point of the grid is
  std::vector<Node> nodes{};    ///< operands come before what uses them
  std::uint32_t root = 0;
  SourcePos where;
  std::size_t points() const {
    std::size_t n = 1;
    for (std::size_t i = 0; i < rank; ++i)
      n *= axes[i].size();
    return n;
  }
};

/// What a variable remembers from step to step.
enum class Memory : std::uint8_t {
  none,
  stock,       ///< integrates its flows
  frozen,      ///< the value at the start (INIT)
  reg,         ///< the value that `source` had one step before (PREVIOUS)
  fixed_delay, ///< the value that `source` had `delay` before
  history,     ///< all that `source` was (HISTORY)
  profile,     ///< what `source` was, spread over time by the table `spread` of mean `delay`
  conveyor,
  queue,
};

/// What a fixed delay gives when its delay changes.
enum class DelayKind : std::uint8_t {
  fixed,       ///< what was the input that long ago
  material,    ///< all that comes now, by the delay it had when it entered
  information, ///< the newest that has come
  conveyor,    ///< material on a belt whose speed changes, which leaks
};

struct Flow {
  std::uint32_t variable = none;
  double sign = 1; ///< +1 in, -1 out
};

struct Conveyor {
  std::uint32_t transit_time = none, capacity = none, in_limit = none, sample = none, arrest = none;
  bool discrete = false, batch_integrity = false, one_at_a_time = true, exponential_leak = false;
  std::vector<std::uint32_t> initial; ///< contents by unit of time from the exit, where listed
  struct Leak {
    std::uint32_t flow = none, fraction = none;
    double zone_start = 0, zone_end = 1;
    bool integers = false;
  };
  std::vector<Leak> leaks;
  std::uint32_t outflow = none;
  std::vector<std::uint32_t> inflows;
};

struct Queue {
  std::vector<std::uint32_t> inflows;
  struct Outflow {
    std::uint32_t flow = none;
    bool overflow = false;
  };
  std::vector<Outflow> outflows; ///< by priority
};

struct Variable {
  std::vector<Axis> axes;
  std::vector<std::uint32_t> parts;   ///< run-time equations
  std::vector<std::uint32_t> initial; ///< equations of the start, where they differ
  Memory memory = Memory::none;
  std::vector<Flow> flows; ///< stock
  bool non_negative = false;
  std::uint32_t source = none; ///< register, fixed delay
  std::uint32_t delay = none;  ///< fixed delay: its time
  DelayKind delay_kind = DelayKind::fixed;
  std::uint32_t missing = none; ///< material delay: its value when nothing comes
  std::uint32_t leak = none;    ///< conveyor delay: part of what is on it that leaks a unit of time
  std::uint32_t total = none;   ///< conveyor delay: what is on it at the start ...
  std::uint32_t clearing = none;    ///< ... and the time that takes to come off
  std::uint32_t spread = none;      ///< profile: the variable whose table is the response
  std::uint32_t growth = none;      ///< profile: rate at which the input grew before the start
  std::uint32_t machine = none;     ///< conveyor or queue: which; also for flows that one computes
  bool computed_by_machine = false; ///< an outflow that its conveyor or queue sets
  std::uint32_t limited_by = none;  ///< a flow limited by this non-negative stock
  std::vector<std::int32_t> tables; ///< graphical function of each element, -1 where none
  std::uint32_t pace = 0;           ///< the clock that it goes by, in Program::paces
  std::size_t offset = 0;           ///< first element in the array of all values
  std::size_t size = 1;
};

/// SHIFT IF TRUE: moves what is in elements of a stock to the next one.
struct Shift {
  Part grid;                  ///< its axes, and in `indices` the first element
  std::uint32_t stock = none; ///< whose last dimension is moved along
  std::uint32_t condition = none, size = none, gather = none, enters = none;
};

/// A clock that variables go by: the file's, or that of a submodel with settings of its own.
struct Pace {
  std::optional<double> start, stop;  ///< a submodel's own
  Method method = Method::euler;      ///< of a submodel
  std::uint32_t steps = 1;            ///< its steps in one of the file's,
  std::uint32_t every = 1;            ///< or the file's in one of its own
  std::vector<std::uint32_t> varying; ///< its parts of Program::varying_order
  std::vector<std::uint32_t> stocks;  ///< that integrate
  std::vector<std::uint32_t> delays;  ///< registers, fixed delays and profiles
  std::vector<std::uint32_t> states;  ///< all of its variables with memory
};

struct Dependencies {
  std::vector<std::vector<VariableId>> uses, used_by;
};

struct VectorProgram; // the lowered form (lower.hpp)

struct Program {
  std::string file, title, vendor;
  SimSpecs specs;
  std::vector<Dimension> dimensions;
  std::vector<UnitDefinition> units;
  std::vector<VariableInfo> infos; ///< beside `variables`
  std::vector<Variable> variables;
  std::vector<Part> parts;
  std::vector<GraphicalFunction> tables;
  std::vector<Conveyor> conveyors;
  std::vector<Queue> queues;
  std::vector<Shift> shifts;
  std::unordered_map<std::string, std::uint32_t> by_name; ///< canonical name
  double outside = 0; ///< value of an array outside of its dimensions (0 or NaN)
  std::uint32_t streams = 0;
  std::size_t elements = 0; ///< of all variables, each padded to 8

  std::vector<std::uint32_t> start_order; ///< parts at the start time, initial equations among them
  std::vector<std::uint32_t> run_order;   ///< parts each step
  std::vector<std::uint32_t> constant_order, varying_order; ///< run_order by whether time matters
  std::vector<std::vector<std::uint32_t>>
      constant_reads;                ///< by part: variables that a constant one reads
  std::vector<std::uint32_t> stocks; ///< that integrate
  std::vector<Pace> paces{{}};       ///< the file's first
  std::vector<bool> part_constant;   ///< depends on constants only
  Dependencies dependencies;
  std::shared_ptr<const VectorProgram> vectors;
};

/// Stage *resolve*: names to variables, arrays to axes, modules and macros expanded.
/// Findings X201 to X213.
void resolve(const Document& document, const CompileOptions& options, Program& program,
             Diagnostics& findings);

/// Stage *order*: sorts the parts for the start and for each step. Findings X301, X302.
void order(Program& program, Diagnostics& findings);

/// Stage *units*: warnings X401 and X402.
void check_units(const Program& program, Diagnostics& findings);

/// Variables that a part reads at run time (stocks and others with memory too).
std::vector<std::uint32_t> reads(const Part& part);

} // namespace cauce::conditions::detail
