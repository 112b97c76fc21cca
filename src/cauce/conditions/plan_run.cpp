// Running a plan: its calls one after another. Here stand the operations that are not loops of one
// expression.
#include "cauce/conditions/plan.hpp"

#include "cauce/base/distributions.hpp"
#include "cauce/conditions/operations.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace cauce::conditions::detail {

double (*function1(Op op))(double) {
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

double (*function2(Op op))(double, double) {
  switch (op) {
  case Op::modulo:
    return [](double a, double b) { return operations::modulo(a, b); };
  case Op::modulo_floored:
    return [](double a, double b) { return operations::modulo_floored(a, b); };
  case Op::quantum:
    return [](double a, double b) { return operations::quantum(a, b); };
  default:
    return [](double a, double b) { return std::atan2(a, b); };
  }
}

namespace {

const Special& special(const KernelArgs& k) { return *static_cast<const Special*>(k.more); }

void evaluate_nodes(const KernelArgs& k) {
  const Special& with = special(k);
  const Part& part = *with.part;
  std::vector<std::uint32_t> positions(part.axes.size(), 0);
  for (std::size_t i = 0; i < k.n; i += k.row) {
    std::size_t point = (with.from + i) / k.row;
    for (std::size_t a = with.stage->axes.size(); a-- > 0;) {
      const std::size_t size = part.axes[with.stage->axes[a]].size();
      positions[with.stage->axes[a]] = static_cast<std::uint32_t>(point % size);
      point /= size;
    }
    for (std::size_t m = 0; m < k.row; ++m)
      k.out[i + m] = evaluate_node(*with.state, part, with.node, positions, m);
  }
}

void gather(const KernelArgs& k) {
  const Special& with = special(k);
  const IndexTable& table = *with.table;
  const std::uint32_t* index = table.index.data() + with.from / k.row;
  if (k.row > 1 || table.run < 4) {
    with.state->kernels->gather(k.a, index, k.out, k.n / k.row, k.row);
    return;
  }
  for (std::size_t i = 0; i < k.n;) {
    const std::size_t end =
        std::min(k.n, ((with.from + i) / table.run + 1) * table.run - with.from);
    const double value = k.a[index[i]];
    for (; i < end; ++i)
      k.out[i] = value;
  }
}

void lookup(const KernelArgs& k) {
  const Special& with = special(k);
  const Program& program = *with.state->program;
  const std::vector<std::int32_t>& tables = program.variables[with.table->source].tables;
  const std::uint32_t* index = with.table->index.data() + with.from / k.row;
  for (std::size_t i = 0; i < k.n; ++i) {
    const std::int32_t which = tables.empty() ? -1 : tables[index[i / k.row]];
    if (which < 0) {
      k.out[i] = std::numeric_limits<double>::quiet_NaN();
      continue;
    }
    const GraphicalFunction& gf = program.tables[static_cast<std::size_t>(which)];
    k.out[i] = operations::lookup_near(gf.x, gf.y, gf.type, k.a[i], with.segment);
  }
}

// Exponents are mostly one number for all points: 2, or not whole.
void power(const KernelArgs& k) {
  const Special& with = special(k);
  const KernelTable& kernels = *with.state->kernels;
  if (with.b_scalar) {
    const auto all = [&](auto&& is) { return std::all_of(k.b, k.b + k.row, is); };
    KernelArgs args = k;
    if (all([](double b) { return b == 2.0; })) {
      args.b = k.a;
      kernels.binary[static_cast<std::size_t>(Binary::multiply)]
                    [static_cast<std::size_t>(Form::vector_vector)](args);
      return;
    }
    if (all([](double b) { return b != std::floor(b); })) {
      const Form form = k.row == 1 ? Form::vector_scalar : Form::vector_vector;
      kernels.binary[static_cast<std::size_t>(Binary::power_positive)]
                    [static_cast<std::size_t>(form)](args);
      return;
    }
  }
  const bool one = with.b_scalar && k.row == 1;
  for (std::size_t i = 0; i < k.n; ++i)
    k.out[i] = math::pow(k.a[i], one ? *k.b : k.b[i]);
}

// Elements by computed indices; 0 or NaN where one lies outside (XMILE 1.0 section 3.7.1).
void pick(const KernelArgs& k) {
  const Special& with = special(k);
  const IndexTable& table = *with.table;
  const double* in = with.state->at(table.source);
  for (std::size_t i = 0; i < k.n; ++i) {
    const double first = std::floor(k.a[i] + 1e-9),
                 second = table.size[1] ? std::floor(k.b[i] + 1e-9) : 1.0;
    const bool inside = first >= 1.0 && first <= table.size[0] && second >= 1.0 &&
                        (table.size[1] == 0 || second <= table.size[1]);
    if (!inside) {
      k.out[i] = with.state->program->outside;
      continue;
    }
    const std::size_t element = table.index[(with.from + i) / k.row] +
                                (static_cast<std::size_t>(first) - 1) * table.stride[0] +
                                (static_cast<std::size_t>(second) - 1) * table.stride[1];
    k.out[i] = in[element * k.row + i % k.row];
  }
}

void apply_one(const KernelArgs& k) {
  for (std::size_t i = 0; i < k.n; ++i)
    k.out[i] = special(k).one(k.a[i]);
}

void apply_two(const KernelArgs& k) {
  for (std::size_t i = 0; i < k.n; ++i)
    k.out[i] = special(k).two(k.a[i], k.b[i]);
}

} // namespace

Kernel special_kernel(Instruction::Kind kind) {
  switch (kind) {
  case Instruction::Kind::power:
    return &power;
  case Instruction::Kind::function1:
    return &apply_one;
  case Instruction::Kind::function2:
    return &apply_two;
  case Instruction::Kind::gather:
    return &gather;
  case Instruction::Kind::pick:
    return &pick;
  case Instruction::Kind::lookup:
    return &lookup;
  default:
    return &evaluate_nodes;
  }
}

void reduce(const KernelArgs& k) {
  const Stage& stage = *special(k).stage;
  const std::size_t members = special(k).state->members, n = stage.inner;
  const double* in = k.a;
  double* out = k.out;
  if (stage.reduce == Op::sum || stage.reduce == Op::mean) {
    special(k).state->kernels->sum(in, out, stage.outer, n, members);
    if (stage.reduce == Op::mean) {
      for (std::size_t i = 0; i < stage.outer * members; ++i)
        out[i] /= static_cast<double>(n);
    }
    return;
  }
  for (std::size_t o = 0; o < stage.outer; ++o, in += n * members, out += members) {
    const double begin = stage.reduce == Op::product ? 1.0
                         : stage.reduce == Op::least ? std::numeric_limits<double>::infinity()
                                                     : -std::numeric_limits<double>::infinity();
    std::fill(out, out + members, begin);
    for (std::size_t i = 0; i < n; ++i) {
      const double* row = in + i * members;
      if (stage.reduce == Op::product)
        for (std::size_t m = 0; m < members; ++m)
          out[m] *= row[m];
      else if (stage.reduce == Op::least)
        for (std::size_t m = 0; m < members; ++m)
          out[m] = operations::minimum(out[m], row[m]);
      else
        for (std::size_t m = 0; m < members; ++m)
          out[m] = operations::maximum(out[m], row[m]);
    }
  }
}

void scatter(const KernelArgs& k) {
  const std::vector<std::uint32_t>& to = special(k).program->scatter;
  const std::size_t members = special(k).state->members;
  for (std::size_t i = 0; i < to.size(); ++i)
    std::copy_n(k.a + i * members, members, k.out + std::size_t{to[i]} * members);
}

void run_vectors(RunState& state, Scratch& scratch, std::uint32_t p) {
  if (scratch.plans.empty())
    scratch.plans.resize(state.program->parts.size());
  std::unique_ptr<PartPlan>& plan = scratch.plans[p];
  if (!plan)
    plan = plan_part(state, scratch, p);
  if (plan->seen != state.constants) {
    for (PartPlan::Constant& constant : plan->constants) {
      std::uint64_t tag = 1;
      for (const std::uint32_t r : constant.stage->reads)
        tag += state.version[r];
      if (tag == constant.tag)
        continue;
      constant.tag = tag;
      for (const Call& call : constant.calls)
        call.kernel(call.args);
    }
    plan->seen = state.constants;
  }
  for (const Call& call : plan->calls)
    call.kernel(call.args);
}

} // namespace cauce::conditions::detail
