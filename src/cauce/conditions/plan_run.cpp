// Running a plan: block by block through the kernels, or in place where a stage is small.
#include "cauce/conditions/plan.hpp"

#include "cauce/base/distributions.hpp"
#include "cauce/conditions/operations.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace cauce::conditions::detail {

namespace {

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
    const std::uint32_t* index = table.index.data() + from / k;
    if (k < 16) { // a call of memcpy costs more than it copies
      for (std::size_t i = 0; i < n; i += k, ++index) {
        const double* row = in + std::size_t{*index} * k;
        for (std::size_t m = 0; m < k; ++m)
          out[i + m] = row[m];
      }
      return;
    }
    for (std::size_t i = 0; i < n; i += k, ++index)
      std::memcpy(out + i, in + std::size_t{*index} * k, k * sizeof(double));
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

// The operations of small stages: the same expressions as the kernels', so the same bits.
template <typename F> void each(const Step& step, std::size_t n, F&& f) {
  const std::size_t da = !step.a.scalar, db = !step.b.scalar;
  const double *a = step.a.at, *b = step.b.at;
  for (std::size_t i = 0; i < n; ++i)
    step.out[i] = f(a[i * da], b[i * db]);
}

void small_unary(const Step& step, std::size_t n) {
  const std::size_t da = !step.a.scalar;
  const double* x = step.a.at;
  const auto all = [&](auto&& f) {
    for (std::size_t i = 0; i < n; ++i)
      step.out[i] = f(x[i * da]);
  };
  switch (static_cast<Unary>(step.code)) {
  case Unary::negate:
    return all([](double a) { return -a; });
  case Unary::logical_not:
    return all([](double a) { return operations::truth(a == 0.0); });
  case Unary::abs:
    return all([](double a) { return __builtin_fabs(a); });
  case Unary::sqrt:
    return all([](double a) { return __builtin_sqrt(a); });
  case Unary::exp:
    return all([](double a) { return math::exp(a); });
  case Unary::ln:
    return all([](double a) { return math::log(a); });
  case Unary::log10:
    return all([](double a) { return math::log(a) * 0.43429448190325182765; });
  case Unary::truncate:
    return all([](double a) { return std::trunc(a); });
  case Unary::floor:
    return all([](double a) { return std::floor(a); });
  case Unary::ceiling:
    return all([](double a) { return std::ceil(a); });
  case Unary::sign:
    return all([](double a) { return operations::sign(a); });
  default:
    return all([](double a) { return a; });
  }
}

void small_binary(const Step& step, std::size_t n) {
  switch (static_cast<Binary>(step.code)) {
  case Binary::add:
    return each(step, n, [](double a, double b) { return a + b; });
  case Binary::subtract:
    return each(step, n, [](double a, double b) { return a - b; });
  case Binary::multiply:
    return each(step, n, [](double a, double b) { return a * b; });
  case Binary::divide:
    return each(step, n, [](double a, double b) { return a / b; });
  case Binary::minimum:
    return each(step, n, [](double a, double b) { return operations::minimum(a, b); });
  case Binary::maximum:
    return each(step, n, [](double a, double b) { return operations::maximum(a, b); });
  case Binary::less:
    return each(step, n, [](double a, double b) { return operations::truth(a < b); });
  case Binary::less_equal:
    return each(step, n, [](double a, double b) { return operations::truth(a <= b); });
  case Binary::greater:
    return each(step, n, [](double a, double b) { return operations::truth(a > b); });
  case Binary::greater_equal:
    return each(step, n, [](double a, double b) { return operations::truth(a >= b); });
  case Binary::equal:
    return each(step, n, [](double a, double b) { return operations::truth(a == b); });
  case Binary::not_equal:
    return each(step, n, [](double a, double b) { return operations::truth(a != b); });
  case Binary::logical_and:
    return each(step, n,
                [](double a, double b) { return operations::truth(a != 0.0 && b != 0.0); });
  case Binary::logical_or:
    return each(step, n,
                [](double a, double b) { return operations::truth(a != 0.0 || b != 0.0); });
  case Binary::zidz:
    return each(step, n, [](double a, double b) { return operations::safe_divide(a, b, 0.0); });
  default:
    return each(step, n, [](double a, double b) { return math::pow_positive(a, b); });
  }
}

// One operation of a small stage; false for what is not one.
bool run_small(const Step& step, std::size_t n) {
  const std::size_t da = !step.a.scalar, db = !step.b.scalar, dc = !step.c.scalar;
  const double *a = step.a.at, *b = step.b.at, *c = step.c.at;
  switch (step.kind) {
  case Step::Kind::small_unary:
    small_unary(step, n);
    return true;
  case Step::Kind::small_binary:
    small_binary(step, n);
    return true;
  case Step::Kind::small_choose:
    for (std::size_t i = 0; i < n; ++i)
      step.out[i] = a[i * da] != 0.0 ? b[i * db] : c[i * dc];
    return true;
  case Step::Kind::small_safe_divide:
    for (std::size_t i = 0; i < n; ++i)
      step.out[i] = operations::safe_divide(a[i * da], b[i * db], c[i * dc]);
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

void run_stage(const RunState& state, const Part& part, const PartProgram& program,
               const StagePlan& stage) {
  for (const Step& step : stage.repeat)
    step.kernel({step.a.at, step.a.at, step.a.at, step.out, state.members});
  if (stage.small) {
    for (const Step& step : stage.steps) {
      if (!run_small(step, stage.total))
        run_step(state, part, program, stage, step, 0, stage.total);
    }
  } else {
    for (std::size_t block = 0, done = 0; done < stage.total; ++block, done += stage.block) {
      const std::size_t n = std::min(stage.block, stage.total - done);
      for (const Step& step : stage.steps)
        run_step(state, part, program, stage, step, block, n);
    }
  }
  if (stage.reduce_to)
    reduce(state, stage);
}

// Those stages of constants whose inputs have changed.
void run_constants(const RunState& state, const Part& part, const PartProgram& program,
                   PartPlan& plan) {
  for (StagePlan& stage : plan.constants) {
    std::uint64_t tag = 1;
    for (const std::uint32_t r : stage.stage->reads)
      tag += state.version[r];
    if (tag == stage.tag)
      continue;
    stage.tag = tag;
    run_stage(state, part, program, stage);
  }
  plan.seen = state.constants;
}

} // namespace

void run_vectors(RunState& state, Scratch& scratch, std::uint32_t p) {
  const Part& part = state.program->parts[p];
  const PartProgram& program = state.program->vectors->parts[p];
  if (scratch.plans.empty())
    scratch.plans.resize(state.program->parts.size());
  std::unique_ptr<PartPlan>& plan = scratch.plans[p];
  if (!plan)
    plan = plan_part(state, scratch, p);
  if (plan->seen != state.constants)
    run_constants(state, part, program, *plan);
  for (const StagePlan& stage : plan->stages)
    run_stage(state, part, program, stage);
  if (!program.contiguous) {
    const std::size_t k = state.members;
    const double* from = plan->buffers[program.stages.back().buffer];
    double* to = state.at(part.target);
    for (std::size_t i = 0; i < program.scatter.size(); ++i)
      std::memcpy(to + std::size_t{program.scatter[i]} * k, from + i * k, k * sizeof(double));
  }
}

} // namespace cauce::conditions::detail
