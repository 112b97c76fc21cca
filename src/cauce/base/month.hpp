// Calendar months: the clock that all results are given on.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace cauce {

/// A calendar month, counted from year 0. `Month::of(2017, 6) + 1` is July 2017.
class Month {
 public:
  constexpr Month() = default;
  /// `month` counts from 1 (January) to 12.
  static constexpr Month of(int year, int month) { return Month(year * 12 + month - 1); }
  /// "2017-06" (or a full date "2017-06-15", whose day is dropped); empty when malformed.
  static std::optional<Month> parse(std::string_view text);

  constexpr int year() const { return index_ / 12; }
  constexpr int month() const { return index_ % 12 + 1; }
  /// Months since January of year 0.
  constexpr int index() const { return index_; }
  /// 2017-06 is 2017 + 5/12.
  constexpr double as_year() const { return index_ / 12.0; }
  std::string text() const; ///< "2017-06"

  friend constexpr auto operator<=>(Month, Month) = default;
  friend constexpr Month operator+(Month m, int months) { return Month(m.index_ + months); }
  friend constexpr Month operator-(Month m, int months) { return Month(m.index_ - months); }
  friend constexpr int operator-(Month a, Month b) { return a.index_ - b.index_; }
  constexpr Month& operator++() {
    ++index_;
    return *this;
  }

 private:
  explicit constexpr Month(int index) : index_(index) {}
  int index_ = 0;
};

} // namespace cauce
