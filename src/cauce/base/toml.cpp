#include "cauce/base/toml.hpp"

#include "cauce/base/files.hpp"

#include <cmath>
#include <fmt/format.h>
#include <set>
#include <toml++/toml.h>

namespace cauce {

struct TomlTable::State {
  std::shared_ptr<const toml::table> root; // keeps `table` alive
  const toml::table* table = nullptr;
  std::string file;
  std::string path; // "action", for messages
  Diagnostics* findings = nullptr;
  std::set<std::string, std::less<>> asked;

  const toml::node* find(std::string_view key) {
    asked.emplace(key);
    return table == nullptr ? nullptr : table->get(key);
  }
  void wrong(std::string_view key, const toml::node& node, std::string_view wanted) {
    findings->error("B112", {file, static_cast<int>(node.source().begin.line), 0},
                    fmt::format("'{}' must be {}", key, wanted));
  }
};

TomlTable TomlTable::read(const std::filesystem::path& path, Diagnostics& findings) {
  return parse(read_text(path), path.generic_string(), findings);
}

TomlTable TomlTable::parse(std::string_view text, std::string file, Diagnostics& findings) {
  auto state = std::make_shared<State>();
  state->file = std::move(file);
  state->findings = &findings;
  try {
    auto root = std::make_shared<const toml::table>(toml::parse(text, state->file));
    state->table = root.get();
    state->root = std::move(root);
  } catch (const toml::parse_error& problem) {
    const auto at = problem.source().begin;
    throw Error("B113", {state->file, static_cast<int>(at.line), static_cast<int>(at.column)},
                std::string(problem.description()));
  }
  return TomlTable(std::move(state));
}

bool TomlTable::has(std::string_view key) const {
  return state_->table != nullptr && state_->table->contains(key);
}

SourcePos TomlTable::where(std::string_view key) const {
  const toml::node* node = state_->table;
  if (!key.empty() && node != nullptr) {
    if (const toml::node* child = state_->table->get(key))
      node = child;
  }
  return {state_->file, node == nullptr ? 0 : static_cast<int>(node->source().begin.line), 0};
}

std::string TomlTable::text(std::string_view key) {
  if (!has(key)) {
    state_->asked.emplace(key);
    state_->findings->error("B111", where(), fmt::format("missing key '{}'", key));
    return {};
  }
  return text(key, {});
}

std::string TomlTable::text(std::string_view key, std::string fallback) {
  const toml::node* node = state_->find(key);
  if (node == nullptr)
    return fallback;
  if (const auto value = node->value<std::string>(); value && node->is_string())
    return *value;
  state_->wrong(key, *node, "a text between quotes");
  return fallback;
}

double TomlTable::number(std::string_view key) {
  if (!has(key)) {
    state_->asked.emplace(key);
    state_->findings->error("B111", where(), fmt::format("missing key '{}'", key));
    return 0.0;
  }
  return optional_number(key).value_or(0.0);
}

std::optional<double> TomlTable::optional_number(std::string_view key) {
  const toml::node* node = state_->find(key);
  if (node == nullptr)
    return std::nullopt;
  if (node->is_number()) {
    if (const auto value = node->value<double>(); value && std::isfinite(*value))
      return value;
  }
  state_->wrong(key, *node, "a finite number");
  return std::nullopt;
}

std::int64_t TomlTable::integer(std::string_view key, std::int64_t fallback) {
  const toml::node* node = state_->find(key);
  if (node == nullptr)
    return fallback;
  if (node->is_integer())
    return node->value<std::int64_t>().value_or(fallback);
  state_->wrong(key, *node, "a whole number");
  return fallback;
}

bool TomlTable::boolean(std::string_view key, bool fallback) {
  const toml::node* node = state_->find(key);
  if (node == nullptr)
    return fallback;
  if (node->is_boolean())
    return node->value<bool>().value_or(fallback);
  state_->wrong(key, *node, "true or false");
  return fallback;
}

std::optional<Month> TomlTable::optional_month(std::string_view key) {
  const toml::node* node = state_->find(key);
  if (node == nullptr)
    return std::nullopt;
  if (const auto date = node->value<toml::date>(); date && node->is_date()) {
    return Month::of(date->year, date->month);
  }
  if (node->is_string()) {
    if (const auto month = Month::parse(*node->value<std::string>()))
      return month;
  }
  state_->wrong(key, *node, "a month such as \"2017-06\"");
  return std::nullopt;
}

Month TomlTable::month(std::string_view key) {
  if (!has(key)) {
    state_->asked.emplace(key);
    state_->findings->error("B111", where(), fmt::format("missing key '{}'", key));
    return {};
  }
  return optional_month(key).value_or(Month{});
}

std::vector<std::string> TomlTable::texts(std::string_view key) {
  const toml::node* node = state_->find(key);
  std::vector<std::string> values;
  if (node == nullptr)
    return values;
  if (const toml::array* array = node->as_array()) {
    for (const toml::node& element : *array) {
      if (element.is_string())
        values.push_back(*element.value<std::string>());
      else
        state_->wrong(key, element, "a list of texts");
    }
  } else {
    state_->wrong(key, *node, "a list of texts");
  }
  return values;
}

std::vector<double> TomlTable::numbers(std::string_view key) {
  const toml::node* node = state_->find(key);
  std::vector<double> values;
  if (node == nullptr)
    return values;
  if (const toml::array* array = node->as_array()) {
    for (const toml::node& element : *array) {
      const auto value = element.value<double>();
      if (element.is_number() && value && std::isfinite(*value))
        values.push_back(*value);
      else
        state_->wrong(key, element, "a list of finite numbers");
    }
  } else {
    state_->wrong(key, *node, "a list of finite numbers");
  }
  return values;
}

TomlTable TomlTable::table(std::string_view key) {
  auto child = std::make_shared<State>();
  child->root = state_->root;
  child->file = state_->file;
  child->path = std::string(key);
  child->findings = state_->findings;
  if (const toml::node* node = state_->find(key)) {
    child->table = node->as_table();
    if (child->table == nullptr)
      state_->wrong(key, *node, "a table");
  }
  return TomlTable(std::move(child));
}

Bilingual TomlTable::bilingual(std::string_view key) {
  TomlTable words = table(key);
  Bilingual both{words.text("en", ""), words.text("es", "")};
  words.finish();
  return both;
}

std::vector<TomlTable> TomlTable::tables(std::string_view key) {
  std::vector<TomlTable> found;
  const toml::node* node = state_->find(key);
  if (node == nullptr)
    return found;
  const auto add = [&](const toml::node& element) {
    auto child = std::make_shared<State>();
    child->root = state_->root;
    child->file = state_->file;
    child->path = std::string(key);
    child->findings = state_->findings;
    child->table = element.as_table();
    if (child->table == nullptr)
      state_->wrong(key, element, "a table");
    else
      found.push_back(TomlTable(std::move(child)));
  };
  if (const toml::array* array = node->as_array()) {
    for (const toml::node& element : *array)
      add(element);
  } else {
    add(*node);
  }
  return found;
}

std::vector<std::pair<std::string, std::string>> TomlTable::text_pairs() {
  std::vector<std::pair<std::string, std::string>> pairs;
  if (state_->table == nullptr)
    return pairs;
  for (const auto& [key, node] : *state_->table) {
    state_->asked.emplace(key.str());
    if (const auto value = node.value<std::string>()) {
      pairs.emplace_back(std::string(key.str()), *value);
    } else if (const auto number = node.value<double>(); number && node.is_number()) {
      pairs.emplace_back(std::string(key.str()), fmt::format("{}", *number));
    } else {
      state_->wrong(key.str(), node, "a text or a number");
    }
  }
  return pairs;
}

void TomlTable::finish() {
  if (state_->table == nullptr)
    return;
  const std::vector<std::string> known(state_->asked.begin(), state_->asked.end());
  for (const auto& [key, node] : *state_->table) {
    const std::string name(key.str());
    if (state_->asked.contains(name))
      continue;
    std::string hint = did_you_mean(name, known);
    if (hint.empty())
      hint = "remove it, or see docs/architecture.md for the keys";
    state_->findings->error("B110", {state_->file, static_cast<int>(key.source().begin.line), 0},
                            fmt::format("unknown key '{}'{}", name,
                                        state_->path.empty() ? "" : " in [" + state_->path + "]"),
                            hint);
  }
}

} // namespace cauce
