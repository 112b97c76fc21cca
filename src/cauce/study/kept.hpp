// A bounded memory of computed things: the least recently used are forgotten first.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

namespace cauce::study {

/// Values by key, up to `most` bytes in sum (one value alone may exceed it). Safe between threads;
/// what was handed out stays valid after it is forgotten.
template <typename Value> class Kept {
 public:
  explicit Kept(std::size_t most) : most_(most) {}

  std::shared_ptr<const Value> find(const std::string& key) const {
    const std::lock_guard lock(mutex_);
    const auto found = index_.find(key);
    if (found == index_.end())
      return nullptr;
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->value;
  }

  /// Keeps the value; when the key is there already, the earlier one stays and is returned.
  std::shared_ptr<const Value> put(const std::string& key, std::shared_ptr<const Value> value,
                                   std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    if (const auto found = index_.find(key); found != index_.end())
      return found->second->value;
    entries_.push_front({key, value, bytes});
    index_[key] = entries_.begin();
    bytes_ += bytes;
    while (bytes_ > most_ && entries_.size() > 1) {
      bytes_ -= entries_.back().bytes;
      index_.erase(entries_.back().key);
      entries_.pop_back();
    }
    return value;
  }

  std::size_t bytes() const {
    const std::lock_guard lock(mutex_);
    return bytes_;
  }

 private:
  struct Entry {
    std::string key;
    std::shared_ptr<const Value> value;
    std::size_t bytes;
  };
  std::size_t most_;
  std::size_t bytes_ = 0;
  mutable std::list<Entry> entries_; // the most recently used first
  std::unordered_map<std::string, typename std::list<Entry>::iterator> index_;
  mutable std::mutex mutex_;
};

} // namespace cauce::study
