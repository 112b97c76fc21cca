#include "cauce/system/coupling.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace cauce::system {

namespace {
std::string axes_text(std::span<const ArrayAxis> axes) {
  std::vector<std::string> names;
  for (const ArrayAxis& axis : axes)
    names.push_back(axis.name);
  return fmt::format("[{}]", fmt::join(names, ","));
}

int find_axis(std::span<const ArrayAxis> axes, std::string_view name) {
  for (std::size_t i = 0; i < axes.size(); ++i) {
    if (axes[i].name == name)
      return static_cast<int>(i);
  }
  return -1;
}

// All index tuples of an array, walked row-major.
bool next_tuple(std::vector<std::size_t>& tuple, std::span<const ArrayAxis> axes) {
  for (std::size_t i = axes.size(); i-- > 0;) {
    if (++tuple[i] < axes[i].elements.size())
      return true;
    tuple[i] = 0;
  }
  return false;
}

struct Rule { // how one source axis relates to the target
  enum class Kind { same, pinned, summed, department_to_country, country_to_department } kind;
  std::size_t target_axis = 0;
  std::size_t element = 0;
};

// Each pair goes to the run before it when it is the next step of it.
std::vector<ArrayMap::Run> runs_of(std::span<const ArrayMap::Pair> pairs) {
  std::vector<ArrayMap::Run> runs;
  for (const ArrayMap::Pair& pair : pairs) {
    if (!runs.empty()) {
      ArrayMap::Run& run = runs.back();
      const bool forward = pair.source >= run.source && pair.target >= run.target;
      if (run.length == 1 && forward) {
        run.source_step = pair.source - run.source;
        run.target_step = pair.target - run.target;
        ++run.length;
        continue;
      }
      if (pair.source == run.source + run.length * run.source_step &&
          pair.target == run.target + run.length * run.target_step) {
        ++run.length;
        continue;
      }
    }
    runs.push_back({pair.source, pair.target, 0, 0, 1});
  }
  return runs;
}
} // namespace

ArrayMap ArrayMap::make(std::span<const ArrayAxis> source, std::span<const ArrayAxis> target,
                        const Pinned& pinned, const PlaceTree& places, const SourcePos& where,
                        Diagnostics& findings) {
  const auto element_of = [&](const ArrayAxis& axis) -> std::optional<std::size_t> {
    const std::string& wanted = pinned.at(axis.name);
    const auto found = std::find(axis.elements.begin(), axis.elements.end(), wanted);
    if (found == axis.elements.end()) {
      findings.error("P302", where, fmt::format("axis '{}' has no element '{}'", axis.name, wanted),
                     did_you_mean(wanted, axis.elements));
      return std::nullopt;
    }
    return static_cast<std::size_t>(found - axis.elements.begin());
  };

  std::vector<std::optional<std::size_t>> target_pin(target.size());
  std::vector<bool> target_used(target.size(), false);
  for (std::size_t t = 0; t < target.size(); ++t) {
    if (!pinned.contains(target[t].name))
      continue;
    target_pin[t] = element_of(target[t]);
    if (!target_pin[t])
      return {};
    target_used[t] = true;
  }
  for (const auto& [name, element] : pinned) {
    if (find_axis(source, name) >= 0 || find_axis(target, name) >= 0)
      continue;
    findings.error("P301", where,
                   fmt::format("'at' pins the axis '{}', which neither side has: {} -> {}", name,
                               axes_text(source), axes_text(target)));
    return {};
  }

  std::vector<Rule> rules;
  for (const ArrayAxis& axis : source) {
    const int same = find_axis(target, axis.name);
    if (same >= 0 && !target_pin[static_cast<std::size_t>(same)]) {
      const auto t = static_cast<std::size_t>(same);
      if (target[t].elements.size() != axis.elements.size()) {
        findings.error("P301", where,
                       fmt::format("axis '{}' has {} elements on one side and {} on the other",
                                   axis.name, axis.elements.size(), target[t].elements.size()));
        return {};
      }
      target_used[t] = true;
      rules.push_back({Rule::Kind::same, t, 0});
    } else if (pinned.contains(axis.name)) {
      const auto element = element_of(axis);
      if (!element)
        return {};
      rules.push_back({Rule::Kind::pinned, 0, *element});
    } else if (axis.name == "department" && find_axis(target, "country") >= 0) {
      const auto t = static_cast<std::size_t>(find_axis(target, "country"));
      target_used[t] = true;
      rules.push_back({Rule::Kind::department_to_country, t, 0});
    } else if (axis.name == "country" && find_axis(target, "department") >= 0) {
      const auto t = static_cast<std::size_t>(find_axis(target, "department"));
      target_used[t] = true;
      rules.push_back({Rule::Kind::country_to_department, t, 0});
    } else {
      rules.push_back({Rule::Kind::summed, 0, 0});
    }
  }

  // Walk source and target tuples; keep the pairs that every rule allows. The products are small
  // (at most some ten thousand elements a side) because same axes are stepped together.
  std::vector<Pair> pairs;
  std::vector<std::size_t> stride(target.size(), 1);
  for (std::size_t i = target.size(); i-- > 1;) {
    stride[i - 1] = stride[i] * target[i].elements.size();
  }
  std::vector<std::size_t> tuple(source.size(), 0);
  std::uint32_t source_index = 0;
  do {
    // Fixed part of the target index, then the free axes (broadcast, or departments of a country).
    bool kept = true;
    std::size_t fixed = 0;
    std::vector<std::pair<std::size_t, std::vector<std::size_t>>> free;
    for (std::size_t s = 0; s < source.size() && kept; ++s) {
      const Rule& rule = rules[s];
      switch (rule.kind) {
      case Rule::Kind::same:
        fixed += tuple[s] * stride[rule.target_axis];
        break;
      case Rule::Kind::pinned:
        kept = tuple[s] == rule.element;
        break;
      case Rule::Kind::summed:
        break;
      case Rule::Kind::department_to_country:
        fixed += static_cast<std::size_t>(places.country_of_department[tuple[s]]) *
                 stride[rule.target_axis];
        break;
      case Rule::Kind::country_to_department: {
        std::vector<std::size_t> departments;
        for (std::size_t d = 0; d < places.country_of_department.size(); ++d) {
          if (places.country_of_department[d] == static_cast<int>(tuple[s])) {
            departments.push_back(d);
          }
        }
        free.emplace_back(rule.target_axis, std::move(departments));
        break;
      }
      }
    }
    if (kept) {
      for (std::size_t t = 0; t < target.size(); ++t) {
        if (target_pin[t]) {
          fixed += *target_pin[t] * stride[t];
        } else if (!target_used[t]) {
          std::vector<std::size_t> all(target[t].elements.size());
          for (std::size_t i = 0; i < all.size(); ++i)
            all[i] = i;
          free.emplace_back(t, std::move(all));
        }
      }
      std::vector<std::size_t> indices = {fixed};
      for (const auto& [axis, elements] : free) {
        std::vector<std::size_t> next;
        for (const std::size_t index : indices) {
          for (const std::size_t element : elements)
            next.push_back(index + element * stride[axis]);
        }
        indices = std::move(next);
      }
      for (const std::size_t index : indices) {
        pairs.push_back({source_index, static_cast<std::uint32_t>(index)});
      }
    }
    ++source_index;
  } while (next_tuple(tuple, source));
  std::sort(pairs.begin(), pairs.end(), [](const Pair& a, const Pair& b) {
    return a.target != b.target ? a.target < b.target : a.source < b.source;
  });
  ArrayMap map;
  map.runs_ = runs_of(pairs);
  map.each_once_ = std::ranges::adjacent_find(pairs, {}, &Pair::target) == pairs.end();
  return map;
}

std::vector<ArrayMap::Pair> ArrayMap::pairs() const {
  std::vector<Pair> pairs;
  for (const Run& run : runs_) {
    for (std::uint32_t i = 0; i < run.length; ++i)
      pairs.push_back({run.source + i * run.source_step, run.target + i * run.target_step});
  }
  return pairs;
}

} // namespace cauce::system
