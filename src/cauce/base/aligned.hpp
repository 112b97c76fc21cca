// Vectors whose first element begins a cache line: a 64-byte load that crosses two lines costs about
// three times one that does not (docs/performance.md).
#pragma once

#include <cstddef>
#include <new>
#include <vector>

namespace cauce {

inline constexpr std::size_t cache_line = 64;

template <typename T> struct CacheLineAllocator {
  using value_type = T;
  CacheLineAllocator() = default;
  template <typename U> explicit CacheLineAllocator(const CacheLineAllocator<U>&) {}
  T* allocate(std::size_t n) {
    if (n > static_cast<std::size_t>(-1) / sizeof(T))
      throw std::bad_array_new_length();
    return static_cast<T*>(::operator new(n * sizeof(T), std::align_val_t{cache_line}));
  }
  void deallocate(T* at, std::size_t) { ::operator delete(at, std::align_val_t{cache_line}); }
  template <typename U> bool operator==(const CacheLineAllocator<U>&) const { return true; }
};

template <typename T> using AlignedVector = std::vector<T, CacheLineAllocator<T>>;

} // namespace cauce
