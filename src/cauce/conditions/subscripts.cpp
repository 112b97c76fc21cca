// Subscripts: how each dimension of an array is indexed from the axes of the part that reads it.
#include "cauce/conditions/names.hpp"
#include "cauce/conditions/resolver.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace cauce::conditions::detail {

// Index of a variable's axis by one of the part's axes: by element where both name the same
// elements, else by position where both have as many.
Index Typer::along(std::uint32_t axis, const Axis& target, int offset) {
  const Axis& over = part.axes[axis];
  Index index{Index::Kind::axis, axis, {}};
  index.map.reserve(over.size());
  if (over.dimension == target.dimension) {
    for (const std::uint32_t element : over.elements) {
      const auto at = std::find(target.elements.begin(), target.elements.end(), element);
      if (at == target.elements.end()) {
        fail("X205",
             fmt::format("element '{}' lies outside '{}'",
                         resolver.program.dimensions[over.dimension].elements[element],
                         target.name),
             offset);
      }
      index.map.push_back(static_cast<std::uint32_t>(at - target.elements.begin()));
    }
    return index;
  }
  const Resolver::Dim& names = resolver.dims[target.dimension];
  std::vector<std::uint32_t> where_is(resolver.program.dimensions[target.dimension].elements.size(),
                                      none);
  for (std::size_t i = 0; i < target.elements.size(); ++i)
    where_is[target.elements[i]] = static_cast<std::uint32_t>(i);
  for (const std::uint32_t element : over.elements) {
    const auto found = names.elements.find(
        canonical_name(resolver.program.dimensions[over.dimension].elements[element]));
    if (found != names.elements.end() && where_is[found->second] != none)
      index.map.push_back(where_is[found->second]);
  }
  if (index.map.size() == over.size())
    return index;
  const bool numbered = !index.map.empty();
  // One position of a larger axis stands for that position of the dimension.
  const std::size_t size = resolver.program.dimensions[over.dimension].elements.size();
  if (!numbered && size == target.size()) {
    index.map = over.elements;
    return index;
  }
  fail("X205",
       fmt::format("dimension '{}' ({} elements) does not match '{}' ({} elements)", over.name,
                   over.size(), target.name, target.size()),
       offset,
       "dimensions match by the names of their elements, or by position when they are of one size");
}

Index Typer::wildcard(const Axis& over, const Axis& target, const std::string& key, int offset) {
  Frame& frame = *frames_.back();
  const auto [found, fresh] = frame.axes.emplace(key, static_cast<std::uint32_t>(part.axes.size()));
  if (fresh) {
    if (part.axes.size() >= 60)
      fail("X105", "too many array dimensions in one equation", offset);
    part.axes.push_back(over);
    frame.order.push_back(found->second);
    active.push_back(found->second);
  }
  return along(found->second, target, offset);
}

Index Typer::subscript(const Expression& s, const Axis& axis, std::vector<std::uint32_t>& used,
                       std::unordered_map<std::string, int>& occurrences) {
  const Dimension& dimension = resolver.program.dimensions[axis.dimension];
  const Resolver::Dim& names = resolver.dims[axis.dimension];
  const auto position_of = [&](std::uint32_t element) -> std::optional<std::uint32_t> {
    const auto at = std::find(axis.elements.begin(), axis.elements.end(), element);
    if (at == axis.elements.end())
      return std::nullopt;
    return static_cast<std::uint32_t>(at - axis.elements.begin());
  };
  const auto element_of = [&](std::string key) -> std::optional<std::uint32_t> {
    if (key.starts_with(names.key + "."))
      key.erase(0, names.key.size() + 1);
    const auto found = names.elements.find(key);
    if (found == names.elements.end())
      return std::nullopt;
    return position_of(found->second);
  };
  const auto active_named = [&](const std::string& key) -> std::optional<std::uint32_t> {
    std::optional<std::uint32_t> any;
    for (const std::uint32_t a : active) {
      if (canonical_name(part.axes[a].name) != key)
        continue;
      if (std::find(used.begin(), used.end(), a) == used.end())
        return a;
      any = a;
    }
    return any;
  };
  const auto next_key = [&](const std::string& key) {
    return fmt::format("{}#{}", key, occurrences[key]++);
  };

  switch (s.syntax) {
  case Syntax::wildcard: {
    const std::string key = canonical_name(s.text);
    Axis over = axis;
    if (!key.empty()) {
      const std::uint32_t range = resolver.find_dimension(key);
      if (range == none)
        fail("X206", fmt::format("unknown dimension '{}'", s.text), s.offset);
      over = resolver.whole_axis(range);
    }
    if (frames_.empty()) {
      const std::optional<std::uint32_t> same = active_named(key.empty() ? names.key : key);
      if (!same)
        fail("X205",
             "'*' stands for a whole array: it needs an array function such as SUM around it",
             s.offset);
      used.push_back(*same);
      return along(*same, axis, s.offset);
    }
    return wildcard(over, axis, next_key(key.empty() ? names.key : key), s.offset);
  }
  case Syntax::range: {
    const auto bound = [&](const Expression& e) -> std::uint32_t {
      if (e.syntax == Syntax::name) {
        if (const auto at = element_of(canonical_name(e.text)))
          return *at;
      }
      if (const auto n = known_number(e); n && *n >= 1 && *n <= static_cast<double>(axis.size()))
        return static_cast<std::uint32_t>(*n) - 1;
      fail("X206", fmt::format("'{}' is not an element of '{}'", to_text(e), dimension.name),
           e.offset, did_you_mean(e.text, dimension.elements));
    };
    const std::uint32_t from = bound(*s.args[0]), to = bound(*s.args[1]);
    if (from > to)
      fail("X206", "the range runs backwards", s.offset);
    if (frames_.empty())
      return range_along(from, to - from + 1, used, s.offset);
    Axis over{dimension.name, axis.dimension, {}};
    for (std::uint32_t i = from; i <= to; ++i)
      over.elements.push_back(axis.elements[i]);
    return wildcard(over, axis, next_key(fmt::format("{}:{}:{}", names.key, from, to)), s.offset);
  }
  case Syntax::position: {
    const auto n = static_cast<std::size_t>(s.number);
    if (s.number < 1 || n > part.rank)
      fail("X205", fmt::format("'@{}' names a dimension that the variable does not have", s.number),
           s.offset);
    used.push_back(static_cast<std::uint32_t>(n - 1));
    return along(static_cast<std::uint32_t>(n - 1), axis, s.offset);
  }
  case Syntax::number: {
    if (const auto at = element_of(canonical_name(s.text)))
      return {Index::Kind::fixed, *at, {}};
    if (s.number >= 1 && s.number <= static_cast<double>(axis.size()) &&
        s.number == std::floor(s.number)) {
      return {Index::Kind::fixed, static_cast<std::uint32_t>(s.number) - 1, {}};
    }
    fail("X206", fmt::format("'{}' has no element {}", dimension.name, s.text), s.offset,
         fmt::format("it has {} elements", axis.size()));
  }
  case Syntax::name: {
    if (s.subscripted)
      break;
    const std::string key = canonical_name(s.text);
    if (const auto at = element_of(key)) {
      if (const auto variable = find_variable(key);
          variable && !resolver.program.infos[*variable].hidden) {
        resolver.findings.warning(
            "X213", part.where,
            fmt::format("'{}' is an element of '{}' and a variable: as a subscript it is the "
                        "element",
                        s.text, dimension.name),
            "give one of them another name");
      }
      return {Index::Kind::fixed, *at, {}};
    }
    const std::uint32_t range = resolver.find_dimension(key);
    if (range != none) {
      if (const auto same = active_named(key)) {
        used.push_back(*same);
        return along(*same, axis, s.offset);
      }
      if (!frames_.empty())
        return wildcard(resolver.whole_axis(range), axis, next_key(key), s.offset);
      // A mapped dimension: the one axis that fits it, by the names of elements or by position.
      const Axis wanted = resolver.whole_axis(range);
      std::vector<std::uint32_t> fitting;
      for (const std::uint32_t a : active) {
        const std::size_t whole =
            resolver.program.dimensions[part.axes[a].dimension].elements.size();
        const bool same_dimension =
            part.axes[a].dimension == axis.dimension || part.axes[a].dimension == range;
        if ((whole == wanted.size() || same_dimension) &&
            std::find(used.begin(), used.end(), a) == used.end())
          fitting.push_back(a);
      }
      if (fitting.size() == 1) {
        used.push_back(fitting.front());
        const Index middle = along(fitting.front(), wanted, s.offset);
        Index index{Index::Kind::axis, fitting.front(), {}};
        for (const std::uint32_t at : middle.map) {
          const auto found = names.elements.find(
              canonical_name(resolver.program.dimensions[range].elements[wanted.elements[at]]));
          const auto position =
              found == names.elements.end() ? std::nullopt : position_of(found->second);
          if (!position)
            fail("X206", fmt::format("'{}' is not a part of '{}'", s.text, dimension.name),
                 s.offset);
          index.map.push_back(*position);
        }
        return index;
      }
      fail("X205", fmt::format("dimension '{}' is not one of the variable that is defined", s.text),
           s.offset, "use an element, or an array function such as SUM");
    }
    if (!find_variable(key) && !builtin_name(key)) {
      fail("X206",
           fmt::format("'{}' is neither an element of '{}' nor a variable", s.text, dimension.name),
           s.offset, did_you_mean(s.text, dimension.elements));
    }
    break;
  }
  default:
    break;
  }
  return {Index::Kind::computed, type(s), {}};
}

// A range outside of array functions stands beside a dimension of the variable that is defined:
// cut off, or going on beyond its end, where that one has another size (XMILE 1.0 section 3.7.1).
Index Typer::range_along(std::uint32_t from, std::size_t length, std::vector<std::uint32_t>& used,
                         int offset) {
  std::optional<std::uint32_t> match;
  for (const bool exact : {true, false}) {
    for (const std::uint32_t a : active) {
      if (!match && (!exact || part.axes[a].size() == length) &&
          std::find(used.begin(), used.end(), a) == used.end())
        match = a;
    }
  }
  if (!match)
    fail("X205", "a range needs an array function such as SUM around it", offset);
  used.push_back(*match);
  if (part.axes[*match].size() != length) {
    resolver.findings.warning("X214", part.where,
                              fmt::format("in '{}': a range of {} elements beside '{}' of {}",
                                          resolver.program.infos[part.target].name, length,
                                          part.axes[*match].name, part.axes[*match].size()),
                              "it is cut off, or goes on with what follows in the array");
  }
  const std::uint32_t position = add(Op::axis_position);
  part.nodes[position].value = *match;
  part.nodes[position].varies = std::uint64_t{1} << *match;
  // axis_position counts over the whole dimension, the range from its own first element.
  const double shift = static_cast<double>(from) - part.axes[*match].elements.front();
  return {Index::Kind::computed, add(Op::add, {position, constant(shift)}), {}};
}

// An array without subscripts: its dimensions are those of the variable being defined.
std::vector<Index> Typer::implicit(const Expression& e, std::uint32_t variable) {
  const std::vector<Axis> axes = resolver.program.variables[variable].axes;
  std::vector<Index> indices;
  std::vector<std::uint32_t> used;
  std::unordered_map<std::string, int> occurrences;
  for (const Axis& axis : axes) {
    if (!frames_.empty()) {
      const std::string key = resolver.dims[axis.dimension].key;
      indices.push_back(
          wildcard(axis, axis, fmt::format("{}#{}", key, occurrences[key]++), e.offset));
      continue;
    }
    std::optional<std::uint32_t> match;
    for (const std::uint32_t a : active) {
      if (part.axes[a].dimension == axis.dimension &&
          std::find(used.begin(), used.end(), a) == used.end()) {
        match = a;
        break;
      }
    }
    for (const std::uint32_t a : active) {
      if (match)
        break;
      if (std::find(used.begin(), used.end(), a) != used.end())
        continue;
      try {
        along(a, axis, e.offset);
        match = a;
      } catch (const TypeError&) {
      }
    }
    if (!match) {
      fail("X205",
           fmt::format("'{}' is an array over '{}', and the variable that is defined is not",
                       e.text, axis.name),
           e.offset, "name an element in brackets, or use an array function such as SUM");
    }
    used.push_back(*match);
    indices.push_back(along(*match, axis, e.offset));
  }
  return indices;
}

} // namespace cauce::conditions::detail
