// Plans: the stages of a part tied to the arrays of one run, and their execution block by block.
//
// A block is some 512 doubles, so that registers stay in the first cache. What is the same for all
// points is read as a scalar with one member, and repeated along a register with several.
#include "cauce/conditions/lower.hpp"

#include "cauce/base/distributions.hpp"
#include "cauce/conditions/operations.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <deque>

namespace cauce::conditions::detail {

namespace {

constexpr std::size_t block_length = 512;
constexpr std::size_t shared_registers = 64;
// Up to so many numbers a call of a kernel costs more than what it does.
constexpr std::size_t small_total = 8;

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

using Function1 = double (*)(double);
using Function2 = double (*)(double, double);

Function1 function1(Op op) {
  switch (op) {
  case Op::sin:
    return [](double x) { return std::sin(x); };
  case Op::cos:
    return [](double x) { return std::cos(x); };
  case Op::tan:
    return [](double x) { return std::tan(x); };
  case Op::arcsin:
    return [](double x) { return std::asin(x); };
  case Op::arccos:
    return [](double x) { return std::acos(x); };
  case Op::arctan:
    return [](double x) { return std::atan(x); };
  case Op::sinh:
    return [](double x) { return std::sinh(x); };
  case Op::cosh:
    return [](double x) { return std::cosh(x); };
  case Op::tanh:
    return [](double x) { return std::tanh(x); };
  case Op::gamma_ln:
    return [](double x) { return std::lgamma(x); };
  case Op::normal_cdf:
    return [](double x) { return operations::normal_cdf(x); };
  case Op::normal_quantile:
    return [](double x) { return random::normal_quantile(x); };
  default:
    return [](double x) { return std::round(x); };
  }
}

Function2 function2(Op op) {
  switch (op) {
  case Op::modulo:
    return [](double a, double b) { return operations::modulo(a, b); };
  case Op::quantum:
    return [](double a, double b) { return operations::quantum(a, b); };
  default:
    return [](double a, double b) { return std::atan2(a, b); };
  }
}

} // namespace

struct PartPlan {
  std::vector<StagePlan> stages;
  std::vector<double> storage;
  std::vector<double*> buffers;
  std::deque<double> literals;
};

Scratch::Scratch() = default;
Scratch::~Scratch() = default;
Scratch::Scratch(const Scratch&) {}
Scratch& Scratch::operator=(const Scratch& other) {
  if (this != &other) {
    plans.clear();
    net.clear();
  }
  return *this;
}
Scratch::Scratch(Scratch&&) noexcept = default;
Scratch& Scratch::operator=(Scratch&&) noexcept = default;

namespace {

class Planner {
 public:
  Planner(RunState& state, Scratch& scratch, std::uint32_t p)
      : state_(state), scratch_(scratch), part_(state.program->parts[p]),
        program_(state.program->vectors->parts[p]) {}

  std::unique_ptr<PartPlan> planned() {
    plan_ = std::make_unique<PartPlan>();
    const std::size_t k = state_.members;
    std::size_t total = 0;
    for (const std::size_t points : program_.buffers)
      total += (points * k + 7) / 8 * 8;
    plan_->storage.assign(total, 0.0);
    std::size_t at = 0;
    for (const std::size_t points : program_.buffers) {
      plan_->buffers.push_back(plan_->storage.data() + at);
      at += (points * k + 7) / 8 * 8;
    }
    for (const Stage& stage : program_.stages)
      plan_stage(stage);
    return std::move(plan_);
  }

 private:
  RunState& state_;
  Scratch& scratch_;
  const Part& part_;
  const PartProgram& program_;
  std::unique_ptr<PartPlan> plan_;
  StagePlan* now_ = nullptr;
  double* registers_ = nullptr;
  std::size_t used_ = 0;

  double* reg(std::size_t id) { return registers_ + id * now_->block; }

  // Many registers of repeated values: at most three for each instruction.
  void plan_stage(const Stage& stage) {
    StagePlan& plan = plan_->stages.emplace_back();
    now_ = &plan;
    const std::size_t k = state_.members;
    plan.stage = &stage;
    plan.total = stage.points * k;
    plan.block = std::min(plan.total, k >= block_length ? k : block_length / k * k);
    plan.small = plan.total <= small_total;
    const std::size_t most = stage.registers + 3 * stage.code.size() + 2;
    if (most <= shared_registers && plan.block <= block_length) {
      if (scratch_.registers.empty())
        scratch_.registers.assign(shared_registers * block_length, 0.0);
      registers_ = scratch_.registers.data();
    } else {
      plan.registers.assign(most * plan.block, 0.0);
      registers_ = plan.registers.data();
    }
    used_ = stage.registers;
    for (const Instruction& instruction : stage.code)
      add(instruction);
    deliver(stage);
  }

  void deliver(const Stage& stage) {
    StagePlan& plan = *now_;
    const std::size_t k = state_.members;
    double* to = nullptr;
    if (stage.buffer != none)
      to = plan_->buffers[stage.buffer];
    else if (stage.reduced == none)
      to = state_.at(part_.target) + program_.first * k;
    const Place result = place(stage.result);
    if (!to) {
      plan.reduce_from = result.at;
    } else {
      if (!plan.steps.empty() && stage.result.kind == Operand::Kind::reg &&
          plan.steps.back().out == result.at) {
        plan.steps.back().out = to;
        plan.steps.back().out_stride = plan.block;
      } else {
        Step step{.kernel = result.scalar
                                ? state_.kernels->fill
                                : state_.kernels->unary[static_cast<std::size_t>(Unary::copy)],
                  .a = result,
                  .b = {},
                  .c = {},
                  .out = to,
                  .out_stride = plan.block};
        plan.steps.push_back(step);
      }
      plan.reduce_from = to;
    }
    if (stage.reduced != none)
      plan.reduce_to = plan_->buffers[stage.reduced];
  }

  Place place(const Operand& operand) {
    const std::size_t k = state_.members;
    const bool single = now_->stage->points == 1;
    const auto same_for_all = [&](const double* at) -> Place {
      if (single)
        return {at, now_->block, false};
      if (k == 1)
        return {at, 0, true};
      // Repeated along a register, once a run.
      double* to = reg(used_++);
      for (std::size_t i = 0; i < now_->block; i += k) {
        now_->repeat.push_back(
            {.kernel = state_.kernels->unary[static_cast<std::size_t>(Unary::copy)],
             .a = {at, 0, false},
             .b = {},
             .c = {},
             .out = to + i});
      }
      return {to, 0, false};
    };
    switch (operand.kind) {
    case Operand::Kind::literal:
      plan_->literals.push_back(operand.value);
      return {&plan_->literals.back(), 0, true};
    case Operand::Kind::clock: {
      const double* clocks[] = {&state_.time, &state_.dt, &state_.start, &state_.stop};
      return {clocks[operand.id], 0, true};
    }
    case Operand::Kind::element:
      return same_for_all(state_.at(operand.id) + operand.element * k);
    case Operand::Kind::uniform:
      return same_for_all(plan_->buffers[operand.id]);
    case Operand::Kind::variable:
      return {state_.at(operand.id) + operand.element * k, now_->block, false};
    case Operand::Kind::buffer:
      return {plan_->buffers[operand.id], now_->block, false};
    case Operand::Kind::reg:
      return {reg(operand.id), 0, false};
    }
    return {};
  }

  // A scalar where a kernel needs an array.
  Place spread(Place p) {
    if (!p.scalar)
      return p;
    double* to = reg(used_++);
    now_->steps.push_back({.kernel = state_.kernels->fill, .a = p, .b = {}, .c = {}, .out = to});
    return {to, 0, false};
  }

  void add(const Instruction& i) {
    const KernelTable& kernels = *state_.kernels;
    Step step{.a = {}, .b = {}, .c = {}, .out = reg(i.out)};
    if (now_->small && small(i, step))
      return;
    switch (i.kind) {
    case Instruction::Kind::unary:
      step.a = spread(place(i.a));
      step.kernel = kernels.unary[static_cast<std::size_t>(i.unary)];
      break;
    case Instruction::Kind::binary:
      binary(i, step);
      return;
    case Instruction::Kind::choose:
      step.a = spread(place(i.a));
      step.b = place(i.b);
      step.c = place(i.c);
      step.kernel = kernels.choose[step.b.scalar][step.c.scalar];
      break;
    case Instruction::Kind::safe_divide:
      step.a = spread(place(i.a));
      step.b = spread(place(i.b));
      step.c = place(i.c);
      step.kernel = kernels.safe_divide[step.c.scalar];
      break;
    case Instruction::Kind::power:
      step.kind = Step::Kind::power;
      step.a = spread(place(i.a));
      step.b = place(i.b);
      break;
    case Instruction::Kind::function1:
      step.kind = Step::Kind::function1;
      step.a = spread(place(i.a));
      step.table = i.table;
      break;
    case Instruction::Kind::function2:
      step.kind = Step::Kind::function2;
      step.a = spread(place(i.a));
      step.b = spread(place(i.b));
      step.table = i.table;
      break;
    case Instruction::Kind::gather: {
      const IndexTable& table = program_.tables[i.table];
      step.kind = Step::Kind::gather;
      step.a = {table.from_buffer ? plan_->buffers[table.source] : state_.at(table.source), 0,
                false};
      step.table = i.table;
      break;
    }
    case Instruction::Kind::pick:
      step.kind = Step::Kind::pick;
      step.a = spread(place(i.a));
      step.b = program_.tables[i.table].size[1] ? spread(place(i.b)) : Place{};
      step.table = i.table;
      break;
    case Instruction::Kind::lookup:
      step.kind = Step::Kind::lookup;
      step.a = spread(place(i.a));
      step.table = i.table;
      break;
    case Instruction::Kind::node:
      step.kind = Step::Kind::node;
      step.table = i.table;
      break;
    }
    now_->steps.push_back(step);
  }

  // The operations of a small stage; false for those that have no small form.
  bool small(const Instruction& i, Step& step) {
    switch (i.kind) {
    case Instruction::Kind::unary:
      step.kind = Step::Kind::small_unary;
      step.code = static_cast<std::uint8_t>(i.unary);
      break;
    case Instruction::Kind::binary:
      step.kind = Step::Kind::small_binary;
      step.code = static_cast<std::uint8_t>(i.binary);
      step.b = place(i.b);
      break;
    case Instruction::Kind::choose:
    case Instruction::Kind::safe_divide:
      step.kind = i.kind == Instruction::Kind::choose ? Step::Kind::small_choose
                                                      : Step::Kind::small_safe_divide;
      step.b = place(i.b);
      step.c = place(i.c);
      break;
    default:
      return false;
    }
    step.a = place(i.a);
    now_->steps.push_back(step);
    return true;
  }

  void binary(const Instruction& i, Step& step) {
    const KernelTable& kernels = *state_.kernels;
    const bool arithmetic = i.binary <= Binary::divide;
    // Fuse with the step just before, when its result is one of the operands and only that.
    if (arithmetic && !now_->steps.empty() && now_->steps.back().binary >= 0) {
      const Step last = now_->steps.back();
      const bool first = i.a.kind == Operand::Kind::reg && reg(i.a.id) == last.out;
      const bool second = i.b.kind == Operand::Kind::reg && reg(i.b.id) == last.out;
      if (first != second) {
        const Place other = place(first ? i.b : i.a);
        if (!(other.at == last.out)) {
          step.a = last.a;
          step.b = last.b;
          step.c = other;
          step.kernel = kernels.fused[last.binary][static_cast<std::size_t>(last.form)]
                                     [static_cast<std::size_t>(i.binary)][second][other.scalar];
          now_->steps.back() = step;
          return;
        }
      }
    }
    step.a = place(i.a);
    step.b = place(i.b);
    if (step.a.scalar && step.b.scalar)
      step.a = spread(step.a);
    step.form = step.a.scalar   ? Form::scalar_vector
                : step.b.scalar ? Form::vector_scalar
                                : Form::vector_vector;
    step.kernel =
        kernels.binary[static_cast<std::size_t>(i.binary)][static_cast<std::size_t>(step.form)];
    step.binary = arithmetic ? static_cast<int>(i.binary) : -1;
    now_->steps.push_back(step);
  }
};

void evaluate_nodes(const RunState& state, const Part& part, const Stage& stage, std::uint32_t node,
                    std::size_t from, std::size_t n, double* out) {
  const std::size_t k = state.members;
  std::vector<std::uint32_t> positions(part.axes.size(), 0);
  for (std::size_t i = 0; i < n; i += k) {
    std::size_t point = (from + i) / k;
    for (std::size_t a = stage.axes.size(); a-- > 0;) {
      const std::size_t size = part.axes[stage.axes[a]].size();
      positions[stage.axes[a]] = static_cast<std::uint32_t>(point % size);
      point /= size;
    }
    for (std::size_t m = 0; m < k; ++m)
      out[i + m] = evaluate_node(state, part, node, positions, m);
  }
}

void gather(const RunState& state, const IndexTable& table, const double* in, std::size_t from,
            std::size_t n, double* out) {
  const std::size_t k = state.members;
  if (k > 1) {
    for (std::size_t i = 0; i < n; i += k)
      std::memcpy(out + i, in + std::size_t{table.index[(from + i) / k]} * k, k * sizeof(double));
    return;
  }
  if (table.run < 4) {
    state.kernels->gather(in, table.index.data() + from, out, n);
    return;
  }
  for (std::size_t i = 0; i < n;) {
    const std::size_t end = std::min(n, ((from + i) / table.run + 1) * table.run - from);
    const double value = in[table.index[from + i]];
    for (; i < end; ++i)
      out[i] = value;
  }
}

void lookup(const RunState& state, const IndexTable& table, const double* x, std::size_t from,
            std::size_t n, double* out) {
  const std::size_t k = state.members;
  const std::vector<std::int32_t>& tables = state.program->variables[table.source].tables;
  for (std::size_t i = 0; i < n; ++i) {
    const std::int32_t which = tables.empty() ? -1 : tables[table.index[(from + i) / k]];
    if (which < 0) {
      out[i] = std::numeric_limits<double>::quiet_NaN();
      continue;
    }
    const GraphicalFunction& gf = state.program->tables[static_cast<std::size_t>(which)];
    out[i] = operations::lookup(gf.x, gf.y, gf.type, x[i]);
  }
}

void power(const KernelTable& kernels, const KernelArgs& args, bool scalar) {
  if (scalar && *args.b != std::floor(*args.b)) {
    kernels.binary[static_cast<std::size_t>(Binary::power_positive)]
                  [static_cast<std::size_t>(Form::vector_scalar)](args);
    return;
  }
  for (std::size_t i = 0; i < args.n; ++i)
    args.out[i] = math::pow(args.a[i], scalar ? *args.b : args.b[i]);
}

void reduce(const RunState& state, const StagePlan& plan) {
  const Stage& stage = *plan.stage;
  const std::size_t k = state.members, n = stage.inner;
  const double* in = plan.reduce_from;
  double* out = plan.reduce_to;
  if (stage.reduce == Op::sum || stage.reduce == Op::mean) {
    state.kernels->sum(in, out, stage.outer, n, k);
    if (stage.reduce == Op::mean) {
      for (std::size_t i = 0; i < stage.outer * k; ++i)
        out[i] /= static_cast<double>(n);
    }
    return;
  }
  for (std::size_t o = 0; o < stage.outer; ++o, in += n * k, out += k) {
    const double begin = stage.reduce == Op::product ? 1.0
                         : stage.reduce == Op::least ? std::numeric_limits<double>::infinity()
                                                     : -std::numeric_limits<double>::infinity();
    std::fill(out, out + k, begin);
    for (std::size_t i = 0; i < n; ++i) {
      const double* row = in + i * k;
      if (stage.reduce == Op::product)
        for (std::size_t m = 0; m < k; ++m)
          out[m] *= row[m];
      else if (stage.reduce == Op::least)
        for (std::size_t m = 0; m < k; ++m)
          out[m] = operations::minimum(out[m], row[m]);
      else
        for (std::size_t m = 0; m < k; ++m)
          out[m] = operations::maximum(out[m], row[m]);
    }
  }
}

// The same expressions as the kernels', so the same bits.
double small_unary(Unary op, double a) {
  switch (op) {
  case Unary::negate:
    return -a;
  case Unary::logical_not:
    return operations::truth(a == 0.0);
  case Unary::abs:
    return __builtin_fabs(a);
  case Unary::sqrt:
    return __builtin_sqrt(a);
  case Unary::exp:
    return math::exp(a);
  case Unary::ln:
    return math::log(a);
  case Unary::log10:
    return math::log(a) * 0.43429448190325182765;
  case Unary::truncate:
    return std::trunc(a);
  case Unary::floor:
    return std::floor(a);
  case Unary::ceiling:
    return std::ceil(a);
  case Unary::sign:
    return operations::sign(a);
  default:
    return a;
  }
}

double small_binary(Binary op, double a, double b) {
  switch (op) {
  case Binary::add:
    return a + b;
  case Binary::subtract:
    return a - b;
  case Binary::multiply:
    return a * b;
  case Binary::divide:
    return a / b;
  case Binary::minimum:
    return operations::minimum(a, b);
  case Binary::maximum:
    return operations::maximum(a, b);
  case Binary::less:
    return operations::truth(a < b);
  case Binary::less_equal:
    return operations::truth(a <= b);
  case Binary::greater:
    return operations::truth(a > b);
  case Binary::greater_equal:
    return operations::truth(a >= b);
  case Binary::equal:
    return operations::truth(a == b);
  case Binary::not_equal:
    return operations::truth(a != b);
  case Binary::logical_and:
    return operations::truth(a != 0.0 && b != 0.0);
  case Binary::logical_or:
    return operations::truth(a != 0.0 || b != 0.0);
  case Binary::zidz:
    return operations::safe_divide(a, b, 0.0);
  default:
    return math::pow_positive(a, b);
  }
}

// One operation of a small stage; false for what is not one.
bool run_small(const Step& step, std::size_t n) {
  const std::size_t da = !step.a.scalar, db = !step.b.scalar, dc = !step.c.scalar;
  const double *a = step.a.at, *b = step.b.at, *c = step.c.at;
  double* out = step.out;
  switch (step.kind) {
  case Step::Kind::small_unary:
    for (std::size_t i = 0; i < n; ++i)
      out[i] = small_unary(static_cast<Unary>(step.code), a[i * da]);
    return true;
  case Step::Kind::small_binary:
    for (std::size_t i = 0; i < n; ++i)
      out[i] = small_binary(static_cast<Binary>(step.code), a[i * da], b[i * db]);
    return true;
  case Step::Kind::small_choose:
    for (std::size_t i = 0; i < n; ++i)
      out[i] = a[i * da] != 0.0 ? b[i * db] : c[i * dc];
    return true;
  case Step::Kind::small_safe_divide:
    for (std::size_t i = 0; i < n; ++i)
      out[i] = operations::safe_divide(a[i * da], b[i * db], c[i * dc]);
    return true;
  default:
    return false;
  }
}

// Elements by computed indices; 0 where one lies outside (XMILE 1.0 section 3.7.1).
void pick(const RunState& state, const IndexTable& table, const double* a, const double* b,
          std::size_t from, std::size_t n, double* out) {
  const std::size_t k = state.members;
  const double* in = state.at(table.source);
  for (std::size_t i = 0; i < n; ++i) {
    const double first = std::floor(a[i] + 1e-9),
                 second = table.size[1] ? std::floor(b[i] + 1e-9) : 1.0;
    const bool inside = first >= 1.0 && first <= table.size[0] && second >= 1.0 &&
                        (table.size[1] == 0 || second <= table.size[1]);
    if (!inside) {
      out[i] = 0.0;
      continue;
    }
    const std::size_t element = table.index[(from + i) / k] +
                                (static_cast<std::size_t>(first) - 1) * table.stride[0] +
                                (static_cast<std::size_t>(second) - 1) * table.stride[1];
    out[i] = in[element * k + (from + i) % k];
  }
}

void run_step(const RunState& state, const Part& part, const PartProgram& program,
              const StagePlan& plan, const Step& step, std::size_t block, std::size_t n) {
  const KernelArgs args{step.a.at + block * step.a.stride, step.b.at + block * step.b.stride,
                        step.c.at + block * step.c.stride, step.out + block * step.out_stride, n};
  const std::size_t from = block * plan.block;
  switch (step.kind) {
  case Step::Kind::kernel:
    step.kernel(args);
    break;
  case Step::Kind::gather:
    gather(state, program.tables[step.table], step.a.at, from, n, args.out);
    break;
  case Step::Kind::pick:
    pick(state, program.tables[step.table], args.a, args.b, from, n, args.out);
    break;
  case Step::Kind::lookup:
    lookup(state, program.tables[step.table], args.a, from, n, args.out);
    break;
  case Step::Kind::node:
    evaluate_nodes(state, part, *plan.stage, step.table, from, n, args.out);
    break;
  case Step::Kind::function1: {
    const Function1 f = function1(part.nodes[step.table].op);
    for (std::size_t i = 0; i < n; ++i)
      args.out[i] = f(args.a[i]);
    break;
  }
  case Step::Kind::function2: {
    const Function2 f = function2(part.nodes[step.table].op);
    for (std::size_t i = 0; i < n; ++i)
      args.out[i] = f(args.a[i], args.b[i]);
    break;
  }
  case Step::Kind::power:
    power(*state.kernels, args, step.b.scalar);
    break;
  default: // run_small
    break;
  }
}

} // namespace

void run_vectors(RunState& state, Scratch& scratch, std::uint32_t p) {
  const Part& part = state.program->parts[p];
  const PartProgram& program = state.program->vectors->parts[p];
  if (scratch.plans.empty())
    scratch.plans.resize(state.program->parts.size());
  std::unique_ptr<PartPlan>& plan = scratch.plans[p];
  if (!plan)
    plan = Planner(state, scratch, p).planned();
  const std::size_t k = state.members;
  for (StagePlan& stage : plan->stages) {
    if (stage.stage->constant) {
      std::uint64_t tag = 1;
      for (const std::uint32_t r : stage.stage->reads)
        tag += state.version[r];
      if (tag == stage.tag)
        continue;
      stage.tag = tag;
    }
    for (const Step& step : stage.repeat)
      step.kernel({step.a.at, step.a.at, step.a.at, step.out, k});
    if (stage.small) {
      for (const Step& step : stage.steps) {
        if (!run_small(step, stage.total))
          run_step(state, part, program, stage, step, 0, stage.total);
      }
      if (stage.stage->reduced != none)
        reduce(state, stage);
      continue;
    }
    for (std::size_t block = 0, done = 0; done < stage.total; ++block, done += stage.block) {
      const std::size_t n = std::min(stage.block, stage.total - done);
      for (const Step& step : stage.steps)
        run_step(state, part, program, stage, step, block, n);
    }
    if (stage.stage->reduced != none)
      reduce(state, stage);
  }
  if (!program.contiguous) {
    const double* from = plan->buffers[program.stages.back().buffer];
    double* to = state.at(part.target);
    for (std::size_t i = 0; i < program.scatter.size(); ++i)
      std::memcpy(to + std::size_t{program.scatter[i]} * k, from + i * k, k * sizeof(double));
  }
}

} // namespace cauce::conditions::detail
