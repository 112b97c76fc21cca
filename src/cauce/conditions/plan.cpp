// Plans: the stages of a part tied to the arrays of one run.
//
// A block is some 512 doubles, so that registers stay in the first cache. What is the same for all
// points is read as a scalar with one member, and repeated along a register with several.
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
    StagePlan& plan = (stage.constant ? plan_->constants : plan_->stages).emplace_back();
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

} // namespace

std::unique_ptr<PartPlan> plan_part(RunState& state, Scratch& scratch, std::uint32_t p) {
  return Planner(state, scratch, p).planned();
}

} // namespace cauce::conditions::detail
