#include "cauce/base/diagnostics.hpp"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>
#include <utility>

namespace cauce {

std::string_view severity_name(Severity severity) {
  static constexpr std::string_view words[] = {"note", "warning", "error"};
  return words[static_cast<std::size_t>(severity)];
}

std::string to_string(const Diagnostic& d) {
  std::string text = d.where.file;
  if (d.where.line > 0)
    text += fmt::format(":{}", d.where.line);
  if (d.where.line > 0 && d.where.column > 0)
    text += fmt::format(":{}", d.where.column);
  if (!text.empty())
    text += ": ";
  text += severity_name(d.severity);
  if (!d.code.empty())
    text += " " + d.code;
  text += ": " + d.message;
  if (!d.hint.empty())
    text += " (" + d.hint + ")";
  return text;
}

void Diagnostics::add(Diagnostic d) {
  auto [found, is_new] = seen_.try_emplace(to_string(d), items_.size());
  if (!is_new) {
    ++times_[found->second];
    return;
  }
  errors_ += d.severity == Severity::error;
  warnings_ += d.severity == Severity::warning;
  items_.push_back(std::move(d));
  times_.push_back(1);
}

void Diagnostics::error(std::string code, SourcePos where, std::string message, std::string hint) {
  add({Severity::error, std::move(code), std::move(where), std::move(message), std::move(hint)});
}
void Diagnostics::warning(std::string code, SourcePos where, std::string message,
                          std::string hint) {
  add({Severity::warning, std::move(code), std::move(where), std::move(message), std::move(hint)});
}
void Diagnostics::note(std::string code, SourcePos where, std::string message, std::string hint) {
  add({Severity::note, std::move(code), std::move(where), std::move(message), std::move(hint)});
}

std::string Diagnostics::text() const {
  std::string out;
  for (std::size_t i = 0; i < items_.size(); ++i) {
    if (i > 0)
      out += '\n';
    out += to_string(items_[i]);
    if (times_[i] > 1)
      out += fmt::format(" ({} times)", times_[i]);
  }
  return out;
}

void Diagnostics::throw_if_errors() const {
  if (errors_ > 0)
    throw Errors(*this);
}

namespace {
char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

// Letters inserted, left out, changed, or two neighbours swapped (optimal string alignment).
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), row(b.size() + 1), next(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j)
    row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    next[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      next[j] = std::min({row[j - 1] + (same ? 0U : 1U), row[j] + 1, next[j - 1] + 1});
      if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
          lower(a[i - 2]) == lower(b[j - 1])) {
        next[j] = std::min(next[j], before[j - 2] + 1);
      }
    }
    before = std::exchange(row, std::exchange(next, std::move(before)));
  }
  return row[b.size()];
}
} // namespace

std::string nearest_name(std::string_view name, std::span<const std::string> known) {
  std::size_t best = std::max<std::size_t>(1, name.size() / 3) + 1;
  std::string nearest;
  for (const std::string& candidate : known) {
    if (candidate.size() > name.size() + best || name.size() > candidate.size() + best)
      continue;
    const std::size_t distance = edit_distance(name, candidate);
    if (distance < best) {
      best = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

std::string did_you_mean(std::string_view name, std::span<const std::string> known) {
  const std::string nearest = nearest_name(name, known);
  return nearest.empty() ? "" : fmt::format("did you mean '{}'?", nearest);
}

} // namespace cauce
