// Published: a number that one thread at a time changes and any thread may read. Plain loads and
// stores: a change costs what it costs without.
#pragma once

#include <atomic>

namespace reel::record {

template <class T>
class Published {
 public:
  Published() noexcept = default;
  explicit Published(T value) noexcept : value_(value) {}
  operator T() const noexcept { return value_.load(std::memory_order_relaxed); }  // NOLINT
  Published& operator=(T value) noexcept {
    value_.store(value, std::memory_order_relaxed);
    return *this;
  }
  Published& operator+=(T more) noexcept { return *this = *this + more; }
  Published& operator-=(T less) noexcept { return *this = *this - less; }
  Published& operator++() noexcept { return *this += 1; }

 private:
  std::atomic<T> value_{};
};

}  // namespace reel::record
