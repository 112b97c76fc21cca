// State to bytes and back: plain values and vectors of plain records, one after another.
//
// The bytes are those of this machine's memory (little-endian, as all that Cauce runs on); the
// reader checks every length before it allocates.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>
#include <vector>

namespace cauce::people {

class Saver {
 public:
  static constexpr bool restores = false;
  template <typename... Values> void operator()(const Values&... values) { (put(values), ...); }
  std::vector<std::byte> take() { return std::move(bytes_); }
  /// Room for so many bytes.
  void reserve(std::size_t bytes) { bytes_.reserve(bytes); }

 private:
  template <typename Value> void put(const Value& value) {
    static_assert(std::is_trivially_copyable_v<Value>);
    append(&value, sizeof value);
  }
  template <typename Value> void put(const std::vector<Value>& values) {
    put(static_cast<std::uint64_t>(values.size()));
    append(values.data(), values.size() * sizeof(Value));
  }
  void append(const void* data, std::size_t size) {
    const auto* from = static_cast<const std::byte*>(data);
    bytes_.insert(bytes_.end(), from, from + size);
  }
  std::vector<std::byte> bytes_;
};

class Loader {
 public:
  static constexpr bool restores = true;
  explicit Loader(std::span<const std::byte> bytes) : rest_(bytes) {}
  template <typename... Values> void operator()(Values&... values) { (get(values), ...); }
  /// Everything was there so far, and nothing is left.
  bool complete() const { return whole_ && rest_.empty(); }
  bool whole() const { return whole_; }

 private:
  template <typename Value> void get(Value& value) {
    static_assert(std::is_trivially_copyable_v<Value>);
    take(&value, sizeof value);
  }
  template <typename Value> void get(std::vector<Value>& values) {
    std::uint64_t size = 0;
    get(size);
    if (!whole_ || size > rest_.size() / sizeof(Value)) {
      whole_ = false;
      return;
    }
    values.resize(size);
    take(values.data(), size * sizeof(Value));
  }
  void take(void* to, std::size_t size) {
    if (!whole_ || size > rest_.size()) {
      whole_ = false;
      return;
    }
    if (size != 0)
      std::memcpy(to, rest_.data(), size);
    rest_ = rest_.subspan(size);
  }
  std::span<const std::byte> rest_;
  bool whole_ = true;
};

} // namespace cauce::people
