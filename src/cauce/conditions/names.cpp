#include "cauce/conditions/names.hpp"

#include <cstdint>

namespace cauce::conditions {

namespace {

constexpr char32_t invalid = 0xFFFFFFFF;

// One code point from UTF-8; malformed bytes are taken one by one, so that any bytes make a name.
char32_t decode(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(at++);
  if (first < 0x80)
    return first;
  const int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : first >= 0xC0 ? 1 : 0;
  if (more == 0 || at + static_cast<std::size_t>(more) > text.size())
    return invalid;
  char32_t point = first & (0x3Fu >> more);
  for (int i = 0; i < more; ++i) {
    if ((byte(at + static_cast<std::size_t>(i)) & 0xC0) != 0x80)
      return invalid;
    point = point << 6 | (byte(at + static_cast<std::size_t>(i)) & 0x3Fu);
  }
  at += static_cast<std::size_t>(more);
  return point;
}

void encode(char32_t point, std::string& out) {
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xC0 | point >> 6);
    out += static_cast<char>(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    out += static_cast<char>(0xE0 | point >> 12);
    out += static_cast<char>(0x80 | (point >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (point & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | point >> 18);
    out += static_cast<char>(0x80 | (point >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (point >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (point & 0x3F));
  }
}

// Simple case folding of the alphabets that model files use (Unicode CaseFolding.txt, status C).
char32_t fold(char32_t c) {
  if (c < 0x80)
    return c >= 'A' && c <= 'Z' ? c + 32 : c;
  if (c >= 0xC0 && c <= 0xDE && c != 0xD7)
    return c + 32;
  if (c >= 0x100 && c <= 0x137 && c != 0x130 && c != 0x131)
    return c | 1;
  if (c >= 0x139 && c <= 0x148)
    return (c & 1) ? c + 1 : c;
  if (c >= 0x14A && c <= 0x177)
    return c | 1;
  if (c == 0x178)
    return 0xFF;
  if (c >= 0x179 && c <= 0x17E)
    return (c & 1) ? c + 1 : c;
  if (c >= 0x391 && c <= 0x3A9 && c != 0x3A2)
    return c + 32;
  if (c == 0x3C2)
    return 0x3C3;
  if (c >= 0x410 && c <= 0x42F)
    return c + 32;
  if (c >= 0x400 && c <= 0x40F)
    return c + 80;
  return c;
}

bool is_space(char32_t c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v' || c == 0xA0;
}

template <typename Letter>
std::string walk(std::string_view text, bool underscores, Letter&& letter) {
  while (!text.empty() && is_space(static_cast<unsigned char>(text.front())))
    text.remove_prefix(1);
  while (!text.empty() && is_space(static_cast<unsigned char>(text.back())))
    text.remove_suffix(1);
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
    text = text.substr(1, text.size() - 2);
  }
  std::string out;
  bool gap = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t before = at;
    char32_t c = decode(text, at);
    bool space = is_space(c) || (underscores && c == '_');
    if (c == '\\' && at < text.size()) {
      const char next = text[at];
      if (next == 'n' || next == 'r' || next == 't') {
        space = true;
        ++at;
      } else if (next == '"' || next == '\\') {
        c = static_cast<unsigned char>(next);
        ++at;
      }
    }
    if (space) {
      gap = true;
      continue;
    }
    if (gap)
      out += underscores ? '_' : ' ';
    gap = false;
    if (c == invalid) {
      out.append(text.substr(before, at - before));
    } else {
      encode(letter(c), out);
    }
  }
  if (gap && underscores && !out.empty())
    out += '_';
  return out;
}

} // namespace

std::string canonical_name(std::string_view text) { return walk(text, true, fold); }

std::string display_name(std::string_view text) {
  return walk(text, false, [](char32_t c) { return c; });
}

} // namespace cauce::conditions
