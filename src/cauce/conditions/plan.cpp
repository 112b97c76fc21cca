// Plans: the stages of a part tied to the arrays of one run.
//
// A stage runs in blocks of 512 doubles, so that registers stay in the first cache; what is the
// same for all points is read as a row of one number for each member. Where the room behind the
// last point is nobody else's, the last block is filled up to eight numbers.
#include "cauce/conditions/plan.hpp"

#include <algorithm>

namespace cauce::conditions::detail {

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

struct Place {
  const double* at = nullptr;
  std::size_t stride = 0; ///< doubles from block to block
  bool scalar = false;    ///< a row for all points
};

// One operation of a stage, for all its blocks.
struct Step {
  Kernel kernel = nullptr;
  Place a{}, b{}, c{};
  double* out = nullptr;
  std::size_t out_stride = 0;
  const Special* special = nullptr;
  bool exact = false; ///< may not write beyond the last point
  // What the next step may be fused with.
  int binary = -1;
  Form form = Form::vector_vector;
};

std::size_t eights(std::size_t n) { return (n + 7) / 8 * 8; }

class Planner {
 public:
  Planner(RunState& state, Scratch& scratch, std::uint32_t p)
      : state_(state), scratch_(scratch), part_(state.program->parts[p]),
        program_(state.program->vectors->parts[p]), k_(state.members) {}

  std::unique_ptr<PartPlan> planned() {
    plan_ = std::make_unique<PartPlan>();
    std::size_t total = 8;
    for (const std::size_t points : program_.buffers)
      total += eights(points * k_);
    plan_->storage.assign(total, 0.0);
    std::size_t at = 0;
    for (const std::size_t points : program_.buffers) {
      plan_->buffers.push_back(plan_->storage.data() + at);
      at += eights(points * k_);
    }
    for (const Stage& stage : program_.stages) {
      if (stage.constant)
        plan_stage(stage, plan_->constants.emplace_back(PartPlan::Constant{&stage, 0, {}}).calls);
      else
        plan_stage(stage, plan_->calls);
    }
    if (!program_.contiguous) {
      Special& special = plan_->specials.emplace_back(describe());
      call(plan_->calls, &scatter, plan_->buffers[program_.stages.back().buffer],
           state_.at(part_.target), program_.scatter.size(), &special);
    }
    return std::move(plan_);
  }

 private:
  RunState& state_;
  Scratch& scratch_;
  const Part& part_;
  const PartProgram& program_;
  const std::size_t k_;
  std::unique_ptr<PartPlan> plan_;
  const Stage* stage_ = nullptr;
  std::vector<Call>* calls_ = nullptr;
  std::vector<Step> steps_;
  std::size_t total_ = 0, block_ = 0;
  double* registers_ = nullptr;
  std::size_t used_ = 0;

  double* reg(std::size_t id) { return registers_ + id * block_; }

  Special describe() const {
    Special special;
    special.state = &state_;
    special.part = &part_;
    special.program = &program_;
    special.stage = stage_;
    return special;
  }

  static void call(std::vector<Call>& calls, Kernel kernel, const double* a, double* out,
                   std::size_t n, const Special* special) {
    KernelArgs args{a, a, a, out, n, 1, special};
    calls.push_back({kernel, args});
  }

  // Many registers of repeated values: at most three for each instruction.
  void plan_stage(const Stage& stage, std::vector<Call>& calls) {
    stage_ = &stage;
    calls_ = &calls;
    steps_.clear();
    total_ = stage.points * k_;
    block_ = std::min(eights(total_), block_length);
    const std::size_t most = stage.registers + 3 * stage.code.size() + 2;
    if (most <= shared_registers) {
      if (scratch_.registers.empty())
        scratch_.registers.assign(shared_registers * block_length, 0.0);
      registers_ = scratch_.registers.data();
    } else
      registers_ = plan_->registers.emplace_back(most * block_, 0.0).data();
    used_ = stage.registers;
    for (const Instruction& instruction : stage.code)
      add(instruction);
    const double* result = deliver();
    for (std::size_t from = 0; from < total_; from += block_) {
      for (const Step& step : steps_)
        put(step, from);
    }
    if (stage.reduced != none) {
      const Special& special = plan_->specials.emplace_back(describe());
      call(calls, &reduce, result, plan_->buffers[stage.reduced], stage.outer * k_, &special);
    }
  }

  // One step for the block that begins at `from`.
  void put(const Step& step, std::size_t from) {
    const std::size_t block = from / block_, n = std::min(block_, total_ - from);
    KernelArgs args{step.a.at + block * step.a.stride,
                    step.b.at + block * step.b.stride,
                    step.c.at + block * step.c.stride,
                    step.out + block * step.out_stride,
                    step.exact || step.special ? n : eights(n),
                    k_,
                    nullptr};
    if (step.special) {
      Special& special = plan_->specials.emplace_back(*step.special);
      special.from = from;
      args.more = &special;
    }
    calls_->push_back({step.kernel, args});
  }

  // Where the result of the stage stands, copied there if it has to be.
  const double* deliver() {
    double* to = nullptr;
    bool exact = false;
    if (stage_->buffer != none)
      to = plan_->buffers[stage_->buffer];
    else if (stage_->reduced == none) {
      to = state_.at(part_.target) + program_.first * k_;
      exact = program_.first != 0 || stage_->points != state_.program->variables[part_.target].size;
    }
    const Place result = place(stage_->result);
    if (!to)
      return result.at;
    if (!steps_.empty() && stage_->result.kind == Operand::Kind::reg &&
        steps_.back().out == result.at) {
      steps_.back().out = to;
      steps_.back().out_stride = block_;
      steps_.back().exact = exact;
    } else {
      steps_.push_back({.kernel = result.scalar ? state_.kernels->fill : unary(Unary::copy),
                        .a = result,
                        .out = to,
                        .out_stride = block_,
                        .exact = exact});
    }
    return to;
  }

  Kernel unary(Unary op) const { return state_.kernels->unary[static_cast<std::size_t>(op)]; }

  // A row with the number at `at` for each member.
  const double* row_of(double value) {
    return plan_->rows.emplace_back(std::max<std::size_t>(8, k_), value).data();
  }

  Place place(const Operand& operand) {
    const auto same_for_all = [&](const double* at) -> Place {
      if (stage_->points == 1)
        return {at, block_, false};
      return {at, 0, true};
    };
    switch (operand.kind) {
    case Operand::Kind::literal:
      return {row_of(operand.value), 0, true};
    case Operand::Kind::clock: {
      const double* clocks[] = {&state_.time, &state_.dt, &state_.start, &state_.stop};
      if (k_ == 1)
        return {clocks[operand.id], 0, true};
      const double* row = row_of(0.0);
      double* to = plan_->rows.back().data();
      call(*calls_, state_.kernels->fill, clocks[operand.id], to, std::max<std::size_t>(8, k_),
           nullptr);
      return {row, 0, true};
    }
    case Operand::Kind::element:
      return same_for_all(state_.at(operand.id) + operand.element * k_);
    case Operand::Kind::uniform:
      return same_for_all(plan_->buffers[operand.id]);
    case Operand::Kind::variable:
      return {state_.at(operand.id) + operand.element * k_, block_, false};
    case Operand::Kind::buffer:
      return {plan_->buffers[operand.id], block_, false};
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
    steps_.push_back({.kernel = state_.kernels->fill, .a = p, .out = to});
    return {to, 0, false};
  }
  // The same where the kernel knows scalars of one member only.
  Place spread_members(Place p) { return k_ == 1 ? p : spread(p); }

  void add(const Instruction& i) {
    const KernelTable& kernels = *state_.kernels;
    if (i.kind == Instruction::Kind::binary) {
      binary(i);
      return;
    }
    Step step{.out = reg(i.out)};
    Special special = describe();
    switch (i.kind) {
    case Instruction::Kind::unary:
      step.a = spread(place(i.a));
      step.kernel = unary(i.unary);
      break;
    case Instruction::Kind::choose:
      step.a = spread(place(i.a));
      step.b = spread_members(place(i.b));
      step.c = spread_members(place(i.c));
      step.kernel = kernels.choose[step.b.scalar][step.c.scalar];
      break;
    case Instruction::Kind::safe_divide:
      step.a = spread(place(i.a));
      step.b = spread(place(i.b));
      step.c = spread_members(place(i.c));
      step.kernel = kernels.safe_divide[step.c.scalar];
      break;
    default:
      special.b_scalar = i.kind == Instruction::Kind::power && place(i.b).scalar;
      if (has_a(i.kind))
        step.a = spread(place(i.a));
      if (i.kind == Instruction::Kind::power)
        step.b = spread_members(place(i.b));
      else if (i.kind == Instruction::Kind::function2 ||
               (i.kind == Instruction::Kind::pick && program_.tables[i.table].size[1]))
        step.b = spread(place(i.b));
      describe_function(i, special, step);
      step.kernel = special_kernel(i.kind);
      step.special = &plan_->specials.emplace_back(special);
    }
    steps_.push_back(step);
  }

  static bool has_a(Instruction::Kind kind) {
    return kind != Instruction::Kind::gather && kind != Instruction::Kind::node;
  }

  void describe_function(const Instruction& i, Special& special, Step& step) {
    switch (i.kind) {
    case Instruction::Kind::function1:
      special.one = function1(part_.nodes[i.table].op);
      break;
    case Instruction::Kind::function2:
      special.two = function2(part_.nodes[i.table].op);
      break;
    case Instruction::Kind::node:
      special.node = i.table;
      break;
    case Instruction::Kind::gather:
    case Instruction::Kind::pick:
    case Instruction::Kind::lookup:
      special.table = &program_.tables[i.table];
      break;
    default:
      break;
    }
    if (i.kind == Instruction::Kind::gather)
      step.a.at = special.table->from_buffer ? plan_->buffers[special.table->source]
                                             : state_.at(special.table->source);
  }

  void binary(const Instruction& i) {
    const KernelTable& kernels = *state_.kernels;
    const bool arithmetic = i.binary <= Binary::divide;
    Step step{.out = reg(i.out)};
    // Fuse with the step just before, when its result is one of the operands and only that.
    if (arithmetic && !steps_.empty() && steps_.back().binary >= 0) {
      const Step last = steps_.back();
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
          steps_.back() = step;
          return;
        }
      }
    }
    step.a = place(i.a);
    step.b = place(i.b);
    if (!arithmetic) {
      step.a = spread_members(step.a);
      step.b = spread_members(step.b);
    }
    if (step.a.scalar && step.b.scalar)
      step.a = spread(step.a);
    step.form = step.a.scalar   ? Form::scalar_vector
                : step.b.scalar ? Form::vector_scalar
                                : Form::vector_vector;
    step.kernel =
        kernels.binary[static_cast<std::size_t>(i.binary)][static_cast<std::size_t>(step.form)];
    step.binary = arithmetic ? static_cast<int>(i.binary) : -1;
    steps_.push_back(step);
  }
};

} // namespace

std::unique_ptr<PartPlan> plan_part(RunState& state, Scratch& scratch, std::uint32_t p) {
  return Planner(state, scratch, p).planned();
}

} // namespace cauce::conditions::detail
