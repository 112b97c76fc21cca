#include "cauce/conditions/lower.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <optional>
#include <utility>

namespace cauce::conditions::detail {

namespace {

std::optional<Unary> unary_of(Op op) {
  switch (op) {
  case Op::negate:
    return Unary::negate;
  case Op::logical_not:
    return Unary::logical_not;
  case Op::abs:
    return Unary::abs;
  case Op::sqrt:
    return Unary::sqrt;
  case Op::exp:
    return Unary::exp;
  case Op::ln:
    return Unary::ln;
  case Op::log10:
    return Unary::log10;
  case Op::truncate:
    return Unary::truncate;
  case Op::floor:
    return Unary::floor;
  case Op::ceiling:
    return Unary::ceiling;
  case Op::sign:
    return Unary::sign;
  default:
    return std::nullopt;
  }
}

std::optional<Binary> binary_of(Op op) {
  switch (op) {
  case Op::add:
    return Binary::add;
  case Op::subtract:
    return Binary::subtract;
  case Op::multiply:
    return Binary::multiply;
  case Op::divide:
    return Binary::divide;
  case Op::minimum:
    return Binary::minimum;
  case Op::maximum:
    return Binary::maximum;
  case Op::less:
    return Binary::less;
  case Op::less_equal:
    return Binary::less_equal;
  case Op::greater:
    return Binary::greater;
  case Op::greater_equal:
    return Binary::greater_equal;
  case Op::equal:
    return Binary::equal;
  case Op::not_equal:
    return Binary::not_equal;
  case Op::logical_and:
    return Binary::logical_and;
  case Op::logical_or:
    return Binary::logical_or;
  default:
    return std::nullopt;
  }
}

bool is_function(Op op) {
  switch (op) {
  case Op::sin:
  case Op::cos:
  case Op::tan:
  case Op::arcsin:
  case Op::arccos:
  case Op::arctan:
  case Op::sinh:
  case Op::cosh:
  case Op::tanh:
  case Op::round:
  case Op::gamma_ln:
  case Op::normal_cdf:
  case Op::normal_quantile:
    return true;
  default:
    return false;
  }
}

class Lowering {
 public:
  /// `budget`: entries that index tables may still have; beyond it the scalar evaluator is used.
  Lowering(const Program& program, const Part& part, bool part_constant, std::size_t& budget)
      : program_(program), part_(part), budget_(budget) {
    constant_.resize(part.nodes.size());
    heavy_.resize(part.nodes.size());
    for (std::size_t n = 0; n < part.nodes.size(); ++n) {
      const Node& node = part.nodes[n];
      bool constant = !part_constant && !varies_in_time(node.op) &&
                      (node.op != Op::load || program.infos[node.variable].constant);
      for (const std::uint32_t arg : node.args) {
        constant = constant && constant_[arg];
        heavy_[n] = true;
      }
      for (const Index& index : node.indices) {
        if (index.kind == Index::Kind::computed)
          constant = constant && constant_[index.at];
      }
      constant_[n] = constant;
    }
  }

  PartProgram lowered() {
    const Variable& target = program_.variables[part_.target];
    Stage stage;
    for (std::uint32_t a = 0; a < part_.rank; ++a)
      stage.axes.push_back(a);
    stage.points = part_.points();
    finish(stage, part_.root);
    // Which elements the points are.
    const std::vector<std::uint32_t> elements = index_table(target, part_.indices, stage.axes);
    out_.first = elements.empty() ? 0 : elements.front();
    for (std::size_t i = 0; i < elements.size(); ++i)
      out_.contiguous = out_.contiguous && elements[i] == out_.first + i;
    if (!out_.contiguous) {
      out_.scatter = elements;
      stage.buffer = add_buffer(stage.points);
    }
    out_.stages.push_back(std::move(stage));
    return std::move(out_);
  }

 private:
  const Program& program_;
  const Part& part_;
  std::size_t& budget_;
  PartProgram out_;
  std::vector<bool> constant_, heavy_;

  struct Pool { // registers of one stage
    std::vector<std::uint32_t> free;
  };
  Pool* pool_ = nullptr;

  std::uint32_t add_buffer(std::size_t points) {
    out_.buffers.push_back(points);
    return static_cast<std::uint32_t>(out_.buffers.size() - 1);
  }
  std::size_t points_of(const std::vector<std::uint32_t>& axes) const {
    std::size_t n = 1;
    for (const std::uint32_t a : axes)
      n *= part_.axes[a].size();
    return n;
  }
  static std::vector<std::uint32_t> axes_of(std::uint64_t varies) {
    std::vector<std::uint32_t> axes;
    for (std::uint32_t a = 0; a < 64; ++a) {
      if (varies >> a & 1u)
        axes.push_back(a);
    }
    return axes;
  }

  // Element of `variable` at each point of a grid, row-major over `axes`.
  std::vector<std::uint32_t> index_table(const Variable& variable,
                                         const std::vector<Index>& indices,
                                         const std::vector<std::uint32_t>& axes) const {
    std::vector<std::uint32_t> table{0};
    // Contribution of each axis to the element, then their sums over the grid.
    std::uint32_t base = 0;
    std::vector<std::vector<std::uint32_t>> add(axes.size());
    for (std::size_t i = 0; i < axes.size(); ++i)
      add[i].assign(part_.axes[axes[i]].size(), 0);
    std::uint32_t stride = 1;
    for (std::size_t k = indices.size(); k-- > 0;) {
      const Index& index = indices[k];
      if (index.kind == Index::Kind::fixed)
        base += index.at * stride;
      else if (index.kind == Index::Kind::axis) { // what is computed is added at run time
        const auto i =
            static_cast<std::size_t>(std::find(axes.begin(), axes.end(), index.at) - axes.begin());
        for (std::size_t p = 0; p < index.map.size(); ++p)
          add[i][p] += index.map[p] * stride;
      }
      stride *= static_cast<std::uint32_t>(variable.axes[k].size());
    }
    table.front() = base;
    for (std::size_t i = 0; i < axes.size(); ++i) {
      std::vector<std::uint32_t> next;
      next.reserve(table.size() * add[i].size());
      for (const std::uint32_t t : table) {
        for (const std::uint32_t a : add[i])
          next.push_back(t + a);
      }
      table = std::move(next);
    }
    return table;
  }

  std::uint32_t take(Stage& stage) {
    if (pool_->free.empty())
      return stage.registers++;
    const std::uint32_t r = pool_->free.back();
    pool_->free.pop_back();
    return r;
  }
  void give(const Operand& operand) {
    if (operand.kind == Operand::Kind::reg)
      pool_->free.push_back(operand.id);
  }
  Operand emit(Stage& stage, Instruction instruction) {
    give(instruction.a);
    give(instruction.b);
    give(instruction.c);
    instruction.out = take(stage);
    stage.code.push_back(instruction);
    return {Operand::Kind::reg, 0, instruction.out, 0};
  }

  void finish(Stage& stage, std::uint32_t root) {
    Pool own;
    Pool* const outer = std::exchange(pool_, &own);
    stage.result = build(root, stage);
    pool_ = outer;
  }

  void read_variables(std::uint32_t n, std::vector<std::uint32_t>& into) const {
    const Node& node = part_.nodes[n];
    if (node.op == Op::load)
      into.push_back(node.variable);
    for (const std::uint32_t arg : node.args)
      read_variables(arg, into);
    for (const Index& index : node.indices) {
      if (index.kind == Index::Kind::computed)
        read_variables(index.at, into);
    }
  }

  // A stage of its own for `n` over `axes`; gives the buffer.
  std::uint32_t substage(std::uint32_t n, std::vector<std::uint32_t> axes, bool constant) {
    Stage stage;
    stage.axes = std::move(axes);
    stage.points = points_of(stage.axes);
    stage.constant = constant;
    if (constant) {
      read_variables(n, stage.reads);
      std::sort(stage.reads.begin(), stage.reads.end());
      stage.reads.erase(std::unique(stage.reads.begin(), stage.reads.end()), stage.reads.end());
    }
    finish(stage, n);
    stage.buffer = add_buffer(stage.points);
    const std::uint32_t buffer = stage.buffer;
    out_.stages.push_back(std::move(stage));
    return buffer;
  }

  Operand gather(Stage& stage, IndexTable table) {
    // Points in a row with one element are filled, not gathered.
    std::size_t run = 0;
    const auto& index = table.index;
    for (std::size_t i = 1; i < index.size(); ++i) {
      if (index[i] != index[i - 1]) {
        const std::size_t length = i - run;
        table.run = table.run == 1 && run == 0
                        ? static_cast<std::uint32_t>(length)
                        : static_cast<std::uint32_t>(std::gcd(table.run, length));
        run = i;
        if (table.run == 1 && run > 1)
          break;
      }
    }
    if (table.run > 1)
      table.run = std::gcd(table.run, static_cast<std::uint32_t>(index.size()));
    Instruction instruction{.kind = Instruction::Kind::gather,
                            .table = static_cast<std::uint32_t>(out_.tables.size())};
    out_.tables.push_back(std::move(table));
    return emit(stage, instruction);
  }

  Operand load_buffer(std::uint32_t buffer, const std::vector<std::uint32_t>& axes, Stage& stage) {
    if (points_of(axes) == 1)
      return {stage.points == 1 ? Operand::Kind::buffer : Operand::Kind::uniform, 0, buffer, 0};
    if (axes == stage.axes)
      return {Operand::Kind::buffer, 0, buffer, 0};
    // The buffer is an array over its axes, in their order.
    Variable shape;
    std::vector<Index> indices;
    for (const std::uint32_t a : axes) {
      shape.axes.push_back(part_.axes[a]);
      Index index{Index::Kind::axis, a, {}};
      for (std::uint32_t i = 0; i < part_.axes[a].size(); ++i)
        index.map.push_back(i);
      indices.push_back(std::move(index));
    }
    return gather(
        stage,
        {.from_buffer = true, .source = buffer, .index = index_table(shape, indices, stage.axes)});
  }

  bool fits(std::size_t points) {
    if (points > budget_)
      return false;
    budget_ -= points;
    return true;
  }

  Operand load(const Node& node, std::uint32_t n, Stage& stage) {
    bool computed = false, fixed = true;
    for (const Index& index : node.indices) {
      computed = computed || index.kind == Index::Kind::computed;
      fixed = fixed && (index.kind == Index::Kind::fixed ||
                        (index.kind == Index::Kind::axis && index.map.size() == 1));
    }
    if (!fits(stage.points))
      return by_node(n, stage);
    const Variable& variable = program_.variables[node.variable];
    if (computed)
      return pick(node, n, stage);
    if (fixed) {
      std::uint32_t element = 0;
      for (std::size_t k = 0; k < node.indices.size(); ++k) {
        const Index& index = node.indices[k];
        element = element * static_cast<std::uint32_t>(variable.axes[k].size()) +
                  (index.kind == Index::Kind::fixed ? index.at : index.map[0]);
      }
      return {Operand::Kind::element, 0, node.variable, element};
    }
    IndexTable table{.source = node.variable,
                     .index = index_table(variable, node.indices, stage.axes)};
    bool contiguous = true;
    for (std::size_t i = 0; i < table.index.size(); ++i)
      contiguous = contiguous && table.index[i] == table.index[0] + i;
    if (contiguous)
      return {Operand::Kind::variable, 0, node.variable, table.index[0]};
    if (constant_[n] && !stage.constant)
      return load_buffer(substage(n, stage.axes, true), stage.axes, stage);
    return gather(stage, std::move(table));
  }

  Operand pick(const Node& node, std::uint32_t n, Stage& stage) {
    const Variable& variable = program_.variables[node.variable];
    std::array<Operand, 2> by{};
    IndexTable table{.source = node.variable};
    std::size_t count = 0;
    std::uint32_t stride = 1;
    for (std::size_t k = node.indices.size(); k-- > 0;) {
      const auto size = static_cast<std::uint32_t>(variable.axes[k].size());
      if (node.indices[k].kind == Index::Kind::computed) {
        if (count == 2)
          return by_node(n, stage);
        table.size[count] = size;
        table.stride[count] = stride;
        by[count++] = build(node.indices[k].at, stage);
      }
      stride *= size;
    }
    table.index = index_table(variable, node.indices, stage.axes);
    out_.tables.push_back(std::move(table));
    return emit(stage, {.kind = Instruction::Kind::pick,
                        .table = static_cast<std::uint32_t>(out_.tables.size() - 1),
                        .a = by[0],
                        .b = by[1]});
  }

  // What has no vector form: the scalar evaluator for each point and member.
  Operand by_node(std::uint32_t n, Stage& stage) {
    return emit(stage, {.kind = Instruction::Kind::node, .table = n});
  }

  Operand reduction(const Node& node, Stage& stage) {
    std::vector<std::uint32_t> outer = axes_of(node.varies), axes = outer;
    axes.insert(axes.end(), node.bound.begin(), node.bound.end());
    if (node.bound.empty())
      return build(node.args[0], stage);
    if (!fits(points_of(axes)))
      return by_node(static_cast<std::uint32_t>(&node - part_.nodes.data()), stage);
    Stage inner;
    inner.axes = axes;
    inner.points = points_of(axes);
    inner.outer = points_of(outer);
    inner.inner = inner.points / inner.outer;
    inner.reduce = node.op;
    inner.constant = stage.constant;
    inner.reads = stage.reads;
    finish(inner, node.args[0]);
    const bool in_place =
        inner.result.kind == Operand::Kind::variable || inner.result.kind == Operand::Kind::buffer;
    if (!in_place)
      inner.buffer = add_buffer(inner.points);
    inner.reduced = add_buffer(inner.outer);
    const std::uint32_t buffer = inner.reduced;
    out_.stages.push_back(std::move(inner));
    return load_buffer(buffer, outer, stage);
  }

  Operand build(std::uint32_t n, Stage& stage) {
    const Node& node = part_.nodes[n];
    switch (node.op) {
    case Op::constant:
      return {Operand::Kind::literal, node.value, 0, 0};
    case Op::time:
      return {Operand::Kind::clock, 0, 0, 0};
    case Op::dt:
      return {Operand::Kind::clock, 0, 1, 0};
    case Op::start:
      return {Operand::Kind::clock, 0, 2, 0};
    case Op::stop:
      return {Operand::Kind::clock, 0, 3, 0};
    case Op::load:
      return load(node, n, stage);
    default:
      break;
    }
    if (stage.points > 1) {
      if (constant_[n] && !stage.constant && heavy_[n]) {
        const std::vector<std::uint32_t> axes =
            node.varies == 0 ? std::vector<std::uint32_t>{} : stage.axes;
        return load_buffer(substage(n, axes, true), axes, stage);
      }
      const std::vector<std::uint32_t> axes = axes_of(node.varies);
      if (points_of(axes) * 4 <= stage.points)
        return load_buffer(substage(n, axes, stage.constant), axes, stage);
    }
    switch (node.op) {
    case Op::sum:
    case Op::mean:
    case Op::product:
    case Op::least:
    case Op::greatest:
      return reduction(node, stage);
    case Op::lookup: {
      for (const Index& index : node.indices) {
        if (index.kind == Index::Kind::computed)
          return by_node(n, stage);
      }
      const Operand x = build(node.args[0], stage);
      out_.tables.push_back(
          {.source = node.variable,
           .index = index_table(program_.variables[node.variable], node.indices, stage.axes)});
      return emit(stage, {.kind = Instruction::Kind::lookup,
                          .table = static_cast<std::uint32_t>(out_.tables.size() - 1),
                          .a = x});
    }
    default:
      break;
    }
    if (const auto op = unary_of(node.op)) {
      return emit(
          stage, {.kind = Instruction::Kind::unary, .unary = *op, .a = build(node.args[0], stage)});
    }
    if (is_function(node.op)) {
      return emit(
          stage,
          {.kind = Instruction::Kind::function1, .table = n, .a = build(node.args[0], stage)});
    }
    if (const auto op = binary_of(node.op)) {
      const auto [a, b] = operands(node, stage);
      return emit(stage, {.kind = Instruction::Kind::binary, .binary = *op, .a = a, .b = b});
    }
    switch (node.op) {
    case Op::power: {
      const auto [a, b] = operands(node, stage);
      if (b.kind == Operand::Kind::literal && b.value == 2.0 && a.kind != Operand::Kind::reg)
        return emit(
            stage, {.kind = Instruction::Kind::binary, .binary = Binary::multiply, .a = a, .b = a});
      return emit(stage, {.kind = Instruction::Kind::power, .a = a, .b = b});
    }
    case Op::modulo:
    case Op::modulo_floored:
    case Op::quantum:
    case Op::arctan2: {
      const auto [a, b] = operands(node, stage);
      return emit(stage, {.kind = Instruction::Kind::function2, .table = n, .a = a, .b = b});
    }
    case Op::safe_divide: {
      const Operand a = build(node.args[0], stage), b = build(node.args[1], stage);
      const Operand c = node.args.size() > 2 ? build(node.args[2], stage) : Operand{};
      return emit(stage, {.kind = Instruction::Kind::safe_divide, .a = a, .b = b, .c = c});
    }
    case Op::choose: {
      const Operand a = build(node.args[0], stage), b = build(node.args[1], stage);
      const Operand c = build(node.args[2], stage);
      return emit(stage, {.kind = Instruction::Kind::choose, .a = a, .b = b, .c = c});
    }
    default:
      return by_node(n, stage);
    }
  }

  // The deeper operand is built last, so that it can be fused with this operation.
  std::pair<Operand, Operand> operands(const Node& node, Stage& stage) {
    const auto leaf = [&](std::uint32_t n) { return part_.nodes[n].args.empty(); };
    if (leaf(node.args[1]) && !leaf(node.args[0])) {
      const Operand b = build(node.args[1], stage);
      const Operand a = build(node.args[0], stage);
      return {a, b};
    }
    const Operand a = build(node.args[0], stage);
    const Operand b = build(node.args[1], stage);
    return {a, b};
  }
};

} // namespace

std::shared_ptr<const VectorProgram> lower(const Program& program) {
  auto vectors = std::make_shared<VectorProgram>();
  vectors->parts.resize(program.parts.size());
  std::size_t budget = 64u << 20;
  for (std::size_t p = 0; p < program.parts.size(); ++p) {
    if (program.parts[p].target == none || program.parts[p].nodes.empty())
      continue;
    vectors->parts[p] =
        Lowering(program, program.parts[p], program.part_constant[p], budget).lowered();
  }
  return vectors;
}

} // namespace cauce::conditions::detail
