// Plain values to bytes and back, for what travels between ranks and lies in the run store. All
// ranks are of one program on one kind of processor, so values keep their form in memory.
#pragma once

#include "cauce/base/diagnostics.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace cauce::study {

using Bytes = std::vector<std::byte>;

class ByteWriter {
 public:
  template <typename T>
  requires std::is_trivially_copyable_v<T>
  void put(const T& value) { put_raw(std::as_bytes(std::span(&value, 1))); }
  /// The number of elements, then the elements.
  template <typename T>
  requires std::is_trivially_copyable_v<T>
  void put_all(std::span<const T> values) {
    put(static_cast<std::uint64_t>(values.size()));
    put_raw(std::as_bytes(values));
  }
  void put_text(std::string_view text) { put_all(std::span(text.data(), text.size())); }
  void put_raw(std::span<const std::byte> raw) {
    bytes_.insert(bytes_.end(), raw.begin(), raw.end());
  }
  Bytes take() { return std::move(bytes_); }

 private:
  Bytes bytes_;
};

/// Throws Error S107 when the bytes end too soon.
class ByteReader {
 public:
  explicit ByteReader(std::span<const std::byte> bytes) : rest_(bytes) {}

  template <typename T>
  requires std::is_trivially_copyable_v<T> T get() {
    T value{};
    std::memcpy(&value, take(sizeof(T)).data(), sizeof(T));
    return value;
  }
  template <typename T>
  requires std::is_trivially_copyable_v<T> std::vector<T> get_all() {
    const auto count = get<std::uint64_t>();
    if (count > rest_.size() / sizeof(T))
      throw_short();
    std::vector<T> values(count);
    const auto raw = take(count * sizeof(T));
    if (count > 0)
      std::memcpy(values.data(), raw.data(), raw.size());
    return values;
  }
  std::string get_text() {
    const std::vector<char> letters = get_all<char>();
    return {letters.begin(), letters.end()};
  }
  std::span<const std::byte> rest() const { return rest_; }

 private:
  std::span<const std::byte> take(std::size_t count) {
    if (count > rest_.size())
      throw_short();
    const auto taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }
  [[noreturn]] static void throw_short() {
    throw Error("S107", {}, "a message or stored run ends too soon",
                "use the same build of cauce for all ranks");
  }

  std::span<const std::byte> rest_;
};

} // namespace cauce::study
