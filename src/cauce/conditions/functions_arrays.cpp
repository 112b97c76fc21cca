// Functions of whole arrays whose result is an array too: the last axes of the frame are the array,
// and the element wanted is where the variable that is defined stands along them.
#include "cauce/conditions/names.hpp"
#include "cauce/conditions/resolver.hpp"

#include <fmt/format.h>

namespace cauce::conditions::detail {

// An argument that names the axes of the variable itself, or none, stands for the whole array over
// its last `last` dimensions.
ExpressionPtr Typer::whole_array(const Expression& argument, std::size_t last) {
  ExpressionPtr whole = copy(argument);
  if (whole->syntax != Syntax::name)
    return whole;
  if (whole->subscripted) {
    const std::size_t from = whole->args.size() >= last ? whole->args.size() - last : 0;
    for (std::size_t k = from; k < whole->args.size(); ++k) {
      if (whole->args[k]->syntax != Syntax::name || whole->args[k]->subscripted)
        continue;
      const std::string key = canonical_name(whole->args[k]->text);
      if (resolver.find_dimension(key) == none) {
        // Vensim names the first element for the whole vector.
        const auto variable = find_variable(canonical_name(whole->text));
        if (!variable || resolver.program.variables[*variable].axes.size() <= k ||
            !resolver.dims[resolver.program.variables[*variable].axes[k].dimension]
                 .elements.contains(key))
          continue;
        whole->args[k]->text.clear();
      }
      whole->args[k]->syntax = Syntax::wildcard;
    }
    return whole;
  }
  if (const auto variable = find_variable(canonical_name(whole->text))) {
    const std::vector<Axis>& axes = resolver.program.variables[*variable].axes;
    whole->subscripted = !axes.empty();
    for (std::size_t k = 0; k < axes.size(); ++k) {
      auto s = std::make_unique<Expression>();
      s->syntax = k + last >= axes.size() ? Syntax::wildcard : Syntax::name;
      s->text = axes[k].name;
      whole->args.push_back(std::move(s));
    }
  }
  return whole;
}

// Nodes for where the point of the variable stands along the bound axes: by dimension, else by
// size; `by_place` takes the last axes in their order.
std::vector<std::uint32_t> Typer::positions_along(const Expression& e,
                                                  const std::vector<std::uint32_t>& bound,
                                                  bool by_place) {
  std::vector<std::uint32_t> nodes;
  for (std::size_t k = 0; k < bound.size(); ++k) {
    std::optional<std::uint32_t> match;
    if (by_place && active.size() >= bound.size())
      match = active[active.size() - bound.size() + k];
    for (const std::uint32_t a : active) {
      if (!match && part.axes[a].dimension == part.axes[bound[k]].dimension)
        match = a;
    }
    for (const std::uint32_t a : active) {
      if (!match && part.axes[a].size() == part.axes[bound[k]].size())
        match = a;
    }
    if (!match) {
      fail("X205",
           fmt::format("{} gives an array over '{}': the variable that is defined must have that "
                       "dimension",
                       e.text, part.axes[bound[k]].name),
           e.offset);
    }
    // Where along the array, counted from its own first element (a subrange may begin later).
    Index index = along(*match, part.axes[bound[k]], e.offset);
    nodes.push_back(position_on(*match, index));
  }
  return nodes;
}

// The position (from 1) that `index` gives along an axis, as a node.
std::uint32_t Typer::position_on(std::uint32_t axis, const Index& index) {
  const std::uint32_t node = add(Op::axis_position);
  part.nodes[node].value = axis;
  part.nodes[node].varies = std::uint64_t{1} << axis;
  // axis_position counts over the whole dimension; the difference is the same all along a range.
  const double shift = index.map.empty()
                           ? 0.0
                           : static_cast<double>(index.map.front()) -
                                 static_cast<double>(part.axes[axis].elements.front());
  return shift == 0.0 ? node : add(Op::add, {node, constant(shift)});
}

std::uint32_t Typer::bind(std::uint32_t node, const std::vector<std::uint32_t>& bound) {
  part.nodes[node].bound = bound;
  for (const std::uint32_t axis : bound)
    part.nodes[node].varies &= ~(std::uint64_t{1} << axis);
  return node;
}

std::uint32_t Typer::type_array_function(const std::string& name, const Expression& e) {
  static const std::unordered_map<std::string, Op> ops = {
      {"vector_sort_order", Op::sort_order},  {"vector_rank", Op::vector_rank},
      {"invert_matrix", Op::invert},          {"inverse", Op::invert},
      {"allocate_by_priority", Op::allocate}, {"vector_select", Op::vector_select},
      {"vector_reorder", Op::vector_reorder}};
  const Op op = ops.at(name);
  const std::size_t arrays =
      op == Op::allocate || op == Op::vector_select || op == Op::vector_reorder ? 2 : 1;
  Frame frame;
  std::vector<std::uint32_t> args;
  in_frame(frame, [&] {
    for (std::size_t i = 0; i < std::min(arrays, e.args.size()); ++i) {
      args.push_back(op == Op::vector_select
                         ? type(*e.args[i])
                         : type(*whole_array(*e.args[i], op == Op::invert ? 2 : 1)));
    }
    return 0u;
  });
  for (std::size_t i = arrays; i < e.args.size(); ++i)
    args.push_back(type(*e.args[i]));
  if (frame.order.empty())
    fail("X205", fmt::format("{} needs an array", e.text), e.offset);
  if (op != Op::vector_select) {
    for (const std::uint32_t at : positions_along(e, frame.order, op == Op::invert))
      args.push_back(at);
  }
  return bind(add(op, args), frame.order);
}

// Loads of a priority profile's type, priority, width and (for constant elasticity) extra: the last
// dimension holds them from the element that is named. `owner` is the axis of those who have the
// profile, where one is bound.
void Typer::profile_loads(const Expression& call, const Expression& profile,
                          std::optional<std::uint32_t> owner, std::vector<std::uint32_t>& args) {
  const auto variable =
      profile.syntax == Syntax::name ? find_variable(canonical_name(profile.text)) : std::nullopt;
  if (!variable || resolver.program.variables[*variable].axes.size() < 2) {
    fail("X205",
         fmt::format("{} needs a profile over those who have it and (type, priority, width)",
                     call.text),
         profile.offset, "for instance profile[who,ptype]");
  }
  const std::vector<Axis> axes = resolver.program.variables[*variable].axes;
  const Axis& last = axes.back();
  std::vector<Index> indices;
  std::vector<std::uint32_t> used;
  std::unordered_map<std::string, int> occurrences;
  for (std::size_t k = 0; k + 1 < axes.size(); ++k) {
    if (owner && k + 2 == axes.size()) {
      indices.push_back(along(*owner, axes[k], profile.offset));
    } else if (profile.subscripted && k < profile.args.size()) {
      indices.push_back(subscript(*profile.args[k], axes[k], used, occurrences));
    } else {
      const Expression own{Syntax::name, 0, axes[k].name, false, {}, profile.offset};
      indices.push_back(subscript(own, axes[k], used, occurrences));
    }
  }
  std::uint32_t from = 0;
  if (profile.subscripted && profile.args.size() == axes.size() &&
      resolver.find_dimension(canonical_name(profile.args.back()->text)) == none) {
    const Index first = subscript(*profile.args.back(), last, used, occurrences);
    if (first.kind == Index::Kind::fixed)
      from = first.at;
  }
  if (from + 3 > last.size())
    fail("X205",
         fmt::format("'{}' must have type, priority and width from the element that is named",
                     last.name),
         profile.offset);
  for (std::uint32_t i = 0; i < 4; ++i) {
    std::vector<Index> at = indices;
    at.push_back(
        {Index::Kind::fixed, std::min(from + i, static_cast<std::uint32_t>(last.size()) - 1), {}});
    args.push_back(load(*variable, std::move(at)));
  }
}

// A quantity over those who ask (or offer), whose axis is bound here, and their profiles.
std::uint32_t Typer::quantities(const Expression& call, const Expression& quantity,
                                const Expression& profile, const Frame& frame,
                                std::vector<std::uint32_t>& args) {
  const std::size_t before = frame.order.size();
  args.push_back(type(*whole_array(quantity, 1)));
  if (frame.order.size() == before)
    fail("X205", fmt::format("{} needs arrays of quantities", call.text), quantity.offset);
  const std::uint32_t owner = frame.order.back();
  profile_loads(call, profile, owner, args);
  return owner;
}

// ALLOCATE AVAILABLE(request[D], profile[D, first], available)
std::uint32_t Typer::type_allocation(const Expression& e) {
  Frame frame;
  std::vector<std::uint32_t> args;
  in_frame(frame, [&] { return quantities(e, *e.args[0], *e.args[1], frame, args); });
  args.push_back(type(*e.args[2]));
  for (const std::uint32_t at : positions_along(e, frame.order, false))
    args.push_back(at);
  return bind(add(Op::allocate_available, args), frame.order);
}

// FIND MARKET PRICE(demand[D], profile[D, first], supply[S], profile[S, first]), and what is
// demanded or supplied at a price.
std::uint32_t Typer::type_market(const std::string& name, const Expression& e) {
  std::vector<std::uint32_t> args;
  if (name != "find_market_price") {
    arguments(e, 3, 3);
    args.push_back(type(*e.args[0]));
    profile_loads(e, *e.args[1], std::nullopt, args);
    args.push_back(type(*e.args[2]));
    return add(name == "demand_at_price" ? Op::demand_at_price : Op::supply_at_price, args);
  }
  arguments(e, 4, 4);
  Frame demand, supply;
  in_frame(demand, [&] { return quantities(e, *e.args[0], *e.args[1], demand, args); });
  in_frame(supply, [&] { return quantities(e, *e.args[2], *e.args[3], supply, args); });
  std::vector<std::uint32_t> bound = demand.order;
  bound.insert(bound.end(), supply.order.begin(), supply.order.end());
  const std::uint32_t node = bind(add(Op::market_price, args), bound);
  part.nodes[node].value = static_cast<double>(demand.order.size());
  return node;
}

} // namespace cauce::conditions::detail
