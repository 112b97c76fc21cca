#include "cauce/base/month.hpp"

#include <charconv>
#include <fmt/format.h>

namespace cauce {

std::optional<Month> Month::parse(std::string_view text) {
  const bool has_day = text.size() == 10 && text[7] == '-';
  if ((text.size() != 7 && !has_day) || text[4] != '-')
    return std::nullopt;
  const auto number = [&](std::size_t from, std::size_t count) {
    int value = -1;
    const char* end = text.data() + from + count;
    const auto [last, problem] = std::from_chars(text.data() + from, end, value);
    return problem == std::errc() && last == end ? value : -1;
  };
  const int year = number(0, 4);
  const int month = number(5, 2);
  if (year < 0 || month < 1 || month > 12)
    return std::nullopt;
  if (has_day && (number(8, 2) < 1 || number(8, 2) > 31))
    return std::nullopt;
  return of(year, month);
}

std::string Month::text() const { return fmt::format("{:04}-{:02}", year(), month()); }

} // namespace cauce
